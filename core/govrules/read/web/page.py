"""The flow of a web page: its lines of text, its tables row by row, its pictures, in reading order.

The parser has settled what the markup means; what it writes out again is well formed, so that one pattern can take
it apart at a fraction of the cost of visiting its nodes one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from govrules.read.document import Part
from govrules.read.limits import check_limit
from govrules.read.web.grid import Span, first_columns
from govrules.report import Box, Spot

_TAG = re.compile(r'<(/?[a-z][^ >]*+(?: [^ >][^ =>]*+="[^"]*+")*+)>|<!--.*?-->', re.S)
_BLOCKS = (
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article main header footer nav aside form center blockquote "
    "pre address figure figcaption fieldset legend details summary hr caption body html marquee dir menu hgroup search"
)
_PRE = re.compile(r"<pre[ >].*?</pre>", re.S)
_MARKS = re.compile(r"</?a>|<[ti] \d+>")
_PLACED = re.compile(r"<([ti]) (\d+)>")
_SPAN = re.compile(r' (?:aria-)?(col|row)span="\s*(\d{1,9})')
_SPACES = re.compile(r"  +")
_LINKED = re.compile(r"<a>[^<]*</a>|</?[a-z](?: [^>]*)?>")
_TABLE = re.compile(r"(</?T>)")
_LOOSE = re.compile(r"</?c[^>]*>|<[rb]>|</T>")
_WORDY = re.compile(r"[^\W_]")
_LONG, _TALL, _LEAST_ROWS, _REMEMBERED = 500, 15, 3, 8192

# What a tag becomes in the flow, where its attributes do not matter; tags that are not here stand inside words.
# Text has no < of its own, so that these marks cannot be taken for it: <T> table, <b> body, <r> row, <c> cell.
_BECOMES: Mapping[str, str] = {
    **{f"{slash}{tag}": "\n" for tag in _BLOCKS.split() for slash in ("", "/")},
    **dict.fromkeys(("thead", "tbody", "tfoot"), "<b>"),
    **dict.fromkeys(("/td", "/th"), "</c>"),
    "table": "\n<T>",
    "/table": "</T>\n",
    "tr": "<r>",
    "/a": "</a>",
    "sub": " ",
    "sup": " ",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its tag, as written."""

    tag: str


Item = str | Picture | Part
"""A line of text as markup (`<a>` and `</a>` are all the tags left), a picture, or the row of a table."""
_Cell = tuple[str, Span]
_Rows = list[list[_Cell]]


@dataclass(slots=True)
class _Marks:
    """The marks in a flow by what they stand for: spans by their mark, pictures and tables by number."""

    source: str
    known: dict[str, str] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    tables: list[list[_Rows]] = field(default_factory=list)

    def mark(self, tag: str) -> str:
        """Give the mark of a tag with its attributes, which is kept: pages repeat their tags."""
        name = tag.partition(" ")[0]
        if name == "img":
            self.pictures.append(tag)
            return f"\n<i {len(self.pictures) - 1}>\n"
        if name in {"td", "th"}:
            made = self._cell(tag)
        elif name == "a":
            made = "<a>" if ' href="' in tag else ""
        else:
            made = _BECOMES.get(name, "")
        self.known[tag] = made
        return made

    def _cell(self, tag: str) -> str:
        spans = {"col": 1, "row": 1} | {name: int(number) for name, number in _SPAN.findall(tag)}
        check_limit("column_span", spans["col"], "columns in one cell", self.source)
        check_limit("row_span", spans["row"], "rows in one cell", self.source)
        width = max(1, spans["col"])
        self.spans[f"{width} {spans['row']}"] = width, spans["row"]
        return f"<c {width} {spans['row']}>"


def flow(html: str, source: str, *, tame: bool = False) -> list[Item]:
    """Give what a page shows, from its markup as the parser wrote it; raises ReadError beyond a limit.

    It is `tame` when no name of a tag and no value of an attribute holds angle brackets, by which it is taken apart.
    """
    if "<pre" in html:
        html = _PRE.sub(lambda pre: pre[0].replace("\n", "<br>"), html)
    first, *pieces = html.replace("\n", " ").replace("\t", " ").replace("&nbsp;", "\xa0").split("<")
    marks, words = _Marks(source), [first]
    add, known = words.append, marks.known.get
    rest = iter(pieces)
    for piece in rest:
        tag, end, text = piece.partition(">")
        mark = known(tag) if end else None
        if mark is None and tag.startswith("!--"):
            while "-->" not in piece:
                piece = next(rest, "-->")
            mark, text = "", piece.partition("-->")[2]
        elif mark is None:
            if not tame and (not end or tag.count('"') % 2):
                return flow(_TAG.sub(_tamed, html), source, tame=True)
            mark = marks.mark(tag)
        if mark:
            add(mark)
        if text:
            add(text)
    return list(_items(_nested("".join(words), marks), marks))


def _tamed(tag: re.Match[str]) -> str:
    return f"<{tag[1].replace('<', '&lt;').replace('>', '&gt;')}>" if tag[1] else ""


def _nested(marked: str, marks: _Marks) -> str:
    """Give the flow with a mark for each table of data; tables that only lay out the page become their text."""
    around: list[list[str]] = [[]]
    held = 0
    for piece in _TABLE.split(marked):
        if piece == "<T>":
            check_limit("nesting_depth", len(around), "tables inside each other", marks.source)
            around.append([])
        elif piece == "</T>" and len(around) > 1:
            content = "".join(around.pop())
            held += content.count("</c>")
            check_limit("table_cells", held, "cells in tables", marks.source)
            around[-1].append(_table(content, marks))
        else:
            around[-1].append(piece)
    return _LOOSE.sub("\n", "".join(piece for pieces in around for piece in pieces))


def _table(content: str, marks: _Marks) -> str:
    """Give the mark of a table of data, with what stands in it before its first row, or the text of another."""
    caption, spans = content.partition("<r>")[0].replace("<b>", ""), marks.spans
    bodies: list[_Rows] = []
    for body in content.split("<b>"):
        rows: _Rows = []
        for row in body.split("<r>")[1:]:
            cells = [cell.partition("<c ")[2].partition(">") for cell in row.split("</c>")[:-1]]
            rows.append([(text.strip(), spans[span]) for span, _, text in cells])
        bodies.append(rows)
    if not _holds_figures(bodies, content):
        return "\n".join((caption, *(text for rows in bodies for row in rows for text, _ in row)))
    marks.tables.append(bodies)
    return f"{caption}\n<t {len(marks.tables) - 1}>\n"


def _holds_figures(bodies: Sequence[_Rows], content: str) -> bool:
    """Tell a table of data from one that lays out a page: short cells side by side, no such table in it, not links."""
    if "<t " in content or not any(len(row) > 1 for rows in bodies for row in rows):
        return False
    if "<a>" in content and not _WORDY.search(_LINKED.sub("", content)):
        return False
    texts = [text for rows in bodies for row in rows for text, _ in row]
    if max(map(len, texts)) <= _LONG and max(text.count("\n") for text in texts) <= _TALL:
        return True
    return sum(len(row) >= _LEAST_ROWS for rows in bodies for row in rows) >= _LEAST_ROWS


def _items(marked: str, marks: _Marks) -> Iterator[Item]:
    pieces = _PLACED.split(marked)
    number, inside = 0, False
    for text, kind, index in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], "0"], strict=True):
        for line in filter(None, map(str.strip, text.split("\n"))):
            if "<" not in line:
                yield f"<a>{line}</a>" if inside else line
                continue
            whole, inside = _with_links(line, inside=inside)
            if _MARKS.sub("", whole).strip():
                yield whole
        if kind == "t":
            number += 1
            yield from _rows(marks.tables[int(index)], number, marks.pictures)
        elif kind == "i":
            yield Picture(marks.pictures[int(index)])


def _with_links(line: str, *, inside: bool) -> tuple[str, bool]:
    """Give a line with every link in it opened and closed there, and whether the next line is still in one."""
    whole = f"<a>{line}" if inside else line
    inside = whole.rfind("<a>") > whole.rfind("</a>")
    return f"{whole}</a>" if inside else whole, inside


def plain(line: str) -> str:
    """Give text as it shows: without marks of links, with the characters that markup has to write otherwise."""
    if "<" in line:
        line = _MARKS.sub("", line).strip()
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
                Box("", text if text.isalnum() else _shown(text), first, span[0], _spot(table, number, first + 1))
                for (text, span), first in zip(row, firsts, strict=True)
            ]
            if boxes:
                yield Part("", boxes[0].spot, tuple(boxes))
            for text, _ in row:
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
