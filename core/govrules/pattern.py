"""Patterns that packs may use: RE2, linear in the length of the text; look-around and back-references are refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol

import re2

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SHARED = "tnrfvaxpPAz"
_SETS = re.compile(r"\[[^\]]*(\[|&&|--|~~)")  # what stands for itself in a class of RE2 alone
# Within brackets too: there they are a class in a class.
_ASCII = {
    "d": "[0-9]", "D": "[^0-9]", "w": "[0-9A-Za-z_]", "W": "[^0-9A-Za-z_]", "s": r"[\t\n\f\r ]", "S": r"[^\t\n\f\r ]",
    "b": r"(?-u:\b)",
}  # fmt: skip


class Found(Protocol):
    """A match of a pattern."""

    def group(self, *which: int | str) -> str:
        """Give the text of a group."""
        ...

    def start(self, which: int | str = 0) -> int:
        """Give where a group begins."""
        ...

    def end(self, which: int | str = 0) -> int:
        """Give where a group ends."""
        ...


class Pattern(Protocol):
    """A compiled pattern."""

    pattern: str

    def search(self, text: str) -> Found | None:
        """Find the pattern anywhere in a text."""
        ...

    def fullmatch(self, text: str) -> Found | None:
        """Match a whole text."""
        ...

    def finditer(self, text: str) -> list[Found]:
        """Find every place of the pattern."""
        ...


def nowhere(pattern: Pattern, lines: str) -> bool:
    """Tell that a pattern is found in none of the lines of a text, by one search; False may mean that it is not known.

    There is no look-around, so that what matches in a line by itself matches there in the whole text as well.
    """
    whole = _in_lines(pattern.pattern)
    return whole is not None and whole.search(lines) is None


@lru_cache(4096)
def _in_lines(text: str) -> Pattern | None:
    if any(word in text for word in (r"\A", r"\z", r"\Z", r"\Q", "(?-", "(?U", "(?s")):
        return None
    return compile_pattern(f"(?m:{text})")


@lru_cache(4096)
def in_rust(text: str) -> str | None:
    """Give a pattern of RE2 for the engine of Polars, `\\d` being 0 to 9 and no more; None where that cannot be."""
    escapes = set(_ESCAPE.findall(text))
    if _SETS.search(text) or any(one.isalnum() and one not in _ASCII and one not in _SHARED for one in escapes):
        return None
    return _ESCAPE.sub(lambda found: _ASCII.get(found[1], found[0]), text)


@lru_cache(4096)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern; raises ValueError when RE2 refuses it."""
    options = re2.Options()
    options.log_errors = False
    try:
        made: Pattern = re2.compile(text, options)
    except re2.error as error:
        cause = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise ValueError(
            f"the pattern {text!r} cannot be used: {cause} (look-around and back-references are refused)"
        ) from error
    return made
