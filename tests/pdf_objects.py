"""PDF files written by hand, object by object: what no printer would make, and attackers may."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def raw_pdf(objects: Sequence[bytes], *, flate: bool = False) -> bytes:
    """Write a PDF by hand: objects from 1 on, the first of which is the catalog; a stream begins with its data.

    An object that does not begin with `<<` or `[` is the data of a stream.
    """
    out, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, given in enumerate(objects, start=1):
        places.append(len(out))
        held = given
        if not given.startswith((b"<<", b"[")):
            packed = zlib.compress(given, 9) if flate else given
            kind = b"/Filter/FlateDecode" if flate else b""
            held = b"<<%s/Length %d>>stream\n%s\nendstream" % (kind, len(packed), packed)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))


def drawn_pdf(content: bytes, *, box: str = "0 0 595 842", pages: int = 1, flate: bool = False) -> bytes:
    """Give a PDF with pages of one content stream, in Helvetica as F1."""
    kids = b" ".join(b"%d 0 R" % (4 + number) for number in range(pages))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Resources<</Font<</F1 {4 + pages} 0 R>>>>/Contents 3 0 R>>"
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    tree = b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages)
    return raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", tree, content, *[page.encode()] * pages, font], flate=flate)
