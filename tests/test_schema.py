"""`govrules schema`: what ships is valid by it, what is written wrongly is not, and every key is explained."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from govrules.authoring.edition import with_folders
from govrules.authoring.schema import Subject, schema
from govrules.cli import app
from govrules.errors import GovrulesError
from govrules.installed import installed
from govrules.load.forms import load_form
from govrules.load.mapping import layout_of
from govrules.load.parse import parse_yaml, read_yaml
from govrules.load.rulesets import load_pack
from govrules.load.unroll import unroll
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]
BASE = installed(third_party=False)
MADE: dict[Subject, Any] = {subject: schema(subject, BASE.forms, BASE.checks) for subject in Subject}
VALIDATORS = {subject: Draft202012Validator(made) for subject, made in MADE.items()}
SHIPPED = [*(ROOT / "rulesets").rglob("*.yaml"), *(ROOT / "examples").rglob("mapping*.yaml")]

RULES = """\
# yaml-language-server: $schema=govrules.schema.json
pack: mycity
api: 1
title: yes
extends: national
applies: {forms: [national-2021], regions: ["3308"]}
disable:
- {rule: T3-10, because: 本市另有规定}
enable:
- {rule: SEC-07, because: 本市文件, effective: {from: 2025}}
severity:
  T3-06: {to: error, because: 本市文件}
narrative:
- {measure: unable, units: [件], phrases: [无法提供]}
rules:
- id: MC-T3-01
  title: {zh: 不掌握的不多于总数, en: Not held is at most the total}
  severity: warning
  basis: [{document: 本市文件, item: 第一条}]
  forms: [national-2021]
  effective: {from: 2021, to: 2024}
  foreach: {who: requests.columns}
  default: on
  waivable: false
  tags: [table3]
  check: compare
  that: requests.outcome.unable.not_held.{who} <= 3 * requests.outcome.total.{who}
  blank_as_zero: true
  message: {zh: "{left} 件", en: "{left}"}
  examples:
    pass: [{year: 2022, requests.outcome.total.total: 8, zero: [requests]}]
    fail: [{requests.outcome.total.total: 8, requests.outcome.unable.not_held.total: 90}]
- id: MC-TAB-01
  title: 没有空格
  severity: {default: warning, closes: info}
  check: filled
  table: requests
  message: 有空格
- id: MC-TAB-02
  title: 不高于一千
  severity: info
  check: range
  cell: proactive.rules.issued
  most: 1000
  message: 太多
- id: MC-TAB-03
  title: 相加
  severity: info
  check: sum
  total: review.total
  parts: [review.upheld, review.other]
  message: 不等
"""
FORMS = """\
form: mycity-2021
api: 1
title: {zh: 本市格式, en: form of the city}
extends: national-2021
years: {from: 2021}
accepts: [national-2019]
sections:
- {id: extra, title: 其他情况, number: 7, variants: [其他], may_be_empty: true}
tables:
- id: visits
  title: 接待情况
  section: extra
  row_sums:
  - {total: all, parts: [old, new]}
  blocks:
  - headers: [类别, 合计]
    columns:
    - {id: all, title: 合计, total: true}
    - {id: old, title: 旧}
    - {id: new, title: 新, type: signed}
    rows:
    - {id: visits.people, title: 人次, aliases: [人], unit: 人次}
insert:
- table: requests
  after: requests.outcome.denied.admin_inquiry
  row: {id: requests.outcome.denied.work_secret, title: 9.属于工作秘密}
rename:
- {table: requests, column: legal_service, title: 律师事务所}
replace:
- {table: requests, row: requests.carried_in, by: {id: requests.carried_in, title: 上年结转}}
remove:
- {table: requests, column: other_org}
"""
MAPPING = """\
mapping: county
api: 1
reports: documents
fields: {issuer: organ, year: year}
forms: {模板甲: national-2021}
cells:
- {at: "t3.{row}", cell: "requests.{row}.total", unit: 件}
names:
  row: {新收: received_new, 合计: null}
blank: ["", "-"]
zero_is_blank: unknown
trust: 0.8
"""
TEXTS = {Subject.rules: RULES, Subject.forms: FORMS, Subject.mapping: MAPPING}

BROKEN_RULES = {
    "a misspelt key of the file": ("extends:", "extend:"),
    "no pack": ("pack: mycity\n", ""),
    "no api": ("api: 1\n", ""),
    "another api": ("api: 1", "api: 2"),
    "api as a word": ("api: 1", "api: '1'"),
    "an unknown region": ('regions: ["3308"]', 'regions: ["9999"]'),
    "a region as a number": ('regions: ["3308"]', "regions: [3308]"),
    "an unknown form of the file": ("forms: [national-2021], regions", "forms: [national-2012], regions"),
    "a form that is no list": ("forms: [national-2021], regions", "forms: national-2021, regions"),
    "a change without reason": ("{rule: T3-10, because: 本市另有规定}", "{rule: T3-10}"),
    "an empty reason": ("because: 本市另有规定", "because: ''"),
    "a bad id in a change": ("rule: T3-10", "rule: t3_10"),
    "a bad id in severity": ("  T3-06:", "  t3:"),
    "an unknown severity in a change": ("to: error", "to: fatal"),
    "a year that is a word": ("effective: {from: 2025}", "effective: {from: 二〇二五}"),
    "a misspelt year key": ("effective: {from: 2021, to: 2024}", "effective: {from: 2021, til: 2024}"),
    "a misspelt key of a measure": ("phrases:", "phrase:"),
    "a bad rule id": ("id: MC-T3-01", "id: MC_T3_01"),
    "a rule id in small letters": ("id: MC-T3-01", "id: mc-t3-01"),
    "no title": ("  title: 没有空格\n", ""),
    "a title in an unknown language": ("en: Not held is", "fr: Not held is"),
    "no severity": ("  severity: warning\n", ""),
    "an unknown severity": ("severity: warning", "severity: grave"),
    "an unknown grade": ("closes: info", "close: info"),
    "no check": ("  check: filled\n", ""),
    "an unknown check kind": ("check: filled", "check: fill"),
    "no message": ("  message: 有空格\n", ""),
    "an empty basis": ("basis: [{document: 本市文件, item: 第一条}]", "basis: []"),
    "an empty basis text": ("basis: [{document: 本市文件, item: 第一条}]", "basis: ''"),
    "a basis without document": ("{document: 本市文件, item: 第一条}", "{item: 第一条}"),
    "an unknown form of a rule": ("  forms: [national-2021]\n", "  forms: [national-2012]\n"),
    "an unknown set": ("who: requests.columns", "who: requests.colums"),
    "a bad foreach name": ("foreach: {who:", "foreach: {Who:"),
    "a default that is neither": ("default: on", "default: yes"),
    "waivable as a word": ("waivable: false", "waivable: no"),
    "tags as text": ("tags: [table3]", "tags: table3"),
    "a key of another kind": ("  that: requests", "  left: requests"),
    "one key of another kind too many": ("  table: requests\n", "  table: requests\n  tolerance: 1\n"),
    "a missing key of the kind": ("  table: requests\n", ""),
    "a misspelt optional key of the kind": ("  most: 1000", "  mots: 1000"),
    "a switch as a number": ("blank_as_zero: true", "blank_as_zero: 1"),
    "a list as an expression": ("most: 1000", "most: [1000]"),
    "an expression as a list of parts": ("parts: [review.upheld, review.other]", "parts: review.upheld"),
    "extra nesting of a key": ("total: review.total", "total: {cell: review.total}"),
    "extra nesting of rules": ("  table: requests", "  keys: {table: requests}"),
    "rules as a mapping": ("rules:\n- id: MC-T3-01", "rules:\n  id: MC-T3-01\nold:\n- id: MC-T3-01"),
    "a misspelt cell in an example": ("requests.outcome.unable.not_held.total: 90", "requests.unable.total: 90"),
    "an unknown form in an example": ("{year: 2022,", "{form: national-2012,"),
    "a misspelt side of the examples": ("    fail: [", "    fails: ["),
    "zero as text": ("zero: [requests]", "zero: requests"),
}
BROKEN_FORMS = {
    "a misspelt key": ("accepts:", "accept:"),
    "another api": ("api: 1", "api: 2"),
    "no title": ("title: {zh: 本市格式, en: form of the city}\n", ""),
    "a title that is text": ("title: {zh: 本市格式, en: form of the city}", "title: 本市格式"),
    "an unknown form to extend": ("extends: national-2021", "extends: national-2012"),
    "an unknown form to accept": ("accepts: [national-2019]", "accepts: [national-2009]"),
    "a year as text": ("years: {from: 2021}", "years: {from: '自2021'}"),
    "a section id with a space": ("{id: extra,", "{id: ex tra,"),
    "a number that is a word": ("number: 7", "number: 七"),
    "a table without blocks": ("  blocks:\n  - headers", "  parts:\n  - headers"),
    "a row sum without parts": ("{total: all, parts: [old, new]}", "{total: all}"),
    "an unknown type": ("type: signed", "type: negative"),
    "aliases as text": ("aliases: [人]", "aliases: 人"),
    "a bad row id": ("id: visits.people,", "id: visits..people,"),
    "an insertion without place": ("  after: requests.outcome.denied.admin_inquiry\n", ""),
    "an insertion of nothing": ("  row: {id: requests.outcome.denied.work_secret, title: 9.属于工作秘密}\n", ""),
    "a replacement by nothing": (", by: {id: requests.carried_in, title: 上年结转}}", "}"),
    "a removal of nothing": ("- {table: requests, column: other_org}", "- {table: requests}"),
}
BROKEN_MAPPINGS = {
    "a misspelt key": ("reports:", "report_list:"),
    "an unknown form": ("national-2021", "national-2012"),
    "an unknown field": ("issuer: organ", "organ: organ"),
    "a route without cell": (', cell: "requests.{row}.total"', ""),
    "trust above one": ("trust: 0.8", "trust: 80"),
    "zeros that are nothing known": ("zero_is_blank: unknown", "zero_is_blank: always"),
}
BROKEN = [
    (subject, name, old, new)
    for subject, cases in zip(Subject, (BROKEN_RULES, BROKEN_FORMS, BROKEN_MAPPINGS), strict=True)
    for name, (old, new) in cases.items()
]
# What loading forgives and an editor should not.
FORGIVEN = {"an empty reason", "an empty basis", "an empty basis text", "api as a word", "a switch as a number",
            "waivable as a word", "a misspelt cell in an example", "an unknown form in an example", "zero as text",
            "an unknown form of the file", "an unknown form of a rule",
            "a section id with a space", "a bad row id", "a bad id in severity", "a bad id in a change",
            "an unknown form to accept"}  # fmt: skip


def faults(subject: Subject, text: str) -> list[str]:
    return [error.json_path for error in VALIDATORS[subject].iter_errors(parse_yaml(text.encode(), "x.yaml").data)]


def loads(subject: Subject, text: str) -> bool:
    """Tell whether a file can be loaded and its rules be made for a form."""
    source = parse_yaml(text.encode(), "x.yaml")
    try:
        if subject is Subject.rules:
            for rule in load_pack(source, BASE.checks):
                unroll(rule, BASE.forms["national-2021"], BASE.forms, BASE.checks[rule.kind])
        elif subject is Subject.forms:
            load_form(source, {form.name: form for form in BASE.forms})
        else:
            layout_of(source, BASE.forms)
    except GovrulesError:
        return False
    return True


def subject_of(values: dict[str, object]) -> Subject:
    named = {"form": Subject.forms, "mapping": Subject.mapping, "pack": Subject.rules}
    return next(subject for key, subject in named.items() if key in values)


def keys(node: object, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every key that a schema describes, with the path to it; `if` only asks."""
    if isinstance(node, dict):
        for key, made in node.items():
            if key == "properties":
                yield from ((f"{name}.{inner}", found) for inner, found in made.items() if isinstance(found, dict))
            if key != "if":
                yield from keys(made, f"{name}/{key}")
    elif isinstance(node, list):
        for part in node:
            yield from keys(part, name)


@pytest.mark.parametrize("subject", Subject)
def test_a_schema_is_valid_under_its_metaschema(subject: Subject) -> None:
    Draft202012Validator.check_schema(MADE[subject])
    assert MADE[subject]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_shipped_file_is_valid(file: Path) -> None:
    values = read_yaml(file).data
    errors = [f"{error.json_path}: {error.message}" for error in VALIDATORS[subject_of(values)].iter_errors(values)]
    assert errors == []


@pytest.mark.parametrize("subject", Subject)
def test_the_file_that_the_tests_break_is_right(subject: Subject) -> None:
    assert faults(subject, TEXTS[subject]) == []
    assert loads(subject, TEXTS[subject])


def test_yes_is_a_word_and_on_is_one_too() -> None:
    read = parse_yaml(RULES.encode(), "x.yaml").data
    assert (read["title"], read["rules"][0]["default"]) == ("yes", "on")


@pytest.mark.parametrize(("subject", "name", "old", "new"), BROKEN, ids=[f"{s.value}: {n}" for s, n, _, _ in BROKEN])
def test_what_is_written_wrongly_is_refused(subject: Subject, name: str, old: str, new: str) -> None:
    assert TEXTS[subject].count(old) >= 1, name
    broken = TEXTS[subject].replace(old, new, 1)
    assert faults(subject, broken) != []


@pytest.mark.parametrize(("subject", "name", "old", "new"), BROKEN, ids=[f"{s.value}: {n}" for s, n, _, _ in BROKEN])
def test_an_editor_is_stricter_than_loading_only_where_it_is_meant_to_be(
    subject: Subject, name: str, old: str, new: str
) -> None:
    assert loads(subject, TEXTS[subject].replace(old, new, 1)) == (name in FORGIVEN)


def test_a_fault_is_shown_where_it_is() -> None:
    assert faults(Subject.rules, RULES.replace("  most: 1000", "  mots: 1000")) == ["$.rules[2]"]
    assert faults(Subject.rules, RULES.replace("severity: warning", "severity: grave")) == ["$.rules[0].severity"]


@pytest.mark.parametrize("kind", sorted(BASE.checks))
def test_rules_of_every_kind_must_have_its_keys_and_no_others(kind: str) -> None:
    head = {"id": "X-01", "title": "x", "severity": "info", "message": "x", "check": kind}
    body = MADE[Subject.rules]["$defs"][f"check_{kind}"]
    refused = [
        error.message for error in VALIDATORS[Subject.rules].iter_errors({"pack": "x", "api": 1, "rules": [head]})
    ]
    assert len(refused) == len(body.get("required", []))
    own = {key for key, made in body["properties"].items() if made is not True} - {"severity"}
    assert own == {made.alias or name for name, made in BASE.checks[kind].model_fields.items()}
    wrong = {"pack": "x", "api": 1, "rules": [{**head, "no_such_key": 1}]}
    assert any("no_such_key" in error.message for error in VALIDATORS[Subject.rules].iter_errors(wrong))


@pytest.mark.parametrize("subject", Subject)
def test_every_key_is_explained_in_chinese_and_english(subject: Subject) -> None:
    told = list(keys(MADE[subject]))
    assert len(told) > 15
    for name, made in told:
        chinese, _, english = made.get("description", "").partition(" | ")
        assert any("一" <= char <= "鿿" for char in chinese), name
        assert english.isascii() or "万元" in english or "件" in english, name
        assert len(english) > 1, name


def test_every_check_kind_is_told_in_both_languages() -> None:
    check = MADE[Subject.rules]["$defs"]["rule"]["properties"]["check"]
    assert check["enum"] == sorted(BASE.checks)
    assert all(" | " in told for told in check["enumDescriptions"])


def test_names_are_completed_from_what_is_installed() -> None:
    parts = MADE[Subject.rules]["$defs"]
    assert {"national-2019", "zhejiang-2013"} <= set(parts["form"]["enum"])
    assert "requests.received_new.total" in parts["cell"]["enum"]
    assert "requests.columns" in parts["rule"]["properties"]["foreach"]["additionalProperties"]["anyOf"][0]["enum"]
    assert parts["check_equal"]["properties"]["tolerance"]["default"] == 0


def test_a_third_party_completes_its_own_kinds_and_forms() -> None:
    pack = ROOT / "tests" / "packs" / "chengnan"
    values = read_yaml(pack / "govrules_chengnan" / "rules.yaml").data
    assert any("most_of_total" in error.message for error in VALIDATORS[Subject.rules].iter_errors(values))
    known = with_folders(BASE, [str(pack)])
    made = schema(Subject.rules, known.forms, known.checks)
    assert [error.message for error in Draft202012Validator(made).iter_errors(values)] == []


def test_the_command_prints_or_writes_the_schema(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["schema", "forms", "--no-plugins"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout) == MADE[Subject.forms]
    file = tmp_path / "govrules.schema.json"
    written = CliRunner().invoke(app, ["schema", "--no-plugins", "--output", str(file)])
    assert (written.exit_code, written.stdout) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8")) == MADE[Subject.rules]
