"""Answers of an engine, a column of truths for each rule, as outcomes: counts, and the details of what failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govrules.dataset import REPORT, YEAR, Dataset
from govrules.engines import exact
from govrules.engines.formula import Question, question
from govrules.errors import RulesetError
from govrules.outcome import Failure, Outcomes
from govrules.rule import Instance, Status, Verdict

Flags = Sequence[bool | None]


@dataclass(frozen=True)
class Asked:
    """A question, and the instance of a rule that asks it."""

    instance: Instance
    question: Question


def asked(dataset: Dataset, instances: Sequence[Instance]) -> list[Asked]:
    """Give the questions of a dataset, in the order of its rules."""
    return [Asked(instance, question(instance, dataset.form, dataset.cells)) for instance in instances]


def note(one: Asked, dataset: Dataset, flags: Flags, outcomes: Outcomes) -> None:
    """Note the answers to a question: true passed, false failed, None undetermined, in the order of the reports."""
    rule, (first, last) = one.instance.rule.id, one.question.years
    frame, open_rows = dataset.frame, list[int]()
    reports, years = frame[REPORT].to_list(), frame[YEAR].to_list()
    for number, (report, year, flag) in enumerate(zip(reports, years, flags, strict=True)):
        if year is not None and not (first or 0) <= year <= (last or 9999):
            outcomes.answer(report, rule, Status.NOT_APPLICABLE)
        elif flag:
            outcomes.answer(report, rule, Status.PASSED)
        else:
            open_rows.append(number)
    rows = frame[open_rows].select(
        REPORT, *dict.fromkeys((*one.question.cells, *filter(None, one.question.fills.values())))
    )
    for number, row in zip(open_rows, rows.iter_rows(named=True), strict=True):
        if flags[number] is None:
            _open(one, dataset, row, outcomes)
        else:
            _failed(one, dataset, row, outcomes)


def errored(one: Asked, dataset: Dataset, cause: str, outcomes: Outcomes) -> None:
    """Note that a rule could not be asked."""
    rule = one.instance.rule
    outcomes.faults.append(RulesetError(f"rule {rule.id} fails: {cause}", where=rule.where))
    for report in dataset.frame[REPORT]:
        outcomes.answer(report, rule.id, Status.ERRORED)


def _failed(one: Asked, dataset: Dataset, row: Mapping[str, object], outcomes: Outcomes) -> None:
    report = str(row[REPORT])
    values = {cell: _value(one.question, cell, row) for cell in one.question.cells}
    operands = {name: exact.value(node, values, dataset.cells) for name, node in one.instance.check.operands().items()}
    verdict = Verdict(Status.FAILED, values=operands, cells=tuple(one.question.cells))
    outcomes.answer(report, one.instance.rule.id, Status.FAILED)
    outcomes.failures.append(Failure(report, "", one.instance, verdict))


def _open(one: Asked, dataset: Dataset, row: Mapping[str, object], outcomes: Outcomes) -> None:
    report, rule = str(row[REPORT]), one.instance.rule.id
    missing = [cell for cell in one.question.cells if row[cell] is None]
    foreign = not any(cell in dataset.form.cells for cell in one.question.cells)
    if foreign and len(missing) == len(one.question.cells):
        outcomes.answer(report, rule, Status.NOT_APPLICABLE)
        return
    outcomes.answer(report, rule, Status.UNDETERMINED)
    outcomes.undetermined.append((report, rule, "缺少 " + "、".join(missing)))


def _value(asked: Question, cell: str, row: Mapping[str, object]) -> int | float | None:
    value = row[cell]
    if value is None and cell in asked.fills and not row[asked.fills[cell]]:
        return 0
    assert value is None or isinstance(value, (int, float))
    return value
