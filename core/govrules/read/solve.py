"""The columns of rows that lost cells, by the sums of their table: what only one placement leaves is proved.

Arithmetic never names a column by itself: a placement is `unique` only when the total row was read complete.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from govrules.form import Table
from govrules.read.run import Placed, Run
from govrules.read.tokens import Token
from govrules.read.value import parse_value

MAX_TRIED, MAX_CHOICES = 20_000, 400
Vector = tuple[Decimal, ...]


def adds_up(table: Table, run: Run, slots: Sequence[Token]) -> bool:
    """Tell whether each sum of a row holds, and has two parts or more that are not zero."""
    numbers = {column: number for column, slot in zip(run.columns, slots, strict=True) if (number := slot.number)}
    sums = [(total, parts) for total, parts in table.row_sums if total in run.columns]
    return bool(sums) and all(
        sum(part in numbers for part in parts) > 1
        and numbers.get(total) == sum(numbers[part] for part in parts if part in numbers)
        for total, parts in sums
    )


def solved(table: Table, placed: list[Placed], open_runs: Sequence[int]) -> list[Placed]:
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
    numbers = [token.number for token in run.slots]
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
    units = {token.number: value.unit for token in run.slots if (value := parse_value(token.text)) and value.unit}
    bare = {token.number for token in run.slots if token.text[:1].isdigit()}

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
    prints_zero = any(token.number == 0 for token in placed.run.slots)
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
    return tuple(token.number or Decimal(0) for token in placed.tokens if token is not None)
