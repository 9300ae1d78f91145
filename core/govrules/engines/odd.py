"""Rows of a wide table that cannot be asked in columns: what the type of a cell or of the year does not allow."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from govrules.dataset import FIRST_YEAR, LARGEST, LAST_YEAR, YEAR
from govrules.form import Cell, Form

_SMALL = (pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt16, pl.UInt32)


def odd(
    rows: pl.DataFrame, kinds: Mapping[str, pl.DataType], form: Form, cells: Mapping[str, Cell]
) -> pl.Series | None:
    """Tell which rows are to be read one by one, as a file of figures is; None when none is.

    They have no year, or none that may be; a count that is no whole number, a figure that is not exact or not finite;
    a value in a cell that the form does not have.
    """
    near = _near(rows, kinds)
    looked = [name for name in kinds if name in form.cells and name not in near]
    year = ~pl.col(YEAR).is_between(FIRST_YEAR, LAST_YEAR).fill_null(value=False)
    foreign = [pl.col(name).is_not_null() for name in kinds if name not in form.cells]
    wrong = [one for name in looked for one in _wrong(name, cells[name], kinds[name])]
    found = rows.select(pl.any_horizontal([year, *foreign, *wrong]).fill_null(value=False)).to_series()
    return found if found.any() else None


def _near(rows: pl.DataFrame, kinds: Mapping[str, pl.DataType]) -> set[str]:
    """Name the columns of whole numbers that are all exact, by the least and the greatest of each."""
    whole = [name for name, kind in kinds.items() if kind.is_integer()]
    if not whole:
        return set()
    ends = rows.select(pl.col(whole).min().name.prefix("least "), pl.col(whole).max()).row(0)
    pairs = zip(whole, ends[: len(whole)], ends[len(whole) :], strict=True)
    return {name for name, low, high in pairs if low is None or -LARGEST <= low <= high <= LARGEST}


def needs_look(name: str, cells: Mapping[str, Cell], kinds: Mapping[str, pl.DataType]) -> bool:
    """Tell whether the type of a column lets it hold what its cell may not."""
    return bool(_wrong(name, cells[name], kinds[name]))


def usual(name: str, cell: Cell, kind: pl.DataType) -> pl.Expr | None:
    """Give a cell in the type of a dataset, null where that type does not hold it; None for a column that has it."""
    wanted = pl.Float64() if cell.type == "money" else pl.Int64()
    return None if kind == wanted else pl.col(name).cast(wanted, strict=False)


def _wrong(name: str, cell: Cell, kind: pl.DataType) -> list[pl.Expr]:
    if kind in _SMALL or kind == pl.Null:
        return []
    value = pl.col(name)
    far = ~value.is_between(-LARGEST, LARGEST)
    if kind.is_float() and cell.type != "money":
        return [far, value != value.round()]
    return [far]
