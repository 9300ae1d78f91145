"""The native engine: every rule one Polars expression, all evaluated in one pass; details only for what failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import process_time

import polars as pl

from govrules.dataset import REPORT, Dataset, lost
from govrules.engines import exact
from govrules.engines.formula import outside
from govrules.engines.question import asked, is_foreign, out_of_force
from govrules.engines.tally import COUNTED, Tally
from govrules.errors import RulesetError
from govrules.guard import Guard
from govrules.outcome import Failure, Outcomes
from govrules.rule import Check, Instance, Status, Verdict


class Native:
    """The cell checks of one form, ready to be asked about one dataset of it after the other."""

    def __init__(self, instances: Sequence[Instance], guard: Guard | None = None) -> None:
        self._instances = list(instances)
        self._guard = guard or Guard()
        self._truths: list[pl.Expr | RulesetError] | None = None

    def run(self, dataset: Dataset) -> Outcomes:
        """Evaluate the checks; one that cannot be evaluated is errored for all reports of the dataset."""
        outcomes = Outcomes()
        if not self._instances or dataset.frame.is_empty():
            return outcomes
        usable, flags = self.flags(dataset, outcomes)
        table = _Table(dataset, self._guard)
        usable, flags = _known(table, usable, flags, outcomes)
        if not usable:
            return outcomes
        tally = _tally(dataset, usable, flags)
        _count(table.reports, usable, tally, outcomes)
        for instance, settled, told in zip(usable, tally.flags, flags, strict=True):
            if settled.dtype == pl.Boolean and settled.all(ignore_nulls=False):
                continue
            for number in (~settled.fill_null(value=False)).arg_true():
                _detail(table, instance, number, told[number], outcomes)
        return outcomes

    def flags(self, dataset: Dataset, outcomes: Outcomes) -> tuple[list[Instance], pl.DataFrame]:
        """Give the checks that can be evaluated, and a Boolean column for each: true passed, false failed, null open.

        The others are noted in `outcomes`. Report years in which a rule is not in force are not looked at.
        """
        if self._truths is None:
            self._truths = [self._truth(dataset, number, one) for number, one in enumerate(self._instances)]
        pairs = list(zip(self._instances, self._truths, strict=True))
        told = _together(dataset, [(one, truth) for one, truth in pairs if isinstance(truth, pl.Expr)])
        usable: list[Instance] = []
        columns: list[pl.Series] = []
        for number, (instance, truth) in enumerate(pairs):
            column = told[str(number)] if str(number) in told else self._alone(dataset, instance, truth)
            if isinstance(column, RulesetError):
                errored(instance.rule.id, column, dataset.frame[REPORT], outcomes)
            else:
                usable.append(instance)
                columns.append(column)
        return usable, pl.DataFrame(columns)

    def _truth(self, dataset: Dataset, number: int, instance: Instance) -> pl.Expr | RulesetError:
        try:
            return self._guard.ask(
                instance,
                dataset.form.name,
                lambda: asked(instance, dataset.form, dataset.cells).alias(str(number)),
                clock=process_time,
            )
        except RulesetError as fault:
            return fault

    def _alone(self, dataset: Dataset, instance: Instance, truth: pl.Expr | RulesetError) -> pl.Series | RulesetError:
        """Evaluate a check that may run code of others, or that stopped the common pass."""
        if isinstance(truth, RulesetError):
            return truth
        try:
            return self._guard.ask(
                instance, dataset.form.name, lambda: _answers(dataset, instance, truth), clock=process_time
            )
        except RulesetError as fault:
            return fault


def errored(rule: str, fault: RulesetError, reports: Iterable[str], outcomes: Outcomes) -> None:
    """Note that a rule could not be asked about some reports."""
    outcomes.faults.append(fault)
    for report in reports:
        outcomes.answer(report, rule, Status.ERRORED)


def _together(dataset: Dataset, pairs: Sequence[tuple[Instance, pl.Expr]]) -> dict[str, pl.Series]:
    """Evaluate in one pass what is made of expressions over cells alone; nothing when one of them cannot be."""
    plain = [truth for instance, truth in pairs if type(instance.check).holds is Check.holds]
    try:
        made = dataset.frame.select(pl.col(REPORT), *plain).drop(REPORT)  # a constant is so for every report
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return {}
    return {column.name: column for column in made if column.dtype in (pl.Boolean, pl.Null)}


def _answers(dataset: Dataset, instance: Instance, truth: pl.Expr) -> pl.Series:
    spread = [pl.col(REPORT)] if type(instance.check).holds is Check.holds else []
    made = dataset.frame.select(*spread, truth).to_series(-1)
    if made.dtype not in (pl.Boolean, pl.Null):
        raise TypeError(f"it answers by {made.dtype}, not true or false")
    if len(made) != dataset.frame.height:
        raise ValueError(f"it gives {len(made)} answers for {dataset.frame.height} reports")
    return made


def run(dataset: Dataset, instances: Sequence[Instance]) -> Outcomes:
    """Evaluate the cell checks of a dataset."""
    return Native(instances).run(dataset)


class _Table:
    """A dataset as lists, each made when it is first asked for."""

    def __init__(self, dataset: Dataset, guard: Guard) -> None:
        self.dataset, self.guard = dataset, guard
        self._columns: dict[str, list[object]] = {}
        self.reports: list[str] = dataset.frame[REPORT].to_list()

    def row(self, number: int, names: Iterable[str]) -> dict[str, object]:
        """Give some columns of a row."""
        return {name: self._column(name)[number] for name in names}

    def _column(self, name: str) -> list[object]:
        if name not in self._columns:
            self._columns[name] = self.dataset.frame[name].to_list()
        return self._columns[name]


def _known(
    table: _Table, instances: Sequence[Instance], flags: pl.DataFrame, outcomes: Outcomes
) -> tuple[list[Instance], pl.DataFrame]:
    """Leave out checks that name cells which no report of the form may hold; they are errored."""
    kept: list[int] = []
    for place, instance in enumerate(instances):
        unknown = [cell for cell in instance.check.roles() if cell not in table.dataset.cells]
        if unknown:
            fault = table.guard.fault(instance, f"names cells that this form does not have: {', '.join(unknown)}")
            errored(instance.rule.id, fault, table.reports, outcomes)
        else:
            kept.append(place)
    return [instances[place] for place in kept], flags[:, kept]


def _tally(dataset: Dataset, instances: Sequence[Instance], flags: pl.DataFrame) -> Tally:
    """Settle what does not apply: a rule not in force, or on cells of a layout that the report does not use."""
    whole = pl.concat([dataset.frame, flags], how="horizontal")
    reasons: dict[int, str] = {}
    skipped: dict[str, pl.Expr] = {}
    settled: list[pl.Expr] = []
    for place, (instance, name) in enumerate(zip(instances, flags.columns, strict=True)):
        flag = pl.col(name).cast(pl.Boolean)
        why, skip = _skips(dataset, instance, flag)
        if skip is not None:
            reasons[place] = why = why if why.startswith("years") else f"{why}{place}"
            skipped[why] = skip
            flag = pl.when(skip).then(statement=True).otherwise(flag)
        settled.append(flag.alias(name))
    return Tally(whole.select(settled), whole.select(**skipped), reasons)


def _skips(dataset: Dataset, instance: Instance, flag: pl.Expr) -> tuple[str, pl.Expr | None]:
    span = out_of_force(instance)
    out = outside(span) if span else None
    if not is_foreign(instance, dataset.form):
        return f"years {span}", out
    blank = flag.is_null() & pl.all_horizontal([pl.col(cell).is_null() for cell in instance.check.roles()])
    return "foreign ", blank if out is None else blank | out


def _count(reports: Sequence[str], instances: Sequence[Instance], tally: Tally, outcomes: Outcomes) -> None:
    for report, counts in zip(reports, tally.by_report().iter_rows(), strict=True):
        for status, times in zip(COUNTED, counts, strict=True):
            if times:
                outcomes.count(report, status, times)
    for instance, told in zip(instances, tally.by_rule(), strict=True):
        outcomes.count_rule(instance.rule.id, told)


def _detail(table: _Table, instance: Instance, number: int, flag: bool | None, outcomes: Outcomes) -> None:
    dataset, report, check = table.dataset, table.reports[number], instance.check
    cells = list(check.roles())
    row = table.row(number, [*cells, *{lost(dataset.cells[cell].table) for cell in cells}])
    if flag is None:
        missing = [cell for cell in cells if row[cell] is None]
        outcomes.undetermined.append((report, instance.rule.id, "缺少 " + "、".join(missing)))
        return
    try:
        values = table.guard.ask(instance, report, lambda: _operands(dataset, instance, row), again=True)
    except RulesetError as fault:
        outcomes.answer(report, instance.rule.id, Status.FAILED, -1)
        errored(instance.rule.id, fault, [report], outcomes)
        return
    outcomes.failures.append(Failure(report, "", instance, Verdict(Status.FAILED, values=values, cells=tuple(cells))))


def _operands(dataset: Dataset, instance: Instance, row: Mapping[str, object]) -> dict[str, object]:
    values = {cell: _filled(dataset, instance, cell, row) for cell in instance.check.roles()}
    return {name: exact.value(node, values, dataset.cells) for name, node in instance.check.operands().items()}


def _filled(dataset: Dataset, instance: Instance, cell: str, row: Mapping[str, object]) -> int | float | None:
    value, made = row[cell], dataset.cells[cell]
    own = cell in dataset.form.cells and not made.total
    if value is None and own and instance.check.fills_blanks() and not row[lost(made.table)]:
        return 0
    assert value is None or isinstance(value, (int, float))
    return value
