"""Whether one truth follows from another, as far as linear comparisons tell: is a rule looser or tighter."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from govrules import expr
from govrules.expr import Binary, Call, Cell, Compare, Logic, Node, Unary

_NOT = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!=", "!=": "=="}
_MIRROR = {"<=": ">=", "<": ">", ">=": "<=", ">": "<", "==": "==", "!=": "!="}
_DO: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<=": operator.le, "<": operator.lt, ">=": operator.ge, ">": operator.gt, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Bound:
    """A linear comparison: a sum of weighted terms, the first weight 1, on one side, and a number on the other."""

    terms: tuple[tuple[str, Fraction], ...]
    op: str
    at: Fraction


@dataclass(frozen=True, slots=True)
class _Opaque:
    """A truth that is only equal to itself."""

    text: str
    positive: bool


@dataclass(frozen=True, slots=True)
class _Several:
    """All (`and`) or one (`or`) of several truths."""

    op: str
    parts: tuple[_Truth, ...]


_Truth: TypeAlias = _Bound | _Opaque | _Several


def implies(one: Node, other: Node) -> bool:
    """Tell whether `other` is true wherever `one` is; False also means that it cannot be told.

    Holds for missing cells as well: where `other` is false, `one` is false. Whole numbers are not used: `a < 5` does
    not give `a <= 4`.
    """
    return _follows(_truth(one, positive=True), _truth(other, positive=True))


def _follows(one: _Truth, other: _Truth) -> bool:
    if one == other:
        return True
    if isinstance(one, _Several) and one.op == "or":
        return all(_follows(part, other) for part in one.parts)
    if isinstance(other, _Several) and other.op == "and":
        return all(_follows(one, part) for part in other.parts)
    return (
        (isinstance(one, _Several) and any(_follows(part, other) for part in one.parts))
        or (isinstance(other, _Several) and any(_follows(one, part) for part in other.parts))
        or (isinstance(one, _Bound) and isinstance(other, _Bound) and one.terms == other.terms and _within(one, other))
    )


def _within(one: _Bound, other: _Bound) -> bool:
    """Tell whether what one bound leaves lies within what another leaves of the same line."""
    if one.op == "==":
        return _DO[other.op](one.at, other.at)
    if one.op == "!=":
        return one.op == other.op and one.at == other.at
    if one.op in (">=", ">"):
        return _within(_turned(one), _turned(other))
    strict = one.op == "<=" and other.op in ("<", "!=")
    return other.op in ("<=", "<", "!=") and (one.at < other.at if strict else one.at <= other.at)


def _turned(bound: _Bound) -> _Bound:
    return replace(bound, op=_MIRROR[bound.op], at=-bound.at)


def _truth(node: Node, *, positive: bool) -> _Truth:
    """Give a truth, or its denial, with `not` worked in."""
    match node:
        case Logic("not", (part,)):
            return _truth(part, positive=not positive)
        case Logic(op, parts):
            made = tuple(_truth(part, positive=positive) for part in parts)
            return _Several(op if positive else {"and": "or", "or": "and"}[op], made)
        case Compare(op, left, right) if not isinstance(left, Compare | Logic) and not _is_known(left):
            return _compared(op if positive else _NOT[op], left, right)
    return _Opaque(expr.spoken(node, str), positive)


def _is_known(node: Node) -> bool:
    return isinstance(node, Call) and node.name == "known"


def _compared(op: str, left: Node, right: Node) -> _Truth:
    if isinstance(right, Call) and right.name == "abs" and not (isinstance(left, Call) and left.name == "abs"):
        op, left, right = _MIRROR[op], right, left
    if isinstance(left, Call) and left.name == "abs" and op not in ("==", "!="):
        above = _compared(op, left.args[0], right)
        below = _compared(op, Unary("-", left.args[0]), right)
        return _Several("and" if op in ("<=", "<") else "or", (above, below))
    linear = expr.linear(_flat(Binary("-", left, right)))
    if linear is None:
        return _Opaque(expr.spoken(Compare(op, left, right), str), positive=True)
    terms = sorted((name, Fraction(weight)) for name, weight in linear[0].items())
    by = next((weight for _, weight in terms if weight), Fraction(1))
    scaled = tuple((name, weight / by) for name, weight in terms)
    return _Bound(scaled, op if by > 0 else _MIRROR[op], -Fraction(linear[1]) / by)


def _flat(node: Node) -> Node:
    """Give an expression that is linear in cells and in what stands for the parts that are not."""
    if expr.linear(node) is not None:
        return node
    match node:
        case Unary(op, operand):
            made: Node = Unary(op, _flat(operand))
        case Binary(op, left, right):
            made = Binary(op, _flat(left), _flat(right))
        case Call("sum", parts):
            made = Call("sum", tuple(_flat(part) for part in parts))
        case _:
            return Cell(expr.spoken(node, str))
    return made if expr.linear(made) is not None else Cell(expr.spoken(node, str))
