"""Checks of arithmetic that prose does by itself: parts of a whole, shares, growth, averages."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from govrules import expr
from govrules.form import Form
from govrules.read.claims import Sentence, sentences
from govrules.report import Claim, Report
from govrules.rule import Check, OptionalExpression, PatternField, Verdict, failed, not_applicable, passed

from .states import values

_SAME_UNIT = {"宗": "件", "起": "件", "件次": "件", "例": "件"}
_COUNTS = {"件", "条", "项", "个", "份", "次", "人次", "人", "名", "期", "场", "家", "篇", "批"}


def unit(claim: Claim) -> str:
    """Give the unit of a claim, with those that mean the same made the same."""
    return _SAME_UNIT.get(claim.unit, claim.unit)


def _of(report: Report, sentence: Sentence) -> list[Claim]:
    return [c for c in report.claims if c.sentence == sentence.number and c.kind != "denial"]


def _between(sentence: Sentence, one: Claim, other: Claim) -> str:
    return sentence.text[one.span[1] - sentence.start : other.span[0] - sentence.start]


def _said(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.4f}".rstrip("0")


def _fits(stated: Claim, computed: float, slack: float = 0.0) -> bool:
    """Tell whether a percentage is what was computed, rounded or cut off at the decimals it is printed with."""
    step = 10.0**-stated.decimals
    return abs(float(stated.value) - computed) <= step / 2 + slack + 1e-9 or 0 <= computed - float(stated.value) < step


class Parts(Check):
    """The parts that prose lists sum to the whole. Grades: `apart`, the whole stands in another sentence; `near`, the
    list does not say that it is whole, but has at least `many` parts that miss the whole by `slip` percent at most.

    A list is taken for whole when it says so: it ends in 其他, or names all channels, or both levels. Others are only
    judged as `near`, and not where words of `some` stand around them, or without `many`; lists with rounded figures
    are never judged.
    """

    scope = "report"
    grades = ("apart", "near")
    rest: PatternField
    closed: tuple[tuple[PatternField, ...], ...] = ()
    whole: tuple[str, ...] = ()
    opens: tuple[PatternField, ...] = ()
    many: int = 0
    slip: float = 0.0
    some: PatternField | None = None

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        told = sentences(report.text)
        judged = False
        for number, sentence in enumerate(told):
            claims = [c for c in _of(report, sentence) if c.kind == "count"]
            for whole, parts, apart in self._lists(report, sentence, claims, told[max(0, number - 3) : number]):
                verdict = self._verdict(sentence, whole, parts, apart=apart)
                if verdict is not None:
                    judged = True
                    yield verdict
        if not judged:
            yield passed()

    def _lists(
        self, report: Report, sentence: Sentence, claims: Sequence[Claim], before: Sequence[Sentence]
    ) -> Iterator[tuple[Claim, list[Claim], bool]]:
        for position, whole in enumerate(claims):
            rest = list(claims[position + 1 :])
            if rest and self._opens_list(sentence, whole, rest[0]):
                yield whole, self._run(sentence, whole, rest), False
        wholes = self._wholes(report, sentence, claims, before) if claims else []
        if wholes:
            yield wholes[-1], self._run(sentence, claims[0], list(claims)), True

    def _wholes(
        self, report: Report, sentence: Sentence, claims: Sequence[Claim], before: Sequence[Sentence]
    ) -> list[Claim]:
        """Give the figures of earlier sentences that a sentence may list the parts of."""
        if before and sentence.text.startswith("其中"):
            last = [c for c in _of(report, before[-1]) if c.kind == "count" and unit(c) == unit(claims[0])]
            return last if len(last) == 1 and not last[0].approximate else []
        if not any(pattern.search(sentence.text) for pattern in self.opens):
            return []
        return [
            c for c in report.claims
            if c.sentence in {s.number for s in before} and c.measure in self.whole and not c.approximate
        ]  # fmt: skip

    def _opens_list(self, sentence: Sentence, whole: Claim, first: Claim) -> bool:
        """Tell whether what stands between a figure and the next one opens a list of its parts."""
        words = _between(sentence, whole, first)
        if re.search(r"[比较]|上年|去年|同期|增长|下降|占", words) or re.search(r"[比较][^,;]{0,16}$", whole.subject):
            return False
        return bool(re.search(r"其中|包括|分别|构成|从.{2,12}[看分]|按.{2,12}分|[:(]|中,", words))

    def _run(self, sentence: Sentence, like: Claim, rest: list[Claim]) -> list[Claim]:
        """Give the parts: claims of one unit in a row, up to a new 其中, a bracket, or words too long for a label."""
        parts: list[Claim] = []
        for number, claim in enumerate(rest):
            gap = _between(sentence, rest[number - 1], claim) if number else claim.subject
            if unit(claim) != unit(like) or (number and re.search(r"其中|包括|共计?$|[(]", gap)) or len(gap) > 45:
                break
            parts.append(claim)
        return parts

    def _verdict(self, sentence: Sentence, whole: Claim, parts: Sequence[Claim], *, apart: bool) -> Verdict | None:
        if len(parts) < 2 or whole.approximate or any(part.approximate for part in parts):
            return None
        total = sum(part.value for part in parts)
        exclusive = self._is_exclusive(parts)
        has_rest = bool(self.rest.fullmatch(_label(parts[-1])))
        if total == whole.value:
            return passed() if exclusive or has_rest else None
        if exclusive or (has_rest and total < whole.value):
            grade = "apart" if apart else "default"
        elif self._is_near(sentence, whole, parts, total):
            grade = "near"
        else:
            return None
        return failed(
            grade, lines=(min(whole.line, parts[0].line), parts[-1].line),
            whole=whole.value, parts="＋".join(_said(part.value) for part in parts), sum=total,
            distance=abs(whole.value - total), quote=(whole.subject[-20:] + whole.quote).strip(",;: "),
            expected=whole.value, actual=total, difference=total - whole.value,
        )  # fmt: skip

    def _is_near(self, sentence: Sentence, whole: Claim, parts: Sequence[Claim], total: float) -> bool:
        """Tell whether a long list fills its sentence, is not called a choice, and hardly misses the whole."""
        if not 0 < self.many <= len(parts) or abs(total - whole.value) > whole.value * self.slip / 100:
            return False
        behind = sentence.text[parts[-1].span[1] - sentence.start :]
        around = _between_any(sentence, whole, parts[0]) + behind
        return not re.search(r"\d", behind) and (self.some is None or not self.some.search(around))

    def _is_exclusive(self, parts: Sequence[Claim]) -> bool:
        labels = [_label(part) for part in parts]
        for kinds in self.closed:
            hit = [next((n for n, kind in enumerate(kinds) if kind.search(label)), None) for label in labels]
            if None not in hit and len(set(hit)) == len(labels) >= min(3, len(kinds)):
                return True
        return False


def _label(part: Claim) -> str:
    return re.sub(r"^[,;:、和及与。\s]+|^(?:其中|包括|分别为?)[,:]?", "", part.subject).strip(",;:、")


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
            wrong = [(p, s) for p, s in pairs if not _fits(s, 100 * float(p.value) / whole)]
            forced = abs(sum(float(s.value) for _, s in pairs) - 100) < 1e-6 and len(pairs) > 2
            for part, share in wrong:
                true = 100 * float(part.value) / whole
                yield failed(
                    lines=(share.line, share.line), quote=(part.subject + part.quote).strip(",;:、 "),
                    part=part.value, whole=_said(whole), stated=_said(float(share.value)), computed=f"{true:.2f}",
                    hint="各项占比凑成了 100%" if forced else "", expected=round(true, 4), actual=share.value,
                    difference=round(float(share.value) - true, 4),
                )  # fmt: skip
        yield passed() if found else not_applicable()

    def _pairs(self, report: Report, sentence: Sentence) -> list[tuple[Claim, Claim]]:
        return [
            (part, share)
            for part, share in pairwise(_of(report, sentence))
            if share.unit == "%" and part.kind == "count" and not part.approximate and not share.approximate
            and self.of_whole.fullmatch(_between(sentence, part, share))
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
        explicit = bool(earlier) and re.search(r"其中[,:]?", _between_any(sentence, earlier[-1], first)) is not None
        return float(earlier[-1].value) if explicit and len(pairs) == 1 and first.value <= earlier[-1].value else None

    def _hits(self, pairs: Sequence[tuple[Claim, Claim]], whole: float) -> int:
        return sum(_fits(share, 100 * float(part.value) / whole) for part, share in pairs)


def _between_any(sentence: Sentence, one: Claim, other: Claim) -> str:
    if one.sentence == other.sentence:
        return _between(sentence, one, other)
    return sentence.text[: other.span[0] - sentence.start]


class ShareTotal(Check):
    """Shares listed for a whole add up to 100, but for rounding: 0.05 for each. Each must be known for a part's."""

    scope = "report"
    of_whole: PatternField
    rest: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        seen = False
        for sentence in sentences(report.text):
            claims = _of(report, sentence)
            pairs = [
                (part, share) for part, share in pairwise(claims)
                if share.unit == "%" and part.kind == "count"
                and self.of_whole.fullmatch(_between(sentence, part, share))
            ]  # fmt: skip
            listed = [c for c in claims if pairs and c.unit == "%" and pairs[0][0].span < c.span <= pairs[-1][1].span]
            if len(pairs) < 3 or len(listed) > len(pairs) or not self.rest.search(_label(pairs[-1][0])):
                continue
            seen = True
            total = sum(float(share.value) for _, share in pairs)
            step = max(10.0**-share.decimals for _, share in pairs)
            if abs(total - 100) > step / 2 * len(pairs) + 1e-9:
                yield failed(lines=(sentence.line, sentence.line), total=_said(round(total, 4)), actual=round(total, 4),
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
            claims = _of(report, sentence)
            for number, rate in enumerate(claims):
                if rate.unit != "%" or rate.approximate or number == 0:
                    continue
                words = _between(sentence, claims[number - 1], rate)
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
            between = _between(sentence, now, last)
            first = claims[-4] if len(claims) > 3 else None
            if first is not None and self.alike.fullmatch(between) and self.than.search(_between(sentence, first, now)):
                return self._compared(report, first, float(now.value), rate, sign)
            if self.by.search(between):
                return self._compared(report, now, float(now.value) - sign * float(last.value), rate, sign)
            if self.than.search(between):
                return self._compared(report, now, float(last.value), rate, sign)
            if self._is_before(now, last, report.year) and self.alike.fullmatch(words):
                return self._compared(report, last, float(now.value), rate, sign)
        if now is not None and (self.by.search(_between(sentence, now, last)) or self.than.search(last.subject)):
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
            if _fits(rate, sign * 100 * (float(value) - base) / base, slack):
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
            if _fits(rate, sign * 100 * (float(now.value) - base) / base):
                return passed()
        return self._said("no_base", now, round(guess, 2), rate, float(rate.value), sign)

    def _said(self, grade: str, now: Claim, base: float, rate: Claim, true: float, sign: int) -> Verdict:
        return failed(
            grade, lines=(rate.line, rate.line), quote=(now.subject[-24:] + now.quote).strip(",;:、 "),
            now=now.value, base=_said(float(base)),
            stated=f"{'增长' if sign > 0 else '下降'} {_said(float(rate.value))}%",
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
            claims = [c for c in _of(report, sentence) if c.kind == "count"]
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
