"""Checks on a report as a document: its title, its year, the period it covers, and the file it came in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govrules.form import Form
from govrules.report import Line, Report
from govrules.rule import Check, Verdict, failed, passed, undetermined

_DAY = r"(?:(?P<{0}y>(?:19|20)\d\d)年?)?(?P<{0}m>\d{{1,2}})月(?:(?P<{0}d>\d{{1,2}})[日号]?)?"
_RANGE = re.compile(
    r"自?从?" + _DAY.format("a") + r"(?:起|开始)?[,,]?(?:至|到|-|—|–|~|起至)+" + _DAY.format("b") + r"(?:止)?"
)
_MONTHS = re.compile(r"(?P<y>20\d\d)年(?:1|一)(?:月)?(?:至|到|-|—|–|~)+(?:12|十二)月")
_UNTIL = re.compile(r"(?:截至|截止|截止到|截至到)(?P<y>20\d\d)年12月31日")
_SPEAKS_OF_PERIOD = re.compile(
    r"统计期限|统计时间|数据.{0,12}(?:期限|时间|时段|范围|截止|截至|统计)|(?:期限|时限|时段)(?:为|是|自|从|:)|本(?:年度)?报告.{0,20}(?:期限|数据)"
)
_SOME_DAYS = re.compile(r"自?从?\d[\d年月日号]*(?:起|开始)?[,,]?(?:至|到|-|—|–|~)+\d[\d年月日号]*止?")


@dataclass(frozen=True)
class _Span:
    """A period found in the text: first and last day, the sentence it stands in, whether that speaks of statistics."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    text: str
    line: int
    of_statistics: bool


def periods(report: Report) -> list[_Span]:
    """Find every stretch of days in a report."""
    return [span for line in report.text for span in _periods(line)]


def _periods(line: Line) -> Iterator[_Span]:
    text = re.sub(r"\s", "", line.text)
    if "月" not in text:
        return
    for sentence in re.split(r"[。;]", text):
        speaks = bool(_SPEAKS_OF_PERIOD.search(sentence))
        for found in _RANGE.finditer(sentence):
            part = found.groupdict()
            year = int(part["ay"] or part["by"] or 0)
            first = (year, int(part["am"]), int(part["ad"] or 1))
            last = (int(part["by"] or year), int(part["bm"]), int(part["bd"] or 31))
            yield _Span(first, last, found[0], line.number, speaks)
        for found in _MONTHS.finditer(sentence):
            year = int(found["y"])
            yield _Span((year, 1, 1), (year, 12, 31), found[0], line.number, speaks)
        for found in _UNTIL.finditer(sentence):
            year = int(found["y"])
            yield _Span((year, 1, 1), (year, 12, 31), found[0], line.number, speaks)


def _unreadable(report: Report) -> tuple[str, int] | None:
    """Give the words that state the period in days that cannot be (202020年12月31日), and their line."""
    for line in report.text:
        for sentence in re.split(r"[。;]", re.sub(r"\s", "", line.text)):
            days = _SOME_DAYS.search(sentence) if _SPEAKS_OF_PERIOD.search(sentence) else None
            if days:
                return days[0], line.number
    return None


class Period(Check):
    """The statistics period is stated and is the whole report year.

    Grades: `wrong`, a period is stated and is another; `unstated`, none is, or in days that cannot be read.
    """

    scope = "report"
    grades = ("wrong", "unstated")

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if report.year is None:
            yield undetermined("报告年度不明")
            return
        whole = ((report.year, 1, 1), (report.year, 12, 31))
        found = periods(report)
        if any((span.first, span.last) == whole for span in found):
            yield passed()
            return
        stated = [span for span in found if span.of_statistics and span.first[0]]
        for span in stated[:1]:
            yield failed("wrong", stated=span.text, year=report.year, lines=(span.line, span.line))
        if not stated:
            words, line = _unreadable(report) or ("", 0)
            lines = (line, line) if words else report.lines
            shown = f"写作“{words}”，读不出起止日期" if words else "未写明"
            yield failed("unstated", stated=shown, year=report.year, lines=lines)


class TitleShape(Check):
    """The title names the body, the year and the report as the form calls it.

    Grades: `missing`, there is no title; `undated`, it lacks the year; `wording`, it calls the report by another name.
    """

    scope = "report"
    grades = ("missing", "undated", "wording")
    name: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        title = report.title
        if title is None:
            yield failed("missing", title="（无）", name=self.name, lines=(report.lines[0], report.lines[0]))
        elif title.year is None:
            yield failed("undated", title=title.text, name=self.name, lines=(title.line, title.line))
        elif title.phrase != self.name:
            yield failed("wording", title=title.text, name=self.name, lines=(title.line, title.line))
        else:
            yield passed()


class SameYear(Check):
    """The title, the stated period and the text speak of one year."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if report.year is None or report.title is None or report.title.year is None:
            yield undetermined("没有标题，或标题没有年度，无法核对")
            return
        for span in periods(report):
            if span.of_statistics and span.first[0] == span.last[0] and span.first[0] not in (0, report.year):
                yield self._other(report, span.first[0], span.line)
                return
        body = [line for line in report.text if line.number != report.title.line]
        spoken = Counter(year for line in body for year in re.findall(r"(?<!\d)(20\d\d)年", line.text))
        most = spoken.most_common(1)
        if most and str(report.year) not in spoken and most[0][1] >= 3:
            line = next(line.number for line in body if most[0][0] + "年" in line.text)
            yield self._other(report, int(most[0][0]), line)
        else:
            yield passed()

    def _other(self, report: Report, year: int, line: int) -> Verdict:
        return failed(title_year=report.year, other=year, lines=(line, line))


class SeparateReports(Check):
    """A file holds one report."""

    scope = "file"

    def judge_file(self, reports: Sequence[Report]) -> Iterator[Verdict]:
        if len(reports) < 2:
            yield passed()
            return
        names = "；".join(
            f"{r.issuer or '发布机关不明'}{r.year or ''}（第 {r.lines[0]}—{r.lines[1]} 行）" for r in reports
        )
        yield failed(count=len(reports), reports=names, lines=(reports[0].lines[0], reports[-1].lines[1]))
