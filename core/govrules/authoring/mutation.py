"""Mutation scores: how many slips in a clean report the rules of a pack find, and why the others get past them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from govrules.authoring.clean import Equality, Figures, clean_figures, counts, declared, equalities
from govrules.authoring.mutants import PAIRS, SINGLE, Mutant, Slip, mutants
from govrules.dataset import ISSUER, REPORT, YEAR, Dataset, lost
from govrules.errors import RulesetError
from govrules.form import Form, Table
from govrules.judge import judge_report
from govrules.outcome import Failure, Outcomes
from govrules.plan import Plan
from govrules.report import CellRecord, Kind, Report
from govrules.rule import Instance, Severity

if TYPE_CHECKING:
    import polars as pl

_CLEAN = "clean"


class Reason(StrEnum):
    """Why no rule finds a slip."""

    CANCELS = "cancels"
    INFO = "info"
    SLACK = "slack"
    BLANK = "blank"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many slips of a kind were found, of how many."""

    found: int
    made: int

    @property
    def score(self) -> float:
        """Give the share that was found; 1 where there was nothing to find."""
        return self.found / self.made if self.made else 1.0


@dataclass(frozen=True, slots=True)
class Survivors:
    """Slips that no rule finds, for one reason: `rules` are those that read the cells, `names` the cells or rows."""

    slip: Slip
    reason: Reason
    rules: tuple[str, ...]
    names: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class TableScore:
    """What became of the slips in one table of a form."""

    form: str
    table: str
    title: str
    tallies: Mapping[Slip, Tally]
    survivors: tuple[Survivors, ...]

    @property
    def single(self) -> Tally:
        """Give the tally of slips in single cells."""
        return self.of(SINGLE)

    @property
    def pairs(self) -> Tally:
        """Give the tally of amounts moved from one cell to another of its row or column."""
        return self.of(PAIRS)

    def of(self, slips: Iterable[Slip]) -> Tally:
        """Give the tally of some kinds of slip together."""
        several = [self.tallies[slip] for slip in slips if slip in self.tallies]
        return Tally(sum(one.found for one in several), sum(one.made for one in several))


def mutation_scores(plan: Plan, form: Form, region: str | None = None) -> list[TableScore]:
    """Score the rules that reports of a form meet in a region, for every table of which some cells are tied together.

    A slip is found when a rule fails with a warning or an error. Raises RulesetError where no clean report can be
    made, or a rule cannot be evaluated.
    """
    instances = plan.instances(form.name, region)
    ties = [*equalities(form, instances)]
    tied = {cell for tie in ties for cell in tie.coefficients}
    tables = [table for table in form.tables if any(cell.id in tied for cell in table.cells())]
    if not tables:
        return []
    figures = clean_figures(form, instances)
    sums = [*ties, *declared(form)]
    made = [one for table in tables for one in mutants(form, table, figures, sums)]
    trial = _Trial(plan, form, instances, figures)
    why = _Why(instances, ties, figures)
    tried = list(zip(made, trial.found(made), strict=True))
    return [_score(form, table, [one for one in tried if one[0].table == table.id], why) for table in tables]


def _score(form: Form, table: Table, tried: Sequence[tuple[Mutant, bool]], why: _Why) -> TableScore:
    tallies = {
        slip: Tally(sum(found for _, found in mine), len(mine))
        for slip in Slip
        if (mine := [one for one in tried if one[0].slip is slip])
    }
    groups: dict[tuple[Slip, Reason, tuple[str, ...]], list[Mutant]] = {}
    for mutant, found in tried:
        if not found:
            groups.setdefault((mutant.slip, *why.of(mutant)), []).append(mutant)
    survivors = [
        Survivors(
            slip, reason, rules, tuple(dict.fromkeys(name for one in several for name in one.names)), len(several)
        )
        for (slip, reason, rules), several in groups.items()
    ]
    survivors.sort(key=lambda one: (list(Slip).index(one.slip), one.reason, one.rules))
    return TableScore(form.name, table.id, table.title, tallies, tuple(survivors))


class _Trial:
    """The rules of a form asked about mutants of one clean report."""

    def __init__(self, plan: Plan, form: Form, instances: Sequence[Instance], figures: Figures) -> None:
        self._plan, self._form, self._instances, self._figures = plan, form, instances, figures
        self._year = max([form.years.first or 0, *(one.rule.effective.first or 0 for one in instances)]) or None
        if form.years.last is not None and self._year is not None:
            self._year = min(self._year, form.years.last)
        clean = judge_report(self._report(Mutant(Slip.ZERO, "", {}, ())), form, instances)
        failing = {id(failure.instance) for failure in clean.failures}
        self._readers = [one for one in instances if one.check.scope == "report" and id(one) not in failing]

    def found(self, made: Sequence[Mutant]) -> list[bool]:
        """Tell of each mutant whether a rule finds it: rules over cells first, of the others those on whole reports."""
        by_cells = self._by_cells(made)
        return [number in by_cells or self._by_report(mutant) for number, mutant in enumerate(made)]

    def _by_cells(self, made: Sequence[Mutant]) -> set[int]:
        import polars as pl

        from govrules.engines.native import Native

        outcomes = Outcomes()
        checks = [one for one in self._instances if one.check.scope == "cells" and counts(one) and self._in_force(one)]
        usable, flags = Native(checks).flags(self._dataset(made), outcomes)
        _raise(outcomes)
        failed = flags.select(~pl.all().fill_null(value=True))
        if of_clean := sorted({one.rule.id for one, fails in zip(usable, failed.row(0), strict=True) if fails}):
            raise RulesetError(f"the clean report of {self._form.name} fails {', '.join(of_clean)}")
        found = failed.select(pl.any_horizontal(pl.all())).to_series().to_list()
        return {number for number, any_fails in enumerate(found[1:]) if any_fails}

    def _in_force(self, instance: Instance) -> bool:
        return self._year is None or self._year in instance.rule.effective

    def _dataset(self, made: Sequence[Mutant]) -> Dataset:
        """Give a row for the clean report and one for each mutant, without making reports of them."""
        import polars as pl

        cells, height = self._plan.forms.cells(self._form.name), len(made) + 1
        columns: dict[str, list[int | None]] = {cell: [self._figures.get(cell)] * height for cell in cells}
        for number, mutant in enumerate(made):
            for cell, value in mutant.changes.items():
                columns[cell][number + 1] = value
        frame: dict[str, pl.Series] = {
            REPORT: pl.Series([_CLEAN, *map(str, range(len(made)))], dtype=pl.String),
            YEAR: pl.Series([self._year] * height, dtype=pl.Int64),
            ISSUER: pl.Series([None] * height, dtype=pl.String),
        }
        for name, made_cell in cells.items():
            frame[name] = pl.Series(columns[name], dtype=pl.Float64 if made_cell.type == "money" else pl.Int64)
        for table in {one.table for one in cells.values()}:
            frame[lost(table)] = pl.Series([False] * height, dtype=pl.Boolean)
        return Dataset(self._form, cells, pl.DataFrame(frame))

    def _by_report(self, mutant: Mutant) -> bool:
        outcomes = judge_report(self._report(mutant), self._form, self._readers)
        _raise(outcomes)
        return any(_is_finding(failure) for failure in outcomes.failures)

    def _report(self, mutant: Mutant) -> Report:
        records = {cell: _record(cell, value) for cell, value in {**self._figures, **mutant.changes}.items()}
        tables = {table.id: self._form.name for table in self._form.tables}
        where = (_CLEAN, _CLEAN, (1, 1), None, self._year, self._form.name)
        return Report(*where, cells=records, tables=tables, structured=True)


def _record(cell: str, value: int | None) -> CellRecord:
    kind: Kind = "blank" if value is None else "number" if value else "zero"
    return CellRecord(cell, value, "" if value is None else str(value), kind, "exact", 1)


def _is_finding(failure: Failure) -> bool:
    return failure.instance.rule.grade(failure.verdict.grade).rank >= Severity.WARNING.rank


def _raise(outcomes: Outcomes) -> None:
    for fault in outcomes.faults:
        raise fault


class _Why:
    """The linear forms of the rules, asked why a slip leaves them as they were."""

    def __init__(self, instances: Sequence[Instance], ties: Sequence[Equality], figures: Figures) -> None:
        self._ties, self._figures = ties, figures
        self._readers: dict[str, list[str]] = {}
        for one in instances:
            for cell in one.check.roles() if one.check.scope == "cells" and counts(one) else ():
                self._readers.setdefault(cell, []).append(one.rule.id)

    def of(self, mutant: Mutant) -> tuple[Reason, tuple[str, ...]]:
        """Give the reason, and the rules concerned: those that still hold, or those that give no more than an info."""
        if None in mutant.changes.values():
            return Reason.BLANK, ()
        amounts = {c: float(v - self._figures[c]) for c, v in mutant.changes.items() if v is not None}
        touched = [tie for tie in self._ties if any(tie.coefficients.get(cell) for cell in amounts)]
        if broken := {tie.rule for tie in touched if tie.shift(amounts)}:
            return Reason.INFO, tuple(sorted(broken))
        if touched:
            return Reason.CANCELS, tuple(sorted({tie.rule for tie in touched}))
        readers = {rule for cell in mutant.changes for rule in self._readers.get(cell, ())}
        return (Reason.SLACK, tuple(sorted(readers))) if readers else (Reason.UNREAD, ())
