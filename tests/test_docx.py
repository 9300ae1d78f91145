"""Reports as Word documents, by several producers: every cell is read, at its place, blanks as blanks."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from govrules.read.normalise import simplified
from govrules.read.reports import reports
from govrules.read.word.docx import read_docx
from govrules.report import CERTAIN, Report
from layout import Made, Printed, make_printed, merged_rows
from office import (
    PICTURE,
    W,
    convert,
    lists,
    numbered,
    p,
    parts_file,
    spots,
    style,
    styled,
    tc,
    to_docx,
    to_html,
    zipped,
)
from reading import FORMS, ISSUER, YEARS, silent

TRUTH = Path(__file__).parents[2] / "shared" / "corpus" / "expected.json"
EXPECTED: list[dict[str, Any]] = json.loads(TRUTH.read_text(encoding="utf-8"))["reports"] if TRUTH.exists() else []
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


def read_one(content: bytes) -> Report:
    found, issues = reports(read_docx(content, "made.docx"), FORMS)
    assert not issues
    (report,) = found
    assert report.structured
    return report


def check_whole(report: Report, made: Made) -> None:
    """Check that all was read as printed: form, year, issuer, sections, every cell, blanks as blanks."""
    assert (report.form, report.year, report.issuer) == (made.form.name, made.year, ISSUER)
    assert not report.issues
    assert len(report.sections) == (6 if made.form.name.startswith("national") else 0)
    check_cells(report, made.cells, made.shown)


def check_cells(report: Report, cells: Any, shown: Any) -> None:
    for cell, value in cells.items():
        record = report.cells[cell]
        assert record.flag in {"exact", "unique"}, record
        assert record.value == (None if shown[cell] is None else value), record
        assert (record.kind == "blank") == (shown[cell] is None), record


def check_spots(report: Report, printed: Printed) -> None:
    """Check that the place of every record leads to a cell with its text."""
    tables = [spots(part) for part in printed if not isinstance(part, str)]
    for record in report.cells.values():
        assert tables[record.spot.table - 1][record.spot.row, record.spot.column] == record.raw, record


# Whole reports


@pytest.mark.parametrize("name", YEARS)
@pytest.mark.parametrize("seed", range(14))
def test_a_report_of_python_docx_is_read_whole(name: str, seed: int) -> None:
    made = make_printed(name, seed)
    report = read_one(to_docx(made.printed))
    check_whole(report, made)
    check_spots(report, made.printed)


def test_documents_that_libreoffice_made_of_pages_and_of_documents_are_read_whole(tmp_path: Path) -> None:
    all_made = {f"{name}_{seed}": make_printed(name, seed) for name in YEARS for seed in range(3, 6)}
    pages = {f"{key}.html": to_html(made.printed) for key, made in all_made.items()}
    words = {f"{key}.docx": to_docx(made.printed) for key, made in all_made.items()}
    wanted = "docx:MS Word 2007 XML"
    for files in (
        convert(pages, wanted, tmp_path / "pages", ["--infilter=HTML (StarWriter)"]),
        convert(words, wanted, tmp_path / "words"),
    ):
        assert set(files) == set(all_made)
        for key, made in all_made.items():
            report = read_one(files[key])
            check_whole(report, made)
            check_spots(report, made.printed)


@pytest.mark.parametrize("want", [pytest.param(want, id=want["key"]) for want in EXPECTED if want["cells"]])
def test_the_tables_of_real_reports_are_read_whole(want: dict[str, Any]) -> None:
    form = FORMS[want["form"]]
    cells = {cell: known["value"] for cell, known in want["cells"].items()}
    shown = {cell: simplified(known["raw"])[0] or None for cell, known in want["cells"].items()}
    title = f"{ISSUER}{want['year']}年政府信息公开工作年度报告"
    printed: Printed = [title, "一、总体情况", *(merged_rows(table, shown) for table in form.tables)]
    report = read_one(to_docx(printed))
    assert cells
    check_cells(report, cells, shown)
    assert silent(report, cells, shown) == []


def test_a_report_inside_a_table_that_only_lays_out_the_page_is_read_whole() -> None:
    made = make_printed("national-2021", 40)
    for before, after in (
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        (f"<w:tbl><w:tr>{tc('导航')}<w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:tbl><w:tr><w:tc>" * 2, "</w:tc></w:tr></w:tbl>" * 2),
    ):
        framed = rf"\g<1>{before}\g<2>{after}\g<3>"
        check_whole(read_one(rewritten(made, r"(<w:body>)(.*)(<w:sectPr.*)", framed)), made)


def test_a_report_in_the_strict_dialect_is_read_whole() -> None:
    made = make_printed("national-2021", 41)
    check_whole(read_one(rewritten(made, re.escape(W), STRICT)), made)


def test_a_report_whose_chapters_are_numbered_by_a_style_has_its_sections() -> None:
    made = make_printed("national-2021", 42)
    body = "".join(
        "" if not isinstance(part, str) else p(part[2:], style("Chapter")) if part[1] == "、" else p(part)
        for part in made.printed
    )
    styles, numbering = styled("Chapter", numbered(7)), lists({7: ["chineseCounting", "%1、"]})
    report = read_one(parts_file(body, styles=styles, numbering=numbering))
    assert [section.title for section in report.sections] == [
        part for part in made.printed if isinstance(part, str) and part[1] == "、"
    ]


def rewritten(made: Made, pattern: str, new: str) -> bytes:
    """Print a report and replace a pattern in its WordprocessingML."""
    with zipfile.ZipFile(BytesIO(to_docx(made.printed))) as archive:
        members: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    for name, content in members.items():
        if name.startswith("word/") and name.endswith(".xml") and isinstance(content, bytes):
            members[name] = re.sub(pattern, new, content.decode(), flags=re.S)
    return zipped(members)


def test_a_cell_that_holds_a_picture_of_its_figure_is_no_blank() -> None:
    made = make_printed("national-2021", 0)
    label, cell = "（三）不予公开", "requests.outcome.denied.state_secret.natural"
    assert made.shown[cell] == "0"
    row = rf"({label}.*?1.属于国家秘密.*?)<w:t>0</w:t>"
    for put, kind in (("", "blank"), (PICTURE.format("", "r1"), "unreadable")):
        content = rewritten(made, row, rf"\g<1>{put}")
        record = read_one(content).cells[cell]
        assert record.kind == kind or (put and record.flag not in CERTAIN)
