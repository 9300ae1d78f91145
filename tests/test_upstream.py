"""Figures that went through CSV and Parquet: reports come back whole, blanks stay apart from zeros."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from io import StringIO
from itertools import repeat
from pathlib import Path

import polars as pl
import pytest
from given import (
    MADE,
    ROOT,
    as_csv,
    as_parquet,
    assert_right,
    by_form,
    figures,
    parsed_reports,
    read_by,
    wide_row,
)
from govrules import validate
from govrules.batch import Recipe
from govrules.output.cells import csv_parts, write_parquet
from govrules.read.figures.upstream import read_csv, read_parquet
from govrules.report import (
    CellRecord,
    Report,
    Spot,
)
from govrules.validation import validate_by
from reading import FORMS, ISSUER, YEARS


@pytest.fixture(scope="module")
def parsed() -> list[Report]:
    return parsed_reports()


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
