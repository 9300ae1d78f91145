"""What is broken is named in one line: where, what, what would be right; everything else still runs."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from generate import make_cells, make_report
from reading import FORMS

USAGE, BROKEN, UNREADABLE = 2, 3, 4
GOOD = "好.txt"
Content = dict[str, Any]


def run(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder; what it prints is read as UTF-8."""
    words = [sys.executable, "-m", "govrules"]
    known = {**os.environ, "PYTHONUTF8": "1", "PYTHONWARNINGS": "", **environment}
    return subprocess.run(
        [*words, *args], cwd=folder, env=known, capture_output=True, text=True, encoding="utf-8", check=False
    )


def findings(folder: Path, *args: str, **environment: str) -> tuple[int, Content]:
    """Validate to JSON: the exit code and the content; nothing is said on stderr."""
    done = run(folder, "validate", *args, "--format", "json", **environment)
    assert done.stderr == ""
    content: Content = json.loads(done.stdout)
    return done.returncode, content


def good_folder(folder: Path) -> Path:
    """Put one good report into a folder."""
    form, rng = FORMS["national-2021"], random.Random(4)
    text = make_report(form, make_cells(form, rng), 2022, "青石县水务局", rng)
    (folder / GOOD).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with one good report in it."""
    return good_folder(tmp_path)


# Documents


MOJIBAKE = (
    ("青石县水务局2022年政府信息公开工作年度报告，一、总体情况。" * 20).encode().decode("gbk", "replace").encode()
)


DOCUMENTS = {
    "empty.txt": (b"", "empty", "a report is expected"),
    "spaces.txt": (b" \n\r\n\t", "empty", "a report is expected"),
    "binary.txt": (bytes(range(256)) * 40, "binary", "text file"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG picture", "suffix"),
    "paper.txt": (b"%PDF-1.7\n" + b"0" * 99, "PDF", "suffix"),
    "word.txt": (b"PK\x03\x04" + b"0" * 99, "Office", "suffix"),
    "mojibake.txt": (MOJIBAKE, "garbled", "fetch it again"),
    "weather.txt": ("今天天气很好，我们去散步。\n".encode() * 40, "no annual report", "right file"),
    "endless.txt": (b"0" * 300_000, "300000 characters", ""),
}


@pytest.fixture(scope="module")
def all_documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Content]:
    """Give the outcome of a run over every unreadable document and a good one."""
    folder = good_folder(tmp_path_factory.mktemp("documents"))
    for name, (content, _, _) in DOCUMENTS.items():
        (folder / name).write_bytes(content)
    return findings(folder, ".")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_an_unreadable_document_is_named(all_documents: tuple[int, Content], name: str) -> None:
    (error,) = (error for error in all_documents[1]["errors"] if error["where"] == name)
    assert (error["kind"], error["exit_code"]) == ("ReadError", UNREADABLE)
    assert DOCUMENTS[name][1] in error["message"]
    assert DOCUMENTS[name][2] in error["hint"]
    assert "\n" not in error["message"] + error["hint"]


def test_beside_unreadable_documents_the_others_are_checked(all_documents: tuple[int, Content]) -> None:
    code, found = all_documents
    assert (code, len(found["errors"])) == (UNREADABLE, len(DOCUMENTS))
    assert [report["source"] for report in found["reports"]] == [GOOD]
    assert found["reports"][0]["outcomes"]["passed"] > 100


def test_a_file_without_reader_is_named_with_the_readers_there_are(folder: Path) -> None:
    (folder / "报告.xyz").write_text("报告", encoding="utf-8")
    code, found = findings(folder, "报告.xyz", GOOD)
    assert (code, len(found["reports"])) == (UNREADABLE, 1)
    assert ".xyz" in found["errors"][0]["message"]
    assert ".txt" in found["errors"][0]["hint"]


@pytest.mark.parametrize("name", ["a\udcff.txt", "有 空格.txt", "-x.txt"])
def test_any_file_name_is_told(folder: Path, name: str) -> None:
    (folder / GOOD).rename(folder / name)
    code, found = findings(folder, f"./{name}")
    assert (code, len(found["reports"]), found["errors"]) == (0, 1, [])


def test_errors_stand_in_the_text_output_as_well(folder: Path) -> None:
    (folder / "empty.txt").touch()
    done = run(folder, "validate", "empty.txt", GOOD)
    (line,) = (line for line in done.stdout.split("\n") if "empty.txt" in line)
    assert "the file is empty (a report is expected)" in line
    assert (done.returncode, done.stderr) == (UNREADABLE, "")


# The command


@pytest.mark.parametrize(
    ("args", "says", "hint"),
    [
        (["missing.txt"], "missing.txt: no such file or folder", ""),
        (["nothing"], "nothing: no document in this folder", "looked for"),
        ([GOOD, "--pack", "natoinal"], "unknown pack 'natoinal'", "did you mean 'national'?"),
        ([GOOD, "--pack", "./nowhere"], "nowhere: no such pack folder", "--pack takes"),
        ([GOOD, "--select", "T3-1"], "no rule answers to 'T3-1'", "did you mean 'T3-"),
        ([GOOD, "--ignore", "QQ"], "no rule answers to 'QQ'", "govrules rules"),
    ],
)
def test_a_wrong_command_is_one_line_on_stderr(folder: Path, args: list[str], says: str, hint: str) -> None:
    (folder / "nothing").mkdir()
    done = run(folder, "validate", *args)
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("govrules: ")
    assert says in done.stderr
    assert hint in done.stderr


@pytest.mark.parametrize("args", [["--fail-on", "bogus"], ["--format", "bogus"], ["--lang", "fr"], ["--nonsense"], []])
def test_a_wrong_option_is_told_without_a_traceback(folder: Path, args: list[str]) -> None:
    done = run(folder, "validate", *args, *([GOOD] if args else []))
    assert (done.returncode, done.stdout) == (USAGE, "")
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_an_unknown_rule_is_told_with_the_nearest(folder: Path) -> None:
    done = run(folder, "explain", "T3-011")
    assert done.returncode == USAGE
    assert "did you mean 'T3-01'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_stops_listening_gets_no_traceback(folder: Path) -> None:
    for number in range(30):
        (folder / f"{number}.txt").write_bytes((folder / GOOD).read_bytes())
    with subprocess.Popen(
        [sys.executable, "-m", "govrules", "parse", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert (said, process.returncode) == (b"", 0)


def test_a_list_cut_short_gets_no_traceback(folder: Path) -> None:
    pipe = f"{sys.executable} -m govrules rules | head -1"
    done = subprocess.run(["/bin/sh", "-c", pipe], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout.count("\n")) == ("", 1)


def test_a_failure_leaves_the_old_output_whole(folder: Path) -> None:
    old = folder / "result.json"
    old.write_text("old", encoding="utf-8")
    done = run(folder, "validate", "missing.txt", "--format", "json", "--output", "result.json")
    assert (done.returncode, old.read_text(encoding="utf-8")) == (USAGE, "old")
    assert sorted(path.name for path in folder.iterdir()) == ["result.json", GOOD]


def test_output_is_written_whole_and_nothing_beside_it(folder: Path) -> None:
    done = run(folder, "validate", GOOD, "--format", "json", "--output", "result.json")
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads((folder / "result.json").read_text(encoding="utf-8"))["schema"] == "govrules.findings/1"
    assert sorted(path.name for path in folder.iterdir()) == ["result.json", GOOD]


@pytest.mark.parametrize("output", ["nowhere/result.json", "nothing"])
def test_an_output_that_cannot_be_written_is_told(folder: Path, output: str) -> None:
    (folder / "nothing").mkdir()
    done = run(folder, "validate", GOOD, "--output", output)
    assert (done.returncode, done.stderr.count("\n")) == (USAGE, 1)
    assert f"govrules: {output}: cannot be written" in done.stderr


# Rules and forms in a pack folder


RULE = """\
pack: mine
api: 1
rules:
- id: MY-01
  title: 本年新收不应超过一千
  severity: warning
  forms: [national-2021]
  check: compare
  that: requests.received_new.total <= 1000
  message: "本年新收 {left} 件"
"""
FORM = "form: mine-2021\napi: 1\ntitle: {zh: 我的表样}\nextends: national-2021\n"


def unknown_row(table: str, after: str) -> str:
    return FORM + f"insert:\n- {{table: {table}, after: {after}, row: {{id: r.x, title: 甲}}}}\n"


# name of the file: its text, the place, what is said, what would be right
MISTAKES = {
    "key-of-kind": (RULE.replace("  that:", "  taht:"), "9:3", "unknown key 'taht'", "did you mean 'that'?"),
    "key-of-rule": (RULE.replace("  sever", "  sevre"), "6:3", "unknown key 'sevreity'", "did you mean 'severity'?"),
    "key-of-pack": (RULE.replace("pack: mine", "pakc: mine"), "1:1", "unknown key 'pakc'", "did you mean 'pack'?"),
    "severity": (RULE.replace("warning", "grave"), "6:13", "severity: ", "'error', 'warning' or 'info'"),
    "id": (RULE.replace("MY-01", "my 1"), "4:7", "a rule id looks like `T3-01`", ""),
    "no-kind": (RULE.replace("  check: compare\n", ""), "4:3", "the key 'check' is missing", ""),
    "no-field": (RULE.replace("  that: requests.received_new.total <= 1000\n", ""), "4:3", "'that' is missing", ""),
    "kind": (RULE.replace("check: compare", "check: comparse"), "8:10", "unknown check kind 'comparse'", "'compare'?"),
    "cell": (RULE.replace("ived", "ieved"), "9:9", "unknown cell", "did you mean 'requests.received_new.total'"),
    "cell-behind": (RULE.replace("1000", "1000 + requests.carried.total"), "9:47", "unknown cell", "carried_in.total"),
    "bracket": (RULE.replace("<= 1000", "<= (1000"), "9:", "", ""),
    "code": (RULE.replace("requests.received_new.total", "__import__('os')"), "9:9", "unexpected", ""),
    "no-comparison": (RULE.replace(" <= 1000", ""), "9:9", "a comparison is expected", "such as `a <= b`"),
    "twice": (RULE.replace("  mess", "  severity: error\n  mess"), "10:3", "'severity' stands twice", "keep one"),
    "api": (RULE.replace("api: 1", "api: 7"), "2:6", "asks for api 7", "speaks api 1"),
    "no-api": (RULE.replace("api: 1\n", ""), "1:1", "the key 'api' is missing", ""),
    "anchor": (RULE.replace("title: 本", "title: &a 本"), "5:10", "anchor or alias", "write the value out"),
    "tag": (RULE.replace("pack: mine", "pack: !!python/name:os mine"), "1:7", "uses the tag", "plain values"),
    "no-yaml": (RULE.replace("  title", "\ttitle"), "5:1", "is not YAML", ""),
    "second": (RULE + "---\npack: other\n", "11:", "second document", "one document a file"),
    "form-of-rule": (RULE.replace("forms: [national", "forms: [natoinal"), "7:", "natoinal-2021", "'national-2021'?"),
    "empty": ("", "", "", ""),
    "list": ("- a\n- b\n", "1:1", "", ""),
    "words": ("just words\n", "1:1", "", ""),
    "form-key": (FORM.replace("title", "tilte"), "3:1", "unknown key 'tilte'", "did you mean 'title'?"),
    "form-more": (FORM + "colour: red\n", "5:1", "unknown key 'colour'", "known keys"),
    "form-base": (FORM.replace("-2021\n", "-2012\n"), "4:10", "unknown form 'national-2012'", "did you mean"),
    "form-table": (unknown_row("request", "requests.carried_in"), "6:3", "unknown table 'request'", "'requests'?"),
    "form-row": (unknown_row("requests", "requests.caried_in"), "6:3", "no row", "'requests.carried_in'?"),
    "form-api": (FORM.replace("api: 1", "api: 2"), "2:6", "api", ""),
    "bomb-aliases": ("a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(99)), "1:", "anchor", "write"),
    "bomb-merges": ("a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(2000)), "1:", "anchor", "write"),
    **{f"bomb-{n}": (text * 100_000, "", "", "") for n, text in enumerate(("[", "{", "- ", "a: ", "? ", "'", "|\n"))},
    "bomb-large": ("pack: " + "x" * 3_000_000, "", "the limit is", ""),
    "controls": ("\x00\x01\x02", "", "is not YAML", ""),
}  # fmt: skip


def all_mistakes(folder: Path) -> Path:
    """Write every mistake into a file of a pack folder, each in a pack of its own with an id of its own."""
    folder.mkdir()
    for number, (name, (text, *_)) in enumerate(MISTAKES.items(), start=10):
        own = text.replace("MY-01", f"MY-{number}").replace("mine-", f"mine{number}-").replace("pack: mine", "pack: m1")
        (folder / f"{name}.yaml").write_text(own, encoding="utf-8")
    (folder / "good.yaml").write_text(RULE.replace("<= 1000", "< 0"), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def mistaken(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Content]:
    """Give the outcome of a run with every wrong rule and form file at once, and one good rule among them."""
    folder = good_folder(tmp_path_factory.mktemp("mistakes"))
    all_mistakes(folder / "pack")
    return findings(folder, GOOD, "--pack", "./pack")


def said(error: Content) -> str:
    return f"{error['where']}: {error['message']} ({error['hint']})"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_rule_or_form_file_is_told_once_at_its_place(mistaken: tuple[int, Content], name: str) -> None:
    _, where, says, hint = MISTAKES[name]
    (error,) = (said(error) for error in mistaken[1]["errors"] if error["where"].startswith(f"pack/{name}.yaml"))
    assert error.startswith(f"pack/{name}.yaml:{where}")
    assert says in error
    assert hint in error
    assert "\n" not in error
    assert len(error) < 500
    assert "enum" not in error


def test_among_broken_rules_the_good_ones_run(mistaken: tuple[int, Content]) -> None:
    code, found = mistaken
    assert code == BROKEN
    assert {error["exit_code"] for error in found["errors"]} == {BROKEN}
    assert found["reports"][0]["outcomes"]["passed"] > 100
    assert [finding["pack"] for finding in found["findings"] if finding["rule"] == "MY-01"] == ["mine"]


def packed(folder: Path, **files: str) -> tuple[int, Content, list[str]]:
    """Validate the good report with a pack folder of these files; give what is said of errors as well."""
    pack = folder / "pack"
    pack.mkdir()
    for name, text in files.items():
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    code, found = findings(folder, GOOD, "--pack", "./pack")
    return code, found, [said(error) for error in found["errors"]]


def test_a_good_pack_folder_runs(folder: Path) -> None:
    code, found, errors = packed(folder, rules=RULE.replace("<= 1000", "< 0"), form=FORM)
    assert (code, errors) == (0, [])
    assert [finding["pack"] for finding in found["findings"] if finding["rule"] == "MY-01"] == ["mine"]


def test_an_unknown_cell_is_shown_in_its_line_with_a_mark_below(folder: Path) -> None:
    (folder / "pack").mkdir()
    (folder / "pack" / "rules.yaml").write_text(RULE.replace("received_new", "recieved_new"), encoding="utf-8")
    lines = run(folder, "validate", GOOD, "--pack", "./pack").stdout.split("\n")
    here = next(number for number, line in enumerate(lines) if "pack/rules.yaml:9:9" in line)
    assert "did you mean 'requests.received_new.total'" in lines[here]
    assert lines[here + 1].endswith("  that: requests.recieved_new.total <= 1000")
    assert lines[here + 2].index("^") == lines[here + 1].index("requests.")


def test_two_rules_of_one_id_are_both_named(folder: Path) -> None:
    code, _, errors = packed(folder, rules=RULE + RULE.split("rules:\n")[1])
    assert (code, len(errors)) == (BROKEN, 1)
    assert "two rules are called MY-01" in errors[0]
    assert "pack/rules.yaml:4:3" in errors[0]
    assert "pack/rules.yaml:11:3" in errors[0]


def test_a_pack_may_take_neither_a_national_rule_id_nor_a_national_form(folder: Path) -> None:
    form = FORM.replace("mine-2021", "national-2021").replace("extends: national-2021", "extends: national-2019")
    code, found, errors = packed(folder, rules=RULE.replace("MY-01", "T3-01"), form=form)
    assert (code, len(errors)) == (BROKEN, 2)
    assert any("two rules are called T3-01" in e and "table3.yaml" in e and "pack/rules.yaml:4:3" in e for e in errors)
    assert any("the form 'national-2021' comes from govrules" in e and "pack" in e for e in errors)
    assert found["reports"][0]["outcomes"]["passed"] > 100


# Plugins


PLUGINS = {
    "raises": ("raise RuntimeError('no such disk')\n", "RuntimeError: no such disk"),
    "misspelt": (
        "from govrules.hooks import hookimpl\n@hookimpl\ndef govrules_ruleset():\n    return []\n",
        "govrules_ruleset",
    ),
    "syntax": ("def (:\n", "SyntaxError"),
    "calls": (
        "from govrules.hooks import hookimpl\n@hookimpl\ndef govrules_forms():\n    return [1 / 0]\n",
        "ZeroDivisionError",
    ),
    "nonsense": (
        "from govrules.hooks import hookimpl\n@hookimpl\ndef govrules_checks():\n    return {'mine': 7}\n",
        "mine",
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of installed distributions, each with one broken plugin, and a good report beside it."""
    site = tmp_path_factory.mktemp("site")
    for name, (text, _) in PLUGINS.items():
        meta = site / f"broken_{name}-1.2.dist-info"
        meta.mkdir()
        (site / f"broken_{name}.py").write_text(text, encoding="utf-8")
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: broken-{name}\nVersion: 1.2\n", encoding="utf-8")
        (meta / "entry_points.txt").write_text(f"[govrules]\n{name} = broken_{name}\n", encoding="utf-8")
    return good_folder(site)


@pytest.fixture(scope="module")
def broken_plugins(site: Path) -> tuple[int, Content]:
    """Give the outcome of a run with every broken plugin installed at once."""
    return findings(site, GOOD, PYTHONPATH=str(site))


@pytest.mark.parametrize("name", PLUGINS)
def test_a_broken_plugin_is_named(broken_plugins: tuple[int, Content], name: str) -> None:
    (error,) = (error for error in broken_plugins[1]["errors"] if error["where"] == f"broken_{name}")
    assert (error["kind"], error["exit_code"]) == ("PackError", BROKEN)
    assert f"{name!r} of broken-{name} 1.2" in error["message"]
    assert PLUGINS[name][1] in error["message"]
    assert "--no-plugins" in error["hint"]


def test_beside_broken_plugins_all_else_runs(broken_plugins: tuple[int, Content]) -> None:
    code, found = broken_plugins
    assert code == BROKEN
    assert found["reports"][0]["outcomes"]["passed"] > 100


def test_a_plugin_that_exits_does_not_end_the_run(site: Path, tmp_path: Path) -> None:
    (tmp_path / "leaver.py").write_text("raise SystemExit(9)\n", encoding="utf-8")
    meta = tmp_path / "leaver-1.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: leaver\nVersion: 1\n", encoding="utf-8")
    (meta / "entry_points.txt").write_text("[govrules]\nleaver = leaver\n", encoding="utf-8")
    done = run(site, "validate", GOOD, PYTHONPATH=str(tmp_path))
    assert (done.returncode, "'leaver' of leaver 1" in done.stdout) == (BROKEN, True)


def test_third_party_plugins_can_be_left_out(site: Path) -> None:
    assert findings(site, GOOD, "--no-plugins", PYTHONPATH=str(site))[0] == 0
    assert findings(site, GOOD, PYTHONPATH=str(site), GOVRULES_DISABLE_PLUGINS="1")[0] == 0


# The contract


def test_the_findings_json_has_the_keys_of_the_contract(folder: Path) -> None:
    text = (folder / GOOD).read_text(encoding="utf-8").replace("（七）总计 |\n", "（七）总计 |\n9")
    (folder / "坏.txt").write_text(text, encoding="utf-8")
    (folder / "empty.txt").touch()
    _, found = findings(folder, ".")
    assert found["schema"] == "govrules.findings/1"
    assert {"schema", "reports", "rules", "findings", "extraction", "errors", "summary"} <= set(found)
    statuses = [set(one) - {"rule"} for one in found["rules"]]
    assert all(names == set(found["reports"][0]["outcomes"]) for names in statuses)
    assert _total(found["rules"]) == _total([one["outcomes"] for one in found["reports"]])
    for report in found["reports"]:
        assert {"id", "source", "lines", "issuer", "year", "form", "outcomes"} <= set(report)
        assert set(report["outcomes"]) == {"passed", "failed", "undetermined", "errored", "not_applicable"}
    finding = next(finding for finding in found["findings"] if finding["rule"] == "T3-02")
    assert {
        *("rule", "pack", "severity", "report", "source", "lines", "message", "basis", "cells", "expected", "actual"),
        *("difference", "cause", "fingerprint", "repair"),
    } <= set(finding)
    assert finding["report"] in {report["id"] for report in found["reports"]}
    assert finding["difference"] == finding["actual"] - finding["expected"] != 0
    for cell in finding["cells"]:
        assert set(cell) >= {"cell", "label", "value", "role", "raw", "line"}
    assert all(set(basis) == {"document", "item"} for basis in finding["basis"])
    assert found["summary"]["error"] == sum(finding["severity"] == "error" for finding in found["findings"])


def test_the_parse_json_has_the_keys_of_the_contract(folder: Path) -> None:
    (folder / "empty.txt").touch()
    done = run(folder, "parse", ".", "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, found["schema"]) == (UNREADABLE, "", "govrules.report/1")
    assert set(found) == {"schema", "reports", "extraction", "errors"}
    (report,) = found["reports"]
    assert {"id", "source", "lines", "issuer", "year", "form", "script", "cells", "sections", "claims"} <= set(report)
    assert all(set(cell) >= {"value", "unit", "raw", "kind", "flag", "line"} for cell in report["cells"].values())
    assert (report["issuer"], report["year"], report["form"]) == ("青石县水务局", 2022, "national-2021")


def test_standard_input_is_a_document(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "govrules", "validate", "-", "--format", "json"],
        input=(folder / GOOD).read_bytes(), capture_output=True, check=False,
    )  # fmt: skip
    (report,) = json.loads(done.stdout)["reports"]
    assert (done.returncode, report["source"], report["issuer"]) == (0, "-", "青石县水务局")


def test_the_exit_code_follows_fail_on(folder: Path) -> None:
    text = (folder / GOOD).read_text(encoding="utf-8").replace("（七）总计 |\n", "（七）总计 |\n9")
    (folder / GOOD).write_text(text, encoding="utf-8")
    codes = {level: run(folder, "validate", GOOD, "--fail-on", level).returncode for level in ("error", "never")}
    assert codes == {"error": 1, "never": 0}


def _total(several: list[dict[str, Any]]) -> Counter[str]:
    made: Counter[str] = Counter()
    for counts in several:
        made.update({name: times for name, times in counts.items() if isinstance(times, int)})
    return made
