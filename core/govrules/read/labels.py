"""The labels of a table as a form has them, and how alike a printed word is to each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from govrules.form import Block, Column, Row, Table
from govrules.read.normalise import compact, normalise
from govrules.read.title import without_spam

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}(?:[.、,)]|(?=\s*[^\d\s.,])))+\s*"
)
_PUNCTUATION = re.compile(r"[\s\"'“”‘’「」《》<>〈〉()\[\]【】〔〕、,。.;:·*_/\\|-]")
_LEAST, WHOLE, _BARE = 0.55, 0.9, 0.35
_SHARED = 0.65
_REMEMBERED = 2048
Columns = tuple[tuple[str, ...], tuple[str, ...]]
Scores = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Anchor:
    """A label that a table prints, in printed order: of a row (then `row` is set), a caption or a header.

    `glued` are the keys of a caption and the label behind it where a copy printed them as one.
    """

    keys: tuple[str, ...]
    block: Block
    row: Row | None = None
    weight: float = 0.3
    glued: frozenset[str] = frozenset()

    def likeness(self, key: str) -> float:
        """Say how alike a printed label is to this one: 1 the same, 0 nothing in common."""
        return 1.0 if key in self.glued else max(likeness(key, label) for label in self.keys)

    @cached_property
    def grid(self) -> Columns:
        """The columns of the row and the cells in them."""
        assert self.row is not None
        return columns(self.block, self.row)


def label_key(text: str) -> str:
    """Give a label without numbering, spaces and punctuation."""
    stripped = _NUMBERING.sub("", text.strip())
    return _PUNCTUATION.sub("", stripped) or _PUNCTUATION.sub("", text)


@lru_cache(_REMEMBERED)
def label_key_without_spam(text: str) -> str:
    """Give a printed label without numbering, spaces, punctuation and the names that sites inject."""
    return label_key(without_spam(text))


@lru_cache(_REMEMBERED)
def official_key(title: str) -> str:
    """Give the key of a label as a form writes it, in full width."""
    return label_key(compact(normalise(title)))


class Scored(dict[str, Scores]):
    """The labels that a printed word may be, by number, with how alike they are: remembered between reports.

    `whole` are the words that are as good as the same as one of them.
    """

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self.anchors = anchors
        self.whole: set[str] = set()
        self._keys = [key for anchor in anchors for key in anchor.keys]
        self._owners = [number for number, anchor in enumerate(anchors) for _ in anchor.keys]

    def __missing__(self, key: str) -> Scores:
        if len(self) > _REMEMBERED:
            self.clear()
            self.whole.clear()
        alike = ((number, self.anchors[number].likeness(key)) for number in self._near(key))
        scores = self[key] = tuple((number, score) for number, score in alike if score >= _LEAST)
        if any(score >= WHOLE for _, score in scores):
            self.whole.add(key)
        return scores

    def _near(self, word: str) -> list[int]:
        """Give the labels, in order, that have so many characters in common with a word that they can be alike."""
        common = process.extract(word, self._keys, scorer=LCSseq.similarity, score_cutoff=min(2, len(word)), limit=None)
        near = {n for n, anchor in enumerate(self.anchors) if word in anchor.glued}
        for key, shared, place in common:
            if shared in (len(word), len(key)) or 2 * shared >= _SHARED * (len(word) + len(key)):
                near.add(self._owners[place])
        return sorted(near)


@dataclass(frozen=True)
class Labels:
    """Every label of a table in printed order."""

    anchors: tuple[Anchor, ...]

    @cached_property
    def scored(self) -> Scored:
        """What printed words may be."""
        return Scored(self.anchors)

    @cached_property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """The keys of every label, by which tables of several forms can be told to print the same."""
        return tuple(anchor.keys for anchor in self.anchors)

    @cached_property
    def titles(self) -> Mapping[tuple[str, ...], tuple[Row, ...]]:
        """The keys of the headers that name a column, with the rows that stand under them."""
        made: dict[tuple[str, ...], tuple[Row, ...]] = {}
        for anchor in self.anchors:
            if anchor.row is None and any(official_key(c.title) in anchor.keys for c in anchor.block.columns):
                made[anchor.keys] = (*made.get(anchor.keys, ()), *anchor.block.rows)
        return made

    @cached_property
    def unkept(self) -> tuple[Column, ...]:
        """The columns that hold no cell: some sheets print them."""
        blocks = {id(anchor.block): anchor.block for anchor in self.anchors}
        return tuple(column for block in blocks.values() for column in block.columns if not column.kept)

    @cached_property
    def weights(self) -> tuple[tuple[float, float], ...]:
        """What each label counts without a value behind it, and with one."""
        return tuple((a.weight * (1.0 if a.row is None else _BARE), a.weight) for a in self.anchors)

    @cached_property
    def all_keys(self) -> frozenset[str]:
        """Every key of every label."""
        return frozenset(key for keys in self.keys for key in keys)


def labels(table: Table) -> Labels:
    """Give every label of a table in printed order."""
    made: list[Anchor] = []
    for block in table.blocks:
        named = {column.title: column.aliases for column in block.columns}
        made += [Anchor(_keys(header, named.get(header, ())), block) for header in block.headers]
        for row in block.rows:
            made += [Anchor((official_key(caption),), block) for caption in row.captions]
            if row.title:
                glued = frozenset(official_key(f"{caption}{row.title}") for caption in row.captions)
                made.append(Anchor(_keys(row.title, row.aliases), block, row, 1.0, glued))
    return Labels(tuple(made))


def columns(block: Block, row: Row, printed: Collection[str] = ()) -> Columns:
    """Give the columns of a row and the cells in them, those that are not kept included where they are printed."""
    pairs = [(column.id, cell) for column, cell in block.cells(row, printed)]
    return tuple(column for column, _ in pairs), tuple(cell for _, cell in pairs)


def _keys(title: str, aliases: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(official_key(name) for name in (title, *aliases)))


def likeness(token: str, label: str) -> float:
    """Say how alike a printed label is to an official one: 1 the same, 0 nothing in common."""
    if token == label:
        return 1.0
    if len(token) < 2 or len(label) < 2:
        return 0.0
    if len(token) >= 3 and label.startswith(token):
        return 0.55 + 0.4 * len(token) / len(label)
    if len(label) >= 4 and label in token and len(token) <= len(label) + 20:
        return 0.6 + 0.35 * len(label) / len(token)
    if len(label) >= 4 and len(token) <= len(label) + 12 and LCSseq.similarity(token, label) == len(label):
        return 0.75
    least = 80 if len(label) < 8 else 68  # both above _SHARED
    ratio = fuzz.ratio(token, label, score_cutoff=least)
    return ratio / 100 * 0.95
