"""Expressions over cells compiled to whole numbers, so that counts and money are compared exactly.

Counts are Int64. Where an expression reads money, or holds a decimal, all is counted in millionths as Int128: 元 is
exact to 0.0001 (a hundredth of a 分), 万元 to 0.000001 (one 分). Division, products of cells and numbers too large for
that are computed as doubles, as `expr` does everywhere.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from govrules import expr
from govrules.form import Cell

if TYPE_CHECKING:
    import polars as pl

MILLIONTHS, LARGEST_CELL = 10**6, 2**53
_YUAN = 10**4
_SAFE = {False: 2**62, True: 2**126}
Column: TypeAlias = Callable[[str], "pl.Expr"]


class _NotExactError(Exception):
    """This expression has no form in whole numbers."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole-number column, and the most that it can be; a constant has its number too."""

    made: pl.Expr
    most: int
    number: int | None = None


def truth(node: expr.Node, cells: Mapping[str, Cell], column: Column | None = None) -> pl.Expr:
    """Give a truth as Polars: Boolean, null where it cannot be told; `column` says how a cell is read."""
    match node:
        case expr.Logic("not", (one,)):
            return truth(one, cells, column).not_()
        case expr.Logic(op, several):
            made = [truth(one, cells, column) for one in several]
            return reduce(operator.and_ if op == "and" else operator.or_, made)
        case expr.Call("known", (one,)) if isinstance(one, expr.Cell):
            return _read(one.name, column).is_not_null()
        case expr.Compare(op, left, right):
            return _compared(node, op, left, right, cells, column)
    return expr.polars(node, column)


def figure(node: expr.Node, cells: Mapping[str, Cell], column: Column | None = None) -> tuple[pl.Expr, bool]:
    """Give a number as Polars, and whether it is a whole one: Int64 where it is made of counts alone, else Float64.

    Money is added up exactly.
    """
    import polars as pl

    fine = is_fine(node, cells)
    try:
        made = _Compiler(cells, column, fine=fine).number(node).made
    except _NotExactError:
        return expr.polars(node, column), False
    return (made.cast(pl.Float64) / MILLIONTHS, False) if fine else (made, True)


def is_fine(node: expr.Node, cells: Mapping[str, Cell]) -> bool:
    """Tell whether an expression reads money or holds a decimal."""
    return any(
        (isinstance(leaf, float) and not leaf.is_integer()) or (isinstance(leaf, str) and _is_money(leaf, cells))
        for leaf in _leaves(node)
    )


def value(node: expr.Node, values: Mapping[str, int | float | None], cells: Mapping[str, Cell]) -> object:
    """Compute one row; money is added up as the decimals that were printed, so that 0.1 + 0.2 is 0.3."""
    if not is_fine(node, cells):
        return expr.evaluate(node, values)
    exact = {name: Fraction(repr(one)) if isinstance(one, float) else one for name, one in values.items()}
    made = expr.evaluate(node, exact)  # type: ignore[arg-type]
    if isinstance(made, Fraction):
        return int(made) if made.denominator == 1 else float(made)
    return made


def _compared(
    node: expr.Node, op: str, left: expr.Node, right: expr.Node, cells: Mapping[str, Cell], column: Column | None
) -> pl.Expr:
    compiler = _Compiler(cells, column, fine=is_fine(left, cells) or is_fine(right, cells))
    try:
        one, other = compiler.number(left), compiler.number(right)
    except _NotExactError:
        return expr.polars(node, column)
    if one.number is not None and other.number is not None:
        return expr.polars(node, column)
    compare = {
        "==": one.made.__eq__, "!=": one.made.__ne__, "<=": one.made.__le__, ">=": one.made.__ge__,
        "<": one.made.__lt__, ">": one.made.__gt__,
    }[op]  # fmt: skip
    made: pl.Expr = compare(other.made)
    return made


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles numbers of one comparison, all in units or all in millionths (`fine`)."""

    cells: Mapping[str, Cell]
    column: Column | None
    fine: bool

    def number(self, node: expr.Node) -> _Whole:
        """Compile a number; raises _NotExactError where that cannot be."""
        made = self._made(node)
        if made.most >= _SAFE[self.fine]:
            raise _NotExactError
        return made

    def _made(self, node: expr.Node) -> _Whole:
        match node:
            case expr.Number(given):
                return self._constant(given)
            case expr.Cell(name):
                return self._cell(name)
            case expr.Call("prior", (expr.Cell(name),)):
                return self._cell(f"prior.{name}")
            case expr.Unary("-", operand):
                one = self.number(operand)
                return _Whole(-one.made, one.most, None if one.number is None else -one.number)
            case expr.Binary("*", left, right):
                return self._product(left, right)
            case expr.Binary(op, left, right) if op in "+-":
                one, other = self.number(left), self.number(right)
                return _Whole(one.made + other.made if op == "+" else one.made - other.made, one.most + other.most)
            case expr.Call(name, args):
                return self._call(name, [self.number(arg) for arg in args])
        raise _NotExactError

    def _constant(self, given: float) -> _Whole:
        exact = Fraction(repr(given)) * (MILLIONTHS if self.fine else 1)
        if exact.denominator != 1:
            raise _NotExactError
        return _Whole(_literal(int(exact), fine=self.fine), abs(int(exact)), int(exact))

    def _cell(self, name: str) -> _Whole:
        import polars as pl

        read = _read(name, self.column)
        if not self.fine:
            return _Whole(read, LARGEST_CELL)
        if not _is_money(name, self.cells):
            return _Whole(read.cast(pl.Int128) * MILLIONTHS, LARGEST_CELL * MILLIONTHS)
        scale = MILLIONTHS if _base(name, self.cells).in_wan else _YUAN
        made = (read.cast(pl.Float64) * scale).round().cast(pl.Int128) * (MILLIONTHS // scale)
        return _Whole(made, LARGEST_CELL * MILLIONTHS)

    def _product(self, left: expr.Node, right: expr.Node) -> _Whole:
        """Multiply by a whole constant, which is not counted in millionths."""
        for one, other in ((left, right), (right, left)):
            if isinstance(one, expr.Number) and float(one.value).is_integer():
                by, made = int(one.value), self.number(other)
                known = None if made.number is None else made.number * by
                return _Whole(made.made * by, made.most * abs(by), known)
        raise _NotExactError

    def _call(self, name: str, args: list[_Whole]) -> _Whole:
        import polars as pl

        made = [arg.made for arg in args]
        most = max(arg.most for arg in args)
        if name == "sum":
            return _Whole(_sum(made), sum(arg.most for arg in args))
        if name == "abs":
            return _Whole(made[0].abs(), most)
        if name == "either":
            return _Whole(pl.coalesce(made), most)
        if name in ("min", "max"):
            found = pl.min_horizontal(made) if name == "min" else pl.max_horizontal(made)
            return _Whole(pl.when(pl.all_horizontal([one.is_not_null() for one in made])).then(found), most)
        raise _NotExactError


@lru_cache(1024)
def _literal(number: int, *, fine: bool) -> pl.Expr:
    import polars as pl

    return pl.lit(number, pl.Int128 if fine else pl.Int64)


def _sum(terms: list[pl.Expr]) -> pl.Expr:
    # Neighbours first: a deep chain is planned in quadratic time.
    while len(terms) > 1:
        odd = terms[len(terms) // 2 * 2 :]
        terms = [*(one + other for one, other in zip(terms[::2], terms[1::2], strict=False)), *odd]
    return terms[0]


def _read(name: str, column: Column | None) -> pl.Expr:
    import polars as pl

    return (column or pl.col)(name)


def _leaves(node: expr.Node) -> Iterator[str | float]:
    match node:
        case expr.Number(given):
            return iter([float(given)])
        case expr.Cell(name):
            return iter([name])
        case expr.Unary(_, one):
            return _leaves(one)
        case expr.Binary(_, left, right) | expr.Compare(_, left, right):
            return chain(_leaves(left), _leaves(right))
        case expr.Logic(_, several) | expr.Call(_, several):
            return chain.from_iterable(map(_leaves, several))
    return iter(())


def _base(name: str, cells: Mapping[str, Cell]) -> Cell:
    return cells[name.removeprefix("prior.")]


def _is_money(name: str, cells: Mapping[str, Cell]) -> bool:
    found = cells.get(name.removeprefix("prior."))
    return found is not None and found.type == "money"
