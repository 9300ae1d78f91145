"""A waiver lets a finding stand until a day, by somebody who says why; what is wrong with one is told."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from govrules import validate
from govrules.errors import UsageError
from govrules.installed import installed
from govrules.outcome import Result
from govrules.output.text import write as write_text
from govrules.plan import make_plan
from govrules.waiver import load_waivers, waive
from test_bad_input import run
from test_jobs import text_of

PLAN = make_plan(installed(third_party=False))
UNTIL = date(2026, 12, 31)
ENTRY = """\
- rule: {rule}
  report: {report}
  reason: 上级统一口径，待更正
  until: {until}
  by: 张三
"""
OPEN = "T3-10"
"""A rule that may be waived, and that the report 1.txt breaks."""


def entry(rule: str = OPEN, report: str = "1.txt", until: object = UNTIL, more: str = "") -> str:
    return ENTRY.format(rule=rule, report=report, until=until) + more


def waived(folder: Path, *entries: str, today: date = UNTIL, result: Result | None = None) -> Result:
    file = folder / "waivers.yaml"
    file.write_text("waivers:\n" + "".join(entries), encoding="utf-8")
    return waive(result or checked(folder), load_waivers(file, PLAN), today, lambda _: True)


def checked(folder: Path) -> Result:
    for number in (1, 3):
        (folder / f"{number}.txt").write_text(text_of(number), encoding="utf-8")
    return validate([folder], select=["T3"], keep=False)


def marked(result: Result) -> list[tuple[str, str]]:
    return [(f.rule, Path(f.source).name) for f in result.findings if f.waived]


def test_a_waived_finding_stands_with_its_reason_and_does_not_count(tmp_path: Path) -> None:
    before = checked(tmp_path)
    result = waived(tmp_path, entry(), result=before)
    assert marked(result) == [(OPEN, "1.txt")]
    assert len(result.findings) == len(before.findings)
    assert (before.summary()["info"], result.summary()["info"], result.summary()["waived"]) == (1, 0, 1)
    assert result.waivers == ()
    text = write_text(result, "zh")
    assert f"豁免 {OPEN}" in text
    assert "豁免：上级统一口径，待更正（张三，至 2026-12-31）" in text
    assert "豁免 1" in text


@pytest.mark.parametrize(("days", "marks", "states"), [(0, 1, []), (1, 0, ["expired"]), (-400, 1, [])])
def test_the_last_day_counts_and_the_day_after_does_not(
    tmp_path: Path, days: int, marks: int, states: list[str]
) -> None:
    result = waived(tmp_path, entry(), today=UNTIL + timedelta(days))
    assert (len(marked(result)), [note.state for note in result.waivers]) == (marks, states)
    assert ("豁免 已过期  T3-10" in write_text(result, "zh")) == bool(states)


@pytest.mark.parametrize(
    ("report", "hit"),
    [
        ("{issuer: 青石县第1局, year: 2020}", True), ("{issuer: 青石县第1局, year: 2021}", False),
        ("{issuer: 青石县第2局, year: 2020}", False), ("1.txt", True), ('"*.txt"', True), ("2.txt", False),
        ("elsewhere/1.txt", False), ('"*/1.txt"', True),
    ],
)  # fmt: skip
def test_a_report_is_meant_by_body_and_year_or_by_its_file(tmp_path: Path, report: str, hit: bool) -> None:
    result = waived(tmp_path, entry(report=report))
    assert marked(result) == ([(OPEN, "1.txt")] if hit else [])
    assert [note.state for note in result.waivers] == ([] if hit else ["absent"])


def test_a_waiver_may_be_for_one_cell(tmp_path: Path) -> None:
    before = checked(tmp_path)
    (cells,) = ([use.cell for use in f.cells] for f in before.findings if f.rule == OPEN)
    hit = waived(tmp_path, entry(more=f"  cell: {cells[0]}\n"), result=before)
    miss = waived(tmp_path, entry(more="  cell: review.total\n"), result=before)
    assert (len(marked(hit)), len(marked(miss))) == (1, 0)
    assert [note.state for note in miss.waivers] == ["unused"]


def test_a_waiver_for_a_report_that_has_nothing_to_waive_is_unused_unless_its_rule_did_not_run(tmp_path: Path) -> None:
    result = waived(tmp_path, entry(report="3.txt"))
    (note,) = result.waivers
    assert (note.state, note.rule, note.where.line) == ("unused", OPEN, 2)
    waivers = load_waivers(tmp_path / "waivers.yaml", PLAN)
    assert waive(checked(tmp_path), waivers, UNTIL, lambda rule: rule != OPEN).waivers == ()


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        (entry("T3-01"), "2:9", "the rule T3-01 cannot be waived"),
        (entry("T3-99"), "2:9", "no rule is called 'T3-99'"),
        (entry(until="2026-02-30"), "5:10", "there is no day 2026-02-30"),
        (entry(until="20261231"), "5:10", "written 2026-12-31"), (entry(until="2026-W53-1"), "5:10", "written 2026-"),
        (entry(until="tomorrow"), "5:10", "written 2026-12-31"), (entry().replace("张三", '" "'), "6:8", "by: "),
        (entry().replace("reason", "raeson"), "4:3", "did you mean 'reason'"),
        (entry().replace("  by: 张三\n", ""), "2:3", "the key 'by' is missing"),
        (entry(report="{issuer: 青石县第1局}"), "3:11", "the key 'year' is missing"),
        (entry(more="  cell: reviews.totl\n"), "7:9", "unknown cell 'reviews.totl'"),
        (entry(more="  cell: &a x\n"), "7:9", "anchor"), ("- 3\n", "2:3", ""),
    ],
)  # fmt: skip
def test_a_waiver_that_is_written_wrongly_is_a_wrong_command(
    tmp_path: Path, content: str, place: str, says: str
) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text("waivers:\n" + content, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_waivers(file, PLAN)
    assert str(caught.value).startswith(f"{file}:{place}: ")
    assert says in str(caught.value)


def test_the_command_leaves_waived_findings_out_of_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(text_of(1), encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text("waivers:\n" + entry(until="2999-12-31"), encoding="utf-8")
    words = ("validate", "1.txt", "--select", "T3", "--fail-on", "info", "--format", "json")
    assert run(tmp_path, *words).returncode == 1
    done = run(tmp_path, *words, "--waivers", "waivers.yaml", "--strict-waivers")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    (finding,) = found["findings"]
    assert finding["waived"] == {"reason": "上级统一口径，待更正", "by": "张三", "until": "2999-12-31"}
    assert found["waivers"] == []


@pytest.mark.slow
def test_strict_waivers_make_an_expired_one_an_exit_code(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text(text_of(1), encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text("waivers:\n" + entry(until="2020-12-31"), encoding="utf-8")
    words = ("validate", "1.txt", "--select", "T3", "--waivers", "waivers.yaml", "--format", "json")
    done = run(tmp_path, *words)
    assert done.returncode == 0
    (note,) = json.loads(done.stdout)["waivers"]
    assert (note["state"], note["rule"], note["until"], note["line"]) == ("expired", OPEN, "2020-12-31", 2)
    assert run(tmp_path, *words, "--strict-waivers").returncode == 1
    (tmp_path / "waivers.yaml").write_text("waivers:\n" + entry("T3-01"), encoding="utf-8")
    done = run(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "waivers.yaml:2:9: the rule T3-01 cannot be waived" in done.stderr
