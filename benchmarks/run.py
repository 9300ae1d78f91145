"""All benchmarks into one page: A rules over a corpus, B documents, C cold start.

python benchmarks/run.py --folder /tmp/bench [--only B C] [--reports 1 10000] [--rounds 9]
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TITLES = {"A": "A. Rules over a corpus", "B": "B. Reading and judging documents", "C": "C. Cold start"}


def printed(script: str, *args: str) -> str:
    """Give what a benchmark prints, in a process of its own; its failure ends the run."""
    done = subprocess.run([sys.executable, str(HERE / script), *args], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def rules(folder: Path, reports: list[int], alone: int, stop: float) -> str:
    """Give the page that benchmark A writes; a contender is stopped after so many seconds."""
    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "rules.md"
        sizes = ["--reports", *map(str, reports), "--alone", str(alone), "--stop", str(stop)]
        printed("rules.py", "--folder", str(folder), "--output", str(page), *sizes)
        return page.read_text(encoding="utf-8").partition("\n")[2].strip().replace("\n## ", "\n### ")


def main() -> None:
    """Run what is asked for and write the page."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "govrules-bench")
    asked.add_argument("--only", nargs="+", choices=TITLES, default=list(TITLES))
    asked.add_argument("--reports", type=int, nargs="+", default=[1, 10_000, 100_000, 1_000_000])
    asked.add_argument("--alone", type=int, default=5_000_000, help="a size at which ours is run alone")
    asked.add_argument("--stop", type=float, default=200, help="seconds after which a contender of A is stopped")
    asked.add_argument("--rounds", type=int, default=9)
    asked.add_argument("--output", type=Path, default=HERE / "results.md")
    given = asked.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    parts = [f"# Benchmarks\n\nPython {platform.python_version()}, {machine}."]
    for name in given.only:
        made = {
            "A": lambda: rules(given.folder, given.reports, given.alone, given.stop),
            "B": lambda: f"{printed('documents.py')}\n\n```\n{printed('html.py', '60')}\n```",
            "C": lambda: printed("cold.py", str(given.rounds)),
        }[name]()
        parts.append(f"## {TITLES[name]}\n\n{made}")
    given.output.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
