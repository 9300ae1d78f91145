"""The questions of a form that are exported: its rules over cells, with what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from govrules.engines.formula import Question, question
from govrules.errors import UsageError
from govrules.form import Cell, Form
from govrules.load.schema import nearest
from govrules.plan import Plan
from govrules.rule import Instance


@dataclass(frozen=True)
class Chosen:
    """A form, the cells of its rows, and the questions that its rules ask of them."""

    form: Form
    cells: dict[str, Cell]
    asked: tuple[tuple[Instance, Question], ...]

    def by_rule(self) -> Iterator[list[tuple[Instance, Question]]]:
        """Give the questions of one rule after the other."""
        rules = dict.fromkeys(instance.rule.id for instance, _ in self.asked)
        for rule in rules:
            yield [pair for pair in self.asked if pair[0].rule.id == rule]


def chosen(plan: Plan, form: str, region: str | None = None, *, complete: bool = False) -> Chosen:
    """Give what is exported of a plan; raises UsageError for a form that is not there or has no rules over cells.

    A table that is `complete` has no columns `lost.…`: each null is a blank, and nothing was lost by a copy.
    """
    if form not in plan.forms:
        known = [one.name for one in plan.forms]
        raise UsageError(f"unknown form {form!r}", hint=nearest(form, known) or f"known: {', '.join(known)}")
    found, cells = plan.forms[form], plan.forms.cells(form)
    several = [one for one in plan.instances(form, region) if one.check.scope == "cells"]
    if not several:
        raise UsageError(f"no rule over cells is for the form {form!r}", hint="see `govrules rules`")
    made = ((one, question(one, found, cells)) for one in several)
    pairs = ((one, replace(q, fills=dict.fromkeys(q.fills, "")) if complete else q) for one, q in made)
    return Chosen(found, cells, tuple(pairs))
