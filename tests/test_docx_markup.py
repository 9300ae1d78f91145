"""WordprocessingML: what Word shows of a paragraph and of a table is what is read."""

from __future__ import annotations

import pytest
from govrules.read.document import Document
from govrules.read.word.docx import read_docx
from govrules.report import Spot
from office import PICTURE, p, parts_file, r, relation, styled, tbl, tc, word_file


def read(body: str, **parts: str) -> Document:
    return read_docx(parts_file(body, **parts), "made.docx")


def texts(body: str, **parts: str) -> list[str]:
    return [line.raw for line in read(body, **parts).lines]


T = "<w:t>{}</w:t>".format
EITHER = "<mc:AlternateContent>{}<mc:Fallback><w:t>旧</w:t></mc:Fallback></mc:AlternateContent>"
RUNS = {
    "plain": (r(T("公开")) + r(T("信息")), ["公开信息"]),
    "tab": (r(T("a") + "<w:tab/>" + T("b")), ["a\tb"]),
    "line break": (r(T("青石县") + "<w:br/>" + T("年度报告")), ["青石县", "年度报告"]),
    "hyphens": (r(T("a") + "<w:noBreakHyphen/>" + T("b") + "<w:softHyphen/>" + T("c")), ["a-bc"]),
    "link": (f"<w:hyperlink>{r(T('网址'))}</w:hyperlink>", ["网址"]),
    "smart tag": (f"<w:smartTag><w:smartTag>{r(T('2021'))}</w:smartTag></w:smartTag>{r(T('年'))}", ["2021年"]),
    "control": (f"<w:sdt><w:sdtPr/><w:sdtContent>{r(T('控件'))}</w:sdtContent></w:sdt>", ["控件"]),
    "inserted": (f"<w:ins>{r(T('12'))}</w:ins><w:del>{r('<w:delText>34</w:delText>')}</w:del>", ["12"]),
    "deleted": (f"<w:del>{r(T('34'))}</w:del>{r(T('5'))}", ["5"]),
    "moved": (f"<w:moveTo>{r(T('到'))}</w:moveTo><w:moveFrom>{r(T('从'))}</w:moveFrom>", ["到"]),
    "field": (
        r('<w:fldChar w:fldCharType="begin"/>')
        + r("<w:instrText>SUM(ABOVE)</w:instrText>")
        + r('<w:fldChar w:fldCharType="separate"/>')
        + r(T("12"))
        + r('<w:fldChar w:fldCharType="end"/>'),
        ["12"],
    ),
    "simple field": (f'<w:fldSimple w:instr="PAGE">{r(T("3"))}</w:fldSimple>', ["3"]),
    "pinyin": (r(f"<w:ruby><w:rt>{r(T('du'))}</w:rt><w:rubyBase>{r(T('度'))}</w:rubyBase></w:ruby>"), ["度"]),
    "note": (r(T("正文") + '<w:footnoteReference w:id="2"/>'), ["正文"]),
    "hidden": (r(T("看得见")) + r(T("看不见"), "<w:vanish/>"), ["看得见"]),
    "not hidden": (r(T("看得见"), '<w:vanish w:val="false"/>'), ["看得见"]),
    "hidden by style": (r(T("甲")) + r(T("乙"), '<w:rStyle w:val="Hidden"/>'), ["甲"]),
    "shown in a hidden style": (r(T("乙"), '<w:rStyle w:val="Hidden"/><w:vanish w:val="0"/>'), ["乙"]),
    "symbol": (r('<w:sym w:font="Wingdings" w:char="F0FC"/>' + T("有")), ["有"]),
    "digit of the font Symbol": (r('<w:sym w:font="Symbol" w:char="F031"/><w:sym w:char="F02B"/>'), ["1"]),
    "character": (r('<w:sym w:font="SimSun" w:char="2014"/><w:sym w:char="x"/>'), ["—"]),
    "formula": (f"<m:oMath><m:r><m:t>1</m:t></m:r><m:r><m:t>2</m:t></m:r></m:oMath>{r(T('件'))}", ["1 2件"]),
    "alternatives": (
        r(EITHER.format(f"<mc:Choice>{T('新')}</mc:Choice>")),
        ["新"],
    ),
    "an alternative without text": (
        r(EITHER.format("<mc:Choice/>")),
        ["旧"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_a_paragraph_is_read_as_word_shows_it(name: str) -> None:
    runs, shown = RUNS[name]
    hidden = styled("Hidden", run="<w:vanish/>", kind="character")
    assert texts(f"<w:p>{runs}</w:p>", styles=hidden) == shown


def test_revisions_are_said_to_have_been_accepted() -> None:
    assert [issue.code for issue in read(f"<w:p><w:ins>{r(T('甲'))}</w:ins></w:p>").issues] == ["revisions"]
    assert read(p("甲")).issues == ()


def test_paragraphs_whose_border_was_deleted_are_one() -> None:
    assert texts(p("青石县", "<w:rPr><w:del/></w:rPr>") + p("年度报告") + p("正文")) == ["青石县年度报告", "正文"]
    assert texts(p("最后", "<w:rPr><w:del/></w:rPr>")) == ["最后"]


def test_wrapped_paragraphs_tables_rows_and_cells_are_found() -> None:
    def control(inside: str) -> str:
        return f"<w:sdt><w:sdtContent><w:customXml>{inside}</w:customXml></w:sdtContent></w:sdt>"

    row = f"<w:tr>{control(tc('a'))}{tc('b')}</w:tr>"
    body = control(p("段") + f"<w:tbl>{control(row)}</w:tbl>")
    assert texts(body) == ["段", "a | b"]


BOX = f"<w:txbxContent>{p('青石县2021年政府信息公开工作年度报告')}{tbl(tc('a') + tc('b'))}</w:txbxContent>"
VML = f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>"
DRAWN = f"<w:drawing><wp:inline><a:graphic><wps:txbx>{BOX}</wps:txbx></a:graphic></wp:inline></w:drawing>"


@pytest.mark.parametrize(
    "box",
    [
        VML,
        DRAWN,
        f"<mc:AlternateContent><mc:Choice>{DRAWN}</mc:Choice><mc:Fallback>{VML}</mc:Fallback></mc:AlternateContent>",
        f"<mc:AlternateContent><mc:Choice/><mc:Fallback>{VML}</mc:Fallback></mc:AlternateContent>",
    ],
    ids=["old", "new", "both", "fallback"],
)
def test_a_text_box_is_read_once(box: str) -> None:
    shown = ["前", "青石县2021年政府信息公开工作年度报告", "a | b", "后"]
    assert texts(f"<w:p>{r(T('前') + box)}</w:p>{p('后')}") == shown


def test_pictures_stand_where_they_are_by_the_name_of_their_file_or_what_is_said_of_them() -> None:
    body = (
        p("前")
        + f"<w:p>{r(PICTURE.format('统计表', 'r1'))}</w:p>"
        + p("中")
        + f"<w:p>{r(PICTURE.format('表三', 'r2'))}</w:p>"
    )
    body += '<w:p><w:r><w:object><v:shape><v:imagedata r:id="r1"/></v:shape></w:object></w:r></w:p>'
    document = read_docx(word_file(body, relations=relation("r1", "image", "media/image1.png")), "made.docx")
    assert [(image.line, image.name) for image in document.images] == [
        (1, "image1.png"),
        (2, "表三"),
        (2, "image1.png"),
    ]


def cells(body: str) -> list[list[tuple[str, int, int]]]:
    """Give for every row its own cells: text, first grid column, width."""
    return [[(box.raw, box.first, box.width) for box in line.boxes] for line in read(body).lines]


SPAN = '<w:gridSpan w:val="{}"/>'.format
START, GOES_ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_a_row_has_its_own_cells_at_their_places_in_the_grid() -> None:
    body = tbl(
        tc("甲", START) + tc("乙", SPAN(3)),
        tc("", GOES_ON) + tc("丙") + tc("") + tc("丁"),
        "<w:trPr><w:gridBefore w:val='2'/></w:trPr>" + tc("戊") + tc("己"),
    )
    assert cells(body) == [
        [("甲", 0, 1), ("乙", 1, 3)],
        [("丙", 1, 1), ("", 2, 1), ("丁", 3, 1)],
        [("戊", 2, 1), ("己", 3, 1)],
    ]
    last = read(body).lines[-1]
    assert last.spot == Spot(table=1, row=3)
    assert [box.spot for box in last.boxes] == [Spot(table=1, row=3, column=3), Spot(table=1, row=3, column=4)]


def test_a_cell_that_continues_nothing_is_an_own_cell() -> None:
    body = tbl(tc("甲") + tc("乙"), tc("1", GOES_ON) + tc("2"), tc("", GOES_ON) + tc("3"), tc("4") + tc("5", GOES_ON))
    assert cells(body)[1:3] == [[("1", 0, 1), ("2", 1, 1)], []]
    assert cells(body)[3] == [("4", 0, 1), ("5", 1, 1)]


def test_cells_merged_to_the_left_widen_their_neighbour() -> None:
    merged = tc("甲", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("乙")
    assert cells(tbl(merged)) == [[("甲", 0, 2), ("乙", 2, 1)]]


def test_a_column_too_narrow_for_a_figure_is_where_borders_do_not_meet() -> None:
    grid = "<w:tblGrid>" + "".join(f'<w:gridCol w:w="{width}"/>' for width in (900, 12, 900, 900)) + "</w:tblGrid>"
    body = tbl(
        tc("甲", SPAN(2)) + tc("乙") + tc("丙"), tc("1") + tc("2", SPAN(2)) + tc("3"), tc("4", SPAN(4)) + tc("5")
    )
    assert cells(body.replace("<w:tbl>", f"<w:tbl>{grid}")) == [
        [("甲", 0, 1), ("乙", 1, 1), ("丙", 2, 1)],
        [("1", 0, 1), ("2", 1, 1), ("3", 2, 1)],
        [("4", 0, 3), ("5", 3, 1)],
    ]


def test_deleted_rows_and_cells_are_not_there() -> None:
    gone = "<w:trPr><w:del/></w:trPr>" + tc("1") + tc("2")
    assert cells(tbl(gone, tc("3") + tc("", "<w:cellDel/>") + tc("4"))) == [[("3", 0, 1), ("4", 1, 1)]]


def test_paragraphs_of_a_cell_are_one_text_and_not_one_figure() -> None:
    cell = f"<w:tc>{p('1')}{p('2')}</w:tc>"
    (line,) = read(tbl(tc("行政许可") + cell)).lines
    assert [box.raw for box in line.boxes] == ["行政许可", "1\n2"]
    assert line.boxes[1].text == "1  2"


def test_tables_are_counted_in_reading_order_inner_ones_too() -> None:
    inner = tbl(tc("内1") + tc("内2"))
    document = read(tbl(f"<w:tc>{inner}{p('下')}</w:tc>" + tc("右")) + tbl(tc("后1") + tc("后2")))
    assert [(line.raw, line.spot.table) for line in document.lines] == [
        ("内1 | 内2", 2),
        ("下", 1),
        ("右", 1),
        ("后1 | 后2", 3),
    ]


def test_the_title_is_that_of_the_properties() -> None:
    core = '<x xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>青石县年度报告</dc:title></x>'
    assert read_docx(word_file(p("甲"), {"docProps/core.xml": core}), "made.docx").title == "青石县年度报告"
    assert read(p("甲")).title == ""
