"""Parsed reports as rows, a cell each: CSV and Parquet, written document by document."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from govrules.form import Cell, Forms
from govrules.report import CellRecord, Report

if TYPE_CHECKING:
    import polars as pl

COLUMNS = (
    "report", "source", "issuer", "year", "form", "cell", "label", "value", "unit", "raw", "kind", "flag", "confidence",
    "line", "span_start", "span_end", "page", "sheet", "table", "row", "column",
)  # fmt: skip
_WHOLE = frozenset({"year", "line", "span_start", "span_end", "page", "table", "row", "column"})
_ROWS = 100_000
Row = tuple[str | int | float | None, ...]


def csv_parts(reports: Iterable[Report], forms: Forms) -> Iterator[str]:
    """Give CSV text part by part: the header, then the rows of one report after another."""
    yield _csv([COLUMNS])
    for rows in cell_rows(reports, forms):
        yield _csv(rows)


def write_parquet(reports: Iterable[Report], forms: Forms, file: Path) -> None:
    """Write a Parquet file; no more than some hundred thousand rows are held at a time."""
    import polars as pl

    with TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as folder:
        parts: list[Path] = []
        for rows in _several(cell_rows(reports, forms)):
            parts.append(Path(folder) / f"{len(parts):06}.parquet")
            _frame(rows).write_parquet(parts[-1])
        if not parts:
            parts.append(Path(folder) / "none.parquet")
            _frame([]).write_parquet(parts[-1])
        if len(parts) == 1:
            parts[0].replace(file)
        else:
            pl.scan_parquet(parts).sink_parquet(file)


def cell_rows(reports: Iterable[Report], forms: Forms) -> Iterator[list[Row]]:
    """Give the rows of each report; one without any cell has a single row that says what it is."""
    labels: dict[str, Cell] = {}
    for form in forms:
        labels = form.cells | labels
    for report in reports:
        own = labels | (forms.cells(report.form) if report.form in forms and report.form else {})
        yield _rows(report, own)


def _rows(report: Report, cells: Mapping[str, Cell]) -> list[Row]:
    head: Row = (report.id, report.source, report.issuer, report.year, report.form)
    if not report.cells:
        return [(*head, *(None for _ in COLUMNS[len(head) :]))]
    return [(*head, *_row(record, cells)) for record in report.cells.values()]


def _row(record: CellRecord, cells: Mapping[str, Cell]) -> Row:
    """Give the columns of a cell; what does not apply is nothing, never 0."""
    label = cells[record.cell].label if record.cell in cells else ""
    spot, span = record.spot, record.span or (None, None)
    return (
        record.cell, label, record.value, record.unit, record.raw, record.kind, record.flag, record.confidence,
        record.line or None, *span, spot.page or None, spot.sheet or None, spot.table or None, spot.row or None,
        spot.column or None,
    )  # fmt: skip


def _csv(rows: Iterable[Row]) -> str:
    made = StringIO()
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def _several(parts: Iterable[list[Row]]) -> Iterator[list[Row]]:
    held: list[Row] = []
    for rows in parts:
        held += rows
        if len(held) >= _ROWS:
            yield held
            held = []
    if held:
        yield held


def _frame(rows: list[Row]) -> pl.DataFrame:
    import polars as pl

    kinds = {name: pl.Int64 if name in _WHOLE else pl.Float64 if name in {"value", "confidence"} else pl.String
             for name in COLUMNS}  # fmt: skip
    return pl.DataFrame([[*row] for row in rows], schema=kinds, orient="row", strict=False)
