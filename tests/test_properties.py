"""Property: any one figure changed breaks a rule, and a report whose figures agree breaks none."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from generate import make_cells, make_report
from govrules import validate
from govrules.outcome import Finding
from govrules.report import CellRecord, Report
from govrules.rule import Severity
from reading import FORMS, ISSUER, NATIONAL, YEARS, read_one


def clean(name: str, seed: int) -> Report:
    """Give a report as read from its clean text, each as from a file of its own; its id is its seed."""
    rng, form = random.Random(f"{name} {seed}"), FORMS[name]
    cells = make_cells(form, rng, rng.choice((5, 60, 400)))
    report = read_one(make_report(form, cells, YEARS[name], ISSUER, rng))
    return replace(report, id=f"{name} {seed}", source=f"{name} {seed}.txt")


def changed(report: Report, cell: str, delta: int) -> Report:
    record = report.cells[cell]
    assert record.value is not None
    value = record.value + delta
    new = CellRecord(cell, value, str(value), "number" if value else "zero", "exact", record.line, record.unit)
    return replace(report, id=f"{report.id} {cell}", cells={**report.cells, cell: new})


def of_tables(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and finding.rule.startswith(("T3-", "T4-"))


@pytest.mark.parametrize("name", NATIONAL)
def test_every_single_wrong_figure_of_tables_three_and_four_is_found(name: str) -> None:
    rng = random.Random(name)
    reports = [clean(name, seed) for seed in range(6)]
    cells = [cell.id for cell in FORMS[name].cells.values() if cell.table in {"requests", "reviews"}]
    wrong = [
        changed(report, cell, rng.choice((-1, 1)) * rng.choice((1, 1, 2, 10, rng.randint(1, 10_000))))
        for report in reports
        for cell in cells
    ]
    found = {finding.report for finding in validate([*reports, *wrong]).findings if of_tables(finding)}
    assert found == {report.id for report in wrong}


@pytest.mark.parametrize("name", NATIONAL)
def test_a_clean_report_has_no_error_and_no_warning(name: str) -> None:
    result = validate([clean(name, seed) for seed in range(60)])
    assert [(f.report, f.rule, f.message) for f in result.findings if f.severity is not Severity.INFO] == []
    assert result.errors == ()
    assert [rule for _, rule, _ in result.outcomes.undetermined if rule.startswith(("T3-0", "T4-"))] == []
