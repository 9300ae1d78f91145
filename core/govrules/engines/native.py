"""The native engine: every rule one Polars expression, all evaluated in one pass; details only for what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import polars as pl

from govrules import expr
from govrules.dataset import REPORT, YEAR, Dataset, lost
from govrules.errors import GovrulesError, RulesetError
from govrules.outcome import Failure, Outcomes
from govrules.rule import Instance, Status, Verdict


class Native:
    """The cell checks of one form, ready to be asked about one dataset of it after the other."""

    def __init__(self, instances: Sequence[Instance]) -> None:
        self._instances = list(instances)
        self._truths: list[pl.Expr] | None = None

    def run(self, dataset: Dataset) -> Outcomes:
        """Evaluate the checks; one that cannot be evaluated is errored for all reports of the dataset."""
        outcomes = Outcomes()
        if not self._instances or dataset.frame.is_empty():
            return outcomes
        usable, flags = self.flags(dataset, outcomes)
        table = _Table(dataset)
        for instance, told in zip(usable, flags, strict=True):
            _collect(table, instance, told.to_list(), outcomes)
        return outcomes

    def flags(self, dataset: Dataset, outcomes: Outcomes) -> tuple[list[Instance], pl.DataFrame]:
        """Give the checks that can be evaluated, and a Boolean column for each: true passed, false failed, null open.

        The others are noted in `outcomes`. Report years in which a rule is not in force are not looked at.
        """
        if self._truths is None:
            named = enumerate(self._instances)
            self._truths = [_truth(dataset, instance).alias(str(number)) for number, instance in named]
        try:
            return self._instances, dataset.frame.select(self._truths)
        except pl.exceptions.PolarsError:
            pairs = zip(self._instances, self._truths, strict=True)
            usable = [(one, truth) for one, truth in pairs if _works(dataset, one, truth, outcomes)]
            return [one for one, _ in usable], dataset.frame.select([truth for _, truth in usable])


def run(dataset: Dataset, instances: Sequence[Instance]) -> Outcomes:
    """Evaluate the cell checks of a dataset."""
    return Native(instances).run(dataset)


class _Table:
    """A dataset as lists, each made when it is first asked for."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._columns: dict[str, list[object]] = {}
        self.reports: list[str] = dataset.frame[REPORT].to_list()
        self.years: list[int | None] = dataset.frame[YEAR].to_list()

    def row(self, number: int, names: Iterable[str]) -> dict[str, object]:
        """Give some columns of a row."""
        return {name: self._column(name)[number] for name in names}

    def _column(self, name: str) -> list[object]:
        if name not in self._columns:
            self._columns[name] = self.dataset.frame[name].to_list()
        return self._columns[name]


def _works(dataset: Dataset, instance: Instance, truth: pl.Expr, outcomes: Outcomes) -> bool:
    try:
        dataset.frame.select(truth)
    except pl.exceptions.PolarsError as error:
        fault: GovrulesError = RulesetError(f"rule {instance.rule.id} fails: {error}", where=instance.rule.where)
        outcomes.faults.append(fault)
        for report in dataset.frame[REPORT]:
            outcomes.count(report, Status.ERRORED)
        return False
    return True


def _truth(dataset: Dataset, instance: Instance) -> pl.Expr:
    check = instance.check
    if not check.fills_blanks():
        return check.holds()
    known = pl.any_horizontal(pl.col(cell).is_not_null() for cell in check.roles())
    return pl.when(known).then(check.holds(_filling(dataset)))


def _filling(dataset: Dataset) -> Callable[[str], pl.Expr]:
    """Read a blank as zero; but not a total, not a cell of another layout, and not where the copy lost cells."""

    def column(name: str) -> pl.Expr:
        cell = dataset.cells.get(name)
        if cell is None or cell.total or name not in dataset.form.cells:
            return pl.col(name)
        return pl.when(pl.col(lost(cell.table))).then(pl.col(name)).otherwise(pl.col(name).fill_null(0))

    return column


def _collect(table: _Table, instance: Instance, flags: Sequence[bool | None], outcomes: Outcomes) -> None:
    """Count passes in passing; look closer only at rows that failed or cannot be told."""
    first, last = instance.rule.effective.first or 0, instance.rule.effective.last or 9999
    cells = list(instance.check.roles())
    names = [*cells, *{lost(table.dataset.cells[cell].table) for cell in cells}]
    for number, (report, year, flag) in enumerate(zip(table.reports, table.years, flags, strict=True)):
        if year is not None and not first <= year <= last:
            outcomes.count(report, Status.NOT_APPLICABLE)
        elif flag:
            outcomes.count(report, Status.PASSED)
        else:
            row = {REPORT: report, "flag": flag, **table.row(number, names)}
            _detail(table.dataset, instance, row, outcomes)


def _detail(dataset: Dataset, instance: Instance, row: Mapping[str, object], outcomes: Outcomes) -> None:
    report, check = str(row[REPORT]), instance.check
    if row["flag"] is not None:
        outcomes.count(report, Status.FAILED)
        verdict = Verdict(Status.FAILED, values=_operands(dataset, instance, row), cells=tuple(check.roles()))
        outcomes.failures.append(Failure(report, "", instance, verdict))
        return
    missing = [cell for cell in check.roles() if row[cell] is None]
    foreign = not any(cell in dataset.form.cells for cell in check.roles())
    if foreign and len(missing) == len(check.roles()):
        outcomes.count(report, Status.NOT_APPLICABLE)
        return
    outcomes.count(report, Status.UNDETERMINED)
    outcomes.undetermined.append((report, instance.rule.id, "缺少 " + "、".join(missing)))


def _operands(dataset: Dataset, instance: Instance, row: Mapping[str, object]) -> dict[str, object]:
    values = {cell: _filled(dataset, instance, cell, row) for cell in instance.check.roles()}
    return {name: expr.evaluate(node, values) for name, node in instance.check.operands().items()}


def _filled(dataset: Dataset, instance: Instance, cell: str, row: Mapping[str, object]) -> int | float | None:
    value, made = row[cell], dataset.cells[cell]
    own = cell in dataset.form.cells and not made.total
    if value is None and own and instance.check.fills_blanks() and not row[lost(made.table)]:
        return 0
    assert value is None or isinstance(value, (int, float))
    return value
