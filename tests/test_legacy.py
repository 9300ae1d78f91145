"""Reports of 2008 to 2018: their statistics sheets are read to the last cell, and their topics are judged fairly."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import pytest
from generate import Figures
from govrules.form import Block, Column, Row, Table
from govrules.installed import installed
from govrules.outcome import Finding
from govrules.plan import make_plan
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.report import CERTAIN, Report
from govrules.rule import Severity
from govrules.validation import check
from reading import FORMS, is_right, read_one, silent
from render import DIALECTS, drop_zeros, render_table

PLAN = make_plan(installed(third_party=False))
LEGACY = ("narrative-2008", "local-2008", "zhejiang-2013", "national-2014")
HEADS = {"code": "代码", "period": "本期实际"}


@dataclass(frozen=True)
class Sheet:
    """A statistics sheet as some body printed it: its form, its year, and the columns between unit and value."""

    form: str
    year: int
    between: tuple[str, ...] = ()
    value: str = "统计数"

    def __str__(self) -> str:
        return "-".join((self.form, *self.between))


SHEETS = (
    Sheet("national-2014", 2016),
    Sheet("zhejiang-2013", 2013, value="数据统计"),
    Sheet("local-2008", 2010),
    Sheet("local-2008", 2010, ("code",), "本年累计"),
    Sheet("local-2008", 2010, ("period",), "本年累计"),
    Sheet("local-2008", 2010, ("code", "period"), "本年累计"),
)
every_sheet = pytest.mark.parametrize("sheet", SHEETS, ids=str)


def statistics(sheet: Sheet) -> Table:
    (table,) = FORMS[sheet.form].tables
    return table


def printed(sheet: Sheet) -> Table:
    """Give a table to print: captions as rows of their own, and every column that the sheet has."""
    table = statistics(sheet)
    rows: list[Row] = []
    for row in table.rows:
        rows += [Row(caption, caption, columns=()) for caption in row.captions]
        rows.append(Row(row.id, row.title, unit=row.unit))
    heads = ("指标名称", "单位", *(HEADS[name] for name in sheet.between), sheet.value)
    columns = tuple(Column(name, name) for name in (*sheet.between, "value"))
    return replace(table, blocks=(Block(heads, columns, tuple(rows)),))


def figures(sheet: Sheet, rng: random.Random) -> Figures:
    """Give any figures at all: reading must not need them to add up."""
    return {
        cell.id: rng.choice((0, 0, rng.randint(1, 60), rng.randint(61, 9000)))
        if cell.type == "count"
        else rng.choice((0, rng.randint(1, 900) / (100 if cell.in_wan else 1)))
        for cell in FORMS[sheet.form].cells.values()
    }


def text_of(sheet: Sheet, shown: dict[str, str | None], dialect: str, rng: random.Random, *, heads: bool = True) -> str:
    values: dict[str, str | None] = {}
    for number, row in enumerate(statistics(sheet).rows, start=1):
        values |= {f"{row.id}.code": f"{number:02}", f"{row.id}.period": str(rng.randint(0, 30))}
        values[f"{row.id}.value"] = shown[row.id]
    table = printed(sheet)
    block = table.blocks[0]
    table = table if heads else replace(table, blocks=(replace(block, headers=("单位",)),))
    lines = [
        f"青山市人民政府{sheet.year}年政府信息公开工作年度报告",
        *("一、概述", f"{sheet.year}年，各项公开工作平稳有序。", "二、收费及减免情况", "未收取任何费用。", "三、附件"),
        f"{sheet.year}年政府信息公开情况统计表",
        *render_table(table, values, dialect),
    ]
    return "\n".join(lines) + "\n"


def shown_of(cells: Figures) -> dict[str, str | None]:
    return {cell: str(value) for cell, value in cells.items()}


@pytest.mark.parametrize(("name", "count"), [("national-2014", 58), ("local-2008", 56), ("zhejiang-2013", 35)])
def test_a_form_has_all_its_cells(name: str, count: int) -> None:
    assert len(FORMS[name].cells) == count


@every_sheet
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_clean_sheet_is_read_to_the_last_cell(sheet: Sheet, dialect: str) -> None:
    for seed in range(3):
        rng = random.Random(f"{sheet} {seed}")
        cells = figures(sheet, rng)
        report = read_one(text_of(sheet, shown_of(cells), dialect, rng))
        assert (report.form, report.year) == (sheet.form, sheet.year)
        assert {cell: report.cells[cell].value for cell in cells} == cells
        assert {record.flag for record in report.cells.values()} == {"exact"}


@every_sheet
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("drop", [0.2, 0.6])
def test_lost_zeros_never_move_a_figure_in_silence(sheet: Sheet, dialect: str, drop: float) -> None:
    rng = random.Random(f"{sheet} {dialect}")
    cells = figures(sheet, rng)
    shown = drop_zeros(shown_of(cells), rng, drop)
    report = read_one(text_of(sheet, shown, dialect, rng))
    assert silent(report, cells, shown) == []
    assert all(is_right(report.cells.get(cell), value, shown[cell]) for cell, value in cells.items())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_sheet_that_prints_more_than_its_headers_say_is_read_and_doubted(dialect: str) -> None:
    sheet, rng = SHEETS[-1], random.Random(1)
    cells = figures(sheet, rng)
    report = read_one(text_of(sheet, shown_of(cells), dialect, rng, heads=False))
    assert {cell: report.cells[cell].value for cell in cells} == cells
    assert not any(record.flag in CERTAIN for record in report.cells.values())


@pytest.mark.parametrize("year", range(2008, 2019))
def test_a_report_without_a_sheet_is_a_narrative_one(year: int) -> None:
    report = read_one(f"青山市人民政府{year}年政府信息公开工作年度报告\n一、概述\n{year}年，各项公开工作平稳有序。\n")
    assert report.form == "narrative-2008"


def judged(text: str, *only: str) -> list[Finding]:
    found, _ = reports(read_text(text.encode(), "made.txt"), PLAN.forms, PLAN.installed.measures)
    result = check(found, make_plan(PLAN.installed, select=only) if only else PLAN)
    assert result.errors == ()
    return list(result.findings)


def named(text: str, *only: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.value) for finding in judged(text, *only)]


@pytest.mark.parametrize("name", LEGACY)
def test_an_unstated_period_and_a_missing_title_are_no_more_than_infos_before_2019(name: str) -> None:
    instances = {instance.rule.id: instance.rule for instance in PLAN.instances(name)}
    assert instances["PER-01"].grade("unstated") is Severity.INFO
    assert instances["PER-01"].grade("wrong") is Severity.ERROR
    assert instances["DOC-01"].grade("missing") is Severity.INFO


@pytest.mark.parametrize("name", LEGACY)
def test_every_legacy_form_is_asked_for_the_topics_of_the_law(name: str) -> None:
    asked = {instance.rule.id for instance in PLAN.instances(name)}
    assert {"SEC-08", "SEC-09", "SEC-10", "FEE-02"} <= asked


@pytest.mark.parametrize("name", ["national-2019", "national-2021"])
def test_no_national_form_is_asked_for_them(name: str) -> None:
    asked = {instance.rule.id for instance in PLAN.instances(name)}
    assert not {"SEC-08", "SEC-09", "SEC-10", "FEE-02"} & asked


def sheet_report(**values: float) -> Report:
    sheet = SHEETS[0]
    cells: Figures = dict.fromkeys(FORMS[sheet.form].cells, 0)
    cells |= {f"s14.{name.replace('__', '.')}": value for name, value in values.items()}
    return read_one(text_of(sheet, shown_of(cells), "tabs", random.Random(1)))


def sheet_findings(**values: float) -> list[tuple[str, str]]:
    result = check([sheet_report(**values)], make_plan(PLAN.installed, select=["L14"]))
    return [(finding.rule, finding.severity.value) for finding in result.findings]


def test_suits_without_a_result_are_an_info_and_too_many_results_a_warning() -> None:
    assert sheet_findings(litigation__total=5, litigation__upheld=3) == [("L14-06-OPEN", "info")]
    assert sheet_findings(litigation__total=2, litigation__upheld=3) == [("L14-06", "warning")]


def test_the_channels_of_disclosure_may_overlap() -> None:
    seen = {"proactive__total": 100, "proactive__channel__website": 90}
    assert sheet_findings(**seen, proactive__channel__weibo=80) == []
    assert sheet_findings(**seen, proactive__channel__weibo=5) == [("L14-07", "warning")]
    assert sheet_findings(**seen, proactive__channel__weibo=180) == [("L14-07", "warning")]


def test_hot_topics_are_never_held_against_the_answers_to_them() -> None:
    assert sheet_findings(response__hot_topics=3, response__interpretation=40, response__weibo_wechat=900) == []


WHOLE = """临山县水利局2014年政府信息公开工作年度报告
本年度报告由概述，主动公开情况，依申请公开情况，收费及减免情况，行政复议、提起行政诉讼情况，主要问题和其他需要报告的事项组成。
一、概述
统计期限为2014年1月1日至2014年12月31日。
二、主动公开情况
公开灌溉用水信息四十条。
三、依申请公开情况
无。
四、收费及减免情况
本年度无收费。
五、行政复议、提起行政诉讼情况
无
六、主要问题
更新较慢，明年专人负责。
七、其他需要报告的事项
无。
"""
TOPICS = ("SEC-08", "SEC-09", "FEE-02")


def without(text: str, *headings: str) -> str:
    lines = text.splitlines()
    for heading in headings:
        at = next(number for number, line in enumerate(lines) if line.endswith(heading) and "、" in line[:3])
        del lines[at : at + 2]
    return "\n".join(lines) + "\n"


def test_that_there_was_none_counts_as_told() -> None:
    assert named(WHOLE, *TOPICS) == []


def test_a_topic_that_the_introduction_announces_and_the_body_lacks_is_told_once_by_each_rule() -> None:
    assert named(without(WHOLE, "收费及减免情况"), *TOPICS) == [("SEC-08", "warning"), ("SEC-09", "warning")]


def test_two_lost_topics_are_one_finding() -> None:
    (found,) = judged(without(WHOLE, "收费及减免情况", "提起行政诉讼情况"), "SEC-08")
    assert "2 项" in found.message
    assert found.cause == "possible_extraction_loss"


def test_a_heading_with_nothing_under_it_tells_nothing() -> None:
    bare = WHOLE.replace("本年度无收费。\n", "")
    assert ("SEC-08", "warning") in named(bare, "SEC-08")


def test_headings_of_every_kind_open_their_topics() -> None:
    text = """临山县水利局2012年政府信息公开工作年度报告
1、主动公开情况
四十条。
2、依申请公开情况：0件。
（三）收费及减免情况。0元。
四、行政复议、诉讼情况
均未发生。
存在问题
栏目较少。
"""
    assert named(text, *TOPICS) == []


def test_a_heading_that_names_several_topics_is_held_to_each() -> None:
    text = """临山县水利局2012年政府信息公开工作年度报告
一、主动公开、收费及复议诉讼情况
（一）主动公开情况。
全年主动公开信息四十条，收到申请三件。
二、问题
更新较慢。
"""
    (found,) = judged(text, "SEC-09")
    assert "收费" in found.message
    assert "复议" in found.message
    assert "主动公开政府信息情况" not in found.message


def test_fewer_chapters_than_the_introduction_counts_are_reported() -> None:
    text = """临山县水利局2012年政府信息公开工作年度报告
本报告共分六个部分。
一、主动公开情况
全年主动公开信息四十条，没有收取费用。
二、依申请公开情况
没有收到申请，没有复议诉讼。
三、问题
更新较慢。
"""
    assert named(text, "SEC-09") == [("SEC-09", "warning")]
    assert named(text.replace("六个", "三个"), "SEC-09") == []


def test_fees_that_are_mentioned_without_a_figure_are_the_business_of_one_rule() -> None:
    vague = WHOLE.replace("本年度无收费。", "收费标准按物价部门的文件执行。")
    assert named(vague, *TOPICS) == [("FEE-02", "warning")]


def test_an_annex_that_is_only_named_is_an_info_and_one_that_is_there_is_none() -> None:
    assert named(WHOLE + "附件：2014年统计表.xls\n", "SEC-10") == [("SEC-10", "info")]
    assert [f.rule for f in check([sheet_report()], make_plan(PLAN.installed, select=["SEC-10"])).findings] == []


def test_a_cell_of_the_sheet_tells_its_topic() -> None:
    sheet = SHEETS[1]
    text = text_of(sheet, shown_of(dict.fromkeys(FORMS[sheet.form].cells, 0)), "piped", random.Random(1))
    missing = [finding.message for finding in judged(text, "SEC-08")]
    assert all("复议" not in message and "依申请" not in message for message in missing)
