"""The documents that are fuzzed: small whole reports as text, web pages, Word files and JSON, and how each is read."""

from __future__ import annotations

import json
import random
import re
import signal
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from types import FrameType

from elements import HTML, WORD, element_edits
from govrules.output.json import write_reports
from govrules.read.figures.parsed import read_json
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.read.web.html import read_html
from govrules.read.word.docx import read_docx
from govrules.report import Reader, Report
from layout import Made, Merged, merged_rows
from markup import MARKUPS
from mutations import CHARACTERS, LINES, Edit
from office import p, tbl, tc, word_file
from oracle import Base, coded, lines_of, marked, plain_report, real, with_figures
from reading import FORMS, YEARS
from render import DIALECTS, GLUED
from spliced import Text

SECONDS = 5
_TABLE = "表格"
_KEEP_BLANKS = ("piped_pads", "piped", "row_bars", "markdown", "bar_before", "tabs")
Packed = tuple[bytes, Text]


@dataclass(frozen=True)
class Format:
    """A format: its reader, the mutations it suffers, its printed reports, and how a text becomes bytes."""

    read: Reader
    edits: Sequence[Edit]
    printed: Sequence[tuple[Base, Text]]
    packed: Callable[[Text, random.Random], Packed]

    def reports(self, content: bytes) -> list[Report]:
        """Read a document; raises Hang when that takes more than SECONDS of CPU time."""
        with _in_time():
            return reports(self.read(content, "made.x"), FORMS)[0]


class Hang(BaseException):
    """Reading took too long; no `except Exception` of a reader may swallow it."""


@contextmanager
def _in_time() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hang(f"reading takes more than {SECONDS} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


# Printing


def _bases(name: str, seed: int, blanks: float) -> tuple[Base, Base]:
    return coded(name, seed, blanks), real(name, seed, blanks)


@lru_cache(None)
def text_format() -> Format:
    """Give plain text in every dialect, and some of it on one line."""
    printed = [
        (base, plain_report(base, dialect, seed))
        for name in YEARS
        for seed, dialect in enumerate((*DIALECTS, *GLUED))
        for base in _bases(name, seed, 0.2 if dialect in _KEEP_BLANKS else 0)
    ]
    printed += [
        (base, plain_report(base, dialect, 0, " "))
        for name in YEARS
        for dialect in ("plain", "words")
        for base in _bases(name, 0, 0)
    ]
    return Format(read_text, (*CHARACTERS, *LINES), _weighted(printed), _encoded)


def _weighted(printed: list[tuple[Base, Text]]) -> list[tuple[Base, Text]]:
    """Let the small form come up three times as often: it is read in half the time."""
    small = [(base, document) for base, document in printed if base.form.name == "zhejiang-2013"]
    return [*printed, *small, *small]


def _made(base: Base, seed: int) -> Made:
    """Give a report with marks for figures, as paragraphs and tables with merged cells."""
    form, marks = base.form, marked(base)
    sections = [section.id for section in form.sections]
    order = sorted(form.tables, key=lambda table: sections.index(table.section) if table.section in sections else 99)
    tables = iter(order)
    printed = [
        line if line != _TABLE else merged_rows(next(tables), marks) for line in lines_of(base, seed, table=_TABLE)
    ]
    return Made(form, YEARS[form.name], printed, {}, marks)


@lru_cache(None)
def html_format() -> Format:
    """Give web pages in every markup."""
    printed = [
        (base, with_figures(_slim(print_page(_made(base, seed))), base))
        for name in YEARS
        for seed, print_page in enumerate(MARKUPS.values())
        for base in _bases(name, seed, 0.2)
    ]
    return Format(read_html, (*CHARACTERS, *element_edits(HTML) * 2), _weighted(printed), _encoded_page)


def _slim(page: str) -> str:
    return re.sub(r'\s(?:style|class|title|width|border|cellspacing|cellpadding)=(?:"[^"]*"|\'[^\']*\')', "", page)


@lru_cache(None)
def docx_format() -> Format:
    """Give Word files, by the XML of their text."""
    printed = [
        (base, with_figures(_document_xml(_made(base, seed)), base))
        for name in YEARS
        for seed in range(2)
        for base in _bases(name, seed, 0.2)
    ]
    return Format(read_docx, (*CHARACTERS, *element_edits(WORD) * 3), _weighted(printed), _zipped)


def _document_xml(made: Made) -> str:
    body = "".join(p(part) if isinstance(part, str) else _word_table(part) for part in made.printed)
    with zipfile.ZipFile(BytesIO(word_file(body))) as archive:
        return archive.read("word/document.xml").decode()


def _word_table(rows: list[list[Merged]]) -> str:
    """Give a table of Word: what a merged cell covers below are cells that go on with it."""
    covered: dict[tuple[int, int], Merged] = {}
    lines = []
    for here, row in enumerate(rows):
        cells, column, own = "", 0, iter(row)
        while True:
            above = covered.pop((here, column), None)
            cell = above or next(own, None)
            if cell is None:
                break
            merge = "" if cell.rows == 1 and not above else "<w:vMerge/>" if above else '<w:vMerge w:val="restart"/>'
            text = "" if above else cell.text
            cells += tc(text, f'<w:gridSpan w:val="{cell.columns}"/>{merge}')
            if not above:
                covered |= {(here + down, column): cell for down in range(1, cell.rows)}
            column += cell.columns
        lines.append(cells)
    return tbl(*lines)


@lru_cache(None)
def json_format() -> Format:
    """Give parsed reports as JSON, one key on a line."""
    bases = [coded(name, seed, 0.2) for name in YEARS for seed in range(2)]
    return Format(read_json, (*CHARACTERS, *LINES), [(base, _parsed(base)) for base in bases], _encoded)


def _parsed(base: Base) -> Text:
    """Give a report as `parse` writes it, without its lines of text."""
    found, issues = reports(read_text(plain_report(base, "row_bars", 1).text.encode(), "made.txt"), FORMS)
    fields = json.loads(write_reports([replace(report, text=()) for report in found], issues, ()))
    text = json.dumps(fields, ensure_ascii=False, indent=0)
    places = [(cell, found) for code, cell in base.codes.items() for found in re.finditer(code, text)]
    return Text(text, tuple((cell, *place.span()) for cell, place in places))


# Packing


def _encoded(document: Text, rng: random.Random) -> Packed:
    encoding = rng.choice(("utf-8", "utf-8", "utf-8", "gb18030", "utf-8-sig", "utf-16"))
    return _damaged(document.text.encode(encoding, "replace"), encoding, document, rng)


def _encoded_page(document: Text, rng: random.Random) -> Packed:
    """Encode a page that tells its encoding, or does not, or tells another."""
    encoding = rng.choice(("utf-8", "utf-8", "utf-8", "gb18030"))
    said = encoding if rng.random() < 0.8 else rng.choice(("gbk", "utf-8", "big5"))
    head = document.text[:2000].lower().find("<head>") + 6
    told = document.spliced([(head, head, f'<meta charset="{said}">')]) if head > 5 and rng.random() < 0.5 else document
    return _damaged(told.text.encode(encoding, "replace"), encoding, told, rng)


def _zipped(document: Text, rng: random.Random) -> Packed:
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in _OTHER_MEMBERS:
            archive.writestr(name, content)
        archive.writestr("word/document.xml", document.text.encode("utf-8", "replace"))
    content = held.getvalue()
    return (_bytes_changed(content, rng)[0], document) if rng.random() < 0.1 else (content, document)


def _other_members() -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(BytesIO(word_file(""))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if name != "word/document.xml"]


_OTHER_MEMBERS = _other_members()


def _bytes_changed(content: bytes, rng: random.Random) -> tuple[bytes, int]:
    """Give bytes of which up to three were changed, put in or taken out, and where."""
    begin, size = rng.randrange(len(content) + 1), rng.randint(1, 3)
    lost = rng.choice((0, size))
    new = rng.randbytes(rng.choice((0, size)) if lost else size)
    return content[:begin] + new + content[begin + lost :], begin


def _damaged(content: bytes, encoding: str, document: Text, rng: random.Random) -> Packed:
    """Damage the bytes of one document in ten, and note the figures that may be touched."""
    if rng.random() >= 0.1:
        return content, document
    damaged, begin = _bytes_changed(content, rng)
    place = len(content[:begin].decode(encoding, "ignore"))
    reach, fate = (300, "cut") if "</" in document.text else (4, "changed")  # a tag that is torn swallows figures
    near = {cell for cell, first, last in document.spans if first - reach <= place <= last + reach}
    return damaged, replace(document.with_fate(near, fate), moves=document.moves + 1, adds_digits=True)
