"""Every rule speaks up on a whole report: switched off, lost or shadowed, it would be missed here."""

from __future__ import annotations

import pytest
from govrules.installed import installed
from govrules.plan import make_plan
from govrules.rule import Example, Rule
from govrules.testing import reports_of
from govrules.validation import check

PLAN = make_plan(installed(third_party=False))
OFF = {"SEC-07", "T3-08", "T4-06", "ZJ-SEC-01"}
FAILING = [
    (rule, example) for rule in PLAN.rules if rule.id not in OFF for example in rule.examples if not example.passes
]


@pytest.mark.parametrize(
    ("rule", "example"), [pytest.param(*pair, id=f"{pair[0].id}-{n}") for n, pair in enumerate(FAILING)]
)
def test_a_failing_example_is_a_finding_of_its_rule_in_a_whole_run(rule: Rule, example: Example) -> None:
    result = check(reports_of(rule, example, PLAN), PLAN, region=next(iter(rule.reach.regions), None))
    assert rule.id in {finding.rule for finding in result.findings}
    assert result.errors == ()


def test_no_other_rule_is_off_by_default() -> None:
    assert {rule.id for rule in PLAN.rules if not rule.on} == OFF
