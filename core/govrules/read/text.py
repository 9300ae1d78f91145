"""Plain text (and text that was scraped from pages): bytes to a Document."""

from __future__ import annotations

from hashlib import sha256

from govrules.errors import ReadError
from govrules.read.document import Document, blocks
from govrules.read.encoding import decode
from govrules.read.normalise import compact, normalise, simplified, without_pinyin
from govrules.report import Line

MAX_LINE = 200_000
_BREAKS = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "\x85": "\n"})


def read_text(content: bytes, source: str) -> Document:
    """Read a text file; raises ReadError when it is empty, binary, garbled, or one endless line."""
    text, encoding = decode(content, source)
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    longest = max(map(len, rows))
    if longest > MAX_LINE:
        raise ReadError(f"has a line of {longest} characters, the limit is {MAX_LINE}", where=source)
    converted, script = simplified("\n".join(rows))
    lines = [
        Line(number, raw.translate(_BREAKS), _text(same))
        for number, (raw, same) in enumerate(zip(rows, without_pinyin(converted).split("\n"), strict=True), start=1)
    ]
    return Document(source, encoding, script, sha256(content).hexdigest(), blocks(lines))


def _text(line: str) -> str:
    """Keep the spaces of table rows: only prose loses those between Chinese characters."""
    text = normalise(line)
    return text if "|" in text or "\t" in text or "  " in text.strip() else compact(text)
