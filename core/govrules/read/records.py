"""Rows whose values are placed to records: every cell of their form, rows that no form knows, and what is doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from govrules.form import Cell, Form, Forms, Table
from govrules.read.labels import label_key, likeness, official_key
from govrules.read.place import Grid, place
from govrules.read.run import Placed, Run
from govrules.read.runs import Unknown
from govrules.read.value import Value, parse_value, stored
from govrules.report import NOWHERE, CellRecord, ExtraRow, Kind

_SAME_LABEL = 0.9
_UNREADABLE = Value("unreadable")


@dataclass(frozen=True)
class TableReading:
    """A table whose values are placed, and the rows that were not understood."""

    form: Form
    table: Table
    placed: tuple[Placed, ...]
    unknown: tuple[Unknown, ...]
    span: tuple[int, int]


@lru_cache(256)
def _known(table: Table) -> Mapping[str, Cell]:
    return {cell.id: cell for cell in table.cells()}


def cells_of(reading: TableReading, forms: Forms) -> tuple[dict[str, CellRecord], list[ExtraRow]]:
    """Give every cell of a table and of rows that only another form has, and the rows that no form knows."""
    known = _known(reading.table)
    there = () if is_thinned(reading) else reading.placed
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
            kind: Kind = "dropped" if len(run.slots) < len(run.cells) else "unreadable"
            made.append(CellRecord(cell, None, run.raw, kind, "ambiguous", run.line, unit))
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


def cells_with_words(reading: TableReading) -> Iterator[str]:
    """Give the cells in which words stand where a figure should."""
    known = _known(reading.table)
    for placed in reading.placed:
        if any(slot.kind == "words" for slot in placed.run.slots):
            cells = zip(placed.run.cells, placed.tokens, strict=True)
            yield from (cell for cell, token in cells if token and token.kind == "words" and cell in known)


def is_thinned(reading: TableReading) -> bool:
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


def lines_askew(reading: TableReading) -> list[int]:
    """Give the lines of rows of which the spans say another column than for most rows of their width."""
    rows: list[tuple[tuple[str, ...], tuple[int, ...], int]] = []
    for placed in reading.placed:
        firsts = tuple([token.box.first for token in placed.tokens if token is not None and token.box is not None])
        if firsts and len(firsts) == len(placed.run.cells):
            rows.append((placed.run.columns, firsts, placed.run.line))
    seen = Counter((kind, firsts) for kind, firsts, _ in rows)
    most = {kind: firsts for (kind, firsts), _ in reversed(seen.most_common())}
    return [line for kind, firsts, line in rows if firsts != most[kind]]
