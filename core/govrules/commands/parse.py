"""`govrules parse`: show what was read, cell by cell."""

# ruff: noqa: A002 -- options are called as people write them.

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.documents import Jobs, Mapped, Named, Paths, progress
from govrules.commands.options import Output, Packs, tell
from govrules.commands.recipe import AskPlugins, recipe_of, settings_from
from govrules.commands.writing import replaced, write
from govrules.errors import UsageError

if TYPE_CHECKING:
    from govrules.installed import Installed
    from govrules.read import Reading
    from govrules.report import Report


class ParseFormat(StrEnum):
    """How parsed reports are written."""

    json = "json"
    csv = "csv"
    parquet = "parquet"


def parse(
    paths: Paths,
    format: Annotated[ParseFormat, typer.Option("--format", "-f", help="输出格式 format")] = ParseFormat.json,
    pack: Packs = None,
    output: Output = None,
    plugins: AskPlugins = None,
    reader: Named = None,
    mapping: Mapped = None,
    jobs: Jobs = None,
) -> None:
    """读取报告，逐格列出。 Show what was read, cell by cell."""
    from govrules.validation import read_each

    if format is ParseFormat.parquet and output is None:
        raise UsageError("parquet is no text", hint="--output says which file to write")
    recipe = recipe_of(pack, plugins, settings_from(), reader=reader, mapping=mapping)
    known = recipe.installed()
    readings = read_each(paths, recipe, known, jobs=jobs, progress=progress())
    if format is not ParseFormat.json:
        raise typer.Exit(_write_cells(readings, known, format, output))
    from govrules.output.json import write_reports

    kept = list(readings)
    errors = [reading.error for reading in kept if reading.error] + list(known.faults)
    reports = [report for reading in kept for report in reading.reports]
    write(write_reports(reports, [issue for r in kept for issue in r.issues], errors), output)
    raise typer.Exit(max((error.exit_code for error in errors), default=0))


def _write_cells(readings: Iterable[Reading], known: Installed, format: ParseFormat, output: Path | None) -> int:
    """Write the cells of readings as they come, and what could not be read to stderr; give the exit code."""
    from govrules.output.cells import csv_parts, write_parquet

    codes = [fault.exit_code for fault in known.faults]
    tell(known.faults)

    def reports() -> Iterator[Report]:
        for reading in readings:
            yield from reading.reports
            for issue in reading.issues:
                typer.echo(f"govrules: {issue.source}: {issue.message}", err=True)
            if reading.error is not None:
                codes.append(reading.error.exit_code)
                typer.echo(f"govrules: {reading.error}", err=True)

    if format is ParseFormat.csv:
        write(csv_parts(reports(), known.forms), output)
    elif output is not None:
        replaced(output, lambda file: write_parquet(reports(), known.forms, file))
    return max(codes, default=0)
