"""The tables of a report, read by the forms: which form each was printed in, and the cells in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from govrules.form import Cell, Form, Forms, Table
from govrules.read.align import Labels, Match, Words, align, label_key, labels, likeness, official_key, rivalled
from govrules.read.doubt import is_boxed, keeps_blanks
from govrules.read.headers import taken_apart
from govrules.read.place import Grid, Placed, Run, place, printed_grid
from govrules.read.runs import Unknown, header_run, runs
from govrules.read.title import without_spam
from govrules.read.tokens import Token
from govrules.read.value import Value, parse_value, stored
from govrules.report import NOWHERE, CellRecord, ExtraRow

_LEAST_SHARE, _SAME_LABEL, _OPENS, _LEAST_ALIKE, _ALL_HEADERS = 0.3, 0.9, 0.85, 0.15, 0.9
_UNREADABLE = Value("unreadable")
# Every label of rows and headers found, each row with values, no row unknown.
_PERFECT = 2 - 1e-9


@dataclass(frozen=True)
class Found:
    """A table of one form as found, before its values are placed: its runs, and how well the form fits.

    It is `whole` when every label was found with values and nothing else stands there: no other table fits better.
    """

    form: Form
    table: Table
    runs: tuple[Run, ...]
    unknown: tuple[Unknown, ...]
    matches: tuple[Match, ...]
    span: tuple[int, int]
    fit: float
    whole: bool


@dataclass(frozen=True)
class TableReading:
    """A table whose values are placed, and the rows that were not understood."""

    form: Form
    table: Table
    placed: tuple[Placed, ...]
    unknown: tuple[Unknown, ...]
    span: tuple[int, int]


@dataclass(frozen=True)
class Tables:
    """All tables of a report: cells by id, the form each table was printed in, and rows that no form knows.

    `thinned` names tables whose repeated lines a site took away; `askew` are the lines of rows whose cells, by the
    spans of the markup, stand in other columns than those of the rows around them; `wordy` are the cells in which
    words stand where a figure should.
    """

    cells: Mapping[str, CellRecord] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[ExtraRow, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    form: str | None = None
    thinned: tuple[str, ...] = ()
    askew: tuple[int, ...] = ()
    wordy: tuple[str, ...] = ()


def read_tables(tokens: Sequence[Token], forms: Forms, year: int | None) -> Tables:
    """Read every table that any form knows; the report's form is the one most tables show, the year deciding ties."""
    tokens = taken_apart(tokens, forms)
    best: dict[str, Found] = {}
    fits: dict[str, dict[str, float]] = {}
    words = Words.of(tokens)
    for form in sorted(forms, key=lambda f: (f.base is not None, year not in f.years, f.name)):
        for table in form.tables:
            rival = best.get(table.id)
            if rival is not None and rival.whole:
                if _labels(rival.table).keys == _labels(table).keys:
                    fits[table.id][form.name] = rival.fit
                continue
            found = find_table(words, form, table)
            if found is None:
                continue
            fits.setdefault(table.id, {})[form.name] = found.fit
            if table.id not in best or found.fit > best[table.id].fit + 0.01:
                best[table.id] = found
    keeps = keeps_blanks(run for found in best.values() for run in found.runs)
    readings = {name: _placed(_doubted(found, words, forms), tokens, keeps=keeps) for name, found in best.items()}
    cells: dict[str, CellRecord] = {}
    extra: list[ExtraRow] = []
    for reading in readings.values():
        known, left = _cells(reading, forms)
        cells |= {cell: record for cell, record in known.items() if cell not in cells or record.flag != "missing"}
        extra += left
    return Tables(
        cells,
        {name: reading.form.name for name, reading in readings.items()},
        tuple(extra),
        tuple(reading.span for reading in readings.values()),
        _voted(fits, forms, year),
        tuple(name for name, reading in readings.items() if _thinned(reading)),
        tuple(line for reading in readings.values() for line in _askew(reading)),
        tuple(cell for reading in readings.values() for cell in _wordy(reading)),
    )


def find_table(words: Words, form: Form, table: Table) -> Found | None:
    """Find one table of one form; None when the report does not hold it."""
    found, tokens = _labels(table), words.tokens
    if not _may_hold(words, found):
        return None
    matches = align(found, words, _begin(words, table))
    if not matches:
        return None
    if not table.blocks[0].rows[0].title:
        run, fit = header_run(found, matches, tokens), len(matches) / len(found.anchors)
        if run is None or (len(run.slots) * 3 < len(run.cells) and fit < _ALL_HEADERS):
            return None
        return _found(form, table, [run], [], matches, tokens, fit, whole=fit == 1 and len(run.slots) == len(run.cells))
    made, unknown = runs(found, matches, tokens)
    valued = [run for run in made if run.slots or run.pads]
    rows = len(table.rows)
    few = len(valued) < max(1, rows * _LEAST_SHARE) and len(made) < rows * 0.6
    if few or (rows < 10 and len(matches) < 4):
        return None
    headers = sum(found.anchors[match.anchor].row is None and match.score > 0.9 for match in matches)
    fit = (len(valued) - 0.5 * (rows - len(valued)) - 0.5 * len(unknown)) / rows
    fit += headers / max(1, len(found.anchors) - rows)
    return _found(form, table, made, unknown, matches, tokens, fit, whole=fit >= _PERFECT)


def _may_hold(words: Words, found: Labels) -> bool:
    """Tell whether enough different labels of a table occur at all to be worth an alignment."""
    alike = {number for key in words.keys for number, _ in found.scored[key]}
    return len(alike) >= len(found.anchors) * _LEAST_ALIKE


def _found(
    form: Form,
    table: Table,
    made: list[Run],
    unknown: list[Unknown],
    matches: list[Match],
    tokens: Sequence[Token],
    fit: float,
    *,
    whole: bool,
) -> Found:
    lines = [tokens[match.token].line for match in matches] + [slot.line for run in made for slot in run.slots]
    return Found(form, table, tuple(made), tuple(unknown), tuple(matches), (min(lines), max(lines)), fit, whole)


def _doubted(found: Found, words: Words, forms: Forms) -> Found:
    """Doubt rows whose label may be another's, and those under column titles that only another form has.

    That other form fits less for having lost something.
    """
    own = _labels(found.table)
    doubted = {
        row.id
        for form in forms
        for table in form.tables
        if table.id == found.table.id
        for keys, rows in _labels(table).titles.items()
        if own.all_keys.isdisjoint(keys) and not words.keys.isdisjoint(keys)
        for row in rows
    }
    doubted |= {row.id for number in rivalled(own, words, found.matches) if (row := own.anchors[number].row)}
    if not doubted:
        return found
    return replace(found, runs=tuple(replace(r, sure=r.sure and r.row.id not in doubted) for r in found.runs))


def _placed(found: Found, tokens: Sequence[Token], *, keeps: bool) -> TableReading:
    first, last = found.span
    grid = Grid(None, padded=False, keeps=keeps)
    if not all(
        run.in_row and is_boxed(run) for run in found.runs if run.slots or run.pads
    ):  # whose width tells nothing
        grid = printed_grid([token for token in tokens if first <= token.line <= last], keeps=keeps)
    placed = tuple(place(found.table, found.runs, grid))
    return TableReading(found.form, found.table, placed, found.unknown, found.span)


@lru_cache(256)
def _known(table: Table) -> Mapping[str, Cell]:
    return {cell.id: cell for cell in table.cells()}


@lru_cache(256)
def _labels(table: Table) -> Labels:
    return labels(table)


def _begin(words: Words, table: Table) -> int:
    """Give the token from which a table may begin: its opening words, where it has such and they are there."""
    if not table.start:
        return 0
    opening, tokens = official_key(table.blocks[0].headers[0]), words.tokens
    for word in words.all:
        said = without_spam(tokens[word.token].text)
        if said and table.start.startswith(said):  # broken over two lines
            said += "".join(token.text for token in tokens[word.token + 1 : word.token + 2])
        if said.startswith(table.start) or likeness(word.key, opening) > _OPENS:
            return word.token
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
    known = _known(reading.table)
    there = () if _thinned(reading) else reading.placed
    found = {record.cell: record for placed in there for record in _records(placed, known)}
    records = {
        cell: found.get(cell) or CellRecord(cell, None, "", "missing", "missing", 0, made.unit)
        for cell, made in known.items()
    }
    if not there:
        return records, []
    own = {placed.run.row.id for placed in reading.placed if placed.run.slots}
    extra: list[ExtraRow] = []
    others: set[str] = set()
    for unknown in reading.unknown:
        adopted = _adopted(unknown, reading, forms)
        records |= adopted
        others |= {cell.rpartition(".")[0] for cell in adopted}
        if not adopted:
            raws = tuple(" ".join(slot.raw or "-" for slot in unknown.slots).rstrip("- ").split(" "))
            extra.append(ExtraRow(reading.table.id, unknown.label, raws, unknown.line))
    return _without_clashes(records, own, others), extra


def _without_clashes(
    records: dict[str, CellRecord], own: Collection[str], others: Collection[str]
) -> dict[str, CellRecord]:
    """Doubt a row that one form has and of which another form's rows are the parts: its values may be theirs."""
    pairs = [*((row, part) for row in own for part in others), *((row, part) for row in others for part in own)]
    clash = {row for row, part in pairs if part.startswith(f"{row}.")}
    if not clash:
        return records
    return {
        cell: replace(record, flag="partial") if record.flag == "exact" and cell.rpartition(".")[0] in clash else record
        for cell, record in records.items()
    }


def _records(placed: Placed, known: Mapping[str, Cell]) -> list[CellRecord]:
    made: list[CellRecord] = []
    run = placed.run
    for here, cell in enumerate(run.cells):
        kept = known.get(cell)
        if kept is None:  # a column that the form does not keep
            continue
        token, unit = placed.tokens[here], kept.unit
        if token is not None:
            value = parse_value(token.text) or _UNREADABLE
            if run.unit and not value.unit:
                value = Value(value.kind, value.number, run.unit)
            number, spot = stored(value, kept), token.box.spot if token.box else NOWHERE
            flag = "ambiguous" if token.kind == "words" else placed.flag
            made.append(CellRecord(cell, number, token.raw, value.kind, flag, token.line, unit, token.span, spot))
        elif placed.inferred.get(here):
            value = Value("number", placed.inferred[here], run.unit)
            made.append(CellRecord(cell, stored(value, kept), run.raw, "number", placed.flag, run.line, unit))
        elif here in placed.inferred:
            made.append(CellRecord(cell, 0, run.raw, "dropped", "ambiguous", run.line, unit))
        else:
            kind = "dropped" if len(run.slots) < len(run.cells) else "unreadable"
            made.append(CellRecord(cell, None, run.raw, kind, "ambiguous", run.line, unit))  # type: ignore[arg-type]
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


def _wordy(reading: TableReading) -> Iterator[str]:
    known = _known(reading.table)
    for placed in reading.placed:
        if any(slot.kind == "words" for slot in placed.run.slots):
            cells = zip(placed.run.cells, placed.tokens, strict=True)
            yield from (cell for cell, token in cells if token and token.kind == "words" and cell in known)


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
    rows: list[tuple[tuple[str, ...], tuple[int, ...], int]] = []
    for placed in reading.placed:
        firsts = tuple([token.box.first for token in placed.tokens if token is not None and token.box is not None])
        if firsts and len(firsts) == len(placed.run.cells):
            rows.append((placed.run.columns, firsts, placed.run.line))
    seen = Counter((kind, firsts) for kind, firsts, _ in rows)
    most = {kind: firsts for (kind, firsts), _ in reversed(seen.most_common())}
    return [line for kind, firsts, line in rows if firsts != most[kind]]
