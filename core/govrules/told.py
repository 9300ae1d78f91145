"""Failures to findings: put in words one by one, a rule whose answers make no words being errored; then localised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from govrules.errors import RulesetError
from govrules.finding import Lang, finding
from govrules.form import Forms
from govrules.guard import Guard
from govrules.localise import localise
from govrules.outcome import Failure, Finding, Outcomes
from govrules.report import Report
from govrules.rule import Instance, Status

Instances = Callable[[Report], Sequence[Instance]]


def told(
    outcomes: Outcomes, reports: Sequence[Report], forms: Forms, lang: Lang, guard: Guard, instances: Instances
) -> list[Finding]:
    """Give the findings of all failures; where there are no words for one, `outcomes` has its rule as errored instead.

    `instances` gives the rules that a report met.
    """
    by_id = {report.id: report for report in reports}
    bodies = _bodies(reports)
    made: list[tuple[Failure, Finding]] = []
    wordless: set[tuple[str | None, int]] = set()
    for failure in outcomes.failures:
        try:
            words = partial(_put, failure, by_id, forms, lang, bodies)
            one = guard.ask(failure.instance, "its message", words, again=True)
        except RulesetError as fault:
            _count_errored(failure, fault, outcomes, first=_key(failure) not in wordless)
            wordless.add(_key(failure))
        else:
            made.append((failure, one))
    found = sorted((one for failure, one in made if _key(failure) not in wordless), key=Finding.order)
    by_report: dict[str | None, list[Finding]] = {None: []} | {report.id: [] for report in reports}
    for one in found:
        by_report[one.report].append(one)
    return [
        one for name, mine in by_report.items() for one in _localised(mine, by_id.get(name or ""), forms, instances)
    ]


def _key(failure: Failure) -> tuple[str | None, int]:
    return failure.report, id(failure.instance)


def _count_errored(failure: Failure, fault: RulesetError, outcomes: Outcomes, *, first: bool) -> None:
    if first:
        outcomes.faults.append(fault)
        if failure.report is not None:
            outcomes.answer(failure.report, failure.instance.rule.id, Status.FAILED, -1)
            outcomes.answer(failure.report, failure.instance.rule.id, Status.ERRORED)


def _bodies(reports: Sequence[Report]) -> dict[str, str]:
    """Say of each document whose reports of which years stand in it: that stays when the file is renamed."""
    made: dict[str, list[str]] = {}
    for report in reports:
        made.setdefault(report.source, []).append(f"{report.issuer or ''} {report.year or ''}")
    return {source: "|".join(sorted(names)).replace("/", " ") for source, names in made.items()}


def _put(failure: Failure, by_id: dict[str, Report], forms: Forms, lang: Lang, bodies: dict[str, str]) -> Finding:
    report = by_id.get(failure.report) if failure.report else None
    if report is None:
        named = replace(failure, source=bodies.get(failure.source, failure.source))
        return replace(finding(named, None, {}, lang), source=failure.source)
    return finding(failure, report, forms.cells(report.form) if report.form else {}, lang)


def _localised(findings: list[Finding], report: Report | None, forms: Forms, instances: Instances) -> list[Finding]:
    if report is None or report.form is None or not any(one.cells for one in findings):
        return findings
    return localise(findings, report, forms.cells(report.form), instances(report))
