"""Words where a figure should stand: in rows of marked cells they are cells like others, if no cell was moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govrules.read.run import Run
from govrules.read.tokens import Token

Places = tuple[tuple[int, int], ...]
"""The first grid column of each cell, and how many it spans."""


def with_words(runs: Sequence[Run], here: int, tokens: Sequence[Token], start: int, stop: int) -> Run | None:
    """Give a run with every cell behind its label, words included; None where one of them may have moved others.

    `start` is the token behind the label, `stop` the next label. The cells are as many as the columns, each in the
    grid column that it has in the whole rows next to it; where there are none, in the printed row above.
    """
    run = runs[here]
    row, end = tokens[start - 1].row, start + len(run.cells)
    cells = tuple(tokens[start:end])
    if end > stop or (end < len(tokens) and tokens[end].row == row) or not _are_cells(cells, row):
        return None
    places, near = _places(cells), [*_whole(runs[:here][::-1], run), *_whole(runs[here + 1 :], run)]
    above = _places(_row_above(tokens, start)[-len(cells) :])
    if any(other != places for other in near or [above]):
        return None
    return replace(run, slots=cells, pads=0, in_row=True)


def row_with_words(tokens: Sequence[Token], first: int, headers: Sequence[Token], wanted: int) -> tuple[Token, ...]:
    """Give the whole row of the token `first`, words included, if it has `wanted` cells, as wide as the headers."""
    row, start, end = tokens[first].row, first, first
    while start and tokens[start - 1].row == row >= 0:
        start -= 1
    while end < len(tokens) and tokens[end].row == row >= 0:
        end += 1
    cells, over = tuple(tokens[start:end]), _places(headers)
    if not over or not _are_cells(cells, row):
        return ()
    begin, behind = min(over)[0], max(first + width for first, width in over)
    single = tuple((column, 1) for column in range(begin, behind))
    return cells if len(cells) == wanted and _places(cells) == single else ()


def _are_cells(cells: Sequence[Token], row: int) -> bool:
    """Tell whether tokens are marked cells of one row, some of them words and none of them prose."""
    kinds = {cell.kind for cell in cells}
    return kinds <= {"value", "blank", "words"} and "words" in kinds and all(c.box and c.row == row for c in cells)


def _whole(runs: Sequence[Run], run: Run) -> list[Places]:
    """Give the places of the cells of the first run that has the columns of another, and lost none."""
    whole = (other for other in runs if other.columns == run.columns and len(other.slots) == len(run.cells))
    return [_places(other.slots) for other in whole][:1]


def _row_above(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    end = start
    while end and tokens[end - 1].row == tokens[start].row:
        end -= 1
    begin = end
    while begin and tokens[begin - 1].row == tokens[end - 1].row >= 0:
        begin -= 1
    return tokens[begin:end]


def _places(cells: Sequence[Token]) -> Places:
    return tuple((cell.box.first, cell.box.width) for cell in cells if cell.box)
