"""Lines of any dialect to one stream of tokens: words, values, blanks and runs of padding, each with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from govrules.read.bars import are_behind, bars_of, openings, strays
from govrules.read.document import is_noise
from govrules.read.normalise import compact
from govrules.read.raw import raw_span
from govrules.read.unbroken import is_unbroken
from govrules.read.value import parse_value
from govrules.report import Box, Line

TokenKind = Literal["words", "value", "blank", "pads", "prose"]
_BARS = re.compile(r"[|\s]+")
_RULE = re.compile(r"[|\s:+-]*-{2,}[|\s:+-]*")
_PAGE = re.compile(
    r"-\s*\d{1,3}\s*-|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}|[—–]\s*\d{1,3}\s*[—–]"
)
_EXPLAINED = re.compile(r"((?:\([^()]{1,3}\))?[^()。;]+)\([^()]{4,}(?:\([^()]*\)[^()]*)*\)")
_LONGEST_LABEL, _REMEMBERED = 80, 4096


@dataclass(slots=True)
class Token:
    """A piece of a table, or of what stands around it; `row` is the line that all cells of a printed row share.

    `count` is the number of pads, or of grid columns that a blank cell spans. `span` is its place in the raw line;
    cells that are marked up as such have their `box` instead. A cell is `closed` when its bar is there.
    """

    kind: TokenKind
    text: str
    raw: str
    line: int
    row: int = -1
    count: int = 1
    span: tuple[int, int] | None = None
    box: Box | None = None
    closed: bool = False

    @property
    def number(self) -> Decimal | None:
        """What it says as a number in its printed unit; None where it says none."""
        value = parse_value(self.text)
        return value.number if value else None


def tokenise(lines: Sequence[Line]) -> list[Token]:
    """Give the tokens of the lines of one report, whatever the dialect."""
    bars = bars_of(lines)
    opened, stray = (openings(lines), strays(lines)) if bars == "behind" else (frozenset(), frozenset())
    tokens: list[Token] = []
    for line in lines:
        if line.boxes:
            tokens += _boxed(line)
            continue
        text = line.text.strip()
        if (
            not text
            or is_noise(text)
            or _PAGE.fullmatch(text)
            or ("-" in text and _RULE.fullmatch(text) and len(text) > 3)
            or line.number in opened
        ):
            continue
        made = _tokens(line, text)
        if line.number in stray and made[0].kind != "pads":
            made = [replace(made[0], kind="words", text=f"|{made[0].text}"), *made[1:]]
        if bars == "apart" and "|" not in text:  # only bars make a blank cell there
            made = [token for token in made if token.kind != "blank"] or made
        tokens += _without_own_bar(tokens, _with_pads(made)) if bars == "behind" else made
    return _apart(tokens, behind=are_behind(lines)) if bars == "apart" else tokens


def _boxed(line: Line) -> list[Token]:
    row = line.number
    return [
        Token(kind, text, box.raw, row, row, box.width if kind == "blank" else 1, None, box)
        for box in line.boxes
        for kind, text in (_kind(box.text),)
    ]


def _tokens(line: Line, text: str) -> Sequence[Token]:
    if _BARS.fullmatch(text):
        return [Token("pads", "", line.raw, line.number, count=text.count("|"))]
    if "|" in text:
        pieces = line.text.split("|")
        first = 0 if pieces[0].strip() else 1
        last = len(pieces) - (len(pieces) > 1 + first and not pieces[-1].strip())
        return _cells(line, _placed(pieces, 1)[first:last])
    if "\t" in line.raw.strip() or ("\t" in line.raw.strip("\r\n") and "  " not in text):
        indented = line.text != text and line.text.endswith(text) and "\t" not in text
        if not indented or parse_value(text) is not None:
            return _cells(line, _placed(line.text.strip("\r\n").split("\t"), 1))
    return _spaced(line, text)


def _placed(pieces: Sequence[str], between: int) -> list[tuple[str, int]]:
    """Give each piece without the spaces around it, with the index in the line at which it begins."""
    placed: list[tuple[str, int]] = []
    start = 0
    for piece in pieces:
        placed.append((piece.strip(), start + len(piece) - len(piece.lstrip())))
        start += len(piece) + between
    return placed


def _cells(line: Line, pieces: Sequence[tuple[str, int]]) -> list[Token]:
    row = line.number if len(pieces) > 1 else -1
    return [_cell(piece, start, line, row) for piece, start in pieces]


def _cell(piece: str, start: int, line: Line, row: int) -> Token:
    kind, text = _kind(piece)
    if kind == "prose" and (row >= 0 or "|" in line.text) and len(unexplained(text)) in range(1, _LONGEST_LABEL):
        kind = "words"
    raw, span = piece, (start, start + len(piece))
    if line.raw != line.text and kind == "value":
        span = raw_span(line, *span)
        raw = line.raw[slice(*span)]
    return Token(kind, text, raw, line.number, row, span=span, closed="|" in line.text)


@lru_cache(_REMEMBERED)
def _kind(piece: str) -> tuple[TokenKind, str]:
    value = parse_value(piece)
    if value is not None:
        return ("blank" if value.kind == "blank" else "value"), piece
    words = compact(piece)
    return ("words" if len(words) <= _LONGEST_LABEL else "prose"), words


def unexplained(text: str) -> str:
    """Give a label without what a bracket behind it explains, as in 规章(设区的市应提供); nothing where none does."""
    found = _EXPLAINED.fullmatch(text)
    return found[1] if found else ""


def _spaced(line: Line, text: str) -> list[Token]:
    """A line without marks: one cell, a row whose cells are set apart by spaces, or several rows."""
    begin = line.text.index(text)
    whole = [(text, begin)]
    if len(text.split(None, 1)) == 1 or (parse_value(text) is not None and not re.search(r"\d \d", text)):
        return _cells(line, whole)
    parts = [(found.group(), begin + found.start()) for found in re.finditer(r"\S+", text)]
    if is_unbroken(text):
        return [_cell(part, start, line, -1) for part, start in parts]
    values = 0
    while values < len(parts) and parse_value(parts[-1 - values][0]) is not None:
        values += 1
    head = text if not values else text[: parts[-values][1] - begin]
    labels = [(found.group(), begin + found.start()) for found in re.finditer(r"\S+(?:\s\S+)*", head)]
    if values == 0 or (values == 1 and labels and _is_prose(head)):
        return _cells(line, labels if len(labels) > 1 and len(text) <= 2 * _LONGEST_LABEL else whole)
    return [_cell(part, start, line, line.number) for part, start in (*labels, *parts[-values:])]


def _is_prose(head: str) -> bool:
    """Tell whether words before a single number are a sentence and not a label."""
    apart = head.endswith("  ")
    return len(head) > 60 or bool(re.search(r"[。;]" if apart else r"[。;,:]", head)) or (len(head) > 40 and not apart)


def _with_pads(made: Sequence[Token]) -> Sequence[Token]:
    """Read bars behind the only cell of a line as padding, as on a line of their own."""
    if len(made) < 2 or made[0].kind not in {"value", "words"} or any(token.kind != "blank" for token in made[1:]):
        return made
    return [replace(made[0], row=-1), Token("pads", "", made[0].raw, made[0].line, count=len(made) - 1)]


def _without_own_bar(tokens: Sequence[Token], made: Sequence[Token]) -> Sequence[Token]:
    """Leave out the first bar of a line of bars where the cell before it lacks the bar that closes it."""
    last = tokens[-1] if tokens else None
    if made[0].kind != "pads" or last is None or last.kind not in {"value", "words"} or last.closed:
        return made
    return [replace(made[0], count=made[0].count - 1)] if made[0].count > 1 else []


def _apart(tokens: Sequence[Token], *, behind: bool) -> list[Token]:
    """Read lone bars as the openings of cells, or as their ends: two in a row hold a blank cell between them."""
    made: list[Token] = []
    for here, token in enumerate(tokens):
        following = tokens[here + 1] if here + 1 < len(tokens) else None
        if token.kind != "pads":
            bar = following if behind else tokens[here - 1] if here else None
            made.append(replace(token, closed=bar is not None and bar.kind == "pads"))
        elif token.count == 1 and following is not None and following.kind == "pads":
            made.append(Token("blank", "", token.raw, token.line))
    return made
