"""Characters on paper to lines, lines to the text of a cell or to paragraphs: a wrapped line goes on where it broke."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from govrules.read.pdf.marks import Glyph

_SAME_LINE, _SPACE, _WIDE, _TWICE = 0.45, 0.4, 1.2, 0.15
_PADDING, _INDENT, _FAR, _LARGER = 11.5, 0.9, 2.7, 1.05
_HEADING = re.compile(
    r"(第[一二三四五六七八九十]+(部分|章|条|款)|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）])"
)
_NUMBERED = re.compile(rf"{_HEADING.pattern}|\d{{1,2}}\s?[.、．](?!\d)|[①-⑳]")
_WORD, _NARROW = re.compile(r"[!-~]+"), 0.6
_NEVER_FIRST = frozenset("，。、；：！？）》”’〕】,.;:!?)")
_END = ("。", "！", "？", "；", "：", "!", "?", ";", ":")


@dataclass(frozen=True)
class TextLine:
    """A line of characters from left to right: its text, and the box round it."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    page: int = 0

    @property
    def numbered(self) -> bool:
        """Whether it opens with the number of a heading or of a row."""
        return bool(_NUMBERED.match(self.text.strip()))


def text_lines(glyphs: Iterable[Glyph], page: int = 0) -> list[TextLine]:
    """Give the lines of upright characters from top to bottom; what was printed twice for boldness is taken once."""
    return [text_line(row, page) for row in glyph_rows(glyphs)]


def glyph_rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Give characters by baseline, from top to bottom; none of the rows is blank."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.base):
        if rows and glyph.base - rows[-1][0].base <= _SAME_LINE * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [row for row in rows if any(not glyph.text.isspace() for glyph in row)]


def text_line(row: Iterable[Glyph], page: int = 0) -> TextLine:
    """Give the line that some characters of one baseline make; wide gaps become two spaces."""
    ordered = sorted(row, key=lambda glyph: (glyph.x0, glyph.x1))
    pieces, kept, gapped = list[str](), list[Glyph](), False
    for glyph in ordered:
        if glyph.text.isspace():
            gapped = True
            continue
        if kept and glyph.text == kept[-1].text and glyph.x0 - kept[-1].x0 < _TWICE * glyph.size:
            continue
        if kept:
            apart = (glyph.x0 - kept[-1].x1) / max(glyph.size, 1)
            pieces.append("  " if apart > _WIDE else " " if gapped or apart > _SPACE else "")
        pieces.append(glyph.text)
        kept.append(glyph)
        gapped = False
    base = median(glyph.base for glyph in kept)
    return _framed("".join(pieces), kept, page, base)


def cell_lines(glyphs: Sequence[Glyph], page: int = 0) -> list[TextLine]:
    """Give the lines of a cell, whose text may be set upright, stacked in columns, or turned on its side."""
    leans = [glyph.lean for glyph in glyphs if not glyph.text.isspace()]
    if not leans:
        return []
    sideways = next((lean for lean in ("down", "up", "over") if leans.count(lean) * 2 > len(leans)), "")
    if sideways:
        return [_sideways(glyphs, sideways, page)]
    upright = [glyph for glyph in glyphs if glyph.lean == "upright"]
    return _stacked(upright, page) or text_lines(upright, page)


def _sideways(glyphs: Sequence[Glyph], lean: str, page: int) -> TextLine:
    """Read text that is turned on its side: downwards with the first line at the right, or upwards from the left."""
    sign = {"down": -1, "up": 1, "over": -1}[lean]
    axis = [(sign * glyph.base, -sign * glyph.top, glyph) for glyph in glyphs if not glyph.text.isspace()]
    text, last = "", float("-inf")
    columns: list[list[tuple[float, Glyph]]] = []
    for across, down, glyph in sorted(axis, key=lambda found: found[0]):
        if across - last > _SAME_LINE * glyph.size:
            columns.append([])
        columns[-1].append((down, glyph))
        last = across
    text = "".join(glyph.text for column in columns for _, glyph in sorted(column, key=lambda found: found[0]))
    return _framed(text, glyphs, page)


def _stacked(glyphs: Sequence[Glyph], page: int) -> list[TextLine]:
    """Read characters that stand upon each other in columns from the right: closer downwards than across."""
    marks = [glyph for glyph in glyphs if not glyph.text.isspace()]
    columns: list[list[Glyph]] = []
    for glyph in sorted(marks, key=lambda glyph: -(glyph.x0 + glyph.x1)):
        if columns and columns[-1][-1].x0 - glyph.x0 < glyph.size / 2:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    if len(columns) < 2 or len(columns[0]) < 3 or any(glyph.text.isascii() for glyph in marks):
        return []
    downs = [b.top - a.bottom for column in columns for a, b in pairwise(sorted(column, key=lambda g: g.top))]
    across = min(one[0].x0 - max(glyph.x1 for glyph in other) for one, other in pairwise(columns))
    if across < 0.3 * marks[0].size or max(downs, default=0.0) >= across:
        return []
    text = "".join(glyph.text for column in columns for glyph in sorted(column, key=lambda g: g.top))
    return [_framed(text, marks, page)]


def _framed(text: str, glyphs: Sequence[Glyph], page: int, base: float | None = None) -> TextLine:
    bottom = max(glyph.bottom for glyph in glyphs)
    return TextLine(
        text,
        min(glyph.x0 for glyph in glyphs),
        max(glyph.x1 for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        bottom,
        bottom if base is None else base,
        median(glyph.size for glyph in glyphs),
        page,
    )


def is_full(line: TextLine, width: float, following: str = "国") -> bool:
    """Tell whether a line of a cell `width` wide had no room for what follows, so that it was broken there."""
    return width - (line.x1 - line.x0) < _needed(following, line.size) + _PADDING


def _needed(text: str, em: float) -> float:
    """Give about the width of the beginning of a text that is not broken: a Latin word, a character with its comma."""
    word = _WORD.match(text)
    if word:
        return _NARROW * len(word.group()) * em
    return (2 if text[1:2] in _NEVER_FIRST else 1) * em


def cell_text(lines: Sequence[TextLine], width: float) -> str:
    """Give the text of a cell: lines that were full go on, others were ended on purpose and stay apart."""
    text = lines[0].text if lines else ""
    for line, after in pairwise(lines):
        text += joint(text, after.text) if is_full(line, width, after.text) else "\n"
        text += after.text
    return text


def joint(before: str, after: str) -> str:
    """Give what stands between two parts of a broken line: a space between Latin words, else nothing."""
    one, other = before[-1:], after[:1]
    return " " if one.isascii() and other.isascii() and (one.isalpha() or other.isalpha()) and one != "-" else ""


def paragraphs(lines: Sequence[TextLine], left: float, right: float) -> Iterator[tuple[str, int]]:
    """Give the paragraphs of lines set between two margins, each with the page it begins on."""
    if not lines:
        return
    body = median(line.size for line in lines)
    indented = sum(line.x0 - left > _INDENT * line.size for line in lines) * 8 > len(lines)
    text, page = lines[0].text, lines[0].page
    opening = page == 1
    for line, after in pairwise(lines):
        # Where little prose stands between a title and a table, the title is no larger than most.
        titled = line.size > _LARGER * body or (opening and _is_centred(after, left, right))
        if _near(line, after) and (_title_goes_on if titled else _goes_on)(line, after, left, right, indented):
            text += joint(text, after.text) + after.text
        else:
            yield text, page
            text, page, opening = after.text, after.page, False
    yield text, page


def _is_centred(line: TextLine, left: float, right: float) -> bool:
    return line.x0 - left > _INDENT * line.size and abs(line.x0 + line.x1 - left - right) < line.size


def _near(line: TextLine, after: TextLine) -> bool:
    """Tell whether two lines may be of one paragraph: as large, and not far apart."""
    far = line.page == after.page and after.base - line.base > _FAR * line.size
    return not far and abs(after.size - line.size) <= 0.06 * line.size


def _title_goes_on(line: TextLine, after: TextLine, left: float, right: float, _indented: bool) -> bool:
    middle = abs(line.x0 + line.x1 - after.x0 - after.x1) < line.size
    return middle and line.x1 - line.x0 > 0.75 * (right - left) and not after.numbered


def _goes_on(line: TextLine, after: TextLine, left: float, right: float, indented: bool) -> bool:
    """Tell whether a paragraph that reaches the end of a line goes on in the next one."""
    em = line.size
    if right - line.x1 > em + _needed(after.text, em) or after.x0 - left > _INDENT * em or _HEADING.match(after.text):
        return False
    return indented or not line.text.endswith(_END)
