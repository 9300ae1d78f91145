"""The failures of a batch with their operands: computed for failing rows alone, and for so many of a rule at most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from govrules import expr
from govrules.dataset import REPORT
from govrules.engines import exact
from govrules.engines.question import filled
from govrules.form import Cell, Form
from govrules.rule import Instance

DETAILS, INSTANCE, ROW, OPERANDS = 1_000, "instance", "?row", ("actual", "expected")
_CHUNK = 10_000


class Details:
    """Keeps the failures of each instance until there are `most`; `capped` are the places of those that had more."""

    def __init__(self, form: Form, cells: Mapping[str, Cell], instances: Sequence[Instance], most: int) -> None:
        self._form, self._cells, self._instances = form, cells, instances
        self._left = dict.fromkeys(range(len(instances)), most)
        self.capped: dict[int, None] = {}

    def of(self, noisy: pl.DataFrame, flags: Mapping[int, str]) -> pl.DataFrame:
        """Give a row for each failure that is kept: `?row`, `report`, the `instance`, `actual` and `expected`."""
        counts = noisy.select([(~pl.col(name)).sum().alias(name) for name in flags.values()])
        failed = {place: int(counts[name][0] or 0) for place, name in flags.items()}
        failed = {place: times for place, times in failed.items() if times}
        many = [place for place, times in failed.items() if times > self._left[place]]
        few = [place for place in failed if place not in set(many)]
        parts = [*self._few(noisy, few, flags), *(self._first(noisy, place, flags[place]) for place in many)]
        self.capped.update(dict.fromkeys(many))
        for place, times in failed.items():
            self._left[place] = max(0, self._left[place] - times)
        whole = pl.concat([_EMPTY, *parts], how="vertical_relaxed")
        return whole.with_columns((pl.col("actual") - pl.col("expected")).alias("difference"))

    def _few(self, noisy: pl.DataFrame, places: Sequence[int], flags: Mapping[int, str]) -> list[pl.DataFrame]:
        """Give all failures of some rules: one look at the rows of which any fails, and only there the operands."""
        made: list[pl.DataFrame] = []
        plain = [place for place in places if not self._nodes(place)]
        figured = [place for place in places if self._nodes(place)]
        for group, told in [(plain, self._named), *((group, self._unpivoted) for group in self._by_type(figured))]:
            failing = (
                noisy.filter(pl.any_horizontal([~pl.col(flags[place]) for place in group])) if group else noisy[:0]
            )
            made += [told(chunk, group, flags) for chunk in failing.iter_slices(_CHUNK) if chunk.height]
        return made

    def _named(self, rows: pl.DataFrame, places: Sequence[int], flags: Mapping[int, str]) -> pl.DataFrame:
        """Name the failures of rules without operands."""
        told = rows.select(ROW, REPORT, *(pl.col(flags[place]).alias(str(place)) for place in places))
        long = told.unpivot(index=[ROW, REPORT], variable_name=INSTANCE, value_name="held").filter(~pl.col("held"))
        nothing = [pl.lit(None, pl.Int64).alias(name) for name in OPERANDS]
        return long.with_columns(pl.col(INSTANCE).cast(pl.Int32), *nothing).select(_EMPTY.columns)

    def _unpivoted(self, rows: pl.DataFrame, places: Sequence[int], flags: Mapping[int, str]) -> pl.DataFrame:
        told = [
            pl.when(~pl.col(flags[place])).then(pl.struct(self._operands(place))).alias(str(place)) for place in places
        ]
        long = rows.select(ROW, REPORT, *told).unpivot(index=[ROW, REPORT], variable_name=INSTANCE, value_name="told")
        made = long.filter(pl.col("told").is_not_null()).unnest("told")
        return made.with_columns(pl.col(INSTANCE).cast(pl.Int32)).select(_EMPTY.columns)

    def _first(self, noisy: pl.DataFrame, place: int, flag: str) -> pl.DataFrame:
        """Give as many failures of a rule as are still kept."""
        rows = noisy[(~noisy[flag]).arg_true().head(self._left[place])]
        number = pl.lit(place, pl.Int32).alias(INSTANCE)
        return rows.select(ROW, REPORT, number, *self._operands(place)).select(_EMPTY.columns)

    def _by_type(self, places: Sequence[int]) -> list[list[int]]:
        """Keep whole numbers and others apart, so that no count becomes a float on the way."""
        whole = {place for place in places if self._is_whole(place)}
        parted = ([place for place in places if place in whole], [place for place in places if place not in whole])
        return [group for group in parted if group]

    def _nodes(self, place: int) -> dict[str, expr.Node]:
        check = self._instances[place].check
        nodes = check.operands() if check.scope == "cells" else {}
        return {name: nodes[name] for name in OPERANDS if name in nodes}

    def _is_whole(self, place: int) -> bool:
        return all(exact.is_whole(node, self._cells) for node in self._nodes(place).values())

    def _operands(self, place: int) -> list[pl.Expr]:
        instance, nodes = self._instances[place], self._nodes(place)
        column = filled(self._form, self._cells) if nodes and instance.check.fills_blanks() else None
        made = {name: exact.number(node, self._cells, column) for name, node in nodes.items()}
        return [made.get(name, pl.lit(None, pl.Int64)).alias(name) for name in OPERANDS]


_EMPTY = pl.DataFrame(
    schema={ROW: pl.Int64, REPORT: pl.String, INSTANCE: pl.Int32, "actual": pl.Int64, "expected": pl.Int64}
)
