"""Everything that a pack promises, each as one trial: its examples, its whole documents, examples that it owes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from govrules.authoring.cases import Case, FindingModel, difference, load_cases
from govrules.authoring.subject import Subject
from govrules.errors import GovrulesError, Place
from govrules.finding import Lang, finding
from govrules.outcome import Finding
from govrules.plan import Plan
from govrules.rule import Example, Rule, Status
from govrules.testing import answers_of, outcomes_of
from govrules.validation import check

_STATUS = {
    Status.PASSED: ("通过", "passed"),
    Status.FAILED: ("不通过", "failed"),
    Status.UNDETERMINED: ("无法判定", "undetermined"),
    Status.ERRORED: ("规则出错", "errored"),
    Status.NOT_APPLICABLE: ("不适用", "not applicable"),
}
_KINDS = {True: ("通过", "pass"), False: ("不通过", "fail")}
_MOST = 5


class Trial(Protocol):
    """One thing to try. `name` tells it from all others of the pack, `rule` is the rule it is about, if it is one."""

    @property
    def name(self) -> str:
        """Give the name."""
        ...

    @property
    def rule(self) -> str:
        """Give the id of the rule, or nothing for a whole document."""
        ...

    @property
    def where(self) -> Place:
        """Give the place where it is written."""
        ...

    def failure(self, lang: Lang) -> str:
        """Say what is wrong, in lines; nothing when all is well. Raises GovrulesError for what cannot be tried."""
        ...


@dataclass(frozen=True)
class OfExample:
    """An example of a rule: the rule must pass or fail there, as it says."""

    name: str
    of: Rule
    example: Example
    plan: Plan

    @property
    def rule(self) -> str:
        """Give the id of the rule."""
        return self.of.id

    @property
    def where(self) -> Place:
        """Give the place of the example."""
        return self.example.where

    def failure(self, lang: Lang) -> str:
        """Say what the rule said instead, with the messages of what it found."""
        try:
            statuses = outcomes_of(self.of, self.example, self.plan)
        except AssertionError as error:
            return str(error)
        wanted, not_wanted = _answers(passes=self.example.passes)
        if wanted in statuses and not statuses & not_wanted:
            return ""
        told = "、".join(_said(_STATUS[status], lang) for status in sorted(statuses)) or _said(("无", "nothing"), lang)
        zh = f"规则 {self.rule} 在此示例上应当{_STATUS[wanted][0]}，实际：{told}"
        en = f"rule {self.rule} must give {_STATUS[wanted][1]} on this example, and gives: {told}"
        return "\n".join([_said((zh, en), lang), *self._details(lang)])

    def _details(self, lang: Lang) -> Iterator[str]:
        """Give the messages of failures, what could not be decided, and crashes."""
        reports, outcomes = answers_of(self.of, self.example, self.plan)
        by_id = {report.id: report for report in reports}
        for one in outcomes.failures[:_MOST]:
            report = by_id.get(one.report or "")
            cells = self.plan.forms.cells(report.form) if report is not None and report.form else {}
            yield f"  {_line(finding(one, report, cells, lang), lang)}"
        open_ = [] if outcomes.failures else outcomes.undetermined[:_MOST]
        yield from (f"  {_said(_STATUS[Status.UNDETERMINED], lang)}: {why}" for *_, why in open_)
        yield from (f"  {fault.message}" for fault in outcomes.faults)


@dataclass(frozen=True)
class OfMissing:
    """An example that a rule owes: it must have one of each kind."""

    of: Rule
    passes: bool

    @property
    def name(self) -> str:
        """Give the rule and the kind of example."""
        return f"{self.of.id}::{_KINDS[self.passes][1]}-missing"

    @property
    def rule(self) -> str:
        """Give the id of the rule."""
        return self.of.id

    @property
    def where(self) -> Place:
        """Give the place of the rule."""
        return self.of.where

    def failure(self, lang: Lang) -> str:
        """Say which example is not there."""
        zh, en = _KINDS[self.passes]
        told = (
            f"规则 {self.rule} 没有应当{zh}的示例（examples.{en}）",
            f"rule {self.rule} has no example under examples.{en}",
        )
        return _said(told, lang)


@dataclass(frozen=True)
class OfCase:
    """A whole document: what the pack and those it extends find there must be what the case says."""

    case: Case
    subject: Subject
    rule: str = ""

    @property
    def name(self) -> str:
        """Give the name of the case."""
        return f"cases::{self.case.name}"

    @property
    def where(self) -> Place:
        """Give the place of what is expected."""
        return self.case.where

    def failure(self, lang: Lang) -> str:
        """Say which findings did not come, and which came that nobody expects."""
        expected = self.case.expected
        result = check(self.case.documents, self.subject.plan, region=expected.region, lang=lang)
        if result.errors:
            return "\n".join(f"! {error}" for error in result.errors)
        if not result.reports:
            return _said(("文件中没有读到年度报告", "no report was found in the document"), lang)
        apart = difference(expected, result.findings, self.subject.names)
        if not apart:
            return ""
        title = _said(
            ("发现的问题与预期不同（- 应有而无，+ 不应有）", "findings differ (- missing, + unexpected)"), lang
        )
        missing = [f"- {_wanted(one)}{_nearly(one, apart.unexpected, lang)}" for one in apart.missing]
        return "\n".join([title, *missing, *(f"+ {_line(one, lang)}" for one in apart.unexpected)])


def trials(subject: Subject) -> tuple[list[Trial], list[GovrulesError]]:
    """Give everything to try of a pack, in the order of rules, and what is wrong with cases that cannot be tried."""
    made: list[Trial] = []
    for rule in subject.rules:
        made += _of_rule(rule, subject.plan)
    cases = load_cases(subject.cases, subject.plan)
    return [*made, *(OfCase(case, subject) for case in cases.cases)], cases.faults


def _of_rule(rule: Rule, plan: Plan) -> Iterator[Trial]:
    for passes in (True, False):
        mine = [example for example in rule.examples if example.passes is passes]
        if not mine:
            yield OfMissing(rule, passes)
        for number, example in enumerate(mine, 1):
            yield OfExample(f"{rule.id}::{_KINDS[passes][1]}-{number}", rule, example, plan)


def _answers(*, passes: bool) -> tuple[Status, set[Status]]:
    """Give the answer that an example wants, and those that it does not allow beside it."""
    return (Status.PASSED, {Status.FAILED, Status.ERRORED}) if passes else (Status.FAILED, {Status.ERRORED})


def _line(found: Finding, lang: Lang) -> str:
    where = f" ({found.source}:{found.lines[0]})" if found.lines else ""
    colon = "：" if lang == "zh" else ": "
    return f"{found.rule} {found.severity}{colon}{found.message}{where}"


def _wanted(one: FindingModel) -> str:
    return " ".join([one.rule, *([one.severity.value] if one.severity else []), *one.cells])


def _nearly(one: FindingModel, unexpected: Sequence[Finding], lang: Lang) -> str:
    """Say what came of the same rule instead."""
    alike = next((other for other in unexpected if other.rule == one.rule), None)
    if alike is None:
        return ""
    came = " ".join([alike.severity.value, *(use.cell for use in alike.cells[:_MOST])])
    return _said((f"（实际为 {came}）", f" (came as {came})"), lang)


def _said(words: tuple[str, str], lang: Lang) -> str:
    return words[lang == "en"]
