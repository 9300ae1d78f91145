"""`govrules schema`: the JSON Schema of rule files, form files and mapping files, for editors."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class SchemaSubject(StrEnum):
    """The files that a schema is for."""

    rules = "rules"
    forms = "forms"
    mapping = "mapping"


def schema(
    subject: Annotated[
        SchemaSubject, typer.Argument(help="哪种文件：规则、表样、对照 which files", metavar="[rules|forms|mapping]")
    ] = SchemaSubject.rules,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 write to a file")] = None,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", metavar="DIR", help="还认识此规则包的表样和公式类型，可多次 with its forms and kinds"),
    ] = None,
    plugins: Annotated[
        bool, typer.Option("--plugins/--no-plugins", help="是否使用第三方插件 third-party plugins")
    ] = True,
) -> None:
    """输出 JSON Schema，供编辑器补全和检查 YAML。 Print the JSON Schema that editors complete and check YAML by."""
    import json

    from govrules.authoring.edition import with_folders
    from govrules.authoring.schema import Subject
    from govrules.authoring.schema import schema as made
    from govrules.errors import UsageError
    from govrules.installed import installed

    base = installed(third_party=plugins)
    for fault in base.faults:
        typer.echo(f"govrules: {fault}", err=True)
    known = with_folders(base, pack or [])
    content = json.dumps(made(Subject(subject.value), known.forms, known.checks), ensure_ascii=False, indent=1) + "\n"
    if output is None:
        sys.stdout.buffer.write(content.encode("utf-8"))
        sys.stdout.flush()
        return
    try:
        output.write_text(content, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from error
