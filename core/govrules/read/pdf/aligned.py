"""Tables without ruling lines: figures that stand below each other are columns, lines close together one label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from govrules.read.normalise import normalise
from govrules.read.pdf.broken import Cell, Piece
from govrules.read.pdf.flow import TextLine, glyph_rows, text_line
from govrules.read.pdf.marks import Glyph
from govrules.read.value import parse_value

_SLACK, _GAP, _CLOSE, _LEAST_FIGURES, _LEAST_ROWS, _BETWEEN, _PITCH, _LABELS = 0.45, 0.8, 0.3, 4, 4, 1.5, 1.1, 8
_NUMBERING = re.compile(r"\d{1,2}[.、．]|[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]、")
Span = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """A baseline of a page: its characters, in pieces that wide gaps set apart, figures and words."""

    glyphs: tuple[Glyph, ...]
    figures: tuple[TextLine, ...]
    words: tuple[TextLine, ...]
    base: float

    @property
    def is_row(self) -> bool:
        """Whether it has the figures of a table row."""
        return len(self.figures) >= _LEAST_FIGURES


def aligned(glyphs: Sequence[Glyph], page: int) -> tuple[list[tuple[float, Piece]], list[Glyph]]:
    """Give the tables without ruling lines among the characters of a page, and the characters that are in none.

    Only what is clear is taken: every figure stands in one column, every row of figures has one label.
    """
    bands = [_band(row, page) for row in glyph_rows(glyphs)]
    found: list[tuple[float, Piece]] = []
    free: list[Glyph] = []
    here = 0
    for first, last in _blocks(bands):
        cells = _cells(bands[first:last], page)
        if cells:
            free += [glyph for band in bands[here:first] for glyph in band.glyphs]
            edges = sorted({x for cell in cells for x in (cell.x0, cell.x1)})
            top = min(glyph.top for band in bands[first:last] for glyph in band.glyphs)
            rows = 1 + max(cell.row for cell in cells)
            found.append((top, Piece(page, tuple(edges), rows, tuple(cells), ruled=False)))
            here = last
    return found, [*free, *(glyph for band in bands[here:] for glyph in band.glyphs)]


def _band(row: Sequence[Glyph], page: int) -> Band:
    runs: list[list[Glyph]] = []
    for glyph in sorted((glyph for glyph in row if not glyph.text.isspace()), key=lambda glyph: glyph.x0):
        if runs and glyph.x0 - runs[-1][-1].x1 <= _GAP * glyph.size:
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    pieces = [text_line(part, page) for run in runs for part in _numbered_apart(run)]
    figures = tuple(piece for piece in pieces if parse_value(normalise(piece.text)) is not None)
    words = tuple(piece for piece in pieces if piece not in figures)
    return Band(tuple(row), figures, words, median(piece.base for piece in figures or pieces))


def _numbered_apart(run: list[Glyph]) -> list[list[Glyph]]:
    """Part a caption from the numbered label that stands close behind it."""
    text = [glyph.text for glyph in run]
    for here in range(1, len(run)):
        apart = run[here].x0 - run[here - 1].x1 > _CLOSE * run[here].size
        if apart and _NUMBERING.match("".join(text[here : here + 4])):
            return [run[:here], *_numbered_apart(run[here:])]
    return [run]


def _blocks(bands: Sequence[Band]) -> Iterator[tuple[int, int]]:
    """Give the ranges of lines that may be tables: rows of figures, with nothing but words of labels between."""
    groups: list[list[int]] = []
    for number in (number for number, band in enumerate(bands) if band.is_row):
        if groups and _one_block(bands, groups[-1], number):
            groups[-1].append(number)
        else:
            groups.append([number])
    for group in groups:
        if len(group) >= _LEAST_ROWS:
            left = _columns([bands[number] for number in group])[0][0]
            yield _reach(bands, group[0], -1, left), _reach(bands, group[-1], 1, left) + 1


def _one_block(bands: Sequence[Band], group: Sequence[int], number: int) -> bool:
    """Tell whether the lines before a row of figures are labels of the table above: beside its figures, and few."""
    between = bands[group[-1] + 1 : number]
    left = _columns([bands[row] for row in group])[0][0]
    return len(between) <= _LABELS and not any(piece.x1 > left for band in between for piece in band.words)


def _reach(bands: Sequence[Band], start: int, step: int, left: float) -> int:
    """Give the last line in one direction that is still part of a label beside the figures."""
    here = start
    while 0 <= here + step < len(bands):
        band, other = bands[here], bands[here + step]
        near = abs(other.base - band.base) < _BETWEEN * min(piece.size for piece in (*other.words, *other.figures))
        if not near or other.figures or any(piece.x1 > left for piece in other.words):
            break
        here += step
    return here


def _columns(bands: Sequence[Band]) -> list[Span]:
    """Give the columns of figures: what white space parts all the way down."""
    columns: list[Span] = []
    for start, end in sorted((piece.x0, piece.x1) for band in bands for piece in band.figures):
        if columns and start <= columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], end))
        else:
            columns.append((start, end))
    return columns


def _cells(bands: Sequence[Band], page: int) -> list[Cell] | None:
    """Give the cells of a block row by row, or None where it is not clear what belongs together."""
    rows = [band for band in bands if band.is_row]
    if any(band.figures for band in bands if not band.is_row):
        return None
    columns = _columns(rows)
    labels = _labels(bands)
    if any(line.x1 > columns[0][0] for label in labels for line in label):
        return None
    cells: list[Cell] = []
    told = 0
    waiting = sorted((label for label in labels if len(_beside(label, rows)) != 1), key=lambda label: label[0].base)
    for row in rows:
        own = sorted((label for label in labels if _beside(label, rows) == [row]), key=lambda label: label[0].x0)
        placed = [[piece for piece in row.figures if piece.x0 < end and piece.x1 > start] for start, end in columns]
        if not own or any(len(pieces) > 1 for pieces in placed):
            return None
        while waiting and waiting[0][0].base <= row.base:
            cells.append(_cell(waiting.pop(0), told, 0, page))
            told += 1
        cells += [_cell(label, told, number, page) for number, label in enumerate(own)]
        for number, (pieces, (start, end)) in enumerate(zip(placed, columns, strict=True), start=_LABELS):
            cells.append(Cell(tuple(pieces), told, 1, number, 1, start, end, page))
        told += 1
    return cells


def _cell(label: Sequence[TextLine], row: int, first: int, page: int) -> Cell:
    x0, x1 = min(line.x0 for line in label), max(line.x1 for line in label)
    return Cell(tuple(label), row, 1, first, 1, x0, x1, page)


def _labels(bands: Sequence[Band]) -> list[list[TextLine]]:
    """Join the lines of wrapped labels, which stand closer than rows do; where every line has figures none is one."""
    lines = [piece for band in bands for piece in band.words]
    if all(band.is_row for band in bands):
        return [[line] for line in lines]
    bare = {id(piece) for band in bands if not band.is_row for piece in band.words}
    below = [(line, _next(line, lines)) for line in lines]
    pitches = [other.base - line.base for line, other in below if other and (id(line) in bare or id(other) in bare)]
    closest = min(pitches, default=0.0)
    joined: dict[int, list[TextLine]] = {}
    labels: list[list[TextLine]] = []
    for line, other in below:
        label = joined.get(id(line))
        if label is None:
            label = joined[id(line)] = [line]
            labels.append(label)
        if other and other.base - line.base <= _PITCH * closest and id(other) not in joined:
            label.append(other)
            joined[id(other)] = label
    return labels


def _next(line: TextLine, lines: Sequence[TextLine]) -> TextLine | None:
    """Give the next line below that stands mostly under or over another."""
    under = [
        other
        for other in lines
        if other.base > line.base + 0.5 * line.size
        and min(line.x1, other.x1) - max(line.x0, other.x0) > 0.5 * min(line.x1 - line.x0, other.x1 - other.x0)
    ]
    return min(under, key=lambda other: other.base, default=None)


def _beside(label: Sequence[TextLine], rows: Sequence[Band]) -> list[Band]:
    """Give the rows of figures whose height is that of a label."""
    slack = _SLACK * label[0].size
    return [row for row in rows if label[0].base - slack <= row.base <= label[-1].base + slack]
