"""Checks of what prose says about itself: fees collected or not, problems and measures, lists as long as announced."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govrules.form import Form
from govrules.read.normalise import compact
from govrules.report import Line, Report
from govrules.rule import CellNames, Check, PatternField, Verdict, failed, not_applicable, passed, undetermined

from .prose import Passage, han, passages, positive, prose, quote, section_lines

_NUMERALS = "零一二三四五六七八九十"
_YEAR = re.compile(r"(20\d\d)年")
_ITEMS = 60
_MARKS = ("{han}是", "第{han}[,、]", r"\({han}\)", r"(?:^|\n){n}[.、]")


class ProblemsAndMeasures(Check):
    """The section `section` names problems and measures, in at least `least` Chinese characters.

    A body of few words that names both does with `honest`.

    Grades: `nothing`, its body is one of the words for none; `short`; `no_problem`, `no_measure`, one side is missing.
    An empty section is for other rules to report.
    """

    scope = "report"
    grades = ("nothing", "short", "no_problem", "no_measure")
    section: str
    nothing: PatternField
    problems: PatternField
    measures: PatternField
    least: int = 60
    honest: int = 40

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        section = report.section(self.section)
        if section is None or section.empty:
            yield not_applicable()
            return
        lines = section_lines(report, section)
        text = "".join(compact(line.text) for line in lines).strip()
        grade = self._grade(text, han(lines))
        if grade is None:
            yield passed()
        else:
            why = {
                "nothing": "没有实质内容", "short": f"只有 {han(lines)} 字",
                "no_problem": "只有措施，没有问题", "no_measure": "只有问题，没有改进情况",
            }[grade]  # fmt: skip
            yield failed(grade, why=why, count=han(lines), quote=quote(text), lines=(section.line, section.last))

    def _grade(self, text: str, length: int) -> str | None:
        if self.nothing.fullmatch(text):
            return "nothing"
        both = self.problems.search(text) is not None and self.measures.search(text) is not None
        if length < (self.honest if both else self.least):
            return "short"
        if both:
            return None
        return "no_measure" if self.problems.search(text) else "no_problem"


class FeeStatements(Check):
    """What prose says about fees agrees: none collected (`denied`) or an amount (`stated`, group 1 the figure).

    Sentences of another year are left out, and two that speak of different bodies (`scopes`) are not compared.
    `none_due`, no request had to be paid for, agrees with `unpaid`, requests closed because a fee was not paid.
    """

    scope = "report"
    denied: PatternField
    stated: PatternField
    scopes: PatternField
    none_due: PatternField
    unpaid: CellNames

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        said = [p for p in passages(prose(report)) if set(_YEAR.findall(p.text)) <= {str(report.year)}]
        none = [p for p in said if self.denied.search(p.text)]
        some = [p for p in said if self._amount(p) and not self.denied.search(p.text)]
        pairs = [(one, another) for one in none for another in some if self._scope(one) == self._scope(another)]
        for one, another in pairs[:1]:
            lines = (min(one.line, another.line), max(one.line, another.line))
            yield failed(quote=quote(one.text), other=quote(another.text), lines=lines)
            return
        due = next((p for p in said if self.none_due.search(p.text)), None)
        unpaid = positive(report, self.unpaid)
        if due is not None and unpaid:
            other = f"表中“逾期未缴费”{report.cells[unpaid[0]].value} 件"
            yield failed(cells=unpaid, quote=quote(due.text), other=other, lines=(due.line, due.line))
        elif none or some or due is not None:
            yield passed()
        else:
            yield undetermined("正文没有收费情况的表述")

    def _amount(self, passage: Passage) -> bool:
        found = self.stated.search(passage.text)
        return found is not None and float(found.group(1).replace(",", "") or 0) > 0

    def _scope(self, passage: Passage) -> frozenset[str]:
        return frozenset(found.group(0) for found in self.scopes.finditer(passage.text))


@dataclass(frozen=True, slots=True)
class _List:
    """An announced list: the words that announce it, how many it promises, and how many items follow."""

    quote: str
    promised: int
    given: int
    line: int


class ListLength(Check):
    """A list holds as many items as its opening words say (`opening`, group 1 the number, digits or Chinese).

    Items are told by 一是, 第一, （一） or 1. in order; a list of one item, and one that `unless` opens, is not judged.
    """

    scope = "report"
    opening: PatternField
    unless: PatternField | None = None

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        lists = list(self._lists(report.text))
        wrong = [found for found in lists if found.promised != found.given]
        for found in wrong:
            yield failed(quote=found.quote, promised=found.promised, given=found.given, lines=(found.line, found.line))
        if not wrong:
            yield passed() if lists else not_applicable()

    def _lists(self, lines: Sequence[Line]) -> Iterator[_List]:
        for here, line in enumerate(lines):
            text = compact(line.text)
            for opening in self.opening.finditer(text):
                promised = _number(opening.group(1))
                words = opening.group(0)
                if not promised or promised < 2 or (self.unless is not None and self.unless.search(words)):
                    continue
                following = [text[opening.end() :], *(compact(x.text) for x in lines[here + 1 : here + _ITEMS])]
                given = _items("\n".join(following))
                if given > 1:
                    yield _List(quote(words), promised, given, line.number)


def _items(text: str) -> int:
    """Count the items of a list that opens here: markers of one kind, in order, until they begin again or stop."""
    for shape in _MARKS:
        marks = [re.compile(shape.format(han=han, n=n)) for n, han in enumerate(_NUMERALS)]
        first = marks[1].search(text)
        if first is None or first.start() > 12:
            continue
        count, place = 1, first.end()
        again = marks[1].search(text, place)
        end = again.start() if again else len(text)
        while count < 10 and (found := marks[count + 1].search(text, place, end)):
            count, place = count + 1, found.end()
        return count
    return 0


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    return 2 if text == "两" else max(_NUMERALS.find(text), 0)
