"""What the cells of a workbook show: numbers by their formats, dates, errors, formulas, and what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import pytest
from govrules.read.document import Document
from govrules.read.reports import reports
from govrules.read.sheet.printed import number_text, shown_by
from govrules.read.sheet.xlsx import read_xlsx
from govrules.report import CERTAIN, Report
from layout import make_printed
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from PIL import Image as Pixels
from reading import FORMS
from workbooks import SHEET, by_hand, changed, member, saved, shown, to_xlsx, with_strings

MADE = make_printed("national-2021", 7)


def only_report(document: Document) -> Report:
    (report,) = reports(document, FORMS)[0]
    return report


def altered(alter: Callable[[Workbook], None], *, numbers: bool = True) -> bytes:
    book = load_workbook(BytesIO(to_xlsx(MADE.printed, numbers=numbers)))
    alter(book)
    return saved(book)


@pytest.mark.parametrize(
    ("stored", "code", "text"),
    [
        ("12", "General", "12"),
        ("12.0", "General", "12"),
        ("1.2E1", "General", "12"),
        ("0.30000000000000004", "General", "0.3"),
        ("27042.620000000003", "General", "27042.62"),
        ("-2.7755575615628914E-17", "General", "0"),
        ("123456789.12", "General", "123456789.12"),
        ("1234567890123456", "General", "1234567890123456"),
        ("0.30000000000000004", "0.00", "0.30"),
        ("2.675", "0.00", "2.68"),
        ("-0.001", "0.00", "0.00"),
        ("27042.62", "#,##0.00_ ", "27042.62"),
        ("12", '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ ', "12"),
        ("12.5", "0_);[Red]\\(0\\)", "13"),
        ("0.125", "0.0%", "12.5%"),
        ("0.5", "0%", "50%"),
        ("12345", "0!.0,", "12345"),
        ("44931", "yyyy-mm-dd", "2023年1月5日"),
        ("44931.5", "m/d/yy h:mm", "2023年1月5日 12:00"),
        ("0.354166666666667", "[h]:mm", "08:30"),
        ("59", "yyyy/m/d", "1900年2月28日"),
        ("61", "yyyy/m/d", "1900年3月1日"),
        ("12", '[DBNum1][$-804]yyyy"年"m"月"d"日"', "1900年1月12日"),
        ("1E+400", "0", "1E+400"),
        ("1E-400", "General", "0"),
        ("1E-9999999999", "0.00%", "0.00%"),
        ("NaN", "0", "NaN"),
        ("9999999999", "yyyy-mm-dd", "9999999999"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(stored: str, code: str, text: str) -> None:
    assert number_text(stored, shown_by(code)) == text


def test_workbooks_of_old_macs_count_days_from_1904() -> None:
    assert number_text("0", shown_by("yyyy-mm-dd"), since_1904=True) == "1904年1月1日"
    book = Workbook()
    book.active.append([date(2023, 1, 5), 1])
    book.epoch = datetime(1904, 1, 1)
    assert shown(read_xlsx(saved(book), "x")) == [["2023年1月5日", "1"]]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!", True, date(2023, 1, 5), "见附件", "=SUM(D4:D9)"])
@pytest.mark.parametrize("column", ["natural", "legal_service", "total"])
def test_what_is_no_number_never_becomes_one(value: object, column: str) -> None:
    cell = f"requests.received_new.{column}"
    spot = only_report(read_xlsx(to_xlsx(MADE.printed), "x")).cells[cell].spot

    def alter(book: Workbook) -> None:
        book[spot.sheet].cell(spot.row, spot.column).value = value

    record = only_report(read_xlsx(altered(alter), "x")).cells[cell]
    assert record.kind not in {"blank", "zero", "number"}
    assert record.value is None or record.flag not in CERTAIN


def test_a_formula_without_a_saved_result_is_told_and_is_no_blank_cell() -> None:
    book = Workbook()
    book.active.append(["规章", "=SUM(C1:D1)", 1, 2])
    document = read_xlsx(saved(book), "x")
    assert shown(document) == [["规章", "=SUM(C1:D1)", "1", "2"]]
    assert [(issue.code, issue.message) for issue in document.issues] == [
        ("formula", "工作表“Sheet”单元格 B1 是没有保存结果的公式，无法读取")
    ]


def test_saved_results_of_formulas_are_read() -> None:
    rows = (
        '<row r="1"><c r="A1" t="str"><f>"规"&amp;"章"</f><v>规章</v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="str"><f>IF(1,"",2)</f><v></v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="E1" t="b"><f>TRUE()</f><v>1</v></c><c r="F1"><f t="shared" si="0"/></c></row>'
    )
    assert shown(read_xlsx(by_hand(rows), "x")) == [["规章", "2", "", "#DIV/0!", "TRUE", "=…"]]


def test_texts_are_read_however_they_are_stored() -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>规章</t></si>'
        '<si><r><t>行政</t></r><r><t>许可</t></r><rPh sb="0" eb="1"><t>xing</t></rPh></si>'
        "<si><t>甲_x000A_乙</t></si></sst>"
    )
    rows = (
        '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c><c t="inlineStr"><is><r><t>丙</t></r>'
        "<r><t>丁</t></r></is></c><c><v>3</v></c></row>"
    )
    document = read_xlsx(with_strings(by_hand(rows), strings.encode()), "x")
    assert shown(document) == [["规章", "行政许可", "甲\n乙", "丙丁", "3"]]
    assert [box.spot.column for box in document.lines[0].boxes] == [1, 2, 3, 4, 5]


def test_the_strict_dialect_and_prefixes_are_read() -> None:
    content = to_xlsx(MADE.printed)
    sheet = member(content, SHEET).decode()
    strict = sheet.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/x")
    prefixed = strict.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
    for same in (strict, prefixed):
        assert shown(read_xlsx(changed(content, {SHEET: same.encode()}), "x")) == shown(read_xlsx(content, "x"))


def test_blank_cells_outside_a_table_are_none_and_inside_are_blank() -> None:
    rows = (
        '<row r="1"><c r="C1" t="inlineStr"><is><t>信息内容</t></is></c>'
        '<c r="D1" t="inlineStr"><is><t>数量</t></is></c>'
        '<c r="E1" t="inlineStr"><is><t>备注</t></is></c><c r="F1" s="0"/></row>'
        '<row r="2"><c r="C2" t="inlineStr"><is><t>规章</t></is></c><c r="E2"><v>0</v></c><c r="Z2" t="inlineStr">'
        "<is><t> </t></is></c></row>"
    )
    document = read_xlsx(by_hand(rows), "x")
    assert shown(document) == [["信息内容", "数量", "备注"], ["规章", "", "0"]]
    assert [(box.first, box.spot.row, box.spot.column) for box in document.lines[1].boxes] == [
        (0, 2, 3),
        (1, 2, 4),
        (2, 2, 5),
    ]


def test_a_merged_cell_keeps_its_text_when_its_first_column_is_hidden() -> None:
    def alter(book: Workbook) -> None:
        book.active.insert_cols(1)
        book.active.merged_cells.ranges = {merge for merge in book.active.merged_cells.ranges if not merge.shift(1)}
        for row in range(1, book.active.max_row + 1):
            merge = next((m for m in book.active.merged_cells.ranges if (m.min_row, m.min_col) == (row, 2)), None)
            if merge is not None:
                book.active.cell(row, 1).value = book.active.cell(row, 2).value
                merge.expand(left=1)
        book.active.column_dimensions["A"].hidden = True

    changed_, plain = only_report(read_xlsx(altered(alter), "x")), only_report(read_xlsx(altered(lambda _: None), "x"))
    assert {c: r.value for c, r in changed_.cells.items()} == {c: r.value for c, r in plain.cells.items()}
    assert len(changed_.sections) == 6
    assert changed_.issuer == plain.issuer


def test_the_name_of_a_sheet_is_read_where_it_is_the_title_the_body_or_the_heading() -> None:
    def named(name: str, *texts: str) -> list[str]:
        book = Workbook()
        book.active.title = name
        for text in texts:
            book.active.append([text])
        return [line.raw for line in read_xlsx(saved(book), "x").lines]

    title = "青山市教育局2023年政府信息公开工作年度报告"
    assert named(title, "一、总体情况") == [title, "一、总体情况"]
    assert named(title, title, "一、总体情况") == [title, "一、总体情况"]
    assert named("青山市教育局", "2023年政府信息公开工作年度报告", "内容")[0] == "青山市教育局"
    assert named("青山市教育局", title) == [title]
    assert named("一、总体情况", "本年度工作情况良好。") == ["一、总体情况", "本年度工作情况良好。"]
    assert named("二、主动公开情况", "二、行政机关主动公开政府信息情况") == ["二、行政机关主动公开政府信息情况"]
    assert named("Sheet1", "内容") == named("表三", "内容") == ["内容"]


def test_a_picture_in_place_of_a_table_is_named() -> None:
    drawn = BytesIO()
    Pixels.new("RGB", (4, 4)).save(drawn, "png")
    book = load_workbook(BytesIO(to_xlsx([part for part in MADE.printed if isinstance(part, str)])))
    book.active.add_image(Image(drawn), "B12")
    document = read_xlsx(saved(book), "x")
    (image,) = document.images
    assert (image.name, image.spot.sheet, image.spot.row) == ("image1.png", "报告", 12)
    assert "image" in {issue.code for issue in only_report(document).issues}


def test_a_cell_that_holds_whole_sections_is_read_as_paragraphs() -> None:
    texts = [part for part in MADE.printed if isinstance(part, str)]
    book = Workbook()
    book.active["A1"] = "\n".join(texts)
    assert shown(read_xlsx(saved(book), "x")) == [[text] for text in texts]
    book.active["A1"] = "青山市人民政府2023年政府信息\n公开工作年度报告"
    assert [line.text for line in read_xlsx(saved(book), "x").lines] == ["青山市人民政府2023年政府信息公开工作年度报告"]
