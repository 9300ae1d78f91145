"""The sheets of a workbook to paragraphs and table rows, whatever kind of file they came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from govrules.read.document import Document, Part, document
from govrules.read.limits import check_limit
from govrules.read.normalise import compact, normalise
from govrules.read.sheet.sheet import Own, Row, Sheet, visible_columns, visible_rows
from govrules.read.title import is_organ, parse_title
from govrules.read.value import parse_value
from govrules.report import Box, Issue, Spot

_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十](?:部分|章)).{0,36}"
    r"(?:情况|事项|概述|概况|问题|措施|建议|打算|附件|附表|统计表)"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]+、.+|第[一二三四五六七八九十](?:部分|章).+")
_CAPTION = re.compile(r"(?:附件|附表|表)[一二三四五六七八九十\d]+.{0,40}|(?:备?注|说明|填表.{0,4}|单位)[::].*")
_LONGEST_LABEL, _SHOWN = 60, 5


@dataclass
class _Region:
    """Rows of one table as they come, and the columns that are used so far: of the rows, or of what stands above."""

    rows: list[Row] = field(default_factory=list)
    first: int = -1
    end: int = -1

    def add(self, row: Row) -> None:
        self.first = row.first if self.first < 0 else min(self.first, row.first)
        self.end = max(self.end, row.end)
        self.rows.append(row)

    def is_spanned_by(self, cell: Own) -> bool:
        return self.first >= 0 and cell.column <= self.first and cell.end >= self.end


def workbook(source: str, content: bytes, sheets: Sequence[Sheet]) -> Document:
    """Make the Document of the sheets of a workbook, in order; raises ReadError beyond the limits."""
    characters = sum(len(text) for sheet in sheets for text in sheet.cells.values())
    check_limit("workbook_characters", characters, "characters in its cells", source)
    parts: list[Part] = []
    cells = 0
    for sheet in sheets:
        if sheet.hidden:
            continue
        made = list(_parts(sheet, f"{source}#{sheet.name}"))
        cells += sum(len(part.boxes) for part in made)
        check_limit("workbook_cells", cells, "cells", source)
        parts += [*_name(sheet, made), *made]
        parts += [Part(image=name, spot=Spot(0, sheet.name, sheet.number, row)) for name, row in sheet.pictures]
    issues = (Issue(source, message, code) for sheet in sheets for code, message in _troubles(sheet))
    return document(source, content, parts, issues=issues)


def _parts(sheet: Sheet, where: str) -> Iterator[Part]:
    columns = visible_columns(sheet)
    region = _Region()
    cells = 0
    for row in visible_rows(sheet, where):
        if not row.follows:
            yield from _table(region, sheet, columns)
            region = _Region()
        if not _stands_alone(row, region):
            region.add(row)
            cells += region.end - region.first
            check_limit("table_cells", cells, "cells", where)
            continue
        cell = row.told[0]
        yield from _table(region, sheet, columns)
        spot = Spot(0, sheet.name, sheet.number, *cell.place)
        yield from (Part(text, spot) for text in _paragraphs(cell.text))
        same = (cell.column, cell.end) == (region.first, region.end)
        region = _Region([], region.first, region.end) if same else _Region()
    yield from _table(region, sheet, columns)


def _table(region: _Region, sheet: Sheet, columns: Sequence[int]) -> Iterator[Part]:
    """Give the rows of a table: blank cells are cells, but not where a column is only there for looks or labels."""
    idle, labels = _idle_columns(region), _label_columns(region)
    for row in region.rows:
        own = {cell.column: cell for cell in row.cells}
        unused = idle | labels if any(cell.column in labels for cell in row.told) else idle
        boxes: list[Box] = []
        for column in range(region.first, region.end):
            if column not in own and column in row.covered:
                continue
            cell = own.get(column) or Own("", column, 1, 1, (row.number, columns[column]))
            if cell.text or column not in unused:
                spot = Spot(0, sheet.name, sheet.number, *cell.place)
                boxes.append(Box("", cell.text, column - region.first, cell.width, spot))
        yield Part(spot=Spot(0, sheet.name, sheet.number, row.number), boxes=tuple(boxes))


def _idle_columns(region: _Region) -> frozenset[int]:
    """Give the columns without any text, of a table that has a header: none of them can hold a blank figure."""
    if not region.rows or len(region.rows[0].told) < 2 or any(map(_is_value, region.rows[0].told)):
        return frozenset()
    return frozenset(range(region.first, region.end)) - {cell.column for row in region.rows for cell in row.told}


def _label_columns(region: _Region) -> frozenset[int]:
    """Give the columns of nothing but row labels, where tables without merged cells leave cells blank."""
    valued = [any(map(_is_value, row.told)) for row in region.rows]
    if not any(valued):
        return frozenset()
    head, body = region.rows[: valued.index(True)], region.rows[valued.index(True) :]
    end = min(cell.column for row in body for cell in row.told if _is_value(cell))
    labels = {cell.column for row in body for cell in row.told if cell.column < end}
    return frozenset(labels - {cell.column for row in head for cell in row.told if cell.column > region.first})


def _is_value(cell: Own) -> bool:
    return parse_value(compact(normalise(cell.text.replace("\n", "")))) is not None


def _stands_alone(row: Row, region: _Region) -> bool:
    """Tell whether a row is a paragraph: one text, and nothing that says it labels a row of blank cells."""
    if len(row.told) != 1:
        return False
    cell, within = row.told[0], bool(region.rows)
    words = compact(normalise(cell.text.replace("\n", "")))
    blanks = row.crossed or len(row.cells) > 1
    if _is_heading(words) or (within and region.is_spanned_by(cell) and not row.crossed):
        return True
    if not within:
        return not blanks
    if _is_value(cell):
        return False
    if blanks or cell.width > 1 or cell.height > 1:
        return False
    if cell.column != region.first or _NUMBERED.fullmatch(words):
        return True
    return row.framed < region.end if region.rows[-1].framed else len(region.rows[-1].told) < 2


def _paragraphs(text: str) -> Sequence[str]:
    """Part the text of a cell at its line breaks where they part headings and prose, and not just a narrow label."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines if any(_is_heading(compact(normalise(line))) for line in lines) else [text]


def _is_heading(words: str) -> bool:
    """Tell whether words are a title, a heading, a caption or prose, which are never labels of rows."""
    prose = len(words) > _LONGEST_LABEL or words.endswith(("。", ";", ":"))
    shaped = _HEADING.fullmatch(words) or _CAPTION.fullmatch(words)
    return prose or bool(shaped) or parse_title(words, 0) is not None


def _name(sheet: Sheet, made: Sequence[Part]) -> Iterator[Part]:
    """Give the name of a sheet as a paragraph where it is the title, the body or the heading that the sheet lacks."""
    name = compact(normalise(sheet.name))
    texts = [compact(normalise(part.raw.replace("\n", ""))) for part in made if not part.boxes]
    if not made or name in texts:
        return
    opening = "" if made[0].boxes else texts[0]
    title = parse_title(opening, 0)
    titled = parse_title(name, 0) is not None and not any(parse_title(text, 0) for text in texts)
    named = title is not None and title.issuer is None and is_organ(name)
    headed = _HEADING.fullmatch(name) is not None and not _NUMBERED.fullmatch(opening)
    if titled or named or headed:
        yield Part(sheet.name, Spot(0, sheet.name, sheet.number))


def _troubles(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Give what of a sheet was not read: a code and a message each."""
    if sheet.hidden:
        if sheet.cells:
            yield "hidden", f"工作表“{sheet.name}”已隐藏，未读取"
        return
    rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    columns = sorted({column for _, column in sheet.cells} & sheet.hidden_columns)
    if rows:
        yield "hidden", f"工作表“{sheet.name}”第 {_listed(map(str, rows))} 行已隐藏，未读取"
    if columns:
        yield "hidden", f"工作表“{sheet.name}”第 {_listed(map(column_name, columns))} 列已隐藏，未读取"
    if sheet.pending:
        places = [f"{column_name(column)}{row}" for row, column in sheet.pending]
        yield "formula", f"工作表“{sheet.name}”单元格 {_listed(places)} 是没有保存结果的公式，无法读取"


def _listed(names: Iterable[str]) -> str:
    told = list(names)
    return "、".join(told[:_SHOWN]) + (f"等 {len(told)}" if len(told) > _SHOWN else "")


def column_name(column: int) -> str:
    """Give the letters of a column counted from 1."""
    name = ""
    while column > 0:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
