"""`govrules pack check`: every complaint about a pack, at its line and column."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from govrules.authoring.complaint import Complaint, Kind
from govrules.authoring.review import Review, review
from govrules.authoring.scaffold import blueprint, write_pack
from govrules.cli import app
from govrules.errors import UsageError
from govrules.load.parse import parse_yaml
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
MARK = "¦"
GOOD = """\
pack: mycity
api: 1
title: 本市审核规则
extends: national
applies: {regions: ["3308"]}
rules:
- id: MC-T3-01
  title: {zh: 不掌握的不多于总数, en: Not held is at most the total}
  severity: warning
  basis: 本市文件第一条
  forms: [national-2021]
  foreach: {who: requests.columns}
  check: compare
  that: requests.outcome.unable.not_held.{who} <= requests.outcome.total.{who}
  message: {zh: "{who.title}：{left} 件", en: "{who.title}: {left}"}
  examples:
    pass: [{requests.outcome.unable.not_held.total: 4, requests.outcome.total.total: 8}]
    fail: [{requests.outcome.unable.not_held.total: 9, requests.outcome.total.total: 8}]
- id: MC-TXT-01
  title: {zh: 不应有网络用语, en: No slang}
  severity: info
  basis: 本市文件第二条
  check: unwanted
  patterns: {网络用语: 给力}
  message: {zh: "正文有“{what}”", en: "slang: {what}"}
  examples:
    pass:
    - text: |
        衢州市林业局2023年政府信息公开工作年度报告
        一、总体情况
        按规定公开预算决算。
    fail:
    - text: |
        衢州市林业局2023年政府信息公开工作年度报告
        一、总体情况
        本年公开工作十分给力。
"""
WEIRD: tuple[object, ...] = (
    None,
    5,
    -1,
    3.5,
    True,
    "",
    [],
    {},
    [[]],
    [{}],
    [None],
    {"a": 1},
    {"zh": 1},
    ["{who}"],
    "(?=x)",
    "a <= ",
)
EXAMPLES, MESSAGE = "  examples:\n", '{zh: "{who.title}：{left} 件", en: "{who.title}: {left}"}'
PASS = "    pass: [{requests.outcome.unable.not_held.total: 4, requests.outcome.total.total: 8}]\n"
FAIL = "    fail: [{requests.outcome.unable.not_held.total: 9, requests.outcome.total.total: 8}]\n"
THAT = "  that: requests.outcome.unable.not_held.{who} <= requests.outcome.total.{who}\n"
INIT = "govrules_mycity/__init__.py"
FORM = """\
form: mycity-2021
api: 1
title: {zh: 本市格式, en: form of the city}
extends: national-2021
insert:
- table: requests
  after: requests.outcome.denied.admin_inquiry
  row: {id: requests.outcome.denied.work_secret, title: 9.属于工作秘密, aliases: [工作秘密]}
"""
CHANGES = """\
pack: mycity
api: 1
title: 本市审核规则
extends: national
applies: {regions: ["3308"]}
"""


def marked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Give a text without its marks, and the line and column of each."""
    places: list[tuple[int, int]] = []
    lines = text.split("\n")
    for number, line in enumerate(lines):
        while MARK in lines[number]:
            column = lines[number].index(MARK)
            places.append((number + 1, column + 1))
            lines[number] = lines[number].replace(MARK, "", 1)
        assert line.replace(MARK, "") == lines[number]
    return "\n".join(lines), places


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def said(complaints: tuple[Complaint, ...]) -> list[tuple[Kind, int, int]]:
    return [(one.kind, one.where.line, one.where.column) for one in complaints]


def reviewed(folder: Path, text: str, name: str = "rules.yaml", *, strict: bool = False) -> Review:
    (folder / name).write_text(text, encoding="utf-8")
    return review(folder, strict=strict)


BROKEN: dict[str, tuple[list[Kind], list[tuple[str, str]]]] = {
    "a list that is not closed": (
        [Kind.SYNTAX], [("extends: national", "extends: [national"), ("applies:", "applies¦:")],
    ),
    "a key twice": ([Kind.SYNTAX], [("extends: national", "extends: national\n¦extends: legacy")]),
    "an anchor": ([Kind.SYNTAX], [("title: 本市审核规则", "title: ¦&a 本市审核规则")]),
    "a misspelt key of the file": ([Kind.SYNTAX], [("applies:", "¦aplies:")]),
    "another api": ([Kind.SYNTAX], [("api: 1", "api: ¦2")]),
    "a region that is none": ([Kind.UNKNOWN_NAME], [('"3308"', '"3308", "¦9999"')]),
    "a base that is not installed": ([Kind.UNKNOWN_NAME], [("extends: national", "extends: ¦nationl")]),
    "a form that applies to nothing": (
        [Kind.UNKNOWN_NAME], [("applies: {", "applies: {forms: [national-2021, ¦national-2012], ")],
    ),
    "the name of another pack": ([Kind.PACK_NAME], [("pack: mycity", "pack: ¦gansu")]),
    "no title": ([Kind.NO_TITLE], [("pack: mycity", "pack: ¦mycity"), ("title: 本市审核规则\n", "")]),
    "an id that is none": ([Kind.SYNTAX], [("id: MC-T3-01", "id: ¦mc1")]),
    "the id of another pack": ([Kind.TAKEN_ID], [("id: MC-T3-01", "id: ¦T3-01")]),
    "the id of a built-in rule": ([Kind.TAKEN_ID], [("id: MC-T3-01", "id: ¦FORM-01")]),
    "an id twice": ([Kind.DUPLICATE_ID], [("id: MC-TXT-01", "id: ¦MC-T3-01")]),
    "three faults in one rule": (
        [Kind.SYNTAX] * 3,
        [("- id: MC-T3-01\n  title: {zh: ", "- id: MC-T3-01\n  title: {¦zhh: "),
         ("severity: warning", "severity: ¦grave"), ("  that:", "  ¦blank_is_zero: true\n  that:")],
    ),
    "faults in two rules": (
        [Kind.SYNTAX, Kind.UNKNOWN_NAME],
        [("severity: warning", "severity: ¦grave"), ("check: unwanted", "check: ¦unwnted")],
    ),
    "a severity by grade that is none": (
        [Kind.SYNTAX], [("severity: warning", "severity: {default: warning, wrong: ¦grave}")],
    ),
    "a grade that the kind does not know": (
        [Kind.UNKNOWN_NAME], [("severity: warning", "severity: ¦{default: warning, partly: info}")],
    ),
    "a misspelt key of every rule": ([Kind.SYNTAX], [("  severity: warning", "  ¦severty: warning")]),
    "a key of the kind that is missing": (
        [Kind.SYNTAX], [("- id: MC-T3", "- ¦id: MC-T3"), (THAT, "")],
    ),
    "a form that is none": ([Kind.UNKNOWN_NAME], [("forms: [national-2021]", "forms: [national-2021, ¦national-201]")]),
    "a set that is none": ([Kind.UNKNOWN_NAME], [("requests.columns", "¦requests.colums")]),
    "a cell that is none": (
        [Kind.UNKNOWN_NAME], [("that: requests.outcome.unable.not_held", "that: ¦requests.outcome.unable.not_hld")],
    ),
    "a cell that is none behind a name that was replaced": (
        [Kind.UNKNOWN_NAME], [("<= requests.outcome.total", "<= ¦requests.outcome.totl")],
    ),
    "half an expression": ([Kind.SYNTAX], [("{who} <= requests.outcome.total.{who}", "{who} <=¦")]),
    "a figure where a comparison belongs": (
        [Kind.SYNTAX], [("that: requests", "that: ¦requests"), (" <= requests.outcome.total.{who}", "")],
    ),
    "a pattern with look-around": (
        [Kind.PATTERN], [("{网络用语: 给力}", "{网络用语: 给力, 点赞: '¦(?=赞)点赞', 赞: 很赞}")],
    ),
    "a measure with a back-reference": (
        [Kind.PATTERN], [("rules:\n", "narrative:\n- measure: stalls\n  phrases: [摊位, '¦(摊)\\1']\nrules:\n")],
    ),
    "no basis": ([Kind.NO_BASIS], [("- id: MC-T3-01", "- ¦id: MC-T3-01"), ("  basis: 本市文件第一条\n", "")]),
    "no example that passes": (
        [Kind.NO_EXAMPLE],
        [(EXAMPLES + PASS, EXAMPLES.replace("examples", "¦examples"))],
    ),
    "no example at all": (
        [Kind.NO_EXAMPLE, Kind.NO_EXAMPLE],
        [("- id: MC-T3-01", "- ¦¦id: MC-T3-01"),
         (EXAMPLES + PASS + FAIL, "")],
    ),
    "an example with a cell that is none": (
        [Kind.UNKNOWN_NAME],
        [("pass: [{requests.outcome.unable.not_held.total", "pass: [{¦requests.outcome.unable.not_hld.total")],
    ),
    "an example with zeros of nothing": (
        [Kind.UNKNOWN_NAME], [("pass: [{requests", "pass: [{zero: [requests, ¦request], requests")],
    ),
    "an example of a form that is none": (
        [Kind.UNKNOWN_NAME], [("pass: [{requests", "pass: [{form: ¦national-2012, requests")],
    ),
    "an example that is no report": (
        [Kind.EXAMPLE],
        [("fail:\n    - text: |\n        衢州市林业局2023年政府信息公开工作年度报告\n", "fail:\n    - ¦text: |\n")],
    ),
    "a slot that no operand fills": ([Kind.UNKNOWN_SLOT], [("：{left} 件", "：¦{lefft} 件")]),
    "a slot that no name of foreach fills": ([Kind.UNKNOWN_SLOT], [("en: \"{who.title}", "en: \"¦{who.name}")]),
    "a slot that no verdict fills": ([Kind.UNKNOWN_SLOT], [("slang: {what}", "slang: ¦{wht}")]),
    "a slot in the third line of a message": (
        [Kind.UNKNOWN_SLOT],
        [(MESSAGE, "\n    en: '{left}'\n    zh: |\n      {left} 件\n      多于 ¦{total} 件")],
    ),
    "forms apart from those of the file": (
        [Kind.UNREACHABLE],
        [("applies: {", "applies: {forms: [national-2021], "),
         ("forms: [national-2021]\n", "forms: ¦[national-2019]\n")],
    ),
    "in force before its form": (
        [Kind.UNREACHABLE], [("  check: compare", "  effective: ¦{to: 2019}\n  check: compare")],
    ),
    "in force to a year before the first": (
        [Kind.UNREACHABLE], [("  check: compare", "  effective: ¦{from: 2023, to: 2022}\n  check: compare")],
    ),
    "nothing to go through": (
        [Kind.UNREACHABLE], [("requests.columns", "¦[]")],
    ),
    "a region in another": ([Kind.OUTSIDE_REGION], [('["3308"]', '["¦3308", "33"]')]),
    "a region outside the base": (
        [Kind.OUTSIDE_REGION], [("extends: national", "extends: gansu"), ('["3308"]', '["¦3308"]')],
    ),
}  # fmt: skip


def test_a_pack_without_fault_brings_no_complaint(tmp_path: Path) -> None:
    found = reviewed(tmp_path, GOOD, strict=True)
    assert found.complaints == ()
    assert (found.packs, found.rules, found.exit_code) == (("mycity",), 2, 0)


@pytest.mark.parametrize("name", BROKEN)
def test_a_complaint_stands_at_its_line_and_column(tmp_path: Path, name: str) -> None:
    kinds, changes = BROKEN[name]
    text, places = marked(changed(GOOD, *changes))
    assert len(places) == len(kinds)
    found = said(reviewed(tmp_path, text).complaints)
    assert sorted(found, key=lambda one: one[1:]) == [(kind, *place) for kind, place in zip(kinds, places, strict=True)]


def test_one_review_tells_of_everything(tmp_path: Path) -> None:
    text, places = marked(
        changed(
            GOOD,
            ("extends:", "¦extnds:"),
            ("title: {zh: 不掌握", "¦titel: {zh: 不掌握"),
            ("severity: warning", "severity: ¦grave"),
            ("that: requests.outcome.unable", "that: ¦requests.outcome.unble"),
            ("pass: [{requests.outcome.unable", "pass: [{¦requests.outcome.unble"),
            ("  basis: 本市文件第二条\n", ""),
            ("- id: MC-TXT", "- ¦id: MC-TXT"),
            ("slang: {what}", "slang: ¦{wht}"),
        )
    )
    found = said(reviewed(tmp_path, text).complaints)
    assert [place for _, *place in found] == [list(place) for place in places]
    kinds = [Kind.SYNTAX] * 3 + [Kind.UNKNOWN_NAME] * 2 + [Kind.NO_BASIS, Kind.UNKNOWN_SLOT]
    assert [kind for kind, *_ in found] == kinds


CHANGED: dict[str, tuple[Kind, str]] = {
    "a rule that is none": (Kind.UNKNOWN_NAME, "disable: [{rule: ¦T3-99, because: 甲}]"),
    "a severity of a rule that is none": (Kind.UNKNOWN_NAME, "severity:\n  ¦T3-99: {to: info, because: 甲}"),
    "a rule that may not be switched off": (Kind.PROTECTED_RULE, "disable: [{rule: ¦T3-01, because: 甲}]"),
    "a rule of a pack that is not extended": (Kind.FOREIGN_RULE, "severity: {¦ZJ-SEC-01: {to: warning, because: 甲}}"),
    "the severity it has": (Kind.IDLE_CHANGE, "severity: {¦T3-10: {to: info, because: 甲}}"),
    "one grade as it is": (Kind.IDLE_CHANGE, "severity: {¦T3-06: {to: {closes: info}, because: 甲}}"),
    "off what is off": (Kind.IDLE_CHANGE, "disable: [{rule: ¦SEC-07, because: 甲}]"),
    "on what is on": (Kind.IDLE_CHANGE, "enable: [{rule: ¦T3-10, because: 甲}]"),
    "off twice": (Kind.IDLE_CHANGE, "disable:\n- {rule: T3-10, because: 甲}\n- {rule: ¦T3-10, because: 乙}"),
    "a severity of what is switched off": (
        Kind.IDLE_CHANGE, "disable: [{rule: T3-10, because: 甲}]\nseverity: {¦T3-10: {to: error, because: 乙}}",
    ),
    "a grade that is none": (Kind.UNKNOWN_NAME, "severity: {T3-06: {to: {¦closed: error}, because: 甲}}"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_a_change_of_another_pack_is_reviewed(tmp_path: Path, name: str) -> None:
    kind, changes = CHANGED[name]
    text, (place,) = marked(CHANGES + changes + "\n")
    assert said(reviewed(tmp_path, text).complaints) == [(kind, *place)]


def test_a_change_outside_the_reach_of_its_rule_is_idle(tmp_path: Path) -> None:
    scope = changed(CHANGES, ("{regions", "{forms: [narrative-2008], regions"))
    text, (place,) = marked(scope + "severity: {¦T3-10: {to: error, because: 甲}}\n")
    assert said(reviewed(tmp_path, text).complaints) == [(Kind.IDLE_CHANGE, *place)]


def test_changes_that_have_an_effect_are_let_pass(tmp_path: Path) -> None:
    text = CHANGES + (
        "disable: [{rule: SEC-06, because: 甲}]\nenable: [{rule: SEC-07, because: 乙}]\n"
        "severity: {T3-06: {to: {closes: error}, because: 丙}, T3-01: {to: warning, because: 丁}}\n"
    )
    assert reviewed(tmp_path, text, strict=True).complaints == ()


ALIASES: dict[str, tuple[Kind, str, str]] = {
    "its own title": (Kind.IDLE_ALIAS, "[工作秘密]", "[工作秘密, ¦「属于工作秘密」]"),
    "an alias twice": (Kind.IDLE_ALIAS, "[工作秘密]", "[工作秘密, ¦工作 秘密]"),
    "the label of another row": (Kind.IDLE_ALIAS, "[工作秘密]", "[工作秘密, ¦国家秘密]"),
    "the title of another row": (Kind.IDLE_ALIAS, "[工作秘密]", "[工作秘密, ¦（一）予以公开]"),
    "a row after one that is none": (Kind.UNKNOWN_NAME, "- table", "- ¦table"),
    "a key that is none": (Kind.SYNTAX, "  after:", "  ¦behind:"),
    "the name of another form": (Kind.PACK_NAME, "mycity-2021", "¦national-2019"),
    "a base that is none": (Kind.UNKNOWN_NAME, "national-2021", "¦national-2022"),
    "a pattern with look-around": (
        Kind.PATTERN, "insert:", "sections:\n- {id: extra, title: 附则, deviations: ['¦附(?!录)']}\ninsert:",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIASES)
def test_a_form_file_is_reviewed(tmp_path: Path, name: str) -> None:
    kind, old, new = ALIASES[name]
    text, (place,) = marked(changed(FORM, (old, new)))
    if name == "a row after one that is none":
        text = text.replace("admin_inquiry", "admin_inqury")
    (tmp_path / "rules.yaml").write_text(GOOD, encoding="utf-8")
    assert said(reviewed(tmp_path, text, "form.yaml").complaints) == [(kind, *place)]


def test_a_form_without_fault_serves_the_rules_beside_it(tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(FORM, encoding="utf-8")
    text = changed(
        GOOD,
        ("forms: [national-2021]", "forms: [mycity-2021]"),
        ("not_held.{who} <=", "not_held.{who} + requests.outcome.denied.work_secret.{who} <="),
    )
    text = text.replace(
        "requests.outcome.total.total: 8",
        "requests.outcome.denied.work_secret.total: 0, requests.outcome.total.total: 8",
    )
    assert reviewed(tmp_path, text, strict=True).complaints == ()


def test_an_id_that_stands_in_two_files_is_named_with_both(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    first = GOOD.index("- id: MC-TXT")
    found = reviewed(tmp_path, GOOD[:first], "b.yaml").complaints
    assert said(found) == [(Kind.DUPLICATE_ID, 7, 7)]
    assert found[0].where.file.endswith("b.yaml")
    assert "a.yaml:7:7" in found[0].words


def test_english_is_wanted_only_for_publishing(tmp_path: Path) -> None:
    title = "{zh: 不掌握的不多于总数, en: Not held is at most the total}"
    text, places = marked(changed(GOOD, (title, "¦不掌握的不多于总数"), (MESSAGE, '¦{zh: "{left} 件"}')))
    assert reviewed(tmp_path, text).complaints == ()
    strict = reviewed(tmp_path, text, strict=True)
    assert said(strict.complaints) == [(Kind.NO_ENGLISH, *place) for place in places]
    assert strict.exit_code == 3


def test_warnings_are_errors_only_for_publishing(tmp_path: Path) -> None:
    text = changed(GOOD, ("  basis: 本市文件第一条\n", ""))
    assert (reviewed(tmp_path, text).errors, reviewed(tmp_path, text).exit_code) == (0, 0)
    assert (reviewed(tmp_path, text, strict=True).errors, review(tmp_path, strict=True).exit_code) == (1, 3)


def test_hidden_folders_and_cases_are_no_part_of_a_pack(tmp_path: Path) -> None:
    for name in (".github/check.yml", "cases/one/expected.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("nothing: of ours\n", encoding="utf-8")
    assert len(reviewed(tmp_path, GOOD).files) == 1


def paths(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        yield from paths(one, (*path, key))


@pytest.mark.slow
@pytest.mark.parametrize("text", [GOOD, FORM, CHANGES + "disable: [{rule: T3-10, because: 甲}]\n"])
def test_whatever_stands_in_a_file_the_review_ends_and_names_places_in_it(tmp_path: Path, text: str) -> None:
    rng = random.Random(7)
    for _ in range(40):
        content = {"": parse_yaml(text.encode(), "good").data}
        *way, last = rng.choice([("", *path) for path in paths(content[""])])
        holder: Any = content
        for key in way:
            holder = holder[key]
        holder[last] = rng.choice(WEIRD)
        found = reviewed(tmp_path, json.dumps(content[""], ensure_ascii=False, indent=1), "one.yaml")
        assert all(Path(one.where.file).name == "one.yaml" and one.where.line for one in found.complaints)


def test_the_shipped_packs_have_no_errors_and_their_rules_no_warnings() -> None:
    found = review(ROOT / "rulesets", strict=False)
    assert found.rules > 90
    assert {one.kind for one in found.complaints} <= {Kind.IDLE_ALIAS}


def test_a_folder_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such pack folder"):
        review(tmp_path / "none")
    with pytest.raises(UsageError, match="no YAML file"):
        review(tmp_path)


def test_the_command_prints_every_complaint_with_its_place_and_a_count(tmp_path: Path) -> None:
    text = changed(GOOD, ("severity: warning", "severity: grave"), ("  basis: 本市文件第二条\n", ""))
    (tmp_path / "rules.yaml").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["pack", "check", str(tmp_path)])
    assert done.exit_code == 3
    assert f"{tmp_path / 'rules.yaml'}:9:13: 错误 [syntax] 写法有误" in done.stdout
    assert "  severity: grave" in done.stdout
    assert done.stdout.endswith("1 个错误，1 个警告\n")
    english = CliRunner().invoke(app, ["pack", "check", str(tmp_path), "--lang", "en"]).stdout
    assert "warning [no-basis] no basis: rule MC-TXT-01" in english


def test_the_command_writes_json_for_other_programs(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(changed(GOOD, ("requests.columns", "requests.colums")), encoding="utf-8")
    done = CliRunner().invoke(app, ["pack", "check", str(tmp_path), "--format", "json"])
    found = json.loads(done.stdout)
    (complaint,) = found["complaints"]
    assert (complaint["kind"], complaint["level"], complaint["line"], complaint["column"]) == (
        "unknown-name",
        "error",
        12,
        18,
    )
    assert "requests.columns" in complaint["message"]
    assert (found["schema"], found["packs"], found["summary"]["errors"]) == ("govrules.review/1", ["mycity"], 1)
    assert done.exit_code == 3


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a distribution without fault."""
    write_pack(tmp_path, blueprint("mycity", prefix="MC"))
    return tmp_path


def rewritten(file: Path, *changes: tuple[str, str]) -> None:
    file.write_text(changed(file.read_text(encoding="utf-8"), *changes), encoding="utf-8")


PYTHON: dict[str, tuple[Kind, str, str, str, str]] = {
    "no entry point": (
        Kind.PLUGIN, "pyproject.toml", "no entry point",
        "[project.entry-points.govrules]", "[project.entry-points.other]",
    ),
    "no TOML": (Kind.PLUGIN, "pyproject.toml", "is not TOML", 'version = "0.1.0"', "version = 0.1¦.0"),
    "no dependency": (
        Kind.NO_DEPENDENCY, "pyproject.toml", "does not depend", 'dependencies = ["govrules"]',
        '¦dependencies = ["govrules-extra"]',
    ),
    "an import that fails": (
        Kind.PLUGIN, INIT, "ModuleNotFoundError", "from govrules.hooks", "¦from govrules.hoks",
    ),
    "a module that exits": (Kind.PLUGIN, INIT, "SystemExit: 3", "_HERE =", "¦raise SystemExit(3)\n_HERE ="),
    "a module that is no Python": (Kind.PLUGIN, INIT, "SyntaxError", "_HERE =", "_HERE ¦? ="),
    "a misspelt hook": (Kind.PLUGIN, INIT, "unknown hook", "def govrules_rulesets", "def govrules_ruleset"),
    "a file that is not there": (
        Kind.PLUGIN, INIT, "more.yaml", '_HERE / "rules.yaml"]', '_HERE / "rules.yaml", _HERE / "more.yaml"]',
    ),
    "a kind that is no class": (
        Kind.PLUGIN, INIT, "'mine' is 3",
        "# A form of", "@hookimpl\ndef govrules_checks():\n    return {'mine': 3}\n\n\n#",
    ),
    "a hook that fails": (
        Kind.PLUGIN, INIT, "ZeroDivisionError",
        "# A form of", "@hookimpl\ndef govrules_checks():\n    return ¦1 / 0\n\n\n#",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PYTHON)
def test_a_distribution_that_cannot_be_used_is_complained_of(project: Path, name: str) -> None:
    kind, file, words, old, new = PYTHON[name]
    text, places = marked(changed((project / file).read_text(encoding="utf-8"), (old, new)))
    (project / file).write_text(text, encoding="utf-8")
    (complaint,) = review(project).complaints
    assert complaint.kind is kind
    assert words in complaint.words
    where = (Path(complaint.where.file).name, complaint.where.line, complaint.where.column)
    if name == "no entry point":  # what is missing is told at the head of the table it belongs below
        assert where == ("pyproject.toml", 5, 1)
    elif places:
        assert where == (Path(file).name, *places[0])
    else:  # what no line of Python says stands at the entry point
        assert complaint.where.text == 'mycity = "govrules_mycity"'


def test_a_distribution_without_fault_is_left_as_it_was_found(project: Path) -> None:
    path = list(sys.path)
    assert review(project, strict=True).complaints == ()
    assert "govrules_mycity" not in sys.modules
    assert sys.path == path


def test_a_file_that_no_hook_gives_is_named(project: Path) -> None:
    (project / "govrules_mycity" / "more.yaml").write_text(CHANGES, encoding="utf-8")
    (complaint,) = review(project).complaints
    assert (complaint.kind, complaint.level) == (Kind.NOT_GIVEN, "warning")
    assert str(complaint.where).endswith("govrules_mycity/more.yaml:1:1")


def test_the_check_kinds_of_a_distribution_are_known_to_its_rules(project: Path) -> None:
    kind = (
        "from govrules.rule import Check, failed\n\n\n"
        'class Mine(Check):\n    """Fail."""\n\n    scope = "report"\n    words: str\n\n'
        "    def judge(self, report, form):\n        yield failed(words=self.words)\n\n\n"
        "@hookimpl\ndef govrules_checks():\n    return {'mine': Mine}\n\n\n"
    )
    rewritten(project / "govrules_mycity" / "__init__.py", ("# A form of", f"{kind}# A form of"))
    rule = (
        "- id: MC-02\n  title: 甲\n  severity: info\n  basis: 乙\n  check: mine\n  ¦word: 丙\n  words: 丁\n"
        '  message: "{words}：¦{word}"\n  examples: {fail: [{year: 2023}], pass: [{year: 2023}]}\n'
    )
    file = project / "govrules_mycity" / "rules.yaml"
    text, (key, slot) = marked(file.read_text(encoding="utf-8") + rule)
    file.write_text(text, encoding="utf-8")
    assert said(review(project).complaints) == [(Kind.SYNTAX, *key)]
    rewritten(file, ("  word: 丙\n", ""))
    assert said(review(project).complaints) == [(Kind.UNKNOWN_SLOT, slot[0] - 1, slot[1])]


def test_the_changes_of_a_pack_whose_base_is_not_known_are_not_complained_of_as_well(tmp_path: Path) -> None:
    text, (place,) = marked(changed(CHANGES, ("extends: national", "extends: ¦nationl")))
    text += "severity: {T3-10: {to: error, because: 甲}}\n"
    assert said(reviewed(tmp_path, text).complaints) == [(Kind.UNKNOWN_NAME, *place)]
    without = changed(CHANGES, ("extends: national\n", "")) + "severity: {T3-10: {to: error, because: 甲}}\n"
    assert [kind for kind, *_ in said(reviewed(tmp_path, without).complaints)] == [Kind.FOREIGN_RULE]
