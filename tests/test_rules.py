"""Every rule is tested by its own examples."""

from __future__ import annotations

import pytest
from govrules.installed import installed
from govrules.plan import make_plan
from govrules.rule import Example, Rule
from govrules.testing import check_example, examples

PLAN = make_plan(installed(third_party=False))


@pytest.mark.parametrize(
    ("rule", "example"), [pytest.param(r, e, id=f"{r.id}-{n}") for n, (r, e) in enumerate(examples(PLAN))]
)
def test_example(rule: Rule, example: Example) -> None:
    check_example(rule, example, PLAN)


@pytest.mark.parametrize("rule", PLAN.rules, ids=lambda rule: rule.id)
def test_every_rule_has_a_basis_and_examples_of_both_kinds(rule: Rule) -> None:
    assert rule.basis
    assert {example.passes for example in rule.examples} == {True, False}


def test_no_shipped_rule_or_form_is_broken() -> None:
    regions = {None, *(code for pack in PLAN.packs.values() for code in pack.regions)}
    unusable = [fault for form in PLAN.forms for region in regions for fault in PLAN.unusable(form.name, region)]
    assert [str(fault) for fault in (*PLAN.installed.faults, *PLAN.faults, *unusable)] == []
