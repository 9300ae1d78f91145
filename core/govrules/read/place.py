"""Which value stands in which column: by count and padding where they prove it, by arithmetic where cells were lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from govrules.form import Table
from govrules.read.doubt import Usual, is_boxed, is_broken, is_odd, is_whole, usual
from govrules.read.run import Placed, Run
from govrules.read.solve import adds_up, solved
from govrules.read.tokens import Token
from govrules.report import Flag


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
    return solved(table, placed, open_runs) if open_runs else placed


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
    return slots if run.width == grid.width or adds_up(table, run, slots) else run.slots


def _blank(run: Run) -> Token:
    return Token("blank", "", "", run.line)
