"""The documents in examples/ say what they are meant to say: every finding, and no other."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from govrules import validate

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, list[str]] = {
    "balance-2022.txt": ["1 T3-01 error", "1 T3-01 error"],
    "blanks-2024.txt": ["1 T2-02 warning", "1 T3-06 warning", "1 T3-07 info"],
    "clean-2020.txt": [],
    "clean-2023.txt": [],
    "structure-2023.txt": [
        "1 DOC-01 info",
        "1 PER-01 error",
        "1 SEC-01 warning",
        "1 SEC-02 warning",
        "1 SEC-04 warning",
    ],
    "totals-2021.txt": ["1 T3-02 error", "1 T3-03 error", "1 T3-04 error", "1 T3-04 error", "1 T4-03 error"],
    "two-reports.txt": ["0 TXT-08 warning", "2 T4-01 error", "2 TXT-09 info"],
}
"""By file: the ordinal of the report in it (0 is the whole file), the rule, the severity."""


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.txt")), ids=lambda path: path.name)
def test_an_example_has_the_findings_it_is_made_for_and_no_others(path: Path) -> None:
    result = validate([path])
    ordinal = {report.id: number for number, report in enumerate(result.reports, start=1)}
    found = [f"{ordinal.get(f.report or '', 0)} {f.rule} {f.severity}" for f in result.findings]
    assert not result.errors
    assert Counter(found) == Counter(EXPECTED[path.name])
