"""A baseline (基线): the findings that are known already, so that only new ones count; it outlives moved files."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from govrules.errors import UsageError
from govrules.outcome import Finding, Number, Result
from govrules.report import Report

SCHEMA = "govrules.baseline/1"
_KEYS = {"issuer": (str, type(None)), "year": (int, type(None)), "rule": (str,), "fingerprint": (str,),
         "cells": (dict,), "message": (str,)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of a baseline: its mark, and for people what it was."""

    issuer: str | None
    year: int | None
    rule: str
    fingerprint: str
    cells: Mapping[str, Number]
    message: str

    @property
    def order(self) -> tuple[str, int, str, str, str, str]:
        """Give what sorts a baseline, the same in every run."""
        cells = json.dumps(self.cells, sort_keys=True)
        return self.issuer or "", self.year or 0, self.rule, self.fingerprint, cells, self.message

    @property
    def figures(self) -> object:
        """Give what tells two findings of one mark apart: their figures or, without any, their words."""
        return json.dumps(self.cells, sort_keys=True) if self.cells else self.message


def write_baseline(result: Result) -> str:
    """Give the findings of a result as a baseline, one a line; those that are waived are left to their waivers."""
    found = sorted((_known(f, report) for f, report in _placed(result) if f.waived is None), key=lambda one: one.order)
    lines = ",\n".join(json.dumps(_fields(one), ensure_ascii=False) for one in found)
    return f'{{"schema": "{SCHEMA}", "findings": [\n{lines}\n]}}\n'


def load_baseline(file: Path) -> list[Known]:
    """Read a baseline; raises UsageError for what is none."""
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is no baseline: {error}", where=str(file), hint="--write-baseline makes one") from error
    if (
        not isinstance(content, dict)
        or content.get("schema") != SCHEMA
        or not isinstance(content.get("findings"), list)
    ):
        raise UsageError(f"is no baseline of {SCHEMA!r}", where=str(file), hint="--write-baseline makes one")
    return [_entry(given, number, file) for number, given in enumerate(content["findings"], start=1)]


def compare(result: Result, known: Sequence[Known], asked: Callable[[str], bool]) -> Result:
    """Give a result with the findings marked that a baseline knows, and the number of those of its that are gone.

    A finding is known by its mark, as often as the baseline has it. Where the run holds several reports of one body
    and year, the figures must be the same as well, so that one of them does not hide what is new in another. Gone is
    what the baseline has of reports that are in the run, by rules that were `asked`.
    """
    left: dict[str, list[Known]] = defaultdict(list)
    for one in known:
        left[one.fingerprint].append(one)
    twins = Counter((report.issuer, report.year) for report in result.reports)
    placed = _placed(result)
    hits: set[int] = set()
    for exactly in (True, False):
        for number, (finding, report) in enumerate(placed):
            several = report is not None and twins[report.issuer, report.year] > 1
            if (
                number not in hits
                and (exactly or not several)
                and _take(left, _known(finding, report), exactly=exactly)
            ):
                hits.add(number)
    findings = [
        replace(finding, known=number in hits and finding.waived is None)
        for number, (finding, _) in enumerate(placed)
    ]  # fmt: skip
    gone = sum(_is_gone(one, twins, asked) for several in left.values() for one in several)
    return replace(result, findings=tuple(findings), fixed=gone)


def _take(left: Mapping[str, list[Known]], found: Known, *, exactly: bool) -> bool:
    """Take one of a mark away, if there is one left, of the same figures where they must be."""
    several = left.get(found.fingerprint, [])
    for number, one in enumerate(several):
        if not exactly or one.figures == found.figures:
            del several[number]
            return True
    return False


def _is_gone(one: Known, reports: Mapping[tuple[str | None, int | None], int], asked: Callable[[str], bool]) -> bool:
    return bool(reports.get((one.issuer, one.year))) and asked(one.rule)


def _placed(result: Result) -> list[tuple[Finding, Report | None]]:
    """Give each finding with its report, one about a whole file with the first that stands in it."""
    reports = {report.id: report for report in result.reports}
    first: dict[str, Report] = {}
    for report in result.reports:
        first.setdefault(report.source, report)
    return [(f, reports.get(f.report) if f.report is not None else first.get(f.source)) for f in result.findings]


def _known(finding: Finding, report: Report | None) -> Known:
    cells = {use.cell: use.value for use in finding.cells}
    who = (report.issuer, report.year) if report else (None, None)
    return Known(*who, finding.rule, finding.fingerprint, cells, finding.message)


def _fields(one: Known) -> dict[str, Any]:
    return {name: getattr(one, name) for name in _KEYS}


def _entry(given: object, number: int, file: Path) -> Known:
    if not isinstance(given, dict) or not all(isinstance(given.get(key), kinds) for key, kinds in _KEYS.items()):
        raise UsageError(f"the finding {number} is not as --write-baseline writes it", where=str(file))
    return Known(**{name: given[name] for name in _KEYS})
