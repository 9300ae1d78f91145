"""DuckDB: one query that lists the broken rules of each row, unnested."""

from __future__ import annotations

import sys

import duckdb
from ties import CELLS, PERIOD, STATED, TIES


def main(corpus: str, _pack: str, found: str) -> None:
    def added(cells: tuple[str, ...]) -> str:
        return " + ".join(f'"{cell}"' for cell in cells)

    fails = [(name, f"{added(left)} <> {added(right)}") for name, left, right in TIES]
    fails += [(f"B-5:{cell}", f'"{cell}" IS NULL') for cell in CELLS]
    fails += [(f"B-6:{cell}", f'"{cell}" < 0') for cell in CELLS]
    fails += [("B-7:", f"NOT regexp_matches(text, '{PERIOD}')")]
    fails += [("B-8:", f"TRY_CAST(regexp_extract(text, '{STATED}', 1) AS BIGINT) <> year")]
    listed = ", ".join(f"CASE WHEN {test} THEN '{name}' END" for name, test in fails)
    query = f"""
        SELECT report, unnest(broken) AS rule FROM (
            SELECT report, list_filter([{listed}], lambda one: one IS NOT NULL) AS broken FROM '{corpus}'
        )"""
    duckdb.sql(f"COPY ({query}) TO '{found}' (FORMAT parquet)")


if __name__ == "__main__":
    main(*sys.argv[1:])
