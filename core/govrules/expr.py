"""Expressions over cell names: arithmetic, comparison and logic, read from text without eval.

A cell is a number or missing. Numbers behave as doubles; a result that is no finite number is missing.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from math import inf, isfinite
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from govrules.syntax import (
    Binary,
    Call,
    Cell,
    Compare,
    ExpressionError,
    Glob,
    Logic,
    Node,
    Number,
    Unary,
    meant,
    parse,
    parts_of,
)

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "Binary",
    "Call",
    "Cell",
    "Compare",
    "ExpressionError",
    "Glob",
    "Logic",
    "Node",
    "Number",
    "Unary",
    "cells",
    "evaluate",
    "linear",
    "parse",
    "polars",
    "resolve",
    "spoken",
]

# Beyond EXACT a double skips whole numbers; beyond HUGE a value counts as missing, so that no sum overflows.
EXACT, HUGE = 2**53, 1e300
T = TypeVar("T")
Linear: TypeAlias = tuple[dict[str, float], float]
_DO: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "sum": operator.add,
    "==": operator.eq, "!=": operator.ne, "<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt,
    "and": operator.and_, "or": operator.or_,
}  # fmt: skip
_SAID = {
    "+": "＋", "-": "－", "*": "×", "/": "÷", "and": "且", "or": "或", "not": "非", "sum": "合计", "min": "最小值",
    "==": "等于", "!=": "不等于", "<=": "不大于", ">=": "不小于", "<": "小于", ">": "大于", "max": "最大值",
    "abs": "绝对值", "either": "首个有值", "known": "有值",
}  # fmt: skip
_LEVEL = {"or": 1, "and": 2, "==": 3, "!=": 3, "<=": 3, ">=": 3, "<": 3, ">": 3, "+": 4, "-": 4, "*": 5, "/": 5}


def _fold(node: Node, leaf: Callable[[str | float], T], combine: Callable[[str, list[T]], T]) -> T:
    match node:
        case Number(value):
            return leaf(value)
        case Cell(name):
            return leaf(name)
        case Call("prior", (Cell(name),)):
            return leaf(f"prior.{name}")
        case Glob(pattern, offset):
            raise ExpressionError(f"the pattern {pattern!r} is not resolved; call resolve first", offset)
    op, several = parts_of(node)
    return combine(op, [_fold(child, leaf, combine) for child in several])


def _paired(do: Callable[[T, T], T], terms: list[T]) -> T:
    # Neighbours first, then their results: polars plans a deep chain in quadratic time, and both ways must round alike.
    while len(terms) > 1:
        even = len(terms) // 2 * 2
        pairs = zip(terms[:even:2], terms[1:even:2], strict=True)
        terms = [*(do(left, right) for left, right in pairs), *terms[even:]]
    return terms[0]


def cells(node: Node) -> frozenset[str]:
    """Give every cell name that a resolved expression reads; `prior(x)` gives `prior.x`."""
    read = set[str]()
    _fold(node, lambda leaf: read.add(leaf) if isinstance(leaf, str) else None, lambda _op, _done: None)
    return frozenset(read)


def resolve(node: Node, names: Collection[str], own: Collection[str] | None = None) -> Node:
    """Check every cell against `names`, and replace each pattern by what it matches: in `own`, else in `names`."""
    match node:
        case Cell(name, offset) if name not in names:
            raise ExpressionError(f"unknown cell {name!r}{meant(name, names)}", offset)
        case Unary(_, operand):
            return replace(node, operand=resolve(operand, names, own))
        case Binary(_, left, right) | Compare(_, left, right):
            return replace(node, left=resolve(left, names, own), right=resolve(right, names, own))
        case Logic(_, several):
            return replace(node, operands=tuple(resolve(child, names, own) for child in several))
        case Call(_, several):
            groups = [_found(c, names, own) if isinstance(c, Glob) else [resolve(c, names, own)] for c in several]
            return replace(node, args=tuple(child for group in groups for child in group))
    return node


def _found(glob: Glob, names: Collection[str], own: Collection[str] | None) -> list[Node]:
    for candidates in (names if own is None else own, names):
        if matched := list(filter(_segments(glob.pattern).fullmatch, candidates)):
            return [Cell(name, glob.offset) for name in matched]
    raise ExpressionError(f"no cell matches {glob.pattern!r}{meant(glob.pattern, names)}", glob.offset)


@lru_cache(1024)
def _segments(pattern: str) -> re.Pattern[str]:
    """Give a pattern of cell names as a regular one: `*` is one segment, `**` one or more."""
    meaning = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}
    return re.compile(r"\.".join(meaning.get(segment) or re.escape(segment) for segment in pattern.split(".")))


def polars(node: Node, column: Callable[[str], pl.Expr] | None = None) -> pl.Expr:
    """Give the expression as polars: Float64 or Boolean, null where `evaluate` gives None."""
    import polars as pl

    def leaf(value: str | float) -> pl.Expr:
        return (
            _bounded((column or pl.col)(value).cast(pl.Float64))
            if isinstance(value, str)
            else pl.lit(float(value), pl.Float64)
        )

    return _fold(node, leaf, _polars)


def _bounded(value: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(value.abs() <= HUGE).then(value)


def _polars(op: str, args: list[pl.Expr]) -> pl.Expr:
    import polars as pl

    if op in ("min", "max"):
        horizontal = pl.min_horizontal if op == "min" else pl.max_horizontal
        return pl.when(pl.all_horizontal([arg.is_not_null() for arg in args])).then(horizontal(args))
    if op == "either":
        return pl.coalesce(args)
    if _LEVEL.get(op) == 3:
        # The same as comparing both sides, but polars 2.1 fails to broadcast a constant against an all-null column.
        left, right = (arg.cast(pl.Float64) for arg in args)
        same: pl.Expr = _DO[op](left - right, pl.lit(0.0))
        return same
    if op == "/":
        # The added zero makes a constant divisor a column: polars multiplies by its reciprocal, and 49 / 49 is not 1.
        args = [args[0], args[1] + args[0] * 0.0]
    if op in _DO and (len(args) > 1 or op == "sum"):
        made = _paired(_DO[op], args)
        return _bounded(made) if op in ("*", "/") else made
    one = args[0]
    return {"-": one.neg, "not": one.not_, "abs": one.abs, "known": one.is_not_null}[op]()


def linear(node: Node) -> Linear | None:
    """Give the coefficients by cell and the constant, or None where the expression is not linear."""

    def leaf(value: str | float) -> Linear | None:
        return ({value: 1.0}, 0.0) if isinstance(value, str) else ({}, float(value))

    made = _fold(node, leaf, _linear)
    return made if made and all(map(isfinite, (*made[0].values(), made[1]))) else None


def _linear(op: str, parts: list[Linear | None]) -> Linear | None:
    known = [part for part in parts if part is not None]
    if op not in ("+", "-", "*", "/", "sum") or len(known) < len(parts):
        return None
    first, last = known[0], known[-1]
    if op in ("*", "/"):
        first, last = (last, first) if op == "*" and not first[0] else (first, last)
        return None if last[0] or (op == "/" and not last[1]) else _scaled(first, _DO[op], last[1])
    total, constant = dict[str, float](), 0.0
    for coefficients, rest in [*known[:-1], _scaled(last, operator.mul, -1.0 if op == "-" else 1.0)]:
        total |= {name: total.get(name, 0.0) + value for name, value in coefficients.items()}
        constant += rest
    return total, constant


def _scaled(part: Linear, do: Callable[[Any, Any], Any], by: float) -> Linear:
    return {name: do(value, by) for name, value in part[0].items()}, do(part[1], by)


def evaluate(node: Node, values: Mapping[str, float | int | None]) -> float | int | bool | None:
    """Compute one row; a cell that `values` lacks is missing, and so is what depends on it."""
    made: float | int | bool | None = _fold(
        node, lambda leaf: _double(values.get(leaf)) if isinstance(leaf, str) else leaf, _evaluate
    )
    return made


def _double(value: Any, most: float = HUGE) -> Any:
    if value is None or not abs(value) <= most:
        return None
    return value if isinstance(value, float) or abs(value) <= EXACT else float(value)


def _evaluate(op: str, args: list[Any]) -> Any:
    if op == "known":
        return args[0] is not None
    if op == "either":
        return next((arg for arg in args if arg is not None), None)
    if op in ("and", "or"):
        return (op == "or") if (op == "or") in args else None if None in args else op == "and"
    if None in args or (op == "/" and not args[1]):
        return None
    if op in ("min", "max"):
        return min(args) if op == "min" else max(args)
    if op in _DO and (len(args) > 1 or op == "sum"):
        most = HUGE if op in ("*", "/") else inf
        return _paired(lambda left, right: _double(_DO[op](left, right), most), args)
    only: dict[str, Callable[[Any], Any]] = {"-": operator.neg, "not": operator.not_, "abs": abs}
    return only[op](args[0])


def spoken(node: Node, label: Callable[[str], str]) -> str:
    """Say the expression in Chinese, with `label` naming each cell."""

    def leaf(value: str | float) -> tuple[str, int]:
        if not isinstance(value, str):
            return str(value), 9
        return (f"上年{label(value[6:])}" if value.startswith("prior.") else label(value)), 9

    return _fold(node, leaf, _spoken)[0]


def _spoken(op: str, parts: list[tuple[str, int]]) -> tuple[str, int]:
    if op not in _LEVEL:
        return f"{_SAID[op]}({'、'.join(text for text, _ in parts)})", 9
    if len(parts) == 1:
        return f"{_SAID[op]}{parts[0][0]}" if parts[0][1] > 5 else f"{_SAID[op]}({parts[0][0]})", 6
    level = _LEVEL[op]
    least = [level + (at > 0 or level == 3) for at in range(len(parts))]
    said = [text if own >= low else f"({text})" for (text, own), low in zip(parts, least, strict=True)]
    return _SAID[op].join(said), level
