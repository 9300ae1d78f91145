"""A rule of a third party that raises, talks nonsense, dawdles or dies is named, errored, and costs itself alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from govrules import validate
from govrules.output.json import write
from test_bad_input import run
from test_jobs import text_of

Content = dict[str, Any]
ALWAYS, ONE = "", "第1局"
FILES = [f"{number}.txt" for number in range(4)]
KINDS = """
import ctypes, itertools, os, time
from govrules import expr
from govrules.hooks import hookimpl
from govrules.rule import Check, Status, Verdict, failed, passed
import polars as pl

TOTAL = "requests.received_new.total"


def spin():
    while True:
        pass


def spin_on():
    while True:
        try:
            spin()
        except Exception:
            pass


class Mute:
    def __str__(self):
        raise RuntimeError("I am mute")


def work(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass
    return [passed()]


ANSWERS = {
    "raise": lambda: 1 / 0,
    "raise late": lambda: (1 / 0 if n else passed() for n in range(2)),
    "quit": lambda: exit(0),
    "none": lambda: None,
    "words": lambda: "passed",
    "status": lambda: [Verdict("passed")],
    "errored": lambda: [Verdict(Status.ERRORED)],
    "cells": lambda: [Verdict(Status.FAILED, cells="abc")],
    "lines": lambda: [failed(lines=(1, "2"))],
    "endless": lambda: (passed() for _ in itertools.count()),
    "mute": lambda: [failed(left=Mute())],
    "work": lambda: work(0.2),
    "spin": spin,
    "spin on": spin_on,
    "sleep": lambda: time.sleep(600),
    "crash": lambda: ctypes.string_at(0),
    "leave": lambda: os._exit(7),
    "deaf": lambda: sum(itertools.repeat(0)),
}


class Odd(Check):
    scope = "report"
    how: str
    where: str = ""

    def judge(self, report, form):
        return ANSWERS[self.how]() if self.where in report.issuer else [passed()]


class OddFile(Check):
    scope = "file"
    how: str

    def judge_file(self, reports):
        return ANSWERS[self.how]()


class OddCells(Check):
    how: str

    def roles(self):
        if self.how == "roles": raise KeyError("roles")
        if self.how == "stranger": return {"requests.nowhere": "left"}
        return ["requests"] if self.how == "list" else {TOTAL: "left"}

    def truth(self):
        if self.how == "truth": return 1 / 0
        if self.how == "nothing": return None
        if self.how == "number": return expr.parse(TOTAL)
        return expr.parse(TOTAL + " < 0")

    def operands(self):
        if self.how == "operands": raise RuntimeError("operands")
        if self.how == "stranger": return {}
        if self.how == "others": return {"left": expr.parse("requests.carried_in.total")}
        return {"left": expr.parse(TOTAL)}


class OddHolds(OddCells):
    def holds(self, column=None):
        if self.how == "holds": raise RuntimeError("holds")
        if self.how == "one": return pl.col(TOTAL).max() >= 0
        if self.how == "inside": return pl.col(TOTAL).map_elements(lambda value: 1 / 0, return_dtype=pl.Boolean)
        if self.how == "missing": return pl.col("nowhere") > 0
        return pl.lit("yes") if self.how == "text" else pl.col(TOTAL) >= 0


@hookimpl
def govrules_checks():
    return {"odd": Odd, "odd_file": OddFile, "odd_cells": OddCells, "odd_holds": OddHolds}
"""
HEAD = "pack: odd\napi: 1\nrules:\n"
RULE = """- id: ODD-0{number}
  title: {kind} {how}
  severity: error
  forms: [national-2019, national-2021]
  check: {kind}
  how: {how}
{more}  message: "{{left}}"
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which the distribution of odd kinds is installed."""
    site = tmp_path_factory.mktemp("site")
    (site / "govrules_odd.py").write_text(KINDS, encoding="utf-8")
    known = site / "govrules_odd-1.2.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: govrules-odd\nVersion: 1.2\n", encoding="utf-8")
    (known / "entry_points.txt").write_text("[govrules]\nodd = govrules_odd\n", encoding="utf-8")
    return site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give four reports, the first and the last with a slip."""
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(text_of(number), encoding="utf-8")
    (tmp_path / "pack").mkdir()
    return tmp_path


def checked(folder: Path, site: Path, *rules: tuple[str, str, str], jobs: int = 0, **environment: str) -> Content:
    """Check the reports by T3-01 and odd rules (kind, how, where), which end in exit code 3; T3-01 must have run.

    Without `jobs` it is done in this process, else by the command.
    """
    made = [
        RULE.format(number=number, kind=kind, how=how, more=f"  where: {where}\n" if where else "")
        for number, (kind, how, where) in enumerate(rules, start=1)
    ]
    (folder / "pack" / "odd.yaml").write_text(HEAD + "".join(made), encoding="utf-8")
    found = (_by_command if jobs else _here)(folder, site, jobs, **environment)
    assert [f["source"] for f in found["findings"] if f["rule"] == "T3-01"] == ["0.txt", "3.txt"]
    assert not [f for f in found["findings"] if f["rule"] != "T3-01"]
    return found


def _by_command(folder: Path, site: Path, jobs: int, **environment: str) -> Content:
    words = ["--pack", "./pack", "--select", "ODD,T3-01", "--format", "json", "--jobs", str(jobs)]
    done = run(folder, "validate", *FILES, *words, PYTHONPATH=str(site), **environment)
    assert done.returncode == 3, done.stderr or done.stdout
    found: Content = json.loads(done.stdout)
    return found


def _here(folder: Path, site: Path, _: int, **environment: str) -> Content:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(site))
        patch.chdir(folder)
        for name, value in environment.items():
            patch.setenv(name, value)
        result = validate(FILES, folders=["pack"], select=["ODD", "T3-01"], keep=False)
    assert {error.exit_code for error in result.errors} == {3}
    found: Content = json.loads(write(result, "zh"))
    return found


def errored(found: Content) -> list[int]:
    """Give how many rules are errored for each report."""
    assert [report["source"] for report in found["reports"]] == FILES
    return [report["outcomes"]["errored"] for report in found["reports"]]


def said(found: Content, rule: str = "ODD-01") -> set[str]:
    """Give what is said of a rule, which must be named with the distribution of its kind."""
    told = [error["message"] for error in found["errors"] if error["message"].startswith(f"rule {rule} ")]
    assert all("of govrules-odd 1.2)" in message for message in told)
    return {message.partition("1.2) ")[2] for message in told}


REPORTS = {
    "raise": "ZeroDivisionError", "raise late": "ZeroDivisionError", "quit": "SystemExit: 0",
    "none": "TypeError: 'NoneType'", "words": "TypeError: it gives a str", "status": "ValueError: it gives the status",
    "errored": "ValueError: it gives the status", "cells": "TypeError: the cells", "lines": "TypeError: the lines",
    "endless": "ValueError: it gives more than 10000 verdicts",
}  # fmt: skip


def test_what_a_rule_raises_or_says_of_one_report_costs_it_that_report(folder: Path, site: Path) -> None:
    odd = list(REPORTS)[:9]
    found = checked(folder, site, *(("odd", how, ONE) for how in odd))
    assert errored(found) == [0, len(odd), 0, 0]
    for number, how in enumerate(odd, start=1):
        (told,) = said(found, f"ODD-0{number}")
        assert REPORTS[how] in told
        assert told.startswith("fails on 1.txt")
    assert [report["outcomes"]["passed"] for report in found["reports"]][2] >= len(odd)


def test_endless_verdicts_and_values_without_words_are_errored(folder: Path, site: Path) -> None:
    found = checked(folder, site, ("odd", "endless", ONE), ("odd", "mute", ONE))
    assert errored(found) == [0, 2, 0, 0]
    assert found["reports"][1]["outcomes"]["failed"] == 0
    assert "more than 10000 verdicts" in "".join(said(found))
    assert said(found, "ODD-02") == {"fails on its message: RuntimeError: I am mute"}


def test_a_rule_on_files_that_fails_is_named(folder: Path, site: Path) -> None:
    found = checked(folder, site, ("odd_file", "raise", ALWAYS))
    assert said(found) == {f"fails on {number}.txt: ZeroDivisionError: division by zero" for number in range(4)}


CELLS = {
    "roles": "KeyError: 'roles'", "list": "TypeError: its roles", "stranger": "names cells that this form does not",
    "truth": "ZeroDivisionError", "nothing": "fails on", "number": "not true or false", "operands": "RuntimeError",
    "others": "its operands name cells that are not among its roles",
}  # fmt: skip
HOLDS = {
    "holds": "RuntimeError: holds", "one": "1 answers for 2 reports", "inside": "ZeroDivisionError",
    "missing": "ColumnNotFoundError", "text": "not true or false",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "hows"), [("odd_cells", CELLS), ("odd_holds", HOLDS)])
def test_a_rule_over_cells_that_fails_is_errored_for_all_reports(
    folder: Path, site: Path, kind: str, hows: dict[str, str]
) -> None:
    found = checked(folder, site, *((kind, how, ALWAYS) for how in hows))
    for number, (how, words) in enumerate(hows.items(), start=1):
        told = said(found, f"ODD-0{number}")
        assert told, how
        assert all(words in one for one in told), (how, told)
    assert errored(found) == [len(hows)] * 4


def test_a_rule_that_is_slow_is_stopped_for_the_reports_that_are_left(folder: Path, site: Path) -> None:
    found = checked(folder, site, ("odd", "work", ALWAYS), GOVRULES_RULE_SECONDS="0.3")
    assert said(found) == {"takes more than 0.3 s for 1,000 reports; it is asked no more"}
    assert errored(found) == [0, 1, 1, 1]


@pytest.mark.slow
def test_a_slow_rule_may_be_given_time_by_the_settings(folder: Path, site: Path) -> None:
    (folder / "govrules.toml").write_text("rule-seconds = 0.3\n", encoding="utf-8")
    found = checked(folder, site, ("odd", "work", ALWAYS), ("odd", "raise", ONE), jobs=1)
    assert errored(found) == [0, 2, 1, 1]
    (folder / "govrules.toml").write_text("rule-seconds = 30\n", encoding="utf-8")
    again = checked(folder, site, ("odd", "work", ALWAYS), ("odd", "raise", ONE), jobs=1)
    assert errored(again) == [0, 1, 0, 0]


@pytest.mark.parametrize("jobs", [0, pytest.param(2, marks=pytest.mark.slow)])
def test_rules_that_never_return_are_left(folder: Path, site: Path, jobs: int) -> None:
    hows = ("spin", "spin on", "sleep")
    found = checked(folder, site, *(("odd", how, ONE) for how in hows), jobs=jobs, GOVRULES_RULE_SECONDS="0.4")
    slow, waiting = (f"{words}; it is asked no more" for words in (
        "takes more than 0.4 s for 1,000 reports", "did not answer within 1.6 s"
    ))  # fmt: skip
    for number, words in enumerate(({slow}, {slow}, {waiting}), start=1):
        assert len(said(found, f"ODD-0{number}") & words) == 1
    assert errored(found)[:2] == [0, 3]
    assert errored(found)[2:] == [3, 3] if not jobs else set(errored(found)[2:]) <= {0, 3}


@pytest.mark.slow
@pytest.mark.parametrize(("how", "words"), [("crash", "SIGSEGV"), ("leave", "exit code 7")])
def test_a_rule_that_ends_its_process_is_named_and_every_report_is_judged(
    folder: Path, site: Path, how: str, words: str
) -> None:
    found = checked(folder, site, ("odd", how, ONE), ("odd", "raise", ONE), jobs=2)
    assert said(found) == {f"ends its process ({words}); it is asked no more"}
    assert errored(found)[1] == 2


@pytest.mark.slow
def test_a_rule_that_no_signal_reaches_is_ended_with_its_process(folder: Path, site: Path) -> None:
    found = checked(
        folder, site, ("odd", "deaf", ONE), jobs=2, GOVRULES_RULE_SECONDS="0.4", GOVRULES_FILE_SECONDS="5"
    )  # fmt: skip
    assert said(found) == {"did not answer within 5 s; it is asked no more"}
    assert errored(found)[1] == 1
