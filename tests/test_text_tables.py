"""Tables in text: forms that mix, rows that no form knows, what copies lost or damaged; nothing wrong in silence."""

from __future__ import annotations

import random

import pytest
from generate import Figures, make_cells, make_report, print_values
from govrules import validate
from govrules.report import CERTAIN, Report
from reading import FORMS, read_one
from render import render_table
from test_reading import IDS, NUMERALS, SECTIONS, made, rules

# Tables that mix forms


def mixed(year: int, tables: dict[str, str], dialect: str, *, issuer: str = "青石县水务局") -> tuple[Report, Figures]:
    """Give a report whose tables are each printed as in the form named, with the figures of all of them."""
    rng, texts, figures = random.Random(7), [f"{issuer}{year}年政府信息公开工作年度报告"], Figures()
    drawn = {name: make_cells(FORMS[name], rng) for name in ("national-2019", "national-2021")}
    for number, (title, prose) in enumerate(SECTIONS):
        texts += [f"{NUMERALS[number]}、{title}", prose]
        if IDS[number] in tables:
            form = FORMS[tables[IDS[number]]]
            (table,) = (table for table in form.tables if table.id == IDS[number])
            cells = {cell.id: drawn[form.name][cell.id] for cell in table.cells()}
            texts += render_table(table, print_values(form, drawn[form.name], rng), dialect)
            figures |= cells
    return read_one("\n".join(texts) + "\n"), figures


@pytest.mark.parametrize("dialect", ["piped_pads", "piped", "plain", "markdown", "tabs", "spaces"])
def test_a_report_of_2023_may_print_other_processing_as_one_row(dialect: str) -> None:
    tables = {"proactive": "national-2021", "requests": "national-2019", "reviews": "national-2021"}
    report, cells = mixed(2023, tables, dialect)
    assert report.form == "national-2021"
    assert {cell: report.cells[cell].value for cell in cells} == cells
    assert "requests.outcome.other.natural" in set(report.cells) - set(FORMS["national-2021"].cells)
    assert not rules(validate([report])) & {"T3-01", "T3-02", "T3-03", "T3-05", "T3-07"}


@pytest.mark.parametrize("dialect", ["piped_pads", "piped", "plain", "markdown", "tabs", "spaces"])
def test_a_late_report_may_still_print_table_two_of_2019(dialect: str) -> None:
    tables = {"proactive": "national-2019", "requests": "national-2021", "reviews": "national-2021"}
    report, cells = mixed(2022, tables, dialect)
    assert (report.form, report.tables["proactive"]) == ("national-2021", "national-2019")
    assert {cell: report.cells[cell].value for cell in cells} == cells
    errors = [f.rule for f in validate([report]).findings if f.severity == "error"]
    assert errors == ["FMT-01"]


# What no form knows


def with_extra_row(dialect_rows: str) -> Report:
    text, _ = made("national-2021", 2022, "青石县水务局")
    after = text.index("（四）无法提供")
    return read_one(text[:after] + dialect_rows + text[after:])


def test_a_row_that_no_form_knows_is_kept_and_told() -> None:
    report = with_extra_row("9.属于工作秘密 |\n1 |\n0 |\n0 |\n0 |\n0 |\n0 |\n1 |\n|||||\n")
    (row,) = report.extra
    assert (row.table, row.label, row.values) == ("requests", "9.属于工作秘密", ("1", "0", "0", "0", "0", "0", "1"))
    told = [f for f in validate([report]).findings if f.rule == "T3-07"]
    assert [(f.severity, f.lines) for f in told] == [("info", (row.line, row.line))]
    assert "9.属于工作秘密" in told[0].message


def test_a_row_that_no_form_knows_leaves_all_others_alone() -> None:
    report = with_extra_row("9.属于工作秘密 |\n1 |\n0 |\n0 |\n0 |\n0 |\n0 |\n1 |\n|||||\n")
    _, cells = made("national-2021", 2022, "青石县水务局")
    assert {cell: report.cells[cell].value for cell in cells} == cells


# What the copy lost


def test_lines_that_a_site_printed_once_each_are_an_extraction_issue() -> None:
    text, _ = made("national-2021", 2022, "青石县水务局", "plain")
    report = read_one("\n".join(dict.fromkeys(text.split("\n"))) + "\n")
    assert "deduplicated" in {issue.code for issue in report.issues}
    requests = [record for cell, record in report.cells.items() if cell.startswith("requests.")]
    assert not any(record.flag in CERTAIN for record in requests)
    assert not rules(validate([report])) & {"T3-01", "T3-02", "T3-03"}


@pytest.mark.parametrize("page", ["3", "- 3 -", "第3页", "3/12", "— 3 —"])
@pytest.mark.parametrize("seed", range(3))
def test_a_page_number_inside_a_table_gives_no_wrong_value_for_certain(page: str, seed: int) -> None:
    text, cells = made("national-2021", 2022, "青石县水务局", "plain", seed)
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith("一、本年新收"))
    last = next(number for number, line in enumerate(lines) if line.startswith("四、结转下年度"))
    for here in range(first, last + 8, 5):
        report = read_one("\n".join([*lines[:here], page, *lines[here:]]))
        wrong = [r for c, r in report.cells.items() if r.flag in CERTAIN and r.value not in (None, cells[c])]
        assert wrong == []


# Damage that fuzzing found: each of these was once a wrong value, flagged as certain.


DAMAGED = [
    pytest.param("tabs", "\t2\t3\t", "\t2\n\n\t3\t", id="a row of tabs goes on in another line"),
    pytest.param("piped", "\n2 |\n", "\n2\n9 |\n", id="a figure is broken over two lines"),
    pytest.param("piped", "\n2 |\n", "\n2\n |\n", id="the bar of a cell stands on a line of its own"),
    pytest.param("piped", "\n2 |\n3 |\n", "\n2 |\n2 |\n3 |\n", id="a figure is printed twice before a blank cell"),
    pytest.param("row_bars", " 2 | 3 |", " 2 |  | 3 |", id="a blank cell came into a row that ends with one"),
    pytest.param("markdown", " 2 | 3 |", " 2 | 2 | 3 |", id="a figure is doubled in a row that ends with a blank cell"),
]


@pytest.mark.parametrize(("dialect", "whole", "damaged"), DAMAGED)
def test_a_row_that_was_broken_by_one_slip_is_not_certain(dialect: str, whole: str, damaged: str) -> None:
    form, row = FORMS["national-2021"], "requests.outcome.partial"
    cells = dict.fromkeys(form.cells, 7)
    columns = ("natural", "commercial", "research", "public_welfare", "legal_service", "other_org", "total")
    shown: dict[str, str | None] = dict.fromkeys(cells, "7")
    shown |= {f"{row}.{column}": str(number + 1) for number, column in enumerate(columns)} | {f"{row}.total": None}
    text = make_report(form, cells, 2022, "青石县水务局", random.Random(1), dialect, values=shown)
    assert text.count(whole) == 1
    report = read_one(text.replace(whole, damaged))
    wrong = [
        record
        for cell, record in report.cells.items()
        if record.flag in CERTAIN and (record.raw if record.value is not None else None) != shown[cell]
    ]
    assert wrong == []
    assert any(record.flag == "exact" for record in report.cells.values())


def test_a_table_with_all_its_titles_is_there_though_most_of_its_cells_were_lost() -> None:
    form = FORMS["national-2021"]
    cells = dict.fromkeys(form.cells, 3)
    shown = dict.fromkeys(cells, "3") | {cell: None for cell in cells if cell.startswith(("review.", "litigation."))}
    shown |= dict.fromkeys(("review.total", "litigation.direct.total", "litigation.after_review.total"), "3")
    text = make_report(form, cells, 2022, "青石县水务局", random.Random(1), "piped_shifted", values=shown)
    report = read_one(text)
    lost = [record for cell, record in report.cells.items() if cell.startswith(("review.", "litigation."))]
    assert "reviews" in report.tables
    assert len(lost) == 15
    assert not any(record.flag in CERTAIN for record in lost)


@pytest.mark.parametrize("dialect", ["row_bars", "piped", "tabs", "markdown"])
def test_what_brackets_explain_behind_a_label_is_no_part_of_it(dialect: str) -> None:
    text, cells = made("national-2019", 2020, "青石县水务局", dialect)
    long = "含决定、公告、通告、意见，以及标题用了规定、办法、细则、规程、规则等字样并且对外正式印发的公文，" * 2
    for label, told in [
        ("规章", "由市里统一提供数据"), ("规范性文件", long), ("上一年项目数量", "指2019年事项数"),
        ("其他对外管理服务事项", "指行政许可以外的事项，含确认、奖励、裁决（不含处罚）"),
        ("重复申请", "同一人的同一内容"),
    ]:  # fmt: skip
        assert label in text
        text = text.replace(label, f"{label}（{told}）")
    report = read_one(text)
    assert report.form == "national-2019"
    assert {cell: report.cells[cell].value for cell in cells} == cells
    assert {report.cells[cell].flag for cell in cells} == {"exact"}


def test_a_row_that_may_be_one_of_two_is_not_certain() -> None:
    form = FORMS["zhejiang-2013"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown = {cell: str(value) for cell, value in cells.items()}
    text = make_report(form, cells, 2013, "青山市人民政府", random.Random(1), "markdown", values=shown)
    litigation = text.index("四、行政诉讼数量")
    report = read_one(text[:litigation].rpartition("\n")[0])
    certain = {cell: record.value for cell, record in report.cells.items() if record.flag in CERTAIN}
    assert certain
    assert {cell: cells[cell] for cell in certain} == certain


@pytest.mark.parametrize("dialect", ["plain", "spaces", "piped_pads", "markdown"])
def test_a_table_cut_short_is_not_read_under_the_titles_of_another_form(dialect: str) -> None:
    form = FORMS["national-2019"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown = {cell: str(value) for cell, value in cells.items()}
    text = make_report(form, cells, 2020, "青山市人民政府", random.Random(1), dialect, values=shown)
    for label in ("第二十条第（五）项", "第二十条第（六）项"):
        report = read_one(text[: text.index(label)])
        assert [r for c, r in report.cells.items() if r.flag in CERTAIN and r.value != cells.get(c)] == []


def test_a_caption_with_values_is_no_row_of_another_form_where_rows_stand_under_it() -> None:
    text, cells = made("national-2021", 2022, "青石县水务局", "piped")
    label = next(line for line in text.split("\n") if line.startswith("1.申请人无正当理由"))
    report = read_one(text.replace(f"{label}\n", ""))
    assert [r for r in report.cells.values() if r.flag in CERTAIN and r.cell not in cells] == []


def test_a_label_that_is_anothers_is_not_certain_though_the_order_allows_it() -> None:
    form = FORMS["zhejiang-2013"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown = {cell: str(value) for cell, value in cells.items()}
    text = make_report(form, cells, 2013, "青山市人民政府", random.Random(1), "markdown", values=shown)
    lines = [line for line in text.split("\n") if "1.同意公开答复数" not in line]
    (third,) = (number for number, line in enumerate(lines) if "3.不同意公开答复数" in line)
    report = read_one("\n".join([*lines[:third], lines[third], *lines[third:]]))
    assert [r for c, r in report.cells.items() if r.flag in CERTAIN and r.value != cells[c]] == []


@pytest.mark.parametrize("dialect", ["piped", "bar_before"])
def test_a_row_alone_with_a_cell_more_than_columns_is_not_certain(dialect: str) -> None:
    form = FORMS["national-2021"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown: dict[str, str | None] = {cell: str(value) for cell, value in cells.items()}
    shown["litigation.after_review.total"] = None
    text = make_report(form, cells, 2022, "青石县水务局", random.Random(1), dialect, values=shown)
    figure = shown["review.upheld"]
    bar = "|\n" if dialect == "bar_before" else ""
    for more in (f"{figure} |\n", "|\n"):
        report = read_one(text.replace(f"{bar}{figure}", f"{more}{bar}{figure}"))
        wrong = [r for c, r in report.cells.items() if r.flag in CERTAIN and r.value not in (None, cells[c])]
        assert wrong == []


def test_words_that_a_tab_indents_leave_no_blank_cell_before_them() -> None:
    form = FORMS["zhejiang-2013"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown = {cell: str(value) for cell, value in cells.items()}
    text = make_report(form, cells, 2013, "青山市人民政府", random.Random(1), "plain", values=shown)
    report = read_one(text.replace("（一）政府公报刊发公文数\n件\n", "（一）政府公报刊发公文数\n\t。4件\n"))
    assert report.cells["z13.proactive.gazette"].value is None
    assert [r for c, r in report.cells.items() if r.flag in CERTAIN and r.value != cells[c]] == []


def test_a_bar_where_a_character_was_is_no_unit_of_its_own() -> None:
    form = FORMS["zhejiang-2013"]
    cells = {cell: 1000 + number for number, cell in enumerate(form.cells)}
    shown = {cell: str(value) for cell, value in cells.items()}
    text = make_report(form, cells, 2013, "青山市人民政府", random.Random(1), "piped", values=shown)
    assert text.count("万元 |\n") == 1
    report = read_one(text.replace("万元 |\n", "|元 |\n"))
    assert report.cells["z13.fees_collected_wan"].flag not in CERTAIN
