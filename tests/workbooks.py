"""Reports as workbooks, by openpyxl and by hand: with merged cells, on one sheet or on one for each section."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

from govrules.read.document import Document
from layout import Printed, Rows
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

WIDEST, SHEET = 15, "xl/worksheets/sheet1.xml"
_HEADING = re.compile(r"[一二三四五六七八]、")
_THIN = Border(*[Side(style="thin")] * 4)


def to_xlsx(
    printed: Printed, *, numbers: bool = False, apart: bool = False, framed: bool = True, merged: bool = True
) -> bytes:
    """Print a report: `numbers` stores figures as numbers, `apart` begins a sheet with each section.

    `framed` gives the cells of tables borders, `merged` lets paragraphs span the sheet instead of spilling over it.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title, row, before = "报告", 1, ""
    for part in printed:
        if isinstance(part, str):
            if apart and _HEADING.match(part):
                sheet, row = book.create_sheet(f"表{len(book.sheetnames) + 1}"), 1
            sheet.cell(row, 1, part)
            if merged:
                sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=WIDEST)
            row += 1
        else:
            add_table(sheet, row, part, numbers=numbers, framed=framed)
            row += len(part)
        before = part if isinstance(part, str) else before
    return saved(book)


def add_table(sheet: Worksheet, top: int, rows: Rows, *, numbers: bool = False, framed: bool = True) -> None:
    """Print a table from row `top`, column A."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(rows, start=top):
        column = 1
        for cell in cells:
            while (row, column) in taken:
                column += 1
            places = {(row + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
            taken |= places
            write(sheet.cell(row, column), cell.text, number=numbers)
            if len(places) > 1:
                (top_row, left), (bottom, right) = min(places), max(places)
                sheet.merge_cells(start_row=top_row, start_column=left, end_row=bottom, end_column=right)
    for place in taken if framed else ():
        sheet.cell(*place).border = _THIN


def write(cell: Cell, text: str, *, number: bool) -> None:
    """Write what a cell shows: as a number where it is one, with the decimals shown; a blank cell stays without."""
    if number and re.fullmatch(r"-?\d+", text):
        cell.value = int(text)
    elif number and re.fullmatch(r"-?\d+\.\d\d?", text):
        cell.value, cell.number_format = float(text), "0.00"
    elif text:
        cell.value = text


def shown(document: Document) -> list[list[str]]:
    """Give what every line of a document shows, cell by cell."""
    return [[box.raw for box in line.boxes] or [line.raw] for line in document.lines]


def saved(book: Workbook) -> bytes:
    held = BytesIO()
    book.save(held)
    return held.getvalue()


def changed(content: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Give a package with some of its members replaced, added, or (None) left out."""
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        members: dict[str, bytes | None] = {name: old.read(name) for name in old.namelist()}
        for name, member in (members | dict(changes)).items():
            if member is not None:
                new.writestr(name, member)
    return held.getvalue()


def member(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.read(name)


def sheet_xml(rows: str, behind: str = "", before: str = "") -> bytes:
    """Give the XML of a sheet by hand: its rows, and what stands before and behind them."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>'.encode()


def by_hand(rows: str, behind: str = "", before: str = "", others: Mapping[str, bytes | None] | None = None) -> bytes:
    """Give a workbook of one sheet with XML written by hand."""
    return changed(saved(Workbook()), {SHEET: sheet_xml(rows, behind, before)} | dict(others or {}))


def with_strings(content: bytes, strings: bytes) -> bytes:
    """Give a workbook with shared strings, which openpyxl does not write."""
    relations = member(content, "xl/_rels/workbook.xml.rels").decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="rIdS" Target="sharedStrings.xml" Type="{kind}"/></Relationships>'
    linked = relations.replace("</Relationships>", link).encode()
    return changed(content, {"xl/sharedStrings.xml": strings, "xl/_rels/workbook.xml.rels": linked})
