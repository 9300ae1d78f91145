"""Findings and reports as JSON: `govrules.findings/1` and `govrules.report/1`, a contract that programs read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from govrules.errors import GovrulesError, Place
from govrules.finding import Lang
from govrules.outcome import Finding, Result, WaiverNote
from govrules.report import Box, CellRecord, Issue, Line, Report, Spot, Title
from govrules.rule import Status

_encoded = json.JSONEncoder(ensure_ascii=False, indent=1).encode


def write(result: Result, lang: Lang) -> str:
    """Give the findings of a result as JSON text."""
    del lang  # messages were made in their language already
    content = {
        "schema": "govrules.findings/1",
        "reports": (_outcomes(report, result.outcomes.counts.get(report.id, Counter())) for report in result.reports),
        "rules": ({"rule": rule} | _counts(counts) for rule, counts in sorted(result.outcomes.by_rule.items())),
        "findings": map(finding_fields, result.findings),
        "extraction": map(issue_fields, result.issues),
        "errors": map(error_fields, result.errors),
        "waivers": map(_note_fields, result.waivers),
        "summary": result.summary(),
    }
    return _text(content)


def write_reports(reports: Iterable[Report], issues: Iterable[Issue], errors: Iterable[GovrulesError]) -> str:
    """Give parsed reports as JSON text."""
    content = {
        "schema": "govrules.report/1",
        "reports": map(report_fields, reports),
        "extraction": map(issue_fields, issues),
        "errors": map(error_fields, errors),
    }
    return _text(content)


def report_fields(report: Report) -> dict[str, Any]:
    """Give all of one parsed report, so that `report_from` makes an equal one; keys of empty parts are left out."""
    return {
        **_head(report),
        "script": report.script,
        "title": report.title.text if report.title else None,
        "tables": dict(report.tables),
        "cells": {name: _cell_fields(record) for name, record in report.cells.items()},
        "sections": [
            {"id": s.id, "title": s.title, "numeral": s.numeral, "match": s.match, "lines": [s.line, s.last],
             "empty": s.empty}
            for s in report.sections
        ],
        "extra": [asdict(row) for row in report.extra],
        "claims": [asdict(c) | {"value": _exact(c.value), "span": list(c.span)} for c in report.claims],
        **({"region": report.region} if report.region is not None else {}),
        **_kept(
            heading=_heading(report.title),
            issuer_from=report.issuer_from,
            year_from=report.year_from,
            structured=report.structured,
            published=report.published,
            site=report.site,
            figures_only=report.figures_only,
            text=[_line_fields(line) for line in report.text],
            foreign=[_line_fields(line) for line in report.foreign],
            issues=[issue_fields(issue) for issue in report.issues],
        ),
    }  # fmt: skip


def _heading(title: Title | None) -> dict[str, Any]:
    """Give what a title says beside its text."""
    if title is None:
        return {}
    return {"line": title.line, "issuer": title.issuer, "year": title.year, "phrase": title.phrase}


def _cell_fields(r: CellRecord) -> dict[str, Any]:
    fields = {"value": _exact(r.value), "unit": r.unit, "raw": r.raw, "kind": r.kind, "flag": r.flag, "line": r.line}
    if r.confidence is not None:
        fields["confidence"] = r.confidence
    return fields | _kept(span=list(r.span) if r.span else None, spot=_spot_fields(r.spot))


def _line_fields(line: Line) -> dict[str, Any]:
    """Give a line; raw and normalised text only where the boxes, or the one the other, do not say them."""
    raw = " | ".join(box.raw for box in line.boxes) if line.boxes else None
    text = " | ".join(box.text for box in line.boxes) if line.boxes else line.raw
    fields: dict[str, Any] = {"line": line.number}
    if line.raw != raw:
        fields["raw"] = line.raw
    if line.text != text:
        fields["text"] = line.text
    return fields | _kept(boxes=[_box_fields(box) for box in line.boxes], spot=_spot_fields(line.spot))


def _box_fields(box: Box) -> dict[str, Any]:
    fields: dict[str, Any] = {"raw": box.raw}
    if box.text != box.raw:
        fields["text"] = box.text
    if box.width != 1:
        fields["width"] = box.width
    return fields | _kept(first=box.first, spot=_spot_fields(box.spot))


def _spot_fields(spot: Spot) -> dict[str, Any]:
    return _kept(page=spot.page, sheet=spot.sheet, table=spot.table, row=spot.row, column=spot.column)


def _kept(**fields: Any) -> dict[str, Any]:
    """Leave out what is empty."""
    return {name: value for name, value in fields.items() if value}


def _exact(value: int | float | None) -> int | float | str | None:
    """Give a number beyond 2**53 as text, so that no reader of JSON rounds it."""
    return str(value) if value is not None and abs(value) > 2**53 else value


def finding_fields(finding: Finding) -> dict[str, Any]:
    """Give one finding with all it rests on."""
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "severity": finding.severity.value,
        "report": finding.report,
        "source": finding.source,
        "lines": list(finding.lines) if finding.lines else None,
        "title": finding.title,
        "message": finding.message,
        "basis": [{"document": basis.document, "item": basis.item} for basis in finding.basis],
        "cells": [asdict(cell) for cell in finding.cells],
        "expected": finding.expected,
        "actual": finding.actual,
        "difference": finding.difference,
        "cause": finding.cause,
        "fingerprint": finding.fingerprint,
        "group": finding.group,
        "repair": asdict(finding.repair) if finding.repair else None,
        "known": finding.known,
        "waived": asdict(finding.waived) | {"until": str(finding.waived.until)} if finding.waived else None,
    }


def _note_fields(note: WaiverNote) -> dict[str, Any]:
    where = {"where": str(note.where), "line": note.where.line or None}
    return {
        "state": note.state,
        "rule": note.rule,
        "report": note.report,
        "until": str(note.until),
        "by": note.by,
    } | where


def issue_fields(issue: Issue) -> dict[str, Any]:
    """Give one extraction issue."""
    return asdict(issue) | {"lines": list(issue.lines) if issue.lines else None}


def error_fields(error: GovrulesError) -> dict[str, Any]:
    """Give one error: where, what, and what would be right."""
    where = error.where
    return {
        "kind": type(error).__name__,
        "where": str(where),
        "line": where.line or None if isinstance(where, Place) else None,
        "message": error.message,
        "hint": error.hint,
        "exit_code": error.exit_code,
    }


def _head(report: Report) -> dict[str, Any]:
    return {
        "id": report.id,
        "source": report.source,
        "lines": list(report.lines),
        "issuer": report.issuer,
        "year": report.year,
        "form": report.form,
    }


def _outcomes(report: Report, counts: Counter[Status]) -> dict[str, Any]:
    return _head(report) | {"outcomes": _counts(counts)}


def _counts(counts: Counter[Status]) -> dict[str, int]:
    return {status.value: counts[status] for status in Status}


def _text(content: Mapping[str, Any]) -> str:
    """Give content as JSON text; the items of an iterator are made one at a time, as those of a long run take much."""
    # A path may hold bytes that are no UTF-8 (surrogates): escaped, never a crash.
    return "".join(piece.encode("utf-8", "backslashreplace").decode("utf-8") for piece in _pieces(content))


def _pieces(content: Mapping[str, Any]) -> Iterator[str]:
    before = "{\n "
    for name, value in content.items():
        yield f"{before}{_encoded(name)}: "
        before = ",\n "
        if isinstance(value, Iterator):
            yield from _listed(value)
        else:
            yield _encoded(value).replace("\n", "\n ")
    yield "\n}\n"


def _listed(items: Iterator[Any]) -> Iterator[str]:
    before = "[\n  "
    for item in items:
        yield before + _encoded(item).replace("\n", "\n  ")
        before = ",\n  "
    yield "\n ]" if before.startswith(",") else "[]"
