"""What old workbooks show, and newer ones alike: dates, errors, formulas, and what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

import pytest
from govrules.read.sheet.xls import read_xls
from govrules.read.sheet.xlsx import read_xlsx
from office import convert
from openpyxl import Workbook
from workbooks import saved, shown


def book_of(*rows: list[object]) -> Workbook:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


def book_with_hidden_parts() -> Workbook:
    book = book_of(["规章", 1, 2, 3], ["秘密", 4, 5, 6], ["许可", 7, 8, 9])
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.create_sheet("旧表").append(["作废", 1])
    book.create_sheet("空表").sheet_state = "hidden"
    book["旧表"].sheet_state = "hidden"
    return book


BOOKS = {
    "words": book_of([date(2023, 1, 5), datetime(2023, 1, 5, 8, 30), time(8, 30), True, 12.0, "007", 0.1 + 0.2]),
    "errors": book_of(["规章", "=1/0", "=NA()", "=LEFT(1,-1)", '=""&""', 0]),
    "formula": book_of(["规章", "=C1-C1", 1, 2]),
    "hidden": book_with_hidden_parts(),
}


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    files = {f"{name}.xlsx": saved(book) for name, book in BOOKS.items()}
    return convert(files, "xls", tmp_path_factory.mktemp("old"))


def test_dates_times_and_truths_are_words_in_both_kinds_of_workbook(old: Mapping[str, bytes]) -> None:
    wanted = [["2023年1月5日", "2023年1月5日 08:30", "08:30", "TRUE", "12", "007", "0.3"]]
    assert shown(read_xlsx(saved(BOOKS["words"]), "x")) == shown(read_xls(old["words"], "x")) == wanted


def test_an_error_in_an_old_workbook_is_no_blank_cell(old: Mapping[str, bytes]) -> None:
    assert shown(read_xls(old["errors"], "x")) == [["规章", "#DIV/0!", "#N/A", "#VALUE!", "", "0"]]


def test_a_formula_that_was_never_calculated_in_an_old_workbook_is_told(old: Mapping[str, bytes]) -> None:
    content = old["formula"]
    assert shown(read_xls(content, "x")) == [["规章", "0", "1", "2"]]
    formula = content.index(b"\x06\x00", content.index(b"\x09\x08", 1024))
    while content[formula + 4 : formula + 8] != b"\0\0\1\0":  # row 1, column B
        formula = content.index(b"\x06\x00", formula + 1)
    stale = bytearray(content)
    stale[formula + 18] |= 2
    document = read_xls(bytes(stale), "x")
    assert shown(document) == [["规章", "=…", "1", "2"]]
    assert [issue.message for issue in document.issues] == ["工作表“Sheet”单元格 B1 是没有保存结果的公式，无法读取"]


def test_hidden_sheets_rows_and_columns_are_left_out_and_named(old: Mapping[str, bytes]) -> None:
    for document in (read_xlsx(saved(BOOKS["hidden"]), "x"), read_xls(old["hidden"], "x")):
        assert shown(document) == [["规章", "1", "3"], ["许可", "7", "9"]]
        assert [box.spot.column for box in document.lines[0].boxes] == [1, 2, 4]
        assert [issue.message for issue in document.issues] == [
            "工作表“Sheet”第 2 行已隐藏，未读取",
            "工作表“Sheet”第 C 列已隐藏，未读取",
            "工作表“旧表”已隐藏，未读取",
        ]
