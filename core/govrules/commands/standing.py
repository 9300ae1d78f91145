"""What is said beforehand of the findings of `govrules validate`: settings, waivers and a baseline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.errors import UsageError

if TYPE_CHECKING:
    from govrules.baseline import Known
    from govrules.batch import Recipe
    from govrules.outcome import Result
    from govrules.plan import Plan
    from govrules.settings import Settings
    from govrules.waiver import Waiver

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="设置文件，默认 govrules.toml 或 pyproject.toml settings file"),
]
Waivers = Annotated[
    Path | None, typer.Option("--waivers", metavar="FILE", help="豁免文件 findings that do not count, and why (YAML)")
]
StrictWaivers = Annotated[
    bool, typer.Option("--strict-waivers", help="豁免过期或无用时退出码为 1 exit 1 at an expired or unused waiver")
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", metavar="FILE", help="基线：其中已有的问题不再计 known findings do not count"),
]
WriteBaseline = Annotated[
    Path | None, typer.Option("--write-baseline", metavar="FILE", help="把现有问题写成基线 write what is found there")
]


@dataclass(frozen=True)
class Standing:
    """What is known beforehand: waivers, and the findings of a baseline (None: there is none)."""

    waivers: list[Waiver]
    known: list[Known] | None


def plan_of(recipe: Recipe, settings: Settings) -> Plan:
    """Make the plan of a recipe; what settings say wrongly is a UsageError at its place in their file."""
    try:
        return recipe.plan()
    except UsageError as error:
        place = settings.places.get(str(error.where))
        if place is None:
            raise
        raise UsageError(error.message, where=place, hint=error.hint) from error


def load_standing(plan: Plan, waivers: Path | None, baseline: Path | None) -> Standing:
    """Read waivers and baseline before any document is read; raises UsageError for what is wrong with them."""
    from govrules.baseline import load_baseline
    from govrules.waiver import load_waivers

    return Standing(
        load_waivers(waivers, plan) if waivers else [],
        load_baseline(baseline) if baseline else None,
    )


def settle(result: Result, plan: Plan, standing: Standing, today: date) -> Result:
    """Mark what is waived and what is known in a result."""
    from govrules.baseline import compare
    from govrules.waiver import waive

    if standing.waivers:
        result = waive(result, standing.waivers, today, _asked(result, plan))
    return result if standing.known is None else compare(result, standing.known, _asked(result, plan))


def _asked(result: Result, plan: Plan) -> Callable[[str], bool]:
    """Tell which rules the reports of a result met; those that are built in are always asked."""
    met = {(report.form, plan.area(report.region)) for report in result.reports}
    asked = {instance.rule.id for form, area in met for instance in plan.instances(form, area)}
    declared = {rule.id for rule in plan.rules}
    return lambda rule: rule in asked or rule not in declared
