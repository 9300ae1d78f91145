"""The syntax of expressions over cell names: text becomes a tree, without eval, or an error with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from lark import Lark, Token

MAX_TEXT, MAX_NODES, MAX_DEPTH, MAX_NUMBER = 2000, 400, 40, 10**15

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
_ARITY = {**dict.fromkeys(_PATTERNED, (1, MAX_TEXT)), "either": (2, MAX_TEXT)}
_ARITY |= dict.fromkeys(("abs", "prior", "known"), (1, 1))


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


_MOST_KNOWN = 4096
_known: dict[str, Node] = {}
_new: dict[str, Node] = {}
_learnt: list[Callable[[], Mapping[str, Node]]] = []


def parse(text: str) -> Node:
    """Read an expression, or raise ExpressionError with the place and the reason."""
    node = _known.get(text) or known().get(text)
    if node is None:
        node = _parsed(text)
        if len(_known) < _MOST_KNOWN:
            _known[text] = _new[text] = node
    return node


def known() -> Mapping[str, Node]:
    """Give the expressions that were read or learnt, by their texts; of very many not all."""
    while _learnt:
        _known.update(_learnt.pop()())
    return _known


def new() -> dict[str, Node]:
    """Give those of them that were not learnt, until this is cleared."""
    return _new


def learn(read: Callable[[], Mapping[str, Node]]) -> None:
    """Take expressions that were read before, by the same grammar; they are fetched when one is asked for."""
    _learnt.append(read)


def _parsed(text: str) -> Node:
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
        waiting += [(child, depth + 1) for child in parts_of(node)[1]]


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
        raise ExpressionError(f"unknown function {name!r}{meant(name, _ARITY) or '; known: ' + ', '.join(_ARITY)}", at)
    least, most = _ARITY[name]
    if not least <= len(args) <= most:
        how = f"{'exactly' if least == most else 'at least'} {least} argument{'s' * (least > 1)}"
        raise ExpressionError(f"{name} takes {how}, not {len(args)}", at)
    if name == "prior" and not isinstance(args[0], Cell):
        raise ExpressionError("prior takes one cell name, as in prior(a.b)", at)
    plain = [arg for arg in args if name not in _PATTERNED or not isinstance(arg, Glob)]
    _want(_kind(args[0]) if name in ("either", "known") else "number", plain, token)
    return Call(name, tuple(args))


def parts_of(node: Node) -> tuple[str, tuple[Node, ...]]:
    """Give the operator of a node and the nodes it works on."""
    match node:
        case Unary(op, operand):
            return op, (operand,)
        case Binary(op, left, right) | Compare(op, left, right):
            return op, (left, right)
        case Logic(op, several) | Call(op, several):
            return op, several
    return "", ()


def meant(name: str, names: Iterable[str]) -> str:
    """Give a hint that names the nearest of `names`, or nothing."""
    from rapidfuzz import fuzz, process

    nearest = process.extractOne(name, sorted(names), scorer=fuzz.ratio, score_cutoff=60)
    return f"; did you mean {nearest[0]!r}?" if nearest else ""
