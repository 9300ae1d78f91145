"""One parsed report: its lines, sections and cells, each with the place it was read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from govrules.pattern import Pattern

if TYPE_CHECKING:
    from govrules.read.document import Document

Kind = Literal["number", "zero", "blank", "blank_unknown", "mark", "word", "dropped", "missing", "unreadable"]
Flag = Literal["exact", "unique", "ambiguous", "partial", "missing", "upstream"]
Script = Literal["simplified", "traditional"]
TitleMatch = Literal["canonical", "variant", "deviation"]
ClaimKind = Literal["count", "money", "percent", "denial"]
IssuerFrom = Literal["title", "text", ""]
YearFrom = Literal["title", "period", "text", ""]
CERTAIN: frozenset[str] = frozenset({"exact", "unique", "upstream"})
LOST: frozenset[str] = frozenset({"dropped", "missing", "unreadable"})


class Spot(NamedTuple):
    """Where in a web page, Word file, PDF or workbook something stands, all counted from 1.

    0 and "" mean that it does not apply: a PDF has pages, a workbook has sheets, plain text has neither.
    """

    page: int = 0
    sheet: str = ""
    table: int = 0
    row: int = 0
    column: int = 0


NOWHERE = Spot()


class Box(NamedTuple):
    """A cell of a table row as the markup has it: its own text, where it stands, and its place in the grid.

    `first` is its first grid column (from 0, with the spans of the rows above counted), `width` how many it spans.
    """

    text: str
    raw: str
    first: int = 0
    width: int = 1
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One cell as it was read: `value` in the unit of the form's cell, None where nothing certain is known.

    `kind` says what stood there, `flag` how sure the place is: only `exact`, `unique` and `upstream` are certain.
    `span` counts the characters of the raw line from 0, in plain text; `spot` is the place in any other document;
    `confidence` (0 to 1) is what the parser said that read the document before us. The kind `blank_unknown` is the 0
    of a parser that writes 0 for blank cells too: its value is 0, and its flag is never a certain one.
    """

    cell: str
    value: int | float | None
    raw: str
    kind: Kind
    flag: Flag
    line: int
    unit: str = ""
    span: tuple[int, int] | None = None
    spot: Spot = NOWHERE
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report: number in its file (from 1), the text as written, and the normalised text.

    In documents with markup a line is a paragraph, or a table row with its own cells as `boxes`; in a text that lost
    its line breaks it is what was broken again.
    """

    number: int
    raw: str
    text: str
    boxes: tuple[Box, ...] = ()
    spot: Spot = NOWHERE


@dataclass(frozen=True, slots=True)
class SectionRecord:
    """A section as found: its heading, how well the title agrees with the form, and the lines of its body."""

    id: str
    title: str
    numeral: str
    match: TitleMatch
    line: int
    last: int
    empty: bool


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A table row that no form knows: kept with its raw values, never mapped."""

    table: str
    label: str
    values: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a report as printed, and what it says."""

    text: str
    line: int
    issuer: str | None
    year: int | None
    phrase: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that prose states, or denies: `value` in single units (3.2万 is 32000), with the words before it.

    `span` counts characters of the normalised line from 0; `measure` is what the phrases of the packs take it for.
    """

    kind: ClaimKind
    value: int | float
    unit: str
    approximate: bool
    subject: str
    quote: str
    line: int
    span: tuple[int, int]
    sentence: int
    decimals: int = 0
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The reports that a ruleset file is for: those of its forms, and in its regions; nothing said is everything."""

    forms: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    def holds(self, forms: Collection[str], region: str) -> bool:
        """Tell whether a report is meant, by its form (with those it extends) and the code of its region."""
        return (not self.forms or any(form in self.forms for form in forms)) and (
            not self.regions or any(region.startswith(code) for code in self.regions)
        )


EVERYWHERE = Reach()


@dataclass(frozen=True, slots=True)
class Measure:
    """The words by which prose speaks of a figure: patterns for the words just before a number, or of its denial.

    `after` are patterns for the words just behind it (`5件信息公开申请`); `never` for the sentence up to it, where
    the figure is of something narrower; `within` names measures that must stand before it in its sentence;
    `context` must be found in the sentence or the one before. They are words of reports within the `reach` alone.
    """

    name: str
    phrases: tuple[Pattern, ...] = ()
    after: tuple[Pattern, ...] = ()
    denials: tuple[Pattern, ...] = ()
    never: tuple[Pattern, ...] = ()
    context: tuple[Pattern, ...] = ()
    within: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    reach: Reach = EVERYWHERE


@dataclass(frozen=True, slots=True)
class Issue:
    """Something that could not be read: not a violation, but a limit of what can be said."""

    source: str
    message: str
    code: str
    report: str | None = None
    lines: tuple[int, int] | None = None


@dataclass(frozen=True)
class Report:
    """A parsed report: a body, a year, a form, its cells; `structured` is false for plain text copies.

    `foreign` are lines that stood behind the report and belong to none; `tables` names the form that each table
    found was printed in; `cells` holds only cells that were looked for: a cell that is not in it is missing.
    `published` (an ISO date) and `site` are what a web page says of itself. Of a report that is `figures_only`,
    another program gave us cells and no text: it cannot show that something is not there.
    """

    id: str
    source: str
    lines: tuple[int, int]
    issuer: str | None
    year: int | None
    form: str | None
    script: Script = "simplified"
    title: Title | None = None
    issuer_from: IssuerFrom = ""
    year_from: YearFrom = ""
    cells: Mapping[str, CellRecord] = field(default_factory=dict)
    sections: tuple[SectionRecord, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[ExtraRow, ...] = ()
    text: tuple[Line, ...] = ()
    claims: tuple[Claim, ...] = ()
    foreign: tuple[Line, ...] = ()
    issues: tuple[Issue, ...] = ()
    structured: bool = False
    region: str | None = None
    published: str = ""
    site: str = ""
    figures_only: bool = False

    def section(self, name: str) -> SectionRecord | None:
        """Give the section called `name`, or None when the report has none."""
        return next((section for section in self.sections if section.id == name), None)

    def body(self, section: SectionRecord) -> tuple[Line, ...]:
        """Give the lines of a section without its heading."""
        return tuple(line for line in self.text if section.line < line.number <= section.last)


class Reader(Protocol):
    """A document reader: bytes of one file to a Document; raises ReadError."""

    def __call__(self, content: bytes, source: str) -> Document:
        """Read one document."""
        ...
