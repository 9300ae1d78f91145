"""Which labels a printed word may be: the short way of finding them out leaves none out."""

from __future__ import annotations

import random

import pytest
from govrules.form import Table
from govrules.read.labels import Scored, labels
from reading import FORMS

LEAST = 0.55
WORDS = (
    "总计",
    "其他",
    "本年",
    "",
    "件",
    "一、主动公开政府信息情况",
    "官网入口",
    "2022",
    "本机关不掌握相关政府信息和其他",
)
TABLES = [pytest.param(table, id=f"{form.name}-{table.id}") for form in FORMS for table in form.tables]


def slips(key: str, rng: random.Random) -> list[str]:
    """Give a label as copies have it: cut, with a character lost, two swapped, words in it, another behind it."""
    place = rng.randrange(len(key))
    swapped = key[:place] + key[place + 1 : place + 2] + key[place : place + 1] + key[place + 2 :]
    return [
        key, key[:place], key[place:], key[:place] + key[place + 1 :], swapped,
        f"{key[:place]}官网{key[place:]}", f"（一）{key}{rng.choice(WORDS)}", "".join(rng.sample(key, len(key))),
    ]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_a_label_that_is_near_enough_is_always_among_those_looked_at(table: Table) -> None:
    found = labels(table)
    scored, rng = Scored(found.anchors), random.Random(11)
    printed = [*WORDS, *(slip for anchor in found.anchors for key in anchor.keys for slip in slips(key, rng))]
    for word in printed:
        alike = ((number, anchor.likeness(word)) for number, anchor in enumerate(found.anchors))
        assert scored[word] == tuple((number, score) for number, score in alike if score >= LEAST), word
    assert any(scored.values())
