"""Rate and memory of `govrules validate` over many reports; everything is made in a folder that is removed again.

Run: python benchmarks/many.py [--files 20000] [--jobs N]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generate import make_cells, make_report
from reading import FORMS
from render import DIALECTS

TEXTS, ISSUER, YEAR = 300, "青石县水务局", 2022
COMMAND = [sys.executable, "-m", "govrules", "validate", "--format", "json", "--output", "/dev/null"]
Samples = dict[int, list[tuple[float, int]]]


def texts() -> list[str]:
    """Give distinct reports of both national forms in all dialects, one in four with a slip in a sum."""
    rng, dialects, made = random.Random(7), sorted(DIALECTS), []
    for number in range(TEXTS):
        form = FORMS[("national-2021", "national-2019")[number % 2]]
        cells = make_cells(form, rng)
        if number % 4 == 0:
            cells["requests.received_new.total"] += 1
        made.append(make_report(form, cells, YEAR, ISSUER, rng, dialects[number % len(dialects)]))
    return made


def write_files(folder: Path, count: int) -> None:
    """Write reports, each of a body of its own."""
    known = texts()
    for number in range(count):
        below = folder / f"{number // 1000:03}"
        below.mkdir(exist_ok=True)
        text = known[number % TEXTS].replace(ISSUER, f"青石县第{number}局").replace(str(YEAR), str(2021 + number % 3))
        (below / f"{number:06}.txt").write_text(text, encoding="utf-8")


def resident(process: int) -> int:
    """Give the memory that a process holds now, in MB; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS")), 0)


def family(process: int) -> Iterator[int]:
    """Give a process and those that it started."""
    yield process
    for thread in Path(f"/proc/{process}/task").glob("*"):
        try:
            yield from map(int, (thread / "children").read_text(encoding="utf-8").split())
        except OSError:
            continue


def sampled(command: list[str]) -> tuple[float, int, Samples]:
    """Run a command: the seconds it took, its exit code, and each second the memory of each of its processes."""
    samples: Samples = {}
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            for number in family(process.pid):
                if size := resident(number):
                    samples.setdefault(number, []).append((time.monotonic() - began, size))
            time.sleep(1)
    return time.monotonic() - began, process.returncode, samples


def growth(taken: list[tuple[float, int]], seconds: float) -> int:
    """Give by how many MB a process grew over the last half of the run, its last moments left out.

    Memory goes up and down with each document: the last fifth of that time is compared with its first, on average.
    """
    late = [size for at, size in taken if seconds / 2 <= at <= seconds * 0.97]
    fifth = max(1, len(late) // 5)
    return round(mean(late[-fifth:]) - mean(late[:fifth])) if late else 0


def main() -> None:
    """Print the rate, the peak of each process, and its growth over the last half."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--jobs", type=int)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), asked.files)
        jobs = ["--jobs", str(asked.jobs)] if asked.jobs else []
        seconds, code, samples = sampled([*COMMAND, *jobs, folder])
    print(f"{asked.files} files in {seconds:.1f} s, {asked.files / seconds:.1f} per second, exit code {code}")
    for number, (process, taken) in enumerate(samples.items()):
        peak = max(size for _, size in taken)
        print(f"  {'worker' if number else 'parent'} {process}: peak {peak} MB, {growth(taken, seconds):+} MB at last")


if __name__ == "__main__":
    main()
