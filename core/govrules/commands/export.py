"""`govrules export`: the rules of a form for pandera, for Great Expectations, and as SQL."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.options import Output, Packs, Region, Select, packs_and_folders, tell, words
from govrules.commands.writing import write

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
Complete = Annotated[
    bool,
    typer.Option(
        "--complete", help="数据完整，没有 lost.* 列，空值即空格 the table has no lost.* columns, null is blank"
    ),
]


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

    write(module(_chosen(form, pack, select, region, complete=complete)), output)


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

    write(suite(_chosen(form, pack, select, region, complete=complete), dialect.value), output)


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

    write(script(_chosen(form, pack, select, region, complete=complete), dialect.value, table), output)


def _chosen(
    form: str, pack: list[str] | None, select: list[str] | None, region: str | None, *, complete: bool
) -> Chosen:
    from govrules.export.chosen import chosen
    from govrules.installed import installed
    from govrules.plan import make_plan
    from govrules.region import region_named

    packs, folders = packs_and_folders(pack, lambda: installed().packs)
    plan = make_plan(installed(folders), packs, words(select))
    made = chosen(plan, form, region_named(region).code if region else None, complete=complete)
    tell((*plan.installed.faults, *plan.faults))
    return made
