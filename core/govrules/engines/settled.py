"""Rules whose answer is known from the columns that a table has, without a look at any row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from govrules import expr
from govrules.engines.formula import node
from govrules.engines.posed import Posed
from govrules.form import Cell, Form
from govrules.status import Status


def settled(
    posed: Posed, form: Form, cells: Mapping[str, Cell], present: Collection[str], lost: Collection[str]
) -> Status | None:
    """Give the answer that a rule has for every row: open for want of columns, or of another form; else None.

    `present` are the cells that have a column, `lost` the tables of which some have none.
    """
    question = posed.question
    if question is None or posed.column is not None:
        return None
    nothing = not any(cell in present for cell in question.cells)

    def missing(name: str) -> bool:
        return name not in present and (name not in question.fills or cells[name].table in lost)

    if not (question.blank_as_zero and nothing) and not _is_open(node(question.truth), missing):
        return None
    foreign = bool(question.cells) and not any(cell in form.cells for cell in question.cells)
    return Status.NOT_APPLICABLE if nothing and foreign else Status.UNDETERMINED


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
