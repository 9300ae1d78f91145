"""Words where a figure should stand, in tables with cells of their own: one cell is lost, or the row is doubted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from govrules.read.reports import reports
from govrules.read.sheet.xlsx import read_xlsx
from govrules.read.word.docx import read_docx
from govrules.report import CERTAIN, Report
from layout import Made, Merged, Rows, make_printed
from markup import MARKUPS, page_of
from office import to_docx
from pages import report
from reading import FORMS, silent
from workbooks import to_xlsx

MADE = make_printed("national-2021", 3, blanks=0)
REQUESTS = next(part for part in MADE.printed if isinstance(part, list) and len(part) > 20)


def printed(markup: Callable[[Made], str], made: Made) -> Report:
    return report(markup(made))


READS: dict[str, Callable[[Made], Report]] = {
    **{name: partial(printed, markup) for name, markup in MARKUPS.items()},
    "docx": lambda made: only(reports(read_docx(to_docx(made.printed), "made.docx"), FORMS)[0]),
    "xlsx": lambda made: only(reports(read_xlsx(to_xlsx(made.printed), "made.xlsx"), FORMS)[0]),
}
RULED = [name for name in READS if name != "wrong_spans"]
"""The kinds of documents whose spans say truly in which column a cell stands."""


def only(found: list[Report]) -> Report:
    (one,) = found
    return one


def altered(change: Callable[[Rows], None], table: Rows = REQUESTS) -> Made:
    """Give the report with a table of which a copy was changed."""
    rows = [list(row) for row in table]
    change(rows)
    return replace(MADE, printed=[rows if part is table else part for part in MADE.printed])


def with_texts(label: str, texts: dict[int, str]) -> Made:
    """Give the report with other texts in the row of a label, by the number of the column that they stand in."""

    def change(rows: Rows) -> None:
        row = row_of(rows, label)
        for column, text in texts.items():
            row[column] = replace(row[column], text=text)

    return altered(change)


def row_of(rows: Rows, label: str) -> list[Merged]:
    return next(row for row in rows if any(cell.text == label for cell in row))


def doubtful(found: Report) -> set[str]:
    return {cell for cell, record in found.cells.items() if record.flag not in CERTAIN}


def row_cells(row: str) -> set[str]:
    return {cell for cell in MADE.cells if cell.rpartition(".")[0] == row}


@pytest.mark.parametrize("way", RULED)
@pytest.mark.parametrize("word", ["#REF!", "见附件", "详见正文"])
@pytest.mark.parametrize("column", ["natural", "commercial", "other_org", "total"])
def test_a_word_in_a_cell_makes_that_cell_alone_unreadable(way: str, word: str, column: str) -> None:
    place = {"natural": -7, "commercial": -6, "other_org": -2, "total": -1}[column]
    label, cell = "3.危及“三安全一稳定”", f"requests.outcome.denied.security_stability.{column}"
    found = READS[way](with_texts(label, {place: word}))
    record = found.cells[cell]
    assert (record.kind, record.value, record.raw) == ("unreadable", None, word)
    assert doubtful(found) == {cell}
    assert silent(found, MADE.cells, MADE.shown) == []
    assert [issue.code for issue in found.issues] == ["unreadable"]
    assert f"{cell}“{word}”" in found.issues[0].message


@pytest.mark.parametrize("way", RULED)
def test_two_words_in_one_row_make_two_cells_unreadable(way: str) -> None:
    found = READS[way](with_texts("一、本年新收政府信息公开申请数量", {-7: "见附件", -3: "#REF!"}))
    lost = {"requests.received_new.natural": "见附件", "requests.received_new.legal_service": "#REF!"}
    assert {cell: found.cells[cell].raw for cell in doubtful(found)} == lost
    assert silent(found, MADE.cells, MADE.shown) == []


@pytest.mark.parametrize("way", RULED)
def test_words_in_neighbouring_rows_are_told_by_the_columns_of_the_next_whole_rows(way: str) -> None:
    def change(rows: Rows) -> None:
        for row in rows[8:13]:
            row[-4] = replace(row[-4], text="见附件")

    found = READS[way](altered(change))
    assert len(doubtful(found)) == 5
    assert {found.cells[cell].kind for cell in doubtful(found)} == {"unreadable"}


def replaced(rows: Rows, number: int, place: int) -> None:
    rows[number] = [*rows[number]]
    rows[number][place] = replace(rows[number][place], text="#REF!")


@pytest.mark.parametrize("way", list(READS))
@pytest.mark.parametrize("table", range(3))
def test_wherever_a_word_stands_no_figure_of_another_cell_is_taken_for_it(way: str, table: int) -> None:
    rows = [part for part in MADE.printed if isinstance(part, list)][table]
    for number, row in enumerate(rows):
        for place in (0, len(row) // 2, len(row) - 1):
            found = READS[way](altered(partial(replaced, number=number, place=place), rows))
            wrong = [record for record in silent(found, MADE.cells, MADE.shown) if record.value is not None]
            assert wrong == [], (number, place)


@pytest.mark.parametrize("row", range(2))
@pytest.mark.parametrize("way", RULED)
def test_a_word_in_the_only_row_of_a_table_is_one_unreadable_cell(way: str, row: int) -> None:
    table = [part for part in MADE.printed if isinstance(part, list)][-1]
    place = (0, 7)[row]

    def change(rows: Rows) -> None:
        rows[-1][place] = replace(rows[-1][place], text="见附件")

    found = READS[way](altered(change, table))
    (cell,) = doubtful(found)
    assert (found.cells[cell].kind, found.cells[cell].raw) == ("unreadable", "见附件")
    assert silent(found, MADE.cells, MADE.shown) == []


def test_a_row_whose_label_became_a_word_is_not_read() -> None:
    found = report(page_of(with_texts("（一）予以公开", {-8: "#REF!"})))
    assert {found.cells[cell].value for cell in row_cells("requests.outcome.granted")} == {None}
    assert doubtful(found) == row_cells("requests.outcome.granted")


def wider(rows: Rows) -> None:
    row = row_of(rows, "（一）予以公开")
    row[-4] = Merged("见附件", 2)


def wider_for_one_less(rows: Rows) -> None:
    row = row_of(rows, "（一）予以公开")
    row[-4:-2] = [Merged("见附件", 2)]


def one_more(rows: Rows) -> None:
    row_of(rows, "（一）予以公开").insert(-3, Merged("见附件"))


def one_less(rows: Rows) -> None:
    row = row_of(rows, "（一）予以公开")
    row[-4:-2] = [Merged("见附件")]


def a_word_for_the_end_of_the_label(rows: Rows) -> None:
    row = row_of(rows, "（一）予以公开")
    row[-8:-6] = [Merged("（一）予以公开", row[-8].columns - 1), Merged("见附件")]


@pytest.mark.parametrize("change", [wider, wider_for_one_less, one_more, one_less, a_word_for_the_end_of_the_label])
def test_a_row_in_which_a_word_may_have_moved_the_others_is_doubted(change: Callable[[Rows], None]) -> None:
    found = report(page_of(altered(change)))
    assert doubtful(found) >= row_cells("requests.outcome.granted")
    assert doubtful(found).isdisjoint(row_cells("requests.received_new"))


def test_a_row_with_a_word_proves_nothing_about_rows_that_lost_cells() -> None:
    def change(rows: Rows) -> None:
        total = row_of(rows, "（七）总计")
        total[-7] = replace(total[-7], text="#REF!")
        del row_of(rows, "（一）予以公开")[-5]

    found = report(page_of(altered(change)))
    assert doubtful(found) == {*row_cells("requests.outcome.granted"), "requests.outcome.total.natural"}
