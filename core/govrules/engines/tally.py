"""Flags of many rules over many reports counted: by report in horizontal sums, by rule in columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from govrules.status import Status

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
        weights, height = Counter(self.reasons.values()), self.flags.height
        skipped = [pl.col(name).cast(pl.Int32) * times for name, times in weights.items()]
        gaps = [column.name for column in self.flags if column.null_count()]
        true = _added(self.flags, height)
        unknown = _added(self.flags.select(pl.col(gaps).is_null()), height)
        out = _added(self.skipped.select(skipped), height)
        counts = (true - out, self.flags.width - true - unknown, unknown, out)
        return pl.DataFrame([made.alias(status.value) for status, made in zip(COUNTED, counts, strict=True)])

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


def _added(terms: pl.DataFrame, height: int) -> pl.Series:
    return terms.sum_horizontal().cast(pl.Int32) if terms.width else pl.zeros(height, pl.Int32, eager=True)
