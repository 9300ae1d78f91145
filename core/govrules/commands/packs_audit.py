"""`govrules packs --audit`: what every pack changes in the one it extends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from govrules.rule import Pack


def show(packs: Mapping[str, Pack], form: str, lang: str) -> None:
    """Print the audits of packs, as text (markdown: as a code block) or JSON."""
    from govrules.authoring.audit import audit_fields, audit_text, audits

    found = audits(packs)
    if form == "json":
        import json

        content = {"schema": "govrules.packs-audit/1", "packs": [audit_fields(audit) for audit in found]}
        typer.echo(json.dumps(content, ensure_ascii=False, indent=1))
        return
    words = "\n".join(audit_text(audit, lang) for audit in found)
    nothing = "没有扩展其他规则包的规则包\n" if lang == "zh" else "no pack extends another\n"
    text = words or nothing
    typer.echo(f"```text\n{text}```" if form == "markdown" else text, nl=form == "markdown")
