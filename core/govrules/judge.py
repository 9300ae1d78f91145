"""Rules that look at whole reports or files: asked one report at a time, a crash of one is its own fault alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice

from govrules.errors import RulesetError
from govrules.form import Form
from govrules.guard import Guard
from govrules.outcome import Failure, Outcomes
from govrules.report import Report
from govrules.rule import Instance, Status, Verdict, not_applicable, undetermined

MOST_VERDICTS = 10_000


def judge_report(report: Report, form: Form, instances: Iterable[Instance], guard: Guard | None = None) -> Outcomes:
    """Ask every report check about one report."""
    outcomes, guard = Outcomes(), guard or Guard()
    for instance in instances:
        if instance.check.scope not in {"report", "both"}:
            continue
        effective = instance.rule.effective
        if report.year is not None and not (effective.first or 0) <= report.year <= (effective.last or 9999):
            _note(report.id, report.source, instance, [not_applicable()], outcomes)
            continue
        try:
            verdicts = guard.ask(instance, report.id, partial(_verdicts, instance.check.judge, report, form))
        except RulesetError as fault:
            outcomes.answer(report.id, instance.rule.id, Status.ERRORED)
            outcomes.faults.append(fault)
            continue
        if report.figures_only:
            verdicts = [_unless_absence(verdict, instance) for verdict in verdicts]
        _note(report.id, report.source, instance, verdicts, outcomes)
    return outcomes


def _unless_absence(verdict: Verdict, instance: Instance) -> Verdict:
    """Give the verdict on a report of which there are only figures: that cannot show that something is not there."""
    if verdict.status is Status.FAILED and instance.rule.tells_absence(verdict.grade):
        return undetermined("只有数据，没有正文")
    return verdict


def judge_file(
    source: str, reports: Sequence[Report], instances: Iterable[Instance], guard: Guard | None = None
) -> Outcomes:
    """Ask every file check about the reports of one file, each rule once."""
    outcomes, guard = Outcomes(), guard or Guard()
    asked: set[str] = set()
    for instance in instances:
        if instance.check.scope not in {"file", "both"} or instance.rule.id in asked:
            continue
        asked.add(instance.rule.id)
        try:
            verdicts = guard.ask(instance, source, partial(_verdicts, instance.check.judge_file, reports))
        except RulesetError as fault:
            outcomes.faults.append(fault)
            continue
        for verdict in verdicts:
            if verdict.status is Status.FAILED:
                outcomes.failures.append(Failure(None, source, instance, verdict))
    return outcomes


def _verdicts(judge: Callable[..., Iterable[Verdict]], *asked: object) -> list[Verdict]:
    """Give the verdicts of a check; raises TypeError or ValueError where they are none that we could work with."""
    verdicts = list(islice(judge(*asked), MOST_VERDICTS + 1))
    if len(verdicts) > MOST_VERDICTS:
        raise ValueError(f"it gives more than {MOST_VERDICTS} verdicts")
    for verdict in verdicts:
        _sense(verdict)
    return verdicts


def _sense(verdict: object) -> None:
    if not isinstance(verdict, Verdict):
        raise TypeError(f"it gives a {type(verdict).__name__}, not a Verdict")
    if not isinstance(verdict.status, Status) or verdict.status is Status.ERRORED:
        raise ValueError(f"it gives the status {verdict.status!r}: passed, failed, undetermined or not applicable")
    if not isinstance(verdict.grade, str) or not isinstance(verdict.values, Mapping):
        raise TypeError("the grade of its verdict is no text, or its values are no mapping")
    if not all(isinstance(cell, str) for cell in verdict.cells) or isinstance(verdict.cells, str):
        raise TypeError(f"the cells of its verdict are {verdict.cells!r}, not names")
    if verdict.lines is not None and [type(line) for line in verdict.lines] != [int, int]:
        raise TypeError(f"the lines of its verdict are {verdict.lines!r}, not the first and the last")


def _note(report: str, source: str, instance: Instance, verdicts: Sequence[Verdict], outcomes: Outcomes) -> None:
    """Count the answer once for each instance: failed if any verdict failed."""
    statuses = [verdict.status for verdict in verdicts] or [Status.UNDETERMINED]
    order = (Status.FAILED, Status.UNDETERMINED, Status.PASSED, Status.NOT_APPLICABLE)
    answer = next((status for status in order if status in statuses), Status.UNDETERMINED)
    outcomes.answer(report, instance.rule.id, answer)
    for verdict in verdicts:
        if verdict.status is Status.FAILED:
            outcomes.failures.append(Failure(report, source, instance, verdict))
        elif verdict.status is Status.UNDETERMINED:
            outcomes.undetermined.append((report, instance.rule.id, str(verdict.values.get("reason", ""))))
