"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

from govrules.errors import ReadError

_MAGIC = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an Office document",
    b"PK\x05\x06": "an empty ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Office document",
    b"{\\rtf": "an RTF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x7fELF": "a program",
    b"PAR1": "a Parquet file",
}
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|table)\b", re.I | re.S
)


def kind_of(content: bytes) -> str | None:
    """Name the kind of a file that is known by its first bytes; None for text and what is not known."""
    start = content[:4096].removeprefix(b"\xef\xbb\xbf")
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), None)


def is_page(content: bytes) -> bool:
    """Tell whether text is a web page: it opens with a doctype or one of the outermost tags."""
    return bool(_PAGE.match(content[:4096].removeprefix(b"\xef\xbb\xbf")))


def expect(content: bytes, kind: str, wanted: str, source: str) -> None:
    """Raise ReadError unless the first bytes are those of `kind`; `wanted` is what the suffix promises."""
    if not content.strip():
        raise ReadError("the file is empty", where=source, hint="a report is expected")
    found = kind_of(content) or ("a web page" if is_page(content) else "no such file")
    if found != kind:
        raise ReadError(f"is {found}, not {wanted}", where=source, hint="give the file its true suffix, or --reader")
