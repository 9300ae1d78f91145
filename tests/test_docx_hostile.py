"""Word files that are broken, disguised or built to do harm: each is one ReadError, soon and in little memory."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from govrules.errors import ReadError
from govrules.read.word.docx import read_docx
from layout import make_printed
from office import lists, ole, p, parts_file, tbl, tc, to_docx, word_file, zipped

SECONDS, MEMORY = 5, 1_000_000_000
PROLOG = '<?xml version="1.0"?><!DOCTYPE x [{}]>'
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def refused(content: bytes) -> ReadError:
    """Give the error that reading ends in, in time."""
    begun = time.monotonic()
    with pytest.raises(ReadError) as caught:
        read_docx(content, "made.docx")
    assert time.monotonic() - begun < SECONDS
    assert str(caught.value.where).startswith("made.docx")
    return caught.value


def nested(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + p("甲") + "</w:tc></w:tr></w:tbl>" * depth


def main_part(text: str) -> bytes:
    return word_file("", {"word/document.xml": text})


HARMFUL = {
    "outside entity": (
        main_part(
            PROLOG.format('<!ENTITY e SYSTEM "file:///etc/passwd">') + DOCUMENT.format(p("@").replace("@", "&e;"))
        ),
        "DTD",
    ),
    "outside DTD": (main_part('<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">' + DOCUMENT.format("")), "DTD"),
    "billion laughs": (main_part(PROLOG.format('<!ENTITY l0 "ha">' + LAUGHS) + DOCUMENT.format("&l9;")), "DTD"),
    "wide cell": (word_file(tbl(tc("甲", '<w:gridSpan w:val="1000000"/>'))), "GOVRULES_COLUMN_SPAN"),
    "cell far right": (word_file(tbl('<w:trPr><w:gridBefore w:val="99999"/></w:trPr>' + tc("甲"))), "COLUMN_SPAN"),
    "nested tables": (word_file(nested(3_000)), "GOVRULES_NESTING_DEPTH"),
    "nested controls": (
        word_file("<w:sdt><w:sdtContent>" * 9_000 + p("甲") + "</w:sdtContent></w:sdt>" * 9_000),
        "NESTING_DEPTH",
    ),
    "nested links": (word_file(f"<w:p>{'<w:hyperlink>' * 9_000}{'</w:hyperlink>' * 9_000}</w:p>"), "NESTING_DEPTH"),
    "nested boxes": (
        word_file(
            f"<w:p>{'<w:drawing><w:txbxContent><w:p>' * 3_000}{'</w:p></w:txbxContent></w:drawing>' * 3_000}</w:p>"
        ),
        "NESTING_DEPTH",
    ),
    "many cells": (word_file(tbl(*[tc("1") * 30] * 1_000)), "GOVRULES_TABLE_CELLS"),
    "many tags": (word_file("".join(f"<w:p/>{n}" for n in range(2_100_000))), "GOVRULES_XML_MARKS"),
    "no body": (main_part(DOCUMENT.format("").replace("w:body", "w:head")), "no body"),
    "other root": (main_part("<x/>"), "main part"),
    "no XML": (main_part("甲"), "damaged"),
    "cut XML": (main_part(DOCUMENT.format(p("甲"))[:-20]), "damaged"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_is_built_to_do_harm_is_refused(name: str) -> None:
    content, said = HARMFUL[name]
    assert said in str(refused(content))


WORDS_OLD, SHEETS_OLD = {"WordDocument": bytes(4_096)}, {"Workbook": bytes(4_096)}
DISGUISED = {
    "workbook": (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}), "an Excel workbook"),
    "slides": (zipped({"ppt/presentation.xml": "<presentation/>"}), "a PowerPoint presentation"),
    "open document": (zipped({"mimetype": "application/vnd.oasis", "content.xml": "<x/>"}), "an OpenDocument file"),
    "OFD": (zipped({"OFD.xml": "<x/>"}), "an OFD document"),
    "archive": (zipped({"报告.txt": "甲"}), "a ZIP archive"),
    "half a package": (zipped({"[Content_Types].xml": "<Types/>"}), "a damaged Office document"),
    "encrypted": (ole({"EncryptionInfo": bytes(512), "EncryptedPackage": bytes(4_096)}), "is encrypted"),
    "old document": (ole(WORDS_OLD), "an old Word document (.doc)"),
    "old workbook": (ole(SHEETS_OLD), "an old Excel workbook (.xls)"),
    "cut container": (ole(WORDS_OLD)[:600], "an old Office document"),
    "page": (b"<!DOCTYPE html><html><body>x</body></html>", "a web page"),
    "paper": (b"%PDF-1.7\n", "a PDF"),
    "rich text": (b"{\\rtf1 x}", "an RTF document"),
    "text": ("青石县2021年政府信息公开工作年度报告".encode(), "not a Word document"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_file_that_is_no_word_document_is_called_what_it_is(name: str) -> None:
    content, said = DISGUISED[name]
    assert said in str(refused(content))


def test_a_document_cut_anywhere_is_refused() -> None:
    content = to_docx(make_printed("national-2021", 1).printed)
    for end in range(1, len(content) - 1, len(content) // 150):
        refused(content[:end])


def test_a_document_with_a_wrong_byte_anywhere_is_refused_or_read_as_it_was() -> None:
    content = to_docx(make_printed("national-2021", 1).printed)
    lines = read_docx(content, "made.docx").lines
    refusals = 0
    for place in range(0, len(content), len(content) // 60):
        broken = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        try:
            assert read_docx(broken, "made.docx").lines == lines
        except ReadError:
            refusals += 1
    assert refusals > 10


OPENED, CLOSED = "<mc:AlternateContent><mc:Choice>" * 20, "</mc:Choice><mc:Fallback/></mc:AlternateContent>" * 20
LONG = "9" * 5_000
SLOW = {
    "in a run": OPENED + CLOSED,
    "in a drawing": f"<w:drawing>{OPENED}{CLOSED}</w:drawing>",
    "in both": f"{OPENED}<w:drawing>{OPENED}{CLOSED}</w:drawing>{CLOSED}",
}


@pytest.mark.parametrize("name", SLOW)
def test_alternatives_in_alternatives_take_no_time(name: str) -> None:
    begun = time.monotonic()
    assert read_docx(word_file(f"<w:p><w:r>{SLOW[name]}</w:r></w:p>{p('甲')}"), "made.docx").lines[0].raw == "甲"
    assert time.monotonic() - begun < SECONDS


def test_numbers_beyond_all_sense_are_taken_for_none() -> None:
    grid = f'<w:tblGrid><w:gridCol w:w="{LONG}"/></w:tblGrid>'
    row = tc("甲", f'<w:gridSpan w:val="{LONG}"/>') + tc("乙")
    numbering = lists({1: ["decimal", "%1."]}).replace('w:start w:val="1"', f'w:start w:val="{LONG}"')
    level = f'<w:numPr><w:ilvl w:val="{LONG}"/><w:numId w:val="1"/></w:numPr>'
    body = tbl(row).replace("<w:tbl>", f"<w:tbl>{grid}") + p("丙", level)
    lines = read_docx(parts_file(body, numbering=numbering), "made.docx").lines
    assert [line.raw for line in lines] == ["甲 | 乙", "0.丙"]


def test_styles_based_on_styles_without_end_take_no_time() -> None:
    def based(number: int) -> str:
        return f'<w:style w:styleId="s{number}"><w:basedOn w:val="s{(number + 1) % 20_000}"/></w:style>'

    styles = "".join(map(based, range(20_000)))
    body = "".join(p(str(number), f'<w:pStyle w:val="s{number}"/>') for number in range(3_000))
    begun = time.monotonic()
    assert len(read_docx(parts_file(body, styles=styles), "made.docx").lines) == 3_000
    assert time.monotonic() - begun < SECONDS


def test_a_hundred_thousand_empty_paragraphs_are_no_harm() -> None:
    begun = time.monotonic()
    document = read_docx(padded("<w:p><w:pPr/></w:p>" * 100_000 + p("甲")), "made.docx")
    assert [line.raw for line in document.lines] == ["甲"]
    assert time.monotonic() - begun < SECONDS


def padded(body: str) -> bytes:
    """Make a file in which a picture keeps the whole from shrinking as much as a bomb does."""
    return word_file(body, {"word/media/image1.png": random.Random(1).randbytes(600_000)})


MEASURED = """
import sys
from pathlib import Path
from govrules.errors import ReadError
from govrules.read.word.docx import read_docx
try:
    read_docx(Path(sys.argv[1]).read_bytes(), "made.docx")
except ReadError as error:
    print(error)
print(*[line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")])
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
@pytest.mark.parametrize(
    "content",
    [
        padded("<w:p/>" * 950_000),
        padded('<w:p w:a="b"/>' * 470_000),
        padded("".join(f'<w:p a{n}="{n}"/>' for n in range(300_000))),
        padded(p("甲" * 9_000_000)),
    ],
    ids=["tags", "attributes", "names", "text"],
)
def test_the_largest_document_within_the_limits_takes_little_memory(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "large.docx"
    file.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", MEASURED, str(file)], capture_output=True, text=True, check=True)
    assert "GOVRULES_UNPACKED" not in done.stdout
    assert int(done.stdout.split()[-1]) * 1024 < MEMORY, done.stdout
