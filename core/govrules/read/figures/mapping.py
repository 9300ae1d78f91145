"""What another program wrote, read by a layout: which of its values is which cell, and how far it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from govrules.errors import ReadError
from govrules.layout import FIELDS, Layout, RowRoute, filled, names_in
from govrules.read.document import Document
from govrules.read.figures.route import Found, found, value_at
from govrules.read.figures.rows import data_rows, date_of, written, year_of
from govrules.read.figures.strict import Json, bad, parse_json
from govrules.read.figures.upstream import figures_document
from govrules.read.given import Figure, Given
from govrules.read.magic import kind_of
from govrules.read.normalise import normalise
from govrules.read.value import parse_value
from govrules.report import Kind


@dataclass(frozen=True)
class MappedReader:
    """A reader of JSON, CSV and Parquet by a layout."""

    layout: Layout

    def __call__(self, content: bytes, source: str) -> Document:
        """Read one file; raises ReadError with the path or the row of what is wrong."""
        units = list(_units(self.layout, content, source))
        if not units:
            looked = f"the mapping looks at {self.layout.reports!r}" if self.layout.reports else "rows are expected"
            raise ReadError("holds no report", where=source, hint=looked)
        alone = len(units) == 1
        given = [_given(self.layout, unit, source, "" if alone else f"{source}#{n}") for n, unit in enumerate(units, 1)]
        return figures_document(content, source, given)


@dataclass(frozen=True, slots=True)
class _Unit:
    """What one report is made of: its value, its place, its line, and its rows where it is a group of them."""

    value: Json
    where: str
    path: str = "$"
    line: int = 0
    rows: Sequence[Json] = ()


@dataclass(frozen=True, slots=True)
class _Sight:
    """A value that may be a figure: where it stands, the id of its cell, and the confidence as given."""

    value: Json
    where: str
    cell: str
    unit: str
    confidence: Json


def _units(layout: Layout, content: bytes, source: str) -> Iterator[_Unit]:
    """Give the reports of a file: of JSON the objects that the layout names, else the rows or groups of rows."""
    if kind_of(content) is None and content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}:
        for hit in found(layout.reports, parse_json(content, source), {}):
            several = hit.value if isinstance(hit.value, list) else [hit.value]
            units = [
                _Unit(one, f"{source}: {hit.path}[{n}]" if several is hit.value else f"{source}: {hit.path}",
                      f"{hit.path}[{n}]" if several is hit.value else hit.path)
                for n, one in enumerate(several)
            ]  # fmt: skip
            yield from _grouped(layout, units)
        return
    rows = [_Unit(dict(row.values), f"{source}: {row.where}", "$", row.line) for row in data_rows(content, source)]
    yield from _grouped(layout, rows)


def _grouped(layout: Layout, units: list[_Unit]) -> Iterator[_Unit]:
    if not layout.group:
        yield from units
        return
    groups: dict[tuple[str, ...], list[_Unit]] = {}
    for unit in units:
        key = tuple(_plain(value_at(column, unit.value), unit.where) for column in layout.group)
        groups.setdefault(key, []).append(unit)
    for several in groups.values():
        yield replace(several[0], rows=tuple(unit.value for unit in several))


def _given(layout: Layout, unit: _Unit, source: str, name: str) -> Given:
    if not isinstance(unit.value, dict):
        raise bad(source, unit.path, unit.value, "a report, an object,")
    said = {key: _field(layout, unit, key) for key in FIELDS}
    figures, unused = _figures(layout, unit)
    own = _plain(value_at(layout.report, unit.value), unit.where) if layout.report else ""
    return Given(
        f"{source}#{own}" if own else name,
        unit.where,
        figures,
        issuer=said["issuer"] or None,
        year=year_of(said["year"], f"{unit.where}, {layout.fields.get('year')}"),
        form=layout.forms.get(said["form"], said["form"]) or None,
        title=said["title"],
        text=said["text"],
        source=said["source"],
        published=date_of(said["published"], f"{unit.where}, {layout.fields.get('published')}"),
        site=said["site"],
        line=unit.line,
        unused=unused,
    )


def _field(layout: Layout, unit: _Unit, key: str) -> str:
    """Give what a report says of itself; a list of paragraphs is one text."""
    if key not in layout.fields:
        return ""
    told = {_paragraphs(value_at(layout.fields[key], value), unit.where) for value in (unit.rows or [unit.value])}
    if len(told) > 1:
        raise ReadError(f"the rows of one report have more than one {key}", where=unit.where, hint="group by it")
    return told.pop()


def _paragraphs(value: Json, where: str) -> str:
    return "\n".join(_plain(part, where) for part in value) if isinstance(value, list) else _plain(value, where)


def _plain(value: Json, where: str) -> str:
    if isinstance(value, (dict, list, bool)):
        raise ReadError("text or a number is expected where the mapping looks", where=where)
    return written(value).strip()


def _figures(layout: Layout, unit: _Unit) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    made: dict[str, Figure] = {}
    unused: dict[str, None] = {}
    whole = _confidence(value_at(layout.confidence, unit.value), unit.where) if layout.confidence else None
    for sight in _sights(layout, unit, unused):
        figure = _figure(layout, sight, whole)
        old = made.get(figure.cell)
        if old is not None and "missing" not in (old.kind, figure.kind):
            raise ReadError(f"the cell {figure.cell!r} is given twice", where=figure.where, hint=f"also by {old.where}")
        if old is None or old.kind == "missing":
            made[figure.cell] = figure
    return tuple(made.values()), tuple(unused)


def _sights(layout: Layout, unit: _Unit, unused: dict[str, None]) -> Iterator[_Sight]:
    source = unit.where.removesuffix(unit.path)
    for route in layout.cells:
        for hit in found(route.at, unit.value, layout.names, unit.path):
            cell = _cell(route.cell, hit.bound, layout, hit.path, unused)
            if cell is not None:
                trust = value_at(filled(route.confidence, hit.bound), unit.value) if route.confidence else None
                where = f"{source}{hit.path}" if not unit.line else f"{unit.where}, {hit.path.removeprefix('$.')}"
                yield _Sight(hit.value, where, cell, route.unit, trust)
    for rows in layout.rows:
        for hit in _rows(rows, unit):
            bound = {name: _plain(value_at(column, hit.value), unit.where) for name, column in rows.key.items()}
            shown = "/".join(bound.values())
            cell = _cell(rows.cell, bound, layout, shown, unused)
            if cell is not None:
                trust = value_at(rows.confidence, hit.value) if rows.confidence else None
                yield _Sight(value_at(rows.value, hit.value), f"{source}{hit.path}", cell, rows.unit, trust)


def _rows(route: RowRoute, unit: _Unit) -> Iterator[Found]:
    """Give the rows of a report: those it was grouped of, or those of the lists that the route leads to."""
    if not route.at:
        yield from (Found(unit.path, row, {}) for row in unit.rows)
        return
    for hit in found(route.at, unit.value, {}, unit.path):
        rows = hit.value if isinstance(hit.value, list) else []
        yield from (Found(f"{hit.path}[{number}]", row, {}) for number, row in enumerate(rows))


def _cell(cell: str, bound: Mapping[str, str], layout: Layout, path: str, unused: dict[str, None]) -> str | None:
    """Give the id of a cell; None for what no dictionary knows, which is noted, and for what is left out on purpose."""
    ids: dict[str, str] = {}
    for name in names_in(cell):
        known = layout.names.get(name)
        if known is None:
            ids[name] = bound[name]
        elif bound[name] not in known:
            unused[path] = None
            return None
        else:
            meant = known[bound[name]]
            if meant is None:
                return None
            ids[name] = meant
    return filled(cell, ids)


def _figure(layout: Layout, sight: _Sight, whole: float | None) -> Figure:
    value = sight.value
    if isinstance(value, (dict, list, bool)):
        shown = "true or false" if isinstance(value, bool) else "an object" if isinstance(value, dict) else "a list"
        raise ReadError(f"value is {shown}, a number, text or null is expected", where=sight.where)
    confidence = _confidence(sight.confidence, sight.where)
    confidence = whole if confidence is None else confidence
    raw = written(value)
    return Figure(
        sight.cell,
        raw,
        sight.where,
        kind=_kind(layout, value, raw.strip()),
        unit=sight.unit,
        confidence=confidence,
        trusted=confidence is None or confidence >= layout.trust,
    )


def _kind(layout: Layout, value: Json, raw: str) -> Kind | None:
    if value is None:
        return "blank" if None in layout.blank else "missing"
    if raw in layout.blank:
        return "blank"
    parsed = parse_value(normalise(raw)) if layout.zero_unknown else None
    return "blank_unknown" if parsed is not None and parsed.kind == "zero" else None


def _confidence(value: Json, where: str) -> float | None:
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else -1.0
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ReadError("its confidence is no number from 0 to 1", where=where)
    return number
