"""Flags of many rules over many reports counted: by report in horizontal sums, by rule in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from govrules.rule import Status

COUNTED = (Status.PASSED, Status.FAILED, Status.UNDETERMINED, Status.NOT_APPLICABLE)


@dataclass(frozen=True)
class Tally:
    """What some rules say of some reports.

    `flags` has a column a rule: true passed or not applicable, false failed, null open. `skipped` has a column for
    each reason not to apply, true where it holds, and `reasons` names those of a rule, by its place.
    """

    flags: pl.DataFrame
    skipped: pl.DataFrame
    reasons: Mapping[int, str]

    def by_report(self) -> pl.DataFrame:
        """Give a row a report with a column for each status, named by it."""
        names, count = self.flags.columns, self.flags.width
        weights = Counter(self.reasons.values())
        skipped = [pl.col(name).cast(pl.Int32) * times for name, times in weights.items()]
        made = pl.concat([self.flags, self.skipped], how="horizontal").select(
            _added([pl.col(name) for name in names]).alias("true"),
            _added([pl.col(name).is_null() for name in names]).alias(Status.UNDETERMINED.value),
            _added(skipped).alias(Status.NOT_APPLICABLE.value),
        )
        held = pl.col("true") - pl.col(Status.NOT_APPLICABLE.value)
        failed = count - pl.col("true") - pl.col(Status.UNDETERMINED.value)
        return made.with_columns(held.alias(Status.PASSED.value), failed.alias(Status.FAILED.value)).select(
            [status.value for status in COUNTED]
        )

    def by_rule(self) -> list[Counter[Status]]:
        """Count the answers of each rule."""
        if not self.flags.width:
            return []
        true = self.flags.select(pl.all().sum()).row(0)
        open_ = self.flags.null_count().row(0)
        skipped = {column.name: int(column.sum() or 0) for column in self.skipped}
        made: list[Counter[Status]] = []
        for place, (held, unknown) in enumerate(zip(true, open_, strict=True)):
            left_out = skipped[self.reasons[place]] if place in self.reasons else 0
            counts = (int(held or 0) - left_out, self.flags.height - int(held or 0) - unknown, unknown, left_out)
            made.append(Counter(dict(zip(COUNTED, counts, strict=True))))
        return made


def _added(terms: Sequence[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal([term.cast(pl.Int32) for term in terms]) if terms else pl.lit(0, pl.Int32)
