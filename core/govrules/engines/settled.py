"""Rules whose answer is known from the columns that a table has, without a look at any row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from govrules import expr
from govrules.engines.question import is_foreign
from govrules.form import Cell, Form
from govrules.rule import Check, Instance, Status


def settled(
    instance: Instance, form: Form, cells: Mapping[str, Cell], present: Collection[str], lost: Collection[str]
) -> Status | None:
    """Give the answer that an instance has for every row: open for want of columns, or of another form; else None.

    `present` are the cells that have a column, `lost` the tables of which some have none.
    """
    check = instance.check
    if check.scope != "cells" or type(check).holds is not Check.holds:
        return None
    nothing = not any(cell in present for cell in check.roles())

    def missing(name: str) -> bool:
        if name in present:
            return False
        cell = cells.get(name)
        fills = check.fills_blanks() and cell is not None and not cell.total and name in form.cells
        return not fills or (cell is not None and cell.table in lost)

    if not (check.fills_blanks() and nothing) and not _is_open(check.truth(), missing):
        return None
    return Status.NOT_APPLICABLE if nothing and is_foreign(instance, form) else Status.UNDETERMINED


def _is_open(node: expr.Node, missing: Callable[[str], bool]) -> bool:
    """Tell whether an expression is null whatever the rows hold; False may mean that it is not known."""
    match node:
        case expr.Cell(name):
            return missing(name)
        case expr.Call("known", _) | expr.Call("prior", _) | expr.Number():
            return False
        case expr.Call("either", args):
            return all(_is_open(arg, missing) for arg in args)
        case expr.Logic(_, several):
            return all(_is_open(one, missing) for one in several)
        case expr.Call(_, args):
            return any(_is_open(arg, missing) for arg in args)
        case expr.Unary(_, one):
            return _is_open(one, missing)
        case expr.Binary(_, left, right) | expr.Compare(_, left, right):
            return _is_open(left, missing) or _is_open(right, missing)
    return False
