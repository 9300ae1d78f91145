"""Table four without any column title: fifteen figures below the heading, certain where their sums hold."""

from __future__ import annotations

import pytest
from govrules.report import CERTAIN, Report
from reading import FORMS, read_one

FIGURES = (119, 25, 91, 24, 259, 7, 0, 15, 6, 28, 21, 1, 7, 9, 38)
BROKEN = (*FIGURES[:4], 260, *FIGURES[5:])
(TABLE,) = (table for table in FORMS["national-2021"].tables if table.id == "reviews")
CELLS = [cell.id for cell in TABLE.cells()]


def report(below: str, year: int = 2022) -> Report:
    """Give a report with some lines below the heading of table four."""
    return read_one(
        f"青石县水务局{year}年政府信息公开工作年度报告\n一、总体情况\n本局按月更新栏目，答复都有专人负责，群众来访有人接待。\n"
        f"四、政府信息公开行政复议、行政诉讼情况\n{below}\n五、存在的主要问题及改进情况\n栏目更新不够及时，明年按月检查。\n"
    )


def bar(figures: tuple[int, ...]) -> str:
    return "| " + " | ".join(map(str, figures)) + " |"


@pytest.mark.parametrize("year", [2019, 2022])
@pytest.mark.parametrize(
    "below",
    [
        bar(FIGURES),
        f"行政复议行政诉讼\n{bar(FIGURES)}",
        "\n".join(map(str, FIGURES)),
        "\t".join(map(str, FIGURES)),
        f"行政复议\n行政诉讼\n{'  '.join(map(str, FIGURES))}",
    ],
)
def test_figures_whose_sums_hold_are_read_in_order(below: str, year: int) -> None:
    made = report(below, year)
    assert {cell: made.cells[cell].value for cell in CELLS} == dict(zip(CELLS, FIGURES, strict=True))
    assert {made.cells[cell].flag for cell in CELLS} <= CERTAIN
    assert made.form == ("national-2019" if year == 2019 else "national-2021")


def test_figures_whose_sums_do_not_hold_are_doubted() -> None:
    made = report(bar(BROKEN))
    assert made.cells["review.total"].value == 260
    assert not {made.cells[cell].flag for cell in CELLS} & CERTAIN


@pytest.mark.parametrize(
    "below",
    [
        bar(FIGURES[:14]),
        bar((*FIGURES, 3)),
        "2022年没有因政府信息公开引起的复议和诉讼。",
        f"本年度政府信息公开引起的行政复议和行政诉讼如下，数字由法制科提供，截至年底：\n{bar(FIGURES)}",
        f"五、其他\n{bar(FIGURES)}",
    ],
)
def test_other_figures_are_no_table(below: str) -> None:
    made = report(below)
    assert "reviews" not in made.tables
    assert not any(cell in made.cells and made.cells[cell].value is not None for cell in CELLS)
