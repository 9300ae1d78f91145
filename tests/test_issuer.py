"""Whose a report is that has no title, or one without a name: what its opening says, and what it does not."""

from __future__ import annotations

import pytest
from govrules.read.issuer import issuer_in_text
from govrules.read.normalise import normalise
from govrules.report import Line
from reading import read_one
from test_reading import body

NAMED = [
    ("依照条例，现公布青石县水务局2022年政府信息公开工作年度报告。", "青石县水务局"),
    ("依照条例，现将石桥镇人民政府2021年政府信息公开工作年度报告予以公布。", "石桥镇人民政府"),
    ("按照省里的部署，现发布《临水县青山镇2022年政府信息公开工作年度报告》。", "临水县青山镇"),
    ("按条例编写《松江乡政府2020年度政府信息公开年报》，数据到年底为止。", "松江乡政府"),
    ("现向社会公布2020年度国家税务总局青石市税务局政府信息公开工作报告。", "国家税务总局青石市税务局"),
    ("特向社会公布青石市税务局（以下简称“市税局”）2020年政府信息公开工作报告。", "青石市税务局"),
    ("本年度报告由青石市城市管理委员会编制，内容分六个部分。", "青石市城市管理委员会"),
    ("本报告由青石市人民政府信息公开工作领导小组办公室根据条例汇总而成。", "青石市人民政府"),
    ("青石区统计局向社会公开本单位2020年政府信息公开工作年度报告。", "青石区统计局"),
    ("发布机构：青石县政府办\n成文日期：2022-01-31\n现将全年情况报告如下。", "青石县政府办"),
    ("发布机构 | 城关街道 | 发文日期 | 2022-01-04 |\n一、总体情况", "城关街道"),
    ("来源：青石新区经济合作局\n现将全年情况报告如下。", "青石新区经济合作局"),
    ("一、总体情况\n2023年，青石工业园区管委会认真落实条例，栏目按月更新。", "青石工业园区管委会"),
    ("一、总体情况\n2022年，青石区房屋征收工作管理办公室认真落实条例。", "青石区房屋征收工作管理办公室"),
    ("依照条例，青石县石桥镇政府编制2020年政府信息公开年度报告。", "青石县石桥镇政府"),
    ("特向社会公布2019年度石桥镇政府（机关）信息公开年度报告。", "石桥镇政府"),
    ("一、总体情况\n2022年青石县人民政府办公室按照条例细化了任务。", "青石县人民政府办公室"),
    ("城关街道办事处政府信息公开工作年度报告\n一、总体情况", "城关街道办事处"),
    ("如有疑问，请与青石县石桥镇党政综合办公室联系。", "青石县石桥镇"),
    ("如有疑问，请与青石县民政局信息公开办公室联系。", "青石县民政局"),
    ("一、总体情况\n2021年，镇平县人民政府持续规范公开。", "镇平县人民政府"),
]
UNNAMED = [
    "依照条例，编制我单位2021年政府信息公开工作年度报告。",
    "按照《青石县人民政府办公室关于做好2021年度政府信息公开工作年度报告编制工作的通知》，现将全年情况报告如下。",
    "按照《国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告有关事项的通知》编制。",
    "2021年，我县认真落实条例，栏目按月更新。",
    "一、总体情况\n2021年，县统计局积极更新栏目。",
    "2020年，区委、区政府高度重视公开工作。",
    "本报告由市政府办公厅综合各部门年度报告编制而成。",
    "发布机构 | 市政府办 | 发文日期 | 2018-02-28 |",
    "现公布我乡人民政府2020年政府信息公开工作情况。",
    "按照条例要求，我局编制2020年政府信息公开年度报告。",
    "2020年，各镇按照条例更新栏目。",
    "本报告由总体情况、主动公开政府信息情况等六个部分组成。",
]


def named(text: str) -> str | None:
    lines = [Line(number, line, normalise(line)) for number, line in enumerate(text.split("\n"), 1)]
    found = issuer_in_text(lines)
    return found[0] if found else None


@pytest.mark.parametrize(("text", "issuer"), NAMED)
def test_the_opening_names_the_body(text: str, issuer: str) -> None:
    assert named(text) == issuer


@pytest.mark.parametrize("text", UNNAMED)
def test_words_for_any_body_name_none(text: str) -> None:
    assert named(text) is None


def test_a_report_without_title_is_of_the_body_that_its_text_names() -> None:
    report = read_one("依照条例，现公布青石县水务局2022年政府信息公开工作年度报告。\n" + body())
    assert (report.title, report.issuer, report.issuer_from) == (None, "青石县水务局", "text")
    said = next(issue for issue in report.issues if issue.code == "title-missing")
    assert "青石县水务局" in said.message
    assert "第 1 行" in said.message


def test_a_title_goes_before_what_the_text_says() -> None:
    report = read_one("青石县水务局2022年政府信息公开工作年度报告\n来源：青石县大数据局\n" + body())
    assert (report.issuer, report.issuer_from) == ("青石县水务局", "title")


def test_a_title_without_a_name_leaves_the_name_to_the_text() -> None:
    report = read_one("2022年政府信息公开工作年度报告\n来源：青石县水务局\n" + body())
    assert (report.issuer, report.issuer_from, report.year_from) == ("青石县水务局", "text", "title")


PERIOD = "所列数据的统计期限为2022年1月1日至2022年12月31日。\n"
UNTITLED = ["我局政府信息公开工作年度报告", "做好政府信息公开工作年度报告", "政府信息公开工作年度报告"]


def test_a_title_without_a_year_is_a_title_and_the_text_tells_the_year() -> None:
    report = read_one("青石县水务局政府信息公开工作年度报告\n" + PERIOD + body())
    assert report.title is not None
    assert (report.title.text, report.title.year) == ("青石县水务局政府信息公开工作年度报告", None)
    assert (report.issuer, report.issuer_from) == ("青石县水务局", "title")
    assert (report.year, report.year_from) == (2022, "period")
    assert "title-missing" not in {issue.code for issue in report.issues}


@pytest.mark.parametrize("line", UNTITLED)
def test_words_for_a_report_are_no_title_without_a_name(line: str) -> None:
    assert read_one(f"{line}\n{PERIOD}{body()}").title is None
