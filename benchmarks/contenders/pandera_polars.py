"""pandera on Polars: columns with its own checks, sums as columns of differences, validated lazily."""

from __future__ import annotations

import sys

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors
from ties import CELLS, PERIOD, STATED, TIES


def read(corpus: str) -> pl.DataFrame:
    """Read the corpus and add a difference for each comparison of two sums."""
    sums = [
        (pl.sum_horizontal(left, ignore_nulls=False) - pl.sum_horizontal(right, ignore_nulls=False)).alias(name)
        for name, left, right in TIES
    ]
    stated = pl.col("text").str.extract(STATED, 1).cast(pl.Int64) - pl.col("year")
    rows = pl.read_parquet(corpus, columns=["report", "year", "text", *CELLS])
    return rows.with_columns(*sums, stated.alias("B-8:"))


def main(corpus: str, _pack: str, found: str) -> None:
    rows = read(corpus)
    columns = {cell: pa.Column(checks=pa.Check.ge(0), nullable=False) for cell in CELLS}
    columns |= {
        name: pa.Column(checks=pa.Check.eq(0), nullable=True) for name in [*(name for name, *_ in TIES), "B-8:"]
    }
    columns["text"] = pa.Column(checks=pa.Check.str_contains(PERIOD), nullable=False)
    failed = pl.DataFrame(schema={"report": pl.String, "rule": pl.String})
    try:
        pa.DataFrameSchema(columns).validate(rows, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        kind = pl.when(pl.col("check") == "not_nullable").then(pl.lit("B-5:")).otherwise(pl.lit("B-6:"))
        name = pl.col("column")
        rule = pl.when(name.is_in(CELLS)).then(kind + name).when(name == "text").then(pl.lit("B-7:")).otherwise(name)
        failed = pl.DataFrame({"report": rows["report"][cases["index"]], "rule": cases.select(rule).to_series()})
    failed.write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
