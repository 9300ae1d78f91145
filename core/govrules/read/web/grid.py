"""The grid of a table: in which column each own cell stands when the spans of the rows above are counted."""

from __future__ import annotations

from collections.abc import Sequence

Span = tuple[int, int]
"""Columns and rows that a cell spans; 0 rows are all that are left."""
_Hanging = tuple[int, int, int]
"""A cell that reaches into rows below: its first column, the one behind it, the row behind its last."""


def first_columns(rows: Sequence[Sequence[Span]]) -> list[list[int]]:
    """Give the first grid column (from 0) of every own cell of the rows of one table, or of one body of it."""
    placed: list[list[int]] = []
    hanging: list[_Hanging] = []
    for here, row in enumerate(rows):
        hanging = [cell for cell in hanging if cell[2] > here]
        if not hanging and not any(map((1, 1).__ne__, row)):
            placed.append(list(range(len(row))))
            continue
        columns = _row(row, hanging)
        placed.append(columns)
        below = _below(row, columns, here, len(rows))
        if below:
            hanging = sorted(hanging + below)
    return placed


def _row(row: Sequence[Span], hanging: Sequence[_Hanging]) -> list[int]:
    """Place the cells of a row in the columns that nothing hangs into, as browsers do."""
    columns: list[int] = []
    column = met = 0
    for width, _ in row:
        while met < len(hanging) and hanging[met][0] <= column:
            column = max(column, hanging[met][1])
            met += 1
        columns.append(column)
        column += width
    return columns


def _below(row: Sequence[Span], columns: Sequence[int], here: int, end: int) -> list[_Hanging]:
    """Give what of a row reaches into the next ones; neighbours that reach equally far are as one."""
    below: list[_Hanging] = []
    for column, (width, height) in zip(columns, row, strict=True):
        if height == 1:
            continue
        until = here + height if height else end
        if below and below[-1][1:] == (column, until):
            column, width = below[-1][0], column + width - below[-1][0]
            below.pop()
        below.append((column, column + width, until))
    return below
