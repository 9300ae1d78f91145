"""Figures that another program read, made reports by the forms: which form, which tables, each value in its unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from govrules.errors import ReadError
from govrules.form import Cell, Form, Forms
from govrules.read.document import Document
from govrules.read.figures.known import all_cells, form_named, nearest, unknown_cell
from govrules.read.figures.remarks import listed, remarks
from govrules.read.given import Figure, Given
from govrules.read.normalise import normalise
from govrules.read.text import read_text
from govrules.read.title import parse_title
from govrules.read.value import Value, parse_value, stored
from govrules.region import region_of
from govrules.report import CellRecord, Flag, Issue, IssuerFrom, Kind, Report, Title

ReadReports = Callable[[Document], list[Report]]
Place = tuple[str, str]
_ALIKE = 80


@dataclass(frozen=True)
class _Forms:
    """The forms with what is asked of them again and again: every cell, with the tables that it stands in."""

    forms: Forms
    cells: Mapping[str, Cell]
    places: Mapping[str, tuple[Place, ...]]


def completed(document: Document, forms: Forms, read: ReadReports) -> tuple[list[Report], list[Issue]]:
    """Give the reports of a document of figures; `read` gives the reports of a text, for those that came with one.

    Raises ReadError for forms and cells that are not known, with the place in the file.
    """
    known = _known(forms)
    unused: dict[str, None] = {}
    made: list[Report] = []
    alone = len(document.given) == 1
    for given in document.given:
        figures = [figure for figure in given.figures if _is_known(figure, known, unused)]
        for cell in given.records:
            if cell not in known.cells:
                raise unknown_cell(cell, forms, given.where)
        made.append(_report(document, replace(given, figures=tuple(figures)), known, read, alone=alone))
    issues = list(document.issues)
    if unused:
        told = listed(list(unused))
        issues.append(Issue(document.source, f"有 {len(unused)} 列不是已知的指标单元，未读取：{told}", "unused"))
    return made, issues


def _known(forms: Forms) -> _Forms:
    cells: dict[str, Cell] = {}
    places: dict[str, tuple[Place, ...]] = {}
    for form in forms:
        for name, cell in form.cells.items():
            cells.setdefault(name, cell)
            places[name] = (*places.get(name, ()), (cell.table, form.name))
    return _Forms(forms, cells, places)


def _is_known(figure: Figure, known: _Forms, unused: dict[str, None]) -> bool:
    """Tell whether a figure is a cell; one that may be meant for a cell is an error, any other is only noted."""
    if figure.cell in known.cells:
        return True
    if figure.cell in unused:
        return False
    if "." in figure.cell or nearest(figure.cell, all_cells(known.forms), _ALIKE):
        raise unknown_cell(figure.cell, known.forms, figure.where)
    unused[figure.cell] = None
    return False


def _report(document: Document, given: Given, known: _Forms, read: ReadReports, *, alone: bool) -> Report:
    name = given.id or document.source
    source = given.source or (document.source if alone else name)
    told, issues = _told(given, source, read)
    title = told.title if told else parse_title(given.title, given.line)
    year, issuer = _head(given, title, told)
    form = _form(given, year, known)
    printed = _printed(given, form, known)
    cells = _cells(given, known, printed, line=0 if told else given.line)
    region = region_of(issuer)
    report = Report(
        id=name,
        source=source,
        lines=told.lines if told else _lines(given),
        issuer=issuer,
        year=year,
        form=form.name if form else None,
        title=title,
        issuer_from=_named_by(issuer, title, told),
        year_from=told.year_from if told else "title" if title and title.year == year else "",
        cells=cells,
        tables=printed,
        region=region.code if region else None,
        published=given.published,
        site=given.site,
        figures_only=told is None,
    )
    if told is not None:
        report = replace(
            report, script=told.script, sections=told.sections, text=told.text, claims=told.claims, foreign=told.foreign
        )
    return replace(report, issues=(*issues, *remarks(report, given, told)))


def _head(given: Given, title: Title | None, told: Report | None) -> tuple[int | None, str | None]:
    """Give the year and the body: what the other program says before what title and text say."""
    year = given.year or (title.year if title else None) or (told.year if told else None)
    return year, given.issuer or (title.issuer if title else None) or (told.issuer if told else None)


def _named_by(issuer: str | None, title: Title | None, told: Report | None) -> IssuerFrom:
    """Tell where the name of the body was found; nowhere in the document where the other program gave it."""
    if issuer and told is not None and told.issuer == issuer:
        return told.issuer_from
    return "title" if issuer and title is not None and title.issuer == issuer else ""


def _lines(given: Given) -> tuple[int, int]:
    """Give the lines of the report in its own document where the figures know them, else of the data file."""
    lines = [record.line for record in given.records.values() if record.line]
    if given.records:
        return min(lines, default=0), max(lines, default=0)
    return given.line, given.line


def _told(given: Given, source: str, read: ReadReports) -> tuple[Report | None, list[Issue]]:
    """Read the text that came with the figures; a text that is not that of the one report is left out and said so."""
    if not given.text.strip():
        return None, []
    try:
        found = _read(given.text, source, read)
        if given.title and not (found and found[0].title):
            found = _read(f"{given.title}\n{given.text}", source, read)
    except ReadError as error:
        return None, [Issue(source, f"正文无法读取：{error.message}", "text", given.id)]
    mine = [report for report in found if given.year in (None, report.year)] if len(found) > 1 else found
    if len(mine) == 1:
        return mine[0], []
    why = f"正文含 {len(found)} 份报告" if found else "正文中没有标题，也没有各部分"
    return None, [Issue(source, f"{why}，未读取正文", "text", given.id)]


def _read(text: str, source: str, read: ReadReports) -> list[Report]:
    return read(read_text(text.encode("utf-8", "replace"), source))


def _form(given: Given, year: int | None, known: _Forms) -> Form | None:
    """Give the form that was named, else the one that has most of the cells that hold something, then of the year."""
    if given.form:
        return form_named(given.form, known.forms, given.where)
    held = _held(given)
    hits = {form.name: sum(cell in form.cells for cell in held) for form in known.forms}
    most = max(hits.values(), default=0)
    fitting = [form for form in known.forms if hits[form.name] == most and (most or year in form.years)]
    if not most:
        fitting = [form for form in fitting if form.base is None and all(table.required for table in form.tables)]
    return min(fitting, key=lambda form: (year not in form.years, form.base is not None, form.name), default=None)


def _held(given: Given) -> list[str]:
    """Give the cells that hold something; where none does, those that are there at all."""
    kept = [figure.cell for figure in given.figures if figure.kind not in {"blank", "missing"}]
    kept += [cell for cell, record in given.records.items() if record.kind not in {"blank", "missing"}]
    return kept or [*(figure.cell for figure in given.figures if figure.kind != "missing"), *given.records]


def _printed(given: Given, form: Form | None, known: _Forms) -> dict[str, str]:
    """Give the tables that are there, each with the form that has most of its cells: the report's own if in doubt."""
    counts: dict[str, Counter[str]] = {}
    there = [figure.cell for figure in given.figures if figure.kind != "missing"]
    there += [cell for cell, record in given.records.items() if record.kind != "missing"]
    held = {*_held(given)}
    for cell in there:
        for table, name in known.places[cell]:
            counts.setdefault(table, Counter())[name] += 1000 * (cell in held) + 1
    own = form.name if form else ""
    best = {
        table: max(hits, key=lambda name: (hits[name] // 1000, name == own, hits[name]))
        for table, hits in counts.items()
    }
    # A column that is blank here may be of another form: such a table is there only if this form has it.
    return {table: name for table, name in best.items() if counts[table][name] >= 1000 or (form and form.table(table))}


def _cells(given: Given, known: _Forms, printed: Mapping[str, str], line: int) -> dict[str, CellRecord]:
    """Give a record for every cell of the tables that are there; blanks only in the layout that was printed."""
    cells = {name: cell for table, form in printed.items() for name, cell in known.forms[form].cells.items()
             if cell.table == table}  # fmt: skip
    if given.records:
        cells = {}  # who knew the kinds of its cells knew which are missing
    made: dict[str, CellRecord | None] = dict.fromkeys(cells)
    for figure in given.figures:
        if given.records or figure.kind not in {"blank", "missing"} or figure.cell in made:
            made[figure.cell] = _record(figure, cells.get(figure.cell) or known.cells[figure.cell], line)
    found = {name: record or _missing(cells[name]) for name, record in made.items()}
    return {**found, **given.records}


def _missing(cell: Cell) -> CellRecord:
    return CellRecord(cell.id, None, "", "missing", "missing", 0, cell.unit)


def _record(figure: Figure, cell: Cell, line: int) -> CellRecord:
    if figure.kind == "missing":
        return CellRecord(cell.id, None, figure.raw, "missing", "missing", 0, cell.unit)
    value = Value("blank") if figure.kind == "blank" else parse_value(normalise(figure.raw)) or Value("unreadable")
    unknown = figure.kind == "blank_unknown"
    number = stored(Value(value.kind, value.number, value.unit or figure.unit or cell.unit), cell)
    flag: Flag = "upstream" if figure.trusted and not unknown else "ambiguous"
    kind: Kind = "blank_unknown" if unknown else value.kind
    return CellRecord(
        cell.id,
        number,
        figure.raw,
        kind,
        flag,
        figure.line or line,
        cell.unit,
        None,
        figure.spot,
        figure.confidence,
    )
