"""Form files (YAML) to forms; a form may extend another: insert, replace, rename or remove rows and columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal, TypeVar

from pydantic import Field, JsonValue

from govrules.errors import FormError
from govrules.form import Block, Column, Form, Row, Section, Table, Years
from govrules.load.schema import Strict, check_model, nearest
from govrules.load.source import Source

Words = tuple[str, ...]
# For JSON Schema alone: what ids look like, so that expressions can name them.
_NAME: dict[str, JsonValue] = {"pattern": r"^[^\s.:{}]+$"}
_PART: dict[str, JsonValue] = {"pattern": r"^([^\s.:{}]+(\.[^\s.:{}]+)*)?$"}
Part = TypeVar("Part", Section, Table)


class YearsModel(Strict):
    """Report years, both ends included."""

    first: int | None = Field(default=None, alias="from", description="自该年度起 | first year")
    last: int | None = Field(default=None, alias="to", description="至该年度止 | last year")

    def made(self) -> Years:
        """Give the span."""
        return Years(self.first, self.last)


class LabelModel(Strict):
    """What rows and columns have in common."""

    id: str = Field(description="编号，永久不变；可为空 | id, for ever; may be empty", json_schema_extra=_PART)
    title: str = Field(description="印在表上的名称 | as it is printed")
    aliases: Words = Field(default=(), description="其他印法 | other ways in which it is printed")
    unit: str = Field(default="", description="计量单位，不写为“件” | unit; 件 when left out")
    type: Literal["count", "signed", "money"] | None = Field(
        default=None, description="类型：件数、可为负的数、金额 | count, signed (may be below zero) or money"
    )
    total: bool = Field(default=False, description="是否合计 | whether it is a total")


class ColumnModel(LabelModel):
    """A column of a block; one that is not `kept` may be printed and holds no cell."""

    kept: bool = Field(default=True, description="否：可能印有，但不是指标 | no: may be printed and holds no cell")


class RowModel(LabelModel):
    """A row of a block; `captions` are the headings printed before it, `columns` the columns it has if not all."""

    captions: Words = Field(default=(), description="印在该行之前的标题 | headings printed before the row")
    columns: Words | None = Field(default=None, description="该行所有的栏，不写则全部 | columns it has, if not all")
    confidence: Literal["corroborated", "memory"] | None = Field(
        default=None, description="未见原件时的来源 | where the row is from, if not from an original"
    )

    def made(self) -> Row:
        """Give the row."""
        return Row(self.id, self.title, self.aliases, self.captions, self.unit, self.type, self.total, self.columns)


class BlockModel(Strict):
    """A part of a table with columns of its own."""

    headers: Words = Field(description="表头文字，按阅读顺序 | what is printed above, in reading order")
    columns: tuple[ColumnModel, ...] = Field(description="栏 | columns")
    rows: tuple[RowModel, ...] = Field(description="行 | rows")

    def made(self) -> Block:
        """Give the block."""
        columns = tuple(_column(column) for column in self.columns)
        return Block(self.headers, columns, tuple(row.made() for row in self.rows))


class RowSum(Strict):
    """A total column and the columns it is the sum of."""

    total: str = Field(description="合计栏 | the total column")
    parts: Words = Field(description="各分项栏 | the columns it is the sum of")


class Tie(Strict):
    """Rows whose sums are equal column by column; `prefix.**` stands for every row below a prefix."""

    left: Words = Field(description="左边各行 | rows on the left")
    right: Words = Field(description="右边各行 | rows on the right")


class TableModel(Strict):
    """A table of a form."""

    id: str = Field(description="表的编号 | name of the table", json_schema_extra=_NAME)
    title: str = Field(description="表名 | title")
    section: str = Field(description="所在部分的编号 | id of the section it stands in")
    start: str = Field(default="", description="表的开头文字 | words with which it begins")
    required: bool = Field(default=True, description="是否必须有 | whether a report must have it")
    row_sums: tuple[RowSum, ...] = Field(default=(), description="横向合计 | totals across columns, in every row")
    ties: tuple[Tie, ...] = Field(default=(), description="纵向平衡 | rows whose sums are equal, column by column")
    blocks: tuple[BlockModel, ...] = Field(description="各段 | parts with columns of their own")

    def made(self) -> Table:
        """Give the table."""
        sums = tuple((row_sum.total, row_sum.parts) for row_sum in self.row_sums)
        ties = tuple((tie.left, tie.right) for tie in self.ties)
        blocks = tuple(block.made() for block in self.blocks)
        return Table(self.id, self.title, self.section, blocks, self.start, self.required, sums, ties)


class SectionModel(Strict):
    """A section of a form."""

    id: str = Field(description="部分的编号 | name of the section", json_schema_extra=_NAME)
    title: str = Field(description="规定的标题 | the official title")
    number: int = Field(default=0, description="序号，从 1 起 | its number, from 1")
    variants: Words = Field(default=(), description="同义标题 | titles that mean the same")
    deviations: Words = Field(
        default=(), description="能认出但不规范的标题（模式） | patterns of titles that are not the same"
    )
    evidence: Words = Field(
        default=(), description="只有本部分才有的文字（模式） | patterns that only its body contains"
    )
    required: bool = Field(default=True, description="是否必须有 | whether a report must have it")
    may_be_empty: bool = Field(default=False, description="只有标题是否可以 | whether a heading alone is enough")

    def made(self) -> Section:
        """Give the section."""
        return Section(**dict(self))


class Insertion(Strict):
    """A row or a column to put after (or before) another one."""

    table: str = Field(description="所在的表 | the table")
    after: str | None = Field(default=None, description="放在此编号之后 | the id to put it behind")
    before: str | None = Field(default=None, description="放在此编号之前 | the id to put it before")
    row: RowModel | None = Field(default=None, description="新的行 | the new row")
    column: ColumnModel | None = Field(default=None, description="新的栏 | the new column")


class Change(Strict):
    """A row or a column to replace, rename or remove, by the id it has in the form that is extended."""

    table: str = Field(description="所在的表 | the table")
    row: str | None = Field(default=None, description="要改的行 | id of the row")
    column: str | None = Field(default=None, description="要改的栏 | id of the column")
    by: RowModel | ColumnModel | None = Field(default=None, description="替换成什么 | what stands there now")
    title: str | None = Field(default=None, description="新名称 | the new title")
    aliases: Words = Field(default=(), description="增加的其他印法 | more ways in which it is printed")


class FormModel(Strict):
    """A form file."""

    form: str = Field(description="表样名称 | name of the form", json_schema_extra=_NAME)
    api: Literal[1] = Field(description="语言版本 | version of the language")
    title: dict[str, str] = Field(description="说明，分语言 | title, by language")
    extends: str | None = Field(default=None, description="所扩展的表样 | a form to start from")
    years: YearsModel = Field(
        default=YearsModel.model_construct(first=None, last=None),
        description="规定使用的报告年度 | report years it is for",
    )
    basis: str = Field(default="", description="规定该表样的文件 | the document that prescribes it")
    signals: Words = Field(default=(), description="只有该表样才印的文字 | words that only this form prints")
    accepts: Words = Field(default=(), description="可以改印其行的表样 | forms whose rows a report may print instead")
    sections: tuple[SectionModel, ...] = Field(default=(), description="各部分 | sections")
    tables: tuple[TableModel, ...] = Field(default=(), description="各表 | tables")
    insert: tuple[Insertion, ...] = Field(default=(), description="插入的行、栏 | rows and columns to put in")
    replace: tuple[Change, ...] = Field(default=(), description="替换的行、栏 | rows and columns to replace")
    rename: tuple[Change, ...] = Field(default=(), description="改名的行、栏 | rows and columns to rename")
    remove: tuple[Change, ...] = Field(default=(), description="删去的行、栏 | rows and columns to remove")


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
    put = insertion.row.made() if insertion.row else _column(insertion.column)
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
        return [change.by.made() if isinstance(change.by, RowModel) else _column(change.by)]

    return _edit(form, change.table, target, place, edited, wanted)


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


def _column(model: ColumnModel | None) -> Column:
    assert model is not None
    return Column(model.id, model.title, model.aliases, model.unit, model.type, model.total, model.kept)


def _check_ids(form: Form, source: Source) -> None:
    seen: set[str] = set()
    for table in form.tables:
        for cell in table.cells():
            if cell.id in seen:
                raise FormError(f"the cell {cell.id!r} stands twice in form {form.name}", where=source.place("tables"))
            seen.add(cell.id)


def _with_rows_named(table: Table) -> Table:
    """Give a table whose ties name every row, so that rows inserted by a province take part in them."""

    def named(side: Words, without: Words) -> Words:
        names: list[str] = []
        for name in side:
            prefix = name.removesuffix("**")
            names += (
                [row.id for row in table.rows if row.id.startswith(prefix) and row.id not in without]
                if name.endswith(".**")
                else [name]
            )
        return tuple(dict.fromkeys(names))

    return replace(table, ties=tuple((named(left, right), named(right, left)) for left, right in table.ties))


def order(sources: Iterable[Source]) -> list[Source]:
    """Put form files behind the files they extend; a circle keeps its order and fails as an unknown form."""
    waiting, placed, names = list(sources), [], set[str]()
    while waiting:
        ready = [s for s in waiting if extended_form(s) is None or extended_form(s) in names] or waiting[:]
        placed += ready
        names |= {str(s.data.get("form")) for s in ready if isinstance(s.data, dict)}
        waiting = [s for s in waiting if s not in ready]
    return placed
