"""Ruling lines to the cells they enclose: places of the grid that no line parts are one cell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from govrules.read.pdf.marks import Stroke

_SNAP, _CLUSTER, _GAP, _SHORT, _TOUCH, _OVERHANG, _SLIVER = 3.0, 4.5, 4.0, 6.0, 3.0, 4.5, 5.0
_COVERED = 0.6
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Region:
    """An enclosed cell: its first row and column in the grid, how many of each it spans, and its box."""

    row: int
    rows: int
    first: int
    columns: int
    x0: float
    x1: float
    top: float
    bottom: float
    bounded: bool = True

    @property
    def is_sliver(self) -> bool:
        """Whether it is the space between the lines of a double border."""
        return self.x1 - self.x0 < _SLIVER or self.bottom - self.top < _SLIVER


@dataclass(frozen=True)
class Grid:
    """A ruled table on one page: where columns and rows meet, its cells in source order, the owner of each place.

    `open_top` and `open_bottom` say that no line closes it there, as where a row runs over a page break.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    regions: tuple[Region, ...]
    owners: tuple[tuple[int, ...], ...]
    open_top: bool
    open_bottom: bool

    @cached_property
    def area(self) -> float:
        """The size of the table."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    @property
    def columns(self) -> int:
        """The most cells that stand side by side."""
        return max(len(set(row)) for row in self.owners)

    def owner(self, x: float, y: float) -> int | None:
        """Give the number of the cell round a point, or None outside the table."""
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return self.owners[bisect_right(self.ys, y) - 1][bisect_right(self.xs, x) - 1]


def grids(strokes: Iterable[Stroke]) -> list[Grid]:
    """Give what ruling lines enclose on a page, the smallest first."""
    found = [_grid(_straight(part)) for part in _connected(list(strokes))]
    return sorted((grid for grid in found if grid), key=lambda grid: grid.area)


def clusters(positions: Iterable[float]) -> list[list[float]]:
    """Group positions that are one line drawn twice, or drawn a little off."""
    groups: list[list[float]] = []
    for at in sorted(positions):
        if groups and at - groups[-1][-1] <= _SNAP and at - groups[-1][0] <= _CLUSTER:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _straight(rules: Sequence[Stroke]) -> list[Stroke]:
    """Put the rules of one table in line; what is left of dots and ticks is none."""
    snapped = [rule for across in (True, False) for rule in _snapped([r for r in rules if r.across is across])]
    return [rule for rule in snapped if rule.end - rule.start >= _SHORT]


def _snapped(rules: Sequence[Stroke]) -> list[Stroke]:
    """Draw rules that nearly coincide at one place, and join those that touch there."""
    home = {at: sum(group) / len(group) for group in clusters({rule.at for rule in rules}) for at in group}
    made: list[Stroke] = []
    for rule in sorted((replace(rule, at=home[rule.at]) for rule in rules), key=lambda rule: (rule.at, rule.start)):
        last = made[-1] if made else None
        if last and last.at == rule.at and rule.start <= last.end + _GAP:
            made[-1] = replace(last, end=max(last.end, rule.end))
        else:
            made.append(rule)
    return made


def _connected(rules: Sequence[Stroke]) -> list[list[Stroke]]:
    """Group rules that cross or touch each other."""
    across = [rule for rule in rules if rule.across]
    left = {number: rule for number, rule in enumerate(rules) if not rule.across}
    groups: list[list[Stroke]] = []
    waiting = list(across)
    while waiting:
        group, edge = [], [waiting.pop()]
        while edge:
            rule = edge.pop()
            group.append(rule)
            if rule.across:
                met = [number for number, other in left.items() if _touch(rule, other)]
                edge += [left.pop(number) for number in met]
            else:
                edge += [other for other in waiting if _touch(other, rule)]
                waiting = [other for other in waiting if not _touch(other, rule)]
        groups.append(group)
    return groups


def _touch(across: Stroke, down: Stroke) -> bool:
    reached = across.start - _TOUCH <= down.at <= across.end + _TOUCH
    return reached and down.start - _TOUCH <= across.at <= down.end + _TOUCH


def _grid(rules: Sequence[Stroke]) -> Grid | None:
    across, down = [rule for rule in rules if rule.across], [rule for rule in rules if not rule.across]
    if not across or not down or len(rules) < 3:
        return None
    ys, open_top, open_bottom = _bounds([rule.at for rule in across], down)
    xs, _, _ = _bounds([rule.at for rule in down], across)
    if len(xs) < 2 or len(ys) < 2:
        return None
    right, below = _drawn(down, xs, ys), _drawn(across, ys, xs)
    owners, regions = _regions(xs, ys, right, {(i, j) for j, i in below})
    return Grid(tuple(xs), tuple(ys), regions, owners, open_top, open_bottom)


def _bounds(at: Iterable[float], others: Sequence[Stroke]) -> tuple[list[float], bool, bool]:
    """Give the positions of lines, with those at the ends that are only implied by lines reaching beyond the last."""
    positions = sorted(set(at))
    start, end = min(rule.start for rule in others), max(rule.end for rule in others)
    open_start, open_end = start < positions[0] - _OVERHANG, end > positions[-1] + _OVERHANG
    return [*[start] * open_start, *positions, *[end] * open_end], open_start, open_end


def _drawn(rules: Sequence[Stroke], at: Sequence[float], between: Sequence[float]) -> set[Place]:
    """Give the borders that are drawn: (number of the step along the line, number of the line)."""
    where = {position: number for number, position in enumerate(at)}
    drawn: set[Place] = set()
    for rule in rules:
        for step in range(len(between) - 1):
            start, end = between[step], between[step + 1]
            if min(rule.end, end) - max(rule.start, start) >= _COVERED * (end - start):
                drawn.add((step, where[rule.at]))
    return drawn


def _regions(
    xs: Sequence[float], ys: Sequence[float], right: set[Place], below: set[Place]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Region, ...]]:
    """Join the places of the grid between which nothing is drawn; `right` and `below` are borders by row and line."""
    rows, columns = len(ys) - 1, len(xs) - 1
    owners = [[-1] * columns for _ in range(rows)]
    regions: list[Region] = []
    for row in range(rows):
        for column in range(columns):
            if owners[row][column] >= 0:
                continue
            places = _joined(owners, (row, column), len(regions), right, below)
            regions.append(_region(places, xs, ys, _is_bounded(places, columns, right)))
    return tuple(map(tuple, owners)), tuple(regions)


def _joined(owners: list[list[int]], start: Place, number: int, right: set[Place], below: set[Place]) -> list[Place]:
    places, edge = [start], [start]
    owners[start[0]][start[1]] = number
    while edge:
        row, column = edge.pop()
        steps = (
            ((row, column + 1), (row, column + 1) in right),
            ((row, column - 1), (row, column) in right),
            ((row + 1, column), (row + 1, column) in below),
            ((row - 1, column), (row, column) in below),
        )
        for (down, along), parted in steps:
            inside = 0 <= down < len(owners) and 0 <= along < len(owners[0])
            if inside and not parted and owners[down][along] < 0:
                owners[down][along] = number
                places.append((down, along))
                edge.append((down, along))
    return places


def _is_bounded(places: Sequence[Place], columns: int, right: set[Place]) -> bool:
    """Tell whether a cell at the rim of the table is closed towards the outside at both sides."""
    return all(
        (column > 0 or (row, 0) in right) and (column < columns - 1 or (row, columns) in right)
        for row, column in places
    )


def _region(places: Sequence[Place], xs: Sequence[float], ys: Sequence[float], bounded: bool) -> Region:
    row, last = min(row for row, _ in places), max(row for row, _ in places)
    first, end = min(column for _, column in places), max(column for _, column in places)
    rows, columns = last - row + 1, end - first + 1
    return Region(row, rows, first, columns, xs[first], xs[end + 1], ys[row], ys[last + 1], bounded)
