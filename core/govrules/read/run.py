"""A row as printed: the label that was found, what stands behind it, and the columns once they are settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from govrules.form import Row
from govrules.read.tokens import Token
from govrules.report import Flag


@dataclass(frozen=True)
class Run:
    """What stands behind a row label: slots (values and blanks) in order, the padding after them, and the width.

    Slots are words as well where the row has cells of its own, and a word in one of them moved no other.

    `lead` counts the words of the printed row before its values, `width` all its pieces with the padding.
    """

    row: Row
    columns: tuple[str, ...]
    cells: tuple[str, ...]
    slots: tuple[Token, ...]
    pads: int
    lead: int
    line: int
    sure: bool
    unit: str = ""
    in_row: bool = False

    @property
    def width(self) -> int:
        """The number of pieces of the printed row."""
        return self.lead + len(self.slots) + self.pads

    @property
    def raw(self) -> str:
        """The raw texts of its values."""
        return " ".join(slot.raw for slot in self.slots)


@dataclass(frozen=True)
class Placed:
    """A run with its columns settled: a token, nothing (not printed), or an inferred number for each column."""

    run: Run
    tokens: tuple[Token | None, ...]
    flag: Flag
    inferred: Mapping[int, Decimal] = field(default_factory=dict)
