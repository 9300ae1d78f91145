"""Clean reports made of nothing but a form and its rules: every figure in place, every identity true."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from govrules import expr
from govrules.errors import RulesetError
from govrules.form import Cell, Form, Table
from govrules.rule import Instance, Severity

Figures = dict[str, int]
_ROUNDS = 600


@dataclass(frozen=True)
class Equality:
    """A linear form that is zero in a clean report, and the rule that says so; `rule` is empty for the form itself."""

    coefficients: Mapping[str, float]
    constant: float
    rule: str = ""

    def shift(self, changes: Mapping[str, float]) -> float:
        """Give by how much the form is off zero after some cells changed by some amounts."""
        return sum(self.coefficients.get(cell, 0.0) * amount for cell, amount in changes.items())


@dataclass(frozen=True)
class _Derived:
    """A cell that follows from free cells: the sum of their multiples and a constant."""

    terms: Mapping[str, Fraction]
    constant: Fraction

    def value(self, free: Mapping[str, int]) -> Fraction:
        return sum((factor * free[cell] for cell, factor in self.terms.items()), self.constant)


def clean_figures(form: Form, instances: Sequence[Instance]) -> Figures:
    """Give a value for every cell of a form so that its own sums and every rule over cells hold, but for mere infos.

    All values are whole and above zero where the identities allow it, with different digits, so that any change shows.
    Raises RulesetError where no such figures are found: the rules then contradict each other, or nearly.
    """
    derived = _solved([*declared(form), *equalities(form, instances)], form)
    checks = [one for one in instances if one.check.scope == "cells" and counts(one)]
    made, wrong = _searched(form, derived, checks)
    if wrong:
        names = ", ".join(dict.fromkeys(rule for rule, _ in wrong))
        hint = "see whether its rules contradict each other"
        raise RulesetError(f"no figures satisfy every rule of the form {form.name}: {names}", hint=hint)
    return {cell: int(value) for cell, value in made.items()}


def _searched(
    form: Form, derived: Mapping[str, _Derived], checks: Sequence[Instance]
) -> tuple[dict[str, Fraction], list[tuple[str, list[str]]]]:
    """Try figures until nothing is wrong, changing one at a time that has to do with what is; give what is left."""
    rng = random.Random(form.name)
    free = {name: _figure(rng, cell) for name, cell in form.cells.items() if name not in derived}
    made = _figures(form, derived, free)
    wrong = _wrong(made, checks)
    for _ in range(_ROUNDS):
        linked = sorted({source for cell in _any(wrong, rng) for source in _sources(cell, derived)})
        if not linked:
            break
        cell = rng.choice(linked)
        tried = free | {cell: _figure(rng, form.cells[cell])}
        figures = _figures(form, derived, tried)
        left = _wrong(figures, checks)
        if len(left) <= len(wrong):
            free, made, wrong = tried, figures, left
    return made, wrong


def counts(instance: Instance) -> bool:
    """Tell whether a rule finds something when it fails: an info is no finding here."""
    return instance.rule.grade("default").rank >= Severity.WARNING.rank


def declared(form: Form) -> Iterator[Equality]:
    """Give the sums that a form declares: of its rows, and of rows column by column."""
    for table in form.tables:
        for total, parts in table.row_sums:
            for block in table.blocks:
                for row in block.rows:
                    cells = {column.id: cell for column, cell in block.cells(row)}
                    if total in cells:
                        yield _balance([cells[total]], [cells[part] for part in parts if part in cells])
        yield from _ties(table)


def _ties(table: Table) -> Iterator[Equality]:
    known = {cell.id for cell in table.cells()}
    for left, right in table.ties:
        for column in table.columns:
            sides = [[f"{row}.{column.id}" for row in side if f"{row}.{column.id}" in known] for side in (left, right)]
            if all(sides):
                yield _balance(*sides)


def _balance(left: Iterable[str], right: Iterable[str]) -> Equality:
    return Equality(dict.fromkeys(left, 1.0) | dict.fromkeys(right, -1.0), 0.0)


def equalities(form: Form, instances: Iterable[Instance]) -> Iterator[Equality]:
    """Give what the rules over cells say in linear equations on cells of the form alone."""
    for instance in instances:
        if instance.check.scope != "cells":
            continue
        for difference in _differences(instance.check.truth()):
            linear = expr.linear(_settled(difference, form))
            if linear is not None:
                terms = {cell: factor for cell, factor in linear[0].items() if factor}
                if terms and set(terms) <= set(form.cells):
                    yield Equality(terms, linear[1], instance.rule.id)


def _differences(truth: expr.Node) -> Iterator[expr.Node]:
    """Give what must be zero, or as good as zero, for a truth to hold."""
    match truth:
        case expr.Logic("and", several):
            for one in several:
                yield from _differences(one)
        case expr.Compare("==", left, right):
            yield expr.Binary("-", left, right)
        case expr.Compare("<=", expr.Call("abs", (difference,)), expr.Number()):
            yield difference


def _settled(node: expr.Node, form: Form) -> expr.Node:
    """Replace every `either` by the branch that a report printed in this very form uses."""
    match node:
        case expr.Call("either", several):
            own = [part for part in several if expr.cells(part) <= set(form.cells)]
            return _settled((own or list(several))[0], form)
        case expr.Call(_, several):
            return replace(node, args=tuple(_settled(part, form) for part in several))
        case expr.Binary(_, left, right):
            return replace(node, left=_settled(left, form), right=_settled(right, form))
        case expr.Unary(_, operand):
            return replace(node, operand=_settled(operand, form))
    return node


def _solved(given: Iterable[Equality], form: Form) -> dict[str, _Derived]:
    """Express one cell of each equality by the others: a total where there is one, else the first in print."""
    order = {cell: (not made.total, number) for number, (cell, made) in enumerate(form.cells.items())}
    derived: dict[str, _Derived] = {}
    for equality in given:
        terms, constant = _reduced(equality, derived)
        if not terms:
            if constant:
                raise RulesetError(f"the sums of the form {form.name} contradict each other", where=form.where)
            continue
        pivot = min(terms, key=lambda cell: order[cell])
        by = -terms.pop(pivot)
        one = _Derived({cell: factor / by for cell, factor in terms.items()}, constant / by)
        derived = {cell: _with(old, pivot, one) for cell, old in derived.items()} | {pivot: one}
    return derived


def _reduced(equality: Equality, derived: Mapping[str, _Derived]) -> tuple[dict[str, Fraction], Fraction]:
    whole = _Derived({c: Fraction(f) for c, f in equality.coefficients.items()}, Fraction(equality.constant))
    for cell in equality.coefficients:
        if cell in derived:
            whole = _with(whole, cell, derived[cell])
    return dict(whole.terms), whole.constant


def _with(old: _Derived, cell: str, by: _Derived) -> _Derived:
    """Put what a cell follows from in its place."""
    factor = old.terms.get(cell)
    if factor is None:
        return old
    terms = {name: value for name, value in old.terms.items() if name != cell}
    for name, value in by.terms.items():
        terms[name] = terms.get(name, Fraction(0)) + factor * value
    return _Derived({name: value for name, value in terms.items() if value}, old.constant + factor * by.constant)


def _figures(form: Form, derived: Mapping[str, _Derived], free: Mapping[str, int]) -> dict[str, Fraction]:
    return {cell: derived[cell].value(free) if cell in derived else Fraction(free[cell]) for cell in form.cells}


def _wrong(figures: Mapping[str, Fraction], checks: Sequence[Instance]) -> list[tuple[str, list[str]]]:
    """Give what keeps figures from being clean: the rule and the cells, for each."""
    wrong = [("-", [cell]) for cell, value in figures.items() if value < 0 or value.denominator != 1]
    values = {cell: float(value) for cell, value in figures.items()}
    for one in checks:
        if expr.evaluate(one.check.truth(), values) is False:
            wrong.append((one.rule.id, [cell for cell in one.check.roles() if cell in figures]))
    return wrong


def _any(wrong: Sequence[tuple[str, list[str]]], rng: random.Random) -> list[str]:
    return rng.choice(wrong)[1] if wrong else []


def _sources(cell: str, derived: Mapping[str, _Derived]) -> Iterable[str]:
    return derived[cell].terms if cell in derived else [cell]


def _figure(rng: random.Random, cell: Cell) -> int:
    """Give a number of two digits that are different and not zero; of three for some totals that follow from nothing.

    A figure that says how many others there are may have to be larger than any of them.
    """
    digits = rng.sample(range(1, 10), rng.choice((2, 3)) if cell.total else 2)
    return int("".join(map(str, digits)))
