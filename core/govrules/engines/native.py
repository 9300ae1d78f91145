"""The native engine: every rule one Polars expression, all evaluated in one pass; details only for what failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from govrules import expr
from govrules.dataset import REPORT, Dataset, lost
from govrules.errors import GovrulesError, RulesetError
from govrules.outcome import Failure, Outcomes
from govrules.rule import Instance, Status, Verdict


def run(dataset: Dataset, instances: Sequence[Instance]) -> Outcomes:
    """Evaluate the cell checks of a dataset; a rule that cannot be evaluated is errored for all its reports."""
    outcomes = Outcomes()
    usable, flags = _flags(dataset, instances, outcomes)
    if not usable or dataset.frame.is_empty():
        return outcomes
    for number, instance in enumerate(usable):
        _collect(dataset, instance, flags[str(number)], outcomes)
    return outcomes


def _flags(dataset: Dataset, instances: Sequence[Instance], outcomes: Outcomes) -> tuple[list[Instance], pl.DataFrame]:
    """Give a Boolean column per instance: true passed, false failed, null undetermined."""
    truths = {instance.key + instance.rule.id: _truth(dataset, instance) for instance in instances}
    usable = list(instances)
    try:
        flags = dataset.frame.select([truths[i.key + i.rule.id].alias(str(n)) for n, i in enumerate(usable)])
    except pl.exceptions.PolarsError:
        usable = [i for i in instances if _works(dataset, i, truths[i.key + i.rule.id], outcomes)]
        flags = dataset.frame.select([truths[i.key + i.rule.id].alias(str(n)) for n, i in enumerate(usable)])
    return usable, flags


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


def _collect(dataset: Dataset, instance: Instance, flags: pl.Series, outcomes: Outcomes) -> None:
    """Count passes in passing; look closer only at rows that failed or cannot be told."""
    effective, reports = instance.rule.effective, dataset.frame[REPORT]
    outside = ~dataset.frame["year"].is_between(effective.first or 0, effective.last or 9999).fill_null(value=True)
    passed = flags.fill_null(value=False) & ~outside
    for report in reports.filter(passed):
        outcomes.count(report, Status.PASSED)
    for report in reports.filter(outside):
        outcomes.count(report, Status.NOT_APPLICABLE)
    cells = list(instance.check.roles())
    columns = [REPORT, *cells, *{lost(dataset.cells[cell].table) for cell in cells}]
    rows = dataset.frame.select(columns).with_columns(flags.alias("flag")).filter(~passed & ~outside)
    for row in rows.iter_rows(named=True):
        _detail(dataset, instance, row, outcomes)


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
