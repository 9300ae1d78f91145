"""A check over cells as one Polars question: exact, blanks filled where its rule says so, and when it applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from govrules.dataset import lost
from govrules.engines import exact
from govrules.form import Cell, Form
from govrules.rule import Check, Instance


def asked(instance: Instance, form: Form, cells: Mapping[str, Cell]) -> pl.Expr:
    """Give a Boolean column: true where reports pass, false where they fail, null where it cannot be told."""
    check = instance.check
    filling = filled(form, cells) if check.fills_blanks() else None
    plain = type(check).holds is Check.holds
    truth = exact.truth(check.truth(), cells, filling) if plain else check.holds(filling)
    if filling is None or not check.roles():
        return truth
    return pl.when(pl.any_horizontal(pl.col(cell).is_not_null() for cell in check.roles())).then(truth)


def filled(form: Form, cells: Mapping[str, Cell]) -> Callable[[str], pl.Expr]:
    """Read a blank as zero; but not a total, not a cell of another layout, and not where the copy lost cells."""

    def column(name: str) -> pl.Expr:
        cell = cells.get(name)
        if cell is None or cell.total or name not in form.cells:
            return pl.col(name)
        return pl.when(pl.col(lost(cell.table))).then(pl.col(name)).otherwise(pl.col(name).fill_null(0))

    return column


def out_of_force(instance: Instance) -> tuple[int, int] | None:
    """Give the first and last report year of a rule that is not for all years."""
    first, last = instance.rule.effective.first or 0, instance.rule.effective.last or 9999
    return None if (first, last) == (0, 9999) else (first, last)


def is_foreign(instance: Instance, form: Form) -> bool:
    """Tell whether a check rests wholly on cells that only other forms have."""
    roles = instance.check.roles()
    return bool(roles) and not any(cell in form.cells for cell in roles)
