"""Where a report begins and ends, whose it is, which year and form, and what in it belongs to nobody."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from generate import Figures, make_cells, make_report
from govrules import validate
from govrules.outcome import Result
from govrules.read.encoding import decode
from govrules.read.title import parse_title
from govrules.report import Report
from reading import FORMS, read, read_one

SECTIONS = (
    ("总体情况", "全年更新公开目录二十次，公开预算决算与惠民补贴，答复文书统一格式，发出前由法制机构把关。"),
    ("主动公开政府信息情况", "数据见附表。行政许可、行政处罚等结果信息在作出决定后按时上网，重要文件同步解读。"),
    ("收到和处理政府信息公开申请情况", "没有收到申请。登记、审核、答复、归档由专人负责，各个环节都有记录可查。"),
    ("政府信息公开行政复议、行政诉讼情况", "没有发生行政复议和行政诉讼。"),
    ("存在的主要问题及改进情况", "解读形式较为单一，图表和视频运用不多，明年增加图解和问答，提高政策知晓度。"),
    ("其他需要报告的事项", "没有其他需要报告的事项。"),
)
IDS = ["overview", "proactive", "requests", "reviews", "problems", "other"]
NUMERALS = "一二三四五六"


def body(numbered: Callable[[int], str] = lambda n: f"{NUMERALS[n]}、", join: str = "\n") -> str:
    """Give six sections in prose, numbered as asked, without a title."""
    return "".join(f"{numbered(n)}{title}{join}{text}\n" for n, (title, text) in enumerate(SECTIONS))


def titled(title: str, text: str = "") -> str:
    return f"{title}\n{text or body()}"


def made(name: str, year: int, issuer: str, dialect: str = "piped_pads", seed: int = 1) -> tuple[str, Figures]:
    """Give the text of a whole report with requests in it, and its figures."""
    form, rng = FORMS[name], random.Random(seed)
    cells = make_cells(form, rng)
    while not cells["requests.outcome.total.total"]:
        cells = make_cells(form, rng)
    return make_report(form, cells, year, issuer, rng, dialect), cells


def sections(report: Report) -> list[str]:
    return [section.id for section in report.sections]


def rules(result: Result) -> set[str]:
    return {finding.rule for finding in result.findings}


# Titles


@pytest.mark.parametrize(
    ("text", "issuer", "year"),
    [
        ("青石县水务局2022年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("青石县水务局2022年度政府信息公开工作年度报告", "青石县水务局", 2022),
        ("青石县水务局 2022 年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("2022年青石县水务局政府信息公开工作年度报告", "青石县水务局", 2022),
        ("2022年度青石县水务局政府信息公开年度报告", "青石县水务局", 2022),
        ("青石县水务局二〇二二年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("青石县水务局二○一三年政府信息公开工作年度报告", "青石县水务局", 2013),
        ("青石县水务局政府信息公开工作年度报告（2022年度）", "青石县水务局", 2022),
        ("青石县水务局关于2022年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("標題：青石縣水務局2022年政府信息公開工作年度報告", "青石县水务局", 2022),
        ("当前位置：首页 > 青石县水务局2022年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("青石县水务局２０２２年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("2022年政府信息公开工作年度报告", None, 2022),
        ("青石县水务局政府信息公开工作2022年度报告", "青石县水务局", 2022),
        ("青石县水务局政府信息公开2022年年度报告", "青石县水务局", 2022),
        ("青石县水务局政府信息公开2022年度工作年报", "青石县水务局", 2022),
        ("青石县水务局政府信息公开工作年度报告—2022年", "青石县水务局", 2022),
        ("青石县人民政府信息公开工作年度报告（2022年度）", "青石县人民政府", 2022),
        ("青石县水务局2022年度政务公开年度报告", "青石县水务局", 2022),
        ("2022年政府信息公开工作年度报告（青石县水务局）", "青石县水务局", 2022),
        ("2022年政府信息公开工作年度报告（公开版）", None, 2022),
        ("2022年政府信息公开工作年度报告——青石县水务局", "青石县水务局", 2022),
        ("2022年政府信息公开工作年度报告_青石县人民政府", None, 2022),
        ("2022年政府信息公开工作年度报告-青石县人民政府门户网站", None, 2022),
        ("年报 - 青石县水务局2022年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("【年报】青石县水务局2022年政府信息公开工作年度报告", "青石县水务局", 2022),
        ("青石县水务局2022年政府信息公开工作年度报告_青石县人民政府门户网站", "青石县水务局", 2022),
    ],
)
def test_a_title_says_the_body_and_the_year(text: str, issuer: str | None, year: int) -> None:
    report = read_one(titled(text))
    assert (report.issuer, report.year, report.year_from) == (issuer, year, "title")


@pytest.mark.parametrize(
    "text",
    [
        "青石县水务局2022年政府信息公开指南", "关于做好2022年政府信息公开工作年度报告编制发布工作的通知",
        "2022年，青石县水务局编制了政府信息公开工作年度报告，报告全文由六个部分组成，并附三张表格。",
        "青石县水务局1022年政府信息公开工作年度报告", "政府信息公开年报",
        "青石县水务局2022年政府信息公开年度报告统计表", "青石县水务局2022年政府信息公开工作年度报告.pdf",
        "青石县水务局2022年政务公开工作要点", "青石县水务局2022年政务公开工作总结",
        "青石县水务局2022年政府信息公开工作年度报告-图解",
    ],
)  # fmt: skip
def test_what_only_speaks_of_reports_is_no_title(text: str) -> None:
    assert parse_title(text, 1) is None


def test_a_title_may_stand_on_two_lines() -> None:
    report = read_one("青石县水务局2022年\n政府信息公开工作年度报告\n" + body())
    assert (report.issuer, report.year, report.lines[0]) == ("青石县水务局", 2022, 1)


def test_the_body_may_stand_on_the_line_above_the_title() -> None:
    report = read_one("青石县水务局\n2022年政府信息公开工作年度报告\n" + body())
    assert (report.issuer, report.year) == ("青石县水务局", 2022)


def test_a_report_without_title_takes_its_year_from_the_statistics_period() -> None:
    report = read_one("本报告数据统计期限为2022年1月1日至2022年12月31日。\n" + body())
    assert (report.title, report.issuer, report.year, report.year_from) == (None, None, 2022, "period")
    assert report.form == "national-2021"
    assert "title-missing" in {issue.code for issue in report.issues}


@pytest.mark.parametrize(
    "sentence",
    [
        "根据条例要求，现公布石桥镇人民政府2021年政府信息公开工作年度报告。",
        "现将青湖区林业局2021年政府信息公开工作年度报告",
    ],
)
def test_a_sentence_that_names_the_report_is_no_title(sentence: str) -> None:
    assert parse_title(sentence, 1) is None


@pytest.mark.parametrize("issuer", ["经济和信息化局", "经开区管委会", "由义镇人民政府", "依安县人民政府"])
def test_a_name_that_begins_like_a_sentence_is_still_a_name(issuer: str) -> None:
    title = parse_title(f"{issuer}2021年政府信息公开工作年度报告", 1)
    assert title is not None
    assert title.issuer == issuer


# Where a report begins and ends


CHAPTERS = (
    ("概述", "2012年，我局按月更新栏目，公开、受理、答复都有专人负责。"),
    ("政府信息主动公开情况", "2012年共公开信息175条，全部在网站公布。"),
    ("政府信息依申请公开情况", "2012年没有收到申请。"),
    ("收费及减免情况", "没有收取费用。"),
    ("行政复议和行政诉讼情况", "没有发生。"),
    ("主要问题和改进措施", "文件类信息较少，明年补上。"),
)


def test_a_narrative_report_without_title_is_known_by_its_chapters() -> None:
    report = read_one("".join(f"{NUMERALS[n]}、{title}\n{text}\n" for n, (title, text) in enumerate(CHAPTERS)))
    assert (report.title, report.year, report.form) == (None, 2012, "narrative-2008")


def test_chapters_without_a_year_are_no_report() -> None:
    text = "".join(f"{NUMERALS[n]}、{title}\n{text}\n" for n, (title, text) in enumerate(CHAPTERS))
    assert read("青石县水务局政府信息公开指南\n" + text.replace("2012年", "全年")) == []


def test_two_reports_in_one_file_are_two() -> None:
    first, cells = made("national-2021", 2022, "青石县水务局")
    second, others = made("national-2019", 2020, "青石县民政局", seed=2)
    one, two = read(first + second)
    assert [(r.issuer, r.year, r.form) for r in (one, two)] == [
        ("青石县水务局", 2022, "national-2021"),
        ("青石县民政局", 2020, "national-2019"),
    ]
    assert {cell: one.cells[cell].value for cell in cells} == cells
    assert {cell: two.cells[cell].value for cell in others} == others
    assert (one.lines[0], one.lines[1] + 1, two.lines[0]) == (1, two.lines[0], first.count("\n") + 1)
    assert one.id != two.id


def test_two_years_of_one_body_in_one_file_are_two() -> None:
    text = titled("青石县水务局2021年政府信息公开工作年度报告") + titled("青石县水务局2022年政府信息公开工作年度报告")
    assert [report.year for report in read(text)] == [2021, 2022]


@pytest.mark.parametrize("between", ["首页\n", "首页\n来源：办公室\n发布日期：2023年1月20日\n浏览次数：12\n", ""])
def test_a_title_in_the_navigation_and_again_as_heading_is_one_report(between: str) -> None:
    title = "青石县水务局2022年政府信息公开工作年度报告"
    report = read_one(f"{title}\n{between}{titled(title)}")
    assert (report.issuer, report.year, sections(report)) == ("青石县水务局", 2022, IDS)


def test_a_table_of_contents_is_not_the_body() -> None:
    contents = "目录\n" + "".join(f"{NUMERALS[n]}、{title}\n" for n, (title, _) in enumerate(SECTIONS))
    report = read_one("青石县水务局2022年政府信息公开工作年度报告\n" + contents + body())
    assert sections(report) == IDS
    assert not any(section.empty for section in report.sections)
    assert report.sections[0].line > 8


@pytest.mark.parametrize("suffix", ["", ".pdf"])
def test_links_to_other_years_open_no_report(suffix: str) -> None:
    links = "".join(f"青石县水务局{year}年政府信息公开工作年度报告{suffix}\n" for year in (2018, 2019, 2020, 2021))
    report = read_one(titled("青石县水务局2022年政府信息公开工作年度报告") + "相关链接\n" + links)
    assert (report.year, sections(report)) == (2022, IDS)
    assert not report.sections[-1].empty


def test_links_to_other_years_above_the_title_open_no_report() -> None:
    links = "".join(f"青石县水务局{year}年政府信息公开工作年度报告\n" for year in (2018, 2019, 2020, 2021))
    report = read_one(links + titled("青石县水务局2022年政府信息公开工作年度报告"))
    assert (report.year, sections(report)) == (2022, IDS)


def test_cards_and_teasers_between_reports_belong_to_neither() -> None:
    teaser = (
        "本网讯：某市召开座谈会，听取各方面对城市更新、交通治理、公共服务供给以及营商环境优化的意见建议，并作出安排……"
    )
    cards = f"格式：DOC\n大小：56KB\n页数：8页\n{teaser}\n评分：4.5\n"
    first = titled("青石县水务局2021年政府信息公开工作年度报告")
    one, two = read(first + cards + titled("青石县民政局2022年政府信息公开工作年度报告"))
    assert all("某市召开" not in line.text for report in (one, two) for line in report.text)
    assert one.lines[1] == first.count("\n")
    assert "foreign" in {issue.code for issue in one.issues}


# Sections


@pytest.mark.parametrize(
    "numbered",
    [lambda n: f"{NUMERALS[n]}、", lambda n: f"（{NUMERALS[n]}）", lambda n: f"{n + 1}.", lambda n: f"{n + 1}、",
     lambda n: f"第{NUMERALS[n]}部分 ", lambda _: ""],
    ids=["一、", "（一）", "1.", "1、", "第一部分", "none"],
)  # fmt: skip
def test_sections_are_found_however_they_are_numbered(numbered: Callable[[int], str]) -> None:
    report = read_one(titled("青石县水务局2022年政府信息公开工作年度报告", body(numbered)))
    assert sections(report) == IDS


def test_headings_may_stand_within_a_paragraph() -> None:
    text = " ".join(f"{NUMERALS[n]}、{title} {words}" for n, (title, words) in enumerate(SECTIONS))
    report = read_one(f"青石县水务局2022年政府信息公开工作年度报告\n数据统计期限为2022年1月1日至12月31日。 {text}\n")
    assert sections(report) == IDS
    assert {section.match for section in report.sections} == {"canonical"}
    assert not any(section.empty for section in report.sections)


def test_a_heading_may_be_glued_to_its_sub_heading() -> None:
    text = body().replace(
        "存在的主要问题及改进情况\n",
        "存在的主要问题及改进情况（一）主要问题。栏目更新还不够及时，图解还不够多，读者不易看懂。",
    )
    report = read_one(titled("青石县水务局2022年政府信息公开工作年度报告", text))
    assert sections(report) == IDS
    assert {section.match for section in report.sections} == {"canonical"}


def test_titles_that_a_sentence_lists_are_no_headings() -> None:
    listed = "、".join(f"{NUMERALS[n]}、{title}" for n, (title, _) in enumerate(SECTIONS))
    report = read_one(
        f"青石县水务局2022年政府信息公开工作年度报告\n本报告包括{listed}等六个部分，数据截至年底，电子版见网站。\n"
        + "全年栏目按月更新，公文同步公开，受到读者欢迎。" * 20
    )
    assert sections(report) == []


def test_a_heading_may_stand_on_the_line_of_its_text() -> None:
    report = read_one(titled("青石县水务局2022年政府信息公开工作年度报告", body(join="。")))
    assert sections(report) == IDS
    assert not any(section.empty for section in report.sections)


def test_an_empty_section_is_empty() -> None:
    text = titled("青石县水务局2022年政府信息公开工作年度报告").replace(SECTIONS[1][1] + "\n", "")
    report = read_one(text)
    assert [section.id for section in report.sections if section.empty] == ["proactive"]
    assert "SEC-04" in rules(validate([report]))


@pytest.mark.parametrize("dialect", ["plain", "spaced", "piped", "piped_pads", "tabs", "spaces"])
def test_numbered_rows_of_a_table_are_no_sections(dialect: str) -> None:
    text, _ = made("national-2021", 2022, "青石县水务局", dialect)
    report = read_one(text)
    assert sections(report) == IDS
    assert all("结转" not in section.title and "本年新收" not in section.title for section in report.sections)


def test_sections_survive_when_table_three_runs_before_them() -> None:
    text, _ = made("national-2021", 2022, "青石县水务局", "plain")
    assert [section.numeral for section in read_one(text).sections] == list(NUMERALS)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    text, cells = made("national-2021", 2022, "青石县水务局")
    report = read_one(text.encode(encoding))
    assert (report.issuer, report.script) == ("青石县水务局", "simplified")
    assert {cell: report.cells[cell].value for cell in cells} == cells


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_byte_order_mark_is_read(encoding: str) -> None:
    text, _ = made("national-2021", 2022, "青石县水务局")
    assert read_one(text.encode(encoding)).issuer == "青石县水务局"


def test_traditional_text_in_big5_is_read() -> None:
    form, rng = FORMS["national-2021"], random.Random(3)
    cells = make_cells(form, rng)
    text = make_report(form, cells, 2022, "青石县水务局", rng, traditional=True)
    report = read_one(text.encode("big5", errors="replace"))
    assert (report.issuer, report.script, report.form) == ("青石县水务局", "traditional", "national-2021")
    assert {cell: report.cells[cell].value for cell in cells} == cells


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_line_ends_do_not_matter(ends: str) -> None:
    text, cells = made("national-2021", 2022, "青石县水务局")
    report = read_one(text.replace("\n", ends))
    assert report.lines == (1, text.count("\n"))
    assert {cell: report.cells[cell].value for cell in cells} == cells


def test_a_file_cut_in_its_last_character_is_still_utf_8() -> None:
    assert decode("年度报告".encode()[:-1], "cut.txt") == ("年度报", "utf-8")
