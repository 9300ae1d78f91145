"""Tables printed as text in the dialects that real pages use, and the damage that copying does to them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from govrules.form import Block, Row, Table

Cells = list[str | None]
"""The own cells of one printed row; None is blank."""

_HEADER_ROWS = {"requests": (2, 3), "reviews": (2, 7), "proactive": (1,)}
_PARTS = re.compile(r"(\||\t| {2,})")
_UNIT = "件|项|条|條|次|人次|笔|筆|宗|元|万元|萬元|亿元|億元|个|個|人"
_VALUE = re.compile(rf"(增加|减少|減少)?[+\-−]?\d[\d,.]*({_UNIT})?|{_UNIT}|无|無|[/\-—]+")


def render_table(table: Table, values: Mapping[str, str | None], dialect: str) -> list[str]:
    """Give the lines of a table in one of DIALECTS; `values` are raw strings by cell id, None is a blank cell.

    One that is to lose its line breaks has each cell on a line until `laid` takes them.
    """
    return _PRINTERS["plain" if dialect == UNBROKEN else dialect](printed_rows(table, values), table_width(table))


def laid(lines: Sequence[str], dialect: str) -> list[str]:
    """Give rendered and damaged lines as the dialect lays them: all on one where it lost their breaks."""
    return [" ".join(lines)] if dialect == UNBROKEN else list(lines)


def printed_rows(table: Table, values: Mapping[str, str | None]) -> list[Cells]:
    """Give the own cells of every printed row of a table: the header rows of each block, then its rows."""
    rows: list[Cells] = []
    for block in table.blocks:
        rows += _header_rows(table, block)
        for row in block.rows:
            rows += _body_rows(block, row, values)
    return rows


def table_width(table: Table) -> int:
    """Give the number of grid columns, which own cells and pads add up to: 15, 10, 5, 4 or 3."""
    widest = max(len(row) for row in printed_rows(table, {}))
    levels = {caption[:1] == "（" for row in table.rows for caption in row.captions}
    if levels and not _is_list(table.blocks[0]):
        return 1 + len(levels) + len(table.columns)
    bought = any("采购总金额" in block.headers for block in table.blocks)
    return widest + bought


def _is_list(block: Block) -> bool:
    """Whether a block is a list of label, unit and value, as statistics tables are."""
    return "单位" in block.headers


def _header_rows(table: Table, block: Block) -> list[Cells]:
    rest, rows = list(block.headers), list[Cells]()
    for size in _HEADER_ROWS.get(table.id, ()):
        rows.append([*rest[:size]])
        rest = rest[size:]
    return [*rows, [*rest]] if rest else rows


def _body_rows(block: Block, row: Row, values: Mapping[str, str | None]) -> list[Cells]:
    here = dict(block.cells(row))
    figures = [values.get(here[column]) if column in here else None for column in block.columns]
    label = [row.title] if row.title else []
    if not _is_list(block):
        return [[*row.captions, *label, *figures]]
    rows: list[Cells] = [[caption] for caption in row.captions]
    return [*rows, [*label, row.unit, *figures]]


def _piped(rows: Sequence[Cells], width: int, *, pads: bool, blanks: bool) -> list[str]:
    lines: list[str] = []
    for number, row in enumerate(rows, 1):
        lines += ["|" if cell is None else f"{cell} |" for cell in row if blanks or cell is not None]
        if pads and number < len(rows) and len(row) < width:
            lines.append("|" * (width - len(row)))
    return lines


def _shifted(rows: Sequence[Cells]) -> list[Cells]:
    """Leave blank cells out: what then pads a row to its width stands behind its last value."""
    return [[cell for cell in row if cell is not None] for row in rows]


def _opened(rows: Sequence[Cells], width: int) -> list[str]:
    """A bar opens each row; cells stand on lines of their own, what pads the row behind the last."""
    lines: list[str] = []
    for row in rows:
        cells = ["|" if cell is None else f"{cell} |" for cell in row]
        lines += ["|", *cells[:-1], (cells[-1] + " " + "|" * (width - len(row))).rstrip()]
    return lines


def _row_bars(rows: Sequence[Cells], width: int) -> list[str]:
    pads = ["|" * (width - len(row)) for row in rows]
    return [" | ".join([*_shown(row), pad]).rstrip() for row, pad in zip(rows, pads, strict=True)]


def _markdown(rows: Sequence[Cells], width: int) -> list[str]:
    lines = ["| " + " | ".join([*_shown(row), *[""] * (width - len(row))]) + " |" for row in rows]
    return [lines[0], "|" + "---|" * width, *lines[1:]]


def _bar_before(rows: Sequence[Cells], _width: int) -> list[str]:
    return [line for row in rows for cell in row for line in (["|"] if cell is None else ["|", cell])]


def _bar_after(rows: Sequence[Cells], _width: int) -> list[str]:
    return [line for row in rows for cell in row for line in (["|"] if cell is None else [cell, "|"])]


def _plain(rows: Sequence[Cells], _width: int) -> list[str]:
    return [cell for row in rows for cell in row if cell is not None]


def _spaced(rows: Sequence[Cells], width: int) -> list[str]:
    return [line for cell in _plain(rows, width) for line in (cell, "")]


def _spaces(rows: Sequence[Cells], _width: int) -> list[str]:
    kept = [[cell for cell in row if cell is not None] for row in rows]
    return ["".join(cell + " " * (2 + 3 * len(cell) % 7) for cell in row).rstrip() for row in kept if row]


def _words(rows: Sequence[Cells], _width: int) -> list[str]:
    return [" ".join(cell for cell in row if cell is not None) for row in rows]


def _tabs(rows: Sequence[Cells], _width: int) -> list[str]:
    return ["\t".join(_shown(row)) for row in rows]


def _shown(row: Cells) -> list[str]:
    return [cell or "" for cell in row]


_PRINTERS: Mapping[str, Callable[[Sequence[Cells], int], list[str]]] = {
    "piped_pads": lambda rows, width: _piped(rows, width, pads=True, blanks=True),
    "piped": lambda rows, width: _piped(rows, width, pads=False, blanks=True),
    "piped_dropped": lambda rows, width: _piped(rows, width, pads=True, blanks=False),
    "piped_shifted": lambda rows, width: _piped(_shifted(rows), width, pads=True, blanks=True),
    "opened": _opened,
    "row_bars": _row_bars,
    "row_bars_shifted": lambda rows, width: _row_bars(_shifted(rows), width),
    "markdown": _markdown,
    "bar_before": _bar_before,
    "bar_after": _bar_after,
    "spaced": _spaced,
    "plain": _plain,
    "spaces": _spaces,
    "tabs": _tabs,
    "words": _words,
}
UNBROKEN = "unbroken"
"""The dialect in which a table lost its line breaks, after whatever else happened to it."""
GLUED: tuple[str, ...] = ("words",)
"""Dialects in which nothing tells where a label ends."""
DIALECTS: tuple[str, ...] = (*(dialect for dialect in _PRINTERS if dialect not in GLUED), UNBROKEN)


def drop_zeros(values: Mapping[str, str | None], rng: random.Random, share: float) -> dict[str, str | None]:
    """Give the values with `share` of the zeros turned blank."""
    zeros = [cell for cell, value in values.items() if value == "0"]
    dropped = set(rng.sample(zeros, round(share * len(zeros))))
    return {cell: None if cell in dropped else value for cell, value in values.items()}


def cut_labels(lines: Sequence[str], length: int) -> list[str]:
    """Give rendered lines with every label cut to `length` characters."""
    return _map_labels(lines, lambda label: label[:length])


def spam_labels(lines: Sequence[str], rng: random.Random, share: float, spam: str) -> list[str]:
    """Give rendered lines with `spam` put somewhere inside `share` of the labels, chosen one by one."""

    def spammed(label: str) -> str:
        if rng.random() >= share:
            return label
        place = rng.randint(0, len(label))
        return label[:place] + spam + label[place:]

    return _map_labels(lines, spammed)


def wrap_labels(lines: Sequence[str], rng: random.Random) -> list[str]:
    """Give rendered lines with about a third of the long labels broken over two lines.

    Where a whole row stands on a line with runs of spaces, the second half follows the values, as in PDF text.
    """
    return [part for line in lines for part in _wrapped(line, rng)]


def is_label(text: str) -> bool:
    """Whether a cell is words: neither a value nor a unit nor a mark."""
    return bool(re.search(r"[\u4e00-\u9fff]", text)) and not _VALUE.fullmatch(text)


def _map_labels(lines: Sequence[str], change: Callable[[str], str]) -> list[str]:
    def changed(part: str) -> str:
        label = part.strip()
        return part.replace(label, change(label), 1) if is_label(label) else part

    return ["".join(changed(part) for part in _PARTS.split(line)) for line in lines]


def _wrapped(line: str, rng: random.Random) -> list[str]:
    labels = [part.strip() for part in _PARTS.split(line) if is_label(part.strip())]
    label = max(labels, key=len, default="")
    if len(label) < 6 or rng.random() >= 1 / 3:
        return [line]
    place = rng.randint(3, len(label) - 2)
    if "  " in line and "|" not in line and "\t" not in line:
        return [line.replace(label, label[:place], 1), label[place:]]
    return line.replace(label, f"{label[:place]}\n{label[place:]}", 1).split("\n")
