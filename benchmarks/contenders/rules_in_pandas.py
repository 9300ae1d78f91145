"""The rules over a pandas frame, each a column that is true where a row passes; for libraries on pandas."""

from __future__ import annotations

import pandas as pd
from ties import CELLS, PERIOD, STATED, TIES


def read(corpus: str) -> pd.DataFrame:
    """Read what the rules read; blanks make a column of floats."""
    return pd.read_parquet(corpus, columns=["report", "year", "text", *CELLS])


def differences(rows: pd.DataFrame) -> pd.DataFrame:
    """Give a column for each sum: what one side is more than the other, nothing where a part is blank."""
    made = {
        name: rows[list(left)].sum(axis=1, skipna=False) - rows[list(right)].sum(axis=1, skipna=False)
        for name, left, right in TIES
    }
    return pd.DataFrame(made)


def stated(rows: pd.DataFrame) -> pd.Series:
    """Give the year that the text states less the report year."""
    return pd.to_numeric(rows["text"].str.extract(STATED)[0]) - rows["year"]


__all__ = ["CELLS", "PERIOD", "TIES", "differences", "read", "stated"]
