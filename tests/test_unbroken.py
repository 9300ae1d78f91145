"""Texts that lost their line breaks: broken again at titles and headings, their tables read cell by cell."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from generate import Figures, make_cells, make_report, print_values
from govrules import validate
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.read.unbroken import is_unbroken, paragraphs
from govrules.read.web.html import read_html
from govrules.report import Report
from reading import FORMS, ISSUER, YEARS, is_right, read, read_one, silent
from render import drop_zeros

EXAMPLES = Path(__file__).parents[1] / "examples"
Shown = dict[str, str | None]


def on_one_line(text: str, *, bars: bool = True) -> str:
    return " ".join((text if bars else re.sub(r"\|", " ", text)).split())


def made(name: str, seed: int, drop: float = 0, dialect: str = "plain") -> tuple[str, Figures, Shown]:
    rng, form = random.Random(f"{name} {seed}"), FORMS[name]
    cells = make_cells(form, rng, rng.choice((20, 60, 400)))
    shown = drop_zeros(print_values(form, cells, rng), rng, drop)
    text = make_report(form, cells, YEARS[name], ISSUER, rng, dialect, values=shown, traditional=seed % 3 == 2)
    return text, cells, shown


# Whole reports


@pytest.mark.parametrize("name", YEARS)
def test_a_report_on_one_line_is_read_as_with_its_line_breaks(name: str) -> None:
    for seed in range(6):
        text, cells, _ = made(name, seed)
        whole, report = read_one(text), read_one(on_one_line(text))
        assert (report.form, report.year, report.issuer) == (name, YEARS[name], ISSUER)
        assert {cell: report.cells[cell].value for cell in cells} == cells
        assert [(s.id, s.match, s.empty) for s in report.sections] == [(s.id, s.match, s.empty) for s in whole.sections]
        said = Counter((claim.measure, claim.value) for claim in whole.claims)
        assert Counter((claim.measure, claim.value) for claim in report.claims) == said


@pytest.mark.parametrize("dialect", ["plain", "words", "piped_pads", "row_bars", "markdown", "bar_after"])
@pytest.mark.parametrize("drop", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("name", YEARS)
def test_lost_zeros_on_one_line_never_move_a_value_in_silence(name: str, drop: float, dialect: str) -> None:
    right: list[bool] = []
    for seed in range(3):
        text, cells, shown = made(name, seed, drop, dialect)
        report = read_one(on_one_line(text))
        assert silent(report, cells, shown) == []
        right += [is_right(report.cells.get(cell), value, shown[cell]) for cell, value in cells.items()]
    assert sum(right) / len(right) >= 0.85


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.txt")), ids=lambda path: path.name)
def test_an_example_on_one_line_has_the_findings_that_it_has(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    copy = tmp_path / path.name
    copy.write_text(on_one_line(re.sub(r"(?m)^\|?[-|]{3,}$", "", text), bars=False), encoding="utf-8")
    expected, result = validate([path]), validate([copy])
    assert len(result.reports) == len(expected.reports)
    assert Counter((f.rule, f.severity) for f in result.findings) == Counter(
        (f.rule, f.severity) for f in expected.findings
    )


def test_several_reports_on_one_line_are_several() -> None:
    first, second = made("national-2021", 0)[0], made("national-2019", 1)[0].replace(ISSUER, "白沙县人民政府")
    found = read(on_one_line(first + second))
    assert [(report.issuer, report.year, report.form) for report in found] == [
        (ISSUER, 2023, "national-2021"),
        ("白沙县人民政府", 2020, "national-2019"),
    ]


def test_a_page_that_holds_all_in_one_paragraph_is_read() -> None:
    text, cells, _ = made("national-2021", 3)
    page = f"<html><head><title>公开年报</title></head><body><div><p>{on_one_line(text)}</p></div></body></html>"
    (report,), _ = reports(read_html(page.encode(), "one.html"), FORMS)
    assert (report.issuer, report.year) == (ISSUER, 2023)
    assert {cell: report.cells[cell].value for cell in cells} == cells


def test_that_lines_were_broken_again_is_said() -> None:
    text = on_one_line(made("national-2021", 0)[0])
    (issue,) = read_text(text.encode(), "one.txt").issues
    assert issue.code == "unbroken"
    assert "换行已丢失" in issue.message
    assert not read_text(made("national-2021", 0)[0].encode(), "lines.txt").issues


def test_a_footer_of_the_site_does_not_make_a_report_noise() -> None:
    text = on_one_line(made("national-2021", 0)[0]) + " 版权所有:青山市人民政府 青ICP备05001234号-1 公安备案 …"
    assert len(read_one(text).cells) == 200


# Titles that share their line


TITLE = f"{ISSUER}2023年政府信息公开工作年度报告"


def with_first_line(line: str) -> Report:
    text, _, _ = made("national-2021", 0)
    return read_one(line + "\n" + text.split("\n", 1)[1])


@pytest.mark.parametrize(
    "line",
    [
        f"{TITLE} 发布时间:2024-01-23 09:12 浏览次数:128 来源:市政府办公室 字体:大 中 小",
        f"首页 政务公开 政府信息公开年报 {TITLE} 发布日期:2024-01-23",
        f"{ISSUER} 2023年 政府信息公开工作年度报告 发布时间:2024-01-23 来源:市政府办公室",
        f"当前位置: 首页 > 年度报告 {ISSUER}2023年 政府信息公开工作年度报告 发布机构:市政府办公室",
    ],
)
def test_a_title_with_other_words_on_its_line_is_the_title(line: str) -> None:
    report = with_first_line(line)
    assert report.title is not None
    assert (report.title.text, report.issuer, report.year, report.title.line) == (TITLE, ISSUER, 2023, 1)


@pytest.mark.parametrize(
    "line",
    [
        f"根据条例要求,现将 {TITLE} 公布如下,请社会各界监督并提出意见和建议。",
        f"按照上级部署 编制《 {TITLE} 》并按时向社会公布,请社会各界监督。",
        "2023年 政府信息公开工作年度报告 编制说明 本报告由市政府办公室汇总。",
        f"相关链接 {TITLE} 解读 图解",
    ],
)
def test_a_sentence_that_names_the_report_is_no_title(line: str) -> None:
    assert with_first_line(line).title is None


# What is broken, and what is not


TABLE = "信息内容 本年制发件数 本年废止件数 现行有效件数 规章 0 0 0 行政规范性文件 6 9 88"


@pytest.mark.parametrize(
    "text",
    [
        TABLE,
        "结果维持 结果纠正 其他结果 尚未审结 总计 1 0 0 0 1 0 0 0 0 0",
        "主动公开信息数 条 12 其中规范性文件 条 3",
        " ".join(f"{number}.网上申请数 {number}" for number in range(1, 11)),
    ],
)
def test_rows_on_one_line_are_known_by_labels_and_values_in_turn(text: str) -> None:
    assert is_unbroken(text)


@pytest.mark.parametrize(
    "text",
    [
        "一、本年新收政府信息公开申请数量 5 0 0 0 0 0 5",
        "全年共 收到 申请 12 件 ,其中 自然人 8 件 ,法人 4 件 ,办结 11 件 ,结转 1 件 。",
        "2023 年 1 月 1 日 至 2023 年 12 月 31 日 统计 期限 为 一 年",
        TABLE.replace(" ", " | "),
        "第 3 页 共 9 页",
    ],
)
def test_a_row_alone_and_sentences_with_spaces_are_left_as_they_are(text: str) -> None:
    assert not is_unbroken(text)


def test_only_headings_and_titles_break_a_line_and_never_the_rows_of_a_table() -> None:
    prose = "全市各级行政机关认真落实条例,公开工作平稳有序。" * 12
    rows = "一、本年新收政府信息公开申请数量 5 0 0 0 0 0 5 三、本年度办理结果 （一）予以公开 4 0 0 0 0 0 4"
    text = f"{TITLE} 一、 总体情况 {prose} 三、收到和处理政府信息公开申请情况 {rows} 六、其他需要报告的事项 无"
    assert paragraphs(text) == [
        TITLE, "一、 总体情况", prose, "三、收到和处理政府信息公开申请情况", rows, "六、其他需要报告的事项", "无",
    ]  # fmt: skip
    assert paragraphs(prose + rows) == [prose + rows]
