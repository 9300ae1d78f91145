"""Findings for the terminal: grouped by report, each with its arithmetic, place and legal basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TypeAlias

from govrules.finding import Lang, said
from govrules.outcome import CellUse, Finding, Result
from govrules.report import Report, Spot
from govrules.rule import Severity, Status

WORDS = {
    "zh": {
        "error": "错误", "warning": "警告", "info": "提示", "basis": "依据", "passed": "通过", "failed": "不通过",
        "undetermined": "无法判定", "errored": "规则出错", "not_applicable": "不适用", "reports": "份报告",
        "none": "未发现问题", "waived": "豁免", "known": "基线已有", "fixed": "基线中已消除", "no_new": "没有新问题",
        "expired": "已过期", "unused": "没有用到", "absent": "没有这份报告", "until": "至",
        "loss": "可能是抓取损失，请对照原文", "extraction": "读取提示", "unread": "读取故障",
        "unknown": "发布机关不明", "year": "年度", "form": "表样", "line": "行", "file": "整个文件", "cells": "数据",
        "page": "第{}页", "box": "表{} 第{}行第{}列",
        "together": "以下 {count} 条涉及相同单元格，可能是同一处错误",
        "repair": "“{label}”由 {value} 改为 {to} 则全部成立",
    },
    "en": {
        "error": "error", "warning": "warning", "info": "info", "basis": "basis", "passed": "passed",
        "failed": "failed", "undetermined": "undetermined", "errored": "errored", "not_applicable": "not applicable",
        "reports": "reports", "none": "nothing found", "waived": "waived", "known": "known", "fixed": "fixed since",
        "no_new": "nothing new", "expired": "expired", "unused": "unused", "absent": "no such report", "until": "until",
        "loss": "the copy may be damaged, compare the original",
        "extraction": "extraction", "unread": "not read, or broken rules", "unknown": "issuer unknown", "year": "",
        "form": "form", "line": "line", "file": "whole file", "cells": "figures",
        "page": "page {}", "box": "table {} row {} column {}",
        "together": "the following {count} share cells and may be one slip",
        "repair": "“{label}” {value} changed to {to} settles all",
    },
}  # fmt: skip
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_SHOWN = 10
# What stands in a document must not steer a terminal.
_CONTROLS = dict.fromkeys({*range(32), *range(127, 160)} - {ord("\t"), ord("\n")})
Print: TypeAlias = Callable[..., None]
"""Writes a line of parts, each a text or a text with its style, such as `bold red`."""


def _printer(lines: list[str], *, colour: bool) -> Print:
    """Give what adds a line to `lines`."""

    def styled(text: str, how: str = "") -> str:
        text = text.translate(_CONTROLS)
        if not colour or not how:
            return text
        from typer import style

        words = how.split()
        hue = next((word for word in words if word not in ("bold", "dim")), None)
        return style(text, fg=hue, bold="bold" in words or None, dim="dim" in words or None)

    return lambda *parts: lines.append("".join(styled(*((part,) if isinstance(part, str) else part)) for part in parts))


def write(result: Result, lang: Lang, *, colour: bool = False) -> str:
    """Give the findings of a result as text for people."""
    words, lines = WORDS[lang], list[str]()
    put = _printer(lines, colour=colour)
    shown = [finding for finding in result.findings if not finding.known]
    hidden = Counter(finding.report for finding in result.findings if finding.known)
    for source in dict.fromkeys(f.source for f in shown if f.report is None):
        put((f"■ {source}  {words['file']}", "bold"))
        for finding in shown:
            if finding.report is None and finding.source == source:
                _finding(put, finding, words)
    by_report: dict[str | None, list[Finding]] = {}
    for finding in shown:
        by_report.setdefault(finding.report, []).append(finding)
    for report in result.reports:
        counts = result.outcomes.counts.get(report.id, Counter())
        _report(put, report, counts, by_report.get(report.id, []), words, known=hidden[report.id])
    for issue in result.issues:
        line = f":{issue.lines[0]}" if issue.lines else ""
        put((f"◇ {words['extraction']}  {issue.source}{line}  {issue.message}", "dim"))
    for error in result.errors:
        put((f"✖ {words['unread']}  {error}", "magenta"))
    for note in result.waivers:
        told = f"{note.rule}  {note.report}  {words['until']} {note.until}（{note.by}）  {note.where}"
        put((f"◇ {words['waived']} {words[note.state]}  {told}", "yellow"))
    _summary(put, result, words)
    return "\n".join([*lines, ""])


def _report(
    put: Print, report: Report, counts: Counter[Status], mine: list[Finding], words: dict[str, str], *, known: int
) -> None:
    head = f"● {report.issuer or words['unknown']} {report.year or ''}{words['year']}"
    place = f"{report.source}:{report.lines[0]}-{report.lines[1]}"
    put((head, "bold"), f"  {words['form']} {report.form or '—'}  {place}")
    told = [f"{words[s.value]} {counts[s]}" for s in Status if counts[s]]
    put(("  " + "  ".join(told), "dim"))
    for group in _grouped(mine):
        if len(group) > 1:
            _cause(put, group, words)
        for finding in group:
            _finding(put, finding, words)
    if known:
        put((f"  {words['known']} {known}", "dim"))
    if not mine:
        put((f"  ✔ {words['no_new' if known else 'none']}", "green"))


def _grouped(findings: list[Finding]) -> list[list[Finding]]:
    """Put findings of one cause together, in the order of the first of them."""
    groups: dict[str, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(finding.group or str(number), []).append(finding)
    return list(groups.values())


def _cause(put: Print, group: list[Finding], words: dict[str, str]) -> None:
    repair = group[0].repair
    told = f"  ▲ {words['together'].format(count=len(group))}"
    if repair is not None:
        told += "：" + words["repair"].format(label=repair.label, value=said(repair.value), to=said(repair.to))
    put((told, "bold"))


def _finding(put: Print, finding: Finding, words: dict[str, str]) -> None:
    grade = words["waived"] if finding.waived else words[finding.severity.value]
    style = "dim" if finding.waived else _STYLE[finding.severity]
    place = f"{finding.source}:{finding.lines[0]}" if finding.lines else finding.source
    where = " ".join([place, *_at(finding.spot, words)])
    put("  ", (f"{grade} {finding.rule}", style), f"  {finding.message}  ", (where, "dim"))
    figures = _figures(finding.cells, words)
    if figures:
        put((f"      {words['cells']}：{figures}", "dim"))
    if finding.basis:
        put((f"      {words['basis']}：" + "；".join(map(str, finding.basis)), "dim"))
    if finding.waived:
        told = f"{finding.waived.reason}（{finding.waived.by}，{words['until']} {finding.waived.until}）"
        put((f"      {words['waived']}：{told}", "dim"))
    if finding.cause == "possible_extraction_loss":
        put((f"      {words['loss']}", "dim"))


def _figures(cells: tuple[CellUse, ...], words: dict[str, str]) -> str:
    shown = [
        f"{cell.label} {said(cell.value)}" + (f"（{_where(cell, words)}）" if cell.line else "")
        for cell in cells
        if cell.value or len(cells) <= _SHOWN
    ]
    return "，".join(shown[: 2 * _SHOWN]) + ("…" if len(shown) > 2 * _SHOWN else "")


def _where(cell: CellUse, words: dict[str, str]) -> str:
    return " ".join(_at(cell.spot, words)) or f"{words['line']} {cell.line}"


def _at(spot: Spot, words: dict[str, str]) -> list[str]:
    """Say where in a page, Word file, PDF or workbook something stands; nothing for plain text."""
    if spot.sheet:
        return [f"{spot.sheet}!{_letters(spot.column)}{spot.row}"]
    told = [words["page"].format(spot.page)] if spot.page else []
    return told + ([words["box"].format(spot.table, spot.row, spot.column)] if spot.table and spot.row else [])


def _letters(column: int) -> str:
    """Give the letters by which a workbook calls a column: 28 is AB."""
    return (_letters((column - 1) // 26) + chr(ord("A") + (column - 1) % 26)) if column else ""


def _summary(put: Print, result: Result, words: dict[str, str]) -> None:
    counts = result.summary()
    parts = [f"{counts['reports']} {words['reports']}"]
    parts += [
        f"{words[name]} {counts[name]}"
        for name in ("error", "warning", "info", "waived", "known", "fixed", "undetermined", "errored")
        if counts[name] or name in {"error", "warning"}
    ]
    if counts["errors"]:
        parts.append(f"{words['unread']} {counts['errors']}")
    put(("，".join(parts), "bold"))
