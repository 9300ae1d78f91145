"""Whole reports with prose about their figures: silent where both agree, loud where one figure is wrong."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from functools import cache

import pytest
from generate import Figures, make_cells, make_report
from govrules.form import Form
from govrules.installed import installed
from govrules.outcome import Finding
from govrules.plan import Plan, make_plan
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.validation import check
from narrate import CONTRADICTIONS, contradict, facts, in_chinese, insert, narrate, possible
from reading import FORMS, NATIONAL, YEARS

pytestmark = pytest.mark.slow
REPORTS = 200
SCALES = (20, 60, 400)
Case = tuple[int, str, list[Finding]]
"""The seed of a report, its prose or the wrong sentence of it, and the errors and warnings found."""
_PLACES = "青云松柏梅兰竹桂榆枫杨柳榕杉桐"
_LEVELS = ("县", "市", "区")


@cache
def plan() -> Plan:
    return make_plan(installed(third_party=False))


def grave(texts: Sequence[str]) -> list[list[Finding]]:
    """Read and check texts of one report each, all at once; give the errors and warnings of each."""
    known = plan()
    read = [
        reports(read_text(text.encode(), str(n)), known.forms, known.installed.measures)[0]
        for n, text in enumerate(texts)
    ]
    assert [len(found) for found in read] == [1] * len(texts)
    result = check([found[0] for found in read], known)
    assert [str(error) for error in result.errors] == []
    by_source: dict[str, list[Finding]] = {str(n): [] for n in range(len(texts))}
    for finding in result.findings:
        if finding.severity.value in {"error", "warning"}:
            by_source[finding.source].append(finding)
    return [*by_source.values()]


def ready(seed: int, kind: str = "") -> tuple[Form, Figures, random.Random]:
    """Give a form, and cells that allow a contradiction of a kind."""
    rng = random.Random(f"narrative {seed} {kind}")
    name = "national-2021" if kind == "normative" else NATIONAL[seed % len(NATIONAL)]
    form = FORMS[name]
    cells = make_cells(form, rng, rng.choice(SCALES))
    while kind and kind not in possible(form, cells):
        cells = make_cells(form, rng, rng.choice(SCALES))
    return form, cells, rng


def issuer(seed: int) -> str:
    """Name a body: no two reports are of the same."""
    return f"{_PLACES[seed % len(_PLACES)]}{_PLACES[seed // len(_PLACES)]}{_LEVELS[seed % len(_LEVELS)]}人民政府"


def clean(seed: int) -> tuple[str, str]:
    """Give the prose of a report that agrees with itself, and its text."""
    form, cells, rng = ready(seed)
    paragraphs = narrate(form, cells, YEARS[form.name], rng)
    return "\n".join(paragraphs), insert(make_report(form, cells, YEARS[form.name], issuer(seed), rng), paragraphs)


def contradicted(seed: int, kind: str) -> tuple[str, str]:
    """Give the wrong sentence of a report, and its text."""
    form, cells, rng = ready(seed, kind)
    paragraphs, sentence = contradict(form, cells, YEARS[form.name], rng, kind)
    return sentence, insert(make_report(form, cells, YEARS[form.name], issuer(seed), rng), paragraphs)


def alarms(seeds: Iterable[int]) -> list[Case]:
    """List the reports without a fault that are found fault with."""
    made = {seed: clean(seed) for seed in seeds}
    found = grave([text for _, text in made.values()])
    return [(seed, prose, here) for (seed, (prose, _)), here in zip(made.items(), found, strict=True) if here]


def missed(seeds: Iterable[int]) -> list[Case]:
    """List the reports whose wrong figure no rule about prose finds, with the kind of it before the sentence."""
    made = {seed: contradicted(seed, kind_of(seed)) for seed in seeds}
    found = grave([text for _, text in made.values()])
    return [
        (seed, f"{kind_of(seed)}: {sentence}", here)
        for (seed, (sentence, _)), here in zip(made.items(), found, strict=True)
        if not any(finding.rule.startswith("NAR-") for finding in here)
    ]


def kind_of(seed: int) -> str:
    return CONTRADICTIONS[seed % len(CONTRADICTIONS)]


def told(findings: Iterable[Finding]) -> list[str]:
    return [f"{finding.rule} {finding.severity.value} {finding.message}" for finding in findings]


def test_prose_that_agrees_with_the_tables_raises_no_alarm() -> None:
    assert [(seed, told(findings), prose) for seed, prose, findings in alarms(range(REPORTS))] == []


def test_one_wrong_figure_is_found_nineteen_times_of_twenty() -> None:
    quiet = [(seed, sentence) for seed, sentence, _ in missed(range(REPORTS))]
    assert len(quiet) <= REPORTS // 20, quiet


def test_prose_stands_after_the_first_heading() -> None:
    form, cells, rng = ready(2)
    text = insert(make_report(form, cells, YEARS[form.name], issuer(2), rng), ["甲。", "乙。"])
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("一、"))
    assert lines[place + 1 : place + 3] == ["甲。", "乙。"]


@pytest.mark.parametrize("kind", CONTRADICTIONS)
def test_a_contradiction_stands_in_the_prose_once(kind: str) -> None:
    form, cells, rng = ready(4, kind)
    paragraphs, sentence = contradict(form, cells, YEARS[form.name], rng, kind)
    assert "\n".join(paragraphs).count(sentence) == 1
    assert facts(cells)["received"] == cells["requests.received_new.total"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "两"), (10, "十"), (12, "十二"), (20, "二十"), (103, "一百零三"), (110, "一百一十"), (215, "二百一十五")],
)
def test_small_numbers_are_written_in_chinese(number: int, words: str) -> None:
    assert in_chinese(number) == words
