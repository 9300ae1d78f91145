"""What prose states in figures: sentences, their numbers with unit and exactness, and what they are figures of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from govrules.latest import latest
from govrules.pattern import Pattern, nowhere
from govrules.read.normalise import compact
from govrules.read.numerals import chinese_number
from govrules.read.title import without_spam
from govrules.read.unbroken import is_unbroken
from govrules.read.value import parse_value
from govrules.report import Claim, ClaimKind, Line, Measure

_UNITS = "个百分点|%|倍|人次|件次|卷次|余?人|名|件|宗|起|条|次|项|份|篇|期|家|户|部|册|批次|批|例|场|类|亿元|万元|元|个"
_NUMBER = re.compile(
    r"(?P<lead>不到|不足|大约|约|将近|接近|近|超过|超|逾|多达)?"
    r"(?:(?P<share>百分之)?(?P<han>[零〇一二两三四五六七八九十百千]+)|(?P<digits>\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?P<dec>\.\d+)?)"
    r"\s*(?P<more>余|多|来)?(?P<scale>万|亿|千万|百万)?(?P<more2>余|多)?\s*"
    rf"(?P<unit>{_UNITS})?"
)
_HAN_UNITS = {"件", "宗", "起", "条", "份", "例", "场", "期"}
_CASES = {"件", "宗", "起", "例"}
# No figures: 第3条, 〔2021〕30号, 文号2021; but 公众号92条 is one.
_NOT_BEFORE = re.compile(r"(?:第|〔|\[|(?<![众信阅频务音账头])号|[A-Za-z/-]|\.|\d)$")
_NOT_COUNTED = {"", "每", "第", "某", "任", "这", "那", "哪", "几", "数", "逐", "同", "为", "是", "成"}
_QUOTES = str.maketrans("", "", '“”"‘’「」『』')
_BRACKET = re.compile(r"\([^()]*\)$")
_END = re.compile(r"[。!?]|\.{3,}")
_SCALE = {"万": 10_000, "亿": 100_000_000, "千万": 10_000_000, "百万": 1_000_000}
_MONEY = {"元": 1, "万元": 10_000, "亿元": 100_000_000}
_AND_YET = re.compile(r",(?:但|发生|收到|接到|被提起|共|有)")
_OTHER_YEAR = re.compile(r"(20\d\d)年")
_WINDOW, _HEADING = 40, 45
_LAST_YEAR = re.compile(r"(?:上年|去年|上一年|前一年|往年|同期)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of prose: its number in the report, the line it stands in, and where in that line it begins."""

    number: int
    line: int
    start: int
    text: str


@latest
def sentences(lines: Sequence[Line]) -> list[Sentence]:
    """Cut prose lines into sentences; lines of tables are none, and rows of tables within them."""
    made: list[Sentence] = []
    for line in lines:
        text = without_spam(compact(line.text)) if not _is_table(line.text) else ""
        start = 0
        for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
            if text[start:end].strip() and not is_unbroken(text[start:end]):
                made.append(Sentence(len(made), line.number, start, text[start:end]))
            start = end
    return made


def claims(lines: Sequence[Line], measures: Mapping[str, Measure], year: int | None) -> tuple[Claim, ...]:
    """Give every figure that prose states or denies, with its measure where the phrases know one."""
    made: list[Claim] = []
    before, told = "", sentences(lines)
    whole = "\n".join(sentence.text for sentence in told)
    denials = [(m, pattern) for m in measures.values() for pattern in m.denials if not nowhere(pattern, whole)]
    for sentence in told:
        found = _measured(sentence, before, list(_numbers(sentence)), measures, year)
        made += sorted(found + _denials(sentence, before, denials), key=lambda claim: claim.span)
        before = sentence.text
    return tuple(made)


def _is_table(text: str) -> bool:
    return "|" in text or "\t" in text or parse_value(text.strip()) is not None


def _numbers(sentence: Sentence) -> Iterator[Claim]:
    text, last = sentence.text, 0
    for found in _NUMBER.finditer(text):
        claim = _claim(sentence, found, text[last : found.start()])
        if claim is not None:
            last = found.end()
            yield claim


def _claim(sentence: Sentence, found: re.Match[str], words: str) -> Claim | None:
    unit, text = found["unit"] or "", sentence.text
    if found["share"]:
        unit = "%"
    if not unit or _NOT_BEFORE.search(text[: found.start()]):
        return None
    if found["han"] and unit != "%" and (unit not in _HAN_UNITS or not _is_count(found, text)):
        return None
    value = (
        chinese_number(found["han"])
        if found["han"]
        else float((found["digits"] + (found["dec"] or "")).replace(",", ""))
    )
    if value is None:
        return None
    value = round(value * _SCALE.get(found["scale"] or "", 1) * _MONEY.get(unit, 1), 6)
    kind: ClaimKind = "percent" if unit in {"%", "个百分点", "倍"} else "money" if unit in _MONEY else "count"
    return Claim(
        kind=kind,
        value=int(value) if value == int(value) else value,
        unit="元" if kind == "money" else unit.removeprefix("余"),
        approximate=bool(found["lead"] or found["more"] or found["more2"] or found["scale"] or unit.startswith("余")),
        subject=words,
        quote=found.group(),
        line=sentence.line,
        span=(sentence.start + found.start(), sentence.start + found.end()),
        sentence=sentence.number,
        decimals=len(found["dec"] or ".") - 1,
    )


def _is_count(found: re.Match[str], text: str) -> bool:
    """Tell whether Chinese digits before a unit are a figure and not part of a phrase (一件事一次办, 一批)."""
    if text[found.end() : found.end() + 1] in {"事", "小", "实", "大"}:
        return False
    if found["unit"] in _CASES and text[max(0, found.start() - 1) : found.start()] not in _NOT_COUNTED:
        return True
    return len(found["han"]) > 1 or bool(
        re.search(r"(?:共|计|为|有|到|理|公开|议|讼|提供|处理|结转|复)$", text[: found.start()])
    )


def _measured(
    sentence: Sentence, before: str, found: list[Claim], measures: Mapping[str, Measure], year: int | None
) -> list[Claim]:
    made: list[Claim] = []
    elsewhere = False
    for number, claim in enumerate(found):
        elsewhere = _elsewhere(claim.subject, year, before=elsewhere)
        names = [previous.measure for previous in made if previous.measure]
        measure = None
        if claim.kind in {"count", "money"} and not elsewhere:
            after = sentence.text[claim.span[1] - sentence.start :]
            following = found[number + 1].span[0] - claim.span[1] if number + 1 < len(found) else len(after)
            measure = _measure(sentence, before, claim, after[:following], names, measures, year)
        made.append(replace(claim, measure=measure))
    return made


def _elsewhere(words: str, year: int | None, *, before: bool) -> bool:
    """Tell whether the figures from here on are of another year: it was named last, and not merely compared with."""
    spoken = _OTHER_YEAR.findall(words)
    if re.search(r"今年|本年|报告年度|年内|结转", words) or (year is not None and str(year) in spoken):
        return False
    if spoken and year is not None and not re.search(r"[比较与]", words):
        return True
    return before and not re.search(r"[;]", words)


def _measure(
    sentence: Sentence, before: str, claim: Claim, after: str, earlier: Sequence[str],
    measures: Mapping[str, Measure], year: int | None,
) -> str | None:  # fmt: skip
    upto = sentence.text[: claim.span[0] - sentence.start]
    words = _BRACKET.sub("", (claim.subject or upto).translate(_QUOTES))
    upto = upto.translate(_QUOTES)
    best: tuple[int, str] | None = None
    for measure in measures.values():
        if measure.units and claim.unit not in measure.units:
            continue
        length = _matched(measure, words, after)
        if length == 0 or (best is not None and length <= best[0]):
            continue
        if _fits(measure, sentence, before, upto, words, earlier, year):
            best = (length, measure.name)
    return best[1] if best else None


def _matched(measure: Measure, words: str, after: str) -> int:
    """Give how many characters the longest matching phrase of a measure takes, 0 when none matches."""
    lengths = [found.end() - found.start() for phrase in measure.phrases if (found := phrase.search(words))]
    lengths += [found.end() for phrase in measure.after if (found := phrase.search(after)) and found.start() == 0]
    return max(lengths, default=0)


def _fits(
    measure: Measure, sentence: Sentence, before: str, upto: str, words: str, earlier: Sequence[str], year: int | None
) -> bool:
    if measure.within and not any(name in measure.within for name in earlier):
        return False
    if not _in_context(measure, sentence, before):
        return False
    if any(pattern.search(upto[-_WINDOW:]) for pattern in measure.never):
        return False
    if "其中" in upto and measure.name in earlier:
        return False
    spoken = _OTHER_YEAR.findall(words)
    if measure.name == "carried_in":
        return year is None or not spoken or str(year + 1) not in spoken
    if measure.name == "carried_out":
        return year is None or not spoken or str(year + 1) in spoken or spoken[-1] == str(year)
    last = re.split(r"[,;:]", words)[-1]
    return not _LAST_YEAR.search(last) and (year is None or not spoken or str(year) in spoken)


def _in_context(measure: Measure, sentence: Sentence, before: str) -> bool:
    """Tell whether the context of a measure is in the sentence, or in a heading right before it."""
    heading = before if len(before) <= _HEADING else ""
    return not measure.context or any(p.search(heading + sentence.text) for p in measure.context)


def _denials(sentence: Sentence, before: str, denials: Sequence[tuple[Measure, Pattern]]) -> list[Claim]:
    made: list[Claim] = []
    for measure, pattern in denials:
        for found in pattern.finditer(sentence.text):
            if not _in_context(measure, sentence, before) or _AND_YET.search(found.group(0)):
                continue
            span = (sentence.start + found.start(), sentence.start + found.end())
            made.append(
                Claim("denial", 0, "", False, "", found.group(0), sentence.line, span, sentence.number,
                      measure=measure.name)
            )  # fmt: skip
    return list({(claim.measure, claim.sentence): claim for claim in made}.values())


def compiled(patterns: Sequence[str]) -> tuple[Pattern, ...]:
    """Compile the patterns of a measure."""
    from govrules.pattern import compile_pattern

    return tuple(compile_pattern(pattern) for pattern in patterns)
