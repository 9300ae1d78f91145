"""Checks on the words of a report: what must not be said, what must be, what contradicts itself, what is slurred."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govrules.form import Form
from govrules.latest import latest
from govrules.pattern import nowhere
from govrules.read.normalise import compact
from govrules.report import CERTAIN, Line, Report, SectionRecord
from govrules.rule import CellNames, Check, PatternField, Verdict, failed, not_applicable, passed, undetermined
from pydantic import Field

QUOTE = 60
_END = re.compile(r"[。;!?]")
_TWICE = re.compile(r"([\u4e00-\u9fff]{2,8})\1")
_MADE_OF = re.compile(r"(?:全文|报告|年报)[^。;]{0,12}(?:由|包括|包含|分为|共分|分成)")
_PART = re.compile(r"(?:情况|概述|问题|措施|事项|公开)(?:[,、和及与等共]|的?$|[一二三四五六七八九十\d]个)")
_LEAST_PARTS = 4
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OPEN, _CLOSE = "“‘《「『", "”’》」』"


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of prose, or a part of one between semicolons, and the line it stands in."""

    text: str
    line: int


@latest
def prose(report: Report) -> list[Line]:
    """Give the lines of a report that are prose: those of tables, whole lines of a bare value or label, are left."""
    return [line for line in report.text if "|" not in line.text and "\t" not in line.text]


@latest
def passages(lines: list[Line] | tuple[Line, ...]) -> tuple[Passage, ...]:
    """Cut lines into sentences."""
    return tuple(
        Passage(part.strip(), line.number) for line in lines for part in _END.split(compact(line.text)) if part.strip()
    )


@latest
def below_each_other(lines: list[Line] | tuple[Line, ...]) -> str:
    """Give the sentences of lines as the lines of one text, to be searched at once."""
    return "\n".join(passage.text for passage in passages(lines))


@latest
def compacted(lines: list[Line] | tuple[Line, ...]) -> str:
    """Give lines as one text, each compacted, to be searched at once."""
    return "\n".join(compact(line.text) for line in lines)


def lists_parts(sentence: str) -> bool:
    """Tell whether a sentence only lists what the report is made of: 全文包括概述、主动公开情况、…."""
    return bool(_MADE_OF.search(sentence)) and len(_PART.findall(sentence)) >= _LEAST_PARTS


def quote(text: str, start: int = 0, end: int | None = None) -> str:
    """Give the words around a place of a text, at most sixty characters."""
    end = len(text) if end is None else end
    room = max(0, QUOTE - (end - start)) // 2
    first = max(0, min(start - room, len(text) - QUOTE))
    return text[first : first + QUOTE].strip(" ,;:、")


def section_lines(report: Report, section: SectionRecord) -> list[Line]:
    """Give the lines of a section, with what follows its title in the line of the heading up to another's title."""
    lines = list(report.body(section))
    head = next((line for line in report.text if line.number == section.line), None)
    rest = re.sub(r"^[。.:、 ]+", "", compact(head.text).partition(section.title)[2]) if head else ""
    for other in report.sections:
        rest = rest.partition(other.title)[0] if other.line == section.line else rest
    return [Line(head.number, rest, rest), *lines] if head and len(rest) > 4 else lines


def han(lines: list[Line]) -> int:
    """Count the Chinese characters of lines."""
    return sum(len(_HAN.findall(line.text)) for line in lines)


def positive(report: Report, cells: tuple[str, ...]) -> list[str] | None:
    """Name those of `cells` that are above zero for certain; None where none is known for certain."""
    known = [r for name in cells if (r := report.cells.get(name)) and r.value is not None and r.flag in CERTAIN]
    return [record.cell for record in known if record.value and record.value > 0] if known else None


def _quoted(text: str, place: int) -> bool:
    before = text[:place]
    opened = sum(map(before.count, _OPEN)) - sum(map(before.count, _CLOSE))
    return opened > 0 or before.count('"') % 2 == 1


class Unwanted(Check):
    """None of `patterns`, named by what is wrong, is found in prose; nothing that stands where `unless` is found.

    Grade `doubtful`: one of the patterns of that name. `outside_quotes` leaves out what stands in quotation marks;
    `together` makes one finding of all; `since` is the first report year that is judged, an unknown year is not.
    """

    scope = "report"
    grades = ("doubtful",)
    patterns: dict[str, PatternField]
    doubtful: dict[str, PatternField] = Field(default_factory=dict)
    unless: PatternField | None = None
    outside_quotes: bool = False
    together: bool = False
    since: int | None = None
    most: int = 8

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if self.since is not None and report.year is None:
            yield undetermined("报告年度不明")
            return
        found = list(self._found(report))
        if self.together and found:
            whats = "、".join(dict.fromkeys(what for what, *_ in found))
            lines = (min(line for *_, line in found), max(line for *_, line in found))
            yield failed(found[0][1], what=whats, quote=found[0][2], count=len(found), lines=lines)
            return
        for what, grade, words, line in found[: self.most]:
            yield failed(grade, what=what, quote=words, count=len(found), lines=(line, line))
        if not found:
            yield passed()

    def _found(self, report: Report) -> Iterator[tuple[str, str, str, int]]:
        given = [(what, "default", p) for what, p in self.patterns.items()]
        given += [(what, "doubtful", p) for what, p in self.doubtful.items()]
        whole = below_each_other(prose(report))
        given = [(what, grade, pattern) for what, grade, pattern in given if not nowhere(pattern, whole)]
        seen: set[tuple[str, int]] = set()
        for passage in passages(prose(report)) if given else ():
            for what, grade, pattern in given:
                if (what, passage.line) in seen:
                    continue
                match = pattern.search(passage.text)
                if match is None or (self.unless is not None and self.unless.search(passage.text)):
                    continue
                if self.outside_quotes and _quoted(passage.text, match.start()):
                    continue
                seen.add((what, passage.line))
                yield what, grade, quote(passage.text, match.start(), match.end()), passage.line


class Mentioned(Check):
    """The section `section` finds `words`, or the prose finds `anywhere`; asked only where one of `cells` is above 0.

    A report that lost its headings is searched as a whole; an empty or missing section is for other rules to report.
    """

    scope = "report"
    section: str
    words: PatternField
    anywhere: PatternField
    cells: CellNames = ()

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        above = positive(report, self.cells) if self.cells else []
        if above is None:
            yield undetermined(f"缺少 {'、'.join(self.cells)}")
            return
        if self.cells and not above:
            yield passed()
            return
        section = report.section(self.section)
        lines = section_lines(report, section) if section else []
        told = any(self.words.search(compact(line.text)) for line in lines)
        if told or any(self.anywhere.search(compact(line.text)) for line in prose(report)):
            yield passed()
        elif (section is None and len(report.sections) > 2) or (section is not None and section.empty):
            yield not_applicable()
        else:
            words = quote("".join(line.text for line in lines)) or "（空）"
            place = (section.line, section.last) if section else report.lines
            yield failed(cells=above, quote=words, lines=place)


class Slogans(Check):
    """Set phrases stand whole: none with up to `gap` characters lost inside, and none of `garbled`."""

    scope = "report"
    slogans: tuple[str, ...]
    gap: int = 3
    garbled: PatternField | None = None

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        broken = {cut: slogan for slogan in self.slogans for cut in self._cuts(slogan)}
        seen: set[tuple[str, int]] = set()
        for line in prose(report):
            text = compact(line.text)
            hits = [(cut, slogan) for cut, slogan in broken.items() if cut in text]
            match = self.garbled.search(text) if self.garbled is not None and not hits else None
            if match is not None:
                hits = [(match.group(0), "规范表述")]
            for cut, slogan in hits[:1]:
                place = text.find(cut)
                if (slogan, line.number) not in seen:
                    seen.add((slogan, line.number))
                    around = quote(text, place, place + len(cut))
                    yield failed(found=cut, slogan=slogan, quote=around, lines=(line.number, line.number))
        if not seen:
            yield passed()

    def _cuts(self, slogan: str) -> Iterator[str]:
        for size in range(1, self.gap + 1):
            for start in range(1, len(slogan) - size):
                yield slogan[:start] + slogan[start + size :]


class Slips(Check):
    """Prose is free of slips of the pen: `patterns`, named by what is right; words or clauses that stand twice.

    Words of two to eight characters doubled on the spot, unless `allowed` is found in them; clauses of at least
    `clause` characters met again in one paragraph.
    """

    scope = "report"
    patterns: dict[str, PatternField]
    allowed: PatternField | None = None
    clause: int = 14
    most: int = 8

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        whole = compacted(prose(report))
        possible = {what: pattern for what, pattern in self.patterns.items() if not nowhere(pattern, whole)}
        found = [hit for line in prose(report) for hit in self._in(compact(line.text), line.number, possible)]
        for what, words, line in found[: self.most]:
            yield failed(what=what, quote=words, lines=(line, line))
        if not found:
            yield passed()

    def _in(self, text: str, line: int, patterns: Mapping[str, PatternField]) -> Iterator[tuple[str, str, int]]:
        for what, pattern in patterns.items():
            slip = pattern.search(text)
            if slip is not None:
                yield what, quote(text, slip.start(), slip.end()), line
        for twice in _TWICE.finditer(text):
            word = twice.group(1)
            if word[0] != word[1] and not (self.allowed is not None and self.allowed.search(word)):
                yield "词语重复", twice.group(), line
        clauses = [part for part in re.split(r"[,。;:!?()]", text) if len(part) >= self.clause]
        for part in dict.fromkeys(part for part in clauses if clauses.count(part) > 1):
            yield "同一段中语句重复", quote(part), line
