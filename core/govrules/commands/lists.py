"""`govrules rules`, `packs`, `forms` and `explain`: what is checked, by whom, in which forms, and why."""

# ruff: noqa: A002 -- options are called as people write them.

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from govrules.commands.options import Lang, Language, ListFormat, Packs, Select
from govrules.commands.recipe import AskPlugins, plan_from, tell_faults

if TYPE_CHECKING:
    from govrules.rule import Rule


def rules(
    pack: Packs = None,
    select: Select = None,
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    lang: Lang = Language.zh,
    plugins: AskPlugins = None,
    kinds: Annotated[bool, typer.Option("--kinds", help="改为列出审核公式类型 list the check kinds instead")] = False,
) -> None:
    """列出规则。 List the rules."""
    plan = plan_from(pack, plugins, select)
    if kinds:
        from govrules.output.kinds import kind_fields, kind_reference

        if format is ListFormat.markdown:
            typer.echo(kind_reference(plan), nl=False)
            return
        found = [kind_fields(*item) for item in sorted(plan.installed.checks.items())]
        _list(found, ("kind", "scope", "title"), format)
        return
    if format is ListFormat.markdown:
        from govrules.output.catalogue import catalogue

        typer.echo(catalogue(plan), nl=False)
        return
    rows = [_rule_fields(rule, lang.value) for rule in plan.rules if not select or plan.chosen(rule)]
    _list(rows, ("id", "severity", "default", "years", "forms", "title", "basis"), format)
    tell_faults(plan)


def packs(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    pack: Packs = None,
    lang: Lang = Language.zh,
    plugins: AskPlugins = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="逐包列出对所扩展规则包的改动 what packs change in those they extend")
    ] = False,
) -> None:
    """列出规则包。 List the packs."""
    plan = plan_from(pack, plugins)
    if audit:
        from govrules.commands.packs_audit import show

        show(plan.packs, format.value, lang.value)
        tell_faults(plan)
        return
    rows = [
        {"pack": p.name, "rules": len(p.rules), "extends": p.extends, "forms": list(p.forms), "origin": p.origin,
         "title": p.title}
        for p in plan.packs.values()
    ]  # fmt: skip
    _list(rows, ("pack", "rules", "extends", "origin", "title"), format)
    tell_faults(plan)


def forms(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    pack: Packs = None,
    lang: Lang = Language.zh,
    plugins: AskPlugins = None,
) -> None:
    """列出表样。 List the forms."""
    plan = plan_from(pack, plugins)
    rows = [
        {"form": f.name, "cells": len(f.cells), "years": _years(f.years.first, f.years.last), "extends": f.base,
         "title": f.title.get(lang.value, ""), "basis": f.basis}
        for f in plan.forms
    ]  # fmt: skip
    _list(rows, ("form", "cells", "years", "extends", "title", "basis"), format)
    tell_faults(plan)


def explain(rule: Annotated[str, typer.Argument(help="规则编号 rule id")], pack: Packs = None, lang: Lang = Language.zh,
            plugins: AskPlugins = None) -> None:  # fmt: skip
    """说明一条规则：公式、依据、各包的改动。 Explain a rule: formula, basis, and who changes it."""
    from govrules.explain import explained

    plan = plan_from(pack, plugins)
    typer.echo(explained(rule, plan, lang.value))
    tell_faults(plan)


def _rule_fields(rule: Rule, lang: str) -> dict[str, Any]:
    grades = dict.fromkeys(severity.value for severity in rule.severity.values())
    return {
        "id": rule.id,
        "pack": rule.pack,
        "severity": "/".join(grades),
        "default": "on" if rule.on else "off",
        "years": _years(rule.effective.first, rule.effective.last),
        "forms": list(rule.forms) or ["*"],
        "title": rule.title.get(lang, ""),
        "basis": "；".join(map(str, rule.basis)),
        "tags": list(rule.tags),
    }


def _years(first: int | None, last: int | None) -> str:
    return f"{first or ''}–{last or ''}" if first or last else ""


def _list(rows: list[dict[str, Any]], columns: tuple[str, ...], format: ListFormat) -> None:
    if format is ListFormat.json:
        import json

        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        cells = [
            ",".join(v) if isinstance(v := row[name], list) else str(v if v is not None else "") for name in columns
        ]
        typer.echo("  ".join(cells))
