"""Checks on the sections of a report: there, in order, under their titles, and not empty."""

import re
from collections.abc import Iterator

from govrules.form import Form, Section
from govrules.report import Report
from govrules.rule import Check, Verdict, failed, not_applicable, passed

from .prose import lists_parts

_ORDER = "一二三四五六七八九十"
_ENOUGH = 3


def _wanted(form: Form) -> list[Section]:
    return [section for section in form.sections if section.number and section.required]


def _without_heading(report: Report, form: Form) -> list[Section]:
    return [section for section in _wanted(form) if report.section(section.id) is None]


def _is_told(report: Report, form: Form, section: Section) -> bool:
    """Tell whether a section without heading is there all the same: by its table, or by words only its body has.

    Words count only in a report that lost nearly all its headings: elsewhere they stand in another section's body.
    """
    if any(table.section == section.id and table.id in report.tables for table in form.tables):
        return True
    if len(report.sections) >= _ENOUGH:
        return False
    told = (sentence for line in report.text for sentence in re.split("[。;]", line.text))
    text = "\n".join(sentence for sentence in told if not lists_parts(sentence))
    return any(re.search(pattern, text) for pattern in section.evidence)


def _named(sections: list[Section]) -> str:
    return "、".join(f"{_ORDER[section.number - 1]}（{section.title}）" for section in sections)


class Sections(Check):
    """Every section that the form requires is there, by its heading or at least by its content."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        missing = [s for s in _without_heading(report, form) if not _is_told(report, form, s)]
        if missing:
            yield failed(sections=_named(missing), count=len(missing), lines=report.lines)
        else:
            yield passed()


class SectionHeadings(Check):
    """Every section whose content is there stands under its heading."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        lost = [s for s in _without_heading(report, form) if _is_told(report, form, s)]
        if lost:
            yield failed(sections=_named(lost), count=len(lost), lines=report.lines)
        else:
            yield passed()


class SectionContent(Check):
    """The section `section` has a body."""

    scope = "report"
    section: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        wanted, found = form.section(self.section), report.section(self.section)
        if wanted is None or found is None or wanted.may_be_empty:
            yield not_applicable()
        elif found.empty:
            yield failed(section=found.title, lines=(found.line, found.last))
        else:
            yield passed()


class SectionOrder(Check):
    """Sections stand in the order of the form and are numbered as it numbers them."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        number = {section.id: section.number for section in _wanted(form)}
        found = [section for section in report.sections if section.id in number]
        if len(found) < 2:
            yield not_applicable()
            return
        order = [number[section.id] for section in found]
        wrong = [
            s.title for s in found if s.numeral in _ORDER and s.numeral and _ORDER.index(s.numeral) + 1 != number[s.id]
        ]
        if order != sorted(order):
            titles = "、".join(section.title for section in found)
            yield failed(problem=f"章节次序为：{titles}", lines=(found[0].line, found[-1].line))
        elif wrong:
            yield failed(problem=f"章节编号与格式不一致：{'、'.join(wrong)}", lines=(found[0].line, found[-1].line))
        else:
            yield passed()
