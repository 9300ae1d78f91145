"""Which printed labels are which rows of a form: labels are scored, then all are aligned in printed order at once.

Order settles what likeness cannot: repeated labels (总计, 其他), cut labels (本年新), labels with spam in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from govrules.read.labels import WHOLE, Labels, Scores, label_key_without_spam
from govrules.read.tokens import Token, unexplained
from govrules.read.value import UNITS

SURE, _CLEARLY = 0.72, 0.05


@dataclass(frozen=True, slots=True)
class Match:
    """A label found: which anchor, at which token, how alike (0 to 1)."""

    anchor: int
    token: int
    score: float


@dataclass(frozen=True)
class Words:
    """The words among the tokens of a report that may be labels: each with its key, made once for all forms."""

    tokens: Sequence[Token]
    all: tuple[Word, ...]

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> Words:
        """Find the words among tokens."""
        found: list[Word] = []
        for here, token in enumerate(tokens):
            if token.kind == "words":
                valued = _has_value(tokens, here)
                joined = (*_joined(tokens, here, valued=valued), *_unexplained(token.text))
                found.append(Word(here, label_key_without_spam(token.text), valued, joined))
        return cls(tokens, tuple(found))

    @cached_property
    def by_token(self) -> Mapping[int, Word]:
        """The words by the number of their token."""
        return {word.token: word for word in self.all}

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of all words."""
        return frozenset(word.key for word in self.all)


@dataclass(slots=True)
class Word:
    """A token of words: its number, its key, whether a value stands behind it, and the labels it may be a piece of."""

    token: int
    key: str
    valued: bool
    joined: tuple[tuple[str, str], ...] = ()


def align(found: Labels, words: Words, begin: int = 0) -> list[Match]:
    """Give the best alignment of labels to words from token `begin` on, both in order.

    A row label counts in full only with a value behind it; without one it may be prose.
    """
    scored, weights, size = found.scored, found.weights, len(found.anchors) + 1
    best = [0.0] * size
    chains: list[tuple[Match, object] | None] = [None] * size
    for word in words.all:
        if word.token < begin:
            continue
        scores = _scores(found, word) if word.joined else scored[word.key]
        for number, score in reversed(scores):
            total = best[number] + score * weights[number][word.valued]
            if total <= best[number + 1]:
                continue
            link = (Match(number, word.token, score), chains[number])
            for later in range(number + 1, size):
                if best[later] >= total:
                    break
                best[later], chains[later] = total, link
    return _unchained(chains[-1])


def rivalled(found: Labels, words: Words, matches: Sequence[Match]) -> set[int]:
    """Give the anchors whose labels could as well be another row's, or are more like another's.

    Where the first and the last row that a label may be differ, the order of the labels found allows both.
    """
    like = [_as_good(found, match, words.by_token[match.token]) for match in matches]
    first, last = -1, len(found.anchors)
    firsts: list[int] = []
    for rows in like:
        first = min(row for row in rows if row > first) if len(rows) > 1 else rows[0]
        firsts.append(first)
    lasts: list[int] = []
    for rows in reversed(like):
        last = max(row for row in rows if row < last) if len(rows) > 1 else rows[0]
        lasts.append(last)
    ends = zip(matches, firsts, reversed(lasts), strict=True)
    unsure = {match.anchor for match, one, other in ends if one != other}
    return unsure | {match.anchor for match in matches if _is_more_like(found, match, words.by_token[match.token])}


def _as_good(found: Labels, match: Match, word: Word) -> list[int]:
    """Give the numbers of the rows that a label is as likely to be as the one it was taken for."""
    if found.anchors[match.anchor].row is None:
        return [match.anchor]
    least, anchors = match.score, found.anchors
    others = [n for n, score in _scores(found, word) if score >= least and n != match.anchor]
    return [match.anchor, *(n for n in others if anchors[n].row is not None)] if others else [match.anchor]


def _is_more_like(found: Labels, match: Match, word: Word) -> bool:
    """Tell whether a row label is whole the label of another row than the one it was taken for."""
    anchors, least = found.anchors, match.score + _CLEARLY
    if match.score >= WHOLE or anchors[match.anchor].row is None:
        return False
    return any(
        score > max(least, WHOLE) and anchors[number].row is not None for number, score in found.scored[word.key]
    )


def _scores(found: Labels, word: Word) -> Scores:
    """Score a word that may be a piece of a broken label together with the other pieces, unless it is whole alone."""
    scored = found.scored
    alone = scored[word.key]
    if not word.joined or word.key in scored.whole:
        return alone
    best = dict(alone)
    for other, joined in word.joined:
        both = scored[joined]
        if joined not in scored.whole:
            continue
        apart = dict(scored[other])
        for number, score in both:
            if score >= max(WHOLE, apart.get(number, 0.0)) and score > best.get(number, 0.0):
                best[number] = score
    return tuple(sorted(best.items()))


def _joined(tokens: Sequence[Token], here: int, *, valued: bool) -> Iterator[tuple[str, str]]:
    """Give the keys of a neighbour and of the whole label that both may be pieces of.

    The neighbours are the words right before a label, and those behind its values.
    """
    token = tokens[here]
    if valued and here and tokens[here - 1].kind == "words":
        before = tokens[here - 1].text
        if before not in UNITS:
            yield label_key_without_spam(before), label_key_without_spam(before + token.text)
    after, row, end = here + 1, token.row, len(tokens) if token.row >= 0 else 0
    while after < end and tokens[after].row == row and (tokens[after].kind == "value" or tokens[after].text in UNITS):
        after += 1
    behind = tokens[after : after + 2] if after > here + 1 else []
    if behind and behind[0].kind == "words" and behind[-1].kind not in {"value", "blank"}:
        rest = behind[0].text
        if rest not in UNITS:
            yield label_key_without_spam(rest), label_key_without_spam(token.text + rest)


def _unexplained(text: str) -> Iterator[tuple[str, str]]:
    """Give the key of a label without what a bracket behind it explains, as of a whole label: no piece is alike."""
    if head := unexplained(text):
        yield "", label_key_without_spam(head)


def _has_value(tokens: Sequence[Token], here: int) -> bool:
    for token in tokens[here + 1 : here + 4]:
        if token.kind != "words":
            return token.kind in {"value", "blank"}
    return False


def _unchained(chain: object) -> list[Match]:
    matches: list[Match] = []
    while isinstance(chain, tuple):
        match, chain = chain
        matches.append(match)
    return matches[::-1]
