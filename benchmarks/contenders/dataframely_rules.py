"""dataframely: a schema with a rule for each; `filter` tells what failed. Eager, or on a lazy scan."""

from __future__ import annotations

import dataframely as dy
import polars as pl
from rules_in_polars import holding
from ties import CELLS


def schema() -> type[dy.Schema]:
    """Make the schema class: names of rules are given back by `names`."""
    body: dict[str, object] = {"report": dy.String(nullable=False), "year": dy.Int64(nullable=True)}
    body |= {cell: dy.Int64(nullable=True) for cell in CELLS} | {"text": dy.String(nullable=True)}
    for number, one in enumerate(holding().values()):
        body[f"rule_{number}"] = dy.rule()(lambda _, one=one: one)
    return type("Corpus", (dy.Schema,), body)


def main(corpus: str, _pack: str, found: str, *, lazy: bool) -> None:
    made = schema()
    scan = pl.scan_parquet(corpus).select("report", "year", "text", *CELLS)
    _, failure = made.filter(scan if lazy else scan.collect(), eager=not lazy) if lazy else made.filter(scan.collect())
    if lazy:
        failure = failure.collect_all() if hasattr(failure, "collect_all") else failure
    names = {f"rule_{number}": name for number, name in enumerate(holding())}
    rows = failure.details()
    rules = [name for name in rows.columns if name in names]
    long = rows.select("report", *(pl.col(name).cast(pl.String) == "invalid" for name in rules))
    long = long.unpivot(index="report", variable_name="rule").filter("value")
    long.select("report", pl.col("rule").replace_strict(names)).write_parquet(found)
