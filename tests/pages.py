"""Web pages as the tests of their reader want them: a report in prose, and what is read of a page."""

from __future__ import annotations

from govrules.read.document import Document
from govrules.read.reports import reports
from govrules.read.web.html import read_html
from govrules.report import Report
from reading import FORMS

TITLE = "青石县水务局2022年政府信息公开工作年度报告"
BODY = "".join(
    f"<p>{numeral}、{title}</p><p>{'全年更新公开目录二十次，答复文书统一格式，发出前由法制机构把关。' * 2}</p>"
    for numeral, title in zip(
        "一二三四五六",
        (
            "总体情况",
            "主动公开政府信息情况",
            "收到和处理政府信息公开申请情况",
            "政府信息公开行政复议、行政诉讼情况",
            "存在的主要问题及改进情况",
            "其他需要报告的事项",
        ),
        strict=True,
    )
)


def document(page: str | bytes) -> Document:
    return read_html(page.encode() if isinstance(page, str) else page, "made.html")


def lines(page: str) -> list[str]:
    return [line.raw for line in document(page).lines]


def cells(page: str) -> list[list[str]]:
    return [[box.raw for box in line.boxes] for line in document(page).lines if line.boxes]


def columns(page: str) -> list[list[int]]:
    return [[box.first for box in line.boxes] for line in document(page).lines if line.boxes]


def report(page: str | bytes) -> Report:
    (found,), _ = reports(document(page), FORMS)
    return found
