"""Form files (YAML) to forms; a form may extend another: insert, replace, rename or remove rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from govrules.errors import FormError, Place
from govrules.form import Block, Column, Form, Row, Section, Table
from govrules.load.form_file import Change, ColumnModel, FormModel, Insertion, RowModel, Words
from govrules.load.schema import check_model, nearest
from govrules.load.source import Source

Part = TypeVar("Part", Section, Table)


def load_form(source: Source, known: Mapping[str, Form]) -> Form:
    """Make a form of a file; `known` holds the forms it may extend. Raises FormError with the place of the fault."""
    model = check_model(FormModel, source.data, source, error=FormError)
    base = _base(model, source, known)
    form = Form(
        name=model.form,
        title=model.title,
        years=model.years.made() if "years" in model.model_fields_set or base is None else base.years,
        sections=_merged(base.sections if base else (), tuple(s.made() for s in model.sections)),
        tables=_merged(base.tables if base else (), tuple(t.made() for t in model.tables)),
        signals=model.signals or (base.signals if base else ()),
        accepts=model.accepts or (base.accepts if base else ()),
        basis=model.basis or (base.basis if base else ""),
        where=source.name,
        base=model.extends,
    )
    for number, insertion in enumerate(model.insert):
        form = _inserted(form, insertion, source, number)
    for step in ("replace", "rename", "remove"):
        for number, change in enumerate(getattr(model, step)):
            form = _changed(form, change, step, source, number)
    _check_ids(form, source)
    return replace(form, tables=tuple(_with_rows_named(table) for table in form.tables))


def extended_form(source: Source) -> str | None:
    """Give the name of the form that a file extends, as written, without checking anything else."""
    name = source.data.get("extends") if isinstance(source.data, dict) else None
    return name if isinstance(name, str) else None


def _base(model: FormModel, source: Source, known: Mapping[str, Form]) -> Form | None:
    if model.extends is None:
        return None
    if model.extends not in known:
        hint = nearest(model.extends, list(known))
        raise FormError(f"unknown form {model.extends!r}", where=source.place("extends"), hint=hint)
    return known[model.extends]


def _merged(base: tuple[Part, ...], own: tuple[Part, ...]) -> tuple[Part, ...]:
    named = {part.id: part for part in base} | {part.id: part for part in own}
    return tuple(named.values())


def _inserted(form: Form, insertion: Insertion, source: Source, number: int) -> Form:
    place = source.place("insert", number)
    anchor = insertion.after or insertion.before
    if anchor is None or (insertion.row is None) == (insertion.column is None):
        raise FormError("an insertion names `after` or `before`, and one `row` or `column`", where=place)
    made = insertion.row or insertion.column
    assert made is not None
    put = made.made()
    return _edit(form, insertion.table, anchor, place, lambda old: [old, put] if insertion.after else [put, old], put)


def _changed(form: Form, change: Change, step: str, source: Source, number: int) -> Form:
    place = source.place(step, number)
    target = change.row or change.column
    if target is None:
        raise FormError(f"`{step}` names a `row` or a `column`", where=place)
    wanted: Row | Column = Row(target, "") if change.row else Column(target, "")

    def edited(old: Row | Column) -> list[Row | Column]:
        if step == "remove":
            return []
        if step == "rename":
            return [replace(old, title=change.title or old.title, aliases=(old.title, *old.aliases, *change.aliases))]
        if change.by is None:
            raise FormError("`replace` needs `by`", where=place)
        return [_replacement(change.by, RowModel if change.row else ColumnModel, place)]

    return _edit(form, change.table, target, place, edited, wanted)


def _replacement(by: RowModel | ColumnModel, kind: type[RowModel] | type[ColumnModel], place: Place) -> Row | Column:
    """Give what stands in the place of a row or a column; what is written may read as either."""
    for key in sorted(by.model_fields_set - set(kind.model_fields)):
        raise FormError(f"`{key}` is no key of a {'row' if kind is RowModel else 'column'}", where=place)
    return kind.model_validate(by.model_dump(exclude_unset=True)).made()


def _edit(form: Form, table: str, target: str, place: object, edited: object, like: Row | Column) -> Form:
    """Give the form with the row or column `target` of `table` replaced by what `edited` makes of it."""
    found = form.table(table)
    if found is None:
        hint = nearest(table, [t.id for t in form.tables])
        raise FormError(f"unknown table {table!r}", where=place, hint=hint)  # type: ignore[arg-type]
    part = "rows" if isinstance(like, Row) else "columns"
    ids = [item.id for block in found.blocks for item in getattr(block, part)]
    if target not in ids:
        raise FormError(f"no {part[:-1]} {target!r} in {table}", where=place, hint=nearest(target, ids))  # type: ignore[arg-type]
    blocks = tuple(_edited_block(block, part, target, edited) for block in found.blocks)
    tables = tuple(replace(t, blocks=blocks) if t.id == table else t for t in form.tables)
    return replace(form, tables=tables)


def _edited_block(block: Block, part: str, target: str, edited: object) -> Block:
    items = [new for old in getattr(block, part) for new in (edited(old) if old.id == target else [old])]  # type: ignore[operator]
    return replace(block, **{part: tuple(items)})


def _check_ids(form: Form, source: Source) -> None:
    seen: set[str] = set()
    for table in form.tables:
        for cell in table.cells():
            if cell.id in seen:
                raise FormError(f"the cell {cell.id!r} stands twice in form {form.name}", where=source.place("tables"))
            seen.add(cell.id)


def _with_rows_named(table: Table) -> Table:
    """Give a table whose ties name every row, so that rows inserted by a province take part in them."""
    ties = tuple((_named(table, left, right), _named(table, right, left)) for left, right in table.said)
    return replace(table, ties=ties)


def _named(table: Table, side: Words, other: Words) -> Words:
    """Name the rows of one side of a tie: `prefix.**` is every row below that is not on the other side."""
    found = [_below(table, name.removesuffix("**"), other) if name.endswith(".**") else [name] for name in side]
    return tuple(dict.fromkeys(name for names in found for name in names))


def _below(table: Table, prefix: str, without: Words) -> list[str]:
    rows = [row for row in table.rows if row.id.startswith(prefix) and row.id not in without]
    return [row.id for row in rows if not _is_subtotal(row, rows)]


def _is_subtotal(row: Row, among: Iterable[Row]) -> bool:
    """Tell whether a row is the total of rows that are there too, and would be counted twice with them."""
    stem = row.id.rpartition(".")[0]
    return row.total and any(other.id.startswith(f"{stem}.") and not other.total for other in among)


def order(sources: Iterable[Source]) -> list[Source]:
    """Put form files behind the files they extend; a circle keeps its order and fails as an unknown form."""
    waiting, placed, names = list(sources), [], set[str]()
    while waiting:
        ready = [s for s in waiting if extended_form(s) is None or extended_form(s) in names] or waiting[:]
        placed += ready
        names |= {str(s.data.get("form")) for s in ready if isinstance(s.data, dict)}
        waiting = [s for s in waiting if s not in ready]
    return placed
