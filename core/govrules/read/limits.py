"""How much of a document is read at the most: every limit is a ReadError that names it, never a crash or a hang."""

from __future__ import annotations

import os
from collections.abc import Mapping

from govrules.errors import ReadError, UsageError

DEFAULTS: Mapping[str, int] = {
    "file_bytes": 30_000_000,
    "line_characters": 200_000,
    "unpacked_bytes": 50_000_000,
    "unpacked_ratio": 200,
    "archive_members": 2_000,
    "xml_marks": 1_000_000,
    "page_tags": 200_000,
    "nesting_depth": 50,
    "json_parts": 1_000_000,
    "data_values": 10_000_000,
    "column_span": 60,
    "row_span": 400,
    "table_cells": 20_000,
    "sheet_rows": 20_000,
    "sheet_columns": 400,
    "workbook_cells": 200_000,
    "workbook_characters": 3_000_000,
    "pdf_pages": 200,
    "pdf_page_edges": 1_000,
    "file_seconds": 30,
    "memory_bytes": 1_000_000_000,
}


def limit(name: str) -> int:
    """Give a limit: that of the environment (GOVRULES_PDF_PAGES=500 for `pdf_pages`) or the default.

    Raises UsageError for a value that is no whole number above 0.
    """
    variable = f"GOVRULES_{name.upper()}"
    given = os.environ.get(variable)
    if given is None:
        return DEFAULTS[name]
    if not given.isascii() or not given.isdigit() or int(given) == 0:
        raise UsageError(f"{given!r} is no limit", where=variable, hint="a whole number above 0 is expected")
    return int(given)


def check_limit(name: str, size: int, what: str, source: str) -> None:
    """Raise ReadError when `size` is beyond the limit called `name`; `what` says what was counted."""
    most = limit(name)
    if size > most:
        raise ReadError(
            f"has {size} {what}, the limit is {most}", where=source, hint=f"GOVRULES_{name.upper()} sets the limit"
        )
