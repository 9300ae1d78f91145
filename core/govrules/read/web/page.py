"""The flow of a web page: its lines of text, its tables row by row, its pictures, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from govrules.read.document import Part
from govrules.read.limits import check_limit
from govrules.read.web.grid import Span, first_columns
from govrules.read.web.marks import marked
from govrules.report import Box, Spot

_PLACED = re.compile(r"<([ti]) (\d+)>")
_SPACES = re.compile(r"  +")
_LINKED = re.compile(r"<a>[^<]*</a>|</?[a-z](?: [^>]*)?>")
_TABLE = re.compile(r"(</?T>)")
_CELL = re.compile(r"<c ([^>]*)>(.*?)</c>", re.S)
_LOOSE = re.compile(r"</?c[^>]*>|<[rb]>|</T>")
_LEFT = ("<c", "</c", "<r>", "<b>", "</T>")
_WORDY = re.compile(r"[^\W_]")
_LONG, _TALL, _LEAST_ROWS, _REMEMBERED = 500, 15, 3, 8192


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its tag, as written."""

    tag: str


Item = str | Picture | Part
"""A line of text as markup (`<a>` and `</a>` are all the tags left), a picture, or the row of a table."""
_Cell = tuple[str, Span]
_Rows = list[list[_Cell]]
_Bodies = list[_Rows]


class _Spans(dict[str, Span]):
    """The spans of cells by their mark; raises ReadError beyond a limit."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __missing__(self, mark: str) -> Span:
        width, height = map(int, mark.split())
        check_limit("column_span", width, "columns in one cell", self.source)
        check_limit("row_span", height, "rows in one cell", self.source)
        made = self[mark] = max(1, width), height
        return made


def flow(html: str, source: str, *, odd: bool = False) -> list[Item]:
    """Give what a page shows, from its markup as the parser wrote it; raises ReadError beyond a limit.

    Raises UnusualError where more has to be done to the page first, unless it is said to be `odd`: then that was done.
    """
    text, pictures = marked(html, odd=odd)
    text, tables = _nested(text, source)
    return list(_items(text, tables, pictures))


def _nested(flat: str, source: str) -> tuple[str, list[_Bodies]]:
    """Give the flow with a mark for each table of data; tables that only lay out the page become their text."""
    around, tables, spans = [list[str]()], list[_Bodies](), _Spans(source)
    held = 0
    for piece in _TABLE.split(flat):
        if piece == "<T>":
            check_limit("nesting_depth", len(around), "tables inside each other", source)
            around.append([])
        elif piece == "</T>" and len(around) > 1:
            content = "".join(around.pop())
            held += content.count("</c>")
            check_limit("table_cells", held, "cells in tables", source)
            around[-1].append(_table(content, tables, spans))
        else:
            around[-1].append(piece)
    text = "".join(chain.from_iterable(around))
    return _LOOSE.sub("\n", text) if any(mark in text for mark in _LEFT) else text, tables


def _table(content: str, tables: list[_Bodies], spans: _Spans) -> str:
    """Give the mark of a table of data, with what stands in it before its first row, or the text of another."""
    caption = content.partition("<r>")[0].replace("<b>", "")
    bodies: _Bodies = []
    for body in content.split("<b>"):
        rows: _Rows = []
        for row in body.split("<r>")[1:]:
            rows.append([(text.strip(), spans[span]) for span, text in _CELL.findall(row)])
        bodies.append(rows)
    if not _holds_figures(bodies, content):
        return "\n".join((caption, *(text for rows in bodies for row in rows for text, _ in row)))
    tables.append(bodies)
    return f"{caption}\n<t {len(tables) - 1}>\n"


def _holds_figures(bodies: Sequence[_Rows], content: str) -> bool:
    """Tell a table of data from one that lays out a page: short cells side by side, no such table in it, not links."""
    if "<t " in content or not any(len(row) > 1 for rows in bodies for row in rows):
        return False
    if "<a>" in content and not _WORDY.search(_LINKED.sub("", content)):
        return False
    texts = [text for rows in bodies for row in rows for text, _ in row if len(text) > _TALL]
    if not any(len(text) > _LONG or text.count("\n") > _TALL for text in texts):
        return True
    return sum(len(row) >= _LEAST_ROWS for rows in bodies for row in rows) >= _LEAST_ROWS


def _items(flat: str, tables: Sequence[_Bodies], pictures: Sequence[str]) -> Iterator[Item]:
    pieces = _PLACED.split(flat)
    number, inside = 0, False
    for text, kind, index in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], "0"], strict=True):
        for line in filter(None, map(str.strip, text.split("\n"))):
            if "<" not in line:
                yield f"<a>{line}</a>" if inside else line
                continue
            if not inside and _is_link(line):
                whole = line
            else:
                whole, inside = _with_links(line, inside=inside)
            if plain(whole).strip():
                yield whole
        if kind == "t":
            number += 1
            yield from _rows(tables[int(index)], number, pictures)
        elif kind == "i":
            yield Picture(pictures[int(index)])


def _is_link(line: str) -> bool:
    return line.startswith("<a>") and line.endswith("</a>") and line.count("<") == 2


def _with_links(line: str, *, inside: bool) -> tuple[str, bool]:
    """Give a line with every link in it opened and closed there, and whether the next line is still in one."""
    whole = f"<a>{line}" if inside else line
    inside = whole.rfind("<a>") > whole.rfind("</a>")
    return f"{whole}</a>" if inside else whole, inside


def plain(line: str) -> str:
    """Give text as it shows: without marks of links, with the characters that markup has to write otherwise."""
    if "<" in line:
        line = line.replace("<a>", "").replace("</a>", "")
        line = (_PLACED.sub("", line) if "<" in line else line).strip()
    if "&" in line:
        line = line.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
    return _SPACES.sub(" ", line) if "  " in line else line


def _rows(bodies: Sequence[_Rows], table: int, pictures: Sequence[str]) -> Iterator[Item]:
    number = 0
    for rows in bodies:
        columns = first_columns([[span for _, span in row] for row in rows])
        for row, firsts in zip(rows, columns, strict=True):
            number += 1
            boxes = [
                Box("", text if text.isalnum() else _shown(text), first, width, _spot(table, number, first + 1))
                for (text, (width, _)), first in zip(row, firsts, strict=True)
            ]
            if boxes:
                yield Part("", boxes[0].spot, tuple(boxes))
            for text, _ in row if pictures else ():
                if "<i " in text:
                    yield from (Picture(pictures[int(index)]) for _, index in _PLACED.findall(text))


@lru_cache(_REMEMBERED)
def _spot(table: int, row: int, column: int) -> Spot:
    return Spot(0, "", table, row, column)


def _shown(text: str) -> str:
    """Give the text of a cell, a line a paragraph; a cell that is a picture alone is not blank."""
    if "<" not in text and "&" not in text and "\n" not in text and "  " not in text:
        return text
    shown = "\n".join(filter(None, (plain(line.strip()) for line in text.split("\n"))))
    return shown or ("[图片]" if "<i " in text else "")
