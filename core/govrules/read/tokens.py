"""Lines of any dialect to one stream of tokens: words, values, blanks and runs of padding, each with its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Literal

from govrules.read.document import is_noise
from govrules.read.normalise import compact, normalise
from govrules.read.value import parse_value
from govrules.report import Box, Line

TokenKind = Literal["words", "value", "blank", "pads", "prose"]
_BARS = re.compile(r"[|\s]+")
_RULE = re.compile(r"[|\s:+-]*-{2,}[|\s:+-]*")
_PAGE = re.compile(
    r"-\s*\d{1,3}\s*-|第\s*\d{1,3}\s*页(?:\s*[,/]?\s*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}|[—–]\s*\d{1,3}\s*[—–]"
)
_LONGEST_LABEL, _ROW, _REMEMBERED = 80, 3, 4096


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


def tokenise(lines: Sequence[Line]) -> list[Token]:
    """Give the tokens of the lines of one report, whatever the dialect."""
    bars = _bars(lines)
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
        ):
            continue
        made = _tokens(line, text)
        tokens += _without_own_bar(tokens, made) if bars == "behind" else made
    return _bars_before(tokens) if bars == "before" else tokens


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
    if "\t" in line.raw and ("\t" in line.raw.strip() or ("\t" in line.raw.strip("\r\n") and "  " not in text)):
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


def raw_span(line: Line, start: int, end: int) -> tuple[int, int]:
    """Give the place in the raw line of a piece of its normalised text: both are walked in step.

    A raw character may stand for none in the text (zero width, a space, pinyin) or for several.
    """
    here, first, last = 0, len(line.raw), 0
    for index, character in enumerate(line.raw):
        same = normalise(character)
        if same and (line.text.startswith(same, here) or _folds(character, line.text, here)):
            if here < end and here + len(same) > start:
                first, last = min(first, index), index + 1
            here += len(same)
    return (first, last) if first < last else (0, len(line.raw))


def _folds(character: str, text: str, here: int) -> bool:
    """Tell whether a Chinese character stands in the text in its simplified form."""
    return not character.isascii() and character.isalpha() and text[here : here + 1].isalpha()


def _spaced(line: Line, text: str) -> list[Token]:
    """A line without marks: one cell, or a row whose cells are set apart by spaces."""
    begin = line.text.index(text)
    whole = [(text, begin)]
    if len(text.split(None, 1)) == 1 or (parse_value(text) is not None and not re.search(r"\d \d", text)):
        return _cells(line, whole)
    parts = [(found.group(), begin + found.start()) for found in re.finditer(r"\S+", text)]
    if _is_rows(parts):
        return [_cell(part, start, line, -1) for part, start in parts]
    values = 0
    while values < len(parts) and parse_value(parts[-1 - values][0]) is not None:
        values += 1
    head = text if not values else text[: parts[-values][1] - begin]
    labels = [(found.group(), begin + found.start()) for found in re.finditer(r"\S+(?:\s\S+)*", head)]
    if values == 0 or (values == 1 and labels and _is_prose(head)):
        return _cells(line, labels if len(labels) > 1 and len(text) <= 2 * _LONGEST_LABEL else whole)
    return [_cell(part, start, line, line.number) for part, start in (*labels, *parts[-values:])]


def _is_rows(parts: Sequence[tuple[str, int]]) -> bool:
    """Tell whether a line holds several rows: three values or more at least twice, words between them."""
    if len(parts) < 2 * _ROW + 1:
        return False
    several = groupby(parts, lambda part: parse_value(part[0]) is not None)
    return sum(is_value and len(list(run)) >= _ROW for is_value, run in several) > 1


def _is_prose(head: str) -> bool:
    """Tell whether words before a single number are a sentence and not a label."""
    apart = head.endswith("  ")
    return len(head) > 60 or bool(re.search(r"[。;]" if apart else r"[。;,:]", head)) or (len(head) > 40 and not apart)


def _bars(lines: Sequence[Line]) -> Literal["before", "behind", ""]:
    """Tell whether this text puts a bar on a line of its own before each cell, or behind it on the same line."""
    texts = [text for line in lines if (text := line.text.strip())]
    lone = sum(text == "|" and "|" not in after for text, after in pairwise(texts)) if "|" in texts else 0
    behind = sum(text[-1] == "|" and text.find("|") == len(text) - 1 > 0 for text in texts)
    if lone >= 10 and behind < lone / 10:
        return "before"
    return "behind" if behind >= 10 else ""


def _without_own_bar(tokens: Sequence[Token], made: Sequence[Token]) -> Sequence[Token]:
    """Leave out the first bar of a line of bars where the cell before it lacks the bar that closes it."""
    last = tokens[-1] if tokens else None
    if made[0].kind != "pads" or last is None or last.kind not in {"value", "words"} or last.closed:
        return made
    return [replace(made[0], count=made[0].count - 1)] if made[0].count > 1 else []


def _bars_before(tokens: Sequence[Token]) -> list[Token]:
    """Read lone bars as the openings of cells: two in a row hold a blank cell between them."""
    made: list[Token] = []
    for here, token in enumerate(tokens):
        if token.kind != "pads":
            made.append(replace(token, closed=here > 0 and tokens[here - 1].kind == "pads"))
            continue
        following = tokens[here + 1] if here + 1 < len(tokens) else None
        if token.count == 1 and following is not None and following.kind == "pads":
            made.append(Token("blank", "", token.raw, token.line))
    return made
