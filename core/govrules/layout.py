"""The layout of what another program writes: where its figures stand and which cells they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NAME = re.compile(r"\{([^{}]*)\}")
Names = Mapping[str, Mapping[str, str | None]]
FIELDS = ("issuer", "year", "form", "title", "text", "source", "published", "site")


@dataclass(frozen=True, slots=True)
class CellRoute:
    """Where the figures of some cells stand: `cell` is the id, with the names that `at` has in braces."""

    at: str
    cell: str
    unit: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class RowRoute:
    """A list of rows with a figure each: `key` gives a column for every name in the id `cell`."""

    at: str
    key: Mapping[str, str]
    value: str
    cell: str
    unit: str = ""
    confidence: str = ""


@dataclass(frozen=True)
class Layout:
    """How the output of another program is read; routes are relative to a report.

    `group` are the columns by which flat rows make a report; `names` what stands for the names in braces, None where
    it is left out on purpose. `blank` are the texts of a blank cell, None among them for null. With `zero_unknown` a 0
    may be a blank. Figures with a confidence below `trust` are taken for guesses.
    """

    name: str
    reports: str = ""
    report: str = ""
    group: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    cells: tuple[CellRoute, ...] = ()
    rows: tuple[RowRoute, ...] = ()
    blank: frozenset[str | None] = frozenset({""})
    zero_unknown: bool = False
    confidence: str = ""
    trust: float = 0.0


def names_in(text: str) -> list[str]:
    """Give the names that stand in braces."""
    return NAME.findall(text)


def filled(text: str, bound: Mapping[str, str]) -> str:
    """Give a text with its names in braces replaced; a name that is not bound stays."""
    return NAME.sub(lambda name: bound.get(name[1], name[0]), text)
