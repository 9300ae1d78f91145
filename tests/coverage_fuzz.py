"""Fuzzing led by coverage, for as long as one likes: `python tests/coverage_fuzz.py html -max_total_time=600`.

It needs `pip install atheris`, which is no dependency of the project. The first word is the format: text, html, docx
or json; the rest are the options of libFuzzer, among them a folder for the inputs that reach new code. Inputs start
from whole reports and are damaged bytewise; a crash, a hang, or a cell that is flagged `exact` with a raw text that
does not occur in the input, ends the run and leaves the input in a file `crash-…`.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["govrules.read"]):
    from fuzzed import Format, docx_format, html_format, json_format, text_format
    from govrules.errors import GovrulesError
    from govrules.read.normalise import normalise
    from govrules.report import Report

FORMATS = {"text": text_format, "html": html_format, "docx": docx_format, "json": json_format}
LONGEST = 60_000


def seeds(form: Format, folder: Path) -> None:
    """Write the printed reports, undamaged, as the inputs to begin with."""
    for number, (_, document) in enumerate(form.printed):
        content, _ = form.packed(document, random.Random(number))
        (folder / f"seed-{number}").write_bytes(content)


def unread(report: Report) -> list[str]:
    """List the cells whose raw text does not stand in the line that they are said to be read from."""
    lines = {line.number: normalise(line.raw) for line in report.text}
    return [
        cell.cell
        for cell in report.cells.values()
        if cell.flag == "exact" and cell.value and normalise(cell.raw).strip() not in lines.get(cell.line, "")
    ]


def one_input(form: Format, content: bytes) -> None:
    """Read one input; raises what no input may raise."""
    try:
        found = form.reports(content)
    except GovrulesError:
        return
    for report in found:
        wrong = [] if form is json_format() else unread(report)
        assert not wrong, wrong


def main() -> None:
    """Fuzz the format that the first word names."""
    form = FORMATS[sys.argv.pop(1)]()
    with tempfile.TemporaryDirectory() as folder:
        seeds(form, Path(folder))
        atheris.Setup([*sys.argv, f"-max_len={LONGEST}", folder], lambda content: one_input(form, content))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
