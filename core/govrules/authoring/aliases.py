"""Aliases of form files that help nobody: equal to the title, written twice, or those of another row or column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govrules.authoring.complaint import Complaint, Kind
from govrules.form import Block, Column, Form, Row
from govrules.load.source import Key, Source
from govrules.read.labels import official_key

_PARTS = ("row", "column")


@dataclass(frozen=True)
class _Label:
    """A row or column of the file that lists aliases: where, and whose they are."""

    path: tuple[Key, ...]
    table: str
    part: str
    id: str


def idle_aliases(source: Source, form: Form) -> Iterator[Complaint]:
    """Complain of every alias in a form file that cannot help to find its row or column."""
    for label in _labels(source.data):
        aliases = _at(source.data, label.path).get("aliases", ())
        block = _block(form, label)
        for number, alias in enumerate(aliases if block else ()):
            assert block is not None
            words = _fault(str(alias), [str(earlier) for earlier in aliases[:number]], block, label)
            if words:
                yield Complaint(Kind.IDLE_ALIAS, words, source.place(*label.path, "aliases", number))


def _labels(file: Mapping[str, Any]) -> Iterator[_Label]:
    for t, table in enumerate(file.get("tables", ())):
        for b, block in enumerate(table["blocks"]):
            for part in _PARTS:
                for n, one in enumerate(block[f"{part}s"]):
                    yield _Label(("tables", t, "blocks", b, f"{part}s", n), table["id"], part, one["id"])
    for n, insertion in enumerate(file.get("insert", ())):
        yield from (
            _Label(("insert", n, part), insertion["table"], part, insertion[part]["id"])
            for part in _PARTS
            if part in insertion
        )
    for n, change in enumerate(file.get("replace", ())):
        part = "row" if "row" in change else "column"
        yield _Label(("replace", n, "by"), change["table"], part, change["by"]["id"])
    for n, change in enumerate(file.get("rename", ())):
        part = "row" if "row" in change else "column"
        yield _Label(("rename", n), change["table"], part, change[part])


def _at(value: Any, path: Sequence[Key]) -> Any:
    for part in path:
        value = value[part]
    return value


def _block(form: Form, label: _Label) -> Block | None:
    table = form.table(label.table)
    blocks = table.blocks if table else ()
    return next((block for block in blocks if label.id in [one.id for one in _ones(block, label)]), None)


def _ones(block: Block, label: _Label) -> Sequence[Row | Column]:
    return block.rows if label.part == "row" else block.columns


def _own_words(one: Row | Column) -> str:
    """Give what is printed of a title such as 行政复议·总计, below its heading."""
    return official_key(one.title.rpartition("·")[2])


def _fault(alias: str, earlier: Sequence[str], block: Block, label: _Label) -> str:
    """Say why an alias is of no use, or nothing."""
    key = official_key(alias)
    title = next(_own_words(one) for one in _ones(block, label) if one.id == label.id)
    for one in _ones(block, label):
        if one.id == label.id:
            before = (*earlier, one.aliases[0]) if label.path[0] == "rename" else earlier
            if key == official_key(one.title):
                return f"the alias {alias!r} reads like the title {one.title!r}, numbering and punctuation apart"
            if same := next((other for other in before if official_key(other) == key), None):
                return f"the alias {alias!r} reads like {same!r}, which stands there already"
        elif _own_words(one) == title:
            continue  # printed alike, under different headings: their order tells them apart
        elif same := next((text for text in (one.title, *one.aliases) if official_key(text) == key), None):
            return f"the alias {alias!r} of {label.id!r} is also a label of {one.id!r}: {same!r}"
    return ""
