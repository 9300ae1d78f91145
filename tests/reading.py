"""Text to reports, as the tests want it: by the forms of the project, without plugins and without files."""

from __future__ import annotations

from collections.abc import Mapping

from generate import Figures, load_forms
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.report import CERTAIN, CellRecord, Report

FORMS = load_forms()
NATIONAL = ("national-2019", "national-2021")
YEARS = {"national-2019": 2020, "national-2021": 2023, "zhejiang-2013": 2013}
ISSUER = "青山市人民政府"


def read(text: str | bytes) -> list[Report]:
    content = text.encode() if isinstance(text, str) else text
    found, _ = reports(read_text(content, "made.txt"), FORMS)
    return found


def read_one(text: str | bytes) -> Report:
    (report,) = read(text)
    return report


def values(report: Report) -> dict[str, int | float | None]:
    return {cell: record.value for cell, record in report.cells.items()}


def is_right(record: CellRecord | None, value: float, shown: str | None) -> bool:
    """Tell whether a cell was read as printed; one that was printed blank may be missing or zero."""
    read = record.value if record else None
    return read == value or (shown is None and read in (None, 0))


def silent(report: Report, cells: Figures, shown: Mapping[str, str | None]) -> list[CellRecord]:
    """List the cells that are wrong and flagged as certain: a blank that became a number is wrong as well."""
    return [
        record
        for cell, record in report.cells.items()
        if record.flag in CERTAIN
        and cell in cells
        and (record.value is not None if shown[cell] is None else record.value != cells[cell])
    ]
