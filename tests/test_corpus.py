"""Eight real reports with all their damage, against a truth checked by hand; they stay outside the project."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from govrules import validate
from govrules.installed import installed
from govrules.outcome import Finding, Result
from govrules.report import CERTAIN, Report

SHARED = Path(__file__).parents[2] / "shared" / "corpus"
TRUTH = SHARED / "expected.json"
pytestmark = pytest.mark.skipif(not TRUTH.exists(), reason="the corpus is not here")
# Matters of judgement: neither required nor forbidden.
OPTIONAL = {"SEC-06", "SEC-07", "T3-10", "T3-11", "TXT-10", "TXT-11", "YOY-04"}
EXPECTED: dict[str, Any] = json.loads(TRUTH.read_text(encoding="utf-8")) if TRUTH.exists() else {}
Want = dict[str, Any]
each_report = pytest.mark.parametrize("want", EXPECTED.get("reports", ()), ids=lambda want: str(want["key"]))
each_file = pytest.mark.parametrize("want", EXPECTED.get("files", ()), ids=lambda want: str(want["source"]))


@cache
def result() -> Result:
    return validate(sorted(SHARED.glob("*.txt")))


@cache
def known() -> frozenset[str]:
    """Name the rules that the installed packs have: others are not asked for."""
    return frozenset(rule.id for pack in installed().packs.values() for rule in pack)


def read(want: Want) -> Report:
    """Give the report read from the part of the file that is meant: of its year, beginning nearest to its line."""
    same = [r for r in result().reports if Path(r.source).name == want["source"]]
    return min(same, key=lambda r: (r.year != want["year"], abs(r.lines[0] - want["lines"][0])))


def grave(findings: Iterable[tuple[str, str]]) -> Counter[tuple[str, str]]:
    return Counter(f for f in findings if f[0] in known() - OPTIONAL and f[1] in {"error", "warning"})


def wanted(want: Want) -> Counter[tuple[str, str]]:
    return grave((finding["rule"], finding["severity"]) for finding in want["findings"])


def found(findings: Iterable[Finding]) -> Counter[tuple[str, str]]:
    return grave((finding.rule, finding.severity.value) for finding in findings)


@each_report
def test_form_year_and_issuer_are_recognised(want: Want) -> None:
    report = read(want)
    assert (report.form, report.year) == (want["form"], want["year"])
    assert (want["issuer"] or "") in (report.issuer or "")


@each_report
def test_every_cell_is_right(want: Want) -> None:
    cells = read(want).cells
    read_values = {cell: cells[cell].value if cell in cells else None for cell in want["cells"]}
    assert read_values == pytest.approx({cell: truth["value"] for cell, truth in want["cells"].items()})


@each_report
def test_no_cell_is_certain_that_the_truth_does_not_know(want: Want) -> None:
    cells = read(want).cells.items()
    assert [c for c, r in cells if r.flag in CERTAIN and r.value is not None and c not in want["cells"]] == []


@each_report
def test_the_errors_and_warnings_are_those_that_must_come_out(want: Want) -> None:
    report = read(want)
    assert found(f for f in result().findings if f.report == report.id) == wanted(want)


@each_file
def test_the_findings_about_a_file_are_those_that_must_come_out(want: Want) -> None:
    mine = (f for f in result().findings if f.report is None and Path(f.source).name == want["source"])
    assert found(mine) == wanted(want)


def test_a_file_of_one_report_has_no_finding_of_its_own() -> None:
    several = {want["source"] for want in EXPECTED["files"]}
    assert {Path(f.source).name for f in result().findings if f.report is None} <= several


def test_as_many_reports_are_read_as_there_are_and_no_rule_is_broken() -> None:
    assert (len(result().reports), result().errors) == (len(EXPECTED["reports"]), ())
