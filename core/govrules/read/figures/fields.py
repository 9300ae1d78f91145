"""The parts of a JSON value, each of the type it must have: what is not is told with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from govrules.read.figures.strict import LARGEST, Json, bad, below

_LONGEST = 400
Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a JSON file and its path in it."""

    value: Mapping[str, Json]
    path: str
    source: str

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, key: str, default: str | None = "") -> str:
        """Give a text; `default` where the key is not there, None for one that must be."""
        found = self.value.get(key, default)
        if not isinstance(found, str):
            raise self.bad(key, "text")
        return found

    def maybe_text(self, key: str) -> str | None:
        """Give a text or None."""
        return None if self.value.get(key) is None else self.text(key)

    def one_of(self, key: str, words: tuple[Word, ...], default: Word | None = None) -> Word:
        """Give one of some words."""
        found = self.value.get(key, default)
        known = next((word for word in words if word == found), None)
        if known is None:
            raise self.bad(key, f"one of {', '.join(words)}")
        return known

    def count(self, key: str, default: int | None = None) -> int:
        """Give a whole number of 0 or more."""
        found = self.value.get(key, default)
        if isinstance(found, bool) or not isinstance(found, int) or found < 0:
            raise self.bad(key, "a whole number of 0 or more")
        return found

    def maybe_count(self, key: str) -> int | None:
        """Give a whole number of 0 or more, or None."""
        return None if self.value.get(key) is None else self.count(key)

    def number(self, key: str) -> int | float | None:
        """Give a number or None; one beyond 2**53 is written as text, so that every program reads it whole."""
        found = self.value.get(key)
        if isinstance(found, str):
            large = _large(found)
            if large is not None:
                return large
        elif found is None or (isinstance(found, (int, float)) and not isinstance(found, bool)):
            return found
        raise self.bad(key, "a number or null")

    def truth(self, key: str) -> bool:
        """Give true or false; false where the key is not there."""
        found = self.value.get(key, False)
        if not isinstance(found, bool):
            raise self.bad(key, "true or false")
        return found

    def pair(self, key: str) -> tuple[int, int] | None:
        """Give two whole numbers, the second not before the first, or None."""
        found = self.value.get(key)
        if found is None:
            return None
        if isinstance(found, list) and len(found) == 2:
            one, other = found
            if _is_count(one) and _is_count(other) and one <= other:  # type: ignore[operator]
                return one, other  # type: ignore[return-value]
        raise self.bad(key, "a list of two whole numbers, in order,")

    def part(self, key: str) -> Fields:
        """Give the object below a key; an empty one where the key is not there."""
        return fields(self.value.get(key, {}), below(self.path, key), self.source)

    def parts(self, key: str) -> Iterator[Fields]:
        """Give the objects of the list below a key."""
        for number, inner in enumerate(self._list(key)):
            yield fields(inner, below(below(self.path, key), number), self.source)

    def texts(self, key: str) -> tuple[str, ...]:
        """Give the texts of the list below a key."""
        for number, inner in enumerate(self._list(key)):
            if not isinstance(inner, str):
                raise bad(self.source, below(below(self.path, key), number), inner, "text")
        return tuple(str(inner) for inner in self._list(key))

    def bad(self, key: str, wanted: str) -> Exception:
        """Give the error for the value of a key."""
        return bad(self.source, below(self.path, key), self.value.get(key), wanted)

    def _list(self, key: str) -> list[Json]:
        found = self.value.get(key, [])
        if not isinstance(found, list):
            raise self.bad(key, "a list")
        return found


def fields(value: Json, path: str, source: str) -> Fields:
    """Give an object with its path; raises ReadError for anything else."""
    if not isinstance(value, dict):
        raise bad(source, path, value, "an object")
    return Fields(value, path, source)


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _large(text: str) -> int | float | None:
    """Read a number that was written as text because it is beyond 2**53; None for any other text."""
    plain = text.removeprefix("-")
    if not 16 <= len(plain) <= _LONGEST or not plain.isascii() or not set(plain) <= set("0123456789.e+"):
        return None
    try:
        value = int(text) if plain.isdigit() else float(text)
    except ValueError:
        return None
    return value if LARGEST < abs(value) < float("inf") else None
