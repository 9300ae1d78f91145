"""Findings for the terminal: grouped by report, each with its arithmetic, place and legal basis."""

from __future__ import annotations

from collections import Counter
from io import StringIO

from rich.console import Console
from rich.text import Text

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


def write(result: Result, lang: Lang, *, colour: bool = False, width: int = 160) -> str:
    """Give the findings of a result as text for people."""
    words, buffer = WORDS[lang], StringIO()
    console = Console(file=buffer, force_terminal=colour, width=width, highlight=False, soft_wrap=True)
    shown = [finding for finding in result.findings if not finding.known]
    hidden = Counter(finding.report for finding in result.findings if finding.known)
    for source in dict.fromkeys(f.source for f in shown if f.report is None):
        console.print(Text(f"■ {source}  {words['file']}", style="bold"))
        for finding in shown:
            if finding.report is None and finding.source == source:
                _finding(console, finding, words)
    by_report: dict[str | None, list[Finding]] = {}
    for finding in shown:
        by_report.setdefault(finding.report, []).append(finding)
    for report in result.reports:
        counts = result.outcomes.counts.get(report.id, Counter())
        _report(console, report, counts, by_report.get(report.id, []), words, known=hidden[report.id])
    for issue in result.issues:
        lines = f":{issue.lines[0]}" if issue.lines else ""
        console.print(Text(f"◇ {words['extraction']}  {issue.source}{lines}  {issue.message}", style="dim"))
    for error in result.errors:
        console.print(Text(f"✖ {words['unread']}  {error}", style="magenta"))
    for note in result.waivers:
        told = f"{note.rule}  {note.report}  {words['until']} {note.until}（{note.by}）  {note.where}"
        console.print(Text(f"◇ {words['waived']} {words[note.state]}  {told}", style="yellow"))
    _summary(console, result, words)
    return buffer.getvalue()


def _report(
    console: Console, report: Report, counts: Counter[Status], mine: list[Finding], words: dict[str, str], *, known: int
) -> None:
    head = Text("● ", style="bold")
    head.append(f"{report.issuer or words['unknown']} {report.year or ''}{words['year']}", style="bold")
    head.append(f"  {words['form']} {report.form or '—'}  {report.source}:{report.lines[0]}-{report.lines[1]}")
    console.print(head)
    told = [f"{words[s.value]} {counts[s]}" for s in Status if counts[s]]
    console.print(Text("  " + "  ".join(told), style="dim"))
    for group in _grouped(mine):
        if len(group) > 1:
            _cause(console, group, words)
        for finding in group:
            _finding(console, finding, words)
    if known:
        console.print(Text(f"  {words['known']} {known}", style="dim"))
    if not mine:
        console.print(Text(f"  ✔ {words['no_new' if known else 'none']}", style="green"))


def _grouped(findings: list[Finding]) -> list[list[Finding]]:
    """Put findings of one cause together, in the order of the first of them."""
    groups: dict[str, list[Finding]] = {}
    for number, finding in enumerate(findings):
        groups.setdefault(finding.group or str(number), []).append(finding)
    return list(groups.values())


def _cause(console: Console, group: list[Finding], words: dict[str, str]) -> None:
    repair = group[0].repair
    told = f"  ▲ {words['together'].format(count=len(group))}"
    if repair is not None:
        told += "：" + words["repair"].format(label=repair.label, value=said(repair.value), to=said(repair.to))
    console.print(Text(told, style="bold"))


def _finding(console: Console, finding: Finding, words: dict[str, str]) -> None:
    line = Text("  ")
    grade = words["waived"] if finding.waived else words[finding.severity.value]
    line.append(f"{grade} {finding.rule}", style="dim" if finding.waived else _STYLE[finding.severity])
    place = f"{finding.source}:{finding.lines[0]}" if finding.lines else finding.source
    line.append(f"  {finding.message}  ")
    line.append(" ".join([place, *_at(finding.spot, words)]), style="dim")
    console.print(line)
    figures = _figures(finding.cells, words)
    if figures:
        console.print(Text(f"      {words['cells']}：{figures}", style="dim"))
    if finding.basis:
        console.print(Text(f"      {words['basis']}：" + "；".join(map(str, finding.basis)), style="dim"))
    if finding.waived:
        told = f"{finding.waived.reason}（{finding.waived.by}，{words['until']} {finding.waived.until}）"
        console.print(Text(f"      {words['waived']}：{told}", style="dim"))
    if finding.cause == "possible_extraction_loss":
        console.print(Text(f"      {words['loss']}", style="dim"))


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


def _summary(console: Console, result: Result, words: dict[str, str]) -> None:
    counts = result.summary()
    parts = [f"{counts['reports']} {words['reports']}"]
    parts += [
        f"{words[name]} {counts[name]}"
        for name in ("error", "warning", "info", "waived", "known", "fixed", "undetermined", "errored")
        if counts[name] or name in {"error", "warning"}
    ]
    if counts["errors"]:
        parts.append(f"{words['unread']} {counts['errors']}")
    console.print(Text("，".join(parts), style="bold"))
