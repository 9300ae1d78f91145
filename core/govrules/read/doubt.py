"""What speaks against a row that was placed by count: too many pieces, a broken line, cells that lost their marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from govrules.read.run import Run
from govrules.read.tokens import Token


@dataclass(frozen=True, slots=True)
class Usual:
    """What is so in most rows that stand on one line each; None where no row tells.

    `more` is how many slots they have beyond their columns, `width` how many pieces, `end` the grid column behind
    the last cell of rows in which no cell is missing.
    """

    more: int | None = None
    width: int | None = None
    end: int | None = None


def usual(runs: Sequence[Run]) -> Usual:
    """Learn from the rows of a table what is usual in it."""
    rows = [run for run in runs if run.in_row]
    if len(rows) < 2:  # a row alone says nothing of others
        return Usual()
    return Usual(
        _most(len(run.slots) - len(run.cells) for run in rows),
        _most(run.width for run in rows),
        _most(end for run in rows if len(run.slots) == len(run.cells) and (end := _end(run.slots)) is not None),
    )


def _most(numbers: Iterable[int]) -> int | None:
    return next((number for number, _ in Counter(numbers).most_common(1)), None)


def _end(slots: Sequence[Token]) -> int | None:
    box = slots[-1].box if slots else None
    return box.first + box.width if box else None


def is_boxed(run: Run) -> bool:
    """Tell whether the cells of a row are marked up as such."""
    return bool(run.slots) and run.slots[0].box is not None


def is_odd(run: Run, most: Usual, width: int | None) -> bool:
    """Tell whether a row has other pieces than most: one that came in or was lost may have moved the others.

    `width` is the number of pieces of a full row, where the headers or most rows tell.
    """
    if not run.in_row:
        return bool(run.pads and width) and run.width > (width or 0)
    more = len(run.slots) - len(run.cells)
    if more > 0:
        return most.more != more and most.width != run.width
    # Fewer own cells than columns: a blank one stands for several, if the row is as wide as others.
    return more < 0 and is_boxed(run) and most.end not in {None, _end(run.slots)}


def is_broken(slots: Sequence[Token]) -> bool:
    """Tell whether values stand in several lines or some lack the bar of their cell: one may be split, or too many."""
    return len({slot.closed for slot in slots if slot.kind == "value"}) > 1 or len({slot.row for slot in slots}) > 1


def keeps_blanks(runs: Iterable[Run]) -> bool:
    """Tell whether a blank cell stands before a value in some row: then none were left out."""
    kinds = [[slot.kind for slot in run.slots] for run in runs]
    return any("blank" in row and "value" in row[row.index("blank") :] for row in kinds)


def is_whole(run: Run, slots: Sequence[Token]) -> bool:
    """Tell whether a row has all its values, or none: nothing can stand in another's place."""
    return sum(slot.kind == "value" for slot in slots) in {0, len(run.cells)}
