"""Polars written by hand for these rules and nothing else: the floor. It names the failing rules, not the figures."""

from __future__ import annotations

import sys

import polars as pl
from ties import CELLS, PERIOD, STATED, TIES


def main(corpus: str, _pack: str, found: str) -> None:
    col = pl.col
    fails = [
        (pl.sum_horizontal(left, ignore_nulls=False) != pl.sum_horizontal(right, ignore_nulls=False)).alias(name)
        for name, left, right in TIES
    ]
    fails += [col(cell).is_null().alias(f"B-5:{cell}") for cell in CELLS]
    fails += [(col(cell) < 0).alias(f"B-6:{cell}") for cell in CELLS]
    stated = col("text").str.extract(STATED, 1).cast(pl.Int64)
    fails += [(~col("text").str.contains(PERIOD)).alias("B-7:"), (stated != col("year")).alias("B-8:")]
    names = [one.meta.output_name() for one in fails]
    bad = (
        pl.scan_parquet(corpus)
        .select("report", "year", "text", *CELLS)
        .with_columns(fails)
        .filter(pl.any_horizontal(names))
        .select("report", *names)
        .collect(engine="streaming")
    )
    bad.unpivot(index="report", variable_name="rule").filter("value").select("report", "rule").write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
