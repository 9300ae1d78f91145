"""Waivers (豁免): findings that do not count until a day, by somebody who says why; what is wrong with them is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, StringConstraints

from govrules.errors import Place, RulesetError, UsageError
from govrules.load.schema import Strict, check_model, nearest
from govrules.outcome import Finding, Result, Waived, WaiverNote
from govrules.plan import Plan, rule_named
from govrules.report import Report

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One waiver: which rule, for which report (by body and year, or by a pattern of file names), why, until when."""

    rule: str
    issuer: str
    year: int | None
    pattern: str
    cell: str | None
    waived: Waived
    where: Place

    @property
    def report(self) -> str:
        """Say which report is meant."""
        return self.pattern or f"{self.issuer} {self.year}"

    def means(self, source: str, report: Report | None) -> bool:
        """Tell whether a report is meant, or what stands in a file as a whole."""
        if self.pattern:
            return PurePosixPath(source.replace("\\", "/")).match(self.pattern)
        return report is not None and (report.issuer, report.year) == (self.issuer, self.year)

    def covers(self, finding: Finding, report: Report | None) -> bool:
        """Tell whether a finding is waived by this, whatever the day."""
        return (
            finding.rule == self.rule
            and (self.cell is None or any(use.cell == self.cell for use in finding.cells))
            and self.means(finding.source, report)
        )


def _day(given: Any) -> date:
    if not isinstance(given, str) or not _DATE.match(given):
        raise ValueError("a day is expected, written 2026-12-31")
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise ValueError(f"there is no day {given}") from error


_Words = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class _Body(Strict):
    """A report by its body and year."""

    issuer: _Words
    year: int


class _Entry(Strict):
    """The keys of a waiver."""

    rule: _Words
    report: _Words | _Body
    cell: _Words | None = None
    reason: _Words
    until: Annotated[date, BeforeValidator(_day)]
    by: _Words


class _File(Strict):
    """The keys of a file of waivers."""

    waivers: list[_Entry]


def load_waivers(file: Path, plan: Plan) -> list[Waiver]:
    """Read a file of waivers; raises UsageError at the place of what is wrong, a rule that is not waivable included."""
    from govrules.load.parse import read_yaml

    try:
        source = read_yaml(file)
    except RulesetError as error:
        raise UsageError(error.message, where=error.where, hint=error.hint) from error
    written = check_model(_File, source.data, source, error=UsageError)
    cells = sorted({cell for form in plan.forms for cell in form.cells})
    made: list[Waiver] = []
    for number, entry in enumerate(written.waivers):
        _check_rule(entry.rule, plan, source.place("waivers", number, "rule"))
        if entry.cell is not None and entry.cell not in cells:
            place, hint = source.place("waivers", number, "cell"), nearest(entry.cell, cells)
            raise UsageError(f"unknown cell {entry.cell!r}", where=place, hint=hint)
        made.append(_waiver(entry, source.place("waivers", number)))
    return made


def _check_rule(name: str, plan: Plan, where: Place) -> None:
    if not rule_named(name, plan, where).waivable:
        raise UsageError(f"the rule {name} cannot be waived", where=where, hint="it is `waivable: false`")


def _waiver(entry: _Entry, where: Place) -> Waiver:
    body = entry.report if isinstance(entry.report, _Body) else None
    pattern = entry.report if isinstance(entry.report, str) else ""
    waived = Waived(entry.reason, entry.by, entry.until)
    return Waiver(
        entry.rule, body.issuer if body else "", body.year if body else None, pattern, entry.cell, waived, where
    )


def waive(result: Result, waivers: Sequence[Waiver], today: date, asked: Callable[[str], bool]) -> Result:
    """Give a result with its waived findings marked, and the waivers that do nothing.

    `today` decides which hold: `until` is the last day. `asked` tells whether a rule ran at all: a waiver for one that
    did not is not spoken of.
    """
    reports = {report.id: report for report in result.reports}
    used: set[int] = set()
    findings: list[Finding] = []
    for finding in result.findings:
        report = reports.get(finding.report or "")
        holding = [
            number for number, one in enumerate(waivers)
            if today <= one.waived.until and one.covers(finding, report)
        ]  # fmt: skip
        used.update(holding)
        findings.append(replace(finding, waived=waivers[holding[0]].waived) if holding else finding)
    notes = [
        note for number, one in enumerate(waivers) if number not in used and asked(one.rule)
        for note in _notes(one, result, today)
    ]  # fmt: skip
    return replace(result, findings=tuple(findings), waivers=tuple(notes))


def _notes(one: Waiver, result: Result, today: date) -> Iterator[WaiverNote]:
    met = any(one.means(report.source, report) for report in result.reports)
    state: Literal["expired", "unused", "absent"] = "unused" if met else "absent"
    if today > one.waived.until:
        state = "expired"
    yield WaiverNote(state, one.rule, one.report, one.waived.until, one.waived.by, one.where)
