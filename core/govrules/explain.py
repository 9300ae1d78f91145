"""A rule in words: what it asks, on what basis, for whom, and what other packs make of it."""

from __future__ import annotations

from govrules import expr
from govrules.errors import UsageError
from govrules.finding import Lang
from govrules.form import Cell
from govrules.gate import RULES
from govrules.load.schema import nearest
from govrules.plan import Plan, overrides
from govrules.region import region_named
from govrules.rule import Instance, Rule


def explained(name: str, plan: Plan, lang: Lang = "zh") -> str:
    """Explain the rule called `name`; raises UsageError when there is none."""
    known = {rule.id: rule for rule in plan.rules} | RULES
    rule = known.get(name)
    if rule is None:
        raise UsageError(f"no rule is called {name!r}", hint=nearest(name, sorted(known)) or "see `govrules rules`")
    lines = [f"{rule.id}  {rule.title.get(lang, '')}"]
    lines.append(
        "程度：" + "，".join(f"{k} {v.value}" if k != "default" else v.value for k, v in rule.severity.items())
    )
    lines += [f"依据：{basis}" for basis in rule.basis]
    lines.append(f"表样：{'、'.join(rule.forms) or '全部'}   规则包：{rule.pack}   默认：{'开' if rule.on else '关'}")
    if rule.where.file:
        lines.append(f"出处：{rule.where}")
    lines += _formulas(rule, plan)
    lines += [f"{'不' if not example.passes else ''}通过示例：{example.values}" for example in rule.examples]
    for pack, override in overrides(plan.packs.values(), rule.id):
        change = "启用" if override.on else "停用" if override.off else ""
        change = change or "改为 " + "，".join(f"{k} {v.value}" for k, v in override.severity.items())
        where = (
            f"（{'、'.join(region_named(code).name for code in codes)}）" if (codes := override.reach.regions) else ""
        )
        lines.append(f"规则包 {pack.name}{where}：{change}。理由：{override.because}（{override.where}）")
    return "\n".join(lines)


def _formulas(rule: Rule, plan: Plan) -> list[str]:
    for form in plan.forms:
        made = [
            instance
            for instance in plan.instances(form.name, next(iter(rule.reach.regions), None))
            if instance.rule.id == rule.id
        ]
        if made and made[0].check.scope == "cells":
            cells = plan.forms.cells(form.name)
            extra = f"（{form.name} 共 {len(made)} 条，此为第一条）" if len(made) > 1 else ""
            return [f"公式{extra}：{_spoken(made[0], cells)}"]
        if made:
            return [f"核对：{(made[0].check.__doc__ or '').splitlines()[0]}"]
    return []


def _spoken(instance: Instance, cells: dict[str, Cell]) -> str:
    return expr.spoken(instance.check.truth(), lambda name: cells[name].label if name in cells else name)
