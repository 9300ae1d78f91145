"""The rule catalogue as Markdown: every rule with severity, forms, years, basis and default, straight from the YAML."""

from __future__ import annotations

from collections.abc import Mapping

from govrules.gate import RULES
from govrules.plan import Plan, overrides
from govrules.rule import Rule, Severity

_HEAD = """# 审核规则目录 Rule catalogue

由 `govrules rules --format markdown` 生成，请勿手改。 Generated; edit the YAML instead.

| 编号 id | 名称 title | 程度 severity | 表样 forms | 年度 years | 默认 default | 依据 basis |
| --- | --- | --- | --- | --- | --- | --- |
"""


def catalogue(plan: Plan) -> str:
    """Give the catalogue of all rules of a plan, pack by pack, with what other packs change."""
    lines = [_row(rule) for rule in (*sorted(plan.rules, key=lambda rule: (rule.pack, rule.id)), *RULES.values())]
    changes = [
        f"- `{pack.name}` · `{change.rule}`：{_change(off=change.off, severity=change.severity)}。{change.because}"
        for rule in plan.rules
        for pack, change in overrides(plan.packs.values(), rule.id)
    ]
    tail = "\n## 规则包的改动 Overrides\n\n" + "\n".join(dict.fromkeys(changes)) + "\n" if changes else ""
    return _HEAD + "\n".join(lines) + "\n" + tail


def _row(rule: Rule) -> str:
    grades = "；".join(f"{n} {s.value}" if n != "default" else s.value for n, s in rule.severity.items())
    first, last = rule.effective.first, rule.effective.last
    years = f"{first or ''}–{last or ''}" if first or last else ""
    basis = "；".join(map(str, rule.basis)).replace("|", "／")
    title = f"{rule.title.get('zh', '')}<br>{rule.title.get('en', '')}"
    forms = "、".join(rule.forms) or "全部"
    return f"| {rule.id} | {title} | {grades} | {forms} | {years} | {'开' if rule.on else '关'} | {basis} |"


def _change(*, off: bool, severity: Mapping[str, Severity]) -> str:
    if off:
        return "停用"
    return "改为 " + "，".join(f"{name} {grade.value}" for name, grade in severity.items()) if severity else "启用"
