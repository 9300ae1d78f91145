"""The failures of a batch with their operands: computed for failing rows alone, and for so many of a rule at most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from govrules.dataset import REPORT
from govrules.engines import exact
from govrules.engines.formula import node
from govrules.engines.posed import Posed

DETAILS, INSTANCE, ROW, OPERANDS = 1_000, "instance", "?row", ("actual", "expected")
_CHUNK = 10_000


class Details:
    """Keeps the failures of each instance until there are `most`; `capped` are the places of those that had more."""

    def __init__(self, posed: Sequence[Posed], most: int) -> None:
        self._posed = posed
        self._left = dict.fromkeys(range(len(posed)), most)
        self._made: dict[int, tuple[list[pl.Expr], bool]] = {}
        self.capped: dict[int, None] = {}

    def compile(self, places: Iterable[int]) -> None:
        """Make the operands of some rules ready."""
        for place in places:
            self._told(place)

    def of(self, rows: pl.DataFrame, flags: pl.DataFrame, failed: Mapping[int, int]) -> pl.DataFrame:
        """Give a row for each failure that is kept: `?row`, `report`, the `instance`, `actual` and `expected`.

        `flags` has a column for each rule, named by its place, false where `rows` fail; `failed` says how many do.
        """
        many = [place for place, times in failed.items() if times > self._left[place]]
        few = [place for place in failed if place not in set(many)]
        parts = [*self._few(rows, flags, few), *(self._first(rows, place, flags[str(place)]) for place in many)]
        self.capped.update(dict.fromkeys(many))
        for place, times in failed.items():
            self._left[place] = max(0, self._left[place] - times)
        whole = pl.concat([_EMPTY, *parts], how="vertical_relaxed")
        return whole.with_columns((pl.col("actual") - pl.col("expected")).alias("difference"))

    def _few(self, rows: pl.DataFrame, flags: pl.DataFrame, places: Sequence[int]) -> Iterator[pl.DataFrame]:
        """Give all failures of some rules: one look at the rows of which any fails, and only there the operands."""
        for group in self._groups(places):
            told = flags.select([str(place) for place in group])
            fails = told.select(~pl.all_horizontal(pl.all().fill_null(value=True))).to_series()
            kept, held = rows.filter(fails), told.filter(fails)
            for first in range(0, kept.height, _CHUNK):
                yield self._laid(kept.slice(first, _CHUNK), held.slice(first, _CHUNK), group)

    def _laid(self, rows: pl.DataFrame, held: pl.DataFrame, places: Sequence[int]) -> pl.DataFrame:
        """Give the failures of rows: flags and operands laid out the same way, one column below the other."""
        at = (~held.unpivot()["value"]).arg_true()
        made = rows.select(ROW, REPORT)[at % rows.height]
        made = made.with_columns(pl.Series(INSTANCE, places, pl.Int32)[at // rows.height])
        for number, name in enumerate(OPERANDS):
            columns = [told[number].alias(str(place)) for place in places if (told := self._operands(place))]
            values = rows.select(ROW, *columns).drop(ROW).unpivot()["value"][at] if columns else _NOTHING
            made = made.with_columns(values.alias(name))
        return made

    def _first(self, rows: pl.DataFrame, place: int, held: pl.Series) -> pl.DataFrame:
        """Give as many failures of a rule as are still kept."""
        rows = rows[(~held).arg_true().head(self._left[place])]
        number = pl.lit(place, pl.Int32).alias(INSTANCE)
        operands = zip(OPERANDS, self._operands(place) or [_NOTHING] * len(OPERANDS), strict=True)
        return rows.select(ROW, REPORT, number, *(made.alias(name) for name, made in operands))

    def _groups(self, places: Iterable[int]) -> Iterable[list[int]]:
        """Put together what can stand in one column: rules without operands, whole numbers, and others.

        So no count becomes a float on the way.
        """
        groups: dict[tuple[bool, bool], list[int]] = {}
        for place in places:
            operands, whole = self._told(place)
            groups.setdefault((bool(operands), whole), []).append(place)
        return groups.values()

    def _operands(self, place: int) -> list[pl.Expr]:
        """Give a column for each operand, empty where a rule has none at all."""
        return self._told(place)[0]

    def _told(self, place: int) -> tuple[list[pl.Expr], bool]:
        """Give the operands, and whether they are whole numbers."""
        if place not in self._made:
            posed = self._posed[place]
            known = posed.question.known if posed.question is not None else {}
            trees = {name: posed.operands[name] for name in OPERANDS if name in posed.operands}
            found = {name: exact.figure(node(told), known, posed.filled()) for name, told in trees.items()}
            made = [found[name][0] if name in found else _NOTHING for name in OPERANDS]
            self._made[place] = (made if found else [], all(whole for _, whole in found.values()))
        return self._made[place]


_NOTHING = pl.lit(None, pl.Int64)
_EMPTY = pl.DataFrame(
    schema={ROW: pl.Int64, REPORT: pl.String, INSTANCE: pl.Int32, "actual": pl.Int64, "expected": pl.Int64}
)
