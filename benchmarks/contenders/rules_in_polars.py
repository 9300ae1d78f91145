"""The rules as Polars expressions that are true where a row passes, null being no failure; for libraries on Polars."""

from __future__ import annotations

import polars as pl
from ties import CELLS, PERIOD, STATED, TIES


def holding() -> dict[str, pl.Expr]:
    """Give what holds, by the name of the rule."""
    made = {
        name: pl.sum_horizontal(left, ignore_nulls=False) == pl.sum_horizontal(right, ignore_nulls=False)
        for name, left, right in TIES
    }
    made |= {f"B-5:{cell}": pl.col(cell).is_not_null() for cell in CELLS}
    made |= {f"B-6:{cell}": pl.col(cell) >= 0 for cell in CELLS}
    made["B-7:"] = pl.col("text").str.contains(PERIOD)
    made["B-8:"] = pl.col("text").str.extract(STATED, 1).cast(pl.Int64) == pl.col("year")
    return {name: one.fill_null(value=True) for name, one in made.items()}
