"""A document to its reports: segments, then for each its tables, form, year, body and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from govrules.form import Form, Forms
from govrules.read.claims import claims
from govrules.read.document import Document, is_noise
from govrules.read.figures.complete import completed
from govrules.read.figures.known import check_known
from govrules.read.issuer import issuer_in_text
from govrules.read.normalise import compact
from govrules.read.sections import find_sections
from govrules.read.segment import Segment, segments
from govrules.read.tables import Tables, read_tables
from govrules.read.title import year_in_text
from govrules.read.tokens import tokenise
from govrules.region import region_of
from govrules.report import Issue, Line, Measure, Report, YearFrom

_SHOWN, _TOPICS = 5, 3
_CHAPTER = re.compile(r"[一二三四五六七八九十]、([^。;,]{2,30})")


def reports(
    document: Document, forms: Forms, measures: Mapping[str, Measure] | None = None
) -> tuple[list[Report], list[Issue]]:
    """Give every report of a document, and what of it could not be understood; no report is no error here.

    Raises ReadError where a file of parsed reports or figures names a form or a cell that no form has.
    """
    if document.reports:
        check_known(document.reports, forms, document.source)
        return list(document.reports), list(document.issues)
    if document.given:
        return completed(document, forms, lambda text: reports(text, forms, measures)[0])
    found = segments(document.lines)
    made: list[Report] = []
    for segment in found:
        report = _report(document, segment, forms, len(made) + 1, alone=len(found) == 1, measures=measures or {})
        if report is not None:
            made.append(report)
    return made, list(document.issues)


def _report(
    document: Document, segment: Segment, forms: Forms, number: int, *, alone: bool, measures: Mapping[str, Measure]
) -> Report | None:
    lines = segment.lines
    year, year_from = _year(segment)
    tables = read_tables(tokenise(lines), forms, year)
    form = forms.get(tables.form) or _form_of_signals(forms, lines) or _form_of_year(forms, year)
    taken = {line.number for line in lines for first, last in tables.spans if first <= line.number <= last}
    sections = find_sections(lines, form, _in_tables(taken, lines)) if form else ()
    if segment.title is None and not tables.cells and len(sections) < 2 and not _speaks_of(form, lines, year_from):
        return None
    name = document.source if alone else f"{document.source}#{number}"
    titled = segment.title.issuer if segment.title else None
    named = None if titled else issuer_in_text(lines)
    issuer = named[0] if named else titled
    region = region_of(issuer)
    span = (lines[0].number if number > 1 else 1, lines[-1].number)
    return Report(
        id=name,
        source=document.source,
        lines=span,
        issuer=issuer,
        year=year,
        form=form.name if form else None,
        script=document.script,
        title=segment.title,
        issuer_from="title" if titled else "text" if named else "",
        year_from=year_from,
        cells=tables.cells,
        sections=sections,
        tables=tables.forms,
        extra=tables.extra,
        text=tuple(line for line in lines if not is_noise(line.text)),
        claims=claims(lines, _spoken(measures, form, forms, region.code if region else ""), year),
        foreign=segment.foreign,
        issues=tuple(_issues(document, name, span, segment, tables, year, form, named)),
        structured=document.structured,
        region=region.code if region else None,
        published=document.published,
        site=document.site,
    )


def _year(segment: Segment) -> tuple[int | None, YearFrom]:
    """Give the report year, and where it was found."""
    if segment.title is not None and segment.title.year is not None:
        return segment.title.year, "title"
    return year_in_text(segment.lines)


def _spoken(measures: Mapping[str, Measure], form: Form | None, forms: Forms, region: str) -> Mapping[str, Measure]:
    """Give the words that are used in reports of a form in a region."""
    family = (form.name, *forms.lineage(form)) if form else ()
    return {name: measure for name, measure in measures.items() if measure.reach.holds(family, region)}


def _in_tables(taken: set[int], lines: Sequence[Line]) -> set[int]:
    """Leave section headings between tables free: a span may run over one where two tables were read as one."""
    return {line.number for line in lines if line.number in taken and not _could_be_heading(line.text)}


def _speaks_of(form: Form | None, lines: Sequence[Line], year_from: str) -> bool:
    """Tell whether lines are a report of a form whose chapters are free, from what their headings name and a year."""
    topics = [section.deviations for section in form.sections if not section.number] if form and year_from else []
    heads = [head[1] for line in lines if (head := _CHAPTER.fullmatch(compact(line.text)))]
    named = sum(any(re.search(words, head) for words in topic for head in heads) for topic in topics)
    return named >= _TOPICS


def _could_be_heading(text: str) -> bool:
    return "|" not in text and len(compact(text)) > 7


def _form_of_signals(forms: Forms, lines: Sequence[Line]) -> Form | None:
    """Give the form whose own words a report that lost its tables still prints, when at least two of them do."""
    text = "\n".join(line.text for line in lines)
    own = [form for form in forms if form.signals != getattr(forms.get(form.base), "signals", ())]
    hits = {form.name: sum(signal in text for signal in form.signals) for form in own}
    best = max(hits, key=lambda name: hits[name], default="")
    clear = best and hits[best] >= 2 and list(hits.values()).count(hits[best]) == 1
    return forms[best] if clear else None


def _form_of_year(forms: Forms, year: int | None) -> Form | None:
    """Give the form prescribed for a year: one that extends no other, with required tables or none at all."""
    fitting = [form for form in forms if year is not None and year in form.years and form.base is None]
    plain = [form for form in fitting if all(table.required for table in form.tables)]
    return min(plain or fitting, key=lambda form: form.name, default=None)


def _issues(
    document: Document,
    name: str,
    span: tuple[int, int],
    segment: Segment,
    tables: Tables,
    year: int | None,
    form: Form | None,
    named: tuple[str, int] | None,
) -> list[Issue]:
    def issue(code: str, message: str) -> Issue:
        return Issue(document.source, message, code, name, span)

    made: list[Issue] = []
    if year is None:
        made.append(issue("year-unknown", "无法确定报告年度：没有标题、统计期限，正文年份不一致"))
    if form is None:
        made.append(issue("form-unknown", "无法确定适用的表样：既无可识别的表格，也无对应年度"))
    if segment.title is None:
        said = f"发布机关“{named[0]}”取自第 {named[1]} 行" if named else "无法从标题确定发布机关"
        made.append(issue("title-missing", f"未找到标题行，{said}"))
    made += [issue(code, message) for code, message in _troubles(tables)]
    lost = [table.title for table in form.tables if table.required and table.id not in tables.forms] if form else []
    for image in document.images if lost else ():
        if span[0] - 1 <= image.line <= span[1]:
            made.append(issue("image", f"{'、'.join(lost)}未找到，而此处有图片 {image.name}：图片中的表格无法读取"))
    if segment.foreign:
        lines = f"{segment.foreign[0].number}-{segment.foreign[-1].number}"
        made.append(issue("foreign", f"第 {lines} 行不属于本报告，已略去"))
    return made


def _troubles(tables: Tables) -> Iterator[tuple[str, str]]:
    """Give what could not be made out in tables: a code and a message each."""
    for table in tables.thinned:
        yield "deduplicated", f"表 {table} 的重复行已被网站删去，单元格无法还原"
    if tables.wordy:
        told = "、".join(f"{cell}“{tables.cells[cell].raw[:20]}”" for cell in tables.wordy[:_SHOWN])
        more = "等" if len(tables.wordy) > _SHOWN else ""
        yield "unreadable", f"{len(tables.wordy)} 个单元格不是数值，未读取：{told}{more}"
    guessed = sum(record.flag == "ambiguous" for record in tables.cells.values()) - len(tables.wordy)
    if guessed:
        yield "ambiguous", f"{guessed} 个单元格因抓取时丢失空白而位置不明，已标为 ambiguous"
    if tables.askew:
        told = "、".join(map(str, tables.askew[:_SHOWN])) + ("等" if len(tables.askew) > _SHOWN else "")
        yield "askew", f"第 {told} 行的合并单元格与其他行不一致，已按单元格次序读取，请对照原文"
