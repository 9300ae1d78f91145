"""One sheet of a workbook as stored, and the rows of own cells that a person sees in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from govrules.read.limits import check_limit, limit


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells that are shown as one: the rows and columns of its corners, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """A sheet as stored: the text shown in each cell that is not blank, by row and column counted from 1.

    `framed` is the last column with a border, by row, where the file tells; `pending` are the places of formulas of
    which no result was saved; `pictures` the names of the pictures on it, each with its row.
    """

    name: str
    number: int
    cells: Mapping[tuple[int, int], str]
    merges: Sequence[Merge] = ()
    framed: Mapping[int, int] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    pending: Sequence[tuple[int, int]] = ()
    pictures: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Own:
    """A cell with its text, how many visible columns and rows it spans, and where it is stored; columns from 0."""

    text: str
    column: int
    width: int
    height: int
    place: tuple[int, int]

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.column + self.width


@dataclass(frozen=True, slots=True)
class Row:
    """A row with text: its own cells (of blank ones only those that are merged), the columns that others cover.

    `crossed` says that a merged cell reaches into it from above, `follows` that no blank row stands before it,
    `framed` is the column behind its last one with a border.
    """

    number: int
    cells: tuple[Own, ...]
    covered: frozenset[int]
    crossed: bool
    follows: bool
    framed: int = 0

    @property
    def told(self) -> tuple[Own, ...]:
        """The cells that hold text."""
        return tuple(cell for cell in self.cells if cell.text)

    @property
    def first(self) -> int:
        """The first column that is used."""
        return min(*self.covered, *(cell.column for cell in self.cells), self.cells[0].column)

    @property
    def end(self) -> int:
        """The column behind the last that is used."""
        return max(*(column + 1 for column in self.covered), *(cell.end for cell in self.cells), self.cells[-1].end)


def visible_columns(sheet: Sheet) -> list[int]:
    """Give the columns that are not hidden, counted from 1, up to the most that a sheet may have."""
    return [column for column in range(1, limit("sheet_columns") + 1) if column not in sheet.hidden_columns]


def visible_rows(sheet: Sheet, where: str) -> Iterator[Row]:
    """Give the rows that hold text and are not hidden, from the top; raises ReadError beyond the limits."""
    _check(sheet, where)
    columns = visible_columns(sheet)
    by_row: dict[int, list[Own]] = {}
    for row, own in _own_cells(sheet, columns):
        by_row.setdefault(row, []).append(own)
    until: dict[int, int] = {}
    last = 0
    for number in sorted(by_row):
        above = frozenset(column for column, bottom in until.items() if bottom >= number)
        cells = tuple(own for own in sorted(by_row[number], key=lambda own: own.column) if own.column not in above)
        told = any(own.text for own in cells)
        follows = told and last > 0 and _is_joined(sheet, until, last, number)
        for own in cells:
            bottom = _bottom(sheet, number, own.height)
            until |= {column: bottom for column in range(own.column, own.end) if column not in above}
        if told:
            inner = {column for own in cells for column in range(own.column + 1, own.end)}
            framed = bisect_left(columns, sheet.framed.get(number, 0) + 1)
            yield Row(number, cells, above | inner, bool(above), follows, framed)
            last = number


def _check(sheet: Sheet, where: str) -> None:
    check_limit("sheet_rows", max((row for row, _ in sheet.cells), default=0), "rows", where)
    check_limit("sheet_columns", max((column for _, column in sheet.cells), default=0), "columns", where)
    check_limit("table_cells", len(sheet.merges), "merged cells", where)
    tallest = max((merge.bottom - merge.top + 1 for merge in sheet.merges), default=0)
    check_limit("row_span", tallest, "rows in one merged cell", where)


def _own_cells(sheet: Sheet, columns: Sequence[int]) -> Iterator[tuple[int, Own]]:
    """Give the visible cells, each with its row: merged ones where they begin to be visible, blank or not."""
    merged = {(merge.top, merge.left): merge for merge in sheet.merges}
    for place, merge in merged.items():
        rows = [row for row in range(merge.top, merge.bottom + 1) if row not in sheet.hidden_rows]
        first, end = bisect_left(columns, merge.left), bisect_left(columns, merge.right + 1)
        if rows and first < end:
            yield rows[0], Own(sheet.cells.get(place, ""), first, end - first, len(rows), place)
    for (row, column), text in sheet.cells.items():
        hidden = row in sheet.hidden_rows or column in sheet.hidden_columns
        if not hidden and (row, column) not in merged:
            yield row, Own(text, bisect_left(columns, column), 1, 1, (row, column))


def _bottom(sheet: Sheet, row: int, height: int) -> int:
    """Give the last of so many visible rows, the first of which is `row`."""
    while height > 1:
        row += 1
        height -= row not in sheet.hidden_rows
    return row


def _is_joined(sheet: Sheet, until: Mapping[int, int], above: int, below: int) -> bool:
    """Tell whether no blank row stands between two rows: rows with borders, or crossed by merged cells, are none."""
    reach = max(until.values(), default=0)
    return all(row in sheet.hidden_rows or row in sheet.framed or row <= reach for row in range(above + 1, below))
