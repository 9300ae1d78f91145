"""The output of other programs, read by a mapping: every cell, its confidence, and what has no place."""

from __future__ import annotations

import json

import pytest
from generate import Figures
from given import (
    CODES,
    FLAT_MAPPING,
    NESTED_MAPPING,
    as_csv,
    as_parquet,
    assert_right,
    by_form,
    flat_rows,
    mapping,
    nested,
    read_by,
)
from govrules import validate
from govrules.errors import ReadError
from govrules.read.figures.mapping import MappedReader
from govrules.report import CellRecord, Flag, Kind, Report
from reading import FORMS, ISSUER, YEARS


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


def unsure(cells: Figures, kind: Kind) -> Report:
    """Give a report with some zeros, that are printed, blank, or of a parser that writes 0 for both."""
    flag: Flag = "ambiguous" if kind == "blank_unknown" else "upstream"
    value = None if kind == "blank" else 0
    records = {
        cell: CellRecord(cell, v, str(v), "number", "upstream", 0) if v else CellRecord(cell, value, "", kind, flag, 0)
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
