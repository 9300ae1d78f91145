"""Checks on when a report was published: the date its page prints, the body it is of, and the day the law sets."""

import re
from collections.abc import Iterator
from datetime import date

from govrules.form import Form
from govrules.latest import latest
from govrules.pattern import nowhere
from govrules.read.normalise import compact
from govrules.report import Line, Report
from govrules.rule import Check, PatternField, Verdict, failed, not_applicable, passed, undetermined
from pydantic import field_validator

from .prose import compacted

_DAY = r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
_LABELLED = re.compile(rf"(?:发布|公开|发表|发稿|刊发|上传|公布)(?:时间|日期|于)\s*:?\s*\[?{_DAY}")
_OTHER = (
    "更新",
    "修改",
    "访问",
    "打印",
    "成文",
    "生成",
    "印发",
    "发文",
    "制定",
    "生效",
    "有效",
    "截止",
    "统计",
    "办公",
)
_OPENING = re.compile(rf"{''.join(f'(?<!{word})' for word in _OTHER)}(?:日期|时间)\s*:\s*{_DAY}")
_BARE = re.compile(rf"^\W{{0,2}}{_DAY}[日/\sT]*(?:\d{{1,2}}:\d\d(?::\d\d)?)?\s*(?:来源|信息来源|稿件来源)\s*:")
_BEHIND = re.compile(rf"来源\s*:\S{{0,40}}\s+{_DAY}")
_TOP, _LONG = 12, 160


@latest
def publication(report: Report) -> list[tuple[date, Line]]:
    """Give the dates of publication that the page prints round a report; the day it was signed is none."""
    found: list[tuple[date, Line]] = []
    for place, line in enumerate(report.text):
        text = compact(line.text)
        if "。" in text or len(text) > _LONG:
            continue
        shapes = (_LABELLED, _OPENING, _BARE, _BEHIND) if place < _TOP else (_LABELLED,)
        for shape in shapes:
            day = shape.search(text)
            if day and (made := _date(*map(int, day.groups()))):
                found.append((made, line))
                break
    return found


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _unsure(report: Report, mirror: PatternField) -> str | None:
    """Give the reason why nothing can be said about the publication of a report, if there is one."""
    if report.year is None or report.year_from not in {"title", "period"}:
        return "报告年度不明"
    if report.issuer is None:
        return "发布机关不明"
    if not nowhere(mirror, compacted(report.text)) and any(mirror.search(compact(line.text)) for line in report.text):
        return "转载页面的日期不是发布日期"
    return None if publication(report) else "页面没有写明发布日期"


class PublishedBy(Check):
    """A report of one of `bodies` is published by `until` (month-day) of the next year.

    `bodies` gives patterns for the name of the body by grade: the first that is found decides; `unless` takes bodies
    out. A date outside the next year is that of a repost or a slip: undetermined, as is a page in which `mirror` is
    found. Grades: `default`; `office`, `zone` as `bodies` names them; `lenient`, a report year of `lenient_years`.
    """

    scope = "report"
    grades = ("office", "zone", "lenient")
    until: str
    bodies: dict[str, PatternField]
    unless: PatternField | None = None
    mirror: PatternField
    lenient_years: tuple[int, ...] = ()

    @field_validator("until")
    @classmethod
    def _day(cls, value: str) -> str:
        date.fromisoformat(f"2001-{value}")
        return value

    @field_validator("bodies")
    @classmethod
    def _known(cls, value: dict[str, object]) -> dict[str, object]:
        if unknown := set(value) - {"default", *cls.grades}:
            raise ValueError(f"unknown grade {sorted(unknown)[0]!r}, known are default, office, zone")
        return value

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        grade = self._grade(report.issuer or "")
        reason = _unsure(report, self.mirror)
        if report.issuer is not None and grade is None:
            yield not_applicable()
            return
        if reason is not None or report.year is None or grade is None:
            yield undetermined(reason or "报告年度不明")
            return
        day, line = min(publication(report), key=lambda found: found[0])
        last = date.fromisoformat(f"{report.year + 1}-{self.until}")
        if day.year != report.year + 1:
            yield undetermined(f"发布日期 {day} 不在次年，可能是重新发布的日期")
        elif day <= last:
            yield passed()
        else:
            if report.year in self.lenient_years:
                grade = "lenient"
            yield failed(
                grade, published=str(day), until=str(last), days=(day - last).days, issuer=report.issuer,
                quote=line.text.strip()[:60], lines=(line.number, line.number),
            )  # fmt: skip

    def _grade(self, issuer: str) -> str | None:
        if self.unless is not None and self.unless.search(issuer):
            return None
        return next((grade for grade, pattern in self.bodies.items() if pattern.search(issuer)), None)


class PublishedAfterYear(Check):
    """A report is not published before its year is over; dates of other years are not judged, nor is a mirror."""

    scope = "report"
    mirror: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        reason = _unsure(report, self.mirror)
        if reason is not None or report.year is None:
            yield undetermined(reason or "报告年度不明")
            return
        day, line = max(publication(report), key=lambda found: found[0])
        if day.year == report.year:
            words = line.text.strip()[:60]
            yield failed(published=str(day), year=report.year, quote=words, lines=(line.number, line.number))
        elif day.year == report.year + 1:
            yield passed()
        else:
            yield undetermined(f"发布日期 {day} 不在报告年度或次年")
