"""Datasets of made-up figures, and what each engine says about them, in a shape that can be compared."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
from generate import make_cells
from govrules.dataset import REPORT, Dataset, lost
from govrules.engines import gx, native, pandera
from govrules.engines.formula import named, question
from govrules.export.sql import outcomes
from govrules.form import Cell, Form
from govrules.installed import installed
from govrules.outcome import Outcomes
from govrules.plan import make_plan
from govrules.rule import Instance, Status

PLAN = make_plan(installed(third_party=False))
FORMS = [form.name for form in PLAN.forms if any(i.check.scope == "cells" for i in PLAN.instances(form.name))]
YEARS = (None, 2008, 2013, 2019, 2021, 2024)
EXTREMES = (2**53, -(2**53), 2**53 - 1, 10**15, -1)
Told = tuple[
    dict[str, Counter[Status]], dict[str, dict[Status, int]], list[tuple[str, str, str]], list[tuple[str, str, str]]
]
Answers = dict[tuple[str, str], str]


@cache
def instances(form: str) -> list[Instance]:
    """Give the rules over cells of a form."""
    return [one for one in PLAN.instances(form) if one.check.scope == "cells"]


def sample(form: str) -> list[Instance]:
    """Give all instances but for those of one cell, of which there are hundreds: of these one in ten."""
    several = instances(form)
    return [one for at, one in enumerate(several) if one.rule.kind != "integer" or at % 10 == 0]


def made(name: str, count: int, seed: int = 1) -> Dataset:
    """Give reports that are right but for a few slips: off by some, negative, extreme, blank, lost."""
    rng = random.Random(f"{name} {seed}")
    form, cells = PLAN.forms[name], PLAN.forms.cells(name)
    clean = [_decimals(form, dict(make_cells(form, rng, rng.choice((20, 60, 400)))), rng) for _ in range(60)]
    rows = [_slipped(rng.choice(clean), cells, rng) for _ in range(count)]
    columns: dict[str, pl.Series] = {
        REPORT: pl.Series([f"r{at}" for at in range(count)]),
        "year": pl.Series([rng.choice(YEARS) for _ in range(count)], dtype=pl.Int64),
        "issuer": pl.Series(["示例机关"] * count),
    }
    for cell in cells.values():
        kind = pl.Float64 if cell.type == "money" else pl.Int64
        columns[cell.id] = pl.Series([row.get(cell.id) for row in rows], dtype=kind, strict=False)
    for table in {cell.table for cell in cells.values()}:
        columns[lost(table)] = pl.Series([rng.random() < 0.1 for _ in range(count)])
    return Dataset(form, cells, pl.DataFrame(columns))


def _decimals(form: Form, row: dict[str, float], rng: random.Random) -> dict[str, float]:
    """Put amounts with decimals where fees are summed: in doubles 0.1 + 0.2 is not 0.3."""
    if "s08.fees.total" in form.cells:
        parts = [rng.randrange(1, 10 ** rng.randint(1, 11)) for _ in range(2)]
        row["s08.fees.proactive.total"], row["s08.fees.request.total"] = (part / 100 for part in parts)
        row["s08.fees.total"] = sum(parts) / 100
    return row


def _slipped(row: Mapping[str, float], cells: Mapping[str, Cell], rng: random.Random) -> dict[str, float | None]:
    slipped: dict[str, float | None] = dict(row)
    for cell in rng.sample(list(cells), rng.choice((0, 1, 2, 6))):
        value = row.get(cell) or 0
        slipped[cell] = rng.choice((None, None, value + rng.randint(-9, 9), -value - 1, rng.choice(EXTREMES)))
        if cells[cell].type == "money" and slipped[cell] is not None:
            slipped[cell] = round(value + rng.randint(-9, 9) / 100, 2)
    return slipped


def told(outcomes: Outcomes) -> Told:
    """Give all that is in outcomes, in an order that does not depend on the engine."""
    failures = sorted((str(f.report), named(f.instance), str(f.verdict)) for f in outcomes.failures)
    by_rule = {rule: {s: n for s, n in counts.items() if n} for rule, counts in outcomes.by_rule.items()}
    return outcomes.counts, by_rule, failures, sorted(outcomes.undetermined)


def by_native(dataset: Dataset, several: Sequence[Instance]) -> Answers:
    """Give the answer to each question about each report, by the native engine."""
    _, flags = native.Native(several).flags(dataset, Outcomes())
    words = {True: "passed", False: "failed", None: "undetermined"}
    return {
        (named(one), report): words[flag]
        for one, column in zip(several, flags.iter_columns(), strict=True)
        for report, flag in zip(dataset.frame[REPORT], column, strict=True)
    }


def by_sql(dataset: Dataset, several: Sequence[Instance], dialect: str, folder: Path) -> Answers:
    """Give the answer to each question about each report, by a database."""
    connection = in_duckdb(dataset, folder) if dialect == "duckdb" else in_sqlite(dataset)
    answers: Answers = {}
    for one in several:
        asked = question(one, dataset.form, dataset.cells)
        rows: Iterable[tuple[str, str]] = connection.execute(outcomes(asked, dialect)).fetchall()
        answers |= {(named(one), report): outcome for report, outcome in rows}
    connection.close()
    return answers


def in_duckdb(dataset: Dataset, folder: Path) -> duckdb.DuckDBPyConnection:
    """Put a dataset into a database of DuckDB."""
    file = folder / "reports.parquet"
    dataset.frame.write_parquet(file)
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE reports AS SELECT * FROM read_parquet('{file}')")
    return connection


def in_sqlite(dataset: Dataset, name: str | Path = ":memory:") -> sqlite3.Connection:
    """Put a dataset into a database of SQLite."""
    kinds = {pl.Int64: "INTEGER", pl.Float64: "REAL", pl.Boolean: "BOOLEAN", pl.String: "TEXT"}
    columns = ", ".join(f'"{column}" {kinds[type(kind)]}' for column, kind in dataset.frame.schema.items())
    connection = sqlite3.connect(name)
    connection.execute(f"CREATE TABLE reports ({columns})")
    places = ",".join("?" * dataset.frame.width)
    connection.executemany(f"INSERT INTO reports VALUES ({places})", dataset.frame.rows())
    connection.commit()
    return connection


def flipped(instance: Instance) -> Instance:
    """Give an instance with the sign of one coefficient switched."""
    from govrules import expr

    left = instance.check.left  # type: ignore[attr-defined]
    assert isinstance(left, expr.Binary)
    assert left.op == "+"
    check = instance.check.model_copy(update={"left": replace(left, op="-")})
    return replace(instance, check=check)


RUNS = {"native": native.run, "pandera": pandera.run, "gx": gx.run}
