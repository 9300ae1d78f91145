"""JSON read strictly: finite and exact numbers, no key twice, no endless nesting, and the path of every complaint."""

from __future__ import annotations

import json
import re
from typing import Optional

from govrules.errors import Place, ReadError
from govrules.read.encoding import decode
from govrules.read.limits import check_limit, limit

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
_Here = Optional[tuple["_Here", str | int]]  # noqa: UP045
LARGEST = 2**53
_SHOWN = 40
_PLAIN = re.compile(r"[^\W\d][\w-]*")


class _Twice(dict[str, Json]):
    """An object in which a key stands twice."""

    key = ""


def parse_json(content: bytes, source: str) -> Json:
    """Parse JSON; raises ReadError with line and column, or with the path of a value that cannot be trusted."""
    check_limit("file_bytes", len(content), "bytes", source)
    check_limit("json_parts", content.count(b"{") + content.count(b"["), "objects and lists", source)
    text, _ = decode(content, source)
    try:
        value: Json = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as error:
        where = Place(source, error.lineno, error.colno)
        raise ReadError(f"is not JSON: {error.msg}", where=where, hint="is the file whole?") from error
    except RecursionError as error:
        raise _too_deep(source) from error
    _check(value, None, source, limit("nesting_depth"))
    return value


def bad(source: str, path: str, value: Json, wanted: str) -> ReadError:
    """Give the error for a value of the wrong type at a path."""
    shown = json.dumps(value, ensure_ascii=False) if not isinstance(value, (dict, list)) else _kind(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return ReadError(f"value is {shown}, {wanted} is expected", where=f"{source}: {path}")


def below(path: str, key: str | int) -> str:
    """Give the path of a key or an index below a path, as JSONPath writes it."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if _PLAIN.fullmatch(key) else f"{path}[{json.dumps(key, ensure_ascii=False)}]"


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice, seen = _Twice(made), set[str]()
    for key, _ in pairs:
        if key in seen:
            twice.key = key
        seen.add(key)
    return twice


def _integer(digits: str) -> int | float:
    """Read a whole number; one of more digits than Python converts is as large as can be, and refused later."""
    return int(digits) if len(digits) < 400 else float("inf")


def _check(value: Json, here: _Here, source: str, depth: int) -> None:
    if isinstance(value, (dict, list)):
        if depth == 0:
            raise _too_deep(source)
        if isinstance(value, _Twice):
            raise ReadError(f"the key {value.key!r} stands twice", where=_where(source, here), hint="keep one of them")
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, str):
                _check_text(key, here, source)
            if not _is_plain(inner):
                _check(inner, (here, key), source, depth - 1)
    elif isinstance(value, str):
        _check_text(value, here, source)
    elif value is not None and not isinstance(value, bool):
        _check_number(value, here, source)


def _is_plain(value: Json) -> bool:
    """Tell at once of most values that nothing can be wrong with them."""
    if isinstance(value, str):
        return value.isascii()
    return value is None or (isinstance(value, int) and -LARGEST <= value <= LARGEST)


def _check_text(value: str, here: _Here, source: str) -> None:
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ReadError("holds half a character (a lone surrogate)", where=_where(source, here))


def _check_number(value: int | float, here: _Here, source: str) -> None:
    if value != value or abs(value) == float("inf"):
        raise ReadError("is no finite number", where=_where(source, here), hint="null is for what is not known")
    if abs(value) > LARGEST:
        where = _where(source, here)
        raise ReadError("is beyond 2**53, where numbers of JSON are not exact", where=where, hint="write it as text")


def _where(source: str, here: _Here) -> str:
    keys: list[str | int] = []
    while here is not None:
        here, key = here
        keys.append(key)
    path = "$"
    for key in reversed(keys):
        path = below(path, key)
    return f"{source}: {path}"


def _too_deep(source: str) -> ReadError:
    most = limit("nesting_depth")
    return ReadError(
        f"is nested more than {most} levels deep", where=source, hint="GOVRULES_NESTING_DEPTH sets the limit"
    )


def _kind(value: dict[str, Json] | list[Json]) -> str:
    return "an object" if isinstance(value, dict) else "a list"
