"""Checks on whether a text is whole and its own: injected advertising, debris, foreign lines, mirrors, script."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from govrules.form import Form
from govrules.pattern import nowhere
from govrules.read.normalise import compact
from govrules.report import Line, Report
from govrules.rule import Check, PatternField, Verdict, failed, passed, undetermined

from .deadline import publication
from .prose import below_each_other, compacted, passages, quote

_TRADITIONAL = 0.02
_HAN = r"[\u3400-\u9fff]"
_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_PINYIN = re.compile(rf"(?:[\u4e00-\u9fff][((][a-zü{_TONED}]{{2,6}}[))]){{2}}")
_DEBRIS = re.compile(rf"[\u4e00-\u9fff][((][a-zü]*[{_TONED}][a-zü]*[))]|锟斤拷|烫烫烫|屯屯屯|\ufffd{{2,}}")


def _span(numbers: Sequence[int]) -> tuple[int, int]:
    return min(numbers), max(numbers)


class ForeignText(Check):
    """No text of others stands in a report or, asked of the file, between its reports.

    `brands` are found anywhere; `suspects` only count in the title or when they stand in at least `least` lines.
    A sentence in which `unless` is found speaks of such matter and is left out. Grade `trailing`: lines after the
    last report of a file, which the page around it may have put there.
    """

    scope = "both"
    grades = ("trailing",)
    brands: PatternField
    suspects: PatternField
    unless: PatternField
    least: int = 3

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        problems = [found for found in (self._spam(report), self._pinyin(report), self._debris(report)) if found]
        for what, words, lines in problems:
            shown = "、".join(f"{word}（第 {line} 行）" for word, line in list(zip(words, lines, strict=True))[:5])
            yield failed(what=what, quote=quote(words[0]), count=len(words), shown=shown, lines=_span(lines))
        if not problems:
            yield passed()

    def judge_file(self, reports: Sequence[Report]) -> Iterator[Verdict]:
        between = [line for report in reports[:-1] for line in report.foreign]
        after = list(reports[-1].foreign) if reports else []
        for grade, lines in (("default", between), ("trailing", after)):
            if lines:
                numbers = [line.number for line in lines]
                first = quote(max((line.text for line in lines), key=len))
                yield failed(
                    grade, what="不属于报告的文字", quote=first, count=len(lines),
                    shown=f"第 {min(numbers)}—{max(numbers)} 行，如“{first}”", lines=_span(numbers),
                )  # fmt: skip
        if not between and not after:
            yield passed()

    def _spam(self, report: Report) -> tuple[str, list[str], list[int]] | None:
        sure: list[tuple[str, int]] = []
        maybe: list[tuple[str, int]] = []
        whole = below_each_other(report.text)
        if nowhere(self.brands, whole) and nowhere(self.suspects, whole):
            return None
        for passage in passages(report.text):
            if self.unless.search(passage.text):
                continue
            sure += [(found.group(0), passage.line) for found in self.brands.finditer(passage.text)]
            maybe += [(found.group(0), passage.line) for found in self.suspects.finditer(passage.text)]
        titled = report.title is not None and any(line == report.title.line for _, line in maybe)
        if titled or len({line for _, line in maybe}) >= self.least:
            sure += [hit for hit in maybe if hit not in sure]
        return ("插入的广告词", [word for word, _ in sure], [line for _, line in sure]) if sure else None

    def _pinyin(self, report: Report) -> tuple[str, list[str], list[int]] | None:
        hits = [(found.group(), line.number) for line in report.text for found in _PINYIN.finditer(line.raw)]
        return ("插入的拼音", [word for word, _ in hits], [line for _, line in hits]) if len(hits) > 1 else None

    def _debris(self, report: Report) -> tuple[str, list[str], list[int]] | None:
        hits = [(found.group(), line.number) for line in report.text for found in _DEBRIS.finditer(line.raw)]
        if self._pinyin(report) or len({word for word, _ in hits}) < 2:
            return None
        return "编码残留", [word for word, _ in hits], [line for _, line in hits]


class OfficialPage(Check):
    """The text does not come from a mirror: fewer than `least` of `signs`, named by what they are, are found.

    That it was published more than a year after it was due counts as one more sign, as `late` says.
    """

    scope = "report"
    signs: dict[str, PatternField]
    late: str
    least: int = 2

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        found: dict[str, Line] = {}
        whole = compacted(report.text)
        signs = {name: sign for name, sign in self.signs.items() if not nowhere(sign, whole)}
        for line in report.text if signs else ():
            for name, sign in signs.items():
                if name not in found and sign.search(compact(line.text)):
                    found[name] = line
        dates = publication(report)
        if report.year is not None and dates and min(dates)[0].year > report.year + 1:
            found[self.late] = min(dates)[1]
        if len(found) >= self.least:
            numbers = [line.number for line in found.values()]
            words = quote(next(found[name].text for name in (*self.signs, self.late) if name in found))
            yield failed(signs="、".join(found), count=len(found), quote=words, lines=_span(numbers))
        else:
            yield passed()


def _share(lines: Sequence[Line]) -> float:
    """Give the share of Chinese characters that reading turned into simplified ones."""
    raw = Counter(re.findall(_HAN, "".join(line.raw for line in lines)))
    made = Counter(re.findall(_HAN, "".join(line.text for line in lines)))
    return (raw - made).total() / max(1, raw.total())


class SimplifiedScript(Check):
    """The report is in simplified script, unless `unless` is found in the name of the body.

    In a file of several reports each is judged by its own characters.
    """

    scope = "report"
    unless: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if report.script == "simplified" or _share(report.text) <= _TRADITIONAL:
            yield passed()
        elif report.issuer is None:
            yield undetermined("发布机关不明")
        elif self.unless.search(report.issuer):
            yield passed()
        else:
            first = report.title.line if report.title else report.lines[0]
            raw = next((line.raw for line in report.text if line.number == first), "")
            yield failed(quote=quote(raw.strip()), lines=(first, first))
