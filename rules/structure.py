"""Checks on form and parts: the right version of the form, titles, aspects, length, contact data, another's name."""

import re
from collections.abc import Iterator

from govrules.form import Form
from govrules.pattern import nowhere
from govrules.read.normalise import compact
from govrules.read.title import without_spam
from govrules.report import Report
from govrules.rule import Check, PatternField, Verdict, failed, not_applicable, passed, undetermined
from pydantic import BaseModel, ConfigDict, Field

from .prose import below_each_other, han, passages, prose, quote, section_lines

_NEXT = re.compile(r"\S{0,6}:|[一二三四五六]、|$")
_COMMON = frozenset("省市县区镇乡局厅委办室人民政府街道事处管理员会中心业和的关于工作年度")


class Version(BaseModel):
    """The report years of a form, and for its tables the words that only this form prints."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    years: tuple[int, int] = Field(description="报告年度，首年和末年 | report years, first and last")
    marks: dict[str, PatternField] = Field(
        description="只有该表样才印的文字，按表（模式） | words that only this form prints, by table"
    )


class FormVersion(Check):
    """Every table that differs between `versions` is printed in the form of the report year.

    Both must agree for a failure: the table was read by the other form, and the text holds the other form's words
    (`marks`) and none of the right ones. Undetermined where the year is only inferred from the text.
    """

    scope = "report"
    versions: dict[str, Version]

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        right = next((name for name, v in self.versions.items() if v.years[0] <= (report.year or 0) <= v.years[1]), "")
        if not right or report.year_from not in {"title", "period"}:
            yield undetermined("报告年度不明，或没有对应的格式")
            return
        text = "\n".join(compact(line.text) for line in report.text)
        printed = {t: f for t, f in report.tables.items() if f in self.versions and t in self.versions[f].marks}
        wrong = {t: f for t, f in printed.items() if f != right and self._marked(t, f, text)}
        wrong = {t: f for t, f in wrong.items() if not self._marked(t, right, text)}
        for table, other in wrong.items():
            title = found.title if (found := form.table(table)) else table
            lines = self._lines(report, table)
            yield failed(table=title, printed=other, right=right, year=report.year, lines=lines)
        if not wrong:
            yield passed() if printed else undetermined("没有读到可以判断格式的表格")

    def _marked(self, table: str, name: str, text: str) -> bool:
        mark = self.versions[name].marks.get(table)
        return mark is not None and mark.search(text) is not None

    def _lines(self, report: Report, table: str) -> tuple[int, int]:
        lines = [r.line for name, r in report.cells.items() if r.line and name.startswith(f"{table}.")]
        return (min(lines), max(lines)) if lines else report.lines


class Documents(Check):
    """Documents are cited with their own number and title: none of `mismatched`, named by what is right.

    A report from `since` on that cites `former` cites `current` as well.
    """

    scope = "report"
    mismatched: dict[str, PatternField]
    former: PatternField
    current: PatternField
    since: int

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        cited, whole = passages(prose(report)), below_each_other(prose(report))
        for what, pattern in self.mismatched.items():
            if nowhere(pattern, whole):
                continue
            wrong = next(((p, found) for p in cited if (found := pattern.search(p.text))), None)
            if wrong is not None:
                passage, found = wrong
                words = quote(passage.text, found.start(), found.end())
                yield failed(what=what, quote=words, lines=(passage.line, passage.line))
                return
        old = next((p for p in cited if self.former.search(p.text)), None)
        if old is not None and (report.year or 0) >= self.since and not any(self.current.search(p.text) for p in cited):
            found = self.former.search(old.text)
            words = quote(old.text, found.start(), found.end()) if found else old.text
            yield failed(what=f"{self.since} 年起的报告应依据新格式", quote=words, lines=(old.line, old.line))
            return
        yield passed()


class SectionTitles(Check):
    """Every section stands under its official title or an accepted variant of it."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        other = [section for section in report.sections if section.match == "deviation"]
        for found in other:
            official = form.section(found.id)
            wanted = official.title if official else ""
            yield failed(quote=found.title, wanted=wanted, lines=(found.line, found.line))
        if not other:
            yield passed() if report.sections else not_applicable()


class Aspects(Check):
    """The section `section` speaks of every one of `aspects`, and for `bodies` of `more` as well."""

    scope = "report"
    section: str
    aspects: dict[str, PatternField]
    bodies: PatternField
    more: dict[str, PatternField]

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        section = report.section(self.section)
        if section is None or section.empty:
            yield not_applicable()
            return
        text = "".join(compact(line.text) for line in section_lines(report, section))
        wanted = dict(self.aspects)
        if report.issuer is not None and self.bodies.search(report.issuer):
            wanted |= self.more
        missing = [name for name, pattern in wanted.items() if not pattern.search(text)]
        if missing:
            yield failed(missing="、".join(missing), count=len(missing), lines=(section.line, section.last))
        else:
            yield passed()


class SectionLength(Check):
    """The section `section` has at most `most` Chinese characters."""

    scope = "report"
    section: str
    most: int

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        section = report.section(self.section)
        if section is None:
            yield not_applicable()
            return
        count = han(section_lines(report, section))
        if count > self.most:
            yield failed(count=count, most=self.most, section=section.title, lines=(section.line, section.last))
        else:
            yield passed()


class OwnName(Check):
    """The sentence that presents the report (`presents`, group 1 a name) names the body of the title.

    Only a name that has no character in common with it fails, words that all bodies share apart, and only one that
    ends as the names of bodies do (`organ`): short forms and mergers are no other body.
    """

    scope = "report"
    presents: PatternField
    organ: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        own = set(compact(without_spam(report.issuer or ""))) - _COMMON
        if report.title is None or not own:
            yield undetermined("没有标题，或标题没有机关名称")
            return
        first = min((section.line for section in report.sections), default=report.title.line + 8)
        opening = [line for line in prose(report) if report.title.line < line.number < first]
        for passage in passages(opening):
            found = self.presents.search(without_spam(passage.text))
            if found is None:
                continue
            name = found.group(1)
            if self.organ.search(name) and not own & set(name) and set(name) - _COMMON:
                line = passage.line
                yield failed(issuer=report.issuer, other=name, quote=quote(passage.text, 0), lines=(line, line))
                return
        yield passed()


class Contact(Check):
    """The report says how to reach the body, by telephone, address or mail (`given`).

    Grades: `empty_label`, a label with nothing behind it (`empty`) in a sentence that gives contact data (`phrase`);
    `missing`, none at all. A label whose value stands in the next line is filled.
    """

    scope = "report"
    grades = ("missing", "empty_label")
    given: PatternField
    phrase: PatternField
    empty: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        lines = prose(report)
        for here, line in enumerate(lines):
            text = compact(line.text)
            for sentence in re.split(r"[。;]", text):
                found = self.empty.search(sentence)
                if found is None or not self.phrase.search(sentence):
                    continue
                behind = compact(lines[here + 1].text) if here + 1 < len(lines) else ""
                at_end = text.endswith(sentence) and found.end() == len(sentence)
                if at_end and not _NEXT.match(behind):
                    continue
                words = quote(sentence, found.start(), found.end())
                problem = f"“{words}”后面没有内容"
                yield failed("empty_label", problem=problem, quote=words, lines=(line.number, line.number))
                return
        if any(self.given.search(compact(line.text)) for line in report.text):
            yield passed()
        else:
            yield failed("missing", problem="没有写明联系地址、电话或电子邮箱", quote="", lines=report.lines)
