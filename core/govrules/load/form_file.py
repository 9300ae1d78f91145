"""What a form file (YAML) may say: its keys and their types."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, JsonValue

from govrules.form import Block, Column, Row, Section, Table, Years
from govrules.load.schema import Strict

Words = tuple[str, ...]
# For JSON Schema alone: what ids look like, so that expressions can name them.
_NAME: dict[str, JsonValue] = {"pattern": r"^[^\s.:{}]+$"}
_PART: dict[str, JsonValue] = {"pattern": r"^([^\s.:{}]+(\.[^\s.:{}]+)*)?$"}


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

    def made(self) -> Column:
        """Give the column."""
        return Column(self.id, self.title, self.aliases, self.unit, self.type, self.total, self.kept)


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
        columns = tuple(column.made() for column in self.columns)
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
        return Table(self.id, self.title, self.section, blocks, self.start, self.required, sums, said=ties)


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
