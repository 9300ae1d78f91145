"""PDF files as offices, browsers and report writers print them, read by the geometry of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from generate import Figures
from govrules.read.document import Document
from govrules.read.normalise import compact, normalise
from govrules.read.pdf.pdf import read_pdf
from govrules.read.reports import reports
from govrules.report import Report
from layout import Made, Merged, Printed, Rows, make_printed
from office import convert, spots, to_docx
from pdf_objects import drawn_pdf
from pdf_pages import captioned_pdf, scanned_pdf
from pdfs import Print, Ruling, coded, page_to_print, printed_pdf
from reading import FORMS, ISSUER, YEARS, silent
from real import real_tables

REAL = real_tables()
RULINGS: tuple[Ruling, ...] = ("lines", "rects", "dashes", "double", "filled", "open sides")
WEB = ["--infilter=HTML (StarWriter)"]


def read_one(content: bytes) -> Report:
    found, issues = reports(read_pdf(content, "made.pdf"), FORMS)
    assert not issues
    (report,) = found
    assert report.structured
    return report


def check_whole(content: bytes, made: Made, *, spotted: bool = True) -> None:
    """Check that all was read as printed: form, year, issuer, sections, every cell and its place, blanks as blanks."""
    report = read_one(content)
    assert (report.form, report.year, report.issuer, report.issues) == (made.form.name, made.year, ISSUER, ())
    assert len(report.sections) == (6 if made.form.name.startswith("national") else 0)
    check_cells(report, made.cells, made.shown)
    if spotted:
        check_spots(report, made.printed)


def check_tables(content: bytes, made: Made) -> None:
    """Check that every cell of every table was read as printed, and that none is wrong and certain."""
    report = read_one(content)
    assert (report.form, report.year, report.issuer) == (made.form.name, made.year, ISSUER)
    check_cells(report, made.cells, made.shown)
    assert silent(report, made.cells, made.shown) == []


def check_cells(report: Report, cells: Figures, shown: Mapping[str, str | None]) -> None:
    for cell, value in cells.items():
        record = report.cells[cell]
        assert record.flag in {"exact", "unique"}, record
        assert record.value == (None if shown[cell] is None else value), record
        assert (record.kind == "blank") == (shown[cell] is None), record


def check_spots(report: Report, printed: Printed) -> None:
    """Check that the place of every record leads to a cell with its text, on a page that does not go back."""
    tables = [spots(part) for part in printed if not isinstance(part, str)]
    for record in report.cells.values():
        assert tables[record.spot.table - 1][record.spot.row, record.spot.column] == record.raw, record
    pages: dict[int, int] = {}
    for record in report.cells.values():
        pages[record.line] = min(record.spot.page, pages.get(record.line, record.spot.page))
    assert [pages[line] for line in sorted(pages)] == sorted(pages.values())
    assert min(pages.values()) > 0


def document_of(content: bytes) -> Document:
    return read_pdf(content, "made.pdf")


def texts(content: bytes) -> list[str]:
    return [line.text for line in document_of(content).lines]


# Whole reports


@pytest.mark.parametrize("ruling", RULINGS)
@pytest.mark.parametrize("name", YEARS)
def test_a_report_is_read_whole_however_its_tables_are_ruled(name: str, ruling: Ruling) -> None:
    made = make_printed(name, 1)
    whole_rows_apart = ruling == "open sides"  # nothing ties a row without any line down it to the others
    check_whole(printed_pdf(made.printed, Print(ruling)), made, spotted=not whole_rows_apart)


@pytest.mark.parametrize(
    "how",
    [
        Print(wide=True),
        Print(turned=90),
        Print(turned=180, head="青山市人民政府办公室"),
        Print(turned=270, wide=True),
        Print(head="2024/1/18 10:20    年度报告 - 青山市人民政府门户网站", numbers="第 {} 页 共 9 页"),
        Print(margin=110, size=7.5, numbers="{}"),
        Print(margin=40, numbers="— {} —", repeat=True),
        Print(size=8, margin=90, repeat=True, ruling="rects"),
    ],
    ids=str,
)
def test_a_report_is_read_whole_whatever_its_paper_and_margins(how: Print) -> None:
    made = make_printed("national-2021", 2)
    content = printed_pdf(made.printed, how)
    check_whole(content, made)
    assert not [text for text in texts(content) if how.head and how.head in text][1:]


@pytest.mark.parametrize("name", ["national-2019", "national-2021"])
def test_every_figure_is_read_in_its_own_cell(name: str) -> None:
    made = coded(name, 3)
    check_cells(read_one(printed_pdf(made.printed, Print(size=8, margin=40))), made.cells, made.shown)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(14))
@pytest.mark.parametrize("name", YEARS)
def test_forty_reports_of_reportlab_are_read_whole(name: str, seed: int) -> None:
    made = make_printed(name, seed)
    check_whole(printed_pdf(made.printed, Print(RULINGS[seed % 5], size=7 + seed % 3, margin=40 + 4 * seed)), made)


def test_reports_that_libreoffice_prints_are_read_whole(tmp_path: Path) -> None:
    check_office(tmp_path, range(40, 44))


@pytest.mark.slow
def test_forty_reports_that_libreoffice_prints_are_read_whole(tmp_path: Path) -> None:
    """Pages break in the midst of captions, labels and headers: no two reports have the same sizes."""
    check_office(tmp_path, range(60, 74))


def check_office(folder: Path, seeds: range) -> None:
    made = {f"{name}_{seed}": make_printed(name, seed) for name in YEARS for seed in seeds}
    for key, content in printed_by_office(folder, made, list(made)[::2]):
        check_whole(content, made[key])


def printed_by_office(folder: Path, made: Mapping[str, Made], words: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Give reports by key as LibreOffice prints them: all as pages of many sizes, and `words` as documents too."""
    pages = {
        f"{key}.html": page_to_print(one.printed, 8 + number % 7, 1.5 + number % 5 * 0.4)
        for number, (key, one) in enumerate(made.items())
    }
    documents = {f"{key}.docx": to_docx(made[key].printed) for key in words}
    from_pages = convert(pages, "pdf:writer_pdf_Export", folder / "pages", WEB)
    from_documents = convert(documents, "pdf", folder / "words")
    assert (len(from_pages), len(from_documents)) == (len(pages), len(documents))
    yield from (*from_pages.items(), *from_documents.items())


def test_figures_keep_their_rows_wherever_libreoffice_breaks_a_page(tmp_path: Path) -> None:
    made = {f"{name}_{seed}": coded(name, seed) for name in ("national-2019", "national-2021") for seed in range(3)}
    files = convert({f"{key}.docx": to_docx(one.printed) for key, one in made.items()}, "pdf", tmp_path)
    assert set(files) == set(made)
    for key, content in files.items():
        check_cells(read_one(content), made[key].cells, made[key].shown)


@pytest.mark.parametrize("ruling", RULINGS)
@pytest.mark.parametrize("key", REAL)
def test_the_tables_of_real_reports_are_read_whole(key: str, ruling: Ruling) -> None:
    check_tables(printed_pdf(REAL[key].printed, Print(ruling)), REAL[key])


@pytest.mark.slow
@pytest.mark.skipif(not REAL, reason="the corpus is not here")
def test_the_tables_of_real_reports_that_libreoffice_prints_are_read_whole(tmp_path: Path) -> None:
    for key, content in printed_by_office(tmp_path, REAL, REAL):
        check_tables(content, REAL[key])


@pytest.mark.parametrize("size", [8, 9, 10.5])
@pytest.mark.parametrize("name", YEARS)
def test_without_ruling_lines_most_cells_are_read_and_none_is_wrong_and_certain(name: str, size: float) -> None:
    for made in (make_printed(name, 0), make_printed(name, 5), coded(name, 6)):
        report = read_one(printed_pdf(made.printed, Print("none", size=size)))
        assert silent(report, made.cells, made.shown) == []
        right = [
            cell
            for cell, value in made.cells.items()
            if cell in report.cells and report.cells[cell].value == (None if made.shown[cell] is None else value)
        ]
        assert len(right) > 0.75 * len(made.cells)
        assert (report.form, report.year, report.issuer) == (name, made.year, ISSUER)


# What stands on a page


@pytest.mark.parametrize("sideways", [False, True])
def test_a_caption_that_runs_downwards_in_a_narrow_cell_is_one_cell_of_its_row(sideways: bool) -> None:
    rows = [
        [box.text for box in line.boxes] for line in document_of(captioned_pdf("不予公开", sideways=sideways)).lines
    ]
    assert rows == [["不予公开", "1.属于第一类", "11"], ["2.属于第二类", "12"], ["3.属于第三类", "13"]]


def test_wrapped_lines_are_one_paragraph_and_headings_stay_alone() -> None:
    made = make_printed("national-2021", 7)
    prose = [part for part in made.printed if isinstance(part, str)]
    read = {text.replace(" ", "") for text in texts(printed_pdf(made.printed))}
    assert {compact(normalise(part)).replace(" ", "") for part in prose} <= read


def test_page_numbers_and_running_heads_are_no_lines() -> None:
    made = make_printed("national-2021", 7)
    plain = texts(printed_pdf(made.printed, Print(numbers="")))
    assert texts(printed_pdf(made.printed, Print(numbers="第 {} 页"))) == plain
    headed = texts(printed_pdf(made.printed, Print(head="内部资料 注意保存")))
    assert [text for text in headed if text != "内部资料注意保存"] == plain


def test_rows_that_repeat_a_page_break_apart_from_figures_are_not_joined() -> None:
    """A row whose figures are all blank stays a row when the next page begins with another one."""
    labels = ["规章", "行政规范性文件"] * 20
    rows: Rows = [[Merged("信息内容"), Merged("本年制发件数"), Merged("现行有效件数")]]
    rows += [
        [Merged(f"{label}甲{n}"), *([Merged("")] * 2 if n % 2 else [Merged(str(n)), Merged("7")])]
        for n, label in enumerate(labels)
    ]
    lines = document_of(printed_pdf(["标题", rows], Print(size=14))).lines
    found = [[box.text for box in line.boxes] for line in lines if line.boxes]
    assert found == [[cell.text for cell in row] for row in rows]


def test_a_bold_character_that_is_printed_twice_is_read_once() -> None:
    twice = b"BT /F1 12 Tf 72 700 Td (1122) Tj ET BT /F1 12 Tf 72.3 700 Td (1122) Tj ET"
    assert texts(drawn_pdf(twice)) == ["1122"]


def test_pages_that_are_pictures_are_named_and_the_rest_is_read() -> None:
    document = document_of(
        scanned_pdf(4, text="青山市人民政府2023年政府信息公开工作年度报告，其余各页为扫描件，另行公布。")
    )
    assert [image.name for image in document.images] == ["page 2", "page 3", "page 4"]
    assert [issue.message for issue in document.issues] == ["第 2—4 页是扫描图片，没有文字，其内容未读取"]
    assert document.lines
