"""One declared rule to its instances for a form: `foreach` unrolled, every cell name checked against the form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from pydantic import ValidationError

from govrules.errors import Place, RulesetError
from govrules.form import Cell, Form, Forms
from govrules.load.schema import nearest
from govrules.rule import Check, Instance, Item, Rule, Scope

PARTS = ("rows", "columns", "parts", "cells", "unsigned")
_SLOT = re.compile(r"\{([a-z_]+)\}")


def unroll(rule: Rule, form: Form, forms: Forms, kind: type[Check]) -> list[Instance]:
    """Give the instances of a rule for one form; raises RulesetError at the place of an unknown name."""
    scope = _scope(form, forms)
    return [
        Instance(rule, _check(rule, kind, binding, scope), binding) for binding in _bindings(rule, form, forms, scope)
    ]


def _scope(form: Form, forms: Forms) -> Scope:
    return Scope(form, forms.cells(form.name), forms.all_cells)


def _bindings(rule: Rule, form: Form, forms: Forms, scope: Scope) -> Iterator[dict[str, Item]]:
    domains = {name: _domain(rule, given, form, forms, scope) for name, given in rule.foreach.items()}
    for items in product(*domains.values()):
        yield dict(zip(domains, items, strict=True))


def _domain(rule: Rule, given: Any, form: Form, forms: Forms, scope: Scope) -> list[Item]:
    """Give the items of a `foreach`: written out, or a part of the form such as `requests.columns`."""
    if not isinstance(given, str):
        return [_item(str(name), form, scope) for name in given]
    if given == "sections":
        return [Item(section.id, section.title) for section in form.sections if section.number]
    table_name, _, part = given.partition(".")
    table = form.table(table_name)
    if table is None or part not in PARTS:
        known = [f"{t.id}.{p}" for t in form.tables for p in PARTS] + ["sections"]
        raise RulesetError(
            f"unknown set {given!r} in rule {rule.id} for form {form.name}",
            where=rule.keys["foreach"],
            hint=nearest(given, known) or f"known: {', '.join(known)}",
        )
    if part in {"columns", "parts"}:
        return [Item(c.id, c.title) for c in table.columns if part == "columns" or not c.total]
    tables = [table, *(t for name in form.accepts if (f := forms.get(name)) and (t := f.table(table_name)))]
    if part == "rows":
        named = {row.id: Item(row.id, row.title) for t in reversed(tables) for row in t.rows}
        order = [row.id for t in tables for row in t.rows]
        return [named[row] for row in dict.fromkeys(order)]
    cells = {cell.id: cell for t in tables for cell in t.cells() if part == "cells" or cell.type != "signed"}
    return [Item(cell.id, cell.label) for cell in cells.values()]


def _item(name: str, form: Form, scope: Scope) -> Item:
    cell = scope.names.get(name)
    titles = {row.id: row.title for table in form.tables for row in table.rows}
    titles |= {column.id: column.title for table in form.tables for column in table.columns if column.id}
    titles |= {section.id: section.title for section in form.sections}
    return Item(name, cell.label if isinstance(cell, Cell) else titles.get(name, name))


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with a key of a rule: its path below the rule, the offset in the text written there, the words."""

    path: tuple[str | int, ...]
    offset: int
    words: str


def field_faults(rule: Rule, form: Form, forms: Forms, kind: type[Check]) -> list[FieldFault]:
    """Give all that is wrong with the fields of a rule for one form, each once; none when `unroll` can make it."""
    scope = _scope(form, forms)
    domains: dict[str, list[Item]] = {}
    faults: dict[tuple[object, ...], FieldFault] = {}
    for name, given in rule.foreach.items():
        try:
            domains[name] = _domain(rule, given, form, forms, scope)
        except RulesetError as error:
            faults[name,] = FieldFault(("foreach", name), 0, f"{error.message} ({error.hint})")
    for items in product(*domains.values()) if not faults else ():
        for fault in _field_faults(rule, kind, dict(zip(domains, items, strict=True)), scope):
            faults.setdefault((fault.path, fault.offset), fault)
    return list(faults.values())


def _field_faults(rule: Rule, kind: type[Check], binding: Mapping[str, Item], scope: Scope) -> Iterator[FieldFault]:
    values = {name: _filled(value, binding) for name, value in rule.fields.items()}
    try:
        kind.model_validate(values, context=scope)
    except ValidationError as failed:
        for complaint in failed.errors():
            offset = getattr(complaint.get("ctx", {}).get("error"), "offset", 0)
            written: Any = rule.fields
            for part in complaint["loc"]:
                written = written[part] if _holds(written, part) else written
            if isinstance(written, str):
                offset = _before(written, binding, offset)
            yield FieldFault(complaint["loc"], offset, complaint["msg"].removeprefix("Value error, "))


def _holds(value: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(value, (list, tuple)) and part < len(value)
    return isinstance(value, Mapping) and part in value


def _check(rule: Rule, kind: type[Check], binding: Mapping[str, Item], scope: Scope) -> Check:
    values = {name: _filled(value, binding) for name, value in rule.fields.items()}
    try:
        return kind.model_validate(values, context=scope)
    except ValidationError as failed:
        complaint = failed.errors()[0]
        loc = complaint["loc"]
        offset = getattr(complaint.get("ctx", {}).get("error"), "offset", 0)
        name = str(loc[0]) if loc else ""
        written = rule.fields.get(name)
        if isinstance(written, (list, tuple)) and len(loc) > 1 and isinstance(loc[1], int):
            written = written[loc[1]]
        where = _shifted(rule, name, written, binding, offset)
        text = complaint["msg"].removeprefix("Value error, ")
        raise RulesetError(f"in rule {rule.id} for form {scope.form.name}: {text}", where=where) from failed


def _shifted(rule: Rule, name: str, written: Any, binding: Mapping[str, Item], offset: int) -> Place:
    """Give the place in the file of an offset into a text whose `{name}` parts were replaced."""
    place = rule.keys.get(name, rule.where)
    if not isinstance(written, str) or place.text.find(written) < 0:
        return place
    column = place.text.find(written) + _before(written, binding, offset) + 1
    return Place(place.file, place.line, column, place.text)


def _before(written: str, binding: Mapping[str, Item], offset: int) -> int:
    """Give the offset in a text as written, of an offset into it with its `{name}` parts replaced."""
    here = made = 0
    for slot in _SLOT.finditer(written):
        gap = slot.start() - here
        if made + gap > offset:
            break
        made, here = made + gap, slot.start()
        if slot[1] in binding:
            if made + len(binding[slot[1]].id) > offset:
                return here
            made, here = made + len(binding[slot[1]].id), slot.end()
    return here + (offset - made)


def _filled(value: Any, binding: Mapping[str, Item]) -> Any:
    if isinstance(value, str):
        return _SLOT.sub(lambda slot: binding[slot[1]].id if slot[1] in binding else slot[0], value)
    if isinstance(value, (list, tuple)):
        return [_filled(part, binding) for part in value]
    if isinstance(value, dict):
        return {key: _filled(part, binding) for key, part in value.items()}
    return value
