"""Plain Python: a loop over rows as dicts; the reader of the file is Polars, the rules are not."""

from __future__ import annotations

import re
import sys

import polars as pl
from ties import CELLS, STATED, TIES


def main(corpus: str, _pack: str, found: str) -> None:
    pattern = re.compile(STATED)
    failed: list[tuple[str, str]] = []
    scan = pl.scan_parquet(corpus).select("report", "year", "text", *CELLS)
    rows = int(scan.select(pl.len()).collect().item())
    for first in range(0, rows, 20_000):
        for row in scan.slice(first, 20_000).collect().iter_rows(named=True):
            failed += [(row["report"], name) for name in broken(row, pattern)]
    pl.DataFrame(failed, schema={"report": pl.String, "rule": pl.String}, orient="row").write_parquet(found)


def broken(row: dict, pattern: re.Pattern) -> list[str]:
    """Name the rules that a row breaks."""
    made: list[str] = []
    for name, left, right in TIES:
        one, other = [row[cell] for cell in left], [row[cell] for cell in right]
        if None not in one and None not in other and sum(one) != sum(other):
            made.append(name)
    for cell in CELLS:
        value = row[cell]
        if value is None:
            made.append(f"B-5:{cell}")
        elif value < 0:
            made.append(f"B-6:{cell}")
    match = pattern.search(row["text"])
    if match is None:
        made.append("B-7:")
    elif int(match[1]) != row["year"]:
        made.append("B-8:")
    return made


if __name__ == "__main__":
    main(*sys.argv[1:])
