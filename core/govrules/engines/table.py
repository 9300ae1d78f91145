"""Wide tables larger than memory: the rules of a form asked of batches of rows, details kept only of what failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from govrules.dataset import REPORT, YEAR, lost
from govrules.engines.details import DETAILS, Details
from govrules.engines.formula import outside
from govrules.engines.odd import needs_look, odd, usual
from govrules.engines.posed import TEXT, Posed, Questions
from govrules.engines.settled import settled
from govrules.engines.tally import Tally
from govrules.errors import RulesetError
from govrules.form import Form
from govrules.status import Status

ROW = "?row"


@dataclass(frozen=True)
class Sifted:
    """What is left of some rows when those are put away that pass in all.

    `noisy` are the others, with the `flags` of the rules at some `places`; `years` says how many rows there were of
    each year, `odd` are the numbers of those that cannot be asked in columns and were not.
    """

    noisy: pl.DataFrame
    flags: pl.DataFrame
    places: tuple[int, ...]
    years: pl.DataFrame
    odd: tuple[int, ...]


@dataclass(frozen=True)
class Batch:
    """What the rules said of some rows.

    `by_rule` counts for each instance, in their order; `reports` has the counts of each row that did
    not pass in all, by its number; `odd` are the numbers of rows that cannot be asked in columns and were not;
    `failures` has a row for each failure that is kept: `?row`, `report`, `instance` (its place) and the operands.
    """

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
        questions: Questions,
        columns: Mapping[str, pl.DataType],
        *,
        details: int = DETAILS,
    ) -> None:
        self.form, self.cells = questions.form, questions.cells
        self.asked = [one for one in questions.asked if one.question is not None or one.broken or TEXT in columns]
        self._kinds = {name: kind for name, kind in columns.items() if name in self.cells}
        self.faults: dict[int, RulesetError] = {}
        self._present = {name for name in self._kinds if name in self.form.cells}
        self._lost = _lost_tables(self.form, self._present)
        self._spans = {p: one.years for p, one in enumerate(self.asked) if one.years}
        self._details = Details(self.asked, details)

    def compile(self) -> None:
        """Make all that can be made before the first rows are there; they are asked without it too."""
        self._details.compile(self.flags)

    @cached_property
    def flags(self) -> dict[int, pl.Expr]:
        """The flags of the rules that are asked, by their places; made when first needed, for they take their time."""
        made = {p: flag for p, one in enumerate(self.asked) if (flag := self._flag(p, one)) is not None}
        return {place: flag.alias(str(place)) for place, flag in made.items()}

    @cached_property
    def _settled(self) -> dict[int, Status]:
        told = (settled(one, self.form, self.cells, self._present, self._lost) for one in self.asked)
        return {place: status for place, status in enumerate(told) if status is not None}

    @property
    def capped(self) -> list[Posed]:
        """The rules of which not every failure was kept, an instance each."""
        return [self.asked[place] for place in self._details.capped]

    @cached_property
    def needed(self) -> list[str]:
        """The columns that must be read: those of the rules, and those that tell whether a row is an odd one."""
        read = {cell for one in self.asked for cell in one.cells}
        read |= {name for name in self._kinds if name not in self._present or needs_look(name, self.cells, self._kinds)}
        text = [TEXT] if any(one.question is None and not one.broken for one in self.asked) else []
        return [REPORT, YEAR, *text, *(name for name in self._kinds if name in read)]

    def sift(self, rows: pl.DataFrame) -> Sifted:
        """Ask all rules of some rows, which have the columns that are `needed`, and their number as `?row`."""
        strange = odd(rows, self._kinds, self.form, self.cells)
        usual = rows if strange is None else rows.filter(~strange)
        flags = self._flagged(usual)
        loud = flags.select(~pl.all_horizontal(pl.col(ROW) >= 0, pl.exclude(ROW)).fill_null(value=False)).to_series()
        places = loud.arg_true()
        return Sifted(
            usual.drop(TEXT, strict=False)[places].with_columns(self._typed),
            flags.drop(ROW)[places],
            tuple(self.flags),
            usual[YEAR].value_counts(name="len").cast({"len": pl.Int64}),
            () if strange is None else tuple(rows.filter(strange)[ROW]),
        )

    def told(self, several: Sequence[Sifted]) -> Batch:
        """Count the answers, and give the failures with their operands; all rows were asked the same rules."""
        sifted = _joined(several)
        tally = self._tally(sifted)
        by_rule, by_report = self._by_rule(sifted, tally), self._by_report(sifted, tally)
        failed = {place: times for place in sifted.places if (times := by_rule[place][Status.FAILED])}
        failures = self._details.of(sifted.noisy, sifted.flags, failed)
        return Batch(tuple(by_rule), by_report, sifted.odd, failures)

    def _flagged(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Give the number of each row, and a column for each rule that is asked, named by its place."""
        typed = rows.with_columns(self._typed)
        try:
            return self._evaluated(typed)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
            self._drop_broken(typed)
            return self._evaluated(typed)

    def _evaluated(self, typed: pl.DataFrame) -> pl.DataFrame:
        return _truths(typed.select(ROW, *self.flags.values()))  # beside a column, a constant is one for every row

    @cached_property
    def _typed(self) -> list[pl.Expr]:
        """Give the columns that the rules read: cells by their types, missing ones, and tables that lost cells."""
        read = dict.fromkeys(cell for one in self.asked for cell in one.cells)
        present = [name for name in read if name in self._present]
        made = [one for name in present if (one := usual(name, self.cells[name], self._kinds[name])) is not None]
        kinds = {
            name: pl.Float64 if self.cells[name].type == "money" else pl.Int64 for name in read if name in self.cells
        }
        made += [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in self._present]
        tables = dict.fromkeys(cell.table for cell in self.cells.values())
        return made + [pl.lit(table in self._lost).alias(lost(table)) for table in tables]

    def _flag(self, place: int, one: Posed) -> pl.Expr | None:
        """Give the flag of a rule that must be asked: true where it passes, or is not in force."""
        if one.broken:
            self.faults[place] = one.fault(one.broken)
        if one.broken or place in self._settled:
            return None
        span = self._spans.get(place)
        return pl.when(outside(span)).then(statement=True).otherwise(one.truth()) if span else one.truth()

    def _drop_broken(self, typed: pl.DataFrame) -> None:
        """Take out what cannot be evaluated; each is asked alone."""
        for place, flag in list(self.flags.items()):
            try:
                _truths(typed.select(flag))
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
                cause = (str(error).splitlines() or [""])[0]
                self.faults[place] = self.asked[place].fault(f"fails on {self.form.name}: {cause}")
                del self.flags[place]

    def _tally(self, sifted: Sifted) -> Tally:
        spans = dict.fromkeys(self._spans[place] for place in sifted.places if place in self._spans)
        skipped = sifted.noisy.select([outside(span).alias(_named(span)) for span in spans])
        reasons = {at: _named(self._spans[place]) for at, place in enumerate(sifted.places) if place in self._spans}
        return Tally(sifted.flags, skipped, reasons)

    def _by_rule(self, sifted: Sifted, tally: Tally) -> list[Counter[Status]]:
        """Count the answers of each rule: those of the noisy rows; on the others it passed where it is in force."""
        years, noisy = sifted.years, sifted.noisy.height
        rows, told = int(years["len"].sum()), dict(zip(sifted.places, tally.by_rule(), strict=True))
        made: list[Counter[Status]] = []
        for place in range(len(self.asked)):
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

    def _by_report(self, sifted: Sifted, tally: Tally) -> pl.DataFrame:
        """Give the counts of each noisy row: of the rules that were asked, and of those whose answer is settled."""
        made = pl.concat([sifted.noisy.select(ROW, REPORT, YEAR), tally.by_report()], how="horizontal")
        made = made.with_columns(pl.lit(0, pl.Int32).alias(Status.ERRORED.value))
        settled = set(range(len(self.asked))) - set(sifted.places)
        fixed = Counter((self._constant(place), self._spans.get(place)) for place in settled)
        skipped = Status.NOT_APPLICABLE.value
        for (status, span), times in fixed.items():
            out = outside(span).cast(pl.Int32) * times if span else pl.lit(0, pl.Int32)
            made = made.with_columns((pl.col(status.value) + times - out).alias(status.value))
            made = made.with_columns((pl.col(skipped) + out).alias(skipped))
        return made


def _joined(several: Sequence[Sifted]) -> Sifted:
    return Sifted(
        pl.concat([one.noisy for one in several]),
        pl.concat([one.flags for one in several]),
        several[0].places,
        pl.concat([one.years for one in several]),
        tuple(row for one in several for row in one.odd),
    )


def _truths(made: pl.DataFrame) -> pl.DataFrame:
    """Give flags as they are, those that are never known as truths too; raises SchemaError for what is no truth."""
    kinds = {name: kind for name, kind in made.schema.items() if name != ROW and kind != pl.Boolean}
    if wrong := next((kind for kind in kinds.values() if kind != pl.Null), None):
        raise pl.exceptions.SchemaError(f"it answers by {wrong}, not true or false")
    return made.cast(dict.fromkeys(kinds, pl.Boolean)) if kinds else made


def _named(span: tuple[int, int]) -> str:
    return f"{span[0]}-{span[1]}"


def _lost_tables(form: Form, present: set[str]) -> set[str]:
    """Name the tables of which some columns are there and others are not."""
    there = {table.id: [cell.id in present for cell in table.cells()] for table in form.tables}
    return {table for table, known in there.items() if any(known) and not all(known)}
