"""Figures as other programs give them, made from generated reports: rows of CSV and Parquet, mappings, JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl
import pytest
from govrules.layout import Layout
from govrules.load.mapping import layout_of
from govrules.load.parse import parse_yaml
from govrules.read.reports import reports
from govrules.report import (
    CERTAIN,
    Reader,
    Report,
)
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


def parsed_reports() -> list[Report]:
    """Reports as read from text: the examples, and made ones with their damage."""
    made = [read(path.read_bytes()) for path in EXAMPLES]
    found = [report for several in made for report in several]
    assert len(found) == len(EXAMPLES) + 1
    return [Report(**{**vars(one), "id": f"{n}", "source": f"{n}.txt"}) for n, one in enumerate(found)]


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


def nested(name: str, blank: str | None = None) -> str:
    items = []
    for number, made in by_form(name):
        cells = figures(made)
        table = {
            code: {"v": blank if cells[cell] is None else cells[cell], "p": 1} for code, cell in CODES[name].items()
        }
        items.append({"id": number, "meta": {"organ": ISSUER, "year": made.year}, "tables": {"t": table}})
    return json.dumps({"data": {"items": items}}, ensure_ascii=False)
