"""The tables of a report, read by the forms: which form each was printed in, and the cells in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from govrules.form import Form, Forms, Table
from govrules.read.align import Match, Words, align, rivalled
from govrules.read.bare import bare_run
from govrules.read.doubt import is_boxed, keeps_blanks
from govrules.read.headers import taken_apart
from govrules.read.labels import Labels, labels, likeness, official_key
from govrules.read.place import Grid, place, printed_grid
from govrules.read.records import TableReading, cells_of, cells_with_words, is_thinned, lines_askew
from govrules.read.run import Run
from govrules.read.runs import Unknown, header_run, runs
from govrules.read.title import without_spam
from govrules.read.tokens import Token
from govrules.report import CellRecord, ExtraRow

_LEAST_SHARE, _OPENS, _LEAST_ALIKE, _ALL_HEADERS = 0.3, 0.85, 0.15, 0.9
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
        known, left = cells_of(reading, forms)
        cells |= {cell: record for cell, record in known.items() if cell not in cells or record.flag != "missing"}
        extra += left
    return Tables(
        cells,
        {name: reading.form.name for name, reading in readings.items()},
        tuple(extra),
        tuple(reading.span for reading in readings.values()),
        _voted(fits, forms, year),
        tuple(name for name, reading in readings.items() if is_thinned(reading)),
        tuple(line for reading in readings.values() for line in lines_askew(reading)),
        tuple(cell for reading in readings.values() for cell in cells_with_words(reading)),
    )


def find_table(words: Words, form: Form, table: Table) -> Found | None:
    """Find one table of one form; None when the report does not hold it."""
    found, tokens = _labels(table), words.tokens
    matches = align(found, words, _begin(words, table)) if _may_hold(words, found) else []
    if not table.blocks[0].rows[0].title:
        run, fit = header_run(found, matches, tokens), len(matches) / len(found.anchors)
        if run is None or (len(run.slots) * 3 < len(run.cells) and fit < _ALL_HEADERS):
            run, matches, fit = bare_run(words, form, table), [], 0.0
        if run is None:
            return None
        return _found(form, table, [run], [], matches, tokens, fit, whole=fit == 1 and len(run.slots) == len(run.cells))
    if not matches:
        return None
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
