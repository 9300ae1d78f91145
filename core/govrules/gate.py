"""The built-in rules FORM-*: what the type of a cell does not allow is a finding, not a crash."""

from __future__ import annotations

from pydantic import ConfigDict

from govrules.dataset import Breach
from govrules.errors import Place
from govrules.form import Years
from govrules.outcome import Failure
from govrules.rule import Basis, Check, Instance, Rule, Severity, failed


class _AtTheDoor(Check):
    """Decided when the dataset is typed, never evaluated."""

    model_config = ConfigDict(defer_build=True)


def _rule(name: str, zh: str, en: str, message_zh: str, message_en: str) -> Rule:
    return Rule(
        id=name,
        pack="core",
        title={"zh": zh, "en": en},
        severity={"default": Severity.ERROR},
        kind="",
        fields={},
        message={"zh": message_zh, "en": message_en},
        basis=(Basis("表样", "指标单元的数据类型"),),
        effective=Years(),
        tags=("schema",),
        waivable=False,
        where=Place("govrules"),
    )


RULES = {
    rule.id: rule
    for rule in (
        _rule("FORM-01", "件数应为整数", "A count is a whole number",
              "{column} 为 {value}，应为整数", "{column} is {value}, not a whole number"),
        _rule("FORM-02", "数值超出可精确表示的范围", "A figure is too large to be exact",
              "{column} 为 {value}，超出 ±2⁵³", "{column} is {value}, beyond ±2⁵³"),
        _rule("FORM-03", "数据不符合表样的结构", "The data does not fit the form",
              "{column} 为 {value}，不符合表样", "{column} is {value}, which the form does not allow"),
    )
}  # fmt: skip


def failure(breach: Breach) -> Failure:
    """Give a breach of the schema as the failure of its built-in rule."""
    instance = Instance(RULES[breach.rule], _AtTheDoor())
    verdict = failed(cells=(breach.column,), column=breach.column, value=breach.value, actual=breach.value)
    return Failure(breach.report, "", instance, verdict)
