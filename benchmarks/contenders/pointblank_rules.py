"""pointblank on Polars: a step for each rule, with the limit of extracts raised so that no failure is dropped."""

from __future__ import annotations

import sys

import pointblank as pb
import polars as pl
from rules_in_polars import holding
from ties import CELLS


def main(corpus: str, _pack: str, found: str) -> None:
    rows = pl.read_parquet(corpus, columns=["report", "year", "text", *CELLS])
    checks = holding()
    steps = pb.Validate(rows)
    for one in checks.values():
        steps = steps.col_vals_expr(expr=one)
    done = steps.interrogate(extract_limit=rows.height)
    parts = [
        extract.select("report", pl.lit(name).alias("rule"))
        for number, name in enumerate(checks, start=1)
        if (extract := done.get_data_extracts(i=number, frame=True)) is not None and extract.height
    ]
    empty = pl.DataFrame(schema={"report": pl.String, "rule": pl.String})
    pl.concat([empty, *parts]).write_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
