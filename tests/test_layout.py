"""The printed tables that the readers are tested on are whole: their merged cells tile the grid."""

from __future__ import annotations

import pytest
from layout import is_tiled, make_printed
from reading import YEARS


@pytest.mark.parametrize("name", YEARS)
def test_merged_cells_tile_the_grid_and_hold_every_figure(name: str) -> None:
    for seed in range(3):
        made = make_printed(name, seed)
        tables = [part for part in made.printed if not isinstance(part, str)]
        assert len(tables) == len(made.form.tables)
        assert all(is_tiled(rows) for rows in tables)
        texts = [cell.text for rows in tables for row in rows for cell in row]
        assert sum(text in {shown or "" for shown in made.shown.values()} for text in texts) >= len(made.cells)
