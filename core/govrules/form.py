"""Forms (表样) and their cells (指标单元): what a report of a given kind and year is made of.

A form is data (YAML); this module holds its words, `govrules.load` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

CellType = Literal["count", "signed", "money"]
Tie = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Years:
    """A closed span of report years (the year the figures describe); None is open."""

    first: int | None = None
    last: int | None = None

    def __contains__(self, year: int | None) -> bool:
        if year is None:
            return self.first is None and self.last is None
        return (self.first or 0) <= year <= (self.last or 9999)

    def within(self, other: Years) -> Years:
        """Give the years that lie in both spans."""
        firsts, lasts = (self.first, other.first), (self.last, other.last)
        return Years(
            max((year for year in firsts if year is not None), default=None),
            min((year for year in lasts if year is not None), default=None),
        )


@dataclass(frozen=True)
class Cell:
    """One figure of a form: `id` is for ever, `unit` is the unit of the stored value (money is stored in 元)."""

    id: str
    label: str
    unit: str = "件"
    type: CellType = "count"
    table: str = ""
    row: str = ""
    column: str = ""
    total: bool = False
    printed_unit: str = ""

    @property
    def in_wan(self) -> bool:
        """Whether the value is kept in 万元, as the id says."""
        return self.id.endswith("_wan")


@dataclass(frozen=True)
class Column:
    """A column of a table: the last part of a cell id; `id` may be empty where a row is one cell.

    A column that is not `kept` is no cell of the form: some sheets print it (代码, 本期实际), others do not.
    """

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    unit: str = ""
    type: CellType | None = None
    total: bool = False
    kept: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a table: the first part of a cell id, with the labels under which real reports print it."""

    id: str
    title: str
    aliases: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    unit: str = ""
    type: CellType | None = None
    total: bool = False
    columns: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Block:
    """A part of a table with columns of its own: header texts in reading order, then rows."""

    headers: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def cells(self, row: Row, printed: Collection[str] = ()) -> Iterator[tuple[Column, str]]:
        """Give each column of a row with the cell id that stands there; columns not kept only where `printed`."""
        for column in self.columns:
            if (row.columns is None or column.id in row.columns) and (column.kept or column.id in printed):
                yield column, ".".join(part for part in (row.id, column.id) if part)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of a form, and the section it belongs to; compared by identity.

    `row_sums` name a total column and its parts, `ties` rows whose sums are equal column by column: the reader
    places values by them when a copy lost cells. Rules state them again, for people. `said` are the ties as written,
    of which `ties` name every row.
    """

    id: str
    title: str
    section: str
    blocks: tuple[Block, ...]
    start: str = ""
    required: bool = True
    row_sums: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ties: tuple[Tie, ...] = ()
    said: tuple[Tie, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, in printed order."""
        return tuple(row for block in self.blocks for row in block.rows)

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column once, in printed order."""
        return tuple({column.id: column for block in self.blocks for column in block.columns}.values())

    def cells(self) -> Iterator[Cell]:
        """Give every cell, row by row."""
        return iter(self._cells)

    @cached_property
    def _cells(self) -> tuple[Cell, ...]:
        return tuple(self._made())

    def _made(self) -> Iterator[Cell]:
        for block in self.blocks:
            for row in block.rows:
                for column, cell in block.cells(row):
                    unit = row.unit or column.unit or "件"
                    kind = row.type or column.type or "count"
                    title = "·".join(part for part in (_short(row.title), column.title) if part)
                    yield Cell(
                        id=cell,
                        label=title,
                        unit=("万元" if cell.endswith("_wan") else "元") if kind == "money" else unit,
                        type=kind,
                        table=self.id,
                        row=row.id,
                        column=column.id,
                        total=row.total or column.total,
                        printed_unit=unit,
                    )


def _short(title: str) -> str:
    """Leave out what a row title says in brackets at length, and its numbering."""
    return re.sub(r"（[^）]{6,}）$|^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+\.)", "", title)


@dataclass(frozen=True)
class Section:
    """A section of a form: its official title, titles that mean the same, and words that betray it.

    `variants` are equal to the title; `deviations` are recognised but reported; `evidence` are patterns that
    only the body of this section contains, for copies that lost their headings.
    """

    id: str
    title: str
    number: int = 0
    variants: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    required: bool = True
    may_be_empty: bool = False


@dataclass(frozen=True)
class Form:
    """A form of the report (表样): sections, tables, and the signals by which it is recognised."""

    name: str
    title: Mapping[str, str]
    years: Years
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    signals: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    basis: str = ""
    where: str = ""
    base: str | None = None

    @cached_property
    def cells(self) -> dict[str, Cell]:
        """Every cell of the form by id, in printed order."""
        return {cell.id: cell for table in self.tables for cell in table.cells()}

    def table(self, name: str) -> Table | None:
        """Give the table called `name`, or None."""
        return next((table for table in self.tables if table.id == name), None)

    def section(self, name: str) -> Section | None:
        """Give the section called `name`, or None."""
        return next((section for section in self.sections if section.id == name), None)


class Forms:
    """All forms of one run, by name; a form's own cells plus those of the forms whose rows it accepts."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms = {form.name: form for form in forms}

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())

    def __len__(self) -> int:
        return len(self._forms)

    def __contains__(self, name: object) -> bool:
        return name in self._forms

    def __getitem__(self, name: str) -> Form:
        return self._forms[name]

    def get(self, name: str | None) -> Form | None:
        """Give the form called `name`, or None."""
        return self._forms.get(name or "")

    @cached_property
    def headers(self) -> frozenset[str]:
        """Every text that stands over columns in some form: their titles, other names of these, and groups of them."""
        blocks = [block for form in self for table in form.tables for block in table.blocks]
        aliases = (alias for block in blocks for column in block.columns for alias in column.aliases)
        return frozenset((*(header for block in blocks for header in block.headers), *aliases))

    @cached_property
    def all_cells(self) -> frozenset[str]:
        """The ids of the cells of all forms."""
        return frozenset(cell for form in self for cell in form.cells)

    def lineage(self, form: Form) -> tuple[str, ...]:
        """Name the forms that a form extends, nearest first."""
        names: list[str] = []
        base = self.get(form.base)
        while base is not None and base.name not in names:
            names.append(base.name)
            base = self.get(base.base)
        return tuple(names)

    def cells(self, name: str) -> dict[str, Cell]:
        """Give every cell that a report of form `name` may hold: its own first, then those of accepted forms."""
        own = dict(self._forms[name].cells)
        for other in self._forms[name].accepts:
            if other in self._forms:
                own |= {cell: made for cell, made in self._forms[other].cells.items() if cell not in own}
        return own
