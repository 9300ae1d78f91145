"""Answers: an outcome for every rule and report, and a finding for each failure, with everything needed to trace it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from govrules.errors import UNREADABLE, GovrulesError, Place
from govrules.report import NOWHERE, Issue, Report, Spot
from govrules.rule import Basis, Instance, Severity, Status, Verdict

Number = int | float | None
# Where something stands is not what it is: texts that rules quote may say lines and pages.
_LINES = re.compile(r"第\s*\d+\s*(?:[—–-]\s*\d+\s*)?[行页]")
Cause = Literal["content", "possible_extraction_loss"]


@dataclass(frozen=True, slots=True)
class CellUse:
    """A cell that a finding rests on: its value, the part it plays, and where it was read."""

    cell: str
    label: str
    value: Number
    role: str
    raw: str
    line: int
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class Repair:
    """The one change of one cell that settles every tie it breaks; a suggestion, never proof."""

    cell: str
    label: str
    value: Number
    to: Number


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a finding does not count for now: the reason, who answers for it, and the last day on which it holds."""

    reason: str
    by: str
    until: date


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """A waiver that does nothing, and where it stands: it is `expired`, `unused`, or its report is `absent`."""

    state: Literal["expired", "unused", "absent"]
    rule: str
    report: str
    until: date
    by: str
    where: Place

    @property
    def is_stale(self) -> bool:
        """Tell whether it ought to be renewed or removed: one whose report is not there may yet be needed."""
        return self.state != "absent"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that failed: what is wrong, where, by which rule and law, and the figures it rests on.

    `report` is None for a finding about a whole file; `lines` are the first and last line it speaks of;
    `spot` is the place of the first of them in a document that is no plain text;
    `group` is the same for findings that share a cell, so that one slip is seen as one. One that is `waived`, or
    `known` from a baseline, does not count.
    """

    rule: str
    pack: str
    severity: Severity
    report: str | None
    source: str
    lines: tuple[int, int] | None
    message: str
    title: str
    basis: tuple[Basis, ...]
    cells: tuple[CellUse, ...]
    expected: Number | str
    actual: Number | str
    difference: Number
    cause: Cause
    fingerprint: str
    group: str | None = None
    repair: Repair | None = None
    spot: Spot = NOWHERE
    waived: Waived | None = None
    known: bool = False

    @property
    def counts(self) -> bool:
        """Tell whether this makes a difference to whether all is well."""
        return self.waived is None and not self.known

    def order(self) -> tuple[int, str, tuple[int, int]]:
        """Give what findings are sorted by: the gravest first, then by rule and place."""
        return -self.severity.rank, self.rule, self.lines or (0, 0)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure before it is put in words: the instance, the verdict, and the operands of the arithmetic."""

    report: str | None
    source: str
    instance: Instance
    verdict: Verdict


@dataclass
class Outcomes:
    """What all rules said about all reports: counts for each report, and the details of what failed or is open.

    `by_rule` has the counts of each rule. Reports of large tables that did not fail are not listed one by one:
    there were `unlisted_reports`, and `unlisted` is the sum of their counts.
    """

    counts: dict[str, Counter[Status]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    undetermined: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[GovrulesError] = field(default_factory=list)
    by_rule: dict[str, Counter[Status]] = field(default_factory=dict)
    unlisted: Counter[Status] = field(default_factory=Counter)
    unlisted_reports: int = 0

    def count_rule(self, rule: str, counts: Mapping[Status, int]) -> None:
        """Count answers of a rule."""
        self.by_rule.setdefault(rule, Counter()).update(counts)

    def answer(self, report: str, rule: str, status: Status, times: int = 1) -> None:
        """Count the answer of a rule for a report, for both."""
        self.count(report, status, times)
        self.count_rule(rule, {status: times})

    def count(self, report: str, status: Status, times: int = 1) -> None:
        """Count an answer for a report."""
        self.counts.setdefault(report, Counter())[status] += times

    def extend(self, other: Outcomes) -> None:
        """Take the answers of another run in."""
        for report, counter in other.counts.items():
            self.counts.setdefault(report, Counter()).update(counter)
        self.failures += other.failures
        self.undetermined += other.undetermined
        self.faults += other.faults
        self.unlisted.update(other.unlisted)
        self.unlisted_reports += other.unlisted_reports
        for rule, counts in other.by_rule.items():
            self.count_rule(rule, counts)


@dataclass(frozen=True)
class Result:
    """Everything a validation gave: reports, findings, what could not be read, and what went wrong.

    `waivers` are those that do nothing; `fixed` is how many findings of the baseline are gone (None: no baseline).
    """

    reports: tuple[Report, ...]
    findings: tuple[Finding, ...]
    outcomes: Outcomes
    issues: tuple[Issue, ...] = ()
    errors: tuple[GovrulesError, ...] = ()
    waivers: tuple[WaiverNote, ...] = ()
    fixed: int | None = None

    def worst(self) -> Severity | None:
        """Give the gravest severity found that counts, or None."""
        return max((f.severity for f in self.findings if f.counts), key=lambda s: s.rank, default=None)

    def summary(self) -> dict[str, int]:
        """Count reports, findings that count by severity, the others, outcomes by status, and what was not read."""
        severities = Counter(finding.severity.value for finding in self.findings if finding.counts)
        statuses = Counter(self.outcomes.unlisted)
        for counter in self.outcomes.counts.values():
            statuses.update(counter)
        return {
            "reports": len(self.reports) + self.outcomes.unlisted_reports,
            **{severity.value: severities[severity.value] for severity in Severity},
            **{status.value: statuses[status] for status in Status},
            "extraction": len(self.issues),
            "errors": len(self.errors),
            "waived": sum(finding.waived is not None for finding in self.findings),
            "known": sum(finding.known for finding in self.findings),
            "fixed": self.fixed or 0,
        }


class Gathering:
    """Results of batches put together in the order in which they come, the same however files were batched."""

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._findings: dict[bool, list[Finding]] = {True: [], False: []}
        self._outcomes = Outcomes()
        self._issues: list[Issue] = []
        self._errors: list[GovrulesError] = []

    def add(self, result: Result) -> None:
        """Take the result of the next batch in."""
        self._reports += result.reports
        for finding in result.findings:
            self._findings[finding.report is None].append(finding)
        self._outcomes.extend(result.outcomes)
        self._issues += result.issues
        self._errors += result.errors

    def result(self, faults: Iterable[GovrulesError] = ()) -> Result:
        """Give the whole: findings on files first; `faults` of the rules stand behind what could not be read."""
        unread = [error for error in self._errors if error.exit_code == UNREADABLE]
        met = sorted((error for error in self._errors if error.exit_code != UNREADABLE), key=_place)
        broken = {str(error): error for error in (*faults, *met)}
        findings = (*sorted(self._findings[True], key=Finding.order), *self._findings[False])
        errors = (*unread, *broken.values())
        return Result(tuple(self._reports), findings, self._outcomes, tuple(self._issues), errors)


def _place(error: GovrulesError) -> tuple[str, int, int, str]:
    where = error.where
    return (where.file, where.line, where.column, str(error)) if isinstance(where, Place) else (where, 0, 0, str(error))


def head(report: Report) -> Report:
    """Give what a list of reports shows of one: who, when, where, of which form; not what it says."""
    return Report(
        report.id,
        report.source,
        report.lines,
        report.issuer,
        report.year,
        report.form,
        script=report.script,
        title=report.title,
        issuer_from=report.issuer_from,
        year_from=report.year_from,
        structured=report.structured,
        region=report.region,
        published=report.published,
        site=report.site,
    )


def fingerprint(rule: str, report: Report | None, source: str, parts: Iterable[str]) -> str:
    """Give a mark that stays when files move and lines shift: issuer, year, rule and cells."""
    who = (report.issuer or "", str(report.year or "")) if report else (source.rsplit("/", 1)[-1], "")
    steady = (_LINES.sub("", part) for part in parts)
    return hashlib.sha256("\x1f".join((*who, rule, *steady)).encode("utf-8", "backslashreplace")).hexdigest()[:16]


def numbers(values: Mapping[str, object]) -> dict[str, Number]:
    """Keep the numbers of a mapping, whole ones as int."""
    return {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in values.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
