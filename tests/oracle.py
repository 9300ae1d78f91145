"""What must hold of a damaged document, however it was damaged: no cell is certain and wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from generate import Figures, make_cells, make_report, print_values
from govrules.form import Form
from govrules.read.value import parse_value, stored
from govrules.report import CERTAIN, CellRecord, Report
from rapidfuzz.distance import Levenshtein
from reading import FORMS, ISSUER, YEARS
from render import drop_zeros
from spliced import Text

_DIGITS, _APART = 7, 4
Shown = Mapping[str, str | None]


@dataclass(frozen=True)
class Base:
    """A report before it is damaged: the figures it shows, and whether each is a number that no other cell has."""

    form: Form
    shown: Shown
    unique: bool

    @cached_property
    def truth(self) -> Mapping[str, int | float | None]:
        """The value of every cell as it would be stored; None where it is printed blank."""
        return {cell: _stored(self.form, cell, text) for cell, text in self.shown.items()}

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """The cell of every printed number."""
        return {text: cell for cell, text in self.shown.items() if text}


def _stored(form: Form, cell: str, text: str | None) -> int | float | None:
    value = parse_value(text or "")
    assert value is not None
    return stored(value, form.cells[cell])


def coded(name: str, seed: int, blanks: float) -> Base:
    """Give a report in which every figure is a number of its own, so far apart that three slips make none another."""
    rng, form = random.Random(f"codes {name} {seed}"), FORMS[name]
    codes: list[str] = []
    while len(codes) < len(form.cells):
        code = str(rng.randrange(10 ** (_DIGITS - 1), 10**_DIGITS))
        if all(Levenshtein.distance(code, other, score_cutoff=_APART) >= _APART for other in codes):
            codes.append(code)
    shown = {cell: None if rng.random() < blanks else code for cell, code in zip(form.cells, codes, strict=True)}
    return Base(form, shown, unique=True)


def real(name: str, seed: int, blanks: float) -> Base:
    """Give a report with figures as they are: small, many of them 0, all identities kept."""
    rng, form = random.Random(f"real {name} {seed}"), FORMS[name]
    cells: Figures = make_cells(form, rng, rng.choice((20, 60, 400)))
    return Base(form, drop_zeros(print_values(form, cells, rng), rng, blanks), unique=False)


def plain_report(base: Base, dialect: str, seed: int, between: str = "\n") -> Text:
    """Print a report as text: title, period, headings and all tables, with little prose; `between` its lines."""
    return with_figures(between.join(lines_of(base, seed, dialect)), base)


def lines_of(base: Base, seed: int, dialect: str = "plain", table: str = "") -> list[str]:
    """Give the lines of a report with marks for figures; `table` is a line to stand for every table instead."""
    year, zeros = YEARS[base.form.name], dict.fromkeys(base.form.cells, 0)
    text = make_report(
        base.form,
        zeros,
        year,
        ISSUER,
        random.Random(seed),
        dialect,
        values=marked(base),
        damage=lambda rows: [table] if table else [f"\0{row}" for row in rows],
    )
    lines = [line.replace("\0", "") for line in text.split("\n") if line[:1] == "\0" or len(line) < 60]
    return [lines[0], f"本报告统计期限为{year}年1月1日至12月31日。", *lines[1:]]


def marked(base: Base) -> Shown:
    """Give the mark of every cell that is not blank."""
    return {cell: mark if base.shown[cell] is not None else None for mark, cell in marks_of(base.form.name).items()}


@lru_cache(None)
def marks_of(name: str) -> Mapping[str, str]:
    """Give the cell of every mark: what is printed first, where figures will stand."""
    return coded(name, 0, 0).codes


def with_figures(text: str, base: Base) -> Text:
    """Put the figures in the place of marks, and note where each stands."""
    marks, pieces, spans, length, last = marks_of(base.form.name), list[str](), list[tuple[str, int, int]](), 0, 0
    for found in re.finditer(rf"\d{{{_DIGITS}}}", text):
        cell = marks.get(found.group())
        if cell is None:
            continue
        new = base.shown[cell] or ""
        pieces += [text[last : found.start()], new]
        length += found.start() - last
        spans.append((cell, length, length + len(new)))
        length, last = length + len(new), found.end()
    return Text("".join([*pieces, text[last:]]), tuple(spans))


def wrong(base: Base, document: Text, reports: Iterable[Report]) -> list[CellRecord]:
    """List the cells that are flagged as certain and are wrong beyond doubt."""
    if document.misleads or document.moves > 1:
        return []
    return [
        record
        for report in reports
        for record in report.cells.values()
        if record.flag in CERTAIN and not _may_be(base, document, record)
    ]


def _may_be(base: Base, document: Text, record: CellRecord) -> bool:
    if record.cell not in base.truth:  # read by another form
        return record.raw not in base.codes if base.unique else True
    truth, fate = base.truth[record.cell], document.fates.get(record.cell, "")
    if record.value == truth and (truth is not None or record.kind != "number"):
        return True
    if truth is None:
        return document.adds_digits and not (base.unique and _own(base, record.raw) is not None)
    if record.value is None or fate == "removed":
        return record.value is None and (fate == "cut" or (fate == "changed" and not base.unique))
    return fate in {"changed", "cut"} and not (base.unique and _is_taken_for_another(base, record))


def _own(base: Base, raw: str) -> str | None:
    """Give the cell whose number stands in a raw text whole."""
    return next((base.codes[digits] for digits in re.findall(r"\d+", raw) if digits in base.codes), None)


def _is_taken_for_another(base: Base, record: CellRecord) -> bool:
    """Tell whether what was read is nearer to another cell's number than three slips bring one: than to its own."""
    own = Levenshtein.distance(base.shown[record.cell] or "", record.raw)
    return any(Levenshtein.distance(code, record.raw) < min(own, _APART) for code in base.codes)
