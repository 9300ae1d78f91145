"""Benchmark A: 444 rules over a corpus, every contender a process of its own, each one's answers checked.

    python benchmarks/rules.py --folder /tmp/bench [--reports 1 10000 100000 1000000] [--rounds 5]

Rounds are interleaved; a figure is the median of its rounds as a ratio to Polars written by hand, in the same run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent))

HERE = Path(__file__).parent
FLOOR, OURS = "polars_by_hand", "ours"
CONTENDERS = (
    FLOOR, OURS, "dataframely_lazy", "dataframely_eager", "duckdb_sql", "pandera_polars", "pointblank_rules",
    "pandera_pandas", "python_loop", "ge_pandas",
)  # fmt: skip
# Up to how many reports a contender is run that takes minutes, or more memory than there is, for more.
MOST = {"python_loop": 100_000, "pandera_pandas": 100_000, "pointblank_rules": 100_000}
MILLION = 1_000_000


@dataclass(frozen=True)
class Run:
    """One process: wall clock and CPU seconds, and the most memory it had, in GB.

    One that was `stopped` would have taken longer; it gave no answer.
    """

    wall: float
    cpu: float
    memory: float
    stopped: bool = False


def run(name: str, corpus: Path, found: Path, stop: float | None = None) -> Run:
    """Run a contender once, at most `stop` seconds; raises RuntimeError when it fails."""
    command = [sys.executable, str(HERE / "contenders" / f"{name}.py"), str(corpus), str(HERE / "pack"), str(found)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    timer = threading.Timer(stop or threading.TIMEOUT_MAX, child.kill)
    timer.daemon = True
    timer.start()
    _, status, used = os.wait4(child.pid, 0)
    timer.cancel()
    wall = time.perf_counter() - began
    stopped = stop is not None and wall >= stop
    if status and not stopped:
        raise RuntimeError(f"{name} fails: {child.stderr.read().decode()[-600:] if child.stderr else ''}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6, stopped)


def is_right(found: Path, truth: Path) -> bool:
    """Tell whether a contender named exactly the failures that there are."""
    import polars as pl

    told = pl.read_parquet(found)
    if "item" in told.columns:
        told = told.with_columns(pl.col("rule") + ":" + pl.col("item"))
    pairs = [
        frame.select(pl.col("report", "rule").cast(pl.String)).sort("report", "rule")
        for frame in (told, pl.read_parquet(truth))
    ]
    return pairs[0].equals(pairs[1])


def compare(
    reports: int, folder: Path, rounds: int, names: tuple[str, ...], stop: float | None = None
) -> dict[str, list[Run]]:
    """Run contenders in turn, so many rounds, and check what each says every time it is not stopped."""
    from corpus import make

    corpus, truth = make(folder, reports)
    runs: dict[str, list[Run]] = {name: [] for name in names if reports <= MOST.get(name, reports)}
    with tempfile.TemporaryDirectory() as made:
        for _ in range(rounds):
            for name, kept in runs.items():
                found = Path(made, f"{name}.parquet")
                kept.append(run(name, corpus, found, stop))
                if not kept[-1].stopped and not is_right(found, truth):
                    raise RuntimeError(f"{name} does not name the failures that there are")
                print(reports, name, kept[-1], file=sys.stderr, flush=True)
    return runs


def table(reports: int, runs: dict[str, list[Run]]) -> list[str]:
    """Give the lines of one comparison."""
    floor = runs[FLOOR]
    wall, cpu = median(one.wall for one in floor), median(one.cpu for one in floor)
    lines = [
        f"## {reports:,} reports",
        "",
        "| contender | rounds | wall | × | CPU | × | peak |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, several in runs.items():
        mine, work = median(one.wall for one in several), median(one.cpu for one in several)
        peak = max(one.memory for one in several)
        more = "> " if any(one.stopped for one in several) else ""
        times = f"{more}{mine:.2f} s | {more}{mine / wall:.2f} | {more}{work:.2f} s | {more}{work / cpu:.2f}"
        lines.append(f"| {name} | {len(several)} | {times} | {peak:.2f} GB |")
    return [*lines, ""]


HEAD = """# Benchmark A: 444 rules over a corpus

Written by `benchmarks/rules.py`. Whole processes, rounds interleaved, medians; × is the ratio to Polars written by hand
for these rules, in the same run. Every process named exactly the failures that were put in. govrules gives the figures
of each failure as well (`actual`, `expected`, `difference`) and counts of every answer by rule; it starts from the
questions that an earlier run kept. CPU is of all threads: where a machine does other things too it is the steadier.
A contender with `>` was stopped: it takes longer, and gave no answer.
"""


def main() -> None:
    """Compare, and write results.md."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    asked.add_argument("--reports", type=int, nargs="+", default=[1, 10_000, 100_000, 1_000_000])
    asked.add_argument("--alone", type=int, default=0, help="a size at which ours is run alone, for its memory")
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--stop", type=float, help="seconds after which a contender is stopped: it takes longer then")
    asked.add_argument("--only", nargs="+", default=list(CONTENDERS))
    asked.add_argument("--output", type=Path, default=HERE / "results.md")
    chosen = asked.parse_args()
    lines = [HEAD]
    for reports in chosen.reports:
        lines += table(reports, compare(reports, chosen.folder, chosen.rounds, tuple(chosen.only), chosen.stop))
        chosen.output.write_text("\n".join(lines), encoding="utf-8")
    if chosen.alone:
        from corpus import laid

        laid(chosen.folder, MILLION, chosen.alone // MILLION)
        (one,) = compare(chosen.alone, chosen.folder, 1, (OURS,)).values()
        took = f"{one[0].wall:.1f} s, CPU {one[0].cpu:.1f} s, peak {one[0].memory:.2f} GB"
        lines.append(f"govrules alone at {chosen.alone:,}: {took}.")
        chosen.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
