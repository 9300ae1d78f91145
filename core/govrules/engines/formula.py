"""What a cell check asks of one row in plain values, so that it can stand in JSON and be written as SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from govrules.dataset import YEAR, lost
from govrules.engines import exact
from govrules.expr import Binary, Call, Cell, Compare, Logic, Node, Number, Unary
from govrules.form import Cell as FormCell
from govrules.syntax import parts_of

if TYPE_CHECKING:
    import polars as pl

    from govrules.form import Form
    from govrules.rule import Instance

Tree: TypeAlias = "str | float | Sequence[Tree]"
"""A formula: a cell is a text, an operation a list, operator first."""
_STRICT = frozenset({"+", "-", "*", "/", "sum", "min", "max", "abs", "==", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True)
class Question:
    """A formula that is true where a report passes, false where it fails and missing where it cannot be told.

    A missing cell of `fills` counts as zero, unless the column named there (if any) says that the copy lost cells; with
    `blank_as_zero` at least one of `cells` must hold a number. Report years outside `years` are not asked. `money`
    names the cells that hold amounts.
    """

    name: str
    truth: Tree
    cells: Sequence[str]
    fills: Mapping[str, str] = field(default_factory=dict)
    blank_as_zero: bool = False
    years: Sequence[int | None] = (None, None)
    money: Sequence[str] = ()

    def written(self) -> str:
        """Give the question as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of(cls, written: str) -> Question:
        """Give the question that stands in JSON."""
        return cls(**json.loads(written))

    @property
    def columns(self) -> tuple[str, ...]:
        """Name every column that the answer rests on."""
        years = (YEAR,) if any(self.years) else ()
        return tuple(dict.fromkeys((*self.cells, *filter(None, self.fills.values()), *years)))

    @property
    def strict(self) -> bool:
        """Tell whether one missing column always leaves the answer missing."""
        return not self.blank_as_zero and not any(self.years) and _is_strict(self.truth)

    @property
    def known(self) -> dict[str, FormCell]:
        """Give the cells as far as arithmetic must know them."""
        cells = ((name.removeprefix("prior."), name in self.money) for name in self.cells)
        return {name: FormCell(name, "", type="money" if money else "count") for name, money in cells}


def question(instance: Instance, form: Form, cells: Mapping[str, FormCell], *, truth: bool = True) -> Question:
    """Give what an instance asks of reports of a form; `cells` are those its rows may hold.

    Without its `truth` all that is said is what it reads, for a check that makes its own column of a library.
    """
    check, effective = instance.check, instance.rule.effective
    read = list(check.roles())
    own = [cells[name] for name in read if name in form.cells and name in cells and not cells[name].total]
    return Question(
        named(instance),
        tree(check.truth()) if truth else "",
        read,
        {cell.id: lost(cell.table) for cell in own} if check.fills_blanks() else {},
        check.fills_blanks(),
        [effective.first, effective.last],
        [name for name in read if (cell := cells.get(name.removeprefix("prior."))) and cell.type == "money"],
    )


def named(instance: Instance) -> str:
    """Name an instance: the rule, and in brackets what tells it from its sisters."""
    return f"{instance.rule.id}[{instance.key}]" if instance.key else instance.rule.id


def tree(node: Node) -> Tree:
    """Give a formula as plain values."""
    match node:
        case Number(value):
            return value
        case Cell(name):
            return name
        case Call("prior", (Cell(name),)):
            return f"prior.{name}"
    op, several = parts_of(node)
    return [op, *map(tree, several)]


def node(told: Tree) -> Node:
    """Give the formula that plain values stand for."""
    if isinstance(told, str):
        return Cell(told)
    if isinstance(told, (int, float)):
        return Number(told)
    op, several = str(told[0]), tuple(node(part) for part in told[1:])
    if op in ("and", "or", "not"):
        return Logic(op, several)
    if op == "-" and len(several) == 1:
        return Unary(op, several[0])
    if op in ("+", "-", "*", "/"):
        return Binary(op, *several)
    return Call(op, several) if op.isalpha() else Compare(op, *several)


def _is_strict(told: Tree) -> bool:
    if isinstance(told, (str, int, float)):
        return True
    return told[0] in _STRICT and all(map(_is_strict, told[1:]))


def holds(asked: Question) -> pl.Expr:
    """Give the answer as Polars, exact as everywhere; years are left to the caller."""
    return some_known(asked, exact.truth(node(asked.truth), asked.known, filling(asked)))


def some_known(asked: Question, told: pl.Expr) -> pl.Expr:
    """Give an answer where a cell of the question holds a number, if blanks count as zero; else all answers."""
    import polars as pl

    if not asked.blank_as_zero or not asked.cells:
        return told
    return pl.when(pl.any_horizontal(pl.col(cell).is_not_null() for cell in asked.cells)).then(told)


def in_force(asked: Question) -> pl.Expr:
    """Tell as Polars whether the rule is in force in the year of a report; a report without a year is asked."""
    import polars as pl

    first, last = asked.years
    if not any(asked.years):
        return pl.lit(value=True)
    return pl.col(YEAR).is_between(first or 0, last or 9999).fill_null(value=True)


def outside(span: tuple[int, int]) -> pl.Expr:
    """Tell in which rows the report year is known and not within a span."""
    import polars as pl

    return ~pl.col(YEAR).is_between(*span).fill_null(value=True)


def filling(asked: Question) -> Callable[[str], pl.Expr]:
    """Read a blank as zero; but not a total, not a cell of another layout, and not where the copy lost cells."""
    import polars as pl

    def column(name: str) -> pl.Expr:
        if name not in asked.fills:
            return pl.col(name)
        if not asked.fills[name]:
            return pl.col(name).fill_null(0)
        return pl.when(pl.col(asked.fills[name])).then(pl.col(name)).otherwise(pl.col(name).fill_null(0))

    return column
