"""Wide tables larger than memory: the rules of a form asked of batches of rows, details kept only of what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import process_time

import polars as pl

from govrules.dataset import REPORT, YEAR, lost
from govrules.engines.details import DETAILS, Details
from govrules.engines.odd import needs_look, odd, usual
from govrules.engines.question import asked, out_of_force, outside, read_by
from govrules.engines.settled import settled
from govrules.engines.tally import Tally
from govrules.errors import RulesetError
from govrules.form import Cell, Form
from govrules.guard import Guard
from govrules.rule import Instance, Status

TEXT, ROW, ODD = "text", "?row", "?odd"


@dataclass(frozen=True)
class Batch:
    """What the rules said of some rows.

    `by_rule` counts for each instance, in their order, over `rows` rows; `reports` has the counts of each row that did
    not pass in all, by its number; `odd` are the numbers of rows that cannot be asked in columns and were not;
    `failures` has a row for each failure that is kept: `?row`, `report`, `instance` (its place) and the operands.
    """

    rows: int
    by_rule: tuple[Counter[Status], ...]
    reports: pl.DataFrame
    odd: tuple[int, ...]
    failures: pl.DataFrame


class Table:
    """The rules of one form, compiled once and asked of one batch of rows after the other.

    `columns` are those that the rows have: `report`, `year`, cell ids, and `text` where a rule reads it. A cell that
    is not among them is missing. After `details` failures of a rule its failures are counted and no more; a rule that
    cannot be asked is errored, and `faults` says why.
    """

    def __init__(
        self,
        form: Form,
        cells: Mapping[str, Cell],
        instances: Sequence[Instance],
        columns: Mapping[str, pl.DataType],
        *,
        details: int = DETAILS,
        guard: Guard | None = None,
    ) -> None:
        self.form, self.cells, self.instances = form, cells, list(instances)
        self._kinds = {name: kind for name, kind in columns.items() if name in cells}
        self._guard = guard or Guard()
        self.faults: dict[int, RulesetError] = {}
        self._present = {name for name in self._kinds if name in form.cells}
        self._lost = _lost_tables(form, self._present)
        pairs = enumerate(self.instances)
        self._settled = {p: s for p, one in pairs if (s := settled(one, form, cells, self._present, self._lost))}
        self._spans = {p: span for p, one in enumerate(self.instances) if (span := out_of_force(one))}
        self._flags = {p: flag for p, one in enumerate(self.instances) if (flag := self._flag(p, one)) is not None}
        self._details = Details(form, cells, self.instances, details)

    @property
    def capped(self) -> list[Instance]:
        """The instances of which not every failure was kept."""
        return [self.instances[place] for place in self._details.capped]

    @property
    def needed(self) -> list[str]:
        """The columns that must be read: those of the rules, and those that tell whether a row is an odd one."""
        read = {cell for one in self.instances for cell in read_by(one)}
        read |= {name for name in self._kinds if name not in self._present or needs_look(name, self.cells, self._kinds)}
        text = [TEXT] if any(one.check.scope != "cells" for one in self.instances) else []
        return [REPORT, YEAR, *text, *(name for name in self._kinds if name in read)]

    def ask(self, rows: pl.LazyFrame) -> Batch:
        """Ask all rules of some rows, which have the columns that are `needed`, and their number as `?row`."""
        try:
            noisy, years = self._passed(rows)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            self._drop_broken(rows)
            noisy, years = self._passed(rows)
        strange = noisy.filter(pl.col(ODD))
        if strange.height:
            noisy = noisy.filter(~pl.col(ODD))
            gone = strange.group_by(YEAR).len().with_columns(-pl.col("len").cast(pl.Int64))
            years = pl.concat([years, gone])
        return Batch(
            int(years["len"].sum()),
            tuple(self._by_rule(self._tally(noisy), noisy.height, years)),
            self._by_report(noisy),
            tuple(strange[ROW]),
            self._details.of(noisy, {place: str(place) for place in self._flags}),
        )

    def _passed(self, rows: pl.LazyFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Give the rows that did not pass in all, with their flags, and how many rows there are of each year."""
        flags = [flag.alias(str(place)) for place, flag in self._flags.items()]
        quiet = pl.all_horizontal([pl.col(str(place)) for place in self._flags]) if flags else pl.lit(value=True)
        whole = rows.with_columns(odd(self._kinds, self.form, self.cells).alias(ODD)).with_columns(self._typed())
        noisy = whole.with_columns(flags).filter(pl.col(ODD) | ~quiet.fill_null(value=False))
        years = rows.group_by(YEAR).agg(pl.len().cast(pl.Int64))
        made = pl.collect_all([noisy, years])
        return made[0], made[1]

    def _typed(self) -> list[pl.Expr]:
        """Give the columns that the rules read: cells by their types, missing ones, and tables that lost cells."""
        read = dict.fromkeys(cell for one in self.instances for cell in read_by(one))
        made = [usual(name, self.cells[name], self._kinds[name]) for name in read if name in self._present]
        kinds = {
            name: pl.Float64 if self.cells[name].type == "money" else pl.Int64 for name in read if name in self.cells
        }
        made += [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in self._present]
        tables = dict.fromkeys(cell.table for cell in self.cells.values())
        return made + [pl.lit(table in self._lost).alias(lost(table)) for table in tables]

    def _flag(self, place: int, instance: Instance) -> pl.Expr | None:
        """Give the flag of an instance that must be asked: true where it passes, or is not in force."""
        if place in self._settled:
            return None
        try:
            truth = self._guard.ask(instance, self.form.name, lambda: self._truth(instance), clock=process_time)
        except RulesetError as fault:
            self.faults[place] = fault
            return None
        span = self._spans.get(place)
        return pl.when(outside(span)).then(statement=True).otherwise(truth) if span else truth

    def _truth(self, instance: Instance) -> pl.Expr:
        if instance.check.scope == "cells":
            return asked(instance, self.form, self.cells)
        made = instance.check.column(pl.col(TEXT), pl.col(YEAR))
        assert made is not None, "only checks that can be asked of a column are in a table"
        return made

    def _drop_broken(self, rows: pl.LazyFrame) -> None:
        """Take out what cannot be evaluated; each is asked alone."""
        whole = rows.with_columns(self._typed())
        for place, flag in list(self._flags.items()):
            try:
                whole.select(flag).collect()
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
                cause = (str(error).splitlines() or [""])[0]
                self.faults[place] = self._guard.fault(self.instances[place], f"fails on {self.form.name}: {cause}")
                del self._flags[place]

    def _tally(self, noisy: pl.DataFrame) -> Tally:
        places = list(self._flags)
        spans = dict.fromkeys(self._spans[place] for place in places if place in self._spans)
        skipped = noisy.select([outside(span).alias(_named(span)) for span in spans])
        reasons = {at: _named(self._spans[place]) for at, place in enumerate(places) if place in self._spans}
        return Tally(noisy.select([str(place) for place in places]), skipped, reasons)

    def _by_rule(self, tally: Tally, noisy: int, years: pl.DataFrame) -> list[Counter[Status]]:
        """Count the answers of each rule: those of the noisy rows; on the others it passed where it is in force."""
        rows, told = int(years["len"].sum()), dict(zip(self._flags, tally.by_rule(), strict=True))
        made: list[Counter[Status]] = []
        for place in range(len(self.instances)):
            span = self._spans.get(place)
            out = int(years.filter(outside(span))["len"].sum()) if span else 0
            counts = told.get(place)
            if counts is None:
                counts = Counter({self._constant(place): rows - out})
            else:
                counts[Status.PASSED] += rows - noisy - (out - counts[Status.NOT_APPLICABLE])
                out -= counts[Status.NOT_APPLICABLE]
            counts[Status.NOT_APPLICABLE] += out
            made.append(counts)
        return made

    def _constant(self, place: int) -> Status:
        return self._settled.get(place, Status.ERRORED)

    def _by_report(self, noisy: pl.DataFrame) -> pl.DataFrame:
        """Give the counts of each noisy row: of the rules that were asked, and of those whose answer is settled."""
        made = pl.concat([noisy.select(ROW, REPORT, YEAR), self._tally(noisy).by_report()], how="horizontal")
        made = made.with_columns(pl.lit(0, pl.Int32).alias(Status.ERRORED.value))
        fixed = Counter(
            (self._constant(p), self._spans.get(p)) for p in range(len(self.instances)) if p not in self._flags
        )
        skipped = Status.NOT_APPLICABLE.value
        for (status, span), times in fixed.items():
            out = outside(span).cast(pl.Int32) * times if span else pl.lit(0, pl.Int32)
            made = made.with_columns((pl.col(status.value) + times - out).alias(status.value))
            made = made.with_columns((pl.col(skipped) + out).alias(skipped))
        return made


def _named(span: tuple[int, int]) -> str:
    return f"{span[0]}-{span[1]}"


def _lost_tables(form: Form, present: set[str]) -> set[str]:
    """Name the tables of which some columns are there and others are not."""
    there = {table.id: [cell.id in present for cell in table.cells()] for table in form.tables}
    return {table for table, known in there.items() if any(known) and not all(known)}
