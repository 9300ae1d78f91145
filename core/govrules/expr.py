"""Expressions over cell names: arithmetic, comparison and logic, read from text without eval.

A cell is a number or missing. Numbers behave as doubles; a result that is no finite number is missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from math import inf, isfinite
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    import polars as pl
    from lark import Lark, Token

MAX_TEXT, MAX_NODES, MAX_DEPTH, MAX_NUMBER = 2000, 400, 40, 10**15
# Beyond EXACT a double skips whole numbers; beyond HUGE a value counts as missing, so that no sum overflows.
EXACT, HUGE = 2**53, 1e300
T = TypeVar("T")

_HAN = "〇㐀-䶿一-鿿豈-﫿\U00020000-\U000323af"
_GRAMMAR = rf"""
?start: either
?either: both | both (OR both)+ -> logic
?both: denial | denial (AND denial)+ -> logic
?denial: NOT denial -> logic | compare
?compare: terms (COMPARE terms)*
?terms: factors | factors ((PLUS | MINUS) factors)+ -> binary
?factors: signed | signed ((STAR | SLASH) signed)+ -> binary
?signed: MINUS signed -> binary | atom
?atom: NUMBER -> number | PATH -> path | PATH "(" [either ("," either)*] ")" -> call | "(" either ")"
OR: /or(?![\w.])/
AND: /and(?![\w.])/
NOT: /not(?![\w.])/
COMPARE: /==|!=|<=|>=|<|>/
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
NUMBER: /[0-9]+(\.[0-9]+)?/
PATH: /(?!(and|or|not)(?![\w.]))(\*\*?|[A-Za-z{_HAN}][\w]*)(\.(\*\*?|[\w]+))*/
%ignore /\s+/
""".replace(r"[\w]", f"[A-Za-z0-9_{_HAN}]")
_INSTEAD = {
    "（": "(", "）": ")", "，": ",", "＋": "+", "－": "-", "×": "*", "＊": "*", "÷": "/", "／": "/", "．": ".",
    "＝": "==", "=": "==", "≠": "!=", "≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "&": "and", "|": "or", "!": "not",
    "=>": ">=", "=<": "<=", "＞＝": ">=", "＜＝": "<=", "!＝": "!=",
}  # fmt: skip
_PATTERNED = ("sum", "min", "max")
_ARITY = {**dict.fromkeys(_PATTERNED, (1, MAX_NODES)), "either": (2, MAX_NODES)}
_ARITY |= dict.fromkeys(("abs", "prior", "known"), (1, 1))
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


class ExpressionError(ValueError):
    """An expression is written wrongly; `offset` counts characters of its text from 0."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message, offset)
        self.message, self.offset = message, offset

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: whole ones are int, all others float."""

    value: int | float


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one cell."""

    name: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Glob:
    """A pattern of cell names, an argument of sum, min or max until `resolve` replaces it."""

    pattern: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Unary:
    """Minus something."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """One of + - * / between two numbers."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison of two numbers, or == and != of two truths."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """The words and, or (two operands and more) and not (one)."""

    op: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the known functions."""

    name: str
    args: tuple[Node, ...]


Node: TypeAlias = Number | Cell | Glob | Unary | Binary | Compare | Logic | Call
Linear: TypeAlias = tuple[dict[str, float], float]


def parse(text: str) -> Node:
    """Read an expression, or raise ExpressionError with the place and the reason."""
    from lark import UnexpectedInput

    _check_text(text)
    try:
        node: Any = _parser().parse(text)  # the callbacks below make nodes, not trees
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None
    _kind(node)
    _check_size(node)
    return node  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _parser() -> Lark:
    from lark import Lark

    makers = {"logic": _logic, "compare": _compare, "binary": _binary, "number": _number, "path": _path, "call": _call}
    callbacks: Any = SimpleNamespace(**makers)
    return Lark(_GRAMMAR, parser="lalr", transformer=callbacks, maybe_placeholders=False)


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {MAX_TEXT} are allowed", MAX_TEXT)
    if not text.strip():
        raise ExpressionError("the expression is empty; write for example a.total == a.natural + a.legal")
    depth = 0
    for offset, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth > MAX_DEPTH:
            raise ExpressionError(f"parentheses are nested deeper than {MAX_DEPTH}", offset)


def _check_size(root: Node) -> None:
    waiting, count = [(root, 0)], 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        if depth > MAX_DEPTH:
            raise ExpressionError(f"operations are nested deeper than {MAX_DEPTH}; write a long addition as sum(a, b)")
        if count > MAX_NODES:
            raise ExpressionError(f"the expression has more than {MAX_NODES} parts; use a pattern, as in sum(a.*)")
        waiting += [(child, depth + 1) for child in _parts(node)[1]]


def _unexpected(error: Any, text: str) -> ExpressionError:
    token = getattr(error, "token", None)
    wanted = error.expected if token is not None else error.allowed or ()
    expected = "a cell, a number or '('" if "NUMBER" in wanted else "an operator or the end"
    if token is not None and token.type == "$END":
        missing = expected if "NUMBER" in wanted else "')'"
        return ExpressionError(f"the expression ends too early; expected {missing}", len(text))
    at = int(error.pos_in_stream)
    right = _INSTEAD.get(text[at : at + 2]) or _INSTEAD.get(text[at])
    hint = f"write {right!r}" if right else f"expected {expected}"
    return ExpressionError(f"unexpected {str(token or text[at])!r}; {hint}", at)


def _kind(node: Node) -> str:
    match node:
        case Glob(pattern, offset):
            raise ExpressionError(f"{pattern!r} may only be an argument of sum, min or max: sum({pattern})", offset)
        case Call("either", args):
            return _kind(args[0])
        case Compare() | Logic() | Call("known"):
            return "truth"
    return "number"


def _want(kind: str, nodes: Iterable[Node], token: Token) -> list[Node]:
    nodes = list(nodes)
    if any(_kind(node) != kind for node in nodes):
        right = "numbers, not a comparison" if kind == "number" else "comparisons, as in a > 0, not a plain number"
        raise ExpressionError(f"{str(token)!r} takes {right}", token.start_pos or 0)
    return nodes


def _logic(parts: list[Any]) -> Node:
    op = parts[-2]
    return Logic(str(op), tuple(_want("truth", [part for part in parts if not isinstance(part, str)], op)))


def _compare(parts: list[Any]) -> Node:
    left, op, right, *more = parts
    if more:
        raise ExpressionError("comparisons cannot be chained; write a < b and b < c", more[0].start_pos)
    return Compare(str(op), *_want(_kind(left) if op in ("==", "!=") else "number", (left, right), op))


def _binary(parts: list[Any]) -> Node:
    made, *rest = parts
    if len(rest) == 1:
        return Unary(str(made), *_want("number", rest, made))
    for op, right in zip(rest[::2], rest[1::2], strict=True):
        made = Binary(str(op), *_want("number", (made, right), op))
    return made  # type: ignore[no-any-return]


def _number(parts: list[Any]) -> Node:
    if float(parts[0]) > MAX_NUMBER:
        raise ExpressionError(f"the number is too large; at most {MAX_NUMBER} is allowed", parts[0].start_pos)
    return Number(float(parts[0]) if "." in parts[0] else int(parts[0]))


def _path(parts: list[Any]) -> Node:
    name, at = str(parts[0]), parts[0].start_pos
    if name.startswith("prior."):
        raise ExpressionError(f"unknown cell {name!r}; write prior({name[6:]}) for last year's value", at)
    return Glob(name, at) if "*" in name else Cell(name, at)


def _call(parts: list[Any]) -> Node:
    token, *args = parts
    name, at = str(token), token.start_pos
    if name not in _ARITY:
        raise ExpressionError(f"unknown function {name!r}{_meant(name, _ARITY) or '; known: ' + ', '.join(_ARITY)}", at)
    least, most = _ARITY[name]
    if not least <= len(args) <= most:
        how = f"{'exactly' if least == most else 'at least'} {least} argument{'s' * (least > 1)}"
        raise ExpressionError(f"{name} takes {how}, not {len(args)}", at)
    if name == "prior" and not isinstance(args[0], Cell):
        raise ExpressionError("prior takes one cell name, as in prior(a.b)", at)
    plain = [arg for arg in args if name not in _PATTERNED or not isinstance(arg, Glob)]
    _want(_kind(args[0]) if name in ("either", "known") else "number", plain, token)
    return Call(name, tuple(args))


def _parts(node: Node) -> tuple[str, tuple[Node, ...]]:
    match node:
        case Unary(op, operand):
            return op, (operand,)
        case Binary(op, left, right) | Compare(op, left, right):
            return op, (left, right)
        case Logic(op, several) | Call(op, several):
            return op, several
    return "", ()


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
    op, several = _parts(node)
    return combine(op, [_fold(child, leaf, combine) for child in several])


def cells(node: Node) -> frozenset[str]:
    """Give every cell name that a resolved expression reads; `prior(x)` gives `prior.x`."""
    read = set[str]()
    _fold(node, lambda leaf: read.add(leaf) if isinstance(leaf, str) else None, lambda _op, _done: None)
    return frozenset(read)


def resolve(node: Node, names: Collection[str], own: Collection[str] | None = None) -> Node:
    """Check every cell against `names`, and replace each pattern by what it matches: in `own`, else in `names`."""
    match node:
        case Cell(name, offset) if name not in names:
            raise ExpressionError(f"unknown cell {name!r}{_meant(name, names)}", offset)
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
        if matched := [name for name in candidates if _matches(glob.pattern, name)]:
            return [Cell(name, glob.offset) for name in matched]
    raise ExpressionError(f"no cell matches {glob.pattern!r}{_meant(glob.pattern, names)}", glob.offset)


def _matches(pattern: str, name: str) -> bool:
    parts, ends = name.split("."), {0}
    for segment in pattern.split("."):
        if segment == "**":
            ends = set(range(min(ends) + 1, len(parts) + 1)) if ends else ends
        else:
            ends = {end + 1 for end in ends if end < len(parts) and segment in ("*", parts[end])}
    return len(parts) in ends


def _meant(name: str, names: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process

    nearest = process.extractOne(name, sorted(names), scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""


def polars(node: Node, column: Callable[[str], pl.Expr] | None = None) -> pl.Expr:
    """Give the expression as polars: Float64 or Boolean, null where `evaluate` gives None."""
    import polars as pl

    def leaf(value: str | float) -> pl.Expr:
        return _bounded((column or pl.col)(value).cast(pl.Float64)) if isinstance(value, str) else pl.lit(float(value))

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
    if op in _DO and (len(args) > 1 or op == "sum"):
        made: pl.Expr = reduce(_DO[op], args)
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
        return reduce(lambda left, right: _double(_DO[op](left, right), most), args)
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
