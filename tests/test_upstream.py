"""Figures that went through JSON, CSV and Parquet: reports come back whole, blanks stay apart from zeros."""

from __future__ import annotations

import csv
import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from itertools import repeat
from pathlib import Path

import polars as pl
import pytest
from generate import Figures
from govrules import validate
from govrules.batch import Recipe
from govrules.errors import GovrulesError, ReadError, RulesetError
from govrules.layout import Layout
from govrules.load.mapping import layout_of
from govrules.load.parse import parse_yaml
from govrules.output.cells import csv_parts, write_parquet
from govrules.output.json import report_fields, write_reports
from govrules.read.figures.mapping import MappedReader
from govrules.read.figures.parsed import read_json, report_from
from govrules.read.figures.upstream import read_csv, read_parquet
from govrules.read.reports import reports
from govrules.report import (
    CERTAIN,
    Box,
    CellRecord,
    Claim,
    ExtraRow,
    Issue,
    Line,
    Reader,
    Report,
    SectionRecord,
    Spot,
    Title,
)
from govrules.validation import validate_by
from hypothesis import given, settings
from hypothesis import strategies as st
from layout import Made, make_printed
from reading import FORMS, ISSUER, YEARS, read

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
CORPUS = sorted((ROOT.parent / "shared" / "corpus").glob("*.txt"))
MADE = [make_printed(name, seed, 0.3) for seed in range(14) for name in YEARS][:40]
Given = Mapping[str, str | int | float | None]


def read_by(reader: Reader, content: str | bytes | Path, source: str = "made.x") -> list[Report]:
    held = content.read_bytes() if isinstance(content, Path) else content
    found, _ = reports(reader(held if isinstance(held, bytes) else held.encode(), source), FORMS)
    return found


def as_csv(rows: Sequence[Given], delimiter: str = ",") -> str:
    made = StringIO()
    writer = csv.DictWriter(made, list(dict.fromkeys(key for row in rows for key in row)), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return made.getvalue()


def as_parquet(rows: Sequence[Given]) -> bytes:
    made = BytesIO()
    pl.DataFrame([dict(row) for row in rows], infer_schema_length=None, strict=False).write_parquet(made)
    return made.getvalue()


def figures(made: Made) -> dict[str, int | float | None]:
    return {cell: None if made.shown[cell] is None else value for cell, value in made.cells.items()}


def wide_row(made: Made, number: int, **head: str) -> dict[str, str | int | float | None]:
    return {"report": f"r{number}", "issuer": ISSUER, "year": made.year, **head, **figures(made)}


def by_form(name: str) -> list[tuple[int, Made]]:
    return [(number, made) for number, made in enumerate(MADE) if made.form.name == name]


def assert_right(report: Report, made: Made, zeros: str = "zero") -> None:
    """Every cell is what it was made as: figures equal, blanks blank, all of them certain."""
    assert (report.issuer, report.year, report.form) == (ISSUER, made.year, made.form.name)
    assert set(report.cells) == set(made.cells)
    for cell, value in made.cells.items():
        record = report.cells[cell]
        if made.shown[cell] is None:
            assert (record.kind, record.value, record.flag) == ("blank", None, "upstream")
        else:
            kind = "number" if value else zeros
            assert record.kind == kind
            assert record.value == pytest.approx(value, rel=1e-12)
            assert (record.flag in CERTAIN) == (kind != "blank_unknown")
    assert set(report.tables) == {table.id for table in made.form.tables}
    assert set(report.tables.values()) == {made.form.name}


# What was parsed comes back


@pytest.fixture(scope="module")
def parsed() -> list[Report]:
    """Reports as read from text: the examples, and made ones with their damage."""
    made = [read(path.read_bytes()) for path in EXAMPLES]
    found = [report for several in made for report in several]
    assert len(found) == len(EXAMPLES) + 1
    return [Report(**{**vars(one), "id": f"{n}", "source": f"{n}.txt"}) for n, one in enumerate(found)]


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


# Rows


def test_the_long_layout_brings_every_cell_record_back(parsed: list[Report], tmp_path: Path) -> None:
    write_parquet(parsed, FORMS, tmp_path / "long.parquet")
    of_csv = read_by(read_csv, "".join(csv_parts(parsed, FORMS)))
    for again in (of_csv, read_by(read_parquet, tmp_path / "long.parquet")):
        for one, report in zip(again, parsed, strict=True):
            assert one.cells == report.cells
            assert (one.id, one.source, one.issuer, one.year) == (report.id, report.source, report.issuer, report.year)
            assert (one.form, one.tables) == (report.form, report.tables)


def test_cells_are_written_report_by_report(parsed: list[Report], tmp_path: Path) -> None:
    endless = csv_parts(repeat(parsed[0]), FORMS)
    assert next(endless).startswith("report,source,issuer,")
    assert len({next(endless), next(endless)}) == 1
    several = 100_000 // len(parsed[0].cells) + 9
    write_parquet(repeat(parsed[0], several), FORMS, tmp_path / "many.parquet")
    made = pl.read_parquet(tmp_path / "many.parquet")
    assert made.height == several * len(parsed[0].cells)
    assert [path.name for path in tmp_path.iterdir()] == ["many.parquet"]


def test_spots_and_confidence_go_through_the_long_layout() -> None:
    cell = "requests.received_new.natural"
    record = CellRecord(cell, 3, " 3\n", "number", "unique", 7, "件", None, Spot(2, "表三", 1, 4, 5), 0.75)
    report = Report("a.xlsx", "a.xlsx", (7, 7), ISSUER, 2023, "national-2021", cells={cell: record})
    (again,) = read_by(read_csv, "".join(csv_parts([report], FORMS)))
    assert again.cells[cell] == record


@pytest.mark.parametrize("name", YEARS)
def test_wide_rows_are_read_right(name: str) -> None:
    rows = [wide_row(made, number) for number, made in by_form(name)]
    for found in (
        read_by(read_csv, as_csv(rows)), read_by(read_csv, as_csv(rows, "\t")), read_by(read_csv, as_csv(rows, ";")),
        read_by(read_csv, as_csv(rows).encode("gb18030")), read_by(read_csv, as_csv(rows).encode("utf-8-sig")),
        read_by(read_parquet, as_parquet(rows)),
    ):  # fmt: skip
        assert [report.id for report in found] == [f"made.x#{row['report']}" for row in rows]
        for report, (_, made) in zip(found, by_form(name), strict=True):
            assert_right(report, made)


def test_reports_of_all_forms_in_one_wide_file_keep_their_own_cells() -> None:
    rows = [wide_row(made, number) for number, made in enumerate(MADE)]
    for found in (read_by(read_csv, as_csv(rows)), read_by(read_parquet, as_parquet(rows))):
        for report, made in zip(found, MADE, strict=True):
            assert_right(report, made)


def test_long_rows_of_others_are_read_right() -> None:
    rows = [
        {"report": f"r{number}", "issuer": ISSUER, "year": f"{made.year}年", "cell": cell, "value": value}
        for number, made in enumerate(MADE)
        for cell, value in figures(made).items()
    ]
    for report, made in zip(read_by(read_csv, as_csv(rows)), MADE, strict=True):
        assert_right(report, made)


def test_printed_values_are_read_with_their_signs_and_units() -> None:
    for number, made in enumerate(MADE):
        (report,) = read_by(read_csv, as_csv([wide_row(made, number) | dict(made.shown)]))
        assert_right(report, made)
    thousands = as_csv([{"year": 2023, "requests.received_new.total": "1,234件", "proactive.fees.amount_wan": "20元"}])
    (report,) = read_by(read_csv, thousands)
    assert report.cells["requests.received_new.total"].value == 1234
    assert report.cells["proactive.fees.amount_wan"].value == 0.002


def test_a_column_that_is_not_there_is_missing_and_an_empty_field_is_blank() -> None:
    text = "year,requests.received_new.natural,requests.received_new.total\n2023,,0\n"
    (report,) = read_by(read_csv, text)
    cells = report.cells
    assert (cells["requests.received_new.natural"].kind, cells["requests.received_new.total"].kind) == ("blank", "zero")
    assert (cells["requests.carried_in.total"].kind, cells["requests.carried_in.total"].flag) == ("missing",) * 2
    assert report.tables == {"requests": "national-2021"}


def test_quoted_line_breaks_do_not_shift_the_lines_of_rows() -> None:
    text = 'report,source,year,requests.received_new.total\na,"x\ny",2023,1\nb,z,2023,2\n'
    found = read_by(read_csv, text)
    assert [(one.source, one.cells["requests.received_new.total"].line) for one in found] == [("x\ny", 2), ("z", 4)]


def test_many_rows_of_one_file_are_not_several_reports_in_one_document(tmp_path: Path) -> None:
    name = "national-2021"
    rows = [wide_row(made, number) for number, made in by_form(name)]
    (tmp_path / "wide.csv").write_text(as_csv(rows), encoding="utf-8")
    result = validate([tmp_path / "wide.csv"])
    assert (len(result.reports), result.errors) == (len(rows), ())
    blanks = {"T3-06", "T3-05", "T3-10", "T4-08"}
    assert {f.rule for f in result.findings} <= blanks, "figures alone say nothing about text, title or sections"


# Mappings

CODES = {name: {f"c{n:03}": cell for n, cell in enumerate(FORMS[name].cells)} for name in YEARS}
FLAT_MAPPING = """
mapping: flat
api: 1
group: [档案号]
report: 档案号
fields: {{issuer: 机关, year: 年度, form: 模板}}
forms: {{模板甲: {form}}}
blank: ["", "-"]
trust: 0.8
rows:
- {{key: {{what: 指标}}, value: 数值, cell: "{{what}}", confidence: 可信度}}
names:
  what: {codes}
"""
NESTED_MAPPING = """
mapping: nested
api: 1
reports: data.items
report: id
fields: {{issuer: meta.organ, year: meta.year, title: meta.title, text: paragraphs}}
blank: ["", "-", null]
{more}
cells:
- {{at: "tables.t.{{code}}.v", cell: "{{code}}", confidence: "tables.t.{{code}}.p"}}
names:
  code: {codes}
"""


def mapping(text: str, **words: object) -> Layout:
    said = {
        name: json.dumps(word, ensure_ascii=False) if isinstance(word, dict) else word for name, word in words.items()
    }
    return layout_of(parse_yaml(text.format(**said).encode(), "mapping.yaml"), FORMS)


def flat_rows(name: str) -> list[dict[str, str | int | float | None]]:
    return [
        {"档案号": f"d{number}", "机关": ISSUER, "年度": made.year, "模板": "模板甲", "指标": code, "可信度": 0.9,
         "数值": "-" if (value := figures(made)[cell]) is None else value}
        for number, made in by_form(name)
        for code, cell in CODES[name].items()
    ]  # fmt: skip


@pytest.mark.parametrize("name", YEARS)
def test_flat_rows_are_read_right_by_a_mapping(name: str) -> None:
    reader = MappedReader(mapping(FLAT_MAPPING, form=name, codes=CODES[name]))
    rows = flat_rows(name)
    as_text = [row | {"数值": str(row["数值"])} for row in rows]
    for content in (json.dumps(rows, ensure_ascii=False), as_csv(rows), as_parquet(as_text)):
        found = read_by(reader, content, "flat")
        assert [report.id for report in found] == [f"flat#d{number}" for number, _ in by_form(name)]
        for report, (_, made) in zip(found, by_form(name), strict=True):
            assert_right(report, made)
            assert {record.confidence for record in report.cells.values()} == {0.9}


def nested(name: str, blank: str | None = None) -> str:
    items = []
    for number, made in by_form(name):
        cells = figures(made)
        table = {
            code: {"v": blank if cells[cell] is None else cells[cell], "p": 1} for code, cell in CODES[name].items()
        }
        items.append({"id": number, "meta": {"organ": ISSUER, "year": made.year}, "tables": {"t": table}})
    return json.dumps({"data": {"items": items}}, ensure_ascii=False)


@pytest.mark.parametrize("name", YEARS)
def test_nested_json_is_read_right_by_a_mapping(name: str) -> None:
    reader = MappedReader(mapping(NESTED_MAPPING, more="", codes=CODES[name]))
    for blank in ("-", "", None):
        found = read_by(reader, nested(name, blank), "nested.json")
        for report, (_, made) in zip(found, by_form(name), strict=True):
            assert_right(report, made)


def test_a_zero_that_may_be_a_blank_is_never_certain() -> None:
    name = "national-2021"
    reader = MappedReader(mapping(NESTED_MAPPING, more="zero_is_blank: unknown", codes=CODES[name]))
    for report, (_, made) in zip(read_by(reader, nested(name, "-"), "n.json"), by_form(name), strict=True):
        assert_right(report, made, "blank_unknown")


def unsure(cells: Figures, kind: str) -> Report:
    """Give a report with some zeros, that are printed, blank, or of a parser that writes 0 for both."""
    flag, value = ("ambiguous", 0) if kind == "blank_unknown" else ("upstream", 0 if kind == "zero" else None)
    records = {
        cell: CellRecord(cell, v, str(v), "number", "upstream", 0) if v else CellRecord(cell, value, "", kind, flag, 0)  # type: ignore[arg-type]
        for cell, v in cells.items()
    }
    tables = {table.id: "national-2021" for table in FORMS["national-2021"].tables}
    return Report(
        kind, f"{kind}.json", (0, 0), ISSUER, 2023, "national-2021", cells=records, tables=tables, figures_only=True
    )


def test_findings_about_blanks_and_certain_zeros_do_not_rest_on_a_zero_that_may_be_a_blank() -> None:
    cells: Figures = dict.fromkeys(FORMS["national-2021"].cells, 0)
    cells |= {"requests.received_new.natural": 4, "requests.received_new.total": 5}
    found = {
        kind: {(f.rule, f.severity.value) for f in validate([unsure(cells, kind)]).findings}
        for kind in ("zero", "blank", "blank_unknown")
    }
    assert ("T3-03", "error") in found["zero"] or ("T3-02", "error") in found["zero"]
    assert "T3-06" in {rule for rule, _ in found["blank"]}
    assert "T3-06" not in {rule for rule, _ in found["blank_unknown"] | found["zero"]}
    assert "error" not in {severity for _, severity in found["blank_unknown"]}
    undetermined = validate([unsure(cells, "blank_unknown")]).outcomes.undetermined
    assert "T3-06" in {rule for _, rule, _ in undetermined}


def test_a_figure_below_the_trust_is_a_guess_and_keeps_its_confidence() -> None:
    reader = MappedReader(mapping(FLAT_MAPPING, form="national-2021", codes=CODES["national-2021"]))
    rows = flat_rows("national-2021")[:200]
    rows[0]["可信度"] = 0.79
    (report, *_) = read_by(reader, json.dumps(rows), "flat.json")
    first, second, *_ = report.cells.values()
    assert (first.flag, first.confidence, second.flag) == ("ambiguous", 0.79, "upstream")
    assert "ambiguous" in {issue.code for issue in report.issues}


def test_the_text_of_another_program_gives_title_sections_and_claims_and_its_cells_stand() -> None:
    name = "national-2021"
    ((_, made), *_) = by_form(name)
    item = json.loads(nested(name, "-"))["data"]["items"][0]
    item["meta"] = {}
    item["paragraphs"] = [part for part in made.printed if isinstance(part, str)]
    reader = MappedReader(mapping(NESTED_MAPPING, more="", codes=CODES[name]))
    (report,) = read_by(reader, json.dumps({"data": {"items": [item]}}), "n.json")
    assert_right(report, made)
    assert [section.id for section in report.sections] == [section.id for section in FORMS[name].sections]
    assert report.title is not None
    assert (report.title.year, report.figures_only, report.year_from) == (made.year, False, "title")
    assert (report.issuer, report.issuer_from) == (report.title.issuer, "title")
    item["meta"] = {"organ": "青石县民政局"}
    (given,) = read_by(reader, json.dumps({"data": {"items": [item]}}), "n.json")
    assert (given.issuer, given.issuer_from) == ("青石县民政局", "")
    assert any("统计期限" in line.text for line in report.text)


def test_text_and_head_that_disagree_are_told() -> None:
    item = json.loads(nested("national-2021", "-"))["data"]["items"][0]
    ((_, made), *_) = by_form("national-2021")
    item["meta"]["year"] = 2022
    item["paragraphs"] = [part for part in made.printed if isinstance(part, str)]
    reader = MappedReader(mapping(NESTED_MAPPING, more="", codes=CODES["national-2021"]))
    (report,) = read_by(reader, json.dumps({"data": {"items": [item]}}), "n.json")
    assert report.year == 2022
    assert [issue.code for issue in report.issues] == ["disagrees"]


def test_a_mapping_that_finds_nothing_says_so() -> None:
    layout = mapping(NESTED_MAPPING, more="", codes=CODES["national-2021"])
    elsewhere = '{"data": {"items": [{"id": 1, "meta": {"organ": "甲县", "year": 2023}, "table": {}}]}}'
    (report,) = read_by(MappedReader(layout), elsewhere, "n.json")
    assert [issue.code for issue in report.issues] == ["no-cells"]
    with pytest.raises(ReadError, match=r"holds no report .*'data\.items'"):
        read_by(MappedReader(layout), '{"items": []}', "n.json")


def test_what_no_dictionary_knows_is_told_and_units_are_converted() -> None:
    text = """
mapping: m
api: 1
fields: {{year: y}}
cells:
- {{at: "t.{{row}}", cell: "requests.received_new.{{row}}"}}
- {{at: fee, cell: proactive.fees.amount_wan, unit: 元}}
names: {{row: {{人: natural, 计: total, 略: null}}}}
"""
    reader = MappedReader(mapping(text))
    (report,) = read_by(reader, '{"y": "2023年度", "t": {"人": 3, "计": 3, "略": 8, "新": 1}, "fee": 125000}', "m.json")
    assert {cell: r.value for cell, r in report.cells.items() if r.value is not None} == {
        "requests.received_new.natural": 3, "requests.received_new.total": 3, "proactive.fees.amount_wan": 12.5,
    }  # fmt: skip
    assert ["$.t.新" in issue.message for issue in report.issues if issue.code == "unmapped"] == [True]


# What is wrong


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("fields: {year: meta.year, yaer: x}", r"mapping.yaml:\d+:\d+: unknown key 'yaer' .*'year'"),
        ("trust: 1.5", r"mapping.yaml:\d+:\d+: trust: .*1"),
        ("forms: {甲: national-2012}", r"mapping.yaml:\d+:\d+: unknown form 'national-2012' .*'national-20"),
        ("cells: [{at: a, cell: requests.received_new.natual}]", r":\d+:\d+: no form has a cell .*new.natural'"),
        ("cells: [{at: 'a.{row}', cell: 'requests.{rwo}'}]", r":\d+:\d+: the name {rwo} is not given .*'row'"),
        ("names: {c: {x: natual}}", r"mapping.yaml:\d+:\d+: 'natual' makes no cell of any form .*'natural'"),
        ("zero_is_blank: maybe", r"mapping.yaml:\d+:\d+: zero_is_blank: should be"),
        ("cells: []", "maps no cell"),
    ],
)  # fmt: skip
def test_a_bad_mapping_is_told_with_its_place(change: str, told: str) -> None:
    base = {"cells": "cells: [{at: 'a.{c}', cell: 'requests.received_new.{c}'}]", "fields": "fields: {year: y}",
            "names": "names: {c: {x: natural}}"}  # fmt: skip
    base |= {change.partition(":")[0]: change}
    if change.startswith("cells: [{") or change == "cells: []":
        base["names"] = "names: {}"
    text = "\n".join(["mapping: m", "api: 1", *base.values(), ""])
    with pytest.raises(RulesetError) as failed:
        layout_of(parse_yaml(text.encode(), "mapping.yaml"), FORMS)
    assert_told(failed.value, told)


def assert_told(error: GovrulesError, told: str) -> None:
    import re

    first = str(error).split("\n")[0]
    assert re.search(told, first), first
    assert len(first) < 400


def one_report(**changes: object) -> str:
    cell: dict[str, object] = {"value": 3, "unit": "件", "raw": "3", "kind": "number", "flag": "exact", "line": 4}
    cells = {"requests.received_new.total": cell | {k: v for k, v in changes.items() if k in cell}}
    report: dict[str, object] = {
        "id": "a",
        "source": "a.txt",
        "lines": [1, 9],
        "issuer": None,
        "year": 2023,
        "form": "national-2021",
    }
    report |= {"cells": cells}
    report |= {key: value for key, value in changes.items() if key not in cell}
    return json.dumps({"schema": "govrules.report/1", "reports": [report]}, ensure_ascii=False)


_ONE = json.loads(one_report())
TWO_ALIKE = json.dumps(_ONE | {"reports": [*_ONE["reports"], *_ONE["reports"]]})
CELL = r"made.json: \$.reports\[0\].cells\[?.*requests.received_new.total"
HOSTILE = {
    "not JSON": ('{"a": \n nonsense}', r"made.json:2:2: is not JSON"),
    "half": (one_report()[:-9], r"made.json:1:\d+: is not JSON"),
    "NaN": (one_report().replace(": 3,", ": NaN,"), r"\.value: is no finite number"),
    "infinite": (one_report().replace(": 3,", ": -Infinity,"), r"\.value: is no finite number"),
    "1e999": (one_report().replace(": 3,", ": 1e999,"), r"\.value: is no finite number"),
    "endless digits": (one_report().replace(": 3,", f": {'9' * 9000},"), r"\.value: is no finite number"),
    "beyond 2**53": (one_report(value=2**53 + 1), r"\.value: is beyond 2\*\*53"),
    "a text value": (one_report(value="x"), CELL + r".*\.value: value is \"x\", a number or null is expected"),
    "true": (one_report(value=True), r"\.value: value is true, a number or null"),
    "a list": (one_report(cells=[]), r"\$.reports\[0\].cells: value is a list, an object is expected"),
    "no kind": (one_report(kind="nought"), r"\.kind: value is \"nought\", one of number, zero, blank"),
    "blank with value": (one_report(kind="blank"), CELL + r".*: the kind is 'blank' and yet the value is 3"),
    "zero of 3": (one_report(kind="zero"), CELL + r".*: the kind is 'zero' and yet the value is 3"),
    "number of null": (one_report(value=None), CELL + r".*: the kind is 'number' and there is no value"),
    "certain blank_unknown": (one_report(kind="blank_unknown", value=0), r"never 'exact'"),
    "negative line": (one_report(line=-1), r"\.line: value is -1, a whole number of 0 or more"),
    "lines turned": (one_report(lines=[9, 1]), r"\$.reports\[0\].lines: value is a list, a list of two whole"),
    "year of text": (one_report(year="2023"), r"\$.reports\[0\].year: value is \"2023\", a whole number"),
    "unknown cell": (one_report().replace("new.total", "new.totl"), r"\.cells: no form has a cell .*did you mean"),
    "unknown form": (one_report(form="national-2012"), r"\.form: the form is 'national-2012', .*did you mean"),
    "version 2": (one_report().replace("report/1", "report/2"), r"\$.schema: has the schema 'govrules.report/2'"),
    "findings": ('{"schema": "govrules.findings/1"}', "holds findings, not reports"),
    "another layout": ('[{"a": 1}]', "--mapping FILE"),
    "no reports": ('{"schema": "govrules.report/1", "reports": []}', r"\$.reports: holds no report"),
    "twice": (one_report().replace('"unit"', '"value": 4, "unit"'), r"total.*: the key 'value' stands twice"),
    "same id": (TWO_ALIKE, r"\$.reports\[1\].id: a second report is called 'a'"),
    "deep": ("[" * 100 + "]" * 100, "nested more than 50 levels"),
    "very deep": ("[" * 200_000, "nested more than 50 levels|is not JSON"),
    "half a character": (one_report(issuer="x").replace('"x"', '"\\ud800"'), r"issuer: holds half a character"),
    "empty": ("", "the file is empty"),
    "many parts": ("[" + "[]," * 1_000_001 + "[]]", "objects and lists, the limit is 1000000"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_json_is_an_error_with_its_place(name: str) -> None:
    content, told = HOSTILE[name]
    with pytest.raises(ReadError) as failed:
        read_by(read_json, content, "made.json")
    assert_told(failed.value, told)


def test_json_that_is_too_large_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(ReadError, match="bytes, the limit is 30000000"):
        read_json(b" " * 30_000_001, "made.json")


def test_a_whole_report_of_the_errors_is_read_when_nothing_is_changed() -> None:
    (report,) = read_by(read_json, one_report(), "made.json")
    assert report.cells["requests.received_new.total"].value == 3


HEADS = "cell,value,kind,flag\n"
ROWS = {
    "ragged": ("year,a.b\n2023,1\n2023,1,2\n", r"made.csv:3: the row has 3 values, the header 2 columns"),
    "short": ("year,a.b\n2023\n", r"made.csv:2: the row has 1 values"),
    "open quote": ('year,a.b\n2023,"1\n', r"made.csv:\d: is not CSV"),
    "twice": ("year,year,x\n1,2,3\n", r"made.csv:1: the column 'year' stands twice"),
    "no rows": ("year,requests.received_new.total\n", "holds no report"),
    "no cells": ("year,issuer\n2023,a\n", "has no column of a cell"),
    "no year": ("year,requests.received_new.total\nthis,1\n", r"line 2, column year: value is 'this', a year"),
    "no date": ("published,requests.received_new.total\nsoon,1\n", r"column published: value is .soon., a date"),
    "near cell": ("year,requests.received_new.totl\n2023,1\n", r"line 2, column .*did you mean 'requests.received_new"),
    "a cell twice": ("cell,value\nproactive.rules.issued,1\nproactive.rules.issued,2\n", r"line 3: the cell .* twice"),
    "two years": ("report,year,cell,value\na,2023,proactive.rules.issued,1\na,2022,proactive.rules.repealed,2\n",
                  r"line 2: the report 'made.csv#a' has the year '2023' and '2022'"),
    "same report": ("report,requests.received_new.total\na,1\na,2\n", "a second report is called 'made.csv#a'"),
    "bad form": ("form,requests.received_new.total\nnational-2012,1\n", r"line 2: the form is .*did you mean"),
    "bad value": (HEADS + "proactive.rules.issued,x,number,exact\n", r"line 2, column value: value is 'x'"),
    "bad kind": (HEADS + "proactive.rules.issued,1,nought,exact\n", r"line 2, column kind: value is 'nought'"),
    "blank of 1": (HEADS + "proactive.rules.issued,1,blank,exact\n", r"line 2: the kind is 'blank' and yet"),
    "empty": ("", "the file is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_bad_rows_are_errors_with_their_line(name: str) -> None:
    content, told = ROWS[name]
    with pytest.raises(ReadError) as failed:
        read_by(read_csv, content, "made.csv")
    assert_told(failed.value, told)


def test_bad_parquet_is_an_error() -> None:
    good = as_parquet([{"year": 2023, "requests.received_new.total": 1}])
    bad = {
        good[:-40] + good[-8:]: "is damaged",
        b"PAR1 and nothing else": "is damaged",
        b"year,x\n1,2\n": "not a Parquet file",
        as_parquet([{"year": 2023, "requests.received_new.total": float("nan")}]): "row 1, column .*is no finite",
        as_parquet([{"year": 2023, "requests.received_new.total": 1e17}]): "row 1, column .*beyond",
    }
    for content, told in bad.items():
        with pytest.raises(ReadError) as failed:
            read_by(read_parquet, content, "made.parquet")
        assert_told(failed.value, told)


def test_what_is_no_number_is_told_and_gives_no_value() -> None:
    (report,) = read_by(read_csv, "year,requests.received_new.total,备注\n2023,三件左右,好\n")
    record = report.cells["requests.received_new.total"]
    assert (record.kind, record.value) == ("unreadable", None)
    assert [issue.code for issue in report.issues] == ["unreadable"]
    _, issues = reports(
        read_csv(b"year,requests.received_new.total,\xe5\xa4\x87\xe6\xb3\xa8\n2023,1,x\n", "a.csv"), FORMS
    )
    assert [issue.code for issue in issues] == ["unused"]


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to three places."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 3)):
        here = rng.randrange(len(made))
        size = rng.choice((0, 1, 3, 40))
        made[here : here + size] = rng.choice(
            (b"", b'"', b"null", b",", b"\n", b"{", b"-", b"[]", bytes([rng.randrange(256)]))
        )
    return bytes(made)


def test_a_damaged_file_is_an_error_or_is_read_and_never_a_crash(parsed: list[Report]) -> None:
    rng, name, errors = random.Random(7), "national-2021", list[str]()
    layout = mapping(NESTED_MAPPING, more="zero_is_blank: unknown", codes=CODES[name])
    ((number, made), *_) = by_form(name)
    files: list[tuple[Reader, bytes]] = [
        (read_json, write_reports(parsed[:1], [], []).encode()), (MappedReader(layout), nested(name, "-").encode()),
        (read_csv, "".join(csv_parts(parsed[:1], FORMS)).encode()),
        (read_csv, as_csv([wide_row(made, number)]).encode()),
        (read_parquet, as_parquet([wide_row(made, number)])),
    ]  # fmt: skip
    for reader, content in files * 25:
        try:
            read_by(reader, mutated(content, rng))
        except ReadError as error:
            errors.append(str(error))
    assert len(errors) > 60
    assert all(error.startswith("made.x") for error in errors)


# The command


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-m", "govrules", *args]
    return subprocess.run(words, cwd=folder, capture_output=True, check=False, env={**os.environ, "COLUMNS": "200"})


def test_the_command_writes_and_reads_every_format(tmp_path: Path) -> None:
    source = ROOT / "examples" / "balance-2022.txt"
    (tmp_path / "balance.txt").write_bytes(source.read_bytes())
    (tmp_path / "empty.txt").touch()
    for suffix in ("json", "csv", "parquet"):
        done = run(tmp_path, "parse", "balance.txt", "empty.txt", "--format", suffix, "--output", f"made.{suffix}")
        assert done.returncode == 4
        assert (b"the file is empty" in done.stderr) is (suffix != "json")
        found = validate([tmp_path / f"made.{suffix}"])
        assert [finding.rule for finding in found.findings] == ["T3-01", "T3-01"]
        assert {finding.source for finding in found.findings} == {"balance.txt"}
    shown = run(tmp_path, "parse", "balance.txt", "--format", "csv")
    assert shown.returncode == 0
    assert len(list(csv.DictReader(StringIO(shown.stdout.decode())))) == 200
    refused = run(tmp_path, "parse", "balance.txt", "--format", "parquet")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert b"--output" in refused.stderr


def test_the_example_of_another_program_is_read_by_its_mapping() -> None:
    folder = ROOT / "examples" / "upstream"
    recipe = Recipe(mapping=str(folder / "mapping.yaml"), third_party=False)
    result = validate_by(recipe, [folder / "parsed.json"])
    assert not result.errors
    assert [(report.issuer, report.year, report.form) for report in result.reports] == [
        ("澄川县水务局", 2023, "national-2021"),
        ("澄川县林业局", 2023, "national-2021"),
    ]
    assert [(f.rule, f.severity.value) for f in result.findings if f.severity.value == "error"] == [("T3-03", "error")]
