"""PDF to a Document: tables by their ruling lines or by the places of their figures, what is between as paragraphs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.contained import contained
from govrules.read.document import Document, Part, document
from govrules.read.limits import limit
from govrules.read.magic import expect
from govrules.read.pdf.marks import Leaf, leaf_of
from govrules.read.pdf.pages import parts_of
from govrules.report import Issue

if TYPE_CHECKING:
    from pdfminer.pdfdocument import PDFDocument

_HEAD, _GARBLED = 1024, 0.3
_CID = re.compile(r"\(cid:\d+\)|\ufffd")


@dataclass(frozen=True)
class Most:
    """The limits of a PDF, as the process that asks knows them."""

    pages: int
    edges: int


@dataclass(frozen=True)
class Paper:
    """What was found in a PDF: its parts in reading order, and what could not be read."""

    parts: tuple[Part, ...]
    issues: tuple[Issue, ...]


def read_pdf(content: bytes, source: str) -> Document:
    """Read a PDF; raises ReadError for one that is damaged, locked, scanned, without text, or beyond a limit."""
    content = content[max(content.find(b"%PDF-", 0, _HEAD), 0) :]
    expect(content, "a PDF", "a PDF", source)
    end = content.rfind(b"%%EOF")
    if end < 0 or b"endobj" in content[end:]:
        raise ReadError("is cut off: its end is missing", where=source, hint="fetch it again")
    task = partial(read_pages, most=Most(limit("pdf_pages"), limit("pdf_page_edges")))
    paper = contained(task, content, source)
    return document(source, content, paper.parts, issues=paper.issues)


def read_pages(content: bytes, source: str, most: Most) -> Paper:
    """Read the pages of a PDF in this process; whatever its parts do wrong is a ReadError."""
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    try:
        with _losses() as lost:
            leaves = _leaves(content, source, most)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # what a damaged file trips over may be any error of the libraries
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise ReadError("is encrypted", where=source, hint="save it without a password") from error
        if isinstance(cause, MemoryError):
            raise cause from error
        told = f"{type(cause).__name__}: {cause}".splitlines()[0][:120]
        raise ReadError(f"is damaged: {told}", where=source, hint="fetch it again") from error
    if lost:
        raise ReadError("is damaged: what it holds fails its checksum", where=source, hint="fetch it again")
    return _paper(leaves, source)


@contextmanager
def _losses() -> Iterator[list[str]]:
    """Keep the libraries quiet, but for what they could not unpack as it was packed: a figure may be another there."""
    told: list[str] = []

    def note(record: logging.LogRecord) -> bool:
        told.append(record.getMessage())
        return False

    logging.getLogger("pdfminer").addHandler(logging.NullHandler())
    logging.getLogger("pdfminer").propagate = False
    unpacking = logging.getLogger("pdfminer.pdftypes")
    unpacking.addFilter(note)
    try:
        yield told
    finally:
        unpacking.removeFilter(note)


def _leaves(content: bytes, source: str, most: Most) -> list[Leaf]:
    """Give the pages with their marks; pages are counted before any is laid out, lines before any table is sought."""
    from pdfplumber.pdf import PDF

    file = PDF(BytesIO(content))
    pages = _page_count(file.doc, most.pages)
    if pages > most.pages:
        raise _beyond(f"has {pages} pages, the limit is {most.pages}", "GOVRULES_PDF_PAGES", source)
    leaves: list[Leaf] = []
    for number, page in enumerate(file.pages, start=1):
        leaf = leaf_of(page, number)
        page.close()
        edges = max(len(leaf.strokes), len(leaf.fills))
        if edges > most.edges:
            told = f"has {edges} ruled lines on page {number}, the limit is {most.edges}"
            raise _beyond(told, "GOVRULES_PDF_PAGE_EDGES", source)
        leaves.append(leaf)
    if not leaves:
        raise ReadError("is damaged: it has no page", where=source, hint="fetch it again")
    return leaves


def _beyond(told: str, variable: str, source: str) -> ReadError:
    return ReadError(told, where=source, hint=f"{variable} sets the limit")


def _page_count(file: PDFDocument, most: int) -> int:
    """Count pages up to one more than allowed, and then believe what the file says of itself."""
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import dict_value, int_value

    found = sum(1 for _ in islice(PDFPage.create_pages(file), most + 1))
    if found <= most:
        return found
    return max(found, int_value(dict_value(file.catalog["Pages"]).get("Count", 0)))


def _paper(leaves: Sequence[Leaf], source: str) -> Paper:
    scans = [leaf.number for leaf in leaves if leaf.is_scan]
    if scans and all(leaf.is_scan or not leaf.text_size for leaf in leaves):
        told = f"pages {_ranges(scans, '–', ', ')} are scanned pictures" if len(scans) > 1 else "its page is a picture"
        raise ReadError(told, where=source, hint="text is needed: make it searchable, or install a plugin with OCR")
    garbled = [leaf.number for leaf in leaves if _share_without_text(leaf) > _GARBLED]
    if garbled and all(not leaf.text_size or leaf.number in garbled for leaf in leaves):
        raise ReadError("the fonts carry no text", where=source, hint="print it again, or install a plugin with OCR")
    return Paper(tuple(parts_of(leaves)), tuple(_issues(leaves, scans, garbled, source)))


def _share_without_text(leaf: Leaf) -> float:
    lost = sum(bool(_CID.fullmatch(glyph.text)) for glyph in leaf.glyphs)
    return lost / (leaf.text_size or 1)


def _issues(leaves: Sequence[Leaf], scans: list[int], garbled: list[int], source: str) -> Iterator[Issue]:
    laid_over = [s.number for s in leaves if not s.is_scan and s.pictured > 0.8 and s.text_size >= 20]
    told = (
        ("scanned", scans, "是扫描图片，没有文字，其内容未读取"),
        ("fonts", garbled, "的字体不含文字编码，其内容无法读取"),
        ("recognised", laid_over, "是整页图片叠加文字，文字可能由识别得来，请对照原图"),
    )
    for code, pages, message in told:
        if pages:
            yield Issue(source, f"第 {_ranges(pages, '—', '、')} 页{message}", code)


def _ranges(pages: Sequence[int], to: str, between: str) -> str:
    """Say page numbers in a few words: 1–4, 7."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and spans[-1][-1] == page - 1:
            spans[-1].append(page)
        else:
            spans.append([page])
    return between.join(f"{span[0]}{to}{span[-1]}" if len(span) > 1 else str(span[0]) for span in spans)
