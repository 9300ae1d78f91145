"""Lines of any dialect to one stream of tokens: words, values, blanks and runs of padding, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from govrules.read.document import is_noise
from govrules.read.normalise import compact
from govrules.read.value import parse_value
from govrules.report import Line

TokenKind = Literal["words", "value", "blank", "pads", "prose"]
_BARS = re.compile(r"[|\s]+")
_RULE = re.compile(r"[|\s:+-]*-{2,}[|\s:+-]*")
_PAGE = re.compile(
    r"-\s*\d{1,3}\s*-|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}|[—–]\s*\d{1,3}\s*[—–]"
)
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a table, or of what stands around it; `row` is the line that all cells of a printed row share."""

    kind: TokenKind
    text: str
    raw: str
    line: int
    row: int = -1
    count: int = 1


def tokenise(lines: Sequence[Line]) -> list[Token]:
    """Give the tokens of the lines of one report, whatever the dialect."""
    before = _bar_stands_before(lines)
    tokens: list[Token] = []
    for line in lines:
        text = line.text.strip()
        if (
            not text
            or is_noise(text)
            or _PAGE.fullmatch(text)
            or ("-" in text and _RULE.fullmatch(text) and len(text) > 3)
        ):
            continue
        tokens += _tokens(line, text)
    return _bars_before(tokens) if before else tokens


def _tokens(line: Line, text: str) -> Iterable[Token]:
    if _BARS.fullmatch(text):
        return [Token("pads", "", line.raw, line.number, count=text.count("|"))]
    if "|" in text:
        pieces = text.split("|")
        pieces = pieces[1:] if not pieces[0].strip() else pieces
        pieces = pieces[:-1] if len(pieces) > 1 and not pieces[-1].strip() else pieces
        return _cells(line, pieces)
    if "\t" in line.raw.strip("\r\n"):
        return _cells(line, line.text.strip("\r\n").split("\t"))
    return _spaced(line, text)


def _cells(line: Line, pieces: Sequence[str]) -> list[Token]:
    row = line.number if len(pieces) > 1 else -1
    return [_cell(piece.strip(), line, row) for piece in pieces]


def _cell(piece: str, line: Line, row: int) -> Token:
    value = parse_value(piece)
    if value is not None:
        return Token("blank" if value.kind == "blank" else "value", piece, piece, line.number, row)
    words = compact(piece)
    return Token("words" if len(words) <= _LONGEST_LABEL else "prose", words, piece, line.number, row)


def _spaced(line: Line, text: str) -> list[Token]:
    """A line without marks: one cell, or a row whose cells are set apart by spaces."""
    if parse_value(text) is not None and not re.search(r"\d \d", text):
        return [_cell(text, line, -1)]
    parts = text.split()
    values = 0
    while values < len(parts) and parse_value(parts[-1 - values]) is not None:
        values += 1
    head = text if not values else text[: _start_of_last(text, values)]
    labels = [part for part in re.split(r"\s{2,}", head.strip()) if part]
    if values == 0 or (values == 1 and labels and _is_prose(head)):
        if len(labels) > 1 and len(text) <= 2 * _LONGEST_LABEL:
            return [_cell(part, line, line.number) for part in labels]
        return [_cell(text, line, -1)]
    return [_cell(part, line, line.number) for part in (*labels, *parts[-values:])]


def _is_prose(head: str) -> bool:
    """Tell whether words before a single number are a sentence and not a label."""
    apart = head.endswith("  ")
    return len(head) > 60 or bool(re.search(r"[。;]" if apart else r"[。;,:]", head)) or (len(head) > 40 and not apart)


def _start_of_last(text: str, count: int) -> int:
    """Give the index in `text` where its last `count` words begin."""
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    return starts[-count]


def _bar_stands_before(lines: Sequence[Line]) -> bool:
    """Tell whether this text puts a bar on a line of its own before each cell, instead of behind it."""
    texts = [line.text.strip() for line in lines if line.text.strip()]
    lone = sum(text == "|" and "|" not in after for text, after in pairwise(texts))
    behind = sum(text.endswith("|") and len(text) > 1 for text in texts)
    return lone >= 10 and behind < lone / 10


def _bars_before(tokens: Sequence[Token]) -> list[Token]:
    """Read lone bars as the openings of cells: two in a row hold a blank cell between them."""
    made: list[Token] = []
    for here, token in enumerate(tokens):
        if token.kind != "pads":
            made.append(token)
            continue
        following = tokens[here + 1] if here + 1 < len(tokens) else None
        if token.count == 1 and following is not None and following.kind == "pads":
            made.append(Token("blank", "", token.raw, token.line))
    return made
