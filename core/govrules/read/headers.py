"""Column titles that a copy printed without anything between them, taken apart again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from govrules.form import Forms
from govrules.read.labels import label_key, official_key
from govrules.read.tokens import Token

_LONGEST = 200


def taken_apart(tokens: Sequence[Token], forms: Forms) -> list[Token]:
    """Give the tokens with one for each title, where a token begins with three titles of columns or more.

    What is left of it is the label of the first row.
    """
    title, several = _titles(forms.headers)
    return [part for token in tokens for part in _parts(token, title, several)]


def _parts(token: Token, title: re.Pattern[str], several: re.Pattern[str]) -> Iterator[Token]:
    found = None
    if token.kind in {"words", "prose"} and len(token.text) <= _LONGEST:
        found = several.match(key := label_key(token.text))
    if found is None:
        yield token
        return
    yield from (replace(token, kind="words", text=text, row=-1) for text in title.findall(found.group()))
    if rest := key[found.end() :]:
        yield replace(token, kind="words", text=rest)


@lru_cache(8)
def _titles(headers: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    keys = sorted({official_key(header) for header in headers} - {""}, key=len, reverse=True)
    one = "|".join(map(re.escape, keys))
    return re.compile(one), re.compile(f"(?:{one}){{3,}}")
