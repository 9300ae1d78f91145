"""Which printed labels are which rows of a form: labels are scored, then all are aligned in printed order at once.

Order settles what likeness cannot: repeated labels (总计, 其他), cut labels (本年新), labels with spam in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from govrules.form import Block, Row, Table
from govrules.read.normalise import compact, normalise
from govrules.read.title import without_spam
from govrules.read.tokens import Token
from govrules.read.value import UNITS

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d{1,2}(?:[.、,)]|(?=\s*[^\d\s.,])))+\s*"
)
_PUNCTUATION = re.compile(r"[\s\"'“”‘’「」《》<>〈〉()\[\]【】〔〕、,。.;:·*_/\\|-]")
_LEAST = 0.55
SURE, _WHOLE = 0.72, 0.9
_REMEMBERED = 20_000


@dataclass(frozen=True)
class Anchor:
    """A label that a table prints, in printed order: of a row (then `row` is set), a caption or a header."""

    keys: tuple[str, ...]
    block: Block
    row: Row | None = None
    weight: float = 0.3


@dataclass(frozen=True, slots=True)
class Match:
    """A label found: which anchor, at which token, how alike (0 to 1)."""

    anchor: int
    token: int
    score: float


def label_key(text: str) -> str:
    """Give a label without numbering, spaces and punctuation."""
    stripped = _NUMBERING.sub("", text.strip())
    return _PUNCTUATION.sub("", stripped) or _PUNCTUATION.sub("", text)


def official_key(title: str) -> str:
    """Give the key of a label as a form writes it, in full width."""
    return label_key(compact(normalise(title)))


@dataclass(frozen=True)
class Labels:
    """Every label of a table in printed order; scores against printed words are remembered between reports."""

    anchors: tuple[Anchor, ...]
    _scored: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    def scores(self, key: str) -> list[tuple[int, float]]:
        """Give the labels that a printed word may be, by number, with how alike they are."""
        if key not in self._scored:
            if len(self._scored) > _REMEMBERED:
                self._scored.clear()
            alike = ((n, max(likeness(key, label) for label in a.keys)) for n, a in enumerate(self.anchors))
            self._scored[key] = [(number, score) for number, score in alike if score >= _LEAST]
        return self._scored[key]


def labels(table: Table) -> Labels:
    """Give every label of a table in printed order."""
    made: list[Anchor] = []
    for block in table.blocks:
        named = {column.title: column.aliases for column in block.columns}
        made += [Anchor(_keys(header, named.get(header, ())), block) for header in block.headers]
        for row in block.rows:
            made += [Anchor((official_key(caption),), block) for caption in row.captions]
            if row.title:
                made.append(Anchor(_keys(row.title, row.aliases), block, row, 1.0))
    return Labels(tuple(made))


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
    least = 80 if len(label) < 8 else 68
    ratio = fuzz.ratio(token, label, score_cutoff=least)
    return ratio / 100 * 0.95


def align(found: Labels, tokens: Sequence[Token], begin: int = 0) -> tuple[list[Match], float]:
    """Give the best alignment of labels to tokens, both in order, and its weight.

    A row label counts in full only with a value behind it; without one it may be prose.
    """
    best = [0.0] * (len(found.anchors) + 1)
    chains: list[tuple[Match, object] | None] = [None] * (len(found.anchors) + 1)
    for here in range(begin, len(tokens)):
        token = tokens[here]
        if token.kind != "words":
            continue
        scores = _scores(found, tokens, here)
        if not scores:
            continue
        valued = _has_value(tokens, here)
        for number, score in reversed(scores):
            anchor = found.anchors[number]
            weight = score * anchor.weight * (1.0 if valued or anchor.row is None else 0.35)
            total = best[number] + weight
            if total <= best[number + 1]:
                continue
            link = (Match(number, here, score), chains[number])
            for later in range(number + 1, len(best)):
                if best[later] >= total:
                    break
                best[later], chains[later] = total, link
    return _unchained(chains[-1]), best[-1]


def _scores(found: Labels, tokens: Sequence[Token], here: int) -> list[tuple[int, float]]:
    """Score a token alone and, where a label may be broken, together with the words it was broken from."""
    best = dict(_alone(found, tokens[here]))
    if max(best.values(), default=0.0) >= _WHOLE:
        return sorted(best.items())
    for other, joined in _joined(tokens, here):
        if other.text in UNITS:
            continue
        apart = dict(_alone(found, other))
        for number, score in found.scores(label_key(without_spam(joined))):
            if score >= max(_WHOLE, apart.get(number, 0.0)) and score > best.get(number, 0.0):
                best[number] = score
    return sorted(best.items())


def _alone(found: Labels, token: Token) -> list[tuple[int, float]]:
    return found.scores(label_key(without_spam(token.text)))


def _joined(tokens: Sequence[Token], here: int) -> Iterator[tuple[Token, str]]:
    """Give the whole label that a token may be a piece of: words right before it, or behind its values."""
    token = tokens[here]
    if here and tokens[here - 1].kind == "words" and _has_value(tokens, here):
        yield tokens[here - 1], tokens[here - 1].text + token.text
    after = here + 1
    while after < len(tokens) and tokens[after].row == token.row >= 0 and _is_figure(tokens[after]):
        after += 1
    behind = tokens[after : after + 2] if after > here + 1 else []
    if behind and behind[0].kind == "words" and all(piece.kind not in {"value", "blank"} for piece in behind):
        yield behind[0], token.text + behind[0].text


def _is_figure(token: Token) -> bool:
    return token.kind == "value" or token.text in UNITS


def _has_value(tokens: Sequence[Token], here: int) -> bool:
    after = tokens[here + 1 : here + 4]
    for number, token in enumerate(after):
        if token.kind in {"value", "blank"}:
            return True
        if token.kind != "words" or number > 1:
            return False
    return False


def _unchained(chain: object) -> list[Match]:
    matches: list[Match] = []
    while isinstance(chain, tuple):
        match, chain = chain
        matches.append(match)
    return matches[::-1]
