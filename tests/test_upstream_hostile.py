"""Wrong mappings and broken files of figures: what is wrong is told with its place, and no other row is lost."""

from __future__ import annotations

import json
import random

import pytest
from given import CODES, NESTED_MAPPING, as_csv, as_parquet, by_form, mapping, nested, parsed_reports, read_by, wide_row
from govrules.errors import GovrulesError, ReadError, RulesetError
from govrules.load.mapping import layout_of
from govrules.load.parse import parse_yaml
from govrules.output.cells import csv_parts
from govrules.output.json import write_reports
from govrules.read.figures.mapping import MappedReader
from govrules.read.figures.parsed import read_json
from govrules.read.figures.upstream import read_csv, read_parquet
from govrules.read.reports import reports
from govrules.report import Reader, Report
from reading import FORMS


@pytest.fixture(scope="module")
def parsed() -> list[Report]:
    return parsed_reports()


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
