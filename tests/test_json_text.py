"""The JSON that commands print: laid out as one document, though it is written item by item."""

from __future__ import annotations

import json
import random
import tracemalloc
from dataclasses import replace

from generate import make_cells, make_report
from govrules import validate
from govrules.errors import ReadError
from govrules.outcome import Outcomes, Result
from govrules.output.json import write, write_reports
from govrules.report import Report
from reading import FORMS, ISSUER, read_one

NOT_UTF8 = "公开\udcff.txt"


def broken() -> Report:
    """Give a report with a slip in a sum."""
    form, rng = FORMS["national-2021"], random.Random(5)
    cells = make_cells(form, rng)
    cells["requests.received_new.total"] += 1
    return read_one(make_report(form, cells, 2023, ISSUER, rng))


def laid_out(text: str) -> str:
    """Give the same JSON as the standard library lays it out."""
    return json.dumps(json.loads(text), ensure_ascii=False, indent=1) + "\n"


def test_findings_are_laid_out_as_one_document() -> None:
    result = validate([broken()])
    assert result.findings
    text = write(replace(result, errors=(ReadError("is damaged", where="a.pdf"),)), "zh")
    assert text == laid_out(text)
    assert json.loads(text)["summary"] == {**result.summary(), "errors": 1}
    assert len(json.loads(text)["findings"]) == len(result.findings)


def test_a_result_of_nothing_has_empty_lists() -> None:
    text = write(Result((), (), Outcomes()), "zh")
    assert text == laid_out(text)
    assert '"reports": [],' in text


def test_parsed_reports_are_laid_out_as_one_document() -> None:
    report = broken()
    text = write_reports([report, replace(report, id="2")], [], [])
    assert text == laid_out(text)
    assert [one["id"] for one in json.loads(text)["reports"]] == [report.id, "2"]


def test_a_name_that_is_no_utf8_is_escaped() -> None:
    text = write_reports([], [], [ReadError("is damaged", where=NOT_UTF8)])
    assert r"公开\udcff.txt" in text
    text.encode("utf-8")


def test_writing_many_reports_takes_little_more_than_their_text() -> None:
    result = validate([broken()])
    many = replace(result, reports=result.reports * 150, findings=result.findings * 150)
    tracemalloc.start()
    text = write(many, "zh")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * len(text)
