"""Routes through a JSON value or a flat row: `tables.t3.{row}.{column}` finds every value that stands so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from govrules.layout import NAME, Names, names_in
from govrules.read.figures.strict import Json, below

_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A value that a route leads to: its path, and what stood for each name in braces."""

    path: str
    value: Json
    bound: Mapping[str, str]


def found(route: str, value: Json, names: Names, path: str = "$") -> Iterator[Found]:
    """Give every value that a route leads to.

    A step is a key of an object or an index of a list; where a key itself holds dots, as columns may, the rest of the
    route is compared with it whole. A name that is a step of its own stands for every key, one in a longer step for
    the keys of its dictionary, or for anything where it has none.
    """
    if not route:
        yield Found(path, value, {})
        return
    yield from _found(tuple(route.split(".")), value, names, path, {})


def value_at(route: str, value: Json) -> Json:
    """Give the one value that a route without names leads to, None where there is none."""
    return next((hit.value for hit in found(route, value, {})), None)


def _found(steps: tuple[str, ...], value: Json, names: Names, path: str, bound: Mapping[str, str]) -> Iterator[Found]:
    if not steps:
        yield Found(path, value, bound)
        return
    inner = value if isinstance(value, dict) else {}
    if len(steps) > 1:
        whole = [(key, more) for key, more in _hits(".".join(steps), inner, names) if key in inner]
        if whole:
            for key, more in whole:
                yield Found(below(path, key), inner[key], {**bound, **more})
            return
    if isinstance(value, list):
        for number, more in _hits(steps[0], {str(n): None for n in range(len(value))}, names):
            yield from _found(steps[1:], value[int(number)], names, below(path, int(number)), {**bound, **more})
        return
    for key, more in _hits(steps[0], inner, names):
        yield from _found(steps[1:], inner[key], names, below(path, key), {**bound, **more})


def _hits(step: str, keys: Mapping[str, object], names: Names) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give the keys that a step stands for, with what stood for its names."""
    if "{" not in step:
        if step in keys:
            yield step, {}
        return
    pattern = _pattern(step, tuple((name, tuple(names[name])) for name in names_in(step) if name in names))
    for key in keys:
        hit = pattern.fullmatch(key) if len(key) <= _LONGEST_KEY else None
        if hit:
            bound = {name: hit[number] for number, name in enumerate(names_in(step), start=1)}
            yield key, bound


@lru_cache(1024)
def _pattern(step: str, known: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    words = dict(known)
    made, end = "", 0
    for name in NAME.finditer(step):
        listed = sorted(map(re.escape, words.get(name[1], ())), key=len, reverse=True)
        free = name[0] == step or not listed
        made += re.escape(step[end : name.start()]) + ("([^.]+)" if free else f"({'|'.join(listed)})")
        end = name.end()
    return re.compile(made + re.escape(step[end:]), re.DOTALL)
