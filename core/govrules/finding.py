"""A failure put in words: the message with its figures, the cells with their places, the severity it deserves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from govrules.form import Cell
from govrules.outcome import Cause, CellUse, Failure, Finding, Number, fingerprint, numbers
from govrules.report import CERTAIN, NOWHERE, Report, Spot
from govrules.rule import Instance, Item, Rule, Severity

Lang = Literal["zh", "en"]
_SLOT = re.compile(r"\{([^{}]+)\}")


def finding(failure: Failure, report: Report | None, cells: Mapping[str, Cell], lang: Lang = "zh") -> Finding:
    """Make the finding of a failure; `report` is None for a whole file.

    What only a damaged copy may show is at most a warning: an absence in plain text, a figure the reader guessed.
    """
    instance, verdict = failure.instance, failure.verdict
    rule = instance.rule
    used = _cells(failure, report, cells)
    severity, cause = _graded(rule, verdict.grade, report, verdict.cells)
    values = numbers(verdict.values)
    lines = verdict.lines or _lines(used)
    return Finding(
        rule=rule.id,
        pack=rule.pack,
        severity=severity,
        report=report.id if report else None,
        source=report.source if report else failure.source,
        lines=lines,
        message=_message(instance, verdict.values, report, cells, lang),
        title=rule.title.get(lang) or next(iter(rule.title.values())),
        basis=rule.basis,
        cells=used,
        expected=values.get("expected"),
        actual=values.get("actual"),
        difference=values.get("difference"),
        cause=cause,
        fingerprint=fingerprint(rule.id, report, failure.source, _identity(failure)),
        spot=_spot(report, used, lines),
    )


def _graded(rule: Rule, grade: str, report: Report | None, cells: tuple[str, ...]) -> tuple[Severity, Cause]:
    severity = rule.grade(grade)
    damaged = report is not None and (
        (rule.tells_absence(grade) and not report.structured)
        or any(
            (r := report.cells.get(cell)) is not None and r.flag not in CERTAIN and r.flag != "missing"
            for cell in cells
        )
    )
    if not damaged:
        return severity, "content"
    return (Severity.WARNING if severity is Severity.ERROR else severity), "possible_extraction_loss"


def _cells(failure: Failure, report: Report | None, cells: Mapping[str, Cell]) -> tuple[CellUse, ...]:
    if report is None:
        return ()
    check = failure.instance.check
    roles = check.roles() if check.scope == "cells" else {}
    made: list[CellUse] = []
    for name in failure.verdict.cells:
        record = report.cells.get(name)
        label = cells[name].label if name in cells else name
        role = roles.get(name, "cell")
        if record is None:
            if check.scope != "cells" or not _is_foreign(name, roles, report):
                made.append(CellUse(name, label, None, role, "", 0))
        else:
            made.append(CellUse(name, label, record.value, role, record.raw, record.line, record.spot))
    printed = {name: number for number, name in enumerate(report.cells)}
    return tuple(sorted(made, key=lambda use: printed.get(use.cell, len(printed))))


def _is_foreign(name: str, roles: Mapping[str, str], report: Report) -> bool:
    """Tell whether a cell that a check may read is of the layout that this report does not use."""
    return name in roles and name not in report.cells and any(cell in report.cells for cell in roles)


def _lines(used: tuple[CellUse, ...]) -> tuple[int, int] | None:
    lines = [cell.line for cell in used if cell.line]
    return (min(lines), max(lines)) if lines else None


def _spot(report: Report | None, used: tuple[CellUse, ...], lines: tuple[int, int] | None) -> Spot:
    """Give the place of the first cell, or of the first line, that a finding speaks of."""
    if report is None or not report.structured:
        return NOWHERE
    spots = [cell.spot for cell in used if cell.spot != NOWHERE]
    spots += [line.spot for line in report.text if lines and line.number == lines[0]]
    return spots[0] if spots else NOWHERE


def _identity(failure: Failure) -> list[str]:
    parts = [failure.instance.key, *failure.verdict.cells]
    if not any(parts):
        parts = [str(value) for value in failure.verdict.values.values() if isinstance(value, str)]
    return parts


def _message(
    instance: Instance, values: Mapping[str, object], report: Report | None, cells: Mapping[str, Cell], lang: Lang
) -> str:
    template = instance.rule.message.get(lang) or next(iter(instance.rule.message.values()))

    def filled(slot: re.Match[str]) -> str:
        name, _, part = slot[1].partition(".")
        item = instance.binding.get(name)
        if isinstance(item, Item) and part in {"", "title"}:
            return item.title if part else item.id
        if slot[1] in values:
            return said(values[slot[1]])
        record = report.cells.get(slot[1]) if report else None
        if record is not None or slot[1] in cells:
            return said(record.value if record else None)
        return slot[0]

    return _SLOT.sub(filled, template)


def said(value: object) -> str:
    """Say a value as people write it: whole numbers without point, nothing as 空."""
    if value is None:
        return "（空）"
    if isinstance(value, float):
        number: Number = int(value) if value.is_integer() else round(value, 6)
        return str(number)
    return str(value)
