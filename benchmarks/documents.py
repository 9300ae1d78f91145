"""Benchmark B: what reading and judging documents costs for each kind, in one process that is warm.

    python benchmarks/documents.py [documents] [rounds]

Processor time a document, median of rounds in which the kinds take turns; nothing is read but what was rendered here.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

# In the place of this folder, where `html` would be a file of ours and not the module of Python.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from generate import make_cells, make_report
from govrules.batch import Judge, Recipe
from layout import make_printed
from markup import cms
from reading import FORMS
from render import DIALECTS

ISSUER, YEAR = "青石县水务局", 2022


def texts(count: int) -> list[bytes]:
    """Give plain texts in all dialects."""
    rng, dialects, form = random.Random(11), sorted(DIALECTS), FORMS["national-2021"]
    made = [
        make_report(form, make_cells(form, rng), YEAR, ISSUER, rng, dialects[n % len(dialects)]) for n in range(count)
    ]
    return [text.encode() for text in made]


def pages(count: int) -> list[bytes]:
    """Give web pages as a content management system makes them."""
    return [cms(make_printed("national-2021", seed)).encode() for seed in range(count)]


def write(folder: Path, count: int) -> dict[str, list[Path]]:
    """Write the documents of each kind."""
    kinds: dict[str, tuple[str, Callable[[int], list[bytes]]]] = {"text": (".txt", texts), "page": (".html", pages)}
    made: dict[str, list[Path]] = {}
    for name, (suffix, render) in kinds.items():
        for number, content in enumerate(render(count)):
            file = folder / f"{name}{number:04}{suffix}"
            file.write_bytes(content)
            made.setdefault(name, []).append(file)
    return made


def table(count: int = 60, rounds: int = 5) -> str:
    """Give the figures as a Markdown table; stops when a document cannot be read."""
    judge = Judge(Recipe(keep=False), Recipe().plan())
    found: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        kinds = write(Path(name), count)
        for number in range(rounds + 1):
            for kind, files in kinds.items():
                began = time.process_time()
                readings = judge.readings(files)
                read = time.process_time()
                judge.judged(readings)
                if faults := [reading.error for reading in readings if reading.error]:
                    sys.exit(f"not read: {faults[0]}")
                if number:  # the first round fills what is remembered between documents
                    found.setdefault(kind, []).append((read - began, time.process_time() - read))
    lines = ["| Kind | Reading, ms each | Judging, ms each |", "| --- | ---: | ---: |"]
    for kind, times in found.items():
        reading, judging = (median(column) / count * 1000 for column in zip(*times, strict=True))
        lines.append(f"| {kind} | {reading:.2f} | {judging:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(*map(int, sys.argv[1:3])))
