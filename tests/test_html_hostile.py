"""Web pages that are damaged, or made to do harm: each is refused quickly, or read without a wrong cell."""

from __future__ import annotations

import random
import time

import pytest
from govrules.errors import ReadError
from govrules.read.reports import reports
from layout import make_printed
from markup import cms, declared
from pages import BODY, TITLE, document
from reading import FORMS, silent


@pytest.mark.parametrize(
    ("page", "limit"),
    [
        ("<table><tr><td colspan=1000000 rowspan=65534>1<td>2</table>", "column_span"),
        ("<table><tr><td rowspan=65534>1<td>2</table>", "row_span"),
        ("<table><tr><td>" * 3000 + "x", "nesting_depth"),
        ("<div>" * 100_000 + "x", "nesting_depth"),
        ("<font color=1>" * 50_000 + "<p>x" * 50_000, "nesting_depth"),
        ("<table><tr>" + "<td>1" * 21_000 + "</table>", "table_cells"),
        ("<b></b>" * 200_000, "page_tags"),
        ("<p>" + "一" * 7_000_000, "line_characters"),
    ],
)
def test_a_bomb_is_refused_by_the_limit_it_breaks(page: str, limit: str) -> None:
    started = time.process_time()
    with pytest.raises(ReadError, match=f"GOVRULES_{limit.upper()}"):
        document(page)
    assert time.process_time() - started < 5


def test_formatting_that_is_never_closed_does_not_multiply() -> None:
    page = "".join(f"<font color={n}>" for n in range(2000)) + f"<p>{TITLE}" * 1900
    started = time.process_time()
    assert len(document(page).lines) == 1900
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "line", ["大　　" * 3000 + "x", "日期" + "　" * 100_000 + "x", "<a href=x>甲</a>" * 3000 + "乙", "主" * 100_000]
)
def test_no_pattern_is_slow_on_any_line(line: str) -> None:
    started = time.process_time()
    document(f"<p>{line}</p>{BODY}<p>{line}</p>")
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"%PDF-1.7\n<html>", "a PDF"),
        (b"PK\x03\x04" + bytes(100), "ZIP"),
        (bytes(range(256)) * 20, "binary"),
        (TITLE.encode(), "no web page"),
        (f"<p>{TITLE}。{'，。、（）' * 30}</p>".encode().decode("gbk", "replace").encode(), "garbled"),
    ],
)
def test_what_is_no_page_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        document(content)


def test_the_cell_in_which_a_page_breaks_off_is_not_read() -> None:
    page = "<table><tr><td>新收</td><td>15</td></tr><tr><td>结转</td><td>12"
    found = document(page)
    assert [line.raw for line in found.lines] == ["新收 | 15", "结转"]
    assert [issue.code for issue in found.issues] == ["cut"]
    assert not document(f"{page}</table>").issues
    assert not document(f"{page}</body></html>").issues


@pytest.mark.parametrize("torn", ["<i<tr>", "</i<tr>", "<i a<tr='1'>", "<i<td>", "<tr<td>", "<i <!--x-->"])
def test_a_tag_with_a_bracket_in_its_name_makes_no_row_and_no_cell(torn: str) -> None:
    page = f"<table><tr><td>新收<td>15<tr><td>结转<td>1{torn}2<td>3</table>"
    assert document(page).lines[0].raw == "新收 | 15"
    assert [len(line.boxes) for line in document(page).lines] == [2, 3]


def test_a_page_cut_anywhere_is_read_or_refused() -> None:
    made = make_printed("national-2021", 7)
    content, rng = declared(cms(made), "gbk").encode("gbk"), random.Random(1)
    for place in rng.sample(range(len(content)), 60):
        try:
            found, _ = reports(document(content[:place]), FORMS)
        except ReadError:
            continue
        assert not [record for each in found for record in silent(each, made.cells, made.shown)]
