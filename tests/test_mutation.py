"""Mutation scores: clean reports are clean, every slip is made, and what the shipped rules find is as documented."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from time import perf_counter

import pytest
from govrules import expr
from govrules.authoring.clean import clean_figures, declared, equalities
from govrules.authoring.mutants import SINGLE, Mutant, Slip, mutants
from govrules.authoring.mutation import Reason, TableScore, Tally, mutation_scores
from govrules.authoring.scorecard import braced, markdown, text
from govrules.authoring.subject import subject
from govrules.cli import app
from govrules.commands.pack_test import scores
from govrules.errors import RulesetError
from govrules.installed import installed
from govrules.plan import Plan, make_plan
from typer.testing import CliRunner

DOC = Path(__file__).parents[1] / "docs" / "testing-packs.md"
PLAN = make_plan(installed(third_party=False))
NATIONAL = ("national-2019", "national-2021")
FORMS = (*NATIONAL, "local-2008", "national-2014", "zhejiang-2013")
# Found and made: slips in single cells, amounts moved within a row or column; then what the others leave.
MEASURED = {
    ("national", "national-2019", "requests"): ((1126, 1126), (4508, 4508)),
    ("national", "national-2019", "reviews"): ((105, 105), (174, 210)),
    ("national", "national-2021", "requests"): ((1223, 1223), (5250, 5250)),
    ("national", "national-2021", "reviews"): ((104, 104), (174, 210)),
    ("zhejiang", "zhejiang-2013", "statistics"): ((196, 244), (1026, 1122)),
    ("legacy", "local-2008", "statistics"): ((262, 391), (1314, 1712)),
    ("legacy", "national-2014", "statistics"): ((222, 405), (2179, 3082)),
}


@lru_cache
def of_pack(name: str) -> tuple[TableScore, ...]:
    with subject(name) as pack:
        return tuple(scores(pack))


def of_form(form: str, plan: Plan = PLAN) -> dict[str, TableScore]:
    return {score.table: score for score in mutation_scores(plan, plan.forms[form])}


def slips(form: str, table: str) -> tuple[dict[str, int], list[Mutant]]:
    made = PLAN.forms[form]
    figures, found = clean_figures(made, PLAN.instances(form)), made.table(table)
    assert found is not None
    return figures, mutants(made, found, figures, declared(made))


# Clean reports


@pytest.mark.parametrize("name", FORMS)
def test_a_clean_report_satisfies_the_form_and_every_rule_that_gives_more_than_an_info(name: str) -> None:
    form, instances = PLAN.forms[name], PLAN.instances(name)
    figures = clean_figures(form, instances)
    assert list(figures) == list(form.cells)
    assert all(value > 0 for value in figures.values())
    for tie in [*declared(form), *equalities(form, instances)]:
        assert tie.constant + sum(figures[cell] * factor for cell, factor in tie.coefficients.items()) == 0, tie
    for one in instances:
        if one.check.scope == "cells" and one.rule.grade("default").rank > 0:
            assert expr.evaluate(one.check.truth(), figures) is not False, one.rule.id


def test_a_clean_report_is_the_same_every_time() -> None:
    form = PLAN.forms["national-2021"]
    assert clean_figures(form, PLAN.instances(form.name)) == clean_figures(form, PLAN.instances(form.name))


RULE = """
- id: XX-T4-0{number}
  title: x
  severity: error
  basis: [{{document: x}}]
  forms: [national-2021]
  check: {check}
  message: x
"""


def pack_of(folder: Path, *checks: str) -> Plan:
    rules = "".join(RULE.format(number=number, check=check) for number, check in enumerate(checks, 1))
    (folder / "rules.yaml").write_text(f"pack: xx\napi: 1\ntitle: x\nrules:{rules}", encoding="utf-8")
    plan = make_plan(installed([folder], third_party=False))
    assert plan.installed.faults == ()
    return plan


@pytest.mark.slow
def test_rules_that_contradict_each_other_leave_no_clean_report_and_are_named(tmp_path: Path) -> None:
    plan = pack_of(
        tmp_path,
        "compare\n  that: review.upheld > 100 + review.corrected\n  tags: [a]",
        "compare\n  that: review.corrected > review.upheld\n  tags: [b]",
    )
    with pytest.raises(RulesetError, match=r"no figures satisfy every rule of the form national-2021: XX-T4-0"):
        mutation_scores(plan, plan.forms["national-2021"])


def test_sums_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    parts = "sum(review.upheld, review.corrected, review.other, review.pending)"
    plan = pack_of(tmp_path, f"equal\n  left: review.total\n  right: {parts} + 1")
    with pytest.raises(RulesetError, match="the sums of the form national-2021 contradict each other"):
        mutation_scores(plan, plan.forms["national-2021"])


# Slips


def test_every_cell_gets_every_slip_unless_it_changes_nothing() -> None:
    figures, made = slips("national-2021", "reviews")
    of_one = {one.slip: one.changes for one in made if set(one.changes) == {"review.upheld"}}
    value = figures["review.upheld"]
    assert {slip: next(iter(changes.values())) for slip, changes in of_one.items()} == {
        Slip.MORE: value + 1, Slip.LESS: value - 1, Slip.TEN: value + 10, Slip.SIGN: -value,
        Slip.DIGITS: int(str(value)[::-1]), Slip.ZERO: 0, Slip.BLANK: None,
    }  # fmt: skip
    assert len([one for one in made if one.slip is Slip.ZERO]) == 15
    assert all(any(figures[cell] != value for cell, value in one.changes.items()) for one in made)


def test_pairs_are_all_cells_of_a_row_or_a_column_both_ways_and_keep_their_sum() -> None:
    figures, made = slips("national-2021", "requests")
    in_row = [one for one in made if one.slip is Slip.ROW_MOVE]
    in_column = [one for one in made if one.slip is Slip.COLUMN_MOVE]
    assert (len(in_row), len(in_column)) == (25 * 7 * 6, 7 * 25 * 24)
    for one in (*in_row, *in_column):
        moved = [(value or 0) - figures[cell] for cell, value in one.changes.items()]
        assert sorted(moved) == [-3, 3]
    assert all(len({cell.rpartition(".")[0] for cell in one.changes}) == 1 for one in in_row)
    assert all(len({cell.rpartition(".")[2] for cell in one.changes}) == 1 for one in in_column)


def test_transposed_rows_swap_every_cell() -> None:
    figures, made = slips("national-2021", "requests")
    rows = [one for one in made if one.slip is Slip.ROWS]
    assert len(rows) == 25 * 24 / 2
    first = next(one for one in rows if one.names == ("requests.received_new", "requests.carried_in"))
    assert len(first.changes) == 14
    assert first.changes["requests.carried_in.natural"] == figures["requests.received_new.natural"]


# Scores


@pytest.mark.parametrize(("pack", "form", "table"), MEASURED)
def test_the_shipped_rules_find_as_much_as_is_documented(pack: str, form: str, table: str) -> None:
    (score,) = (one for one in of_pack(pack) if (one.form, one.table) == (form, table))
    assert (score.single, score.pairs) == tuple(Tally(*counted) for counted in MEASURED[pack, form, table])


def test_no_table_with_sums_is_left_out() -> None:
    made = {
        (name, one.form, one.table) for name in ("national", "zhejiang", "gansu", "legacy") for one in of_pack(name)
    }
    assert made == set(MEASURED)


@pytest.mark.parametrize("form", NATIONAL)
def test_every_slip_in_a_cell_of_table_three_and_every_pair_is_found(form: str) -> None:
    score = of_form(form)["requests"]
    assert (score.single.score, score.pairs.score) == (1.0, 1.0)
    assert {one.slip for one in score.survivors} == {Slip.ROWS}


@pytest.mark.parametrize("form", NATIONAL)
def test_without_the_rule_on_blanks_the_blank_totals_of_table_four_are_not_found(form: str) -> None:
    bold = make_plan(PLAN.installed, ignore=("T4-08",))
    left = [one for one in of_form(form, bold)["reviews"].survivors if one.slip in SINGLE]
    totals = ("review.total", "litigation.direct.total", "litigation.after_review.total")
    assert [(one.slip, one.reason, one.names) for one in left] == [(Slip.BLANK, Reason.BLANK, totals)]


@pytest.mark.slow
def test_without_a_rule_what_it_alone_finds_survives_for_the_reason_that_the_others_leave() -> None:
    weak = make_plan(PLAN.installed, ignore=("T3-03",))
    score = of_form("national-2021", weak)["requests"]
    assert score.pairs.score < 0.9
    moved = {one.rules: one.reason for one in score.survivors if one.slip is Slip.COLUMN_MOVE}
    assert moved[("T3-02",)] is Reason.CANCELS
    assert moved[("T3-01",)] is Reason.CANCELS


def test_a_rule_that_gives_but_an_info_finds_nothing_and_is_named() -> None:
    score = of_form("zhejiang-2013")["statistics"]
    infos = [one for one in score.survivors if one.reason is Reason.INFO and one.slip is Slip.MORE]
    assert [(one.rules, one.number) for one in infos] == [(("L13-01",), 4)]


def test_inequalities_and_cells_that_nobody_reads_are_reasons_of_their_own() -> None:
    bold = make_plan(PLAN.installed, ignore=("L14-11",))
    left = {
        (one.reason, one.rules): one
        for one in of_form("national-2014", bold)["statistics"].survivors
        if one.slip is Slip.MORE
    }
    assert "s14.proactive.channel.website" in left[Reason.SLACK, ("L14-07",)].names
    assert left[Reason.SLACK, ("L14-07", "L14-10")].names == ("s14.proactive.total",)
    assert "s14.complaints" in left[Reason.UNREAD, ()].names


@pytest.mark.parametrize("form", ["local-2008", "national-2014", "zhejiang-2013"])
def test_a_figure_below_zero_is_found_in_every_cell_of_the_statistics(form: str) -> None:
    tally = of_form(form)["statistics"].tallies[Slip.SIGN]
    assert tally.found == tally.made == len(PLAN.forms[form].cells)


@pytest.mark.parametrize(
    ("rule", "slip"),
    [("L08-06", Slip.COLUMN_MOVE), ("L08-06", Slip.WITH_TOTAL), ("L08-08", Slip.DIGITS), ("L08-09", Slip.SWAP)],
)
def test_the_sums_and_parts_of_the_local_form_find_what_no_other_rule_finds(rule: str, slip: Slip) -> None:
    bold = make_plan(PLAN.installed, ignore=(rule,))
    found = [of_form("local-2008", plan)["statistics"].tallies[slip].found for plan in (PLAN, bold)]
    assert found[0] > found[1]


def test_the_tallies_account_for_every_slip() -> None:
    for score in of_pack("national"):
        for slip, tally in score.tallies.items():
            assert tally.made - tally.found == sum(one.number for one in score.survivors if one.slip is slip)


@pytest.mark.parametrize("form", NATIONAL)
def test_a_form_is_scored_in_seconds(form: str) -> None:
    began = perf_counter()
    of_form(form)
    assert perf_counter() - began < 10


def test_a_form_without_sums_has_no_score() -> None:
    assert mutation_scores(PLAN, PLAN.forms["narrative-2008"]) == []


# In words


def test_the_documented_survivors_are_what_the_shipped_rules_leave() -> None:
    shipped = [score for name in ("national", "zhejiang", "legacy") for score in of_pack(name)]
    written = DOC.read_text(encoding="utf-8")
    begin, end = "<!-- scores: begin -->\n", "<!-- scores: end -->"
    assert written[written.index(begin) + len(begin) : written.index(end)] == markdown(shipped), (
        "put the output of `govrules pack test PACK --format markdown` there"
    )


def test_scores_are_told_in_both_languages_with_the_cells_of_a_survivor() -> None:
    score = of_form("national-2021")["reviews"]
    chinese, english = "\n".join(text([score], "zh")), "\n".join(text([score], "en"))
    assert "同行、同列移动 12: 落在等式的零空间：改动在 T4-01 中相互抵消" in chinese
    assert "in the null space of the equalities: the change cancels out in T4-01" in english
    cells = "review.{upheld, corrected, other, pending}"
    assert english.count(cells) == chinese.count(cells) > 1


def test_names_below_one_parent_are_told_together() -> None:
    assert braced(["a.b.c", "a.b.d", "a.e", "f"]) == "a.b.{c, d}, a.e, f"


def test_a_score_is_never_rounded_up_to_a_full_one() -> None:
    score = TableScore("f", "t", "t", {Slip.MORE: Tally(99_999, 100_000)}, ())
    assert "0.9999 (99999/100000)" in markdown([score])


def test_the_command_prints_the_scores_when_asked() -> None:
    done = CliRunner().invoke(app, ["pack", "test", "zhejiang", "--mutation", "--format", "json"])
    (score,) = json.loads(done.stdout)["mutation"]
    assert (score["form"], score["single"]["found"], score["single"]["made"]) == ("zhejiang-2013", 196, 244)
    assert json.loads(CliRunner().invoke(app, ["pack", "test", "gansu", "--format", "json"]).stdout)["mutation"] is None
