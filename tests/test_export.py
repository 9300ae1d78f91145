"""What is exported runs without us, and gives the same failures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from figures import PLAN, by_native, in_duckdb, in_sqlite, instances, made
from govrules.cli import app
from govrules.engines import gx
from govrules.errors import UsageError
from govrules.export.chosen import chosen
from govrules.export.sql import DIALECTS, query
from sqlglot import parse
from typer.testing import CliRunner

FORM = "national-2021"
DATASET = made(FORM, 300, seed=7)
_ALONE = """
import sys

sys.modules["govrules"] = None
sys.path.insert(0, {folder!r})
import polars as pl
from pandera.errors import SchemaErrors
from rules_of_form import schema

try:
    schema.validate(pl.read_parquet({file!r}), lazy=True)
except SchemaErrors as errors:
    for case in errors.failure_cases.iter_rows(named=True):
        print(case["failure_case"], case["check"].split(" ")[0])
"""


def failed() -> set[tuple[str, str]]:
    """Give the report and the question of every failure, by the native engine."""
    answers = by_native(DATASET, instances(FORM))
    return {(report, question) for (question, report), outcome in answers.items() if outcome == "failed"}


def exported(*words: str) -> str:
    result = CliRunner().invoke(app, ["export", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def alone(folder: Path) -> set[tuple[str, str]]:
    """Give the failures that the exported module finds in a process that cannot import us."""
    file = folder / "reports.parquet"
    DATASET.frame.write_parquet(file)
    program = _ALONE.format(folder=str(folder), file=str(file))
    environment = {**os.environ, "PYTHONPATH": ""}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    return {(words[0], words[1]) for line in done.stdout.splitlines() if (words := line.split(" "))}


def test_the_pandera_module_finds_the_same_failures_without_us(tmp_path: Path) -> None:
    text = exported("pandera", "--form", FORM)
    assert "govrules" not in {line.split()[1].split(".")[0] for line in text.splitlines() if line.startswith("import")}
    (tmp_path / "rules_of_form.py").write_text(text, encoding="utf-8")
    found = alone(tmp_path)
    assert found == failed()
    assert len(found) > 100


def test_a_sign_switched_in_the_pandera_module_is_noticed(tmp_path: Path) -> None:
    text = exported("pandera", "--form", FORM, "--select", "T2-02")
    file = tmp_path / "rules_of_form.py"
    file.write_text(text.replace(" - count(", " + count("), encoding="utf-8")
    assert alone(tmp_path) != {one for one in failed() if one[1].startswith("T2-02")}
    file.write_text(text, encoding="utf-8")
    assert alone(tmp_path) == {one for one in failed() if one[1].startswith("T2-02")}


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_each_query_gives_the_reports_that_fail_its_rule_and_their_numbers(dialect: str, tmp_path: Path) -> None:
    connection = in_duckdb(DATASET, tmp_path) if dialect == "duckdb" else in_sqlite(DATASET)
    found: set[tuple[str, str]] = set()
    for several in chosen(PLAN, FORM).by_rule():
        cursor = connection.execute(query(several, dialect))
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            told = dict(zip(names, row, strict=True))
            found.add((told["report"], f"{told['rule']}[{told['instance']}]" if told["instance"] else told["rule"]))
            if "difference" in told:
                assert told["difference"] == told["actual"] - told["expected"]
    assert found == failed()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_command_writes_sql_that_its_dialect_can_read(dialect: str) -> None:
    text = exported("sql", "--form", "local-2008", "--dialect", dialect)
    asked = {one.rule.id for one in instances("local-2008") if one.check.scope == "cells"}
    assert len([one for one in parse(text, read=dialect) if one is not None]) == len(asked) > 1
    quote = "`" if dialect == "spark" else '"'
    assert f"{quote}s08.fees.total{quote}" in text


def test_a_table_without_columns_for_what_was_lost_takes_every_null_for_a_blank() -> None:
    text = exported("sql", "--form", "local-2008", "--complete", "--table", "年报")
    assert "lost." not in text
    assert 'FROM "年报"' in text


def test_the_suite_is_loaded_and_run_by_great_expectations_alone(tmp_path: Path) -> None:
    suite_file, database = tmp_path / "suite.json", tmp_path / "reports.sqlite"
    suite_file.write_text(exported("gx", "--form", FORM, "--dialect", "sqlite"), encoding="utf-8")
    in_sqlite(DATASET, database).close()
    with gx.quiet():
        import great_expectations

        context = great_expectations.get_context(mode="ephemeral")
        source = context.data_sources.add_sqlite(name="database", connection_string=f"sqlite:///{database}")
        batch = source.add_table_asset(name="reports", table_name="reports").add_batch_definition_whole_table("all")
        suite = great_expectations.ExpectationSuite(**json.loads(suite_file.read_text(encoding="utf-8")))
        result = batch.get_batch().validate(suite)
    found = {(one.expectation_config.meta or {})["rule"]: one for one in result.results if one.expectation_config}
    wanted = {rule: sum(name.split("[")[0] == rule for _, name in failed()) for rule in found}
    assert {rule: int(one.result["observed_value"]) for rule, one in found.items()} == wanted
    assert {rule: one.success for rule, one in found.items()} == {rule: not count for rule, count in wanted.items()}


def test_a_form_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"unknown form .national-2012. .did you mean .national-20"):
        chosen(PLAN, "national-2012")
    with pytest.raises(UsageError, match="no rule over cells"):
        chosen(PLAN, "narrative-2008")
