"""Plain text (and text that was scraped from pages), Markdown: bytes to a Document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from hashlib import sha256

from govrules.errors import ReadError
from govrules.read.document import Document, clean
from govrules.read.encoding import decode
from govrules.read.limits import check_limit
from govrules.read.magic import is_page
from govrules.read.normalise import compact
from govrules.read.unbroken import is_unbroken, paragraphs
from govrules.report import Issue, Line

_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"})
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MARKS = re.compile(r"^ {0,3}(?:#{1,6} +|> ?|[*+-] +(?=\D))")


def read_text(content: bytes, source: str) -> Document:
    """Read a text file; raises ReadError when it is empty, binary, garbled, or one endless line."""
    return _document(content, source, lambda text: text)


def read_markdown(content: bytes, source: str) -> Document:
    """Read a Markdown file as text, its marks of headings, lists and emphasis taken out of what is compared."""
    return _document(content, source, lambda text: _EMPHASIS.sub(r"\2", _MARKS.sub("", text)))


def _document(content: bytes, source: str, plain: Callable[[str], str]) -> Document:
    if is_page(content):
        raise ReadError("is a web page, not text", where=source, hint="give the file its true suffix, or --reader html")
    text, encoding = decode(content, source)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    check_limit("line_characters", max(map(len, rows)), "characters in one line", source)
    parts = [part for row in rows for part in paragraphs(row)]
    cleaned, script = clean(parts)
    lines = tuple(
        Line(number, raw.translate(_BREAKS), _text(plain(same)))
        for number, (raw, same) in enumerate(zip(parts, cleaned, strict=True), start=1)
        if same and not same.isspace()
    )
    return Document(source, encoding, script, sha256(content).hexdigest(), lines, issues=_told(source, rows, parts))


def _told(source: str, rows: Sequence[str], parts: Sequence[str]) -> tuple[Issue, ...]:
    """Say that the lines of a file were broken again: they are not counted as its own are."""
    if len(parts) == len(rows):
        return ()
    said = f"有 {len(parts) - len(rows)} 处换行已丢失：按标题重新分段，行号是分段后的"
    return (Issue(source, said, "unbroken"),)


def _text(text: str) -> str:
    """Keep the spaces of table rows: only prose loses those between Chinese characters."""
    apart = "|" in text or "\t" in text or "  " in text.strip()
    return text if apart or is_unbroken(text) else compact(text)
