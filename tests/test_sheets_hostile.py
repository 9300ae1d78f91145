"""Workbooks that are damaged, lie about what they are, or are built to exhaust a reader: one error each, and soon."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from govrules.errors import ReadError
from govrules.read.document import Document
from govrules.read.sheet.biff import MAGIC
from govrules.read.sheet.xls import read_xls
from govrules.read.sheet.xlsx import read_xlsx
from layout import make_printed
from office import convert
from openpyxl import Workbook
from workbooks import SHEET, by_hand, changed, member, saved, sheet_xml, to_xlsx, with_strings

SOON = 5
NOISE = {"noise.bin": random.Random(1).randbytes(1_000_000)}  # keeps the packing ratio of a bomb low
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CELL = '<c r="{}"><v>1</v></c>'
Read = Callable[[bytes, str], Document]


def refused(read: Read, content: bytes) -> str:
    """Give why a file is refused, which must be said in one line and soon."""
    begun = time.process_time()
    with pytest.raises(ReadError) as caught:
        read(content, "made.file")
    assert time.process_time() - begun < SOON
    assert str(caught.value).startswith("made.file")
    assert "\n" not in str(caught.value)
    return str(caught.value)


@cache
def workbook() -> bytes:
    return to_xlsx(make_printed("national-2021", 1).printed)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return convert({"a.xlsx": workbook()}, "xls", tmp_path_factory.mktemp("old"))["a"]


@pytest.mark.parametrize(
    ("rows", "behind", "limit"),
    [
        ('<row r="1048576">' + CELL.format("XFD1048576") + "</row>", "", "GOVRULES_SHEET_ROWS"),
        ("<row>" + CELL.format("XFD1") + "</row>", "", "GOVRULES_SHEET_COLUMNS"),
        ("".join(f"<row>{CELL.format(f'A{row}')}</row>" for row in range(1, 100_001)), "", "GOVRULES_SHEET_ROWS"),
        ("<row>" + "<c><v>1</v></c>" * 700_000 + "</row>", "", "GOVRULES_XML_MARKS"),
        (
            "".join(f"<row>{CELL.format(f'A{row}')}{CELL.format(f'OJ{row}')}</row>" for row in range(1, 10_000)),
            "",
            "GOVRULES_TABLE_CELLS",
        ),
        (CELL.format("A1"), '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "GOVRULES_ROW_SPAN"),
        (CELL.format("A1"), '<mergeCell ref="A1:B2"/>' * 20_001, "GOVRULES_TABLE_CELLS"),
        (f'<c t="inlineStr"><is><t>{"字" * 200_001}</t></is></c>', "", "GOVRULES_LINE_CHARACTERS"),
        (f'<c t="inlineStr"><is><t>{"字" * 200_000}</t></is></c>' * 16, "", "GOVRULES_WORKBOOK_CHARACTERS"),
    ],
    ids=["sparse", "wide", "long", "cells", "corners", "merge", "merges", "text", "texts"],
)
def test_a_sheet_beyond_a_limit_is_refused_by_the_name_of_the_limit(rows: str, behind: str, limit: str) -> None:
    assert limit in refused(read_xlsx, by_hand(rows, behind, others=NOISE))


def test_many_sheets_together_are_held_to_one_limit() -> None:
    book = Workbook()
    sheet = sheet_xml("".join(f"<row>{CELL.format(f'A{r}')}{CELL.format(f'OJ{r}')}</row>" for r in range(1, 49)))
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, 13)]
    for _ in names[1:]:
        book.create_sheet()
    assert "GOVRULES_WORKBOOK_CELLS" in refused(read_xlsx, changed(saved(book), dict.fromkeys(names, sheet) | NOISE))


def test_overlapping_merged_cells_cost_little() -> None:
    rows = "".join(f"<row>{CELL.format(f'A{row}')}</row>" for row in (1, 20_000))
    merges = "".join(f'<mergeCell ref="A{row}:XFD{row + 390}"/>' for row in range(1, 19_000))
    begun = time.process_time()
    assert len(read_xlsx(by_hand(rows, f"<mergeCells>{merges}</mergeCells>", others=NOISE), "x").lines) == 2
    assert time.process_time() - begun < SOON


def test_a_sparse_sheet_takes_neither_memory_nor_time(tmp_path: Path) -> None:
    path = tmp_path / "sparse.xlsx"
    path.write_bytes(by_hand(f'<row r="20000">{CELL.format("OJ20000")}</row><row r="1">{CELL.format("A1")}</row>'))
    code = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from govrules.read.sheet.xlsx import read_xlsx\n"
        "print(len(read_xlsx(Path(sys.argv[1]).read_bytes(), 'x').lines))\n"
        # Not ru_maxrss, which is that of the process that started this one when that was larger.
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, check=True, timeout=60)
    lines, kilobytes = map(int, told.stdout.split())
    assert lines == 2
    assert kilobytes < 300_000


@pytest.mark.parametrize("start", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_are_refused_in_every_part(name: str, start: bytes) -> None:
    content = with_strings(workbook(), b"<sst><si><t>a</t></si></sst>")
    part = member(content, name)
    held = start + part[part.index(b"?>") + 2 if part.startswith(b"<?") else 0 :]
    assert "DTD or an entity" in refused(read_xlsx, changed(content, {name: held}))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert "GOVRULES_UNPACKED" in refused(read_xlsx, changed(workbook(), {SHEET: b" " * 40_000_000}))
    assert "GOVRULES_UNPACKED" in refused(read_xlsx, with_strings(workbook(), b" " * 60_000_000))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        (SHEET, None),
        (SHEET, b""),
        (SHEET, sheet_xml('<row><c r="1A"><v>1</v></c></row>')),
        (SHEET, sheet_xml('<row r="x"/>')),
        (SHEET, sheet_xml('<row><c t="s"><v>999999</v></c></row>')),
        (SHEET, sheet_xml('<row><c t="s"><v>-1</v></c></row>')),
        (SHEET, sheet_xml('<row r="-5"><c><v>1</v></c></row>')),
        (SHEET, sheet_xml("", before='<col min="-999999999999" max="5" hidden="1"/>')),
        (SHEET, sheet_xml("", "<mergeCell/>")),
        (SHEET, sheet_xml("", '<mergeCell ref="A1:"/>')[:-9]),
        ("xl/workbook.xml", b"<workbook><sheets>"),
        ("xl/styles.xml", b"<styleSheet"),
    ],
)
def test_a_damaged_part_is_named(name: str, part: bytes | None) -> None:
    assert name in refused(read_xlsx, changed(workbook(), {name: part}))


def test_a_workbook_without_styles_or_relations_of_its_sheets_is_read() -> None:
    whole = read_xlsx(workbook(), "x").lines
    bare = changed(workbook(), {"xl/styles.xml": None, "docProps/core.xml": None, "[Content_Types].xml": None})
    assert [line.raw for line in read_xlsx(bare, "x").lines] == [line.raw for line in whole]


def test_files_cut_off_anywhere_are_refused(old: bytes) -> None:
    for read, content in ((read_xlsx, workbook()), (read_xls, old)):
        for part in range(60):
            cut = content[: len(content) * part // 60]
            refused(read, cut)


@pytest.mark.slow
def test_no_damage_does_more_than_to_cost_the_file(old: bytes) -> None:
    rng = random.Random(8)
    for _ in range(150):
        for read, content, first in ((read_xls, old, 8), (read_xls, old, 512), (read_xlsx, workbook(), 0)):
            broken = bytearray(content)
            for _ in range(rng.choice((1, 5, 50))):
                broken[rng.randrange(first, len(broken))] = rng.randrange(256)
            with suppress(ReadError):
                assert read(bytes(broken), "made.file").structured


def test_encrypted_workbooks_are_named_as_such(old: bytes) -> None:
    assert "is encrypted" in refused(read_xlsx, container("EncryptedPackage"))
    assert "is encrypted" in refused(read_xls, container("EncryptedPackage"))
    start = old.index(b"\x09\x08\x10\x00", 512)
    locked = old[: start + 20] + b"\x2f\x00\x02\x00\x00\x00" + old[start + 26 :]
    assert "is encrypted" in refused(read_xls, locked)


def container(stream: str) -> bytes:
    """Give an OLE container of one empty stream: a header, a table of sectors, a directory."""
    header = bytearray(b"\0" * 512)
    header[:8] = MAGIC
    header[30:34] = b"\x09\0\x06\0"
    header[44:52] = (1).to_bytes(4, "little") * 2
    header[56:60] = (4096).to_bytes(4, "little")
    header[60:76] = (b"\xfe\xff\xff\xff" + b"\0" * 4) * 2
    header[76:512] = b"\0\0\0\0" + b"\xff" * 432
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff".ljust(512, b"\xff")
    name = stream.encode("utf-16-le")
    entry = name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little") + b"\x02\x01"
    return bytes(header) + table + entry.ljust(128, b"\0").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("read", "content", "told"),
    [
        (read_xlsx, b"<html><body><table></table></body></html>", "is a web page, not an Excel workbook (.xlsx)"),
        (read_xlsx, b"%PDF-1.7", "is a PDF"),
        (read_xlsx, b"", "is empty"),
        (read_xlsx, container("Workbook"), "is an old Excel workbook (.xls)"),
        (read_xlsx, container("WordDocument"), "is an old Word document (.doc)"),
        (
            read_xls,
            b"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>",
            "is a web page, not an old Excel",
        ),
        (read_xls, b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "of 2003"),
        (read_xls, "规章\t1\t2\n".encode(), "is no such file, not an old Excel workbook"),
        (read_xls, container("WordDocument"), "is an old Word document (.doc), not an old Excel workbook"),
        (read_xls, container("Contents"), "is an old Office document of another kind, not an old Excel workbook"),
        (read_xls, saved(Workbook()), "is a ZIP archive or an Office document, not an old Excel workbook"),
        (read_xls, b"\0" * 600, "is no such file"),
    ],
)
def test_a_suffix_that_lies_is_told_with_what_the_file_is(read: Read, content: bytes, told: str) -> None:
    assert told in refused(read, content)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("word/document.xml", "is a Word document, not an Excel workbook (.xlsx)"),
        ("ppt/presentation.xml", "is a PowerPoint presentation"),
        ("xl/workbook.bin", "is a binary Excel workbook (.xlsb)"),
        ("content.xml", "is an OpenDocument file"),
        ("anything.txt", "is an archive of another kind"),
    ],
)
def test_an_office_document_of_another_kind_is_named(name: str, told: str) -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        package.writestr(name, "<a/>")
    assert told in refused(read_xlsx, held.getvalue())


def test_the_library_that_reads_old_workbooks_stays_out_of_this_process(old: bytes) -> None:
    code = (
        "import sys\n"
        "from govrules.read.sheet.xls import read_xls\n"
        "if __name__ == '__main__':\n"
        "    read_xls(sys.stdin.buffer.read(), 'x')\n"
        "    print('python_calamine' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=old, capture_output=True, check=True, env=dict(os.environ)
    )
    assert told.stdout.split() == [b"False"]
