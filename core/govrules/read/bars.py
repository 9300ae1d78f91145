"""How a text uses bars: behind each cell or on lines of their own, before cells or behind them, to open rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from govrules.read.value import parse_value
from govrules.report import Line

_HEADING = re.compile(r"[一二三四五六七八]、\S{4,40}$")
_OFTEN = 10


def bars_of(lines: Sequence[Line]) -> Literal["apart", "behind", ""]:
    """Tell whether this text puts a bar on a line of its own between cells, or behind each on the same line."""
    texts = [text for line in lines if (text := line.text.strip())]
    lone = sum(text == "|" and "|" not in after for text, after in pairwise(texts)) if "|" in texts else 0
    behind = sum(text[-1] == "|" and text.find("|") == len(text) - 1 > 0 for text in texts)
    if lone >= _OFTEN and behind < lone / 10:
        return "apart"
    return "behind" if behind >= _OFTEN else ""


def openings(lines: Sequence[Line]) -> frozenset[int]:
    """Give the lines on which a lone bar opens a printed row: where each row has one, right before its first words.

    Any other lone bar closes a blank cell; bars that pad a row stand behind its last cell then, on the same line.
    """
    texts = [(line.number, text) for line in lines if (text := line.text.replace(" ", ""))]
    padded = sum(text.endswith("||") and text.strip("|") != "" for _, text in texts)
    if not padded or any(text.strip("|") == "" and len(text) > 1 for _, text in texts):
        return frozenset()
    found = [one for (one, text), (_, after) in pairwise(texts) if text == "|" and _is_words(after)]
    return frozenset(found) if len(found) >= _OFTEN else frozenset()


def _is_words(text: str) -> bool:
    return text.endswith("|") and text != "|" and parse_value(text.rstrip("|")) is None


def strays(lines: Sequence[Line]) -> frozenset[int]:
    """Give the lines that begin with a bar before a cell where hardly any does: something was there before it."""
    found = [line.number for line in lines if (text := line.text.strip()).startswith("|") and text.strip("| ")]
    return frozenset(found) if len(found) < _OFTEN else frozenset()


def are_behind(lines: Sequence[Line]) -> bool:
    """Tell whether bars on lines of their own stand behind cells: then one stands before a heading, and none after."""
    texts = ["", *(text for line in lines if (text := line.text.strip())), ""]
    around = [(texts[n - 1], texts[n + 1]) for n in range(1, len(texts) - 1) if _HEADING.match(texts[n])]
    return sum(before == "|" for before, _ in around) > sum(after == "|" for _, after in around)
