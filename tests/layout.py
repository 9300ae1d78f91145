"""Reports as paragraphs and tables with merged cells, as the national template has them: for printing to any format."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from generate import Figures, make_cells, make_report, print_values
from govrules.form import Form, Table
from reading import FORMS, ISSUER, YEARS
from render import drop_zeros, printed_rows, table_width


@dataclass(frozen=True)
class Merged:
    """A printed cell and how many columns and rows of the grid it spans; a blank cell has no text."""

    text: str
    columns: int = 1
    rows: int = 1


Rows = list[list[Merged]]
Printed = list[str | Rows]
"""A whole report: the title first, then paragraphs and tables in order."""


@dataclass(frozen=True)
class Made:
    """A report that was made up: what it shows, its true figures, and the raw strings its tables print."""

    form: Form
    year: int
    printed: Printed
    cells: Figures
    shown: Mapping[str, str | None]

    @property
    def title(self) -> str:
        """The first paragraph."""
        assert isinstance(self.printed[0], str)
        return self.printed[0]


def make_printed(name: str, seed: int, blanks: float = 0.05) -> Made:
    """Give a made-up report of a form; the share `blanks` of its zeros are printed as blank cells."""
    rng, form, year = random.Random(f"{name} {seed}"), FORMS[name], YEARS[name]
    cells = make_cells(form, rng, rng.choice((20, 60, 400)))
    shown = drop_zeros(print_values(form, cells, rng), rng, blanks)
    text = make_report(form, cells, year, ISSUER, rng, values=shown, damage=lambda _: ["\0"])
    sections = [section.id for section in form.sections]
    tables = iter(
        sorted(form.tables, key=lambda table: sections.index(table.section) if table.section in sections else 99)
    )
    printed = [merged_rows(next(tables), shown) if line == "\0" else line for line in text.splitlines()]
    return Made(form, year, printed, cells, shown)


def merged_rows(table: Table, shown: Mapping[str, str | None]) -> Rows:
    """Give the rows of a table with their spans: every column and row of the grid is covered once."""
    width, rows = table_width(table), [[cell or "" for cell in row] for row in printed_rows(table, shown)]
    if table.id == "requests":
        return _requests(rows, width)
    if table.id == "reviews":
        return _reviews(rows)
    return [[*map(Merged, row[:-1]), Merged(row[-1], width - len(row) + 1)] for row in rows]


def _requests(rows: list[list[str]], width: int) -> Rows:
    lead = width - 7
    (corner, who), (person, body, total), kinds = rows[:3]
    head = [
        [Merged(corner, lead, 3), Merged(who, 7)],
        [Merged(person, 1, 2), Merged(body, len(kinds)), Merged(total, 1, 2)],
        [*map(Merged, kinds)],
    ]
    labels = [row[:-7] for row in rows[3:]]
    made = []
    for here, (label, row) in enumerate(zip(labels, rows[3:], strict=True)):
        above = _depth(labels[: here + 1])
        spans = [Merged(caption, 1, _height(labels, here, level)) for level, caption in enumerate(label[:-1], above)]
        last = Merged(label[-1], lead - above - len(label) + 1)
        made.append([*spans, last, *map(Merged, row[-7:])])
    return [*head, *made]


def _level(label: str) -> int:
    """Give how deep a row stands: 0 for 一、, 1 for （一）, 2 for 1."""
    return 0 if label[1] == "、" else 1 if label[0] == "（" else 2


def _depth(labels: list[list[str]]) -> int:
    """Give how many captions of rows above reach into the last row: its own level tells."""
    return _level(labels[-1][0])


def _height(labels: list[list[str]], here: int, level: int) -> int:
    """Give how many rows a caption spans: until the next row of its level or a higher one."""
    below = labels[here + 1 :]
    return 1 + next((number for number, label in enumerate(below) if _level(label[0]) <= level), len(below))


def _reviews(rows: list[list[str]]) -> Rows:
    (review, litigation), second, third, figures = rows
    return [
        [Merged(review, 5), Merged(litigation, 10)],
        [*[Merged(text, 1, 2) for text in second[:5]], *[Merged(text, 5) for text in second[5:]]],
        [*map(Merged, third)],
        [*map(Merged, figures)],
    ]


def is_tiled(rows: Rows) -> bool:
    """Tell whether the cells cover a rectangle, every place of it once."""
    taken: set[tuple[int, int]] = set()
    for here, row in enumerate(rows):
        column = 0
        for cell in row:
            while (here, column) in taken:
                column += 1
            places = {(here + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
            if places & taken:
                return False
            taken |= places
    width = 1 + max(column for _, column in taken)
    return len(taken) == width * len(rows)
