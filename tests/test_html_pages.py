"""Web pages: the report is kept, and what the site puts around it is cut away."""

from __future__ import annotations

from pathlib import Path

import pytest
from govrules import validate
from govrules.read.reports import reports
from layout import make_printed
from markup import MARKUPS, cms, page_of
from pages import BODY, TITLE, cells, document, lines, report
from reading import FORMS, silent

EXAMPLE = Path(__file__).parents[1] / "examples" / "page-2024.html"


def test_a_page_keeps_the_report_and_nothing_of_the_site() -> None:
    made = make_printed("national-2021", 8)
    text = "\n".join(lines(cms(made)))
    for foreign in (
        "首页",
        "要闻",
        "浏览次数",
        "字体",
        "打印",
        "上一篇",
        "民政局",
        "主办单位",
        "ICP",
        "相关链接",
        "2022年政府",
    ):
        assert foreign not in text.replace("主办单位承担", "")
    for paragraph in (part for part in made.printed if isinstance(part, str)):
        assert paragraph in text


@pytest.mark.parametrize("markup", ["cms", "nested"])
def test_no_line_of_a_site_stands_in_the_text_of_its_report(markup: str) -> None:
    made = make_printed("national-2021", 9)
    own = {part for part in made.printed if isinstance(part, str)}
    own |= {cell.text for rows in made.printed if not isinstance(rows, str) for row in rows for cell in row}
    added = {line.raw.strip("　\xa0") for line in document(MARKUPS[markup](made)).lines if not line.boxes} - own
    assert added <= {"附件：报告全文.pdf"}


def test_what_a_page_says_of_itself_is_kept() -> None:
    found = document(cms(make_printed("national-2021", 2)))
    assert (found.published, found.site) == ("2024-01-20", "青山市人民政府门户网站")
    assert found.title == "青山市人民政府2023年政府信息公开工作年度报告" or found.title.startswith(
        "青山市人民政府2023年"
    )


@pytest.mark.parametrize(
    ("notes", "published", "site"),
    [
        ("发布时间：2023-01-20 来源：县水务局 浏览次数：33", "2023-01-20", "县水务局"),
        ("【发布日期】2023年1月5日", "2023-01-05", ""),
        ("日期：2023/02/30", "", ""),
        ("信息来源: 水务局", "", "水务局"),
    ],
)
def test_day_and_source_may_stand_in_the_notes_under_the_title(notes: str, published: str, site: str) -> None:
    page = f"<h1>{TITLE}</h1><div>{notes}</div>{BODY}"
    assert (document(page).published, document(page).site) == (published, site)
    assert notes not in lines(page)


@pytest.mark.parametrize(
    "head",
    [
        f"<title>{TITLE}_青石县人民政府</title>",
        f"<title>年报 - {TITLE} - 青石县人民政府门户网站</title>",
        f'<title>政府信息公开</title><meta name="ArticleTitle" content="{TITLE}">',
    ],
)
def test_a_title_that_only_the_head_of_the_page_has_is_its_first_line(head: str) -> None:
    page = f"<html><head>{head}</head><body><div>{BODY}</div></body></html>"
    assert lines(page)[0] == TITLE
    found = report(page)
    assert (found.issuer, found.year, len(found.sections)) == ("青石县水务局", 2022, 6)


@pytest.mark.parametrize(
    "top",
    [
        f"<header><h1>{TITLE}</h1></header>",
        "<h1>青石县水务局<br>2022年政府信息公开工作年度报告</h1>",
        "<p>青石县水务局2022年</p><p>政府信息公开工作年度报告</p>",
        f'<h1><a href="#">{TITLE}</a></h1>',
        f"<table><tr><td>{TITLE}</td></tr></table>",
    ],
)
def test_a_title_may_stand_anywhere_before_the_content(top: str) -> None:
    page = f'<div><a href="/">首页</a></div>{top}<div>{BODY}</div>'
    found = report(page)
    assert (found.issuer, found.year, found.text[0].raw[:5]) == ("青石县水务局", 2022, "青石县水务")


def test_a_page_that_only_lists_reports_holds_none() -> None:
    listed = "".join(
        f'<li><a href="{y}.html">青石县水务局{y}年政府信息公开工作年度报告</a></li>' for y in range(2010, 2024)
    )
    found, _ = reports(document(f"<html><title>年报列表</title><body><ul>{listed}</ul></body></html>"), FORMS)
    assert found == []


def test_two_reports_on_one_page_are_two() -> None:
    one, two = make_printed("national-2021", 11), make_printed("national-2019", 12)
    found, _ = reports(document(f"<div>{page_of(one)}</div><div>{page_of(two)}</div>"), FORMS)
    assert [(each.form, each.year) for each in found] == [("national-2021", 2023), ("national-2019", 2020)]
    assert not silent(found[0], one.cells, one.shown)
    assert not silent(found[1], two.cells, two.shown)


def test_the_example_page_is_read_without_what_its_site_adds() -> None:
    result = validate([EXAMPLE])
    assert not result.errors
    assert not result.findings
    (found,) = result.reports
    assert (found.issuer, found.year, found.published) == ("澄川县水务局", 2024, "2025-01-16")
    assert [line.raw[:4] for line in (found.text[0], found.text[-1])] == ["澄川县水", "按照《政"]


def test_links_inside_the_report_are_its_text() -> None:
    page = f'<h1>{TITLE}</h1><p>详见<a href="http://x.gov.cn">县政府网站</a>。</p>{BODY}<p><a href="/">首页</a></p>'
    assert "详见县政府网站。" in lines(page)
    assert "首页" not in lines(page)


def test_hidden_elements_are_dropped_unless_they_hold_a_table() -> None:
    page = (
        f'<h1>{TITLE}</h1><div style="DISPLAY: none">藏</div><div hidden><table><tr><td>新收<td>1</table></div>{BODY}'
    )
    assert "藏" not in lines(page)
    assert cells(page) == [["新收", "1"]]


def test_the_form_around_a_whole_page_stays_and_a_search_form_goes() -> None:
    whole = f"<form><h1>{TITLE}</h1>{BODY}</form>"
    assert len(report(whole).sections) == 6
    assert "站内搜索" not in "".join(lines(f"<form>站内搜索<input></form>{whole}"))
    assert cells("<table><tr><td>新收<td><form>15</form><tr><td>结转<td><form><input value=7></form></table>") == [
        ["新收", "15"],
        ["结转", "7"],
    ]
