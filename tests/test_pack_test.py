"""`govrules pack test` and the pytest plugin: examples, whole documents, coverage, and what is said when one fails."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from govrules.authoring.cases import ExpectedModel, FindingModel, difference
from govrules.authoring.coverage import coverage
from govrules.authoring.scaffold import blueprint, write_pack
from govrules.authoring.subject import subject
from govrules.authoring.trial import trials
from govrules.cli import app
from govrules.errors import UsageError
from govrules.outcome import CellUse, Finding
from govrules.plan import make_plan
from govrules.rule import Severity
from typer.testing import CliRunner, Result

pytest_plugins = ["pytester"]
SHIPPED = ("national", "zhejiang", "gansu", "legacy")


def run(*args: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["pack", "test", *args])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Give a new pack `mycity` of one rule, MYC-T3-01, and one case."""
    write_pack(tmp_path / "mycity", blueprint("mycity", yaml_only=True))
    return tmp_path / "mycity"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def expect(pack: Path, text: str) -> None:
    (pack / "cases" / "not-held" / "expected.yaml").write_text(text, encoding="utf-8")


# Examples


@pytest.mark.parametrize("name", [pytest.param("national", marks=pytest.mark.slow), *SHIPPED[1:]])
def test_a_shipped_pack_keeps_every_promise(name: str) -> None:
    done = run(name)
    assert "✗" not in done.stdout
    assert re.search(
        rf"^{name}：\d+ 条规则，\d+ 个示例，\d+ 份整篇报告；\d+ 个符合，0 个不符合$", done.stdout, re.MULTILINE
    )


def test_a_new_pack_passes_in_both_languages(pack: Path) -> None:
    assert run(str(pack)).stdout.endswith("mycity：1 条规则，2 个示例，1 份整篇报告；3 个符合，0 个不符合\n")
    english = run(str(pack), "--lang", "en").stdout
    assert english.endswith("mycity: 1 rules, 2 examples, 1 whole documents; 3 as they should, 0 not\n")


def test_the_pack_of_a_distribution_is_tested_with_the_kinds_and_forms_of_its_own() -> None:
    done = run(str(Path(__file__).parent / "packs" / "chengnan"))
    assert "chengnan-2021 requests 收到和处理政府信息公开申请情况：182 格，0 格没有规则读取" in done.stdout
    assert "CN-T3-01*" in done.stdout
    assert "govrules_chengnan" not in sys.modules


def test_an_example_that_fails_says_where_it_stands_and_what_the_rule_found(pack: Path) -> None:
    edit(pack / "rules.yaml", "unable.not_held.total: 4,", "unable.not_held.total: 6,")
    done = run(str(pack), code=1)
    lines = (pack / "rules.yaml").read_text(encoding="utf-8").splitlines()
    (line,) = (number for number, text in enumerate(lines, 1) if ": 6," in text)
    assert f"rules.yaml:{line}:7  MYC-T3-01::pass-1\n" in done.stdout
    assert "规则 MYC-T3-01 在此示例上应当通过，实际：不通过" in done.stdout
    assert "MYC-T3-01 warning：本机关不掌握而无法提供的有 6 件，超过办理总数 8 件的一半，请核实" in done.stdout
    assert done.stdout.endswith("2 个符合，1 个不符合\n")


def test_an_example_that_cannot_be_decided_names_the_cells_that_it_lacks(pack: Path) -> None:
    edit(pack / "rules.yaml", "unable.not_held.total: 5, requests.outcome.total.total: 8", "unable.not_held.total: 5")
    done = run(str(pack), "--lang", "en", code=1)
    assert "rule MYC-T3-01 must give failed on this example, and gives: undetermined" in done.stdout
    assert "undetermined: 缺少 requests.outcome.total.total" in done.stdout


def test_every_example_that_a_rule_owes_is_named_with_the_place_of_the_rule(pack: Path) -> None:
    rules = pack / "rules.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text[: text.index("    fail:")], encoding="utf-8")
    done = run(str(pack), code=1)
    assert re.search(r"rules\.yaml:\d+:3  MYC-T3-01::fail-missing\n", done.stdout)
    assert "规则 MYC-T3-01 没有应当不通过的示例（examples.fail）" in done.stdout
    assert "兼有两种示例的规则：0/1，缺：MYC-T3-01" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("that: requests", "that: request", "unknown cell 'request.outcome.unable.not_held.total'"),
        ("not_held.total: 4,", "gone.total: 4,", "unknown cell 'requests.outcome.unable.gone.total'"),
        ("check: compare", "check: compares", "unknown check kind 'compares'"),
        ("severity: warning", "severity: grave", "severity"),
        ("api: 1", "api: [", "is not YAML"),
    ],
)  # fmt: skip
def test_a_broken_pack_is_named_with_its_place_and_its_own_exit_code(
    pack: Path, old: str, new: str, words: str
) -> None:
    edit(pack / "rules.yaml", old, new)
    assert re.search(rf"govrules: .*rules\.yaml:\d+:\d+: .*{re.escape(words)}", run(str(pack), code=3).stderr)


def test_what_is_neither_a_folder_nor_installed_is_a_wrong_command() -> None:
    with pytest.raises(
        UsageError, match=r"no folder and no installed pack is called 'nationl'.*did you mean 'national'"
    ):
        run("nationl")


# Whole documents


def test_a_finding_that_does_not_come_and_one_that_nobody_expects_are_a_difference(pack: Path) -> None:
    expect(
        pack,
        "findings:\n- {rule: MYC-T3-01, severity: error}\n- {rule: T3-02, cells: [requests.outcome.total.natural]}\n",
    )
    done = run(str(pack), code=1)
    assert "cases::not-held" in done.stdout
    assert "- MYC-T3-01 error（实际为 warning requests.outcome.unable.not_held.total" in done.stdout
    assert "- T3-02 requests.outcome.total.natural\n" in done.stdout
    assert "+ MYC-T3-01 warning：本机关不掌握而无法提供的有 8 件" in done.stdout


def test_nothing_expected_fails_when_a_rule_of_the_pack_finds_something(pack: Path) -> None:
    expect(pack, "none: true\n")
    assert "+ MYC-T3-01 warning" in run(str(pack), code=1).stdout
    edit(pack / "rules.yaml", "0.5 * requests", "1 * requests")
    edit(pack / "rules.yaml", "unable.not_held.total: 5", "unable.not_held.total: 9")
    assert run(str(pack)).stdout.endswith("3 个符合，0 个不符合\n")


def test_findings_of_other_packs_count_only_where_the_case_says_so(pack: Path) -> None:
    report = pack / "cases" / "not-held" / "report.txt"
    edit(report, "一、本年新收政府信息公开申请数量 | 10 |", "一、本年新收政府信息公开申请数量 | 11 |")
    run(str(pack))
    expect(pack, "only: true\nfindings:\n- {rule: MYC-T3-01}\n")
    found = run(str(pack), code=1).stdout
    assert "+ T3-01 error" in found
    assert "+ T3-03 error" in found
    expect(
        pack,
        "only: true\nfindings:\n- {rule: MYC-T3-01}\n- {rule: T3-01}\n"
        "- {rule: T3-03, cells: [requests.received_new.natural]}\n",
    )
    run(str(pack))


def test_files_beside_each_other_are_cases_of_one_document_each(pack: Path) -> None:
    cases = pack / "cases"
    (cases / "not-held" / "report.txt").rename(cases / "half.2023.txt")
    (cases / "not-held" / "expected.yaml").rename(cases / "half.2023.expected.yaml")
    (cases / "not-held").rmdir()
    done = json.loads(run(str(pack), "--format", "json").stdout)
    assert [one["name"] for one in done["trials"] if one["rule"] is None] == ["cases::half.2023.txt"]
    assert done["summary"] == {"rules": 1, "trials": 3, "failed": 0}


def test_a_case_says_where_its_body_is(tmp_path: Path) -> None:
    pack = tmp_path / "mycity"
    write_pack(pack, blueprint("mycity", region="3308", yaml_only=True))
    expect(pack, "region: 武威市\nnone: true\n")
    run(str(pack))
    expect(pack, "region: 衢州市\nnone: true\n")
    run(str(pack), code=1)


def test_a_document_that_cannot_be_read_or_holds_no_report_fails(pack: Path) -> None:
    report = pack / "cases" / "not-held" / "report.txt"
    report.write_text("今天天气很好。\n", encoding="utf-8")
    expect(pack, "none: true\n")
    assert re.search(r"! .*report\.txt: holds no annual report", run(str(pack), code=1).stdout)
    report.rename(report.with_suffix(".nothing"))
    assert re.search(r"! .*report\.nothing: ", run(str(pack), code=1).stdout)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("findings: []\n", r"the case not-held says nothing that can be tested"),
        ("none: true\nfindings: [{rule: MYC-T3-01}]\n", r"says nothing that can be tested"),
        ("findings:\n- {rule: MYC-T3-1}\n", r"expected\.yaml:2:10: unknown rule 'MYC-T3-1' \(did you mean 'MYC-T3-01'"),
        (
            "findings:\n- {rule: MYC-T3-01, cells: [requests.outcome.totl.total]}\n",
            r"expected\.yaml:2:29: unknown cell",
        ),
        ("findings:\n- {rule: MYC-T3-01, sevrity: error}\n", r"expected\.yaml:2:21: unknown key 'sevrity'"),
        ("none: true\nregion: 某地\n", r"expected\.yaml:2:9: no region is called"),
    ],
)
def test_a_case_that_is_written_wrongly_breaks_the_pack(pack: Path, text: str, words: str) -> None:
    expect(pack, text)
    assert re.search(words, run(str(pack), code=3).stderr)


def test_a_document_without_findings_and_findings_without_a_document_break_the_pack(pack: Path) -> None:
    (pack / "cases" / "more.txt").write_text("?", encoding="utf-8")
    (pack / "cases" / "less.expected.yaml").write_text("none: true\n", encoding="utf-8")
    said = run(str(pack), code=3).stderr
    assert "more.expected.yaml: the case more.txt does not say what must be found" in said
    assert "the case less has no document" in said


def found(rule: str, *cells: str, severity: Severity = Severity.ERROR, pack: str = "p") -> Finding:
    uses = tuple(CellUse(cell, cell, 1, "cell", "1", 1) for cell in cells)
    return Finding(rule, pack, severity, "r", "s", (1, 1), "", "", (), uses, None, None, None, "content", "f")


def test_each_expected_finding_stands_for_one_and_the_choice_leaves_as_few_as_may_be() -> None:
    loose, narrow = FindingModel(rule="A-1"), FindingModel(rule="A-1", cells=("x",))
    both = [found("A-1", "x"), found("A-1", "y")]
    assert not difference(ExpectedModel(findings=(loose, narrow)), both, {"p"})
    apart = difference(ExpectedModel(findings=(narrow, narrow)), both, {"p"})
    assert apart.missing == (narrow,)
    assert apart.unexpected == (both[1],)
    assert not difference(ExpectedModel(findings=(FindingModel(rule="A-1", times=2),)), both, {"p"})
    assert difference(ExpectedModel(findings=(loose,)), both, {"p"}).unexpected == (both[1],)
    assert not difference(ExpectedModel(findings=(loose,)), both, {"q"})


# Coverage


def test_cells_that_no_rule_reads_are_listed_for_each_table() -> None:
    with subject("zhejiang") as pack:
        (whole,) = coverage(pack).tables
        bold = replace(pack, plan=make_plan(pack.plan.installed, pack.names, ignore=["L13-08"]))
        covered = coverage(bold)
    assert whole.unread == ()
    (table,) = covered.tables
    assert table.unread == ("z13.complaints", "z13.visits_inquiries", "z13.fees_collected_wan")
    assert table.own == tuple(f"L13-0{number}" for number in range(1, 8))
    assert covered.lacking == ()


def test_rules_of_the_extended_pack_read_too_and_those_of_the_pack_are_marked(pack: Path) -> None:
    done = run(str(pack), "--lang", "en")
    assert re.search(
        r"national-2021 requests .*: 175 cells, 0 read by no rule; read by .*MYC-T3-01\*.* T3-01, ", done.stdout
    )


# The pytest plugin


def pytest_in(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *args)


def test_pytest_runs_the_examples_and_cases_of_packs_by_rule_and_place(pytester: pytest.Pytester, pack: Path) -> None:
    pytester.makepyfile(test_one="def test_one(): pass")
    done = pytest_in(pytester, "-v", f"--govrules-packs={pack},gansu")
    done.assert_outcomes(passed=8)
    done.stdout.fnmatch_lines(
        [
            "*collected 8 items*",
            "govrules::mycity::MYC-T3-01::pass-1*rules.yaml:*PASSED*",
            "govrules::mycity::cases::not-held*expected.yaml:*PASSED*",
            "govrules::gansu::*PASSED*",
        ]
    )


@pytest.mark.slow
def test_pytest_selects_among_the_items_of_packs(pytester: pytest.Pytester, pack: Path) -> None:
    pytest_in(pytester, f"--govrules-packs={pack}", "-k", "T3-01 and fail").assert_outcomes(passed=1, deselected=2)


@pytest.mark.slow
def test_pytest_fails_with_our_words_and_no_traceback(pytester: pytest.Pytester, pack: Path) -> None:
    edit(pack / "rules.yaml", "unable.not_held.total: 4,", "unable.not_held.total: 6,")
    expect(pack, "none: true\n")
    done = pytest_in(pytester, f"--govrules-packs={pack}")
    done.assert_outcomes(passed=1, failed=2)
    done.stdout.fnmatch_lines(
        ["*rules.yaml:*: 规则 MYC-T3-01 在此示例上应当通过，实际：不通过", "+ MYC-T3-01 warning：*"]
    )
    assert "Traceback" not in done.stdout.str()
    assert "trial.py" not in done.stdout.str()


@pytest.mark.slow
def test_pytest_cannot_collect_a_broken_pack_and_says_why(pytester: pytest.Pytester, pack: Path) -> None:
    edit(pack / "rules.yaml", "check: compare", "check: compares")
    done = pytest_in(pytester, f"--govrules-packs={pack}")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*rules.yaml:*: unknown check kind 'compares'*did you mean 'compare'*"])
    assert "Traceback" not in done.stdout.str()
    assert done.ret != 0


def test_without_its_option_the_plugin_does_nothing_and_costs_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_one="import sys\ndef test_one(): assert not {'polars', 'lark', 'govrules.installed'} & {*sys.modules}"
    )
    pytest_in(pytester).assert_outcomes(passed=1)
    code = "import sys, govrules.pytest_plugin; print({'polars', 'pydantic', 'lark', 'typer'} & {*sys.modules})"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "set()"


@pytest.mark.slow
def test_without_a_value_the_pack_in_the_root_folder_is_tested(pytester: pytest.Pytester) -> None:
    write_pack(pytester.path / "mycity", blueprint("mycity"))
    (pytester.path / "mycity" / "tests" / "test_pack.py").unlink()
    done = pytest_in(
        pytester,
        "--govrules-packs",
        f"--rootdir={pytester.path / 'mycity'}",
        f"-c{pytester.path / 'mycity' / 'pyproject.toml'}",
    )
    done.assert_outcomes(passed=3)


def test_names_of_trials_are_unique() -> None:
    for name in SHIPPED:
        with subject(name) as pack:
            names = [one.name for one in trials(pack)[0]]
        assert len(names) == len(set(names))
