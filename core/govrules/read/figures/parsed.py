"""Parsed reports (`govrules.report/1`, what `govrules parse` writes) back to Reports, each part checked."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import get_args

from govrules.errors import ReadError
from govrules.read.document import Document
from govrules.read.figures.fields import Fields, fields
from govrules.read.figures.known import nearest
from govrules.read.figures.strict import Json, parse_json
from govrules.read.title import parse_title
from govrules.report import (
    CERTAIN,
    NOWHERE,
    Box,
    CellRecord,
    Claim,
    ClaimKind,
    ExtraRow,
    Flag,
    Issue,
    IssuerFrom,
    Kind,
    Line,
    Report,
    Script,
    SectionRecord,
    Spot,
    Title,
    TitleMatch,
    YearFrom,
)

SCHEMA = "govrules.report/1"
KINDS, FLAGS = get_args(Kind), get_args(Flag)
_EMPTY = frozenset({"blank", "mark", "word", "missing", "unreadable"})


def read_json(content: bytes, source: str) -> Document:
    """Read a file of parsed reports; raises ReadError with the path of what is wrong in it."""
    value = parse_json(content, source)
    _check_schema(value, source)
    file = fields(value, "$", source)
    reports = tuple(_report(report) for report in file.parts("reports"))
    if not reports:
        raise ReadError("holds no report", where=f"{source}: $.reports")
    seen: set[str] = set()
    for number, report in enumerate(reports):
        if report.id in seen:
            raise ReadError(f"a second report is called {report.id!r}", where=f"{source}: $.reports[{number}].id")
        seen.add(report.id)
    told = {issue for report in reports for issue in report.issues}
    issues = [issue for given in file.parts("extraction") if (issue := _issue(given)) not in told]
    issues += [_lost(error) for error in file.parts("errors") if error.text("kind") == "ReadError"]
    return Document(
        source, "utf-8", "simplified", sha256(content).hexdigest(), (), issues=tuple(issues), reports=reports
    )


def report_from(given: Mapping[str, Json]) -> Report:
    """Make the Report of the fields that `govrules parse` writes; raises ReadError with the path of what is wrong."""
    return _report(Fields(given, "$", "report"))


def _check_schema(value: Json, source: str) -> None:
    schema = value.get("schema") if isinstance(value, dict) else None
    if schema == SCHEMA:
        return
    if schema is None:
        raise ReadError(
            f"is JSON of a layout that is not known: no schema {SCHEMA!r}",
            where=source,
            hint="--mapping FILE says where the figures of another program stand",
        )
    if schema == "govrules.findings/1":
        raise ReadError("holds findings, not reports", where=source, hint="give the reports, or what `parse` wrote")
    shown = schema if isinstance(schema, str) else type(schema).__name__
    raise ReadError(f"has the schema {shown[:60]!r}, {SCHEMA!r} is expected", where=f"{source}: $.schema")


def _report(given: Fields) -> Report:
    lines = given.pair("lines")
    if lines is None:
        raise given.bad("lines", "a list of two whole numbers")
    return Report(
        id=given.text("id", None),
        source=given.text("source", None),
        lines=lines,
        issuer=given.maybe_text("issuer"),
        year=given.maybe_count("year"),
        form=given.maybe_text("form"),
        script=given.one_of("script", get_args(Script), "simplified"),
        title=_title(given, lines[0]),
        issuer_from=given.one_of("issuer_from", get_args(IssuerFrom), ""),
        year_from=given.one_of("year_from", get_args(YearFrom), ""),
        cells=_cells(given.part("cells")),
        sections=tuple(_section(section) for section in given.parts("sections")),
        tables={name: given.part("tables").text(name, None) for name in given.part("tables").value},
        extra=tuple(_extra(row) for row in given.parts("extra")),
        text=tuple(_line(line) for line in given.parts("text")),
        claims=tuple(_claim(claim) for claim in given.parts("claims")),
        foreign=tuple(_line(line) for line in given.parts("foreign")),
        issues=tuple(_issue(issue) for issue in given.parts("issues")),
        structured=given.truth("structured"),
        region=given.maybe_text("region"),
        published=given.text("published"),
        site=given.text("site"),
        figures_only=given.truth("figures_only"),
    )


def _title(given: Fields, line: int) -> Title | None:
    text = given.maybe_text("title")
    if text is None:
        return None
    if "heading" not in given:
        return parse_title(text, line)
    heading = given.part("heading")
    return Title(
        text, heading.count("line"), heading.maybe_text("issuer"), heading.maybe_count("year"), heading.text("phrase")
    )


def _cells(given: Fields) -> dict[str, CellRecord]:
    return {name: _cell(name, given.part(name)) for name in given.value}


def _cell(name: str, given: Fields) -> CellRecord:
    kind, flag = given.one_of("kind", KINDS), given.one_of("flag", FLAGS)
    value, confidence = given.number("value"), given.number("confidence")
    if reason := contradiction(value, kind, flag):
        raise ReadError(reason, where=f"{given.source}: {given.path}")
    if confidence is not None and not 0 <= confidence <= 1:
        raise given.bad("confidence", "a number from 0 to 1")
    return CellRecord(
        name, value, given.text("raw"), kind, flag, given.count("line"), given.text("unit"), given.pair("span"),
        _spot(given), confidence,
    )  # fmt: skip


def contradiction(value: int | float | None, kind: Kind, flag: Flag) -> str:
    """Say why a value cannot be of its kind and flag, or nothing when it can: no blank may pass for a figure."""
    if kind in _EMPTY and value is not None:
        return f"the kind is {kind!r} and yet the value is {value}"
    if kind == "number" and value is None:
        return "the kind is 'number' and there is no value"
    if kind in {"zero", "blank_unknown"} and value != 0:
        return f"the kind is {kind!r} and yet the value is {'null' if value is None else value}"
    if kind == "blank_unknown" and flag in CERTAIN:
        return f"the kind is 'blank_unknown', which is never {flag!r}: the flag 'ambiguous' is expected"
    return ""


def _section(given: Fields) -> SectionRecord:
    lines = given.pair("lines")
    if lines is None:
        raise given.bad("lines", "a list of two whole numbers")
    return SectionRecord(
        given.text("id", None),
        given.text("title", None),
        given.text("numeral"),
        given.one_of("match", get_args(TitleMatch)),
        *lines,
        given.truth("empty"),
    )


def _extra(given: Fields) -> ExtraRow:
    return ExtraRow(given.text("table", None), given.text("label", None), given.texts("values"), given.count("line"))


def _line(given: Fields) -> Line:
    boxes = tuple(_box(box) for box in given.parts("boxes"))
    raw = given.text("raw", " | ".join(box.raw for box in boxes) if boxes else None)
    text = given.text("text", " | ".join(box.text for box in boxes) if boxes else raw)
    return Line(given.count("line"), raw, text, boxes, _spot(given))


def _box(given: Fields) -> Box:
    raw = given.text("raw", None)
    return Box(given.text("text", raw), raw, given.count("first", 0), given.count("width", 1), _spot(given))


def _claim(given: Fields) -> Claim:
    value, span = given.number("value"), given.pair("span")
    if value is None or span is None:
        raise given.bad("value" if value is None else "span", "a number" if value is None else "a pair of numbers")
    return Claim(
        kind=given.one_of("kind", get_args(ClaimKind)),
        value=value,
        unit=given.text("unit"),
        approximate=given.truth("approximate"),
        subject=given.text("subject"),
        quote=given.text("quote"),
        line=given.count("line"),
        span=span,
        sentence=given.count("sentence"),
        decimals=given.count("decimals", 0),
        measure=given.maybe_text("measure"),
    )


def _issue(given: Fields) -> Issue:
    return Issue(
        given.text("source", None), given.text("message", None), given.text("code", None), given.maybe_text("report"),
        given.pair("lines"),
    )  # fmt: skip


def _lost(given: Fields) -> Issue:
    """Keep in sight what could not be read when the file was made."""
    return Issue(given.text("where"), f"解析时未能读取：{given.text('message')}", "unread")


def _spot(given: Fields) -> Spot:
    if "spot" not in given:
        return NOWHERE
    spot = given.part("spot")
    known = ("page", "sheet", "table", "row", "column")
    for key in spot.value:
        if key not in known:
            hint = nearest(key, known) or f"known keys: {', '.join(known)}"
            raise ReadError(f"unknown key {key!r}", where=f"{spot.source}: {spot.path}", hint=hint)
    page, table, row, column = (spot.count(key, 0) for key in ("page", "table", "row", "column"))
    return Spot(page, spot.text("sheet"), table, row, column)
