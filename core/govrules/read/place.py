"""Which value stands in which column: by count and padding where they prove it, by arithmetic where cells were lost.

Arithmetic never names a column by itself: a placement is `unique` only when the total row was read complete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from govrules.form import Row, Table
from govrules.read.doubt import Usual, is_boxed, is_broken, is_odd, is_whole, usual
from govrules.read.tokens import Token
from govrules.read.value import parse_value
from govrules.report import Flag

MAX_TRIED, MAX_CHOICES = 20_000, 400
Vector = tuple[Decimal, ...]


@dataclass(frozen=True)
class Run:
    """What stands behind a row label: slots (values and blanks) in order, the padding after them, and the width.

    Slots are words as well where the row has cells of its own, and a word in one of them moved no other.

    `lead` counts the words of the printed row before its values, `width` all its pieces with the padding.
    """

    row: Row
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    slots: tuple[Token, ...]
    pads: int
    lead: int
    line: int
    sure: bool
    unit: str = ""
    in_row: bool = False

    @property
    def width(self) -> int:
        """The number of pieces of the printed row."""
        return self.lead + len(self.slots) + self.pads

    @property
    def raw(self) -> str:
        """The raw texts of its values."""
        return " ".join(slot.raw for slot in self.slots)


@dataclass(frozen=True)
class Placed:
    """A run with its columns settled: a token, nothing (not printed), or an inferred number for each column."""

    run: Run
    tokens: tuple[Token | None, ...]
    flag: Flag
    inferred: Mapping[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """How a table was printed: `width` is the pieces of a full row where header rows tell, `padded` whether runs of
    bars pad the rows, so that a lone bar may be either a blank or padding. `usual` is what most rows have. Where no row
    `keeps` a blank cell before a value, blank cells may have been left out and rows been padded at their ends.
    """

    width: int | None
    padded: bool
    keeps: bool = False
    usual: Usual = field(default_factory=Usual)


def place(table: Table, runs: Sequence[Run], grid: Grid) -> list[Placed]:
    """Settle the columns of every run of a table; a row without marked cells among rows with them is doubted."""
    placed: list[Placed] = []
    open_runs: list[int] = []
    grid = replace(grid, width=grid.width or _width(runs, grid), usual=usual(runs))
    if any(is_boxed(run) for run in runs):
        runs = [replace(run, sure=False) if run.sure and not is_boxed(run) else run for run in runs]
    for number, run in enumerate(runs):
        done = _by_count(table, run, grid)
        loose = run if grid.keeps or is_boxed(run) else _without_end(run)
        placed.append(done or Placed(loose, (None,) * len(run.cells), "ambiguous"))
        if done is None and run.slots:
            open_runs.append(number)
    return _by_arithmetic(table, placed, open_runs) if open_runs else placed


def printed_grid(tokens: Sequence[Token], *, keeps: bool) -> Grid:
    """Learn the grid from the rows that hold words alone: nothing can be lost from a header."""
    widths: list[int] = []
    for row in _printed_rows(tokens):
        kinds = {token.kind for token in row}
        if kinds.isdisjoint({"value", "prose"}) and not kinds.isdisjoint({"pads", "blank"}):
            widths.append(sum(token.count if token.kind == "pads" else 1 for token in row))
    padded = any(token.kind == "pads" and token.count > 1 for token in tokens)
    return Grid(max(widths, default=None), padded, keeps)


def _width(runs: Sequence[Run], grid: Grid) -> int | None:
    """Learn the width of a table whose headers do not tell it: that of most rows which lost nothing."""
    if len(runs) == 1 and not grid.padded:  # a row alone is as wide as its columns: a bar more is a cell more
        return runs[0].lead + len(runs[0].cells)
    whole = Counter(run.width for run in runs if len(run.slots) == len(run.cells) and not run.in_row)
    return whole.most_common(1)[0][0] if whole else None


def _printed_rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in tokens:
        ended = bool(row) and (row[-1].kind == "pads" != token.kind or row[-1].row != token.row)
        if ended:
            yield row
            row = []
        row.append(token)
    if row:
        yield row


def _by_count(table: Table, run: Run, grid: Grid) -> Placed | None:
    """Place a run whose slots are as many as its columns, or whose missing ones are proved to be blank at the end.

    Cells that are marked up as such are taken as they are; only a blank one may stand for several columns. Blank
    slots behind the last column are left out; where other rows have none, one of them may have come in between.
    """
    wanted, slots = len(run.cells), _within_blanks(table, run, grid)
    odd = len(slots) == len(run.slots) and is_odd(run, grid.usual, grid.width)
    flag: Flag = "exact" if run.sure and not odd and not is_broken(slots) else "partial"
    boxed = is_boxed(run)
    if boxed and len(slots) < wanted and sum(token.count for token in slots) == wanted:
        slots = tuple(token for token in slots for _ in range(token.count))
    while run.in_row and len(slots) > wanted and slots[-1].kind == "blank":
        slots = slots[:-1]
    if len(slots) > wanted or not (grid.keeps or boxed or is_whole(run, slots)):
        return None
    if len(slots) == wanted:
        if boxed or not run.in_row or slots[-1].kind != "blank" or run.width == grid.width:
            return Placed(run, slots, flag)
        return Placed(run, slots, "partial") if grid.width is None else None
    if run.in_row or not run.pads:
        return None
    blanks = wanted - len(slots)
    proved = run.width == grid.width and run.pads >= blanks if grid.padded else run.pads == blanks
    return Placed(run, (*slots, *[_blank(run)] * blanks), flag) if proved else None


def _without_end(run: Run) -> Run:
    """Leave out the blank cells at the end of a row: they may be padding."""
    last = max((here for here, slot in enumerate(run.slots) if slot.kind != "blank"), default=-1)
    return replace(run, slots=run.slots[: last + 1])


def _within_blanks(table: Table, run: Run, grid: Grid) -> tuple[Token, ...]:
    """Leave out the blank cells around as many values in a row as there are columns: what a label or a page spans.

    One of the blanks may be a cell and one of the values have come in, unless the row is as wide as the grid or the
    values add up, several of them.
    """
    values = [here for here, slot in enumerate(run.slots) if slot.kind == "value"]
    if not run.in_row or len(values) != len(run.cells) or values[-1] - values[0] >= len(values):
        return run.slots
    slots = run.slots[values[0] : values[-1] + 1]
    return slots if run.width == grid.width or _add_up(table, run, slots) else run.slots


def _add_up(table: Table, run: Run, slots: Sequence[Token]) -> bool:
    """Tell whether each sum of a row holds, and has two parts or more that are not zero."""
    numbers = {column: number for column, slot in zip(run.columns, slots, strict=True) if (number := _number(slot))}
    sums = [(total, parts) for total, parts in table.row_sums if total in run.columns]
    return bool(sums) and all(
        sum(part in numbers for part in parts) > 1
        and numbers.get(total) == sum(numbers[part] for part in parts if part in numbers)
        for total, parts in sums
    )


def _blank(run: Run) -> Token:
    return Token("blank", "", "", run.line)


def _by_arithmetic(table: Table, placed: list[Placed], open_runs: Sequence[int]) -> list[Placed]:
    """Place the runs that lost cells so that row sums, column sums and the balance hold together."""
    known = {p.run.row.id: [vector] for p in placed if (vector := _vector(p)) is not None}
    choices = {placed[n].run.row.id: _likely(table, placed[n].run, _choices(table, placed[n].run)) for n in open_runs}
    possible = _propagated(table, known | {row: found for row, found in choices.items() if found})
    total_known = any(row.id in known for row in table.rows if row.total) or not any(r.total for r in table.rows)
    for number in open_runs:
        found = possible.get(placed[number].run.row.id, [])
        placed[number] = _inferred(placed[number], found, sure=total_known and bool(table.ties))
    return placed


def _choices(table: Table, run: Run) -> list[Vector]:
    """Give every order-preserving placement of a run's slots that satisfies its row sums, as values per column."""
    numbers = [_number(token) for token in run.slots]
    wanted, have = len(run.cells), len(numbers)
    shorter, longer = min(wanted, have), max(wanted, have)
    found: dict[Vector, None] = {}
    for tried, picked in enumerate(combinations(range(longer), shorter)):
        if tried > MAX_TRIED or len(found) > MAX_CHOICES:
            return []
        vector = [Decimal(0)] * wanted
        for index, pick in enumerate(picked):
            at, number = (pick, numbers[index]) if have <= wanted else (index, numbers[pick])
            vector[at] = number or Decimal(0)
        if _sums_hold(table, run, vector):
            found[tuple(vector)] = None
    return list(found)


def _likely(table: Table, run: Run, found: list[Vector]) -> list[Vector]:
    """Prefer placements that keep printed units in their columns and bare numbers out of 增/减 columns.

    This is a guess, so what rests on it is never more than `ambiguous`: such rows have no sums to prove them.
    """
    columns = {column.id: column for column in table.columns}
    units = {_number(token): value.unit for token in run.slots if (value := parse_value(token.text)) and value.unit}
    bare = {_number(token) for token in run.slots if token.text[:1].isdigit()}

    def fits(vector: Vector) -> bool:
        return all(
            number == 0
            or (
                (columns[name].type != "signed" or number not in bare)
                and (
                    number not in units
                    or columns[name].type == "money"
                    or units[number] == (columns[name].unit or "件")
                )
            )
            for name, number in zip(run.columns, vector, strict=True)
        )

    return [vector for vector in found if fits(vector)] or found


def _sums_hold(table: Table, run: Run, vector: Sequence[Decimal]) -> bool:
    value = dict(zip(run.columns, vector, strict=True))
    return all(
        value[total] == sum((value[part] for part in parts if part in value), Decimal(0))
        for total, parts in table.row_sums
        if total in value
    )


def _propagated(table: Table, choices: Mapping[str, list[Vector]]) -> dict[str, list[Vector]]:
    """Strike out every placement that some tie between rows rules out, whatever the others turn out to be.

    What is left is a superset of the joint solutions, so what all of it agrees on is proved.
    """
    left = {row: list(vectors) for row, vectors in choices.items()}
    ties = [tie for tie in table.ties if all(name in left for side in tie for name in side)]
    changed = True
    while changed:
        changed = False
        for tie in ties:
            for row in (*tie[0], *tie[1]):
                kept = [vector for vector in left[row] if _fits(tie, row, vector, left)]
                changed |= len(kept) < len(left[row])
                left[row] = kept
                if not kept:
                    return {}
    return left


def _fits(
    tie: tuple[tuple[str, ...], tuple[str, ...]], row: str, vector: Vector, left: Mapping[str, list[Vector]]
) -> bool:
    """Tell whether the two sides of a tie can still be equal in every column when `row` holds `vector`."""
    for column in range(len(vector)):
        bounds = []
        for side in tie:
            low = high = Decimal(0)
            for name in side:
                values = [vector[column]] if name == row else [v[column] for v in left[name]]
                low, high = low + min(values), high + max(values)
            bounds.append((low, high))
        if bounds[0][1] < bounds[1][0] or bounds[1][1] < bounds[0][0]:
            return False
    return True


def _inferred(placed: Placed, vectors: Sequence[Vector], *, sure: bool) -> Placed:
    """Keep what all solutions agree on; a zero is inferred only where the row prints zeros at all."""
    prints_zero = any(_number(token) == 0 for token in placed.run.slots)
    inferred: dict[int, Decimal] = {}
    for column in range(len(placed.run.cells)):
        values = {vector[column] for vector in vectors}
        value = next(iter(values), None)
        if len(values) == 1 and value is not None and (value != 0 or prints_zero):
            inferred[column] = value
    proved = sure and len(vectors) == 1 and bool(placed.run.slots) and len(placed.run.slots) < len(placed.run.cells)
    return replace(placed, flag="unique" if proved else "ambiguous", inferred=inferred)


def _vector(placed: Placed) -> Vector | None:
    """Give the numbers of a run that was placed by count, blanks as zero; None where it was not, or holds words."""
    if not placed.tokens or any(token is None or token.kind == "words" for token in placed.tokens):
        return None
    return tuple(_number(token) or Decimal(0) for token in placed.tokens if token is not None)


def _number(token: Token) -> Decimal | None:
    value = parse_value(token.text)
    return value.number if value else None
