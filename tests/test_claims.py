"""Figures of prose against sentences labelled by hand: which are claims, of what, and how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from govrules.installed import installed
from govrules.read.claims import claims
from govrules.read.normalise import simplified
from govrules.read.text import read_text

Labelled = Mapping[str, Any]
"""A sentence or a claim, as a file of labels writes it."""
Facets = Callable[[Labelled], tuple[object, ...] | None]
Difference = tuple[str, list[tuple[object, ...]], list[tuple[object, ...]]]
"""A sentence, what was missed in it, and what was found in it that is not there."""

LABELS = Path(__file__).parent / "claims"
FILES = ("labelled", "held_out", "second", "third")
FIELDS = ("kind", "value", "unit", "approximate", "measure")


def whole(claim: Labelled) -> tuple[object, ...]:
    """Give what is compared of every claim."""
    unit, _ = simplified(claim["unit"])
    return claim["kind"], round(claim["value"], 4), unit, claim["approximate"]


def measured(claim: Labelled) -> tuple[object, ...] | None:
    """Give what is compared of a claim that has a measure; what only shorter words tell (`…_short`) is the same one."""
    measure = (claim["measure"] or "").removesuffix("_short")
    return (measure, round(claim["value"], 4)) if measure else None


@cache
def labels(name: str) -> list[Labelled]:
    """Read a file of labelled sentences."""
    content: list[Labelled] = yaml.safe_load((LABELS / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def found(sentence: Labelled) -> list[Labelled]:
    """Give the claims that the code finds in a sentence, after the one before it where there is one."""
    before = sentence.get("before", "")
    document = read_text("\n".join([before, sentence["text"]]).encode(), "labels.txt")
    told = claims([*document.lines], installed(third_party=False).measures, sentence["year"])
    return [{field: getattr(claim, field) for field in FIELDS} for claim in told if claim.line == 2]


@cache
def compare(name: str, facets: Facets) -> tuple[int, list[Difference]]:
    """Count the claims of a file that are found, and list the sentences where labels and code differ."""
    right, differ = 0, list[Difference]()
    for sentence in labels(name):
        want, got = (
            Counter(told for claim in side if (told := facets(claim))) for side in (sentence["claims"], found(sentence))
        )
        right += (want & got).total()
        if want != got:
            differ.append((sentence["text"], [*(want - got).elements()], [*(got - want).elements()]))
    return right, differ


def precision_and_recall(name: str, facets: Facets) -> tuple[float, float]:
    """Give the share of the found that are right, and of the labelled that are found."""
    right, differ = compare(name, facets)
    missed, false = (sum(len(one[side]) for one in differ) for side in (1, 2))
    return right / (right + false), right / (right + missed)


def test_measured_claims_are_found_and_few_are_false(capsys: pytest.CaptureFixture[str]) -> None:
    precision, recall = precision_and_recall("labelled", measured)
    with capsys.disabled():
        print(f"\nmeasured claims of labelled.yaml: precision {precision:.3f}, recall {recall:.3f}")
    assert precision >= 0.98
    assert recall >= 0.90


@pytest.mark.parametrize("name", FILES)
def test_labels_name_known_measures_and_stand_once(name: str) -> None:
    known = {*installed(third_party=False).measures, None}
    texts = Counter(sentence["text"] for sentence in labels(name))
    assert {claim["measure"] for sentence in labels(name) for claim in sentence["claims"]} <= known
    assert [text for text, times in texts.items() if times > 1] == []


@pytest.mark.parametrize("name", FILES)
def test_two_of_five_labelled_sentences_measure_nothing(name: str) -> None:
    sentences = labels(name)
    silent = [s for s in sentences if not any(claim["measure"] for claim in s["claims"])]
    assert len(silent) / len(sentences) == pytest.approx(0.4, abs=0.05)


def test_held_out_sentences_are_not_among_the_labelled() -> None:
    assert {s["text"] for s in labels("labelled")} & {s["text"] for s in labels("held_out")} == set()
