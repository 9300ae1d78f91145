"""Reports that were parsed and written as JSON: they come back whole, and give the same findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from given import CORPUS, EXAMPLES, parsed_reports, read_by
from govrules import validate
from govrules.errors import ReadError
from govrules.output.json import report_fields, write_reports
from govrules.read.figures.parsed import read_json, report_from
from govrules.report import (
    Box,
    CellRecord,
    Claim,
    ExtraRow,
    Issue,
    Line,
    Report,
    SectionRecord,
    Spot,
    Title,
)
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def parsed() -> list[Report]:
    return parsed_reports()


def test_a_report_read_from_text_comes_back_equal(parsed: list[Report]) -> None:
    for report in parsed:
        assert report.text
        assert report_from(json.loads(json.dumps(report_fields(report)))) == report


def test_a_file_of_parsed_reports_gives_the_same_reports(parsed: list[Report]) -> None:
    assert read_by(read_json, write_reports(parsed, [], [])) == parsed


WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
COUNTS = st.integers(0, 9999)
NUMBERS = st.one_of(
    st.integers(-(10**24), 10**24),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda x: int(x) if x == int(x) else x),
)
PAIRS = st.tuples(COUNTS, COUNTS).map(lambda pair: (min(pair), max(pair)))
SPOTS = st.builds(Spot, COUNTS, WORDS, COUNTS, COUNTS, COUNTS)
BOXES = st.lists(st.builds(Box, WORDS, WORDS, COUNTS, st.integers(1, 60), SPOTS), max_size=3).map(tuple)
LINES = st.lists(st.builds(Line, COUNTS, WORDS, WORDS, BOXES, SPOTS), max_size=3).map(tuple)
KINDS = st.one_of(
    st.tuples(NUMBERS.filter(bool), st.just("number")),
    st.tuples(st.just(0), st.sampled_from(["zero", "dropped"])),
    st.tuples(st.none(), st.sampled_from(["blank", "mark", "word", "dropped", "missing", "unreadable"])),
)
RECORDS = st.builds(
    lambda cell, kind, raw, flag, line, unit, span, spot, confidence: CellRecord(
        cell, kind[0], raw, kind[1], flag, line, unit, span, spot, confidence
    ),
    WORDS, KINDS, WORDS, st.sampled_from(["exact", "unique", "ambiguous", "partial", "missing", "upstream"]), COUNTS,
    WORDS, st.none() | PAIRS, SPOTS, st.none() | st.floats(0, 1),
)  # fmt: skip
CLAIMS = st.builds(
    Claim, st.sampled_from(["count", "money", "percent", "denial"]), NUMBERS, WORDS, st.booleans(), WORDS, WORDS,
    COUNTS, PAIRS, COUNTS, COUNTS, st.none() | WORDS,
)  # fmt: skip
SECTIONS = st.builds(
    lambda name, title, numeral, match, lines, empty: SectionRecord(
        name, title, numeral, match, lines[0], lines[1], empty
    ),
    WORDS, WORDS, WORDS, st.sampled_from(["canonical", "variant", "deviation"]), PAIRS, st.booleans(),
)  # fmt: skip
ISSUES = st.builds(Issue, WORDS, WORDS, WORDS, st.none() | WORDS, st.none() | PAIRS)
EXTRA = st.builds(ExtraRow, WORDS, WORDS, st.lists(WORDS, max_size=3).map(tuple), COUNTS)
REPORTS = st.builds(
    Report, WORDS, WORDS, PAIRS, st.none() | WORDS, st.none() | COUNTS, st.none() | WORDS,
    script=st.sampled_from(["simplified", "traditional"]),
    title=st.none() | st.builds(Title, WORDS, COUNTS, st.none() | WORDS, st.none() | COUNTS, WORDS),
    issuer_from=st.sampled_from(["title", "text", ""]),
    year_from=st.sampled_from(["title", "period", "text", ""]),
    cells=st.lists(RECORDS, max_size=4).map(lambda records: {record.cell: record for record in records}),
    sections=st.lists(SECTIONS, max_size=2).map(tuple),
    tables=st.dictionaries(WORDS, WORDS, max_size=2),
    extra=st.lists(EXTRA, max_size=2).map(tuple),
    text=LINES, claims=st.lists(CLAIMS, max_size=2).map(tuple), foreign=LINES,
    issues=st.lists(ISSUES, max_size=2).map(tuple),
    structured=st.booleans(), region=st.none() | WORDS, published=WORDS, site=WORDS, figures_only=st.booleans(),
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(report=REPORTS)
def test_any_report_comes_back_equal(report: Report) -> None:
    assert report_from(json.loads(json.dumps(report_fields(report)))) == report


@pytest.mark.parametrize("paths", [EXAMPLES, CORPUS], ids=["examples", "corpus"])
def test_parsed_reports_have_the_findings_of_the_documents_they_were_read_from(
    paths: Sequence[Path], tmp_path: Path
) -> None:
    if not paths:
        pytest.skip("the corpus is not here")
    direct = validate(paths)
    (tmp_path / "parsed.json").write_text(write_reports(direct.reports, direct.issues, direct.errors), encoding="utf-8")
    again = validate([tmp_path / "parsed.json"])
    assert direct.findings
    assert again.findings == direct.findings
    assert (again.issues, again.errors) == (direct.issues, direct.errors)
    assert again.outcomes.counts == direct.outcomes.counts


def test_what_could_not_be_read_is_not_forgotten_in_parsed_reports(parsed: list[Report]) -> None:
    lost = write_reports(parsed, [], [ReadError("is damaged", where="other.pdf")])
    (issue,) = read_json(lost.encode(), "parsed.json").issues
    assert (issue.source, issue.code) == ("other.pdf", "unread")
    assert "is damaged" in issue.message
