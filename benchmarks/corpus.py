"""A made corpus of wide Parquet, one seeded error in 2 % of its reports, and the truth about which rules fail."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
from contenders.ties import CASES, CELLS, OUTCOMES, PROACTIVE, STATES, TIES, WHO

BATCH, SHARE = 100_000, 0.02
_PARTS = WHO[:-1]
_TEXT = (
    "某某县{year}年政府信息公开工作年度报告\n一、总体情况\n本报告的统计期限为{period}。{year}年，本机关认真贯彻落实"
    "《中华人民共和国政府信息公开条例》，"
    + "坚持以公开为常态、不公开为例外，持续加强主动公开，规范依申请公开办理流程，"
    "提高信息发布质量，健全工作制度，强化监督保障，推动政府信息公开工作取得新的进展。" * 4
)


def make(folder: Path, reports: int, seed: int = 2024) -> tuple[Path, Path]:
    """Write `corpus-N.parquet` and `truth-N.parquet` unless they are there."""
    corpus, truth = folder / f"corpus-{reports}.parquet", folder / f"truth-{reports}.parquet"
    if corpus.exists() and truth.exists():
        return corpus, truth
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    failed: list[pl.DataFrame] = []
    parts: list[Path] = []
    for first in range(0, reports, BATCH):
        frame, errors = _batch(rng, first, min(BATCH, reports - first))
        parts.append(folder / f"part-{first}.parquet")
        frame.write_parquet(parts[-1])
        failed.append(errors)
    pl.scan_parquet(parts).sink_parquet(corpus, row_group_size=BATCH)
    pl.concat(failed).write_parquet(truth)
    for part in parts:
        part.unlink()
    return corpus, truth


def laid(folder: Path, reports: int, times: int) -> None:
    """Write the corpus of `reports` so many times over, with ids of their own: for the memory that it takes."""
    whole = folder / f"corpus-{reports * times}.parquet"
    if times == 1 or whole.exists():
        return
    for file, kept in zip(make(folder, reports), (whole, folder / f"truth-{reports * times}.parquet"), strict=True):
        copies = [pl.scan_parquet(file).with_columns(pl.col("report") + f"-{copy}") for copy in range(times)]
        pl.concat(copies).sink_parquet(kept, row_group_size=BATCH)


def _batch(rng: np.random.Generator, first: int, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    cells = _cells(rng, count)
    years = rng.integers(2021, 2025, count)
    stated = years.copy()
    missing = np.zeros(count, dtype=bool)
    blank: dict[str, np.ndarray] = {}
    bad = np.flatnonzero(rng.random(count) < SHARE) if count > 1 else np.array([0])
    for row in bad:
        name, by = CELLS[int(rng.integers(len(CELLS)))], int(rng.integers(1, 10))
        match int(rng.integers(5)):
            case 0:
                cells[name][row] += by
            case 1:
                cells[name][row] = -by
            case 2:
                blank.setdefault(name, np.zeros(count, dtype=bool))[row] = True
            case 3:
                missing[row] = True
            case _:
                stated[row] += 1
    ids = [f"R{first + row:08d}" for row in range(count)]
    frame = _frame(ids, years, stated, missing, cells, blank)
    return frame, _truth(frame[bad.tolist()], stated[bad], missing[bad])


def _cells(rng: np.random.Generator, count: int) -> dict[str, np.ndarray]:
    """Make figures of which every sum holds."""
    made = {name: rng.integers(0, 50, count) for name in PROACTIVE}
    for who in _PARTS:
        parts = [rng.integers(0, 10, count) for _ in OUTCOMES]
        made |= {f"requests.outcome.{one}.{who}": part for one, part in zip(OUTCOMES, parts, strict=True)}
        total, carried = np.sum(parts, axis=0), rng.integers(0, 10, count)
        made[f"requests.outcome.total.{who}"], made[f"requests.carried_out.{who}"] = total, carried
        made[f"requests.carried_in.{who}"] = np.minimum(rng.integers(0, 10, count), total + carried)
        made[f"requests.received_new.{who}"] = total + carried - made[f"requests.carried_in.{who}"]
    for name in CELLS:
        row, _, who = name.rpartition(".")
        if name.startswith("requests.") and who == "total":
            made[name] = np.sum([made[f"{row}.{part}"] for part in _PARTS], axis=0)
    for case in CASES:
        parts = [rng.integers(0, 5, count) for _ in STATES]
        made |= {f"{case}.{state}": part for state, part in zip(STATES, parts, strict=True)}
        made[f"{case}.total"] = np.sum(parts, axis=0)
    return made


def _frame(
    ids: list[str], years: np.ndarray, stated: np.ndarray, missing: np.ndarray, cells: dict[str, np.ndarray],
    blank: dict[str, np.ndarray],
) -> pl.DataFrame:  # fmt: skip
    periods = ["全年" if gone else f"{y}年1月1日至{y}年12月31日" for y, gone in zip(stated, missing, strict=True)]
    texts = [_TEXT.format(year=year, period=period) for year, period in zip(years, periods, strict=True)]
    columns = {"report": ids, "issuer": ["某某县"] * len(ids), "year": years, "form": ["national-2021"] * len(ids)}
    frame = pl.DataFrame(columns | {name: cells[name] for name in CELLS} | {"text": texts})
    if blank:
        frame = frame.with_columns(
            pl.when(~pl.Series(gone)).then(pl.col(name)).alias(name) for name, gone in blank.items()
        )
    return frame.with_columns(pl.col("year").cast(pl.Int64), pl.col(CELLS).cast(pl.Int64))


def _truth(rows: pl.DataFrame, stated: np.ndarray, missing: np.ndarray) -> pl.DataFrame:
    """Say by plain arithmetic which rules the seeded rows break; a sum of which a part is blank is not broken."""
    found: list[tuple[str, str]] = []
    for at, row in enumerate(rows.iter_rows(named=True)):
        broken = [f"B-5:{name}" for name in CELLS if row[name] is None]
        broken += [f"B-6:{name}" for name in CELLS if row[name] is not None and row[name] < 0]
        for name, left, right in TIES:
            sides = [[row[cell] for cell in side] for side in (left, right)]
            if None not in (*sides[0], *sides[1]) and sum(sides[0]) != sum(sides[1]):
                broken.append(name)
        broken += ["B-7:"] if missing[at] else ["B-8:"] if stated[at] != row["year"] else []
        found += [(row["report"], name) for name in broken]
    return pl.DataFrame(found, schema={"report": pl.String, "rule": pl.String}, orient="row")


if __name__ == "__main__":
    for number in sys.argv[2:]:
        print(*make(Path(sys.argv[1]), int(number)))
