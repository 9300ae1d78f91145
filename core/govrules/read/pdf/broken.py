"""Tables that run over page breaks: their pieces made one, a row that was split by the break made whole again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from govrules.read.document import Part
from govrules.read.normalise import normalise
from govrules.read.pdf.flow import TextLine, cell_text, is_full, paragraphs
from govrules.read.pdf.ruled import clusters
from govrules.read.value import parse_value
from govrules.report import Box, Spot

_SAME_WIDTH, _PROSE = 4.0, 80


@dataclass(frozen=True, slots=True)
class Cell:
    """An own cell with its lines; `row` counts from the top of its table, `first` is its first grid column."""

    lines: tuple[TextLine, ...]
    row: int
    rows: int
    first: int
    columns: int
    x0: float
    x1: float
    page: int

    @property
    def text(self) -> str:
        """What it says, with breaks only where lines were ended on purpose."""
        return cell_text(self.lines, self.x1 - self.x0)

    @property
    def last_row(self) -> int:
        """The last row it reaches."""
        return self.row + self.rows - 1

    def may_go_on(self, lower: Cell) -> bool:
        """Tell whether its last line had no room for what another cell begins with: the text may go on there."""
        return bool(self.lines) and is_full(self.lines[-1], self.x1 - self.x0, lower.text)


Pairs = Sequence[tuple[Cell | None, Cell]]


@dataclass(frozen=True)
class Piece:
    """What stands of a table on one page; nothing closes it where it is open."""

    page: int
    xs: tuple[float, ...]
    rows: int
    cells: tuple[Cell, ...]
    open_top: bool = False
    open_bottom: bool = False
    ruled: bool = True

    @property
    def width(self) -> float:
        """How wide it is on paper."""
        return self.xs[-1] - self.xs[0]


def goes_on(piece: Piece, after: Piece) -> bool:
    """Tell whether a piece that comes next in a document, on the next page, may be the rest of the same table."""
    near = after.page == piece.page + 1 and piece.ruled and after.ruled
    return near and abs(piece.width - after.width) < _SAME_WIDTH


def parts(pieces: Sequence[Piece], table: int) -> Iterator[Part]:
    """Give the rows of a table that stands on one page or on several; `table` is its number in the document."""
    cells = _one_table(_on_one_grid(pieces)) if pieces[0].ruled else pieces[0].cells
    width = max((cell.first + cell.columns for cell in cells), default=0)
    for row in sorted({cell.row for cell in cells}):
        own = sorted((cell for cell in cells if cell.row == row), key=lambda cell: cell.first)
        if len(own) == 1 and own[0].columns == width and len(own[0].text) > _PROSE:
            yield from _prose(own[0], table)
            continue
        yield Part("", Spot(own[0].page, "", table, row + 1), tuple(_box(cell, table) for cell in own))


def _prose(cell: Cell, table: int) -> Iterator[Part]:
    """Give the paragraphs of a cell that holds a whole page, as where a web page is laid out by a table."""
    left = min(line.x0 for line in cell.lines)
    for text, page in paragraphs(cell.lines, left, max(line.x1 for line in cell.lines)):
        yield Part(text, Spot(page, "", table, cell.row + 1, 1))


def _box(cell: Cell, table: int) -> Box:
    spot = Spot(cell.page, "", table, cell.row + 1, cell.first + 1)
    return Box("", cell.text, cell.first, cell.columns, spot)


def _on_one_grid(pieces: Sequence[Piece]) -> list[Piece]:
    """Count the columns of all pieces by one grid: a page may lack the rows in which a column is divided."""
    edges = [sum(group) / len(group) for group in clusters(x - piece.xs[0] for piece in pieces for x in piece.xs)]

    def step(x: float, piece: Piece) -> int:
        return min(range(len(edges)), key=lambda number: abs(edges[number] - (x - piece.xs[0])))

    made: list[Piece] = []
    for piece in pieces:
        ends = [(step(cell.x0, piece), step(cell.x1, piece)) for cell in piece.cells]
        cells = [
            replace(cell, first=first, columns=max(1, end - first))
            for cell, (first, end) in zip(piece.cells, ends, strict=True)
        ]
        made.append(replace(piece, cells=tuple(cells)))
    return made


def _one_table(pieces: Sequence[Piece]) -> Sequence[Cell]:
    cells, rows = list(pieces[0].cells), pieces[0].rows
    for before, after in pairwise(pieces):
        known = _repeated(cells, after)
        fresh = [replace(cell, row=cell.row - known) for cell in after.cells if cell.row >= known]
        is_open = before.open_bottom or after.open_top
        cells, fresh, used = _bridged(cells, rows - 1, fresh, is_open=is_open)
        cells += [replace(cell, row=cell.row + rows - used) for cell in fresh]
        rows += after.rows - known - used
    return cells


def _repeated(cells: Sequence[Cell], after: Piece) -> int:
    """Count the rows at the top of a page that repeat the head of the table."""
    head = [(cell.row, cell.rows, cell.first, cell.text) for cell in cells]
    again = [(cell.row, cell.rows, cell.first, cell.text) for cell in after.cells]
    for rows in range(min(4, after.rows - 1), 0, -1):
        one, other = ([found for found in side if found[0] < rows] for side in (head, again))
        if one == other and any(text for *_, text in one) and all(row + deep <= rows for row, deep, *_ in one):
            return rows
    return 0


def _bridged(cells: list[Cell], last: int, fresh: list[Cell], *, is_open: bool) -> tuple[list[Cell], list[Cell], int]:
    """Join what a page break parted in the last row above it and the first one below, and say how many rows that took.

    Captions that span rows go on below the break as blank cells, or with the rest of their words.
    """
    above = {(cell.first, cell.columns): cell for cell in cells if cell.last_row == last}
    pairs = [(above.get((cell.first, cell.columns)), cell) for cell in fresh if cell.row == 0]
    split = _split(pairs, is_open=is_open)
    if split == "perhaps":
        _words_alone(cells, fresh, last, pairs)
        return cells, fresh, 0
    used, lead = int(split == "surely"), True
    for upper, lower in pairs:
        lead = lead and not lower.lines
        if upper is None or not (used or lead or _is_rest(upper, lower)):
            continue
        page = upper.page if upper.lines else lower.page
        rows = upper.rows + lower.rows - used
        cells[cells.index(upper)] = replace(upper, lines=(*upper.lines, *lower.lines), rows=rows, page=page)
        fresh.remove(lower)
    return cells, fresh, used


def _is_rest(caption: Cell, lower: Cell) -> bool:
    """Tell whether a cell is the rest of a caption that spans rows on both sides of the break."""
    spans = caption.rows > 1 or lower.rows > 1
    return spans and _is_words(lower) and caption.may_go_on(lower) and not lower.lines[0].numbered


def _words_alone(cells: list[Cell], fresh: list[Cell], last: int, pairs: Pairs) -> None:
    """Take the blank cells out of the part that has no figures: whether it is a row or half a label, the form tells."""
    if any(_is_figure(lower) for _, lower in pairs):
        cells[:] = [cell for cell in cells if cell.lines or cell.row != last]
    else:
        fresh[:] = [cell for cell in fresh if cell.lines or cell.row != 0]


def _split(pairs: Pairs, *, is_open: bool) -> Literal["no", "perhaps", "surely"]:
    """Tell whether the first row below a page break is the rest of the last one above it.

    Its label opens no row of its own, the label above had no more room, and only one of the two holds figures.
    """
    if any(upper is None for upper, _ in pairs):
        return "no"
    both = [(upper, lower) for upper, lower in pairs if upper and upper.rows == lower.rows == 1]
    if not both or any(
        _is_figure(upper) is not _is_figure(lower) for upper, lower in both if upper.lines and lower.lines
    ):
        return "no"
    above = any(_is_figure(upper) for upper, _ in both)
    below = any(_is_figure(lower) for _, lower in both)
    words = [(upper, lower) for upper, lower in both if _is_words(lower)]
    if (above and below) or any(lower.lines[0].numbered for _, lower in words):
        return "no"
    if not words:
        named = any(upper.lines for upper, _ in both)
        return "surely" if (below and named) or (is_open and not below) else "no"
    if not all(upper.may_go_on(lower) if upper.lines else is_open for upper, lower in words):
        return "no"
    unlabelled = bool(both[0][0].lines) and not both[0][1].lines
    return "surely" if is_open or unlabelled or _is_half_a_label(words) else "perhaps"


def _is_half_a_label(words: Sequence[tuple[Cell, Cell]]) -> bool:
    """Tell whether words below a break are no label of their own: several, one letter, behind a numbered half."""
    upper, lower = words[0]
    return len(words) > 1 or len(lower.text) < 2 or len(upper.lines) > 1 or upper.lines[0].numbered


def _is_words(cell: Cell) -> bool:
    return bool(cell.lines) and not _is_figure(cell)


def _is_figure(cell: Cell) -> bool:
    return bool(cell.lines) and parse_value(normalise(cell.text)) is not None
