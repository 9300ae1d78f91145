"""`govrules export`: the rules of a form for pandera, for Great Expectations, and as SQL."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from govrules.export.chosen import Chosen

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="导出规则供其他工具使用：pandera、Great Expectations、SQL。 Rules for pandera, Great Expectations, SQL.",
)


class Dialect(StrEnum):
    """The database that the queries are for."""

    duckdb = "duckdb"
    sqlite = "sqlite"
    postgres = "postgres"
    spark = "spark"


Form = Annotated[str, typer.Option("--form", help="表样名称，如 national-2021 name of the form")]
Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="规则包名称或文件夹，可多次 installed pack or folder, repeatable")
]
Select = Annotated[
    list[str] | None, typer.Option("--select", help="只要这些规则：编号、前缀或标签 rule ids, prefixes or tags")
]
Region = Annotated[str | None, typer.Option("--region", help="所在地区代码或名称 region, code or name")]
Complete = Annotated[
    bool,
    typer.Option(
        "--complete", help="数据完整，没有 lost.* 列，空值即空格 the table has no lost.* columns, null is blank"
    ),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 write to a file")]


@app.command()
def pandera(
    form: Form,
    pack: Packs = None,
    select: Select = None,
    region: Region = None,
    complete: Complete = False,
    output: Output = None,
) -> None:
    """写成含 pandera 模式的 Python 模块，不需要 govrules。 Write a Python module with a plain pandera schema."""
    from govrules.export.pandera import module

    _write(module(_chosen(form, pack, select, region, complete=complete)), output)


@app.command()
def gx(
    form: Form,
    pack: Packs = None,
    select: Select = None,
    region: Region = None,
    complete: Complete = False,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="数据库 database")] = Dialect.postgres,
    output: Output = None,
) -> None:
    """写成 Great Expectations 的期望集（JSON）。 Write a suite of Great Expectations as JSON."""
    from govrules.export.gx import suite

    _write(suite(_chosen(form, pack, select, region, complete=complete), dialect.value), output)


@app.command()
def sql(
    form: Form,
    pack: Packs = None,
    select: Select = None,
    region: Region = None,
    complete: Complete = False,
    dialect: Annotated[Dialect, typer.Option("--dialect", help="数据库 database")] = Dialect.duckdb,
    table: Annotated[str, typer.Option("--table", help="表名 name of the table")] = "reports",
    output: Output = None,
) -> None:
    """写成 SQL，每条规则一个查询。 Write SQL, a query for each rule."""
    from govrules.export.sql import script

    _write(script(_chosen(form, pack, select, region, complete=complete), dialect.value, table), output)


def _chosen(
    form: str, pack: list[str] | None, select: list[str] | None, region: str | None, *, complete: bool
) -> Chosen:
    from govrules.export.chosen import chosen
    from govrules.installed import installed
    from govrules.plan import make_plan
    from govrules.region import region_named

    folders = [name for name in pack or () if Path(name).is_dir()]
    words = [word for text in select or () for word in text.replace("，", ",").split(",") if word]
    plan = make_plan(installed(folders), [name for name in pack or () if name not in folders], words)
    made = chosen(plan, form, region_named(region).code if region else None, complete=complete)
    for fault in (*plan.installed.faults, *plan.faults):
        typer.echo(f"govrules: {fault}", err=True)
    return made


def _write(text: str, output: Path | None) -> None:
    from govrules.errors import UsageError

    if output is None:
        sys.stdout.buffer.write(text.encode())
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from error
