"""Workbooks: reports read as printed from .xlsx and .xls, blanks distinct from zeros, every cell with its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from govrules.read.document import Document
from govrules.read.normalise import simplified
from govrules.read.reports import reports
from govrules.read.sheet.xls import read_xls
from govrules.read.sheet.xlsx import read_xlsx
from govrules.report import CERTAIN, Report
from layout import Made, Merged, Printed, Rows, make_printed, merged_rows
from office import convert
from openpyxl import Workbook, load_workbook
from reading import FORMS, ISSUER, YEARS
from workbooks import add_table, saved, to_xlsx

LAYOUTS: tuple[Mapping[str, bool], ...] = (
    {},
    {"numbers": True},
    {"apart": True},
    {"numbers": True, "apart": True, "merged": False},
    {"framed": False},
    {"numbers": True, "framed": False, "merged": False},
)
TRUTH = Path(__file__).parents[2] / "shared" / "corpus" / "expected.json"
each_form = pytest.mark.parametrize("name", YEARS)


def only_report(document: Document) -> Report:
    found, issues = reports(document, FORMS)
    assert issues == []
    (report,) = found
    return report


def wrong(report: Report, cells: Mapping[str, object], shown: Mapping[str, str | None]) -> list[object]:
    """List the cells that are not read as printed, for certain, and the blank ones that are not read as blank."""
    made: list[object] = []
    for cell, value in cells.items():
        record = report.cells.get(cell)
        right = ("blank", None) if shown[cell] is None else (record.kind if record else "", value)
        if record is None or record.flag not in CERTAIN or (record.kind, record.value) != right:
            made.append((cell, shown[cell], record))
    return made


def assert_whole(made: Made, document: Document) -> None:
    report = only_report(document)
    assert (report.form, report.year, report.issuer) == (made.form.name, made.year, ISSUER)
    assert wrong(report, made.cells, made.shown) == []
    assert [s.id for s in report.sections] == [s.id for s in made.form.sections if s.number]
    assert report.issues == ()


@each_form
def test_reports_on_one_sheet_or_on_a_sheet_for_each_section_are_read_whole(name: str) -> None:
    for seed in range(14):
        made = make_printed(name, seed)
        for layout in (LAYOUTS[seed % 6], LAYOUTS[(seed + 3) % 6]):
            assert_whole(made, read_xlsx(to_xlsx(made.printed, **layout), "made.xlsx"))


def test_old_workbooks_are_read_whole(tmp_path: Path) -> None:
    mades = {f"{name}-{seed}": make_printed(name, seed) for name in YEARS for seed in range(14)}
    files = {
        f"{key}.xlsx": to_xlsx(made.printed, **LAYOUTS[number % 6]) for number, (key, made) in enumerate(mades.items())
    }
    old = convert(files, "xls", tmp_path)
    assert old.keys() == mades.keys()
    for key, made in mades.items():
        assert_whole(made, read_xls(old[key], "made.xls"))


def test_workbooks_that_an_office_program_wrote_are_read_whole(tmp_path: Path) -> None:
    mades = {f"{name}-{number}": make_printed(name, 20 + number) for name in YEARS for number in range(6)}
    files = {f"{key}.xlsx": to_xlsx(made.printed, **LAYOUTS[int(key[-1])]) for key, made in mades.items()}
    written = convert(files, "xlsx", tmp_path)
    assert written.keys() == mades.keys()
    assert b"sharedStrings" in next(iter(written.values()))
    for key, made in mades.items():
        assert_whole(made, read_xlsx(written[key], "made.xlsx"))


@pytest.mark.skipif(not TRUTH.exists(), reason="the corpus is not here")
def test_the_tables_of_real_reports_are_read_whole(tmp_path: Path) -> None:
    truth: list[Any] = [want for want in json.loads(TRUTH.read_text(encoding="utf-8"))["reports"] if want["cells"]]
    files: dict[str, bytes] = {}
    for want in truth:
        form = FORMS[want["form"]]
        shown = {cell: simplified(value["raw"])[0] for cell, value in want["cells"].items()}
        title = f"{ISSUER}{want['year']}年政府信息公开工作年度报告"
        printed: Printed = [
            title,
            *(part for table in form.tables for part in (table.title, merged_rows(table, shown))),
        ]
        files[f"{want['key']}.xlsx"] = to_xlsx(printed, numbers=want is truth[0])
    old = convert(files, "xls", tmp_path)
    for want in truth:
        cells = {cell: value["value"] for cell, value in want["cells"].items()}
        for document in (read_xlsx(files[f"{want['key']}.xlsx"], "x"), read_xls(old[want["key"]], "x")):
            report = only_report(document)
            assert (report.form, report.year) == (want["form"], want["year"])
            assert wrong(report, cells, dict.fromkeys(cells, "")) == []


@each_form
def test_every_cell_knows_its_sheet_row_and_column(name: str) -> None:
    made = make_printed(name, 5)
    content = to_xlsx(made.printed, apart=True)
    report, book = only_report(read_xlsx(content, "x")), load_workbook(BytesIO(content))
    spots = {cell: report.cells[cell].spot for cell in made.cells}
    assert len(set(spots.values())) == len(spots)
    for cell, spot in spots.items():
        assert book[spot.sheet].cell(spot.row, spot.column).value == made.shown[cell]
        assert book.sheetnames[spot.table - 1] == spot.sheet


def test_money_keeps_its_decimals_however_it_is_stored() -> None:
    made = make_printed("national-2021", 1)
    for text, number in (("27042.62", 27042.62), ("0.30", 0.1 + 0.2), ("0.30", 0.3), ("12", 12.0)):
        book = load_workbook(BytesIO(to_xlsx(made.printed)))
        fees = only_report(read_xlsx(saved(book), "x")).cells["proactive.fees.amount_wan"].spot
        book[fees.sheet].cell(fees.row, fees.column).value = number
        record = only_report(read_xlsx(saved(book), "x")).cells["proactive.fees.amount_wan"]
        assert (record.value, record.flag) == (float(text), "exact")


def test_one_report_on_each_sheet_is_one_report_each() -> None:
    book = Workbook()
    book.remove(book.active)
    mades = [make_printed("national-2021", seed) for seed in range(3)]
    for number, made in enumerate(mades):
        sheet, row = book.create_sheet(f"第{number}份"), 1
        for part in made.printed:
            if isinstance(part, str):
                sheet.cell(row, 1, part.replace(ISSUER, f"青山市第{number}局") if row == 1 else part)
                row += 1
            else:
                add_table(sheet, row, part)
                row += len(part)
    found, _ = reports(read_xlsx(saved(book), "x"), FORMS)
    assert [report.issuer for report in found] == ["青山市第0局", "青山市第1局", "青山市第2局"]
    assert [wrong(report, made.cells, made.shown) for report, made in zip(found, mades, strict=True)] == [[], [], []]


@pytest.mark.parametrize("name", ["national-2019", "national-2021"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_row_of_blank_cells_is_blank_and_never_a_heading(name: str, layout: Mapping[str, bool]) -> None:
    made = make_printed(name, 2)
    emptied = "requests.received_new.", "requests.outcome.denied.state_secret.", "requests.carried_out."
    blank = {cell for cell in made.cells if cell.startswith(emptied)} | {"proactive.fees.amount_wan"}
    blank &= set(made.cells)
    assert len(blank) > 20
    shown = {cell: None if cell in blank else text for cell, text in made.shown.items()}
    tables = iter(merged_rows(table, shown) for table in made.form.tables)
    printed: Printed = [part if isinstance(part, str) else next(tables) for part in made.printed]
    report = only_report(read_xlsx(to_xlsx(printed, **layout), "x"))
    assert wrong(report, made.cells, shown) == []
    assert len(report.sections) == 6


def test_tables_may_stand_anywhere_and_titles_may_be_several_rows_high() -> None:
    made = make_printed("national-2021", 4)
    book = load_workbook(BytesIO(to_xlsx(made.printed, merged=False)))
    sheet = book.active
    for merge in [str(merge) for merge in sheet.merged_cells.ranges]:
        sheet.merged_cells.remove(merge)
    shifted = Workbook()
    shifted.active.title = "报告"
    rows = [(cell, cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    for cell, value in rows:
        shifted.active.cell(cell.row + 3, cell.column + 2, value)
    for merge in load_workbook(BytesIO(to_xlsx(made.printed, merged=False))).active.merged_cells.ranges:
        merge.shift(2, 3)
        shifted.active.merge_cells(str(merge))
    shifted.active["A1"] = made.title
    shifted.active.merge_cells("A1:G3")
    shifted.active["C4"] = None
    assert_whole(made, read_xlsx(saved(shifted), "x"))


def test_labels_broken_over_lines_are_read() -> None:
    made = make_printed("national-2021", 6)
    printed: Printed = [part if isinstance(part, str) else _broken(part) for part in made.printed]
    assert_whole(made, read_xlsx(to_xlsx(printed), "x"))


def _broken(rows: Rows) -> Rows:
    """Break long labels in the middle, as narrow columns make people do."""
    return [[Merged(_halved(cell.text), cell.columns, cell.rows) for cell in row] for row in rows]


def _halved(text: str) -> str:
    return text if len(text) < 9 else f"{text[: len(text) // 2]}\n{text[len(text) // 2 :]}"


@each_form
@pytest.mark.parametrize("emptied", [(), ("total",), ("total", "other_org"), ("natural",), ("in_force",)])
def test_tables_whose_cells_were_never_merged_are_read_without_a_cell_in_the_wrong_column(
    name: str, emptied: tuple[str, ...]
) -> None:
    made = make_printed(name, 8)
    shown = {cell: None if cell.endswith(emptied) and emptied else text for cell, text in made.shown.items()}
    tables = iter(merged_rows(table, shown) for table in made.form.tables)
    printed: Printed = [part if isinstance(part, str) else next(tables) for part in made.printed]
    book = load_workbook(BytesIO(to_xlsx(printed, merged=False)))
    for merge in [str(merge) for merge in book.active.merged_cells.ranges]:
        book.active.unmerge_cells(merge)
    report = only_report(read_xlsx(saved(book), "x"))
    assert wrong(report, made.cells, shown) == []


@pytest.mark.parametrize("column", [2, 4, 5, 9])
def test_a_column_that_is_there_for_looks_moves_no_cell(column: int) -> None:
    made = make_printed("national-2021", 9)
    shown = {cell: None if cell.endswith(("total", "in_force")) else text for cell, text in made.shown.items()}
    tables = iter(merged_rows(table, shown) for table in made.form.tables)
    printed: Printed = [part if isinstance(part, str) else next(tables) for part in made.printed]
    book = load_workbook(BytesIO(to_xlsx(printed, merged=False)))
    sheet = book.active
    merges = list(sheet.merged_cells.ranges)
    for merge in merges:
        sheet.merged_cells.remove(merge)
    sheet.insert_cols(column)
    for merge in merges:
        if merge.min_col >= column:
            merge.shift(1)
        elif merge.max_col >= column:
            merge.expand(right=1)
        sheet.merge_cells(str(merge))
    report = only_report(read_xlsx(saved(book), "x"))
    assert wrong(report, made.cells, shown) == []
