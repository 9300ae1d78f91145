"""Checks on the topics of a free report: told in the body, as announced, with the annexes it names.

A topic is a section of the form: `deviations` are the words of titles that name it, `evidence` those of a body that
tells it. A title, a list of parts in the introduction, a heading with nothing under it tell nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from govrules.form import Form, Section
from govrules.pattern import compile_pattern
from govrules.report import Line, Report
from govrules.rule import Check, PatternField, Verdict, failed, not_applicable, passed

from .prose import lists_parts

_NUMERAL = r"第?[一二三四五六七八九十]{1,3}(?:、|[.,:]|部分|章)|\([一二三四五六七八九十]{1,3}\)、?|\d{1,2}[.、](?=\D)"
_TITLE_END = r"(?:情况|工作|措施|问题|概述|概况|事项|不足|打算|思路|安排|附件|附表|说明|方面)"
_NUMBERED = re.compile(rf"(?:{_NUMERAL})(?P<title>[^。;:]{{2,45}})(?P<end>[。:]?)(?P<rest>.*)")
_BARE = re.compile(rf"(?P<title>[^。;:,|\d]{{2,24}}{_TITLE_END})(?P<end>:?)(?P<rest>)")
_TITLE = re.compile(rf".*{_TITLE_END}(?:\(.{{0,12}}\))?")
_TOP = re.compile(r"(?:第?([一二三四五六七八九十])(?:、|[.,]|部分|章))")
_NONE = re.compile(r"(?:均|都)?(?:无|没有|未|不存在|0)")
_DECLARES = re.compile(
    r"(?:由|包括|包含|分为|共分|分成|分|共)(?P<parts>.*?)(?:(?P<count>[一二三四五六七八九十]|\d{1,2})个?(?:部分|方面|章)|组成|构成)"
)
_ANNEX_FILE = re.compile(r".{2,80}\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)(?:\(.{0,12}\))?", re.IGNORECASE)
_ANNEX = re.compile(r"(?:附件|附表|附)\d{0,2}[:、.]?.{0,40}(?:统计表|情况表|报表|指标表)|(?:附件|附表)\d{0,2}:.{2,60}")
_ANNEX_WORD = re.compile(r"附件|附表|附图|统计表")
_ORDER = "一二三四五六七八九十"


@dataclass
class _Part:
    """A heading with the text under it, up to the next heading of any level; the first part has no heading."""

    title: str
    line: int
    numeral: str = ""
    body: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.body)


def _parts(report: Report) -> list[_Part]:
    """Cut a report at its headings, titles and names of annexes left out."""
    parts = [_Part("", report.lines[0])]
    for line in report.text:
        text = re.sub(r"\s", "", line.text)
        if _is_title(text, line, report) or _ANNEX_FILE.fullmatch(text) or "|" in text:
            continue
        found = _heading(text)
        if found is None:
            parts[-1].body.append(line)
            continue
        top = _TOP.match(text)
        parts.append(_Part(found["title"], line.number, top[1] if top else ""))
        if found["rest"]:
            parts[-1].body.append(Line(line.number, line.raw, found["rest"]))
    return parts


def _is_title(text: str, line: Line, report: Report) -> bool:
    title = report.title
    return title is not None and (line.number == title.line or text.rstrip("。") == title.text.rstrip("。"))


def _heading(text: str) -> re.Match[str] | None:
    """Match a line that is a heading, or opens with one: a numbered sentence is none, however short."""
    found = _NUMBERED.fullmatch(text)
    if found and (not found["end"] or _TITLE.fullmatch(found["title"])):
        return found
    return _BARE.fullmatch(text)


def _names(section: Section, text: str) -> bool:
    """Tell whether a title, or a list of parts, names a topic."""
    return any(compile_pattern(pattern).search(text) for pattern in section.deviations)


def _topics(form: Form) -> list[Section]:
    return [section for section in form.sections if section.evidence and section.deviations]


def _declaring(parts: Sequence[_Part]) -> list[tuple[str, int, re.Match[str]]]:
    """Give the sentences before the first heading that list the parts of the report, with their lines."""
    return [
        (sentence, line.number, found)
        for line in parts[0].body
        for sentence in re.split("[。;]", line.text)
        if re.search("报告|年报|全文", sentence) and (found := _DECLARES.search(sentence))
    ]


def _tells(report: Report, form: Form, parts: Sequence[_Part], section: Section) -> bool:
    """Tell whether the body speaks of a topic: in a sentence, in a cell, or by what stands under its own heading."""
    patterns = [compile_pattern(pattern) for pattern in section.evidence]
    if any(pattern.search(sentence) for pattern in patterns for sentence in _sentences(parts)):
        return True
    if any(_names(section, part.title) and _answers(part, form) for part in parts):
        return True
    labels = [form.cells[r.cell].label for r in report.cells.values() if r.value is not None and r.cell in form.cells]
    return any(pattern.search(label) for pattern in patterns for label in labels)


def _sentences(parts: Sequence[_Part]) -> list[str]:
    """Give the sentences of the body, without those that only list its parts."""
    declared = {sentence for sentence, _, _ in _declaring(parts)}
    told = [sentence for part in parts for line in part.body for sentence in re.split("[。;]", line.text)]
    return [sentence for sentence in told if sentence not in declared and not lists_parts(sentence)]


def _answers(part: _Part, form: Form) -> bool:
    """Tell whether the text under a heading is about all that it names: about one topic, or just 无."""
    named = sum(_names(section, part.title) for section in _topics(form))
    return bool(part.text.strip()) and (named == 1 or _NONE.match(part.text.strip()) is not None)


def _titles(sections: Sequence[Section]) -> str:
    return "、".join(f"“{section.title}”" for section in sections)


class TopicsTold(Check):
    """Every topic that the form requires is spoken of in the body; that there was none counts as well."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        parts = _parts(report)
        missing = [s for s in _topics(form) if s.required and not _tells(report, form, parts, s)]
        if missing:
            yield failed(topics=_titles(missing), count=len(missing), lines=report.lines)
        else:
            yield passed()


class DeclaredParts(Check):
    """What the introduction or a heading announces is in the body.

    Only topics of the form are looked for; a number of parts (“六个部分”) is held against the numbered headings.
    """

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        parts = _parts(report)
        announced = [(found["parts"], line) for _, line, found in _declaring(parts)]
        announced += [(part.title, part.line) for part in parts if part.title]
        named = [(s, line) for text, line in announced for s in _topics(form) if _names(s, text)]
        lacking = {s.id: s for s, _ in named if not _tells(report, form, parts, s)}
        lines = [line for s, line in named if s.id in lacking]
        said, found = _counts(parts)
        if lacking:
            yield failed(parts=_titles(list(lacking.values())), count=len(lacking), lines=(min(lines), max(lines)))
        elif said and found and found < said:
            yield failed(parts=f"{said} 个部分（正文只有 {found} 个）", count=said - found, lines=report.lines)
        elif announced:
            yield passed()
        else:
            yield not_applicable()


def _counts(parts: Sequence[_Part]) -> tuple[int, int]:
    """Give how many parts the introduction counts, annexes aside, and the last number that a heading bears."""
    found = max((_ORDER.index(part.numeral) + 1 for part in parts if part.numeral), default=0)
    for sentence, _, match in _declaring(parts):
        if match["count"] and re.search("部分|章", match[0]):
            count = int(match["count"]) if match["count"].isdigit() else _ORDER.index(match["count"]) + 1
            return count - bool(_ANNEX_WORD.search(sentence)), found if found > 1 else 0
    return 0, found


class TopicStated(Check):
    """The body says of a topic what has to be said, in words that one of `stated` finds; or its cell holds a number.

    A topic that the body does not speak of at all is another rule's (topics_told).
    """

    scope = "report"
    section: str
    stated: tuple[PatternField, ...]

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        section, parts = form.section(self.section), _parts(report)
        if section is None or not _tells(report, form, parts, section):
            yield not_applicable()
            return
        labels = {r.cell: form.cells[r.cell].label for r in report.cells.values() if r.cell in form.cells}
        known = [label for cell, label in labels.items() if report.cells[cell].value is not None]
        if any(compile_pattern(p).search(label) for p in section.evidence for label in known):
            yield passed()
            return
        none = any(_names(section, part.title) and _NONE.match(part.text.strip()) for part in parts)
        if none or any(pattern.search(sentence) for pattern in self.stated for sentence in _sentences(parts)):
            yield passed()
        else:
            yield failed(topic=section.title, lines=report.lines)


class AnnexPresent(Check):
    """A statistics annex that the report names is there, as a table that was read."""

    scope = "report"

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        for line in report.text:
            text = re.sub(r"\s", "", line.text)
            if _ANNEX_FILE.fullmatch(text) or _ANNEX.fullmatch(text):
                if report.tables:
                    yield passed()
                else:
                    yield failed(annex=line.text.strip(), lines=(line.number, line.number))
                return
        yield not_applicable()
