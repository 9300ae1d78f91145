"""The tables of a report, read by the forms: which form each was printed in, and the cells in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from govrules.form import Cell, Form, Forms, Table
from govrules.read.align import Labels, Match, align, label_key, labels, likeness, official_key
from govrules.read.place import Grid, Placed, Run, place, printed_grid
from govrules.read.runs import Unknown, header_run, runs
from govrules.read.title import without_spam
from govrules.read.tokens import Token
from govrules.read.value import Value, parse_value, stored
from govrules.report import NOWHERE, CellRecord, ExtraRow

_LEAST_SHARE, _SAME_LABEL, _OPENS = 0.3, 0.9, 0.85


@dataclass(frozen=True)
class TableReading:
    """A table of one form as found: what was placed, what was not understood, and how well the form fits."""

    form: Form
    table: Table
    placed: tuple[Placed, ...]
    unknown: tuple[Unknown, ...]
    span: tuple[int, int]
    fit: float


@dataclass(frozen=True)
class Tables:
    """All tables of a report: cells by id, the form each table was printed in, and rows that no form knows.

    `thinned` names tables whose repeated lines a site took away; `askew` are the lines of rows whose cells, by the
    spans of the markup, stand in other columns than those of the rows around them.
    """

    cells: Mapping[str, CellRecord] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[ExtraRow, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    form: str | None = None
    thinned: tuple[str, ...] = ()
    askew: tuple[int, ...] = ()


def read_tables(tokens: Sequence[Token], forms: Forms, year: int | None) -> Tables:
    """Read every table that any form knows; the report's form is the one most tables show, the year deciding ties."""
    best: dict[str, TableReading] = {}
    fits: dict[str, dict[str, float]] = {}
    for form in sorted(forms, key=lambda f: (f.base is not None, year not in f.years, f.name)):
        for table in form.tables:
            reading = read_table(tokens, form, table)
            if reading is None:
                continue
            fits.setdefault(table.id, {})[form.name] = reading.fit
            if table.id not in best or reading.fit > best[table.id].fit + 0.01:
                best[table.id] = reading
    cells: dict[str, CellRecord] = {}
    extra: list[ExtraRow] = []
    for reading in best.values():
        found, left = _cells(reading, forms)
        cells |= {cell: record for cell, record in found.items() if cell not in cells or record.flag != "missing"}
        extra += left
    return Tables(
        cells,
        {name: reading.form.name for name, reading in best.items()},
        tuple(extra),
        tuple(reading.span for reading in best.values()),
        _voted(fits, forms, year),
        tuple(name for name, reading in best.items() if _thinned(reading)),
        tuple(line for reading in best.values() for line in _askew(reading)),
    )


def read_table(tokens: Sequence[Token], form: Form, table: Table) -> TableReading | None:
    """Read one table by one form; None when the report does not hold it."""
    found = _labels(table)
    begin = _begin(tokens, table)
    matches, _ = align(found, tokens, begin)
    if not matches:
        return None
    if not table.blocks[0].rows[0].title:
        run = header_run(found, matches, tokens)
        if run is None or len(run.slots) * 3 < len(run.cells):
            return None
        return _reading(form, table, [run], [], matches, tokens, len(matches) / len(found.anchors))
    made, unknown = runs(found, matches, tokens)
    valued = [run for run in made if run.slots or run.pads]
    rows = len(table.rows)
    few = len(valued) < max(1, rows * _LEAST_SHARE) and len(made) < rows * 0.6
    if few or (rows < 10 and len(matches) < 4):
        return None
    headers = sum(found.anchors[match.anchor].row is None and match.score > 0.9 for match in matches)
    fit = (len(valued) - 0.5 * (rows - len(valued)) - 0.5 * len(unknown)) / rows
    fit += headers / max(1, len(found.anchors) - rows)
    return _reading(form, table, made, unknown, matches, tokens, fit)


def _reading(
    form: Form,
    table: Table,
    made: list[Run],
    unknown: list[Unknown],
    matches: list[Match],
    tokens: Sequence[Token],
    fit: float,
) -> TableReading:
    lines = [tokens[match.token].line for match in matches] + [slot.line for run in made for slot in run.slots]
    first, last = min(lines), max(lines)
    grid = printed_grid([token for token in tokens if first <= token.line <= last])
    return TableReading(form, table, tuple(place(table, made, grid)), tuple(unknown), (first, last), fit)


@lru_cache(256)
def _labels(table: Table) -> Labels:
    return labels(table)


def _begin(tokens: Sequence[Token], table: Table) -> int:
    """Give the token from which a table may begin: its opening words, where it has such and they are there."""
    if not table.start:
        return 0
    opening = official_key(table.blocks[0].headers[0])
    for number, token in enumerate(tokens):
        if token.kind != "words":
            continue
        words = without_spam(token.text)
        if words.startswith(table.start) or likeness(label_key(words), opening) > _OPENS:
            return number
    return 0


def _voted(fits: Mapping[str, Mapping[str, float]], forms: Forms, year: int | None) -> str | None:
    votes: dict[str, float] = {}
    for fit in fits.values():
        top = max(fit.values())
        winners = [name for name, value in fit.items() if value >= top - 0.01]
        if len(winners) == 1 or len(fits) == 1:
            for name in winners:
                votes[name] = votes.get(name, 0) + 1
    if not votes:
        return None
    top = max(votes.values())
    tied = [name for name, count in votes.items() if count == top]
    in_year = [name for name in tied if year in forms[name].years]
    plain = [name for name in in_year or tied if forms[name].base is None]
    return (plain or in_year or tied)[0]


def _cells(reading: TableReading, forms: Forms) -> tuple[dict[str, CellRecord], list[ExtraRow]]:
    known = {cell.id: cell for cell in reading.table.cells()}
    records: dict[str, CellRecord] = {
        cell: CellRecord(cell, None, "", "missing", "missing", 0, made.unit) for cell, made in known.items()
    }
    if _thinned(reading):
        return records, []
    for placed in reading.placed:
        records |= {record.cell: record for record in _records(placed, known)}
    extra: list[ExtraRow] = []
    for unknown in reading.unknown:
        adopted = _adopted(unknown, reading, forms)
        records |= adopted
        if not adopted:
            raws = tuple(" ".join(slot.raw or "-" for slot in unknown.slots).rstrip("- ").split(" "))
            extra.append(ExtraRow(reading.table.id, unknown.label, raws, unknown.line))
    return records, extra


def _records(placed: Placed, known: Mapping[str, Cell]) -> list[CellRecord]:
    made: list[CellRecord] = []
    run = placed.run
    whole = " ".join(slot.raw for slot in run.slots)
    for here, cell in enumerate(run.cells):
        if cell not in known:  # a column that the form does not keep
            continue
        token = placed.tokens[here]
        unit = known[cell].unit
        if token is not None:
            value = parse_value(token.text) or Value("unreadable")
            value = Value(value.kind, value.number, value.unit or run.unit)
            spot = token.box.spot if token.box else NOWHERE
            number, flag = stored(value, known[cell]), placed.flag
            made.append(CellRecord(cell, number, token.raw, value.kind, flag, token.line, unit, token.span, spot))
        elif placed.inferred.get(here):
            value = Value("number", placed.inferred[here], run.unit)
            made.append(CellRecord(cell, stored(value, known[cell]), whole, "number", placed.flag, run.line, unit))
        elif here in placed.inferred:
            made.append(CellRecord(cell, 0, whole, "dropped", "ambiguous", run.line, unit))
        else:
            kind = "dropped" if len(run.slots) < len(run.cells) else "unreadable"
            made.append(CellRecord(cell, None, whole, kind, "ambiguous", run.line, unit))  # type: ignore[arg-type]
    return made


def _adopted(unknown: Unknown, reading: TableReading, forms: Forms) -> dict[str, CellRecord]:
    """Read a row that only another form has under the cell ids of that form."""
    key = label_key(unknown.label)
    for name in reading.form.accepts:
        other = forms.get(name)
        table = other.table(reading.table.id) if other else None
        if other is None or table is None:
            continue
        own = {row.id for row in reading.table.rows}
        for block in table.blocks:
            for row in block.rows:
                titles = (row.title, *row.aliases)
                if row.id in own or max(likeness(key, official_key(title)) for title in titles) < _SAME_LABEL:
                    continue
                columns, cells = zip(*((column.id, cell) for column, cell in block.cells(row)), strict=True)
                run = Run(row, columns, cells, unknown.slots, 0, 1, unknown.line, sure=True)
                placed = place(table, [run], Grid(None, padded=False))[0]
                return {record.cell: record for record in _records(placed, other.cells)}
    return {}


def _thinned(reading: TableReading) -> bool:
    """Tell whether a site printed each distinct line once: many labels, few values, and never the same one twice."""
    slots = [slot for placed in reading.placed for slot in placed.run.slots if slot.kind == "value"]
    wanted = sum(len(placed.run.cells) for placed in reading.placed)
    single = all(slot.row < 0 for slot in slots)
    return (
        len(reading.placed) >= 8
        and single
        and len(slots) < wanted / 3
        and len({slot.raw for slot in slots}) == len(slots)
    )


def _askew(reading: TableReading) -> list[int]:
    """Give the lines of rows of which the spans say another column than for most rows of their width."""
    seen: dict[tuple[str, ...], Counter[tuple[int, ...]]] = {}
    rows: list[tuple[tuple[str, ...], tuple[int, ...], int]] = []
    for placed in reading.placed:
        boxes = [token.box for token in placed.tokens if token is not None and token.box is not None]
        if len(boxes) == len(placed.run.cells):
            columns = tuple(box.first for box in boxes)
            seen.setdefault(placed.run.columns, Counter())[columns] += 1
            rows.append((placed.run.columns, columns, placed.run.line))
    return [line for kind, columns, line in rows if columns != seen[kind].most_common(1)[0][0]]
