"""Regions: told from the name of a body, and what packs limited to one do and do not do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from govrules.cli import app
from govrules.errors import RulesetError, UsageError
from govrules.installed import installed
from govrules.load.parse import read_yaml
from govrules.load.rulesets import load_pack
from govrules.output.json import write
from govrules.plan import Plan, make_plan
from govrules.region import region_named, region_of
from govrules.rule import Rule, Severity
from govrules.validation import check, validate
from reading import read_one
from typer.testing import CliRunner

REPORT = """{issuer}{year}年政府信息公开工作年度报告
一、总体情况
{overview}
二、主动公开政府信息情况
见表。
三、收到和处理政府信息公开申请情况
见表。
"""
LONG = "全年围绕群众关心的事项按时更新公开目录，通过网站发布信息90条，制发规范性文件3件。" * 40


def report_of(issuer: str, year: int = 2025, overview: str = "公开目录按时更新。") -> str:
    return REPORT.format(issuer=issuer, year=year, overview=overview)


@pytest.mark.parametrize(
    ("issuer", "code"),
    [
        ("浙江省人民政府办公厅", "33"),
        ("杭州市人民政府", "3301"),
        ("浙江杭州市财政局", "3301"),
        ("国家税务总局衢州市税务局", "3308"),
        ("吉林省人民政府", "22"),
        ("吉林市人民政府", "2202"),
        ("吉林省吉林市公安局", "2202"),
        ("海南省教育厅", "46"),
        ("海南州人民政府", "6325"),
        ("青海省海南藏族自治州", "6325"),
        ("朝阳市教育局", "2113"),
        ("北京市朝阳区人民政府", "11"),
        ("天水市麦积区政务服务中心", "6205"),
        ("兰州新区", "6201"),
        ("平凉工业园区", "6208"),
        ("武汉东湖新技术开发区", "4201"),
        ("甘肃省临夏市人民政府", "62"),
        ("临夏州人民政府", "6229"),
        ("内蒙古锡林郭勒盟", "1525"),
        ("新疆生产建设兵团", "65"),
        ("广西壮族自治区柳州市", "4502"),
        ("重庆市万州区", "50"),
        ("毕节地区行政公署", "5205"),
        ("海南", "46"),
    ],
)
def test_the_name_of_a_body_tells_its_region(issuer: str, code: str) -> None:
    region = region_of(issuer)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(
    "issuer",
    [
        "朝阳区人民政府",
        "朝阳县人民政府",
        "临夏市人民政府",
        "恩施市",
        "甘南县",
        "海南区",
        "河南蒙古族自治县人民政府",
        "某局",
        "",
        None,
    ],
)
def test_the_name_of_a_county_alone_tells_nothing(issuer: str | None) -> None:
    assert region_of(issuer) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [("33", "33"), ("3308", "3308"), ("330000", "33"), ("330800", "3308"), ("浙江", "33"), ("甘肃省武威市", "6206")],
)
def test_a_region_is_named_by_code_or_by_name(said: str, code: str) -> None:
    assert region_named(said).code == code


def test_a_region_that_is_not_there_is_a_wrong_use() -> None:
    with pytest.raises(UsageError, match="no region is called '99'"):
        region_named("99")


def test_a_report_knows_where_its_body_is() -> None:
    assert read_one(report_of("武威市水务局")).region == "6206"
    assert read_one(report_of("临山县水利局")).region is None


def rules_in(plan: Plan, region: str | None, form: str = "national-2021") -> dict[str, Rule]:
    return {instance.rule.id: instance.rule for instance in plan.instances(form, region)}


PLAN = make_plan(installed(third_party=False))


def test_a_city_may_switch_a_rule_on_from_a_year_on() -> None:
    assert "SEC-07" not in rules_in(PLAN, None)
    assert "SEC-07" not in rules_in(PLAN, "6201")
    assert rules_in(PLAN, "6206")["SEC-07"].effective.first == 2025
    assert 2024 not in rules_in(PLAN, "6206")["SEC-07"].effective


@pytest.mark.parametrize(
    ("issuer", "year", "found"),
    [("武威市水务局", 2025, True), ("武威市水务局", 2024, False), ("酒泉市水务局", 2025, False)],
)
def test_the_length_of_section_one_is_judged_in_wuwei_alone(issuer: str, year: int, *, found: bool) -> None:
    result = check([read_one(report_of(issuer, year, LONG))], PLAN)
    assert any(finding.rule == "SEC-07" for finding in result.findings) is found


def test_a_rule_that_is_named_outright_runs_everywhere_and_in_every_year() -> None:
    named = make_plan(PLAN.installed, select=["SEC-07"])
    assert all(2022 in rules_in(named, region)["SEC-07"].effective for region in (None, "6206", "33"))


def test_local_rules_meet_local_reports_alone() -> None:
    assert "GS-NAR-01" in rules_in(PLAN, "6206")
    assert not {"GS-NAR-01", "GS-NAR-02"} & set(rules_in(PLAN, "33"))
    assert "T3-01" in rules_in(PLAN, "6206")


@pytest.mark.parametrize("region", [None, "33", "62"])
def test_the_rules_of_the_2013_table_hold_wherever_it_is_printed(region: str | None) -> None:
    assert {f"L13-0{number}" for number in range(1, 8)} <= set(rules_in(PLAN, region, "zhejiang-2013"))


def test_reports_of_places_that_no_pack_names_are_judged_in_one_group() -> None:
    assert [PLAN.area(code) for code in (None, "44", "6201", "6206", "3308")] == ["", "", "", "6206", "33"]


PACK = """pack: local
api: 1
extends: national
applies: {regions: ["%s"]}
severity:
  T3-09: {to: error, because: 本地通知要求收费必须写明}
disable:
- {rule: SEC-03, because: 本地标题另有规定}
"""


def local(folder: Path, code: str = "4401") -> Path:
    (folder / "local.yaml").write_text(PACK % code, encoding="utf-8")
    return folder


def test_a_pack_grades_and_disables_rules_in_its_region_alone(tmp_path: Path) -> None:
    plan = make_plan(installed([local(tmp_path)], third_party=False))
    assert "SEC-03" not in rules_in(plan, "4401")
    assert rules_in(plan, "4401")["T3-09"].grade("default") is Severity.ERROR
    assert "SEC-03" in rules_in(plan, "4403")
    assert rules_in(plan, "44")["T3-09"].grade("default") is Severity.WARNING


def test_a_file_of_a_pack_limits_itself_and_not_its_sisters(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "pack: local\napi: 1\nextends: national\ndisable:\n- {rule: SEC-05, because: 本地均为转载}\n", encoding="utf-8"
    )
    plan = make_plan(installed([local(tmp_path)], third_party=False))
    assert "SEC-05" not in rules_in(plan, "33")
    assert "SEC-03" in rules_in(plan, "33")


def test_a_code_that_is_no_region_is_refused_at_its_place(tmp_path: Path) -> None:
    source = read_yaml(local(tmp_path, "9901") / "local.yaml")
    with pytest.raises(RulesetError, match="no region has the code '9901'") as caught:
        load_pack(source, PLAN.installed.checks)
    assert str(caught.value.where).endswith("local.yaml:4:22")


def test_the_region_may_be_said_for_all_reports(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(report_of("凉州区水务局", 2025, LONG), encoding="utf-8")
    plain, said = validate([file]), validate([file], region="武威市")
    assert [r.region for r in (*plain.reports, *said.reports)] == [None, "6206"]
    assert {f.rule for f in said.findings} - {f.rule for f in plain.findings} == {"SEC-07"}


def test_the_command_takes_a_region(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text(report_of("凉州区水务局", 2025, LONG), encoding="utf-8")
    done = CliRunner().invoke(app, ["validate", str(file), "--region", "6206", "--fail-on", "never"])
    assert done.exit_code == 0
    assert "SEC-07" in done.output


def test_findings_are_the_same_whether_a_report_is_alone_or_among_others() -> None:
    made = [read_one(report_of(name, 2025, LONG)) for name in ("武威市水务局", "酒泉市水务局", "杭州市财政局")]
    several = check([*made], PLAN)
    assert [finding.rule for one in made for finding in check([one], PLAN).findings]
    assert [finding["rule"] for finding in json.loads(write(several, "zh"))["findings"]].count("SEC-07") == 1
