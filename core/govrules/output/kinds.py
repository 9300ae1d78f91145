"""The check kinds as a reference: what each asks, its keys with their types, its grades, and a rule that uses it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from govrules.plan import Plan
from govrules.rule import CellNames, Check, Expression, OptionalExpression, PatternField, Rule

_SCOPES = {
    "cells": "指标单元，一次核对所有报告 cells of all reports at once",
    "report": "逐份报告 one report at a time",
    "file": "同一文件的全部报告 all reports of a file",
    "both": "逐份报告和整个文件 each report, and the file",
}
_FIELDS = {
    get_args(made)[1].func: words
    for made, words in (
        (Expression, "expression"),
        (OptionalExpression, "expression, if the form has its cells"),
        (CellNames, "cells"),
        (PatternField, "pattern"),
    )
}
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}
_HEAD = """# 审核公式类型 Check kinds

由 `govrules rules --kinds --format markdown` 生成，请勿手改。 Generated; edit the docstrings of the kinds instead.

规则的 `check` 写类型名称，下列各键与它并列。 A rule names its kind with `check`; the keys below stand beside it.

| 键值 value | 含义 meaning |
| --- | --- |
| expression | 算式，由指标单元、数字和运算符组成 [arithmetic over cells](rules-language.md#expressions) |
| cells | 指标单元编号，可用 `*`、`**` ids of cells, patterns allowed |
| pattern | RE2 正则表达式 a linear-time pattern |
| text, number, true or false | 文字、数字、是否 plain values |
| list of …, … by name | 列表、映射 a list, a mapping |
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a check kind: what may stand there, and what holds where it is left out (None: it is required)."""

    name: str
    type: str
    default: str | None
    words: str = ""


def kind_fields(name: str, kind: type[Check]) -> dict[str, object]:
    """Give all that is to be said of a kind, as plain values."""
    says = inspect.getdoc(kind) or ""
    return {
        "kind": name,
        "scope": kind.scope,
        "title": says.partition("\n")[0],
        "says": says,
        "grades": list(kind.grades),
        "keys": [
            {"key": key.name, "type": key.type, "required": key.default is None, "default": key.default}
            for key in keys(kind)
        ],
    }


def kind_reference(plan: Plan) -> str:
    """Give the reference of every installed check kind as Markdown."""
    parts = [_HEAD]
    for name, kind in sorted(plan.installed.checks.items()):
        parts.append("\n".join(_described(name, kind, shortest_rule(name, plan))) + "\n")
    return "\n".join(parts)


def keys(kind: type[Check]) -> list[Key]:
    """Give the keys of a kind in the order in which it declares them."""
    return [_key(field.alias or name, field) for name, field in kind.model_fields.items()]


def shortest_rule(kind: str, plan: Plan) -> Rule | None:
    """Give the shortest rule of a kind, the first by id among equals."""
    rules = [rule for rule in plan.rules if rule.kind == kind]
    return min(rules, key=lambda rule: (len(written(rule)), rule.id), default=None)


def written(rule: Rule) -> str:
    """Give a rule as YAML, one item of `rules`, without its examples."""
    severity = {name: grade.value for name, grade in rule.severity.items()}
    effective = {"from": rule.effective.first, "to": rule.effective.last}
    content: dict[str, Any] = {
        "id": rule.id,
        "title": dict(rule.title),
        "severity": severity["default"] if set(severity) == {"default"} else severity,
        "forms": list(rule.forms),
        "effective": {name: year for name, year in effective.items() if year is not None},
        "foreach": dict(rule.foreach),
        "check": rule.kind,
        **rule.fields,
        "message": dict(rule.message),
    }
    kept = {name: value for name, value in content.items() if name in rule.fields or value not in ([], {})}
    return yaml.dump([kept], Dumper=_Plain, allow_unicode=True, sort_keys=False, width=110)


class _Plain(yaml.SafeDumper):
    """Writes YAML without anchors, which rule files may not have."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _described(name: str, kind: type[Check], rule: Rule | None) -> Iterator[str]:
    yield f"## {name}\n"
    if kind.zh:
        yield f"{kind.zh}\n"
    yield (inspect.getdoc(kind) or "") + "\n"
    yield f"`{name}` 的核对对象 looks at: {_SCOPES[kind.scope]}\n"
    if kind.grades:
        yield f"分级 grades: {' '.join(f'`{grade}`' for grade in kind.grades)}\n"
    if found := keys(kind):
        yield "| 键 key | 类型 type | 默认 default | 说明 meaning |\n| --- | --- | --- | --- |"
        for key in found:
            default = "必填 required" if key.default is None else f"`{key.default}`"
            yield f"| `{key.name}` | {key.type} | {default} | {key.words.replace('|', '／')} |"
        yield ""
    if rule is not None:
        yield f"规则包 `{rule.pack}` 的 `{rule.id}` in the pack `{rule.pack}`:\n\n<!-- fragment: rules -->\n"
        yield f"```yaml\n{written(rule)}```"


def _key(name: str, field: FieldInfo) -> Key:
    default = None if field.is_required() else _default(field)
    return Key(name, _words(field.annotation, field.metadata), default, field.description or "")


def _default(field: FieldInfo) -> str:
    value: object = field.get_default(call_default_factory=True, validated_data={})
    plain = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return plain[value]
    if isinstance(value, Mapping):
        return "{}"
    return "[]" if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _words(kind: Any, metadata: Sequence[object] = ()) -> str:
    """Say what may stand in a field of a type."""
    for mark in metadata:
        if getattr(mark, "func", None) in _FIELDS:
            return _FIELDS[mark.func]  # type: ignore[attr-defined]
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _words(parts[0], parts[1:])
    if origin in (Union, UnionType):
        return " or ".join(_words(part) for part in parts if part is not type(None))
    if origin is Literal:
        return " or ".join(f"`{part}`" for part in parts)
    if origin is tuple:
        return f"list of {_words(parts[0])}"
    if origin is dict:
        return f"{_words(parts[1])} by name"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        named = (f"{name}: {_words(field.annotation, field.metadata)}" for name, field in kind.model_fields.items())
        return f"{{{', '.join(named)}}}"
    return _PLAIN.get(kind, "value")
