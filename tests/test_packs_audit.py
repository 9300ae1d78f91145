"""`govrules packs --audit`: what every pack changes in the one it extends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from govrules.authoring.audit import audit_fields, audit_text, audits
from govrules.cli import app
from govrules.installed import installed
from typer.testing import CliRunner

CITY = """\
pack: mycity
api: 1
title: 本市规则
extends: national
applies: {forms: [national-2021], regions: ["3308"]}
disable:
- {rule: T3-10, because: 本市另有规定}
enable:
- {rule: SEC-07, because: 本市文件, effective: {from: 2025}}
severity:
  DOC-01: {to: {missing: info}, because: 多数报告没有标题}
  T3-06: {to: error, because: 本市从严}
rules:
- id: MC-T3-01
  title: {zh: 不超过一千, en: At most a thousand}
  severity: warning
  basis: 本市文件第一条
  effective: {from: 2022}
  check: compare
  that: requests.outcome.total.total <= 1000
  message: 太多
"""


def audited(folder: Path, text: str = CITY) -> dict[str, Any]:
    (folder / "city.yaml").write_text(text, encoding="utf-8")
    found = audits(installed([folder], third_party=False).packs)
    return next(audit_fields(audit) for audit in found if audit.pack.name == "mycity")


def test_only_packs_that_extend_another_are_audited() -> None:
    found = audits(installed(third_party=False).packs)
    assert [audit.pack.name for audit in found] == ["gansu", "legacy", "zhejiang"]


def test_what_is_added_switched_and_graded_is_told_with_its_reason_and_reach(tmp_path: Path) -> None:
    told = audited(tmp_path)
    city = [{"code": "3308", "name": "衢州市"}]
    assert told["reach"] == {"forms": ["national-2021"], "regions": city}
    assert [(rule["rule"], rule["years"]) for rule in told["added"]] == [("MC-T3-01", [2022, None])]
    (off,) = told["switched_off"]
    assert (off["rule"], off["because"], off["reach"]["regions"]) == ("T3-10", "本市另有规定", city)
    (on,) = told["switched_on"]
    assert (on["rule"], on["years"], on["because"]) == ("SEC-07", [2025, None], "本市文件")


def test_a_grade_is_told_from_what_it_is_in_the_extended_pack(tmp_path: Path) -> None:
    national = {rule.id: rule for rule in installed(third_party=False).packs["national"]}
    graded = {one["rule"]: one["grades"] for one in audited(tmp_path)["regraded"]}
    (title,) = graded["DOC-01"]
    assert (title["grade"], title["from"], title["to"]) == ("missing", national["DOC-01"].grade("missing"), "info")
    assert title["effect"] == "looser"
    (sums,) = graded["T3-06"]
    assert (sums["from"], sums["to"], sums["effect"]) == (national["T3-06"].grade("default"), "error", "tighter")


def test_a_pack_that_is_partly_for_everywhere_is_for_everywhere(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        "pack: mycity\napi: 1\ndisable:\n- {rule: T2-01, because: 全国}\n", encoding="utf-8"
    )
    assert audited(tmp_path)["reach"] == {"forms": [], "regions": []}


def test_a_change_of_a_rule_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(CITY.replace("rule: T3-10", "rule: T3-99"), encoding="utf-8")
    audit = next(a for a in audits(installed([tmp_path], third_party=False).packs) if a.pack.name == "mycity")
    assert "停用 T3-99 （没有这条规则）" in audit_text(audit, "zh")


def test_the_command_says_it_in_both_languages_and_in_json(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(CITY, encoding="utf-8")
    call = ["packs", "--audit", "--no-plugins", "--pack", str(tmp_path)]
    chinese = CliRunner().invoke(app, call)
    assert chinese.exit_code == 0
    assert "新增规则 1 条，停用 1 条，启用 1 条，改变严重程度 2 条" in chinese.stdout
    assert "（表样 national-2021，地区 衢州市 3308）理由：本市另有规定" in chinese.stdout
    english = CliRunner().invoke(app, [*call, "--lang", "en"]).stdout
    assert (
        "adds MC-T3-01 At most a thousand (warning; forms national-2021, regions 衢州市 3308, years 2022–)" in english
    )
    read = json.loads(CliRunner().invoke(app, [*call, "--format", "json"]).stdout)
    assert read["schema"] == "govrules.packs-audit/1"
    assert [pack["pack"] for pack in read["packs"]] == ["gansu", "legacy", "mycity", "zhejiang"]
