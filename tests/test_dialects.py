"""Every dialect of every form: what is printed is read, what was lost is flagged, and nothing is wrong in silence."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

import pytest
from generate import Figures, make_cells, make_report, print_values
from govrules.report import CellRecord, Report
from reading import FORMS, ISSUER, YEARS, is_right, read_one, silent
from render import DIALECTS, GLUED, cut_labels, drop_zeros, spam_labels, wrap_labels

Shown = dict[str, str | None]
Damage = Callable[[list[str]], list[str]]
KEEPS_BLANKS = ("piped_pads", "piped", "opened", "row_bars", "markdown", "bar_before", "bar_after", "tabs")
SPAM = "亚博体育官网"


def damages(rng: random.Random) -> dict[str, Damage]:
    return {
        "cut": partial(cut_labels, length=8),
        "spam": partial(spam_labels, rng=rng, share=0.3, spam=SPAM),
        "wrapped": partial(wrap_labels, rng=rng),
    }


def read_back(
    name: str, dialect: str, seed: int, drop: float = 0, damage: str = "", *, traditional: bool = False
) -> tuple[Report, Figures, Shown]:
    """Make a report, print it, read it: the report as read, the true figures, and what was printed of them."""
    rng, form = random.Random(f"{name} {seed}"), FORMS[name]
    cells = make_cells(form, rng, rng.choice((20, 60, 400)))
    shown = drop_zeros(print_values(form, cells, rng), rng, drop)
    done = damages(rng).get(damage, list)
    text = make_report(
        form, cells, YEARS[name], ISSUER, rng, dialect, traditional=traditional, values=shown, damage=done
    )
    return read_one(text), cells, shown


def share_right(made: list[tuple[Report, Figures, Shown]]) -> float:
    right = [is_right(r.cells.get(c), value, shown[c]) for r, cells, shown in made for c, value in cells.items()]
    return sum(right) / len(right)


def all_silent(made: list[tuple[Report, Figures, Shown]]) -> list[CellRecord]:
    return [record for report, cells, shown in made for record in silent(report, cells, shown)]


PAIRS = [(name, dialect) for name in YEARS for dialect in (*DIALECTS, *GLUED)]
either = pytest.mark.parametrize(("name", "dialect"), [pytest.param(*pair, id="-".join(pair)) for pair in PAIRS])
both = pytest.mark.parametrize(("name", "dialect"), [pair for pair in PAIRS if pair[1] in DIALECTS])


@both
def test_a_clean_report_is_recognised_and_read_to_the_last_cell(name: str, dialect: str) -> None:
    for seed in range(6):
        report, cells, _ = read_back(name, dialect, seed, traditional=seed % 3 == 2)
        assert (report.form, report.year, report.issuer) == (name, YEARS[name], ISSUER)
        assert {cell: report.cells[cell].value for cell in cells} == cells


@both
@pytest.mark.parametrize("drop", [0.05, 0.2])
def test_a_few_lost_zeros_cost_almost_no_cell(name: str, dialect: str, drop: float) -> None:
    made = [read_back(name, dialect, seed, drop) for seed in range(8)]
    assert share_right(made) >= 0.99
    assert all_silent(made) == []


@either
@pytest.mark.parametrize("drop", [0.5, 1.0])
def test_lost_zeros_never_move_a_value_in_silence(name: str, dialect: str, drop: float) -> None:
    assert all_silent([read_back(name, dialect, seed, drop) for seed in range(3)]) == []


@both
@pytest.mark.parametrize("damage", ["cut", "spam", "wrapped"])
def test_damaged_labels_cost_few_cells_and_none_in_silence(name: str, dialect: str, damage: str) -> None:
    made = [read_back(name, dialect, seed, damage=damage) for seed in range(8)]
    assert share_right(made) >= 0.97
    assert all_silent(made) == []


@pytest.mark.parametrize("dialect", KEEPS_BLANKS)
@pytest.mark.parametrize("name", YEARS)
def test_a_blank_that_is_printed_is_blank_and_not_zero(name: str, dialect: str) -> None:
    for seed in range(4):
        report, _, shown = read_back(name, dialect, seed, 0.05)
        blank = [report.cells[cell] for cell, raw in shown.items() if raw is None]
        assert {(record.kind, record.value) for record in blank} <= {("blank", None)}
        assert all(report.cells[cell].kind == "zero" for cell, raw in shown.items() if raw == "0")


@pytest.mark.parametrize("drop", [0, 0.2, 1.0])
def test_titles_and_rows_that_single_spaces_set_apart_are_read(drop: float) -> None:
    made = [read_back("national-2021", "words", seed, drop) for seed in range(6)]
    assert all_silent(made) == []
    if not drop:
        assert share_right(made) == 1
