"""What checks over cells say of themselves, asked once: what follows rests on the answers, not on others' code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from govrules import expr
from govrules.errors import RulesetError
from govrules.guard import Guard
from govrules.rule import Check, Instance

if TYPE_CHECKING:
    import polars as pl


class Stated(Check):
    """A check that gives the answers that another gave."""

    # Made without validation, so that none need be prepared.
    model_config = ConfigDict(defer_build=True)
    parts: Mapping[str, str]
    said: expr.Node
    figures: Mapping[str, expr.Node]
    blanks: bool

    def roles(self) -> Mapping[str, str]:
        """Give the cells."""
        return self.parts

    def fills_blanks(self) -> bool:
        """Tell whether blanks count as zero."""
        return self.blanks

    def truth(self) -> expr.Node:
        """Give the expression."""
        return self.said

    def operands(self) -> Mapping[str, expr.Node]:
        """Give the numbers of the message."""
        return self.figures


class StatedApart(Stated):
    """One that makes its Polars expression itself; what it says of the truth is not known, so a number stands in."""

    made_by: Check

    def holds(self, column: Any = None) -> pl.Expr:
        """Give the Polars expression of the check that was asked."""
        return self.made_by.holds(column)


def stated(instances: Iterable[Instance], guard: Guard) -> tuple[list[Instance], list[tuple[str, RulesetError]]]:
    """Give instances with their checks over cells stated, and rule and fault of each that cannot say what it asks."""
    sound: list[Instance] = []
    broken: list[tuple[str, RulesetError]] = []
    for instance in instances:
        if instance.check.scope != "cells":
            sound.append(instance)
            continue
        try:
            sound.append(replace(instance, check=_asked(instance, guard)))
        except RulesetError as fault:
            broken.append((instance.rule.id, fault))
    return sound, broken


def _asked(instance: Instance, guard: Guard) -> Check:
    check = instance.check
    return guard.ask(instance, "what it says of itself", lambda: _stated(check))


def _stated(check: Check) -> Check:
    roles, figures, blanks = check.roles(), check.operands(), check.fills_blanks()
    if not isinstance(roles, Mapping) or not all(isinstance(word, str) for pair in roles.items() for word in pair):
        raise TypeError("its roles are no names of cells with the parts they play")
    if not isinstance(figures, Mapping) or not all(isinstance(name, str) for name in figures):
        raise TypeError("its operands are no expressions by name")
    apart = type(check).holds is not Check.holds
    truth = expr.Number(0) if apart else check.truth()
    expr.cells(truth)
    unknown = frozenset[str]().union(*map(expr.cells, figures.values())) - set(roles)
    if unknown:
        raise ValueError(f"its operands name cells that are not among its roles: {', '.join(sorted(unknown))}")
    answers: dict[str, Any] = {"parts": dict(roles), "said": truth, "figures": dict(figures), "blanks": bool(blanks)}
    return StatedApart.model_construct(**answers, made_by=check) if apart else Stated.model_construct(**answers)
