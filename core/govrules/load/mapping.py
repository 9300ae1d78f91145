"""Mapping files (YAML): how the output of another program is read, checked against the forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Literal

from pydantic import Field

from govrules.errors import RulesetError
from govrules.form import Forms
from govrules.layout import CellRoute, Layout, RowRoute, filled, names_in
from govrules.load.parse import read_yaml
from govrules.load.schema import Strict, check_model, nearest
from govrules.load.source import Source

Words = tuple[str, ...]
_MOST = 200_000


class FieldsModel(Strict):
    """Where a report says what it is."""

    issuer: str | None = Field(default=None, description="机关名称的路径 | path of the body")
    year: str | None = Field(default=None, description="报告年度的路径 | path of the report year")
    form: str | None = Field(default=None, description="表样的路径 | path of the form")
    title: str | None = Field(default=None, description="标题的路径 | path of the title")
    text: str | None = Field(default=None, description="正文的路径：文本或段落列表 | path of text or paragraphs")
    source: str | None = Field(default=None, description="来源文件的路径 | path of the source file")
    published: str | None = Field(default=None, description="公布日期的路径 | path of the date of publication")
    site: str | None = Field(default=None, description="网站的路径 | path of the site")


class CellsModel(Strict):
    """Where the figures of some cells stand."""

    at: str = Field(min_length=1, description="数值所在的路径 | path of the figures")
    cell: str = Field(min_length=1, description="指标编号，花括号为名称 | cell id, with {names}")
    unit: str = Field(default="", description="数值的单位 | unit of the figures")
    confidence: str = Field(default="", description="可信度的路径 | path of the confidence")


class RowsModel(Strict):
    """A list of rows with a figure each."""

    at: str = Field(default="", description="行列表的路径，分组的行不写 | path of the rows; none where grouped")
    key: dict[str, str] = Field(min_length=1, description="名称对应的列 | name to column")
    value: str = Field(min_length=1, description="数值所在的列 | column of the figure")
    cell: str = Field(min_length=1, description="指标编号，花括号为名称 | cell id, with {names}")
    unit: str = Field(default="", description="数值的单位 | unit of the figures")
    confidence: str = Field(default="", description="可信度所在的列 | column of the confidence")


class MappingModel(Strict):
    """A mapping file."""

    mapping: str = Field(description="名称 | its name")
    api: Literal[1] = Field(description="语言版本 | version of the language")
    reports: str = Field(default="", description="报告列表的路径 | path of the list of reports")
    report: str = Field(default="", description="报告编号的路径 | path of the id of a report")
    group: Words = Field(default=(), description="同为一份报告的行的列 | columns whose values make rows one report")
    fields: FieldsModel = Field(default=FieldsModel(), description="报告本身的字段 | paths of body, year and the like")
    forms: dict[str, str] = Field(default_factory=dict, description="表样的叫法 | what the program calls the forms")
    names: dict[str, dict[str, str | None]] = Field(
        default_factory=dict, description="花括号名称的对照表 | dictionaries for the names in braces"
    )
    cells: tuple[CellsModel, ...] = Field(default=(), description="指标的位置 | where figures stand")
    rows: tuple[RowsModel, ...] = Field(default=(), description="一行一个数值的列表 | lists of rows with a figure each")
    blank: tuple[str | None, ...] = Field(default=("",), description="表示空白的文字 | texts that mean a blank cell")
    zero_is_blank: Literal["never", "unknown"] = Field(
        default="never", description="程序是否把空白也写成 0 | unknown: 0 may be a blank cell"
    )
    confidence: str = Field(default="", description="可信度的路径 | path of the confidence in a report")
    trust: float = Field(default=0.0, ge=0, le=1, description="低于此可信度的数值不作准 | figures below it are guesses")


def load_mapping(file: Path, forms: Forms) -> Layout:
    """Load a mapping file; raises RulesetError with file, line and column, and the nearest known cell or form."""
    return layout_of(read_yaml(file), forms)


def layout_of(source: Source, forms: Forms) -> Layout:
    """Make the layout of a mapping that was read; `forms` are those whose cells it may name."""
    model = check_model(MappingModel, source.data, source)
    if not model.cells and not model.rows:
        raise RulesetError("maps no cell: neither `cells` nor `rows`", where=source.place())
    _check_forms(model, source, forms)
    _check_cells(model, source, frozenset(cell for form in forms for cell in form.cells))
    return Layout(
        name=model.mapping,
        reports=model.reports,
        report=model.report,
        group=model.group,
        fields={name: path for name, path in dict(model.fields).items() if path is not None},
        forms=model.forms,
        names=model.names,
        cells=tuple(CellRoute(**dict(route)) for route in model.cells),
        rows=tuple(RowRoute(**dict(route)) for route in model.rows),
        blank=frozenset(model.blank),
        zero_unknown=model.zero_is_blank == "unknown",
        confidence=model.confidence,
        trust=model.trust,
    )


def _check_forms(model: MappingModel, source: Source, forms: Forms) -> None:
    for said, name in model.forms.items():
        if name not in forms:
            hint = nearest(name, [form.name for form in forms])
            raise RulesetError(f"unknown form {name!r}", where=source.place("forms", said), hint=hint)


def _check_cells(model: MappingModel, source: Source, known: frozenset[str]) -> None:
    """Raise RulesetError for an id that no form has, and for a word of a dictionary that is part of none."""
    meant: dict[str, set[str]] = {name: set() for name in model.names}
    without: list[tuple[str, int, str]] = []
    several: dict[str, Sequence[CellsModel | RowsModel]] = {"cells": model.cells, "rows": model.rows}
    for kind, routes in several.items():
        for number, route in enumerate(routes):
            given = names_in(route.at) if isinstance(route, CellsModel) else list(route.key)
            _check_names(route.cell, given, source, kind, number)
            hits = list(_ids(route.cell, model.names, known))
            if not hits:
                without.append((kind, number, route.cell))
            for name, word in (one for bound in hits for one in bound.items()):
                meant[name].add(word)
    _check_words(model, source, meant, known)
    for kind, number, cell in without:
        hint = "" if names_in(cell) else nearest(cell, sorted(known))
        raise RulesetError(f"no form has a cell {cell!r}", where=source.place(kind, number, "cell"), hint=hint)


def _check_words(
    model: MappingModel, source: Source, meant: Mapping[str, set[str]], known: frozenset[str]
) -> None:  # fmt: skip
    for name, dictionary in model.names.items():
        for said, part in dictionary.items():
            if part is not None and part not in meant[name]:
                hint = nearest(part, sorted({tail for cell in known for tail in _tails(cell)}))
                where = source.place("names", name, said)
                raise RulesetError(f"{part!r} makes no cell of any form", where=where, hint=hint)


def _check_names(cell: str, given: list[str], source: Source, kind: str, number: int) -> None:
    where = source.place(kind, number, "cell")
    for name in names_in(cell):
        if name not in given:
            hint = nearest(name, given) or f"known: {', '.join(given) or 'none'}"
            raise RulesetError(f"the name {{{name}}} is not given", where=where, hint=hint)
    if len(set(given)) < len(given):
        raise RulesetError("a name stands twice in `at`", where=source.place(kind, number, "at"))


def _ids(cell: str, names: Mapping[str, Mapping[str, str | None]], known: frozenset[str]) -> Iterator[dict[str, str]]:
    """Give what the names of an id may stand for, so that it is a cell; any text for a name without dictionary."""
    used = [name for name in names_in(cell) if name in names]
    free = [name for name in names_in(cell) if name not in names]
    choices = [[word for word in names[name].values() if word is not None] for name in used]
    for tried, words in enumerate(product(*choices)):
        if tried > _MOST:
            return
        bound = dict(zip(used, words, strict=True))
        made = filled(cell, bound)
        if made in known:
            yield bound
        elif free:
            pattern = re.compile(".+".join(map(re.escape, re.split(r"\{[^{}]*\}", made))))
            if any(pattern.fullmatch(one) for one in known):
                yield bound


def _tails(cell: str) -> list[str]:
    """Give a cell id and all that may stand for a name in it: its beginnings, ends and parts."""
    parts = cell.split(".")
    ends = range(len(parts) + 1)
    return [".".join(parts[one:other]) for one in ends for other in ends if one < other]
