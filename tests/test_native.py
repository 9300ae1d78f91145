"""The engine in columns: exact sums, exact counts, large tables by batches, frames of other libraries."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pytest
from govrules import expr
from govrules.compiled import Compiled
from govrules.corpus import ask
from govrules.dataset import Dataset
from govrules.engines import exact, native
from govrules.engines.formula import Question
from govrules.engines.posed import Posed
from govrules.errors import ReadError, UsageError
from govrules.form import Cell
from govrules.installed import installed
from govrules.outcome import Result
from govrules.plan import Plan, make_plan
from govrules.rule import Status
from govrules.validation import check, validate

KNOWN = installed(third_party=False)
FORM = KNOWN.forms["national-2021"]
CELLS = [cell for cell in FORM.cells if not cell.startswith("proactive")]
ARITHMETIC = ("T3-01", "T3-02", "T3-03", "T3-04", "T4-01")
MONEY = {name: Cell(name, name, "元", "money") for name in ("a", "b", "c")}
COUNTS = {name: Cell(name, name) for name in ("a", "b", "c")}


def truth(text: str, cells: dict[str, Cell], **values: float | None) -> bool | None:
    frame = pl.DataFrame({name: [value] for name, value in values.items()})
    told: bool | None = frame.select(told=exact.truth(expr.parse(text), cells)).item()
    return told


def row(number: int, **changed: int | float | None) -> dict[str, object]:
    head = {"report": f"R{number}", "issuer": "某某县", "year": 2022, "form": FORM.name}
    return head | dict.fromkeys(CELLS, 0) | changed


def written(rows: list[dict[str, object]], folder: Path) -> Path:
    file = folder / "corpus.parquet"
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(file)
    return file


def plan(*select: str) -> Plan:
    return make_plan(KNOWN, select=select or ARITHMETIC)


def one_by_one(file: Path, by: Plan, monkeypatch: pytest.MonkeyPatch) -> Result:
    with monkeypatch.context() as only:
        only.setattr("govrules.validation.is_wide", lambda *_: False)
        return check([file], by)


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("a + b == c", {"a": 0.1, "b": 0.2, "c": 0.3}, True),
        ("a + b == c", {"a": 0.1, "b": 0.2, "c": 0.3001}, False),
        ("a * 10000 == c", {"a": 0.0007, "c": 7.0}, True),
        ("abs(a - b) <= 0.1", {"a": 0.3, "b": 0.2}, True),
        ("sum(a, b) > c", {"a": 0.1, "b": 0.2, "c": 0.3}, False),
        ("a == b", {"a": None, "b": 0.2}, None),
    ],
)
def test_money_is_compared_as_it_was_printed(text: str, values: dict[str, float | None], told: bool | None) -> None:
    assert truth(text, MONEY, **values) is told


def test_counts_that_a_double_would_round_are_told_apart() -> None:
    most = 2**53
    assert truth("a + b == c + b", COUNTS, a=most, b=1, c=most) is True
    assert truth("a + b == c", COUNTS, a=most, b=1, c=most) is False
    assert expr.evaluate(expr.parse("a + b == c"), {"a": most, "b": 1, "c": most}) is True


@pytest.mark.parametrize(
    "text",
    [
        "a + b == c", "a * 2 > b", "min(a, b) <= c", "either(a, b) == c", "a / 2 == b", "not a == b",
        "known(a) and b >= 0", "known(a + b) or c < 0", "-a == b - c",
    ],
)  # fmt: skip
def test_whole_numbers_are_judged_as_row_by_row(text: str) -> None:
    chance = random.Random(text)
    rows = [{name: chance.choice([None, -2, 0, 1, 2, 4]) for name in COUNTS} for _ in range(300)]
    frame = pl.DataFrame(rows, dict.fromkeys(COUNTS, pl.Int64))
    node = expr.parse(text)
    assert frame.select(told=exact.truth(node, COUNTS))["told"].to_list() == [expr.evaluate(node, one) for one in rows]


def test_the_difference_of_money_is_a_plain_decimal() -> None:
    node = expr.parse("a + b - c")
    assert exact.value(node, {"a": 0.1, "b": 0.2, "c": 0.3}, MONEY) == 0
    assert exact.value(node, {"a": 0.1, "b": 0.2, "c": 0.25}, MONEY) == 0.05


def test_a_table_answers_as_reports_read_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(7)
    rows = [row(number, **{chance.choice(CELLS): chance.choice([None, -3, 1, 5])}) for number in range(120)]
    rows[5]["year"], rows[7]["year"], rows[9]["requests.carried_in.total"] = None, 1890, 2**60
    file = written(rows, tmp_path)
    fast, slow = check([file], plan()), one_by_one(file, plan(), monkeypatch)
    assert len(slow.findings) > 30
    assert fast.findings == slow.findings
    ids = [report.id for report in fast.reports]
    assert ids == [report.id for report in slow.reports if report.id in set(ids)]
    assert fast.summary() == slow.summary()
    assert {rule: +counts for rule, counts in fast.outcomes.by_rule.items()} == slow.outcomes.by_rule
    assert fast.outcomes.unlisted_reports > 0


@pytest.mark.parametrize("at_once", [1, 20, 8_000])
def test_batches_make_no_difference(at_once: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written([row(number, **{CELLS[number]: -1}) for number in range(90)], tmp_path)
    whole = ask(file, plan())
    monkeypatch.setattr("govrules.corpus.TOLD_AT_ONCE", at_once)
    parted = ask(file, plan(), batch=7)
    assert whole.by_rule == parted.by_rule
    keys = ["report", "rule", "item"]
    assert whole.failures.sort(keys).equals(parted.failures.sort(keys))
    assert whole.reports.sort("report").equals(parted.reports.sort("report"))


def test_a_rule_that_breaks_on_later_rows_keeps_what_it_said_of_the_earlier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = "requests.received_new.total"
    made = Compiled(lambda: plan("T3-01")).questions(FORM.name, "")
    small = pl.col(total).cast(pl.Int8) >= 0
    breaks = Posed("ODD-01", "", None, question=Question("ODD-01", "", [total]), column=small, named="rule ODD-01")
    with_it = replace(made, asked=(*made.asked, breaks))
    monkeypatch.setattr(Compiled, "questions", lambda *_: with_it)
    rows = [row(number, **({total: -1} if number < 3 else {})) for number in range(30)]
    rows[15][total] = 1_000
    answers = ask(written(rows, tmp_path), plan("T3-01"), batch=10)
    assert +answers.by_rule["ODD-01"] == {Status.PASSED: 7, Status.FAILED: 3, Status.ERRORED: 20}
    assert answers.by_rule["T3-01"].total() == 30 * sum(one.rule == "T3-01" for one in made.asked)
    assert [fault.message.split(":")[0] for fault in answers.faults] == ["rule ODD-01 fails on national-2021"]


def test_a_rule_that_fails_everywhere_is_counted_in_full_and_told_so_often(tmp_path: Path) -> None:
    file = written([row(number, **{"requests.carried_in.natural": 4}) for number in range(50)], tmp_path)
    answers = ask(file, plan("T3-01"), details=10, batch=8)
    assert answers.failures.height == 10
    assert answers.by_rule["T3-01"][Status.FAILED] == 50
    assert answers.capped == ("T3-01",)


def test_a_capped_rule_is_said_to_be_capped(tmp_path: Path) -> None:
    file = written([row(number, **{"requests.carried_in.natural": 4}) for number in range(1_005)], tmp_path)
    made = check([file], plan("T3-01"))
    assert (len(made.findings), made.summary()["failed"]) == (1_000, 1_005)
    assert [issue.code for issue in made.issues] == ["capped"]


def test_operands_stand_beside_failures(tmp_path: Path) -> None:
    answers = ask(written([row(1, **{"requests.carried_in.natural": 4})], tmp_path), plan("T3-01"))
    assert answers.failures.select("report", "item", "actual", "expected", "difference").rows() == [
        ("R1", "natural", 4, 0, 4)
    ]


def test_two_reports_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="a second report is called 'R1'"):
        ask(written([row(1), row(1)], tmp_path), plan())


def test_every_answer_is_counted_by_rule_and_by_report() -> None:
    frame = pl.DataFrame([row(number, **{CELLS[number]: None}) for number in range(40)], infer_schema_length=None)
    dataset = Dataset.from_frame(FORM, frame, KNOWN.forms.cells(FORM.name))
    instances = [one for one in plan().instances(FORM.name) if one.check.scope == "cells"]
    outcomes = native.run(dataset, instances)
    by_report = sum(outcomes.counts.values(), Counter())
    assert by_report == sum(outcomes.by_rule.values(), Counter())
    assert by_report.total() == 40 * len(instances)
    assert by_report[Status.UNDETERMINED] == len(outcomes.undetermined)


def test_frames_of_all_libraries_make_one_dataset() -> None:
    frame = pl.DataFrame([row(1), row(2, **{CELLS[0]: 3})])
    with_blank = frame.with_columns(pl.when(pl.col("report") == "R1").then(pl.col(CELLS[1])).alias(CELLS[1]))
    pandas = pd.DataFrame(with_blank.to_dict(as_series=False))
    made = [Dataset.from_frame(FORM, one).frame for one in (with_blank, with_blank.lazy(), pandas)]
    assert made[0].equals(made[1])
    assert made[0].equals(made[2])
    assert made[0][CELLS[1]].to_list() == [0, None]


def test_values_that_a_cell_may_not_have_are_breaches() -> None:
    frame = pl.DataFrame([row(1), row(2)]).with_columns(
        pl.Series(CELLS[0], [1.5, 2.0]), pl.Series(CELLS[1], [2**60, 1])
    )
    dataset = Dataset.from_frame(FORM, frame)
    assert {(one.rule, one.report, one.column) for one in dataset.breaches} == {
        ("FORM-01", "R1", CELLS[0]), ("FORM-02", "R1", CELLS[1]),
    }  # fmt: skip
    assert dataset.frame[CELLS[0]].to_list() == [None, 2]


def test_text_in_the_place_of_numbers_is_refused() -> None:
    with pytest.raises(UsageError, match="not numbers"):
        Dataset.from_frame(FORM, pl.DataFrame({CELLS[0]: ["1件"]}))
    with pytest.raises(UsageError, match="is no frame"):
        Dataset.from_frame(FORM, 3)


CONSTANT = """\
pack: mine
api: 1
rules:
- {id: MY-01, title: always so, severity: warning, check: compare, that: 1 < 2, message: "{left}"}
- {id: MY-02, title: never so, severity: warning, check: compare, that: 3 < 2, message: "{left}"}
"""


def test_a_rule_that_reads_no_cell_answers_for_every_report(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(CONSTANT, encoding="utf-8")
    examples = Path(__file__).parents[1] / "examples"
    files = [examples / "clean-2023.txt", examples / "balance-2022.txt"]
    result = validate(files, folders=[tmp_path], select=["MY"])
    assert [(finding.rule, Path(finding.source)) for finding in result.findings] == [("MY-02", file) for file in files]
    assert result.errors == ()
    assert result.summary()["passed"] == len(files)
