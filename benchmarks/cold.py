"""Benchmark C: what a start costs, whole processes beside importing what each cannot do without.

    python benchmarks/cold.py [rounds]

Processor time (user and system), all commands in turn in every round, medians. The cache is warm but for `no cache`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "totals-2021.txt"
TYPER, POLARS = "import typer", "import polars"
MOST = {"--help": (TYPER, 3.0), "validate one.txt": (POLARS, 4.0), "validate one.json": (POLARS, 4.0)}
"""How many times the import beside it a command may cost."""


def commands(folder: Path) -> dict[str, list[str]]:
    """Give what is timed, by name; the documents are written to a folder."""
    ours = [sys.executable, "-m", "govrules"]
    text, parsed = folder / "one.txt", folder / "one.json"
    text.write_bytes(EXAMPLE.read_bytes())
    subprocess.run([*ours, "parse", str(text), "--output", str(parsed)], check=True)
    return {
        TYPER: [sys.executable, "-c", TYPER],
        POLARS: [sys.executable, "-c", POLARS],
        "--help": [*ours, "--help"],
        "validate one.txt": [*ours, "validate", str(text)],
        "validate one.json": [*ours, "validate", str(parsed)],
        "validate one.txt, no cache": [*ours, "validate", str(text)],
    }


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Give the processor time of a command; raises RuntimeError when it fails otherwise than by findings."""
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise RuntimeError(f"{command} ends with {child.returncode}")
    return used.ru_utime + used.ru_stime


def measured(rounds: int) -> dict[str, float]:
    """Give the median time of each command."""
    with tempfile.TemporaryDirectory() as name:
        plain = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        with_cache = {**plain, "GOVRULES_CACHE_DIR": f"{name}/cache"}
        without = {**plain, "GOVRULES_NO_CACHE": "1"}
        timed = commands(Path(name))
        environments = {what: without if "no cache" in what else with_cache for what in timed}
        for what, command in timed.items():  # bytecode and the cache are written
            seconds(command, environments[what])
        found: dict[str, list[float]] = {what: [] for what in timed}
        for _ in range(rounds):
            for what, command in timed.items():
                found[what].append(seconds(command, environments[what]))
    return {what: median(times) for what, times in found.items()}


def table(rounds: int = 9) -> str:
    """Give the figures as a Markdown table."""
    times = measured(rounds)
    lines = ["| Command | CPU time, ms | Beside | Times | At most |", "| --- | ---: | --- | ---: | ---: |"]
    for what, time in times.items():
        floor, most = MOST.get(what, (POLARS, None))
        told = "" if what in (TYPER, POLARS) else f"`{floor}`"
        ratio = f"{time / times[floor]:.1f}" if told else ""
        lines.append(f"| `{what}` | {time * 1000:.0f} | {told} | {ratio} | {most or ''} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
