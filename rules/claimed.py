"""The figures of a sentence: their units, the words between them, and how they are shown."""

import re

from govrules.read.claims import Sentence
from govrules.report import Claim, Report

_SAME_UNIT = {"宗": "件", "起": "件", "件次": "件", "例": "件"}


def unit(claim: Claim) -> str:
    """Give the unit of a claim, with those that mean the same made the same."""
    return _SAME_UNIT.get(claim.unit, claim.unit)


def claims_of(report: Report, sentence: Sentence) -> list[Claim]:
    """Give the figures that a sentence states, in order."""
    return [c for c in report.claims if c.sentence == sentence.number and c.kind != "denial"]


def between(sentence: Sentence, one: Claim, other: Claim) -> str:
    """Give the words between two figures of a sentence."""
    return sentence.text[one.span[1] - sentence.start : other.span[0] - sentence.start]


def said(value: float) -> str:
    """Give a number as people write it, with four decimals at most."""
    return str(int(value)) if float(value).is_integer() else f"{value:.4f}".rstrip("0")


def fits(stated: Claim, computed: float, slack: float = 0.0) -> bool:
    """Tell whether a percentage is what was computed, rounded or cut off at the decimals it is printed with."""
    step = 10.0**-stated.decimals
    return abs(float(stated.value) - computed) <= step / 2 + slack + 1e-9 or 0 <= computed - float(stated.value) < step


def words_before(sentence: Sentence, one: Claim, other: Claim) -> str:
    """Give the words of a sentence before a figure, from another figure on if that stands in it too."""
    if one.sentence == other.sentence:
        return between(sentence, one, other)
    return sentence.text[: other.span[0] - sentence.start]


def label(part: Claim) -> str:
    """Give what a figure counts, without the words that open or join a list."""
    return re.sub(r"^[,;:、和及与。\s]+|^(?:其中|包括|分别为?)[,:]?", "", part.subject).strip(",;:、")
