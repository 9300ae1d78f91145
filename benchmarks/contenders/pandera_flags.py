"""pandera on Polars, given a ready column of flags for each rule: the least that it can be asked to do."""

from __future__ import annotations

import sys

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors
from rules_in_polars import holding
from ties import CELLS


def main(corpus: str, _pack: str, found: str) -> None:
    rows = pl.read_parquet(corpus, columns=["report", "year", "text", *CELLS])
    # Joined in one column each: a check of the whole frame would list every column of a failing row.
    checks = holding()
    flags = rows.select("report", *(one.alias(name) for name, one in checks.items()))
    columns = {
        name: pa.Column(bool, pa.Check(lambda told: told.lazyframe.select(told.key)), nullable=True) for name in checks
    }
    failed: list[tuple[str, str]] = []
    try:
        pa.DataFrameSchema(columns).validate(flags, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases.select("column", "index")
        ids = flags["report"]
        failed = [(ids[index], column) for column, index in cases.iter_rows()]
    pl.DataFrame(failed, schema={"report": pl.String, "rule": pl.String}, orient="row").write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
