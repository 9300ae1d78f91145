"""Checks of prose against the tables, and of prose against itself: the same figure told twice must be the same."""

from collections.abc import Callable, Iterator, Mapping

from govrules import expr
from govrules.form import Form
from govrules.read.claims import Sentence, sentences
from govrules.report import Claim, Report
from govrules.rule import Check, Expression, PatternField, Verdict, failed, not_applicable, passed, undetermined

Values = Mapping[str, int | float | None]
_QUOTE = 60


def values(report: Report) -> dict[str, int | float | None]:
    """Give the cells of a report that are known for certain."""
    return {name: r.value for name, r in report.cells.items() if r.flag in {"exact", "unique", "upstream"}}


def exact(report: Report, measure: str) -> list[Claim]:
    """Give the exact figures that prose states for a measure, denials as zero."""
    return [claim for claim in report.claims if claim.measure == measure and not claim.approximate]


def quote(report: Report, claim: Claim, texts: Mapping[int, Sentence] | None = None) -> str:
    """Give the words around a claim, at most sixty characters."""
    told = texts or {sentence.number: sentence for sentence in sentences(report.text)}
    sentence = told.get(claim.sentence)
    if sentence is None or sentence.line != claim.line:
        return claim.subject + claim.quote
    begin = max(0, claim.span[1] - sentence.start - _QUOTE + 12)
    return sentence.text[begin : claim.span[1] - sentence.start + 12].strip(",;:、 ")


class States(Check):
    """A figure in prose equals the table: `equals` gives the table's figure for each measure.

    Grades: `also`, it equals another accepted measure; `partly`, another sentence agrees with the table and this one
    does not; `denied`, prose denies what the table counts.
    """

    scope = "report"
    grades = ("also", "partly", "denied")
    equals: dict[str, Expression]
    also: dict[str, tuple[Expression, ...]] = {}  # noqa: RUF012

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        known, told = values(report), {sentence.number: sentence for sentence in sentences(report.text)}
        judged = False
        for measure, node in self.equals.items():
            claims, truth = exact(report, measure), expr.evaluate(node, known)
            if not claims or truth is None:
                continue
            judged = True
            agree = any(claim.value == truth for claim in claims)
            for claim in claims:
                if claim.value != truth:
                    yield self._differs(report, form, claim, told, truth, agree=agree)
        if not judged:
            claimed = any(exact(report, measure) for measure in self.equals)
            yield undetermined("没有可以对照的表格数值") if claimed else not_applicable()
        else:
            yield passed()

    def _differs(
        self, report: Report, form: Form, claim: Claim, told: Mapping[int, Sentence], truth: float, *, agree: bool
    ) -> Verdict:
        node = self.equals[claim.measure or ""]
        others = [expr.evaluate(other, values(report)) for other in self.also.get(claim.measure or "", ())]
        grade = "partly" if agree else "denied" if claim.kind == "denial" else "default"
        if claim.kind != "denial" and claim.value in [other for other in others if other is not None]:
            grade = "also"
        return failed(
            grade, cells=sorted(expr.cells(node)), lines=(claim.line, claim.line), quote=quote(report, claim, told),
            stated=claim.value, table=truth, expected=truth, actual=claim.value, difference=claim.value - truth,
            formula=expr.spoken(node, _labels(form)),
        )  # fmt: skip


def _labels(form: Form) -> Callable[[str], str]:
    return lambda name: form.cells[name].label if name in form.cells else name


class Balance(Check):
    """Requests told in prose balance: received and carried in against outcomes and carried out.

    Only where the table is not there: otherwise each figure is compared with the table. Grade `incomplete`: an
    outcome is not told at all, so the gap may be it.
    """

    scope = "report"
    grades = ("incomplete",)
    table: str
    received: tuple[str, ...]
    outcomes: tuple[str, ...]
    together: dict[str, tuple[str, ...]] = {}  # noqa: RUF012
    carried_out: str
    least: int = 4

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if self.table in report.tables:
            yield not_applicable()
            return
        for line in dict.fromkeys(claim.line for claim in report.claims):
            told = {c.measure: c for c in reversed(report.claims) if c.line == line and c.measure and not c.approximate}
            outcomes = self._outcomes(told)
            if not all(name in told for name in (*self.received, self.carried_out)) or len(outcomes) < self.least:
                continue
            yield self._verdict(told, outcomes, line)
            return
        yield not_applicable()

    def _outcomes(self, told: Mapping[str, Claim]) -> list[Claim]:
        found = [name for name in self.outcomes if name in told]
        for joint, parts in self.together.items():
            if joint in told:
                found = [name for name in found if name not in parts] + [joint]
        return [told[name] for name in found]

    def _verdict(self, told: Mapping[str, Claim], outcomes: list[Claim], line: int) -> Verdict:
        came = [told[name].value for name in self.received]
        went = [claim.value for claim in outcomes] + [told[self.carried_out].value]
        if sum(came) == sum(went):
            return passed()
        covered = {name for joint, parts in self.together.items() if joint in told for name in parts}
        untold = [name for name in self.outcomes if name not in told and name not in covered]
        grade = "incomplete" if untold and sum(came) > sum(went) else "default"
        return failed(
            grade, lines=(line, line), came="＋".join(map(_said, came)), went="＋".join(map(_said, went)),
            left=sum(came), right=sum(went), distance=abs(sum(came) - sum(went)), expected=sum(came),
            actual=sum(went), difference=sum(went) - sum(came),
        )  # fmt: skip


def _said(value: int | float) -> str:
    return str(int(value) if float(value).is_integer() else value)


class Contradicts(Check):
    """Where a sentence says `says`, the expression `yet` must not be true."""

    scope = "report"
    says: tuple[PatternField, ...]
    unless: tuple[PatternField, ...] = ()
    yet: Expression

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        told = [
            sentence
            for sentence in sentences(report.text)
            if any(pattern.search(sentence.text) for pattern in self.says)
            and not any(pattern.search(sentence.text) for pattern in self.unless)
        ]
        if not told:
            yield not_applicable()
            return
        known = values(report)
        truth = expr.evaluate(self.yet, known)
        if truth is None:
            yield undetermined("没有可以对照的表格数值")
        elif not truth:
            yield passed()
        else:
            sentence = told[0]
            cells = sorted(expr.cells(self.yet))
            shown = "，".join(f"{_labels(form)(cell)} {_said(known[cell] or 0)}" for cell in cells)
            yield failed(
                cells=cells, lines=(sentence.line, sentence.line), quote=sentence.text.strip()[:_QUOTE], figures=shown
            )


class SameFigure(Check):
    """Prose tells one figure of a measure, not two."""

    scope = "report"
    measure: str

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        told = exact(report, self.measure)
        if len(told) < 2:
            yield not_applicable()
            return
        different = {claim.value for claim in told}
        if len(different) == 1:
            yield passed()
            return
        shown = "、".join(f"{_said(claim.value)}（第 {claim.line} 行）" for claim in told)
        yield failed(lines=(told[0].line, told[-1].line), figures=shown)
