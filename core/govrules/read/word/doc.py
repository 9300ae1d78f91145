"""Old Word documents (.doc, .wps) and RTF, by LibreOffice where it is installed, else as text by antiword or catdoc."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.document import Document
from govrules.read.limits import limit
from govrules.read.magic import expect
from govrules.read.text import read_text
from govrules.read.value import parse_value
from govrules.read.word.docx import read_docx
from govrules.read.word.ole import OLE, expect_word
from govrules.report import Issue

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_OFFICES = ("soffice", "libreoffice")
_WHOLE = 0.98  # of the characters: a program that gives fewer than the other has lost a table
# No macros, and nothing fetched for a document: neither linked pictures nor templates.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def read_doc(content: bytes, source: str) -> Document:
    """Read an old Word document; raises ReadError when it is none, is encrypted, or no program can read it."""
    if content.startswith(OLE):
        expect_word(content, source, old=True)
    expect(content, "an old Office document", "an old Word document (.doc)", source)
    return _converted(content, source, "given.doc", ("antiword", "catdoc"))


def read_rtf(content: bytes, source: str) -> Document:
    """Read an RTF document; raises ReadError when it is none, or no program can read it."""
    expect(content, "an RTF document", "an RTF document", source)
    return _converted(content, source, "given.rtf", ("catdoc",))


def _converted(content: bytes, source: str, name: str, others: Sequence[str]) -> Document:
    office = next(filter(None, map(shutil.which, _OFFICES)), None)
    there = [program for program in others if shutil.which(program)]
    if office is None and not there:
        raise ReadError(
            "cannot be read here: no program for old Word documents is installed",
            where=source,
            hint=f"install LibreOffice (soffice), or {' or '.join(others)}; or save it as .docx",
        )
    with TemporaryDirectory(prefix="govrules-", ignore_cleanup_errors=True) as folder:
        given = Path(folder, name)
        given.write_bytes(content)
        made = _by_office(office, given, source) if office else None
        if made is not None:
            return replace(read_docx(made, source), sha256=sha256(content).hexdigest())
        texts = {program: text for program in there if (text := _text_by(program, given, source)).strip()}
    if not texts:
        tried = " ".join([*(["soffice"] if office else []), *there])
        raise ReadError(f"cannot be read by {tried}", where=source, hint="is the file damaged?")
    return _as_text(texts, content, source)


def _by_office(office: str, given: Path, source: str) -> bytes | None:
    """Give the document as .docx, or None when LibreOffice makes nothing of it."""
    profile, made = given.with_name("profile"), given.with_suffix(".docx")
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    words = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--convert-to"]
    _run([*words, "docx:MS Word 2007 XML", "--outdir", str(given.parent), str(given)], source)
    return made.read_bytes() if made.exists() else None


def _text_by(program: str, given: Path, source: str) -> str:
    if program == "catdoc":
        # It ends a line at a blank cell as at the end of a row: only the order of what is left can be trusted.
        text = _run(["catdoc", "-d", "utf-8", "-w", str(given)], source).decode("utf-8", "replace")
        return re.sub(r"[\t\n]+", "\n", text)
    return _docbook_text(_run(["antiword", "-m", "UTF-8.txt", "-x", "db", str(given)], source))


def _as_text(texts: dict[str, str], content: bytes, source: str) -> Document:
    """Make a document of the first text that lost nothing which another has: its tables are plain lines."""
    sizes = {program: len(re.sub(r"[\s|]", "", text)) for program, text in texts.items()}
    best = next(program for program in texts if sizes[program] >= _WHOLE * max(sizes.values()))
    message = f"此文件由 {best} 转为文本读取，表格的合并单元格和空白单元格可能丢失：安装 LibreOffice 后可完整读取"
    document = read_text(texts[best].encode(), source)
    return replace(document, sha256=sha256(content).hexdigest(), issues=(Issue(source, message, "degraded"),))


def _docbook_text(page: bytes) -> str:
    """Give the DocBook of antiword as lines, a table row as cells between bars; "" when it is broken."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(page)
    except ParseError:
        return ""
    return "\n".join(_lines(root))


def _lines(element: Element) -> list[str]:
    if element.tag == "row":
        return [_row(["  ".join("".join(entry.itertext()).split()) for entry in element])]
    children = [line for child in element for line in (*_lines(child), *_split(child.tail))]
    return [*_split(element.text), *children]


def _split(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _row(cells: list[str]) -> str:
    """Give a row with bars, without the blanks before its label: those continue a cell of the row above."""
    first = next((number for number, cell in enumerate(cells) if cell), 0)
    if parse_value(cells[first]) is not None:
        first = 0
    return f"| {' | '.join(cells[first:])} |"


def _run(words: Sequence[str], source: str) -> bytes:
    """Run a program and give what it prints; raises ReadError when it takes too long: it and its children are ended."""
    seconds = limit("file_seconds")
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as started:
        try:
            return started.communicate(timeout=seconds)[0]
        except subprocess.TimeoutExpired as error:
            hint = "GOVRULES_FILE_SECONDS sets the limit"
            raise ReadError(f"{Path(words[0]).name} took longer than {seconds} s", where=source, hint=hint) from error
        finally:
            _end(started)


def _end(started: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            started.kill()
        else:
            os.killpg(started.pid, signal.SIGKILL)
