"""Old Excel workbooks (.xls) and those of WPS (.et): read in a process of its own, which may die without harm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from io import BytesIO
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.contained import contained
from govrules.read.document import Document
from govrules.read.limits import check_limit
from govrules.read.magic import expect
from govrules.read.sheet.biff import Facts, read_facts
from govrules.read.sheet.printed import moment_text, number_text
from govrules.read.sheet.sheet import Merge, Sheet
from govrules.read.sheet.sheets import workbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_OLE, _EXCEL = "an old Office document", "an old Excel workbook (.xls)"
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


def read_xls(content: bytes, source: str) -> Document:
    """Read an old workbook; raises ReadError when it is none, is encrypted or damaged, or goes beyond a limit.

    Formats of numbers are not known: a number is given with all the decimals that are stored.
    """
    if _SPREADSHEET_2003 in content[:4096]:
        raise ReadError(f"is an XML spreadsheet of 2003, not {_EXCEL}", where=source, hint="save it as .xlsx")
    expect(content, _OLE, _EXCEL, source)
    return workbook(source, content, contained(read_sheets, content, source))


def read_sheets(content: bytes, source: str) -> list[Sheet]:
    """Give the sheets of an old workbook: to be called in a process that may die."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

    facts = read_facts(content, source)
    made: list[Sheet] = []
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        for index, known in enumerate(book.sheets_metadata):
            if known.typ == SheetTypeEnum.WorkSheet:
                told = facts[index] if index < len(facts) else Facts()
                hidden = known.visible != SheetVisibleEnum.Visible
                made.append(_sheet(book.get_sheet_by_index(index), index + 1, told, source, hidden=hidden))
    except PasswordError as error:
        raise ReadError("is encrypted", where=source, hint="save it without a password") from error
    except (CalamineError, OSError, ValueError) as error:
        raise ReadError(f"is damaged: {error}", where=source, hint="fetch it again") from error
    except BaseException as error:  # what a library written in Rust gives up with is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ReadError(
            "is damaged: it breaks the library that reads it", where=source, hint="fetch it again"
        ) from None
    return made


def _sheet(sheet: CalamineSheet, number: int, told: Facts, source: str, *, hidden: bool) -> Sheet:
    where = f"{source}#{sheet.name}"
    check_limit("sheet_rows", sheet.total_height + 1, "rows", where)
    check_limit("sheet_columns", sheet.total_width + 1, "columns", where)
    cells = _texts(sheet.to_python(skip_empty_area=False))
    cells |= told.errors | dict.fromkeys(told.pending, "=…")
    merges = [
        Merge(top + 1, left + 1, bottom + 1, right + 1)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    return Sheet(
        sheet.name,
        number,
        cells,
        merges,
        hidden_rows=frozenset(told.hidden_rows),
        hidden_columns=frozenset(told.hidden_columns),
        hidden=hidden,
        pending=told.pending,
    )


def _texts(rows: Sequence[Sequence[object]]) -> dict[tuple[int, int], str]:
    texts = (
        ((row, column), _text(value))
        for row, values in enumerate(rows, start=1)
        for column, value in enumerate(values, start=1)
        if value != ""
    )
    return {place: text for place, text in texts if text.strip()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(repr(value))
    if isinstance(value, date | time):
        return moment_text(value)
    return str(value)
