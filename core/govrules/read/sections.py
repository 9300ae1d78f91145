"""The sections of a report, found by their titles and never by a numeral alone: table rows are numbered too."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

from govrules.form import Form, Section
from govrules.read.document import is_noise
from govrules.read.normalise import compact, normalise
from govrules.read.title import without_spam
from govrules.report import Line, SectionRecord, TitleMatch

_NUMERAL = re.compile(r"^(?:第([一二三四五六七八九十])(?:部分|章)[、.,:\s]?|([一二三四五六七八九十])[、.,:\s])")
_INLINE = re.compile(r"^((?:第[一二三四五六](?:部分|章)|[一二三四五六]、)[^。;,:]{4,30})[。:]")
_LOOSE = re.compile(r"^(?:\(([一二三四五六])\)、?|([1-6])[、.)\s])")
_CHINESE = "零一二三四五六七八九十"
_MAX, _LEAST_BODY = 45, 15
Head = tuple[int, Section, str, str, TitleMatch]


def find_sections(lines: Sequence[Line], form: Form, taken: Collection[int] = ()) -> tuple[SectionRecord, ...]:
    """Find the sections of `form` among `lines`, leaving out lines that belong to tables (`taken`, by number)."""
    heads = _heads(lines, form, taken, _NUMERAL)
    if len(heads) < 3:  # some number their chapters (一) or 1., which elsewhere open sub-chapters
        heads = max(heads, _heads(lines, form, taken, _LOOSE), key=len)
    return tuple(_record(lines, heads, number) for number in range(len(heads)))


def _heads(lines: Sequence[Line], form: Form, taken: Collection[int], numeral: re.Pattern[str]) -> list[Head]:
    wanted = [section for section in form.sections if section.number]
    heads: list[Head] = []
    for index, line in enumerate(lines):
        head = None if line.number in taken else _heading(line.text, wanted, numeral)
        if head:
            heads.append((index, *head))
    heads = _without_contents(heads, lines)
    heads = sorted(heads + _within(heads, wanted, lines), key=lambda head: (head[0], head[1].number))
    return sorted(heads + _between(heads, wanted, lines, taken), key=lambda head: (head[0], head[1].number))


def _within(heads: list[Head], wanted: Sequence[Section], lines: Sequence[Line]) -> list[Head]:
    """Find sections whose official titles stand within paragraphs, as copies print that lost their line breaks."""
    missing = {section.id for section in wanted} - {head[1].id for head in heads}
    found: dict[str, Head] = {}
    for index, line in enumerate(lines if missing else ()):
        text = compact(without_spam(line.text)) if len(line.text) > _MAX and "、" in line.text else ""
        places = [(section, place) for section in wanted if (place := _printed(section).search(text))]
        ends = sorted([*(place.start() for _, place in places), len(text)])
        bodies = (min(end for end in ends if end > place.start()) - place.end() for _, place in places)
        if max(bodies, default=0) < _LEAST_BODY or any(_is_enumerated(text, place) for _, place in places):
            continue
        for section, place in places:
            if section.id in missing - found.keys():
                found[section.id] = (index, section, place.group(), place[1], "canonical")
    return list(found.values())


def _is_enumerated(text: str, place: re.Match[str]) -> bool:
    """Tell whether a title is one of those that a sentence lists: 包括一、总体情况、二、…等六个部分."""
    before, behind = text[: place.start()][-1:], text[place.end() :][:1]
    return before in tuple("、,;:和及与含括为由分即《“") or behind in tuple("、,;和及与等》”")


@lru_cache(256)
def _printed(section: Section) -> re.Pattern[str]:
    """Match an official title with its numeral."""
    titles = "|".join(re.escape(compact(normalise(title))) for title in (section.title, *section.variants))
    numeral = _CHINESE[section.number : section.number + 1] or "(?!)"
    return re.compile(rf"({numeral})、(?:{titles})")


def _between(heads: list[Head], wanted: Sequence[Section], lines: Sequence[Line], taken: Collection[int]) -> list[Head]:
    """Find sections under titles of their own: numbered as the form does, standing between their neighbours."""
    if len(heads) < 3:
        return []
    at = {head[1].number: head[0] for head in heads}
    found: list[Head] = []
    for section in wanted:
        if section.number in at:
            continue
        first = max((index for number, index in at.items() if number < section.number), default=-1)
        last = min((index for number, index in at.items() if number > section.number), default=len(lines))
        for index in range(first + 1, last):
            title = compact(without_spam(lines[index].text)).strip("# *")
            numeral = _NUMERAL.match(title)
            numbered = next(filter(None, numeral.groups()), "") if numeral else ""
            own = number_of(numbered) == section.number and lines[index].number not in taken
            if numeral and own and len(title) <= _MAX and not title.endswith(("。", ";", ",")):
                found.append((index, section, title, numbered, "deviation"))
                break
    return found


def _heading(
    text: str, wanted: Sequence[Section], numerals: re.Pattern[str]
) -> tuple[Section, str, str, TitleMatch] | None:
    """Tell which section a line opens, if any: a short line that is a title, with or without its numeral."""
    text = compact(without_spam(text)).strip("|# *").rstrip()
    if "|" in text:
        return None
    inline = _INLINE.match(text)
    for section in wanted if len(text) > _MAX else ():
        printed = _printed(section).match(text) if numerals is _NUMERAL else None
        if printed and not _is_enumerated(text, printed):
            return section, printed.group(), printed[1], "canonical"
    for title in ([inline.group(1)] if inline else []) + ([text] if len(text) <= _MAX else []):
        found = _section_of(title, wanted, numerals)
        if found:
            return found
    return None


def _section_of(
    title: str, wanted: Sequence[Section], numerals: re.Pattern[str]
) -> tuple[Section, str, str, TitleMatch] | None:
    found = numerals.match(title)
    numeral = next(filter(None, found.groups()), "") if found else ""
    words = _words(title[found.end() :] if found else title)
    for section in wanted:
        match = _match(words, section, numbered=bool(numeral) and numerals is _NUMERAL)
        if match:
            return section, title, numeral, match
    return None


def _match(words: str, section: Section, *, numbered: bool) -> TitleMatch | None:
    if words == _words(section.title):
        return "canonical"
    if any(words == _words(variant) for variant in section.variants):
        return "variant"
    if numbered and any(re.search(pattern, words) for pattern in section.deviations):
        return "deviation"
    return None


def _words(text: str) -> str:
    return re.sub(r"[\s。.::,;“”\"'《》]", "", normalise(text))


def _without_contents(heads: list[Head], lines: Sequence[Line]) -> list[Head]:
    """Drop a table of contents, and a title met again: the first heading with a body stands for its section."""
    kept: dict[str, Head] = {}
    for number, head in enumerate(heads):
        end = heads[number + 1][0] if number + 1 < len(heads) else len(lines)
        has_body = end - head[0] > 1
        old = kept.get(head[1].id)
        if old is None or (not _has_body(old, heads, lines) and has_body):
            kept[head[1].id] = head
    return sorted(kept.values(), key=lambda head: head[0])


def _has_body(head: Head, heads: Sequence[Head], lines: Sequence[Line]) -> bool:
    following = next((other[0] for other in heads if other[0] > head[0]), len(lines))
    return following - head[0] > 1


def _record(lines: Sequence[Line], heads: Sequence[Head], number: int) -> SectionRecord:
    index, section, title, numeral, match = heads[number]
    end = max(heads[number + 1][0], index + 1) if number + 1 < len(heads) else len(lines)
    body = [line for line in lines[index + 1 : end] if not is_noise(line.text)]
    inline = len(compact(lines[index].text)) > len(title) + 8
    last = lines[end - 1].number
    return SectionRecord(section.id, title, numeral, match, lines[index].number, last, not body and not inline)


def number_of(numeral: str) -> int | None:
    """Give the number that a numeral says, 1 to 10, or None."""
    if numeral.isdigit():
        return int(numeral)
    return _CHINESE.find(numeral) if numeral and numeral in _CHINESE else None
