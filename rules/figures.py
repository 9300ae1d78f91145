"""Checks of arithmetic that prose does by itself: shares, growth, averages."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from govrules import expr
from govrules.form import Form
from govrules.read.claims import Sentence, sentences
from govrules.report import Claim, Report
from govrules.rule import Check, OptionalExpression, PatternField, Verdict, failed, not_applicable, passed

from .claimed import between, claims_of, fits, label, said, unit, words_before
from .states import values

_COUNTS = {"件", "条", "项", "个", "份", "次", "人次", "人", "名", "期", "场", "家", "篇", "批"}


class Shares(Check):
    """A stated share is the part in the whole. `wholes` are table figures that may be the whole.

    Judged only when the whole is sure: most shares of a list fit it, or it stands right before 其中.
    """

    scope = "report"
    wholes: tuple[OptionalExpression, ...] = ()
    of_whole: PatternField
    outcomes: tuple[str, ...] = ()

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        told = sentences(report.text)
        found = False
        for number, sentence in enumerate(told):
            pairs = self._pairs(report, sentence)
            if not pairs:
                continue
            found = True
            whole = self._whole(report, sentence, pairs, told[max(0, number - 2) : number])
            if whole is None:
                continue
            wrong = [(p, s) for p, s in pairs if not fits(s, 100 * float(p.value) / whole)]
            forced = abs(sum(float(s.value) for _, s in pairs) - 100) < 1e-6 and len(pairs) > 2
            for part, share in wrong:
                true = 100 * float(part.value) / whole
                yield failed(
                    lines=(share.line, share.line), quote=(part.subject + part.quote).strip(",;:、 "),
                    part=part.value, whole=said(whole), stated=said(float(share.value)), computed=f"{true:.2f}",
                    hint="各项占比凑成了 100%" if forced else "", expected=round(true, 4), actual=share.value,
                    difference=round(float(share.value) - true, 4),
                )  # fmt: skip
        yield passed() if found else not_applicable()

    def _pairs(self, report: Report, sentence: Sentence) -> list[tuple[Claim, Claim]]:
        return [
            (part, share)
            for part, share in pairwise(claims_of(report, sentence))
            if share.unit == "%" and part.kind == "count" and not part.approximate and not share.approximate
            and self.of_whole.fullmatch(between(sentence, part, share))
        ]  # fmt: skip

    def _whole(
        self, report: Report, sentence: Sentence, pairs: Sequence[tuple[Claim, Claim]], before: Sequence[Sentence]
    ) -> float | None:
        """Choose the whole: the candidate that most shares fit; None unless it is sure."""
        first = pairs[0][0]
        numbers = {s.number for s in before if s.line == sentence.line or sentence.line - s.line <= 2} | {
            sentence.number
        }
        earlier = [
            c for c in report.claims
            if c.sentence in numbers and c.kind == "count" and unit(c) == unit(first) and not c.approximate
            and (c.sentence, c.span) < (first.sentence, first.span) and c.value > 0
        ]  # fmt: skip
        known = values(report)
        table = (
            [v for node in self.wholes if node is not None and (v := expr.evaluate(node, known))]
            if unit(first) == "件"
            else []
        )
        candidates = [float(c.value) for c in earlier] + [float(v) for v in table]
        if len(pairs) > 2:
            candidates.append(float(sum(part.value for part, _ in pairs)))
        ranked = sorted(candidates, key=lambda whole: -self._hits(pairs, whole))
        if not ranked:
            return None
        hits = self._hits(pairs, ranked[0])
        if hits > len(pairs) / 2 or (hits == len(pairs)):
            return ranked[0]
        if len(pairs) == 1 and first.measure in self.outcomes and table:
            return float(table[-1])
        if (
            len(pairs) == 2
            and hits == 1
            and ranked[0] in [float(c.value) for c in earlier[-1:]] + [float(v) for v in table]
        ):
            return ranked[0]
        explicit = bool(earlier) and re.search(r"其中[,:]?", words_before(sentence, earlier[-1], first)) is not None
        return float(earlier[-1].value) if explicit and len(pairs) == 1 and first.value <= earlier[-1].value else None

    def _hits(self, pairs: Sequence[tuple[Claim, Claim]], whole: float) -> int:
        return sum(fits(share, 100 * float(part.value) / whole) for part, share in pairs)


class ShareTotal(Check):
    """Shares listed for a whole add up to 100, but for rounding: 0.05 for each. Each must be known for a part's."""

    scope = "report"
    of_whole: PatternField
    rest: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        seen = False
        for sentence in sentences(report.text):
            claims = claims_of(report, sentence)
            pairs = [
                (part, share) for part, share in pairwise(claims)
                if share.unit == "%" and part.kind == "count"
                and self.of_whole.fullmatch(between(sentence, part, share))
            ]  # fmt: skip
            listed = [c for c in claims if pairs and c.unit == "%" and pairs[0][0].span < c.span <= pairs[-1][1].span]
            if len(pairs) < 3 or len(listed) > len(pairs) or not self.rest.search(label(pairs[-1][0])):
                continue
            seen = True
            total = sum(float(share.value) for _, share in pairs)
            step = max(10.0**-share.decimals for _, share in pairs)
            if abs(total - 100) > step / 2 * len(pairs) + 1e-9:
                yield failed(lines=(sentence.line, sentence.line), total=said(round(total, 4)), actual=round(total, 4),
                             expected=100, difference=round(total - 100, 4))  # fmt: skip
        yield passed() if seen else not_applicable()


class Growth(Check):
    """A stated growth follows from the figures. Grades: `far`, figure, base and rate stand in one sentence and the gap
    exceeds one point; `direction`, 增长 or 下降 contradicts the figures; `no_base`, no whole base gives the rate.
    """

    scope = "report"
    grades = ("far", "direction", "no_base")
    up: PatternField
    down: PatternField
    than: PatternField
    by: PatternField
    last: PatternField
    alike: PatternField
    measures: dict[str, tuple[OptionalExpression, ...]] = {}  # noqa: RUF012
    largest: int = 2000

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        found = False
        for sentence in sentences(report.text):
            claims = claims_of(report, sentence)
            for number, rate in enumerate(claims):
                if rate.unit != "%" or rate.approximate or number == 0:
                    continue
                words = between(sentence, claims[number - 1], rate)
                sign = 1 if self.up.search(words) else -1 if self.down.search(words) else 0
                if not sign:
                    continue
                verdict = self._judged(report, sentence, claims[: number + 1], words, sign)
                if verdict is not None:
                    found = True
                    yield verdict
        if not found:
            yield passed()

    def _judged(
        self, report: Report, sentence: Sentence, claims: Sequence[Claim], words: str, sign: int
    ) -> Verdict | None:
        rate, last = claims[-1], claims[-2]
        now = claims[-3] if len(claims) > 2 and unit(claims[-3]) == unit(last) else None
        if now is not None and len(words) <= 16:
            gap = between(sentence, now, last)
            first = claims[-4] if len(claims) > 3 else None
            if first is not None and self.alike.fullmatch(gap) and self.than.search(between(sentence, first, now)):
                return self._compared(report, first, float(now.value), rate, sign)
            if self.by.search(gap):
                return self._compared(report, now, float(now.value) - sign * float(last.value), rate, sign)
            if self.than.search(gap):
                return self._compared(report, now, float(last.value), rate, sign)
            if self._is_before(now, last, report.year) and self.alike.fullmatch(words):
                return self._compared(report, last, float(now.value), rate, sign)
        if now is not None and (self.by.search(between(sentence, now, last)) or self.than.search(last.subject)):
            return None
        if not self.alike.fullmatch(words) or last.kind != "count" or unit(last) not in _COUNTS:
            return None
        if last.approximate or last.value > self.largest or last.value <= 0:
            return None
        return self._based(last, rate, sign)

    def _is_before(self, one: Claim, other: Claim, year: int | None) -> bool:
        """Tell whether the first of two figures is last year's and the second this year's."""
        told = one.subject[-30:]
        return bool(self.last.search(told) or (year and f"{year - 1}年" in told)) and not self.last.search(
            other.subject
        )

    def _compared(self, report: Report, now: Claim, base: float, rate: Claim, sign: int) -> Verdict | None:
        if base <= 0 or now.kind != "count" or now.approximate:
            return None
        slack = 0.0
        known = values(report)
        others = [expr.evaluate(node, known) for node in self.measures.get(now.measure or "", ()) if node is not None]
        for value in [now.value, *(v for v in others if v is not None)]:
            if fits(rate, sign * 100 * (float(value) - base) / base, slack):
                return passed()
        true = sign * 100 * (float(now.value) - base) / base
        grade = "direction" if true < 0 else "far" if abs(float(rate.value) - true) > 1 else "default"
        return self._said(grade, now, base, rate, true, sign)

    def _based(self, now: Claim, rate: Claim, sign: int) -> Verdict | None:
        """Judge a rate without its base: some whole number must be the base."""
        factor = 1 + sign * float(rate.value) / 100
        if factor <= 0:
            return None
        guess = float(now.value) / factor
        for base in range(max(1, int(guess) - 2), int(guess) + 4):
            if fits(rate, sign * 100 * (float(now.value) - base) / base):
                return passed()
        return self._said("no_base", now, round(guess, 2), rate, float(rate.value), sign)

    def _said(self, grade: str, now: Claim, base: float, rate: Claim, true: float, sign: int) -> Verdict:
        return failed(
            grade, lines=(rate.line, rate.line), quote=(now.subject[-24:] + now.quote).strip(",;:、 "),
            now=now.value, base=said(float(base)),
            stated=f"{'增长' if sign > 0 else '下降'} {said(float(rate.value))}%",
            computed=f"{'增长' if sign * true >= 0 else '下降'} {abs(true):.2f}%",
            expected=round(sign * true, 4), actual=sign * float(rate.value),
            difference=round(sign * float(rate.value) - sign * true, 4),
        )  # fmt: skip


class Average(Check):
    """A daily average is the year's total by its days, within one."""

    scope = "report"
    says: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        found = False
        for sentence in sentences(report.text):
            claims = [c for c in claims_of(report, sentence) if c.kind == "count"]
            for number, daily in enumerate(claims):
                if daily.approximate or not self.says.search(daily.subject):
                    continue
                totals = [c for c in claims[:number] if unit(c) == unit(daily) and not c.approximate]
                if not totals:
                    continue
                found = True
                if any(abs(float(c.value) / days - float(daily.value)) <= 1 for c in totals for days in (365, 366)):
                    yield passed()
                elif len(totals) == 1:
                    true = round(float(totals[0].value) / 365, 1)
                    yield failed(lines=(daily.line, daily.line), total=totals[0].value, stated=daily.value,
                                 computed=true, expected=true, actual=daily.value)  # fmt: skip
        if not found:
            yield not_applicable()
