"""A question as SQL: the same answers as in Polars, in the logic of three values that SQL has too.

Counts are compared as whole numbers, and where an expression reads money all is counted in millionths, as `exact` does;
what that cannot hold is computed in doubles. Written in the dialect of DuckDB; `told` puts it into others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from govrules.dataset import LARGEST, YEAR
from govrules.engines.exact import MILLIONTHS
from govrules.engines.formula import Question, Tree
from govrules.expr import HUGE

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

_DECIMAL = "DECIMAL(38, 0)"
Column: TypeAlias = Callable[[str], str]
COMPARED = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_WORDS = {"sum": "+", "and": "AND", "or": "OR", **COMPARED}
_YUAN, _SAFE_COUNT, _SAFE_MONEY = 10_000, 2**62, 2**126


@lru_cache(maxsize=4096)
def told(text: str, dialect: str, *, pretty: bool = False) -> str:
    """Put SQL into a dialect."""
    if dialect == "duckdb" and not pretty:
        return text
    from sqlglot import parse_one

    made = parse_one(text, read="duckdb")
    return (made.transform(_integers) if dialect == "sqlite" else made).sql(dialect=dialect, pretty=pretty)


def _integers(node: Expr) -> Expr:
    """Give SQLite, which has no decimals, whole numbers as large as it can hold, and doubles beyond."""
    from sqlglot import exp, parse_one

    if not (isinstance(node, exp.Cast) and node.to.is_type("decimal")):
        return node
    value = node.this.transform(_integers).sql(dialect="sqlite")
    whole = f"CASE WHEN ABS({value}) < 9e18 THEN CAST({value} AS INTEGER) ELSE {value} END"
    return parse_one(whole, read="sqlite")


def quoted(name: str) -> str:
    """Give a name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def holds(asked: Question, column: Column | None = None) -> str:
    """Give the answer: true passed, false failed, null open; `column` gives a cell with its blanks filled."""
    truth = _truth(asked.truth, Cells(asked, column))
    return f"CASE WHEN {some_known(asked)} THEN {truth} END" if asked.blank_as_zero else truth


def number(tree: Tree, asked: Question, column: Column | None = None) -> str:
    """Give a number: whole where it is made of counts alone, else a double."""
    cells = Cells(asked, column)
    fine = cells.fine(tree)
    if most(tree, fine) is None:
        return _done(tree, cells.double)
    return f"CAST({_done(tree, cells.millionths)} AS DOUBLE) / {MILLIONTHS}" if fine else _done(tree, cells.whole)


def filled(asked: Question, cell: str) -> str:
    """Give the value of a cell, a blank as zero where the rule says so."""
    column = quoted(cell)
    if cell not in asked.fills:
        return column
    if not asked.fills[cell]:
        return f"COALESCE({column}, 0)"
    return f"CASE WHEN {quoted(asked.fills[cell])} THEN {column} ELSE COALESCE({column}, 0) END"


def some_known(asked: Question) -> str:
    """Tell whether a cell of the question holds a number."""
    return "(" + " OR ".join(f"{quoted(cell)} IS NOT NULL" for cell in asked.cells) + ")"


def in_force(asked: Question) -> str:
    """Tell whether the rule is in force in the year of a report; nothing where it always is."""
    first, last = asked.years
    if not any(asked.years):
        return ""
    return f"({quoted(YEAR)} IS NULL OR {quoted(YEAR)} BETWEEN {first or 0} AND {last or 9999})"


class Cells:
    """How the cells and numbers of a question are read: as whole numbers, as millionths, as doubles."""

    def __init__(self, asked: Question, column: Column | None) -> None:
        self._asked, self._money = asked, frozenset(asked.money)
        self.column: Column = column or (lambda cell: filled(asked, cell))

    def fine(self, tree: Tree) -> bool:
        """Tell whether a formula reads money or holds a decimal."""
        if isinstance(tree, (str, int, float)):
            return tree in self._money if isinstance(tree, str) else not float(tree).is_integer()
        return any(map(self.fine, tree[1:]))

    def whole(self, leaf: str | float) -> str:
        """Read a count."""
        return f"CAST({self.column(leaf) if isinstance(leaf, str) else int(leaf)} AS BIGINT)"

    def millionths(self, leaf: str | float) -> str:
        """Read an amount, a count or a constant in millionths."""
        if not isinstance(leaf, str):
            return f"CAST({round(leaf * MILLIONTHS)} AS {_DECIMAL})"
        if leaf not in self._money:
            return f"CAST({self.column(leaf)} AS {_DECIMAL}) * {MILLIONTHS}"
        scale = MILLIONTHS if leaf.endswith("_wan") else _YUAN
        made = f"CAST(ROUND(CAST({self.column(leaf)} AS DOUBLE) * {scale}) AS {_DECIMAL})"
        return made if scale == MILLIONTHS else f"{made} * {MILLIONTHS // scale}"

    def double(self, leaf: str | float) -> str:
        """Read a number as it is everywhere else; what is no finite one is missing."""
        if not isinstance(leaf, str):
            return f"CAST({leaf!r} AS DOUBLE)"
        return _bounded(f"CAST({self.column(leaf)} AS DOUBLE)")


def _truth(tree: Tree, cells: Cells) -> str:
    if isinstance(tree, (str, int, float)):
        return cells.double(tree)
    op, *args = tree
    if op in ("and", "or", "not"):
        return _joined(str(op), [_truth(arg, cells) for arg in args])
    if op in COMPARED:
        fine = cells.fine(tree)
        if all(most(arg, fine) is not None for arg in args):
            leaf = cells.millionths if fine else cells.whole
            return _joined(str(op), [_done(arg, leaf) for arg in args])
    return _done(tree, cells.double)


def most(tree: Tree, fine: bool) -> int | None:
    """Give the most that a number can be in whole units, or None where it has no form in these."""
    unit = MILLIONTHS if fine else 1
    if isinstance(tree, str):
        return LARGEST * unit
    if isinstance(tree, (int, float)):
        return abs(round(tree * unit)) if abs(tree * unit - round(tree * unit)) < 1e-9 * max(1, abs(tree)) else None
    op, args = str(tree[0]), tree[1:]
    if op == "*":
        by = next((abs(int(arg)) for arg in args if isinstance(arg, (int, float)) and float(arg).is_integer()), None)
        of = next((most(arg, fine) for arg in reversed(args) if not isinstance(arg, (int, float))), None)
        made = None if by is None or of is None else by * of
    else:
        parts = [most(arg, fine) for arg in args] if op in ("+", "-", "sum", "abs", "either", "min", "max") else [None]
        known = [part for part in parts if part is not None]
        made = None if len(known) < len(parts) else sum(known) if op in ("+", "-", "sum") else max(known)
    return made if made is not None and made < (_SAFE_MONEY if fine else _SAFE_COUNT) else None


def _done(tree: Tree, leaf: Callable[[str | float], str]) -> str:
    if isinstance(tree, (str, int, float)):
        return leaf(tree)
    op = str(tree[0])
    if op == "*" and leaf.__name__ == "millionths":
        # One side is a plain number, which is not counted in millionths.
        one, other = sorted(tree[1:], key=lambda part: isinstance(part, (int, float)))
        return f"({_done(one, leaf)} * {int(other)})"  # type: ignore[arg-type]
    made = [_done(part, leaf) for part in tree[1:]]
    if leaf.__name__ == "double" and op in ("*", "/"):
        return _bounded(f"({made[0]} * {made[1]})" if op == "*" else f"({made[0]} / NULLIF({made[1]}, 0))")
    return _joined(op, made)


def _joined(op: str, args: Sequence[str]) -> str:
    if op in ("min", "max"):
        return _extreme(op, args)
    if op in ("either", "abs"):
        return f"{'COALESCE' if op == 'either' else 'ABS'}({', '.join(args)})"
    if op == "known":
        return f"({args[0]} IS NOT NULL)"
    if len(args) == 1 and op != "sum":
        return f"({'NOT ' if op == 'not' else '-'}{args[0]})"
    return _paired(_WORDS.get(op, op), list(args))


def _extreme(op: str, args: Sequence[str]) -> str:
    if len(args) == 1:
        return args[0]
    known = " AND ".join(f"{arg} IS NOT NULL" for arg in args)
    return f"CASE WHEN {known} THEN {'LEAST' if op == 'min' else 'GREATEST'}({', '.join(args)}) END"


def _bounded(value: str) -> str:
    return f"CASE WHEN ABS({value}) <= {HUGE} THEN {value} END"


def _paired(op: str, terms: list[str]) -> str:
    # Neighbours first, then their results, as everywhere: so that doubles round alike.
    while len(terms) > 1:
        even = len(terms) // 2 * 2
        pairs = zip(terms[:even:2], terms[1:even:2], strict=True)
        terms = [*(f"({left} {op} {right})" for left, right in pairs), *terms[even:]]
    return terms[0]
