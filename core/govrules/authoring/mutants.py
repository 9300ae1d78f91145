"""Slips of the pen: what people do wrong when they copy a table, one cell at a time and by pairs that cancel out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise, permutations

from govrules.authoring.clean import Equality, Figures
from govrules.form import Cell, Form, Table

_MOVED = 3


class Slip(StrEnum):
    """A way to get figures wrong."""

    MORE = "plus-1"
    LESS = "minus-1"
    TEN = "plus-10"
    SIGN = "sign"
    DIGITS = "digits"
    ZERO = "zero"
    BLANK = "blank"
    ROW_MOVE = "move-in-row"
    COLUMN_MOVE = "move-in-column"
    WITH_TOTAL = "part-and-total"
    SWAP = "swap-neighbours"
    ROWS = "transpose-rows"


SINGLE = (Slip.MORE, Slip.LESS, Slip.TEN, Slip.SIGN, Slip.DIGITS, Slip.ZERO, Slip.BLANK)
PAIRS = (Slip.ROW_MOVE, Slip.COLUMN_MOVE)
OTHER = (Slip.WITH_TOTAL, Slip.SWAP, Slip.ROWS)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A clean table with a slip: the new value of each cell that changed, and what to call the place.

    `names` are the cells, or the rows where whole rows changed places.
    """

    slip: Slip
    table: str
    changes: Mapping[str, int | None]
    names: tuple[str, ...]


def mutants(form: Form, table: Table, figures: Figures, sums: Iterable[Equality]) -> list[Mutant]:
    """Give every slip in one table of a clean report; `sums` say which cell is the total of which."""
    grid = _Grid(form, table, figures)
    made = [*grid.single(), *grid.moves(), *grid.with_totals(sums), *grid.swaps(), *grid.transposed()]
    return [one for one in made if any(figures[cell] != value for cell, value in one.changes.items())]


class _Grid:
    """The cells of one table by rows and columns, with their clean values."""

    def __init__(self, form: Form, table: Table, figures: Figures) -> None:
        self._table = table.id
        self._cells = {cell.id: form.cells[cell.id] for cell in table.cells()}
        self._value = {cell: figures[cell] for cell in self._cells}
        self._blocks = [[[cell for _, cell in block.cells(row)] for row in block.rows] for block in table.blocks]
        self._names = [[row.id for row in block.rows] for block in table.blocks]

    def single(self) -> Iterator[Mutant]:
        for cell, value in self._value.items():
            digits = int(str(value)[::-1])
            for slip, to in zip(SINGLE, (value + 1, value - 1, value + 10, -value, digits, 0, None), strict=True):
                yield self._made(slip, {cell: to})

    def moves(self) -> Iterator[Mutant]:
        """Move some of one cell to another of the same row, or of the same column."""
        rows = [row for block in self._blocks for row in block]
        for slip, groups in ((Slip.ROW_MOVE, rows), (Slip.COLUMN_MOVE, self._columns())):
            for group in groups:
                for one, other in permutations(group, 2):
                    if self._alike(one, other):
                        moved = min(_MOVED, self._value[one]) or _MOVED
                        yield self._made(slip, {one: self._value[one] - moved, other: self._value[other] + moved})

    def with_totals(self, sums: Iterable[Equality]) -> Iterator[Mutant]:
        """Add to a part and to its total alike, so that the sum of both still holds."""
        pairs = dict.fromkeys(
            (part, total)
            for equality in sums
            for total, factor in equality.coefficients.items()
            if total in self._value and self._cells[total].total
            for part, other in equality.coefficients.items()
            if part in self._value and part != total and factor * other < 0
        )
        for part, total in pairs:
            changes = {cell: self._value[cell] + _MOVED for cell in (part, total)}
            yield self._made(Slip.WITH_TOTAL, changes)

    def swaps(self) -> Iterator[Mutant]:
        """Swap a cell with the one to its right, and with the one below."""
        lines = [row for block in self._blocks for row in block] + list(self._columns())
        for line in lines:
            for one, other in pairwise(line):
                if self._alike(one, other):
                    yield self._made(Slip.SWAP, {one: self._value[other], other: self._value[one]})

    def transposed(self) -> Iterator[Mutant]:
        """Let two rows of several cells change places."""
        for rows, names in zip(self._blocks, self._names, strict=True):
            for (first, name), (second, other) in combinations(zip(rows, names, strict=True), 2):
                if len(first) == len(second) > 1:
                    pairs = [*zip(first, second, strict=True), *zip(second, first, strict=True)]
                    changes = {to: self._value[cell] for cell, to in pairs}
                    yield Mutant(Slip.ROWS, self._table, changes, (name, other))

    def _columns(self) -> Iterator[list[str]]:
        """Give the cells of each column, those of all blocks together."""
        columns: dict[str, list[str]] = {}
        for cell, made in self._cells.items():
            columns.setdefault(made.column, []).append(cell)
        return iter(columns.values())

    def _alike(self, one: str, other: str) -> bool:
        return _kind(self._cells[one]) == _kind(self._cells[other])

    def _made(self, slip: Slip, changes: Mapping[str, int | None]) -> Mutant:
        return Mutant(slip, self._table, changes, tuple(changes))


def _kind(cell: Cell) -> bool:
    return cell.type == "money"
