"""What the rules of a form ask of the columns of a wide table, as plain data that a later run can take up again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import process_time
from typing import TYPE_CHECKING

from govrules.dataset import YEAR
from govrules.engines.formula import Question, Tree, filling, holds, question, some_known, tree
from govrules.errors import GovrulesError, RulesetError
from govrules.form import Cell, Form

if TYPE_CHECKING:
    import polars as pl

    from govrules.guard import Guard
    from govrules.rule import Instance

TEXT = "text"


@dataclass(frozen=True, slots=True)
class Posed:
    """One instance of a rule: its id and `item` (the values of `foreach`), and what it asks in which report `years`.

    That is a `question` about cells; or `column`, Polars that the check itself made, of a text or of cells. `operands`
    are the numbers of its findings. A rule that is `broken` cannot be asked; `named` and `where` tell which it is.
    """

    rule: str
    item: str
    years: tuple[int, int] | None
    question: Question | None = None
    column: pl.Expr | None = None
    operands: Mapping[str, Tree] = field(default_factory=dict)
    broken: str = ""
    named: str = ""
    where: str = ""

    @property
    def cells(self) -> Sequence[str]:
        """Give the cells that are read; none for a check of text."""
        return self.question.cells if self.question is not None else ()

    def truth(self) -> pl.Expr:
        """Give a Boolean column: true where reports pass, false where they fail, null where it cannot be told."""
        if self.column is not None:
            return self.column
        assert self.question is not None, "it is a question or a column"
        return holds(self.question)

    def filled(self) -> Callable[[str], pl.Expr] | None:
        """Give how a cell is read where blanks count as zero."""
        return filling(self.question) if self.question is not None and self.question.blank_as_zero else None

    def fault(self, words: str) -> RulesetError:
        """Name the rule with what is wrong with it."""
        return RulesetError(f"{self.named} {words}", where=self.where)


@dataclass(frozen=True)
class Questions:
    """All that reports of a form in a region are asked; `faults` are those of rules that they would have met."""

    form: Form
    cells: Mapping[str, Cell]
    asked: tuple[Posed, ...]
    faults: tuple[GovrulesError, ...] = ()

    @property
    def sound(self) -> bool:
        """Tell whether nothing is wrong with any rule."""
        return not self.faults and not any(one.broken for one in self.asked)


def questions(form: Form, cells: Mapping[str, Cell], instances: Iterable[Instance], guard: Guard) -> tuple[Posed, ...]:
    """State the instances of a form that can be asked of columns; one that cannot say what it asks is broken."""
    made = (_posed(instance, form, cells, guard) for instance in instances)
    return tuple(one for one in made if one is not None)


def _posed(instance: Instance, form: Form, cells: Mapping[str, Cell], guard: Guard) -> Posed | None:
    first, last = instance.rule.effective.first or 0, instance.rule.effective.last or 9999
    named = str(guard.fault(instance, "").message).strip()
    plain = Posed(
        instance.rule.id, instance.key, None if (first, last) == (0, 9999) else (first, last),
        named=named, where=str(instance.rule.where),
    )  # fmt: skip
    try:
        return guard.ask(instance, form.name, lambda: _stated(plain, instance, form, cells), clock=process_time)
    except RulesetError as fault:
        return replace(plain, broken=fault.message.removeprefix(named).strip())


def _stated(plain: Posed, instance: Instance, form: Form, cells: Mapping[str, Cell]) -> Posed | None:
    """Say what an instance asks; None for one that must look at whole reports."""
    import polars as pl

    from govrules.rule import Check

    check = instance.check
    if check.scope != "cells":
        column = check.column(pl.col(TEXT), pl.col(YEAR)) if check.scope == "report" else None
        return None if column is None else replace(plain, column=column)
    operands = {name: tree(node) for name, node in check.operands().items()}
    if type(check).holds is Check.holds:
        return replace(plain, question=question(instance, form, cells), operands=operands)
    read = question(instance, form, cells, truth=False)
    told = check.holds(filling(read) if read.blank_as_zero else None)
    return replace(plain, question=read, column=some_known(read, told), operands=operands)
