"""A document as text in which the span of every printed figure is known, through all that is done to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Splice = tuple[int, int, str]
"""From, to, and what stands there instead."""

SEPARATOR = re.compile(r"[\s|<>\"=/:{}\[\],]")


@dataclass(frozen=True)
class Text:
    """A printed document: its characters, where each figure stands (cell, from, to), and what was done to it."""

    text: str
    spans: tuple[tuple[str, int, int], ...] = ()
    fates: Mapping[str, str] = field(default_factory=dict)
    moves: int = 0
    misleads: bool = False
    adds_digits: bool = False

    def spliced(self, splices: Iterable[Splice], fate: str = "changed") -> Text:
        """Give the document after splices that do not overlap; `fate` is that of figures they cover whole."""
        made = self
        for begin, end, new in sorted(splices, reverse=True):
            made = made._spliced(begin, end, new, fate)
        return made

    def with_fate(self, cells: Iterable[str], fate: str) -> Text:
        """Give the document with a note of what became of figures; what is cut stays cut."""
        known = {cell for cell, before in self.fates.items() if before == "cut"}
        return replace(self, fates={**self.fates, **{cell: fate for cell in cells if cell not in known}})

    def _spliced(self, begin: int, end: int, new: str, fate: str) -> Text:
        spans, fates, shift = [], dict(self.fates), begin + len(new) - end
        lost = "cut" if re.search("[<>&]", new + self.text[begin:end]) else "changed"
        for cell, first, last in self.spans:
            if last < begin or (last == begin and not _joins(new, self.text[end : end + 1])):
                spans.append((cell, first, last))
            elif first > end or (first == end and not _joins(new[::-1], self.text[begin - 1 : begin])):
                spans.append((cell, first + shift, last + shift))
            else:
                became = fate if begin <= first and last <= end else lost
                fates[cell] = "cut" if fates.get(cell) == "cut" else became
        digits = self.adds_digits or bool(re.search(r"[\d零〇无—-]", new))
        text = self.text[:begin] + new + self.text[end:]
        misleads = self.misleads or bool(re.search("[千万亿]", new))
        return replace(self, text=text, spans=tuple(spans), fates=fates, adds_digits=digits, misleads=misleads)


def _joins(new: str, beyond: str) -> bool:
    """Tell whether what now follows a figure may become part of it."""
    return not SEPARATOR.match(new or beyond or " ")
