"""pandera on pandas: columns with checks, sums as columns of differences, validated lazily."""

from __future__ import annotations

import sys

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors
from rules_in_pandas import CELLS, PERIOD, TIES, differences, read, stated


def main(corpus: str, _pack: str, found: str) -> None:
    rows = read(corpus)
    whole = pd.concat([rows, differences(rows), stated(rows).rename("B-8:")], axis=1)
    least = pa.Check.ge(0, name="least")
    columns = {cell: pa.Column(checks=least, nullable=False) for cell in CELLS}
    columns |= {
        name: pa.Column(checks=pa.Check.eq(0), nullable=True) for name in [*(name for name, *_ in TIES), "B-8:"]
    }
    columns["text"] = pa.Column(checks=pa.Check.str_contains(PERIOD), nullable=False)
    failed = pd.DataFrame({"report": [], "rule": []}, dtype=str)
    try:
        pa.DataFrameSchema(columns).validate(whole, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        cells = cases["column"].isin(CELLS)
        kind = cases["check"].eq("not_nullable").map({True: "B-5:", False: "B-6:"})
        rule = cases["column"].where(~cells, kind + cases["column"]).replace({"text": "B-7:"})
        failed = pd.DataFrame(
            {"report": rows["report"].to_numpy()[cases["index"].astype(int)], "rule": rule.to_numpy()}
        )
    failed.to_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
