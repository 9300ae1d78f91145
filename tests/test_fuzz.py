"""Damaged documents of every kind: never a crash, never a hang, never a cell that is certain and wrong.

`GOVRULES_FUZZ=1000000 pytest tests/test_fuzz.py --hypothesis-seed=7` runs longer, and other damage than CI does.
"""

from __future__ import annotations

import gc
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fuzzed import Format, docx_format, html_format, json_format, text_format
from govrules.errors import GovrulesError
from govrules.report import CERTAIN, CellRecord, Report
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st
from mutations import delete_line, double_line, swap_figures, traditional, wide, zero_width
from oracle import Base, wrong
from spliced import Text

EXAMPLES = int(os.environ.get("GOVRULES_FUZZ", "12500"))
DAMAGE = st.tuples(st.integers(0, 2**64 - 1), st.integers(1, 5))
"""A seed, and how many edits: three of five times one, else two or three."""


def fuzz(share: float = 1) -> settings:
    """Run the share of EXAMPLES: the same ones every time, unless a seed is asked for."""
    return settings(
        max_examples=max(int(EXAMPLES * share), 1),
        deadline=None,
        database=None,
        derandomize="GOVRULES_FUZZ" not in os.environ,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )


@pytest.fixture(autouse=True, scope="module")
def _frozen() -> Iterator[None]:
    """Keep the collector from walking all that is loaded, over and over: reading makes little garbage of its own."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def damaged(form: Format, seed: int, edits: int) -> tuple[Base, Text, bytes, list[str]]:
    """Give a report that was damaged by so many edits, and their names."""
    rng = random.Random(seed)
    base, document = rng.choice(form.printed)
    done: list[str] = []
    for _ in range(max(edits - 2, 1)):
        edit = rng.choice(form.edits)
        document, done = edit(document, rng), [*done, edit.__name__]
    content, document = form.packed(document, rng)
    return base, document, content, done


def check(form: Format, damage: tuple[int, int]) -> None:
    base, document, content, done = damaged(form, *damage)
    note(f"{base.form.name}: {' + '.join(done)}")
    try:
        found = form.reports(content)
    except GovrulesError:
        return
    assert wrong(base, document, found) == []


@pytest.mark.slow
@fuzz()
@example(damage=(5751, 1))  # 万元 broken over two lines
@given(DAMAGE)
def test_damaged_text_is_never_read_wrong_in_silence(damage: tuple[int, int]) -> None:
    check(text_format(), damage)


@pytest.mark.slow
@fuzz()
@given(DAMAGE)
def test_damaged_pages_are_never_read_wrong_in_silence(damage: tuple[int, int]) -> None:
    check(html_format(), damage)


@pytest.mark.slow
@fuzz()
@given(DAMAGE)
def test_damaged_word_files_are_never_read_wrong_in_silence(damage: tuple[int, int]) -> None:
    check(docx_format(), damage)


@pytest.mark.slow
@fuzz()
@given(DAMAGE)
def test_damaged_json_is_never_read_wrong_in_silence(damage: tuple[int, int]) -> None:
    check(json_format(), damage)


FORMATS = pytest.mark.parametrize("form", [text_format, html_format, docx_format, json_format])


@FORMATS
@fuzz(0.05)
@given(damage=DAMAGE)
def test_reading_is_deterministic(form: Callable[[], Format], damage: tuple[int, int]) -> None:
    *_, content, _ = damaged(form(), *damage)
    assert said(form(), content) == said(form(), content)


def said(form: Format, content: bytes) -> list[Report] | str:
    try:
        return form.reports(content)
    except GovrulesError as error:
        return str(error)


@fuzz(0.2)
@given(DAMAGE)
def test_blank_lines_and_spaces_at_the_ends_of_lines_change_nothing(damage: tuple[int, int]) -> None:
    rng = random.Random(damage[0])
    _, document = rng.choice(text_format().printed)
    lines = document.text.split("\n")
    spaced = [line + " " * rng.choice((0, 0, 1, 7)) + rng.choice(("", "", "\n", "\n \n")) for line in lines]
    assert cells(text_format(), "\n".join(spaced)) == cells(text_format(), document.text)


def cells(form: Format, text: str) -> dict[str, CellRecord]:
    """Give the cells of the one report of a text, without their places."""
    (report,) = form.reports(text.encode())
    return {
        cell: replace(record, line=0, span=None, raw=" ".join(record.raw.split()))
        for cell, record in report.cells.items()
    }


# The oracle and the mutations have teeth.


@FORMATS
def test_what_is_fuzzed_is_read_whole_before_it_is_damaged(form: Callable[[], Format]) -> None:
    for base, document in form().printed:
        content, _ = form().packed(document, random.Random(12))
        (report,) = form().reports(content)
        right = [report.cells[c].value == v and report.cells[c].flag in CERTAIN for c, v in base.truth.items() if c]
        assert sum(right) >= 0.7 * len(right)
        assert wrong(base, document, [report]) == []


@FORMATS
def test_the_oracle_sees_a_figure_in_a_neighbours_place_and_a_blank_in_a_figures(form: Callable[[], Format]) -> None:
    for base, document in form().printed[:6]:
        (report,) = form().reports(form().packed(document, random.Random(12))[0])
        certain = [c for c in report.cells.values() if c.flag in CERTAIN and c.value and c.cell in base.truth]
        one, two = random.Random(1).sample([c for c in certain if certain.count(c) == 1], 2)
        if base.truth[one.cell] == base.truth[two.cell]:
            continue
        moved = replace(one, value=two.value, raw=two.raw)
        blank = replace(one, value=None, raw="", kind="blank")
        for planted in (moved, blank):
            assert wrong(base, document, [replace(report, cells={one.cell: planted})]) == [planted]
        guessed = replace(moved, flag="ambiguous")
        assert wrong(base, document, [replace(report, cells={one.cell: guessed})]) == []


def test_one_harmless_edit_leaves_every_cell_as_it_was() -> None:
    rng = random.Random(3)
    for base, document in text_format().printed:
        for edit in (wide, zero_width, traditional):
            made = edit(document, rng)
            (report,) = text_format().reports(made.text.encode())
            lost = [c for c, v in base.truth.items() if v is not None and report.cells[c].value != v]
            assert len(lost) <= 0.3 * len(base.truth), (edit, lost)


def test_mutations_keep_account_of_where_the_figures_are() -> None:
    rng = random.Random(4)
    for _, document in text_format().printed:
        for edit in (double_line, delete_line, zero_width):
            made = edit(document, rng)
            for cell, first, last in made.spans:
                whole = next(document.text[a:b] for name, a, b in document.spans if name == cell)
                assert (
                    made.text[first:last].strip("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e") == whole
                    or edit is zero_width
                )


def test_what_misleads_is_run_and_not_judged() -> None:
    base, document = next((b, d) for b, d in text_format().printed if b.unique)
    made = swap_figures(document, random.Random(5))
    assert made.misleads
    assert made.text != document.text
    assert wrong(base, made, text_format().reports(made.text.encode())) == []
