"""What changed between two editions of a form: rows, columns and their aliases, sections, and the cells in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from govrules.authoring.change import Change, Effect, lasting, listed, parted, span
from govrules.form import Column, Form, Row, Section, Table


def form_changes(old: Form, new: Form) -> Iterator[Change]:
    """Give every change of a form; a cell that is gone, or has another unit or type, is breaking."""
    yield from _cells(old, new)
    if old.years != new.years:
        yield Change("form", new.name, "years", lasting(old.years, new.years), span(old.years), span(new.years))
    for part, some, others in (("signals", old.signals, new.signals), ("accepts", old.accepts, new.accepts)):
        if set(some) != set(others):
            yield Change("form", new.name, part, Effect.CHANGED, ", ".join(some), ", ".join(others))
    if (old.title, old.basis) != (new.title, new.basis):
        was, now = (f"{', '.join(form.title.values())}; {form.basis}" for form in (old, new))
        yield Change("form", new.name, "title", Effect.WORDING, was, now)
    yield from _sections(old, new)
    yield from _tables(old, new)


def _cells(old: Form, new: Form) -> Iterator[Change]:
    added, gone = parted(old.cells, new.cells)
    if gone:
        yield Change("form", new.name, "cells", Effect.REMOVED, old=listed(gone), breaking=True)
    if added:
        yield Change("form", new.name, "cells", Effect.ADDED, new=listed(added))
    for name in old.cells.keys() & new.cells.keys():
        was, now = (f"{cell.type}, {cell.unit}" for cell in (old.cells[name], new.cells[name]))
        if was != now:
            words = f"{name}: {was}", f"{name}: {now}"
            yield Change("form", new.name, "cell", Effect.CHANGED, *words, breaking=True)


def _sections(old: Form, new: Form) -> Iterator[Change]:
    before, after = ({section.id: section for section in form.sections} for form in (old, new))
    added, gone = parted(before, after)
    for name in gone:
        yield Change("form", new.name, "section", Effect.REMOVED, old=f"{name} {before[name].title}", breaking=True)
    for name in added:
        yield Change("form", new.name, "section", Effect.ADDED, new=f"{name} {after[name].title}")
    for name in [name for name in after if name in before and before[name] != after[name]]:
        was, now = _section(before[name], after[name]), _section(after[name], before[name])
        yield Change("form", new.name, "section", Effect.CHANGED, was, now)


def _section(section: Section, other: Section) -> str:
    """Give the parts of a section in which it differs from another."""
    differing = [
        name for name in (field.name for field in fields(Section)) if getattr(section, name) != getattr(other, name)
    ]
    return f"{section.id}: {'; '.join(f'{name} {getattr(section, name)}' for name in differing)}"


def _tables(old: Form, new: Form) -> Iterator[Change]:
    before, after = ({table.id: table for table in form.tables} for form in (old, new))
    added, gone = parted(before, after)
    for name in gone:
        yield Change("form", new.name, "table", Effect.REMOVED, old=f"{name} {before[name].title}", breaking=True)
    for name in added:
        yield Change("form", new.name, "table", Effect.ADDED, new=f"{name} {after[name].title}")
    for name in [name for name in after if name in before]:
        yield from _table(new.name, before[name], after[name])


def _table(form: str, old: Table, new: Table) -> Iterator[Change]:
    for part, was, now in (("row", old.rows, new.rows), ("column", old.columns, new.columns)):
        yield from _labels(form, new.id, part, {label.id: label for label in was}, {label.id: label for label in now})
    said = [f"{table.id}: {table.title}; {table.section}; {table.start}; {table.required}" for table in (old, new)]
    if said[0] != said[1]:
        yield Change("form", form, "table", Effect.CHANGED, said[0], said[1])
    sums = [f"{table.id}: {table.row_sums} {table.ties}" for table in (old, new)]
    if sums[0] != sums[1]:
        yield Change("form", form, "sums", Effect.CHANGED, sums[0], sums[1])
    headers = [f"{table.id}: {'; '.join(', '.join(block.headers) for block in table.blocks)}" for table in (old, new)]
    if headers[0] != headers[1]:
        yield Change("form", form, "headers", Effect.CHANGED, headers[0], headers[1])


def _labels(
    form: str, table: str, part: str, old: dict[str, Row | Column], new: dict[str, Row | Column]
) -> Iterator[Change]:
    added, gone = parted(old, new)
    for name in gone:
        yield Change("form", form, part, Effect.REMOVED, old=f"{table}: {name} {old[name].title}")
    for name in added:
        yield Change("form", form, part, Effect.ADDED, new=f"{table}: {name} {new[name].title}")
    for name in [name for name in new if name in old]:
        yield from _label(form, f"{table}: {name}", part, old[name], new[name])


def _label(form: str, where: str, part: str, old: Row | Column, new: Row | Column) -> Iterator[Change]:
    if old.title != new.title:
        yield Change("form", form, part, Effect.CHANGED, f"{where} {old.title}", f"{where} {new.title}")
    added, gone = parted(old.aliases, new.aliases)
    if added:
        yield Change("form", form, "aliases", Effect.ADDED, new=f"{where}: {listed(added)}")
    if gone:
        yield Change("form", form, "aliases", Effect.REMOVED, old=f"{where}: {listed(gone)}")
    if old.total != new.total:
        was, now = (f"{where}: total {str(label.total).lower()}" for label in (old, new))
        yield Change("form", form, part, Effect.CHANGED, was, now)
