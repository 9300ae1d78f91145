"""All engines give the same outcome for every rule and report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from figures import FORMS, PLAN, RUNS, by_native, by_sql, flipped, in_sqlite, instances, made, sample, told
from govrules.cli import app
from govrules.dataset import REPORT, Dataset
from govrules.engines import gx
from govrules.engines.answers import asked
from govrules.report import Report
from govrules.rule import Status
from govrules.testing import reports_of
from govrules.validation import parse
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
SIZES = {"national-2021": 2000, "national-2019": 1000}
WIDE = "national-2021"


@cache
def random_reports(form: str) -> Dataset:
    """Give some of 5,000 seeded reports: 2,000 and 1,000 of the wide forms, the rest of the others."""
    return made(form, SIZES.get(form, 2000 // (len(FORMS) - len(SIZES)) + 1))


def read_reports() -> Iterator[Report]:
    """Give the reports of rule examples, of the examples folder, and of the corpus where it is present."""
    for rule in PLAN.rules:
        if PLAN.installed.checks[rule.kind].scope == "cells":
            for example in rule.examples:
                yield from reports_of(rule, example, PLAN)
    folders = [folder for folder in (ROOT / "examples", CORPUS) if folder.exists()]
    for reading in parse(sorted(file for folder in folders for file in folder.glob("*.txt"))):
        yield from reading.reports


@cache
def examples() -> dict[str, Dataset]:
    """Give those reports as datasets by form, each with an id of its own."""
    groups: dict[str, list[Report]] = {}
    for number, report in enumerate(read_reports()):
        if report.form in FORMS:
            groups.setdefault(str(report.form), []).append(replace(report, id=f"r{number}"))
    return {name: Dataset.from_reports(PLAN.forms[name], PLAN.forms.cells(name), g) for name, g in groups.items()}


def test_five_thousand_reports_pass_and_fail_and_are_undetermined() -> None:
    assert sum(random_reports(form).frame.height for form in FORMS) >= 5000
    given = set(by_native(random_reports(WIDE), instances(WIDE)).values())
    assert given == {"passed", "failed", "undetermined"}


@pytest.mark.parametrize("form", FORMS)
def test_pandera_agrees_with_native_on_random_reports(form: str) -> None:
    dataset = random_reports(form)
    assert told(RUNS["pandera"](dataset, instances(form))) == told(RUNS["native"](dataset, instances(form)))


@pytest.mark.parametrize("dialect", ["sqlite", "duckdb"])
@pytest.mark.parametrize("form", FORMS)
def test_databases_agree_with_native_on_random_reports(form: str, dialect: str, tmp_path: Path) -> None:
    dataset = random_reports(form)
    assert by_sql(dataset, instances(form), dialect, tmp_path) == by_native(dataset, instances(form))


@pytest.mark.parametrize("form", FORMS)
def test_great_expectations_agree_with_native_on_random_reports(form: str) -> None:
    dataset = random_reports(form)
    assert told(gx.run(dataset, sample(form))) == told(RUNS["native"](dataset, sample(form)))


@pytest.mark.slow
def test_great_expectations_agree_with_native_on_every_rule_of_the_widest_form() -> None:
    dataset = random_reports(WIDE)
    assert told(gx.run(dataset, instances(WIDE))) == told(RUNS["native"](dataset, instances(WIDE)))


def test_all_engines_agree_on_the_examples_and_the_corpus(tmp_path: Path) -> None:
    assert set(examples()) == set(FORMS)
    for form, dataset in examples().items():
        wanted, several = told(RUNS["native"](dataset, instances(form))), instances(form)
        assert told(RUNS["pandera"](dataset, several)) == wanted
        assert told(gx.run(dataset, sample(form))) == told(RUNS["native"](dataset, sample(form)))
        for dialect in ("sqlite", "duckdb"):
            assert by_sql(dataset, several, dialect, tmp_path) == by_native(dataset, several)


def test_decimals_of_money_are_exact_in_every_engine(tmp_path: Path) -> None:
    form, names = "local-2008", ("s08.fees.total", "s08.fees.proactive.total", "s08.fees.request.total")
    several = [one for one in instances(form) if set(one.check.roles()) == set(names)]
    frame = made(form, 2).frame
    sums = zip(names, ((0.3, 0.31), (0.1, 0.1), (0.2, 0.2)), strict=True)
    dataset = replace(random_reports(form), frame=frame.with_columns([pl.Series(n, v) for n, v in sums]))
    for run in RUNS.values():
        counts = run(dataset, several).counts
        assert [dict(counts[report]) for report in ("r0", "r1")] == [{Status.PASSED: 1}, {Status.FAILED: 1}]
    for dialect in ("sqlite", "duckdb"):
        assert sorted(by_sql(dataset, several, dialect, tmp_path).values()) == ["failed", "passed"]


@pytest.mark.parametrize("name", [*RUNS, "sqlite", "duckdb"])
def test_the_sign_of_one_coefficient_switched_in_any_engine_is_noticed(name: str, tmp_path: Path) -> None:
    dataset = random_reports(WIDE)
    right = [next(one for one in instances(WIDE) if one.rule.id == "T3-01" and one.key == "natural")]
    wrong = [flipped(right[0])]
    if name in RUNS:
        assert RUNS[name](dataset, right).counts == RUNS["native"](dataset, right).counts
        assert RUNS[name](dataset, wrong).counts != RUNS["native"](dataset, right).counts
    else:
        assert by_sql(dataset, right, name, tmp_path) == by_native(dataset, right)
        assert by_sql(dataset, wrong, name, tmp_path) != by_native(dataset, right)


@pytest.mark.parametrize("name", ["pandera", "gx"])
def test_a_rule_that_crashes_is_errored_and_the_others_go_on(name: str) -> None:
    whole = random_reports("zhejiang-2013")
    several = instances("zhejiang-2013")
    broken = set(several[0].check.roles())
    dataset = replace(whole, frame=whole.frame.drop(next(iter(broken))))
    hit = [one for one in several if next(iter(broken)) in one.check.roles()]
    outcomes = RUNS[name](dataset, several)
    assert {str(fault.where) for fault in outcomes.faults} == {str(one.rule.where) for one in hit}
    for counter in outcomes.counts.values():
        assert counter[Status.ERRORED] == len(hit)
        assert counter.total() == len(several)


@pytest.mark.parametrize("name", ["pandera", "gx"])
def test_a_rule_is_not_asked_in_years_in_which_it_is_not_in_force(name: str) -> None:
    dataset = random_reports("zhejiang-2013")
    first = instances("zhejiang-2013")[0]
    rule = replace(first.rule, effective=type(first.rule.effective)(2013, 2019))
    several = [replace(first, rule=rule)]
    outcomes = RUNS[name](dataset, several)
    assert told(outcomes) == told(RUNS["native"](dataset, several))
    assert any(counter[Status.NOT_APPLICABLE] for counter in outcomes.counts.values())


def test_great_expectations_ask_a_database_and_no_row_is_cut_off(tmp_path: Path) -> None:
    form = "zhejiang-2013"
    dataset, several = random_reports(form), instances(form)
    in_sqlite(dataset, tmp_path / "reports.sqlite").close()
    with gx.quiet():
        sources = gx.context(None).data_sources
        source = sources.add_sqlite(name="database", connection_string=f"sqlite:///{tmp_path}/reports.sqlite")
        batch = source.add_table_asset(name="reports", table_name="reports").add_batch_definition_whole_table("all")
        answers = gx.ask(batch, asked(dataset, several), dataset)
    wanted = by_native(dataset, several)
    for one, answer in zip(asked(dataset, several), answers, strict=True):
        of = {report: wanted[one.question.name, report] for report in dataset.frame[REPORT]}
        assert answer.failed == {report for report, outcome in of.items() if outcome == "failed"}
        assert answer.undecided == {report for report, outcome in of.items() if outcome == "undetermined"}
        assert not answer.crash
    assert max(len(answer.failed | answer.undecided) for answer in answers) > 20


def test_the_command_gives_the_same_findings_and_writes_data_docs(tmp_path: Path) -> None:
    file, docs = str(ROOT / "examples" / "balance-2022.txt"), tmp_path / "docs"
    common = ["validate", file, "--format", "json", "--select", "T3-01"]
    results = [
        CliRunner().invoke(app, [*common, *more])
        for more in ([], ["--engine", "pandera"], ["--engine", "gx", "--data-docs", str(docs)])
    ]
    assert [result.exit_code for result in results] == [1, 1, 1]
    found = [json.loads(result.stdout) for result in results]
    assert found[0] == found[1] == found[2]
    pages = [page.read_text(encoding="utf-8") for page in docs.rglob("*.html")]
    assert any("T3-01[natural]" in page for page in pages)
    assert (docs / "index.html").exists()
