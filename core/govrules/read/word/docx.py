"""Word documents (.docx, .docm): paragraphs as shown and tables by their own cells, in reading order."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.archive import open_archive
from govrules.read.document import Document, Part, document
from govrules.read.limits import check_limit
from govrules.read.word.ole import OLE, expect_word
from govrules.read.word.paragraph import Paragraphs, Picture, value
from govrules.read.word.wordpackage import WORD, open_package, styles_and_numbering, title_of
from govrules.report import NOWHERE, Box, Issue, Spot

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_WRAPPERS = ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
_REVISIONS = ("ins", "del", "moveFrom")
_PICTURE_ONLY = "[图片]"
_SLIVER = 100  # twentieths of a point: no figure fits into a column as narrow, it is where borders do not quite meet


def read_docx(content: bytes, source: str) -> Document:
    """Read a Word document; raises ReadError when it is none, is encrypted, is damaged, or goes beyond a limit."""
    if content.startswith(OLE):
        expect_word(content, source, old=False)
    archive = open_archive(content, source, WORD)
    package = open_package(archive)
    root, w = package.root, package.w
    body = root.find(f"{w}body")
    if body is None:
        raise ReadError("is damaged: it has no body", where=source, hint="fetch it again")
    styles, numbering = styles_and_numbering(archive, package)
    paragraphs = Paragraphs(w, styles, numbering, package.targets, source)
    parts = _Body(w, paragraphs, source).parts(body, 0)
    return document(source, content, parts, issues=_issues(root, w, source), title=title_of(archive))


def _issues(root: Element, w: str, source: str) -> Iterator[Issue]:
    if any(next(root.iter(f"{w}{name}"), None) is not None for name in _REVISIONS):
        yield Issue(source, "文档含有未接受的修订：已按全部接受后的内容读取", "revisions")
    if next(root.iter(f"{w}altChunk"), None) is not None:
        yield Issue(source, "文档中嵌入了另一份文件，嵌入的内容未读取", "embedded")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the source with its place in the grid; `merge` is what it says of the cells above and below."""

    element: Element
    first: int
    width: int
    merge: str

    def seen(self, slivers: Sequence[int]) -> _Cell:
        """Give the cell with its place among the columns that can be seen."""
        first = self.first - bisect_left(slivers, self.first)
        end = self.first + self.width
        return _Cell(self.element, first, max(end - bisect_left(slivers, end) - first, 1), self.merge)


class _Body:
    """Walks paragraphs and tables in reading order; counts tables, nested ones as well, from 1."""

    def __init__(self, w: str, paragraphs: Paragraphs, source: str) -> None:
        self._w, self._paragraphs, self._source = w, paragraphs, source
        self._tables = 0
        self._paragraph, self._table_tag = f"{w}p", f"{w}tbl"
        self._wrappers = {f"{w}{name}" for name in _WRAPPERS}

    def parts(self, parent: Element, depth: int, spot: Spot = NOWHERE) -> Iterator[Part]:
        """Give the parts of the body, of a cell, or of a text box."""
        carried = ""
        for child in self._children(parent, depth):
            if child.tag == self._table_tag:
                yield from self._table(child, depth + 1)
            elif child.tag == self._paragraph:
                pieces, goes_on = self._paragraphs.read(child, depth + 1)
                text = carried + "".join(piece for piece in pieces if isinstance(piece, str))
                carried = text if goes_on else ""
                yield from () if goes_on or not text else (Part(line, spot) for line in text.split("\n"))
                for piece in pieces:
                    if isinstance(piece, Picture):
                        yield Part(image=piece.name, spot=spot)
                    elif not isinstance(piece, str):
                        yield from self.parts(piece, depth + 1, spot)
        if carried:
            yield Part(carried, spot)

    def _children(self, parent: Element, depth: int) -> Iterator[Element]:
        """Give the children, those in wrappers (content controls, insertions) as if they stood there themselves."""
        check_limit("nesting_depth", depth, "levels of nesting", self._source)
        for child in parent:
            if child.tag in self._wrappers:
                yield from self._children(child, depth + 1)
            elif child.tag == _ALTERNATIVES:
                yield from self._children(child[0], depth + 1) if len(child) else ()
            else:
                yield child

    def _table(self, table: Element, depth: int) -> Iterator[Part]:
        self._tables += 1
        number, w = self._tables, self._w
        rows = [row for row in self._children(table, depth) if row.tag == f"{w}tr" and not self._is_gone(row)]
        grid = [self._cells(row, depth) for row in rows]
        slivers = self._slivers(table)
        check_limit("table_cells", sum(map(len, grid)), "cells in one table", self._source)
        frame = all(len(cells) == 1 for cells in grid)
        above: frozenset[int] = frozenset()
        for place, cells in enumerate(grid, start=1):
            own = [cell.seen(slivers) for cell in cells if cell.merge != "continue" or cell.first not in above]
            above = frozenset(cell.first for cell in cells if cell.merge)
            if frame or any(self._holds_table(cell.element, depth) for cell in own):
                for cell in own:
                    yield from self.parts(cell.element, depth, Spot(table=number, row=place, column=cell.first + 1))
            else:
                yield from self._row(own, Spot(table=number, row=place), depth)

    def _row(self, own: list[_Cell], spot: Spot, depth: int) -> Iterator[Part]:
        boxes: list[Box] = []
        pictures: list[Part] = []
        for cell in own:
            place = Spot(table=spot.table, row=spot.row, column=cell.first + 1)
            parts = list(self.parts(cell.element, depth, place))
            shown = [part for part in parts if part.image]
            raw = "\n".join(text for part in parts if (text := _text(part)))
            # What a picture shows is not known: it must not pass for a blank.
            raw = _PICTURE_ONLY if shown and not raw.strip() else raw
            boxes.append(Box("", raw, cell.first, cell.width, place))
            pictures += shown
        yield Part(boxes=tuple(boxes), spot=spot)
        yield from pictures

    def _slivers(self, table: Element) -> list[int]:
        """List the columns of the grid that are too narrow to be seen as such."""
        grid = table.find(f"{self._w}tblGrid")
        widths = [column.get(f"{self._w}w", "") for column in (grid if grid is not None else ())]
        return [
            number
            for number, width in enumerate(widths)
            if width.isdecimal() and len(width) < 9 and int(width) < _SLIVER
        ]

    def _cells(self, row: Element, depth: int) -> list[_Cell]:
        w = self._w
        here, made = self._count(row.find(f"{w}trPr"), "gridBefore", 0), list[_Cell]()
        for cell in self._children(row, depth):
            properties = cell.find(f"{w}tcPr")
            if cell.tag != f"{w}tc" or (properties is not None and properties.find(f"{w}cellDel") is not None):
                continue
            width = self._count(properties, "gridSpan", 1)
            if made and _merge(properties, "hMerge", w) == "continue":
                last = made[-1]
                made[-1] = _Cell(last.element, last.first, last.width + width, last.merge)
            else:
                made.append(_Cell(cell, here, width, _merge(properties, "vMerge", w)))
            here += width
        return made

    def _count(self, properties: Element | None, name: str, least: int) -> int:
        text = value(properties, name, self._w)
        count = max(int(text), least) if text.isdecimal() and len(text) < 12 else least
        check_limit("column_span", count, "columns in one cell", self._source)
        return count

    def _is_gone(self, row: Element) -> bool:
        properties = row.find(f"{self._w}trPr")
        return properties is not None and any(
            properties.find(f"{self._w}{name}") is not None for name in ("del", "hidden")
        )

    def _holds_table(self, cell: Element, depth: int) -> bool:
        return any(child.tag == f"{self._w}tbl" for child in self._children(cell, depth))


def _merge(properties: Element | None, name: str, w: str) -> str:
    """Give `restart`, `continue`, or "" for a cell that is not merged; a mark without a value continues."""
    child = properties.find(f"{w}{name}") if properties is not None else None
    return "" if child is None else child.get(f"{w}val", "continue")


def _text(part: Part) -> str:
    return part.raw or " ".join(box.raw for box in part.boxes)
