"""The values that stand behind each label: from an alignment to runs, and the rows that no label matched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from govrules.form import Row
from govrules.read.align import SURE, Match
from govrules.read.labels import Columns, Labels, columns, label_key, likeness, official_key
from govrules.read.run import Run
from govrules.read.tokens import Token
from govrules.read.value import UNITS
from govrules.read.wordy import row_with_words, with_words

_LEAST_HEADERS = 5
HEADING = re.compile(r"[一二三四五六七八九十]、")


@dataclass(frozen=True)
class Unknown:
    """Values behind words that are no label of the table."""

    label: str
    slots: tuple[Token, ...]
    line: int


def runs(found: Labels, matches: Sequence[Match], tokens: Sequence[Token]) -> tuple[list[Run], list[Unknown]]:
    """Collect the values behind every matched row label, and behind unknown labels between them.

    Headers tell which of the columns that hold no cell were printed. Where the rows print more or fewer values than
    that, the rows are believed, and doubted.
    """
    unkept = found.unkept
    headers = {key for match in matches for key in _header(found, match)}
    printed = [column.id for column in unkept if official_key(column.title) in headers]
    made, unknown = _collected(found, matches, tokens, printed)
    usual = Counter(len(run.slots) - len(run.cells) for run in made if run.slots).most_common(1)
    if unkept and usual and usual[0][0]:
        more = max(0, len(printed) + usual[0][0])
        made, unknown = _collected(found, matches, tokens, [column.id for column in unkept[:more]])
        made = [replace(run, sure=False) for run in made]
    return made, unknown


def _header(found: Labels, match: Match) -> tuple[str, ...]:
    anchor = found.anchors[match.anchor]
    return () if anchor.row else anchor.keys


def _collected(
    found: Labels, matches: Sequence[Match], tokens: Sequence[Token], printed: Collection[str]
) -> tuple[list[Run], list[Unknown]]:
    made: list[Run] = []
    ends: list[tuple[int, int]] = []
    final = max((number for number, match in enumerate(matches) if found.anchors[match.anchor].row), default=-1)
    for number, match in enumerate(matches[: final + 1]):
        anchor = found.anchors[match.anchor]
        stop = matches[number + 1].token if number + 1 < len(matches) else len(tokens)
        if anchor.row is None:
            continue
        grid = columns(anchor.block, anchor.row, printed) if printed else anchor.grid
        run, after = _run(tokens, match, anchor.row, grid, anchor.keys, stop)
        made.append(run)
        ends.append((after, stop))
    unknown: list[Unknown] = []
    whole = list(made)
    for number, (run, (after, stop)) in enumerate(zip(made, ends, strict=True)):
        if len(run.slots) < len(run.cells) and not run.pads and tokens[after - 1].box:
            start = after - len(run.slots)
            whole[number] = with_words(made, number, tokens, start, stop) or run
            after = start + len(whole[number].slots)
        if number + 1 < len(made):
            unknown += _unknown(tokens, after, stop, len(run.cells))
    return whole, unknown


def header_run(found: Labels, matches: Sequence[Match], tokens: Sequence[Token]) -> Run | None:
    """Collect the one row of a table that has only column headers: the values behind the last of them."""
    block = found.anchors[0].block
    for number in range(len(matches) - 1, _LEAST_HEADERS - 2, -1):
        if len({found.anchors[m.anchor].keys for m in matches[: number + 1]}) < _LEAST_HEADERS:
            break
        last = tokens[matches[number].token]
        start = matches[number].token + 1
        while start < len(tokens) and last.row >= 0 and tokens[start].row == last.row and tokens[start].kind != "value":
            start += 1
        stop = min(start + 8, len(tokens))
        first = next((here for here in range(start, stop) if tokens[here].kind in {"value", "blank"}), None)
        if first is None or any(tokens[here].kind == "prose" for here in range(start, first)):
            continue
        slots, pads, after = slots_from(tokens, first, len(tokens), 10**6)
        names, cells = columns(block, block.rows[0])
        headers = [tokens[match.token] for match in matches[: number + 1]]
        slots = row_with_words(tokens, first, headers, len(cells)) or slots
        in_row = tokens[first].row >= 0
        sure = _is_first(tokens, first) and not _is_heading_in_cell(tokens, after)
        return Run(block.rows[0], names, cells, slots, pads, 0, tokens[first].line, sure, in_row=in_row)
    return None


def _is_first(tokens: Sequence[Token], first: int) -> bool:
    """Tell whether no blank cell may stand before the first value: a bar there is none only if bars fill up rows."""
    before = tokens[first - 1]
    if before.kind == "blank" and before.row == tokens[first].row:  # where titles and values stand on one line
        return False
    return before.kind != "pads" or any(token.kind == "pads" and token.count > 1 for token in tokens)


def _is_heading_in_cell(tokens: Sequence[Token], here: int) -> bool:
    """Tell whether a heading stands where a cell was opened: that cell was blank, and the heading is outside."""
    return here < len(tokens) and tokens[here].closed and bool(HEADING.match(tokens[here].text))


def _run(
    tokens: Sequence[Token], match: Match, row: Row, grid: Columns, keys: Sequence[str], stop: int
) -> tuple[Run, int]:
    names, cells = grid
    here, unit, lead = match.token + 1, "", _lead(tokens, match.token)
    while here < stop and tokens[here].kind == "words" and here - match.token <= 3:
        words = tokens[here].text
        if words in UNITS:
            unit = unit + words if unit + words in UNITS else words  # 万 and 元 on two lines are 万元
        elif not _continues(tokens[match.token].text, words, keys):
            break
        lead, here = lead + 1, here + 1
    slots, pads, here = slots_from(tokens, here, stop, len(cells))
    in_row = bool(slots) and slots[0].row >= 0 and len({slot.row for slot in slots}) == 1
    sure = match.score >= SURE and not _goes_on(tokens, here, stop, slots[0].row if slots else -1)
    return Run(row, names, cells, slots, pads, lead, tokens[match.token].line, sure, unit, in_row), here


def slots_from(tokens: Sequence[Token], here: int, stop: int, wanted: int) -> tuple[tuple[Token, ...], int, int]:
    """Give the values from `here` on with the padding behind them: padding between two values is blank cells."""
    slots: list[Token] = []
    pads = 0
    while here < stop and (token := tokens[here]).kind in {"value", "blank", "pads"}:
        if token.kind == "pads":
            pads += token.count
        else:
            new_row = len(slots) >= wanted and bool(slots) and token.row >= 0 and token.row != slots[0].row
            if new_row or (pads and len(slots) >= wanted):
                break
            if pads:
                slots += [Token("blank", "", "", token.line)] * pads
                pads = 0
            slots.append(token)
        here += 1
    return tuple(slots), pads, here


def _goes_on(tokens: Sequence[Token], here: int, stop: int, row: int) -> bool:
    """Tell whether a row that seemed full has one more value, with a unit before it or not: which of them counts?"""
    unit = here < stop and tokens[here].text in UNITS
    here += unit
    return here < stop and tokens[here].kind == "value" and (tokens[here].row == row or (unit and tokens[here].row < 0))


def _lead(tokens: Sequence[Token], here: int) -> int:
    """Count the words of the printed row up to the label, captions before it included."""
    row, lead = tokens[here].row, 1
    while here - lead >= 0:
        token = tokens[here - lead]
        same = token.row == row if row >= 0 else token.row < 0 and token.kind == "words"
        if not same:
            break
        lead += 1
    return lead


def _continues(label: str, words: str, keys: Sequence[str]) -> bool:
    """Tell whether words behind a label are the rest of it, as a page break or a narrow cell leaves them."""
    one, rest = label_key(label), label_key(words)
    both = one + rest
    return any(
        likeness(both, key) > likeness(one, key) + 0.02 or (len(rest) >= 2 and one != key and key.endswith(rest))
        for key in keys
    )


def _unknown(tokens: Sequence[Token], here: int, stop: int, wanted: int) -> list[Unknown]:
    """Collect rows between two labels of the form that no label matched."""
    found: list[Unknown] = []
    label: Token | None = None
    while here < stop:
        token = tokens[here]
        if token.kind == "prose":
            break
        if token.kind == "words":
            label, here = token, here + 1
            continue
        slots, _, here = slots_from(tokens, here, stop, wanted)
        if slots and len(slots) * 2 > wanted:
            found.append(Unknown(label.text if label else "", slots, (label or slots[0]).line))
        here += not slots
        label = None
    return found
