"""What the rules of a pack cover: which have examples of both kinds, and which cells of its forms no rule reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govrules import expr
from govrules.authoring.subject import Subject
from govrules.form import Form, Table
from govrules.rule import Check, Instance, Rule

_NODES = expr.Binary | expr.Call | expr.Cell | expr.Compare | expr.Logic | expr.Number | expr.Unary


@dataclass(frozen=True)
class TableCoverage:
    """A table of a form: the rules that compute with its cells, those that look at it as a whole, and cells unread.

    `own` rules are of the pack itself, among all that read.
    """

    form: str
    table: str
    title: str
    cells: int
    readers: tuple[str, ...]
    lookers: tuple[str, ...]
    own: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """How far the rules of a pack are tried by their examples, and what they read."""

    rules: int
    both: tuple[str, ...]
    lacking: tuple[str, ...]
    tables: tuple[TableCoverage, ...]


def coverage(subject: Subject) -> Coverage:
    """Give the coverage of a pack, its rules together with those of the packs it extends, on forms that it reads."""
    both = tuple(rule.id for rule in subject.rules if _has_both(rule))
    lacking = tuple(rule.id for rule in subject.rules if not _has_both(rule))
    tables = [_table(table, form, subject) for form in forms_read(subject) for table in form.tables]
    return Coverage(len(subject.rules), both, lacking, tuple(tables))


def forms_read(subject: Subject) -> list[Form]:
    """Give the forms of which some rule of the pack itself reads a cell or looks at a table."""
    own = subject.names
    return [
        form
        for form in subject.plan.forms
        if any(
            one.rule.pack in own and (read(one.check, form) or looked_at(one.check, form))
            for one in subject.instances(form)
        )
    ]


def read(check: Check, form: Form) -> frozenset[str]:
    """Give every cell of a form that a check names, itself or by its row, be it one over cells or on whole reports."""
    if check.scope == "cells":
        return frozenset(check.roles()) & frozenset(form.cells)
    names = {name for value in dict(check).values() for name in _named(value)}
    return frozenset(cell for cell, made in form.cells.items() if cell in names or (made.row and made.row in names))


def looked_at(check: Check, form: Form) -> str | None:
    """Give the table that a check looks at as a whole, by its key `table`."""
    name = getattr(check, "table", None)
    return name if isinstance(name, str) and form.table(name) is not None else None


def _named(value: object) -> Iterator[str]:
    match value:
        case _ if isinstance(value, _NODES):
            yield from expr.cells(value)
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _named(one)
        case tuple() | list():
            for one in value:
                yield from _named(one)


def _table(table: Table, form: Form, subject: Subject) -> TableCoverage:
    cells = [cell.id for cell in table.cells()]
    instances = subject.instances(form)
    reading = [(one, read(one.check, form)) for one in instances]
    readers = _ids(one for one, names in reading if not names.isdisjoint(cells))
    lookers = _ids(one for one in instances if looked_at(one.check, form) == table.id)
    all_read = frozenset[str]().union(*(names for _, names in reading))
    own = {rule.id for rule in subject.rules}
    return TableCoverage(
        form.name, table.id, table.title, len(cells), readers, lookers,
        tuple(rule for rule in (*readers, *lookers) if rule in own),
        tuple(cell for cell in cells if cell not in all_read),
    )  # fmt: skip


def _ids(instances: Iterable[Instance]) -> tuple[str, ...]:
    return tuple(sorted({one.rule.id for one in instances}))


def _has_both(rule: Rule) -> bool:
    return {example.passes for example in rule.examples} == {True, False}
