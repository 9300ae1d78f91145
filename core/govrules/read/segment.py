"""Where one report ends and the next begins, and what between them belongs to neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govrules.read.document import is_foreign_start, is_noise
from govrules.read.issuer import undated_title
from govrules.read.normalise import compact
from govrules.read.title import opening_title, titles
from govrules.report import Line, Title

_FIRST_SECTION = re.compile(r"一、(?:总体情况|概述|基本情况|工作概述|总体概况|总体工作情况)[。::]?.{0,12}")
_LATER_SECTION = re.compile(r"[二三四五六七八]、\S{2,40}|第二十条第.{1,3}项.*")
_PDF = re.compile(r".*\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar)$", re.IGNORECASE)
_BODY = 200
_HEADINGLIKE = re.compile(r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d+[.、]).{2,40}")


@dataclass(frozen=True)
class Segment:
    """The lines of one report, its title if it has one, and the foreign lines that stood behind it."""

    lines: tuple[Line, ...]
    title: Title | None
    foreign: tuple[Line, ...] = ()


def segments(lines: Sequence[Line]) -> list[Segment]:
    """Cut the lines of a document into reports; a document without any title is one segment."""
    starts = _starts(lines)
    made: list[Segment] = []
    for number, (index, title) in enumerate(starts):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        first = 0 if number == 0 else index
        own, foreign = _without_foreign(lines[first:end])
        made.append(Segment(tuple(own), title, tuple(foreign)))
    return made


def _starts(lines: Sequence[Line]) -> list[tuple[int, Title | None]]:
    """Give the index of the first line of every report with its title, joining titles that are repeated."""
    at = {line.number: index for index, line in enumerate(lines)}
    marks: list[tuple[int, Title | None]] = [
        (at[title.line], title) for title in titles(lines) if not _PDF.match(compact(title.text))
    ]
    if not marks and (opening := opening_title(lines) or undated_title(lines)):
        marks = [(at[opening.line], opening)]
    marks = _with_untitled(lines, _with_bodies(lines, marks))
    return marks or [(0, None)]


def _with_bodies(lines: Sequence[Line], marks: list[tuple[int, Title | None]]) -> list[tuple[int, Title | None]]:
    """Drop titles that open nothing (links, repeated headings): too little text before the next one or the end."""
    kept: list[tuple[int, Title | None]] = []
    for number, (index, title) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else len(lines)
        body = sum(len(line.text) for line in lines[index:end] if not is_noise(line.text))
        body -= len(title.text) if title else 0
        following = marks[number + 1][1] if number + 1 < len(marks) else None
        if body < _BODY and not _alone_with_section(lines[index:end]):
            if following is not None and title is not None and _same(title, following) and not kept:
                kept.append((index, title if title.issuer else following))
            continue
        if kept and title is not None and _same(kept[-1][1], title) and not _whole(lines[kept[-1][0] : index]):
            better = kept[-1][1] if kept[-1][1] and kept[-1][1].issuer else title
            kept[-1] = (kept[-1][0], better)
            continue
        kept.append((index, title))
    return kept if kept else marks[:1]


def _with_untitled(lines: Sequence[Line], marks: list[tuple[int, Title | None]]) -> list[tuple[int, Title | None]]:
    """Add reports that lost their title: a second first section after the sections of a whole report."""
    made: list[tuple[int, Title | None]] = []
    bounds = marks or [(0, None)]
    for number, (index, title) in enumerate(bounds):
        end = bounds[number + 1][0] if number + 1 < len(bounds) else len(lines)
        begin = 0 if number == 0 else index
        made.append((index, title))
        opened = False
        last = begin
        for here in range(begin, end):
            if not _FIRST_SECTION.fullmatch(compact(lines[here].text)):
                continue
            if opened and _whole(lines[last:here]):
                made.append((here, None))
            opened, last = True, here
    return made


def _whole(lines: Sequence[Line]) -> bool:
    """Tell whether lines look like a whole report: later sections, and more text than a table of contents has."""
    later = sum(bool(_LATER_SECTION.fullmatch(compact(line.text))) for line in lines)
    return later > 0 and sum(len(line.text) for line in lines) > 2 * _BODY


def _alone_with_section(lines: Sequence[Line]) -> bool:
    """Tell whether short lines after a title still hold a section or a table of a report."""
    return sum(bool(_FIRST_SECTION.match(compact(x.text)) or _LATER_SECTION.match(compact(x.text))) for x in lines) >= 2


def _same(one: Title | None, other: Title) -> bool:
    if one is None or one.year != other.year:
        return False
    return one.issuer is None or other.issuer is None or one.issuer == other.issuer


def _without_foreign(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Split off foreign matter at the end: from the first card or teaser behind which no heading or table stands."""
    cut = len(lines)
    for index in range(len(lines) - 1, 0, -1):
        text = compact(lines[index].text)
        if "|" in text or _HEADINGLIKE.fullmatch(text):
            break
        if is_foreign_start(lines[index].text):
            cut = index
    return list(lines[:cut]), list(lines[cut:])
