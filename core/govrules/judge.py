"""Rules that look at whole reports or files: asked one report at a time, a crash of one is its own fault alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govrules.errors import RulesetError
from govrules.form import Form
from govrules.outcome import Failure, Outcomes
from govrules.report import Report
from govrules.rule import Instance, Status, Verdict, not_applicable


def judge_report(report: Report, form: Form, instances: Iterable[Instance]) -> Outcomes:
    """Ask every report check about one report."""
    outcomes = Outcomes()
    for instance in instances:
        if instance.check.scope not in {"report", "both"}:
            continue
        effective = instance.rule.effective
        if report.year is not None and not (effective.first or 0) <= report.year <= (effective.last or 9999):
            _note(report.id, report.source, instance, [not_applicable()], outcomes)
            continue
        try:
            verdicts = list(instance.check.judge(report, form))
        except Exception as error:
            outcomes.count(report.id, Status.ERRORED)
            outcomes.faults.append(_fault(instance, report.id, error))
            continue
        _note(report.id, report.source, instance, verdicts, outcomes)
    return outcomes


def judge_file(source: str, reports: Sequence[Report], instances: Iterable[Instance]) -> Outcomes:
    """Ask every file check about the reports of one file, each rule once."""
    outcomes = Outcomes()
    asked: set[str] = set()
    for instance in instances:
        if instance.check.scope not in {"file", "both"} or instance.rule.id in asked:
            continue
        asked.add(instance.rule.id)
        try:
            verdicts = list(instance.check.judge_file(reports))
        except Exception as error:
            outcomes.faults.append(_fault(instance, source, error))
            continue
        for verdict in verdicts:
            if verdict.status is Status.FAILED:
                outcomes.failures.append(Failure(None, source, instance, verdict))
    return outcomes


def _note(report: str, source: str, instance: Instance, verdicts: Sequence[Verdict], outcomes: Outcomes) -> None:
    """Count the answer once for each instance: failed if any verdict failed."""
    statuses = [verdict.status for verdict in verdicts] or [Status.UNDETERMINED]
    order = (Status.FAILED, Status.UNDETERMINED, Status.PASSED, Status.NOT_APPLICABLE)
    outcomes.count(report, next((status for status in order if status in statuses), Status.UNDETERMINED))
    for verdict in verdicts:
        if verdict.status is Status.FAILED:
            outcomes.failures.append(Failure(report, source, instance, verdict))
        elif verdict.status is Status.UNDETERMINED:
            outcomes.undetermined.append((report, instance.rule.id, str(verdict.values.get("reason", ""))))


def _fault(instance: Instance, where: str, error: Exception) -> RulesetError:
    cause = f"{type(error).__name__}: {error}"
    return RulesetError(f"rule {instance.rule.id} fails on {where}: {cause}", where=instance.rule.where)
