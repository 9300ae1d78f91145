"""Web pages: every cell of every markup and encoding is read, as its own cells and the spans have it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from govrules.read.reports import reports
from govrules.read.web.grid import first_columns
from govrules.read.web.html import read_html
from govrules.report import Report
from layout import Made, Rows, make_printed, merged_rows
from markup import ENCODINGS, MARKUPS, cms, drawn, page_of
from pages import BODY, TITLE, cells, columns, document, report
from reading import FORMS, ISSUER, NATIONAL, YEARS, silent

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "expected.json"
CASES = [
    (form, seed, markup)
    for seed, (form, markup) in enumerate(
        [(form, markup) for _ in range(3) for form in YEARS for markup in MARKUPS][:46]
    )
]


def assert_read_whole(found: Report, made: Made) -> None:
    """Check that every cell was read as printed, blanks as blanks, and that it is known where each stood."""
    assert (found.form, found.year, found.issuer) == (made.form.name, made.year, ISSUER)
    assert set(found.cells) == set(made.cells)
    for cell, record in found.cells.items():
        want = None if made.shown[cell] is None else made.cells[cell]
        assert record.value == want, (cell, record)
        assert (record.kind == "blank") == (want is None)
        assert record.flag in {"exact", "unique"}
        assert record.spot.table > 0
    assert not silent(found, made.cells, made.shown)
    if made.form.name in NATIONAL:
        assert len(found.sections) == 6


@pytest.mark.parametrize(("form", "seed", "markup"), CASES)
def test_every_cell_of_a_page_is_read_as_printed(form: str, seed: int, markup: str) -> None:
    made = make_printed(form, seed)
    encoding = list(ENCODINGS)[seed % len(ENCODINGS)]
    found, issues = reports(read_html(ENCODINGS[encoding](MARKUPS[markup](made)), "made.html"), FORMS)
    assert len(found) == 1
    assert_read_whole(found[0], made)
    assert not issues
    assert {issue.code for issue in found[0].issues} <= ({"askew"} if markup == "wrong_spans" else set())


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("markup", MARKUPS)
def test_a_page_reads_the_same_in_every_encoding(markup: str, encoding: str) -> None:
    page = MARKUPS[markup](make_printed("national-2021", 5))
    assert document(ENCODINGS[encoding](page)).lines == document(page).lines


def test_one_broken_character_does_not_cost_a_page() -> None:
    page = '<meta charset="utf-8"><meta name="Description" content="政府信息'.encode() + b'\xe5\x85">'
    found = document(page + f"<style>{'a{}' * 900}</style><h1>{TITLE}</h1>{BODY}".encode())
    assert (found.encoding, found.lines[0].raw) == ("utf-8", TITLE)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not here")
@pytest.mark.parametrize("markup", MARKUPS)
def test_the_tables_of_real_reports_are_read_whole(markup: str) -> None:
    real = [want for want in json.loads(CORPUS.read_text(encoding="utf-8"))["reports"] if want["cells"]]
    assert len(real) > 2
    for want in real:
        form, year = FORMS[want["form"]], want["year"]
        held = {cell: printed["value"] for cell, printed in want["cells"].items()}
        shown = {cell: printed["raw"] or None for cell, printed in want["cells"].items()}
        traditional = any("項" in (raw or "") for raw in shown.values())
        prose = "沒有更多情況與統計資訊變動。" if traditional else "没有更多情况。"
        tables = [table for table in form.tables if any(cell.id in held for cell in table.cells())]
        printed: list[str | Rows] = [f"{ISSUER}{year}年政府信息公开工作年度报告", "一、总体情况", prose * 40]
        printed += [merged_rows(table, shown) for table in tables]
        made = Made(form, year, printed, held, shown)
        found = report(MARKUPS[markup](made))
        assert {cell: found.cells[cell].value for cell in held} == held
        assert all(found.cells[cell].flag in {"exact", "unique"} for cell in held)


def test_a_cell_is_told_by_its_place_in_its_table() -> None:
    made = make_printed("national-2021", 3)
    found = report(cms(made))
    own = [rows for rows in made.printed if not isinstance(rows, str)][1]
    total = found.cells["requests.received_new.total"]
    row = next(number for number, cells in enumerate(own, 1) if "新收" in cells[0].text)
    assert (total.spot.table, total.spot.row, total.spot.column) == (2, row, 10)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<td>新收<td> 5 ", ["新收", "5"]),
        ("<td><div><p>新收</p></div></td><td><p>&nbsp;</p></td>", ["新收", ""]),
        ("<td><div><span>新</span><span>收</span></div><td>0<o:p></o:p>", ["新收", "0"]),
        ("<td>行政处<br>罚</td><td>1\n2</td>", ["行政处\n罚", "1 2"]),
        ("<th>新收</th><td>10<sup>2</sup></td>", ["新收", "10 2"]),
        ("<td>新收</td><td><del>5</del>3</td>", ["新收", "3"]),
        ("<td>新收</td><td style='display:none'>9</td><td>3</td>", ["新收", "3"]),
        ("<td>新收</td><td><input value=7></td>", ["新收", "7"]),
        ("<td>新收</td><td><img src=n.png></td>", ["新收", "[图片]"]),
        ('<td title="a > b" x"y=1>新收</td><td alt=\'"\'>3</td>', ["新收", "3"]),
        ("<td>&lt;a&gt;</td><td>&amp;lt;</td>", ["<a>", "&lt;"]),
        ("<td>新收</td><td><table><tr><td>4</td></tr></table></td>", ["新收", "4"]),
        ('<td><a name="x"></a>新收</td><td><a href="y">3</a></td>', ["新收", "3"]),
        ("<td>新收</td><td><!-- 8 -->3<![if !x]><![endif]></td>", ["新收", "3"]),
    ],
)
def test_a_cell_is_the_text_it_shows(markup: str, shown: list[str]) -> None:
    assert cells(f"<p>x</p><table><tr>{markup}</table>") == [shown]


@pytest.mark.parametrize(
    ("rows", "placed"),
    [
        ("<td rowspan=2>a<td>b<tr><td>c<td>d", [[0, 1], [1, 2]]),
        ("<td colspan=3>a<td>b<tr><td>c<td>d", [[0, 3], [0, 1]]),
        ("<td>a<td rowspan=0>b<tr><td>c<td>d<tr><td>e<td>f", [[0, 1], [0, 2], [0, 2]]),
        ("<td rowspan=9>a<td>b<tbody><tr><td>c<td>d", [[0, 1], [0, 1]]),
        ("<td rowspan=3>a<td rowspan=2 colspan=2>b<tr><td>c<td>d<tr><td>e<td>f", [[0, 1], [3, 4], [1, 2]]),
        ("<td colspan=0>a<td colspan=x>b<tr><td rowspan=''>c<td>d", [[0, 1], [0, 1]]),
    ],
)
def test_own_cells_stand_in_the_columns_that_spans_leave(rows: str, placed: list[list[int]]) -> None:
    assert columns(f"<p>x</p><table><tr>{rows}</table>") == placed


def test_wide_tables_with_deep_spans_are_placed_quickly() -> None:
    started = time.process_time()
    first_columns([[(60, 400)] * 9000, *[[(1, 1)]] * 9000])
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "markup",
    [
        (
            "<div role=table><div role=row><div role=cell>新收</div><div role=cell>1</div></div>"
            "<div role=row><span role=cell>结转</span><span role=cell></span></div></div>"
        ),
        (
            "<div style='display:table'><div style='display:table-row'><div style='display:table-cell'>新收</div>"
            "<div style='display: table-cell'>1</div></div><div style='display:table-row'>"
            "<p style='display:table-cell'>结转</p><p style='display:table-cell'></p></div></div>"
        ),
        (
            "<div class=tr><div class='td x'>新收</div><div class=td>1</div></div>"
            "<div class=tr><div class=td>结转</div><div class=td> </div></div>"
        ),
    ],
)
def test_tables_drawn_with_other_elements_are_tables(markup: str) -> None:
    assert cells(f"<p>x</p>{markup}") == [["新收", "1"], ["结转", ""]]


def test_a_report_with_drawn_tables_is_read_whole() -> None:
    made = make_printed("national-2021", 4)
    assert_read_whole(report(drawn(made)), made)


def test_a_picture_in_the_place_of_a_table_is_an_issue() -> None:
    made = make_printed("national-2021", 6)
    requests = next(part for part in made.printed if not isinstance(part, str) and len(part) > 15)
    page = page_of(made).replace(
        page_of(Made(made.form, made.year, [requests], {}, {})), '<p><img src="/u/b3.png?v=1"></p>'
    )
    assert "b3.png" in page
    with_icons = page.replace("<p>", '<p><img src="/images/logo.png"><img src="x.jpg" width="16"><img src="s.gif">')
    found = report(with_icons)
    told = [issue.message for issue in found.issues if issue.code == "image"]
    assert len(told) == 1
    assert "b3.png" in told[0]
    assert not any(cell.startswith("requests.") and r.value is not None for cell, r in found.cells.items())
