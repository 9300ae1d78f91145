"""Reports as Word documents, by python-docx and by hand; and the office programs that tests may call."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from docx import Document
from docx.document import Document as WordDocument
from layout import Merged, Printed, Rows

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPACES = (
    f'xmlns:w="{W}" xmlns:mc="{MC}" xmlns:r="{_OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
PICTURE = (
    '<w:drawing xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_OFFICE}">'
    '<wp:inline><wp:docPr id="1" name="图片 1" descr="{}"/><a:graphic><a:blip r:embed="{}"/></a:graphic>'
    "</wp:inline></w:drawing>"
)
"""A picture with what is said of it and the id of its relation."""
TYPES = f'<Types xmlns="{_PACKAGE}/content-types"/>'
ROOT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def need(*programs: str) -> None:
    """Skip the test where a program is not installed; fail it where GOVRULES_REQUIRE_OFFICE is set."""
    absent = [program for program in programs if not shutil.which(program)]
    if absent:
        said = f"not installed: {' '.join(absent)}"
        pytest.fail(said) if os.environ.get("GOVRULES_REQUIRE_OFFICE") == "1" else pytest.skip(said)


def put(folder: Path, *programs: str) -> None:
    """Make programs of the system be there in a folder."""
    need(*[program for program in programs if not Path("/usr/bin", program).exists()])
    for program in programs:
        (folder / program).symlink_to(Path("/usr/bin", program))


def put_script(folder: Path, name: str, script: str) -> None:
    """Make a program of a folder by a shell script."""
    (folder / name).write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    (folder / name).chmod(0o755)


def convert(files: Mapping[str, bytes], suffix: str, folder: Path, filters: Sequence[str] = ()) -> dict[str, bytes]:
    """Convert documents by one call of LibreOffice: contents by file name to contents by stem."""
    need("soffice")
    given, made = folder / "given", folder / "made"
    given.mkdir(parents=True)
    for name, content in files.items():
        (given / name).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    words = ["soffice", profile, "--headless", *filters, "--convert-to", suffix, "--outdir", str(made)]
    subprocess.run([*words, *map(str, sorted(given.iterdir()))], check=True, capture_output=True, timeout=240)
    return {path.stem: path.read_bytes() for path in made.iterdir()}


def to_docx(printed: Printed) -> bytes:
    """Print a report with python-docx: cells are merged as an author would merge them."""
    word = Document()
    for part in printed:
        if isinstance(part, str):
            word.add_paragraph(part)
        else:
            _add_table(word, part)
    if not isinstance(printed[-1], str):
        word.add_paragraph()  # Word has one behind every table
    held = BytesIO()
    word.save(held)
    return held.getvalue()


def _add_table(word: WordDocument, rows: Rows) -> None:
    width = sum(cell.columns for cell in rows[0])
    table = word.add_table(len(rows), width, style="Table Grid")
    cells = list(table._cells)
    for here, column, cell in _placed(rows):
        first = cells[here * width + column]
        first.text = cell.text
        if cell.columns > 1 or cell.rows > 1:
            first.merge(cells[(here + cell.rows - 1) * width + column + cell.columns - 1])


def _placed(rows: Rows) -> list[tuple[int, int, Merged]]:
    """Give every cell with its row and column of the grid."""
    taken: set[tuple[int, int]] = set()
    placed: list[tuple[int, int, Merged]] = []
    for here, row in enumerate(rows):
        column = 0
        for cell in row:
            while (here, column) in taken:
                column += 1
            taken |= {(here + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
            placed.append((here, column, cell))
    return placed


def spots(rows: Rows) -> dict[tuple[int, int], str]:
    """Give the text of every cell by its row and column, counted from 1."""
    return {(here + 1, column + 1): cell.text for here, column, cell in _placed(rows)}


def to_html(printed: Printed) -> bytes:
    """Print a report as a web page, for LibreOffice to make a document of."""
    body = "".join(f"<p>{escape(part)}</p>" if isinstance(part, str) else _html_table(part) for part in printed)
    return f'<html><head><meta charset="utf-8"></head><body>{body}</body></html>'.encode()


def _html_table(rows: Rows) -> str:
    lines = (
        "".join(f'<td colspan="{c.columns}" rowspan="{c.rows}">{escape(c.text)}</td>' for c in row) for row in rows
    )
    return f'<table border="1">{"".join(f"<tr>{line}</tr>" for line in lines)}</table>'


def word_file(body: str, parts: Mapping[str, str | bytes] | None = None, relations: str = "") -> bytes:
    """Make a Word file by hand: `body` is WordprocessingML; `parts` are more members, or others in place of ours."""
    known: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "word/document.xml": f"<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    return zipped({**known, **(parts or {})})


def relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def words_part(name: str, content: str) -> str:
    """Give a part of WordprocessingML such as `styles` or `numbering`."""
    return f"<w:{name} {_SPACES}>{content}</w:{name}>"


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def p(text: str, properties: str = "") -> str:
    """Give a paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def style(name: str) -> str:
    return f'<w:pStyle w:val="{name}"/>'


def numbered(listing: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{listing}"/></w:numPr>'


def styled(name: str, paragraph: str = "", run: str = "", kind: str = "paragraph") -> str:
    inside = f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr>"
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:basedOn w:val="{name}"/>{inside}</w:style>'


def lists(listings: dict[int, list[str]], extra: str = "") -> str:
    """Give numbering.xml: for each list the numbering style and the pattern of each of its levels in turn."""
    abstracts, nums = "", ""
    for number, words in listings.items():
        levels = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{words[2 * depth]}"/>'
            f'<w:lvlText w:val="{words[2 * depth + 1]}"/></w:lvl>'
            for depth in range(len(words) // 2)
        )
        abstracts += f'<w:abstractNum w:abstractNumId="{number}">{levels}</w:abstractNum>'
        nums += f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
    return abstracts + nums + extra


def r(inside: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inside}</w:r>"


def parts_file(body: str, **parts: str) -> bytes:
    """Make a Word file by hand with parts such as `numbering` and `styles`, in WordprocessingML."""
    relations = "".join(relation(f"r{name}", name, f"{name}.xml") for name in parts)
    members = {f"word/{name}.xml": words_part(name, content) for name, content in parts.items()}
    return word_file(body, members, relations)


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Make an OLE container: one sector of table, one of directory, then the streams, none of them small."""
    names = ["Root Entry", *streams]
    entries, sectors, chain, begin = b"", b"", [0xFFFFFFFD, 0xFFFFFFFE], 2
    for name in names:
        content = streams.get(name, b"")
        count = -(-len(content) // 512)
        stored = name.encode("utf-16-le") + b"\0\0"
        entry = stored.ljust(64, b"\0") + len(stored).to_bytes(2, "little") + bytes([5 if name == names[0] else 2, 1])
        entry += b"\xff" * 12 + bytes(36) + (begin if count else 0xFFFFFFFE).to_bytes(4, "little")
        entries += (entry + len(content).to_bytes(8, "little")).ljust(128, b"\0")
        sectors += content.ljust(count * 512, b"\0")
        chain += [*range(begin + 1, begin + count), 0xFFFFFFFE] if count else []
        begin += count
    table = b"".join(link.to_bytes(4, "little") for link in chain).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10)
    numbers = (1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    head += b"".join(number.to_bytes(4, "little") for number in numbers)
    return head.ljust(512, b"\xff") + table + entries.ljust(512, b"\0") + sectors
