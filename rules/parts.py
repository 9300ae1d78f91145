"""The check of lists in prose: parts sum to their whole."""

import re
from collections.abc import Iterator, Sequence

from govrules.form import Form
from govrules.read.claims import Sentence, sentences
from govrules.report import Claim, Report
from govrules.rule import Check, PatternField, Verdict, failed, passed

from .claimed import between, claims_of, label, said, unit, words_before


class Parts(Check):
    """The parts that prose lists sum to the whole. Grades: `apart`, the whole stands in another sentence; `more`, one
    part alone is more than the whole; `near`, a list of at least `many` parts that does not say that it is whole falls
    short of it by `slip` percent at most, or exceeds it.

    A list is taken for whole when it says so: it ends in 其他, or names all channels, or both levels. Others are only
    judged with `many`, where no part is a figure of a table: as `near` not where words of `some` stand in them or
    around them, nor for more than `slip` where one may be counted twice (`twice`). Lists with rounded figures are never
    judged.
    """

    scope = "report"
    grades = ("apart", "more", "near")
    rest: PatternField
    closed: tuple[tuple[PatternField, ...], ...] = ()
    whole: tuple[str, ...] = ()
    opens: tuple[PatternField, ...] = ()
    many: int = 0
    slip: float = 0.0
    some: PatternField | None = None
    twice: PatternField | None = None

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        told = sentences(report.text)
        judged = False
        for number, sentence in enumerate(told):
            claims = [c for c in claims_of(report, sentence) if c.kind == "count"]
            for whole, parts, apart in self._lists(report, sentence, claims, told[max(0, number - 3) : number]):
                verdict = self._verdict(report, sentence, whole, parts, apart=apart)
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
            last = [c for c in claims_of(report, before[-1]) if c.kind == "count" and unit(c) == unit(claims[0])]
            return last if len(last) == 1 and not last[0].approximate else []
        if not any(pattern.search(sentence.text) for pattern in self.opens):
            return []
        return [
            c for c in report.claims
            if c.sentence in {s.number for s in before} and c.measure in self.whole and not c.approximate
        ]  # fmt: skip

    def _opens_list(self, sentence: Sentence, whole: Claim, first: Claim) -> bool:
        """Tell whether what stands between a figure and the next one opens a list of its parts."""
        words = between(sentence, whole, first)
        if re.search(r"[比较]|上年|去年|同期|增长|下降|占", words) or re.search(r"[比较][^,;]{0,16}$", whole.subject):
            return False
        return bool(re.search(r"其中|包括|分别|构成|从.{2,12}[看分]|按.{2,12}分|[:(]|中,", words))

    def _run(self, sentence: Sentence, like: Claim, rest: list[Claim]) -> list[Claim]:
        """Give the parts: claims of one unit in a row, up to a new 其中, a bracket, or words too long for a label."""
        parts: list[Claim] = []
        ends = r"其中|包括|共计?$|[()]" if "(" in rest[0].subject else r"其中|包括|共计?$|[(]"
        for number, claim in enumerate(rest):
            gap = between(sentence, rest[number - 1], claim) if number else claim.subject
            if unit(claim) != unit(like) or (number and re.search(ends, gap)) or len(gap) > 45:
                break
            parts.append(claim)
        return parts

    def _verdict(
        self, report: Report, sentence: Sentence, whole: Claim, parts: Sequence[Claim], *, apart: bool
    ) -> Verdict | None:
        if not parts or whole.approximate or any(part.approximate for part in parts):
            return None
        total = sum(part.value for part in parts)
        several = len(parts) > 1
        exclusive = several and self._is_exclusive(parts)
        has_rest = several and bool(self.rest.fullmatch(label(parts[-1])))
        if total == whole.value:
            return passed() if exclusive or has_rest else None
        if exclusive or (has_rest and total < whole.value):
            grade = "apart" if apart else "default"
        elif not self.many or any(part.measure for part in parts):
            return None
        elif self._has_more(report, sentence, whole, parts):
            grade = "more"
        elif self._is_near(sentence, whole, parts, total):
            grade = "near"
        else:
            return None
        return failed(
            grade, lines=(min(whole.line, parts[0].line), parts[-1].line),
            whole=whole.value, parts="＋".join(said(part.value) for part in parts), sum=total,
            distance=abs(whole.value - total), quote=(whole.subject[-20:] + whole.quote).strip(",;: "),
            expected=whole.value, actual=total, difference=total - whole.value,
        )  # fmt: skip

    def _has_more(self, report: Report, sentence: Sentence, whole: Claim, parts: Sequence[Claim]) -> bool:
        """Tell whether one part alone is more than the whole, and no other figure before it can be the whole."""
        earlier = [
            c.value for c in report.claims
            if sentence.number - 2 <= c.sentence <= sentence.number and unit(c) == unit(whole)
            and (c.sentence, c.span) < (whole.sentence, whole.span)
        ]  # fmt: skip
        opened = re.search(r"其中|包括", words_before(sentence, whole, parts[0]))
        grown = re.search(r"[增减升降超多少均][^,;]{0,6}$", whole.subject)
        return bool(opened and not grown) and max(p.value for p in parts) > max([whole.value, *earlier])

    def _is_near(self, sentence: Sentence, whole: Claim, parts: Sequence[Claim], total: float) -> bool:
        """Tell whether a long list fills its sentence, is not called a choice, and hardly falls short, or exceeds."""
        twice = any(self.twice.search(label(part)) for part in parts) if self.twice is not None else False
        far = abs(total - whole.value) > whole.value * self.slip / 100 and (total < whole.value or twice)
        if far or len(parts) < self.many:
            return False
        behind = sentence.text[parts[-1].span[1] - sentence.start :]
        around = "".join(
            [whole.subject, words_before(sentence, whole, parts[0]), *(part.subject for part in parts), behind]
        )
        return not re.search(r"\d", behind) and (self.some is None or not self.some.search(around))

    def _is_exclusive(self, parts: Sequence[Claim]) -> bool:
        labels = [label(part) for part in parts]
        for kinds in self.closed:
            hit = [next((n for n, kind in enumerate(kinds) if kind.search(label)), None) for label in labels]
            if None not in hit and len(set(hit)) == len(labels) >= min(3, len(kinds)):
                return True
        return False
