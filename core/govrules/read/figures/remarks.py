"""What is to be said of figures that another program read: what they lack, and where they disagree with their text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govrules.read.given import Given
from govrules.report import CERTAIN, Issue, Report

_SHOWN = 5


def remarks(report: Report, given: Given, told: Report | None) -> Iterator[Issue]:
    """Give the issues of a report made of figures; `told` is the one that was read from the text beside them."""
    for code, message in (*_of_head(report, given, told), *_of_cells(report, given)):
        yield Issue(report.source, message, code, report.id, report.lines if report.lines[1] else None)


def listed(names: Sequence[str]) -> str:
    """List the first few of some names."""
    return "、".join(names[:_SHOWN]) + ("等" if len(names) > _SHOWN else "")


def _of_head(report: Report, given: Given, told: Report | None) -> Iterator[tuple[str, str]]:
    if report.year is None:
        yield "year-unknown", "没有给出报告年度"
    if report.form is None:
        yield "form-unknown", "无法确定适用的表样：没有已知的指标单元，也无对应年度"
    if told is None:
        return
    for name, one, other in (("年度", given.year, told.year), ("机关", given.issuer, told.issuer)):
        if one and other and one != other:
            yield "disagrees", f"给出的{name}是 {one}，正文是 {other}，按给出的读取"


def _of_cells(report: Report, given: Given) -> Iterator[tuple[str, str]]:
    records = report.cells.values()
    if not records:
        yield "no-cells", "没有给出任何指标单元，请核对文件和对照文件"
    unread = [f"{record.cell}“{record.raw[:20]}”" for record in records if record.kind == "unreadable"]
    if unread:
        yield "unreadable", f"{len(unread)} 个单元格不是数值，未读取：{listed(unread)}"
    guessed = sum(r.flag not in CERTAIN and r.kind not in {"missing", "blank_unknown"} for r in records)
    if guessed and not given.records:
        yield "ambiguous", f"{guessed} 个单元格的可信度不足，已标为 ambiguous"
    if unsure := sum(record.kind == "blank_unknown" for record in records):
        yield "blank-unknown", f"{unsure} 个单元格为 0，但无法分辨原文是 0 还是空白，不作为依据"
    if given.unused:
        yield "unmapped", f"有 {len(given.unused)} 项未列入对照：{listed(given.unused)}"
