"""Figures that another program read, before the forms say what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from govrules.report import NOWHERE, CellRecord, Kind, Spot


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell as given: `raw` is its text, `where` its place in the file, in words for messages.

    `kind` is set where the raw text does not decide it: "blank", "missing" or "blank_unknown". A figure that is not
    `trusted` is taken for a guess. `unit` is that of the figure, where it is not the one of the form's cell.
    """

    cell: str
    raw: str
    where: str
    line: int = 0
    spot: Spot = NOWHERE
    kind: Kind | None = None
    unit: str = ""
    confidence: float | None = None
    trusted: bool = True


@dataclass(frozen=True)
class Given:
    """A report as another program gave it: what it says of itself, `figures` to be read, and records read before.

    `line` is the line of the file it stands in (0: it has no lines); `unused` names what was given and has no place.
    """

    id: str
    where: str
    figures: tuple[Figure, ...] = ()
    records: Mapping[str, CellRecord] = field(default_factory=dict)
    issuer: str | None = None
    year: int | None = None
    form: str | None = None
    title: str = ""
    text: str = ""
    source: str = ""
    published: str = ""
    site: str = ""
    line: int = 0
    unused: tuple[str, ...] = ()
