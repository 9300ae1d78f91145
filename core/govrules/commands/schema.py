"""`govrules schema`: the JSON Schema of rule files, form files and mapping files, for editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from govrules.commands.options import Output, Plugins, tell
from govrules.commands.writing import write


class SchemaSubject(StrEnum):
    """The files that a schema is for."""

    rules = "rules"
    forms = "forms"
    mapping = "mapping"


def schema(
    subject: Annotated[
        SchemaSubject, typer.Argument(help="哪种文件：规则、表样、对照 which files", metavar="[rules|forms|mapping]")
    ] = SchemaSubject.rules,
    output: Output = None,
    pack: Annotated[
        list[str] | None,
        typer.Option("--pack", metavar="DIR", help="还认识此规则包的表样和公式类型，可多次 with its forms and kinds"),
    ] = None,
    plugins: Plugins = True,
) -> None:
    """输出 JSON Schema，供编辑器补全和检查 YAML。 Print the JSON Schema that editors complete and check YAML by."""
    import json

    from govrules.authoring.edition import with_folders
    from govrules.authoring.schema import Subject
    from govrules.authoring.schema import schema as made
    from govrules.installed import installed

    base = installed(third_party=plugins)
    tell(base.faults)
    known = with_folders(base, pack or [])
    content = json.dumps(made(Subject(subject.value), known.forms, known.checks), ensure_ascii=False, indent=1) + "\n"
    write(content, output)
