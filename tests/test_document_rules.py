"""Rules on deadlines, period, contact data, documents, names and fees: what they must say, and where they must not."""

from __future__ import annotations

import random

import pytest
from framed import found, grades, text
from generate import load_forms, make_cells, make_report

FORMS = load_forms()


# Mirrors and deadlines


@pytest.mark.parametrize(
    ("issuer", "year", "head", "rule", "severity"),
    [
        ("青湖区林业局", 2022, "发布时间：2023-01-31", "DL-01", []),
        ("青湖区林业局", 2022, "发布时间：2023-02-01", "DL-01", ["error"]),
        ("青湖区林业局", 2022, "2023/02/09/ 16:25 来源：区林业局", "DL-01", ["error"]),
        ("青湖区林业局", 2019, "发布时间：2020-02-20", "DL-01", ["warning"]),
        ("临山县人民政府办公室", 2022, "发布日期：2023年3月2日", "DL-01", ["warning"]),
        ("镇江市教育局", 2022, "发布日期：2023年3月2日", "DL-01", ["error"]),
        ("青湖区国有资产监督管理委员会", 2022, "发布日期：2023年3月2日", "DL-01", ["error"]),
        ("滨河新区管理委员会", 2022, "发布日期：2023年3月9日", "DL-01", []),
        ("滨河新区管理委员会", 2022, "发布日期：2023年3月9日", "DL-02", []),
        ("滨河新区管理委员会", 2022, "发布日期：2023年4月9日", "DL-02", ["warning"]),
        ("滨河高新技术开发区", 2022, "发布日期：2023年3月9日", "DL-01", []),
        ("临山县人民政府", 2022, "发布日期：2023年3月31日", "DL-02", []),
        ("临山县人民政府", 2022, "发布日期：2023年4月1日", "DL-02", ["error"]),
        ("临山县", 2022, "发布日期：2023年4月1日", "DL-02", ["error"]),
        ("石桥镇人民政府", 2022, "发布日期：2023年4月1日", "DL-02", []),
        ("石桥镇人民政府", 2022, "发布日期：2023年2月1日", "DL-03", ["warning"]),
        ("红旗街道办事处", 2022, "发布日期：2023年1月20日", "DL-03", []),
        ("新乡市财政局", 2022, "发布日期：2023年2月1日", "DL-03", []),
        ("青湖区林业局", 2022, "发布日期：2022年12月25日", "DL-05", ["warning"]),
        ("青湖区林业局", 2022, "发布日期：2024年5月1日", "DL-01", []),
        ("青湖区林业局", 2022, "发布日期：2023年5月1日 人气：12 作者：admin", "DL-01", []),
        ("青湖区林业局", 2022, "成文日期：2023-02-08 发布日期：2023-01-28", "DL-01", []),
        ("青湖区林业局", 2022, "来源：区林业局 时间：2023-02-20", "DL-01", ["error"]),
        ("石桥镇人民政府办公室", 2022, "发布日期：2023年2月1日", "DL-01", []),
        ("北岭地区行政公署", 2022, "发布日期：2023年3月1日", "DL-01", []),
        ("北岭地区行政公署", 2022, "发布日期：2023年3月1日", "DL-02", []),
        ("幸福社区", 2022, "发布日期：2023年5月1日", "DL-02", []),
        ("青湖区林业局", 2022, "更新时间：2023-02-20 成文日期：2023-02-18", "DL-01", []),
        ("青湖区林业局", 2022, "2023年2月20日", "DL-01", []),
        ("青湖区林业局", 2022, "", "DL-01", []),
        ("青湖区林业局", 2022, "发布日期：2023年2月30日", "DL-01", []),
    ],
)
def test_deadlines(issuer: str, year: int, head: str, rule: str, severity: list[str]) -> None:
    assert grades(text(issuer=issuer, year=year, head=head), rule) == severity


def test_a_date_in_prose_is_no_date_of_publication() -> None:
    words = "公开指南发布时间：2023-03-03，其后多次更新。本局于2023年4月5日发布日期统计。"
    assert grades(text(overview=words), "DL-01") == []


def test_up_to_2018_everybody_has_until_march() -> None:
    body = "本局全年更新目录若干，编印办事指南两册，群众可以在服务大厅查阅，收费和减免均无，也没有复议和诉讼。" * 3
    for day, severity in (("2015-03-31", []), ("2015-04-02", ["error"])):
        content = f"青湖区林业局2014年政府信息公开工作年度报告\n发布日期：{day}\n一、概述\n{body}\n"
        assert grades(content, "DL-04") == severity
        assert grades(content, "DL-01") == []


def test_one_sign_of_a_mirror_is_not_enough() -> None:
    assert grades(text(head="发布时间：2023-01-10 作者：admin"), "TXT-07") == []
    assert grades(text(head="发布时间：2023-01-10 作者：admin 人气：9"), "TXT-07") == ["warning"]
    assert grades(text(head="发布时间：2024-06-10 人气：9"), "TXT-07") == ["warning"]


# The statistics period


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("自2022年1月1日起至202022年12月31日止", "写作“自2022年1月1日起至202022年12月31日止”"),
        ("为2022年11日至2022年1231日", "写作“2022年11日至2022年1231日”"),
        ("为上一年度", "未写明"),
    ],
)
def test_days_that_cannot_be_read_are_shown_as_they_stand(words: str, shown: str) -> None:
    (finding,) = found(text(intro=f"所列数据统计期限{words}。"), "PER-01")
    assert (finding.severity.value, shown in finding.message) == ("warning", True)


# Contact data


@pytest.mark.parametrize(
    ("intro", "severity"),
    [
        ("如有疑问，请与本局办公室联系（地址：府前路1号，电话）。", ["warning"]),
        ("如有疑问，请与本局办公室联系（地址：府前路1号，电话：）。", ["warning"]),
        ("如有疑问，请与本局办公室联系（地址：府前路1号，电话：0571-80000000）。", []),
        ("请与本局联系，地址：府前路1号，电话：\n0571-80000000", []),
        ("请与本局联系，电话：0571-80000000，地址：\n青湖区府前路", []),
        ("已公布各单位联系方式（地址、电话），群众可以拨打电话、来信来访，也可致电12345。", []),
        ("公众可向各单位（名称，地址，电话）咨询，本局电话：0571-80000000。", []),
        ("督促方式有公函、电话和月报，办公地址、联系方式、负责人均已公开。", ["info"]),
        ("", ["info"]),
    ],
)
def test_contact_data(intro: str, severity: list[str]) -> None:
    assert grades(text(intro=intro), "CON-01") == severity


# Law, documents, names, titles


@pytest.mark.parametrize(
    ("intro", "severity"),
    [
        ("根据《中华人民共和国政府信息公开条例》（国务院令第492号）编制本报告。", ["warning"]),
        ("根据《政府信息公开条例》第三十一条、第三十二条的规定，编制本年度报告。", ["warning"]),
        ("根据《中华人民共和国政府信息公开条例》（国务院令第711号，原国务院令第492号）编制。", []),
        ("条例（国务院令第492号）自2008年5月施行以来，本局已编制十余份报告。", []),
        ("根据《青山省政府信息公开规定》第三十二条编制本报告。", []),
        ("2019年5月15日以前按照国务院令第492号办理的申请四件。", []),
        ("根据《政府信息公开条例》第三十二条征求第三方意见两次。", []),
    ],
)
def test_the_repealed_regulations_are_no_basis(intro: str, severity: list[str]) -> None:
    assert grades(text(intro=intro), "FMT-03") == severity


def test_reports_up_to_2018_may_cite_the_old_regulations() -> None:
    body = "根据国务院令第492号的规定编制本报告。" + "本局全年更新目录若干，编印指南两册。" * 12
    assert grades(f"青湖区林业局2014年政府信息公开工作年度报告\n一、概述\n{body}\n", "FMT-03") == []


@pytest.mark.parametrize(
    ("year", "intro", "severity"),
    [
        (2022, "按照《关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2021〕30号）编制。", ["info"]),
        (2022, "按照国办公开办函〔2019〕60号编制。", ["info"]),
        (2022, "按照国办公开办函〔2019〕60号和国办公开办函〔2021〕30号编制。", []),
        (2020, "按照《关于政府信息公开工作年度报告有关事项的通知》（国办公开办函〔2019〕60号）编制。", []),
        (2022, "按照《中华人民共和国政府信息公开工作年度报告格式》（国办公开办函〔2021〕30号）编制。", []),
    ],
)  # fmt: skip
def test_cited_documents(year: int, intro: str, severity: list[str]) -> None:
    assert grades(text(year=year, intro=intro), "FMT-02") == severity


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("白水县农业农村局", ["warning"]),
        ("青湖区林业局", []),
        ("本局", []),
        ("全区", []),
        ("区林业和草原局", []),
        ("青湖区人民政府", []),
    ],
)
def test_another_name_in_the_intro_needs_to_share_nothing(name: str, severity: list[str]) -> None:
    law = "根据《中华人民共和国政府信息公开条例》（国务院令第711号）第四十九条和第五十条的规定以及上级的有关要求，"
    intro = f"{law}结合工作实际，现公布{name}2022年政府信息公开工作年度报告。"
    assert grades(text(intro=intro), "DOC-03") == severity


def test_each_title_that_deviates_is_told_once() -> None:
    content = text().replace("一、总体情况", "一、基本情况").replace("及改进情况", "及改进措施")
    assert grades(content, "SEC-03") == ["info", "info"]


# The form of the year


def proactive(year: int, *, new: bool, head: str = "青湖区林业局{}年政府信息公开工作年度报告") -> str:
    form = FORMS["national-2021" if new else "national-2019"]
    rng = random.Random(7)
    cells = make_cells(form, rng, 20)
    content = make_report(form, cells, year, "青湖区林业局", rng)
    return "\n".join([head.format(year), *content.split("\n")[1:]])


@pytest.mark.parametrize(
    ("year", "new", "wrong"),
    [(2020, False, False), (2020, True, True), (2021, False, True), (2022, True, False), (2019, True, True)],
)
def test_the_form_is_that_of_the_report_year(year: int, new: bool, wrong: bool) -> None:
    assert set(grades(proactive(year, new=new), "FMT-01")) == ({"error"} if wrong else set())


# Fees


@pytest.mark.parametrize(
    ("year", "other", "severity"),
    [
        (2022, "无。", ["warning"]),
        (2020, "无。", []),
        (2022, "本年度未收取信息处理费。", []),
        (2022, "没有收费情况。", []),
        (2022, "", []),
    ],
)
def test_section_six_reports_on_fees(year: int, other: str, severity: list[str]) -> None:
    assert grades(text(year=year, other=other), "FEE-01") == severity


def test_a_statement_on_fees_elsewhere_is_enough() -> None:
    assert grades(text(overview="全年没有产生信息处理费。", other="无。"), "FEE-01") == []


@pytest.mark.parametrize(
    ("overview", "other", "severity"),
    [
        ("2022年收取信息处理费300元。", "未收取信息处理费。", ["warning"]),
        ("2021年收取信息处理费300元。", "未收取信息处理费。", []),
        ("全区收取信息处理费300元。", "本局未收取信息处理费。", []),
        ("信息处理费收取0元。", "未收取信息处理费。", []),
        ("本局收取信息处理费300元。", "本局共收取信息处理费300元。", []),
    ],
)
def test_statements_on_fees_agree(overview: str, other: str, severity: list[str]) -> None:
    assert grades(text(overview=overview, other=other), "NAR-12") == severity
