"""A batch of documents to its Result, in whatever process: the unit of work of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.dataset import Dataset
from govrules.errors import GovrulesError
from govrules.finding import Lang, finding
from govrules.gate import failure as gate_failure
from govrules.installed import Installed, installed
from govrules.judge import judge_file, judge_report
from govrules.load.mapping import load_mapping
from govrules.localise import localise
from govrules.outcome import Finding, Outcomes, Result, head
from govrules.plan import Plan, make_plan
from govrules.read import DATA, Library, Reading, read_file
from govrules.read.mapping import MappedReader
from govrules.report import Report
from govrules.rule import Status
from govrules.worker import alive

if TYPE_CHECKING:
    from govrules.engines.native import Native

JUDGING = "…"


@dataclass(frozen=True)
class Recipe:
    """How documents are read and checked, in words from which any process makes its own plan.

    `reader` reads every file, whatever its suffix; `mapping` is a file that says how JSON, CSV and Parquet are read;
    `region` is a code. `keep` keeps whole reports in the results, else
    only their heads; `reasons` keeps why rules could not be decided.
    """

    packs: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    third_party: bool = True
    reader: str | None = None
    mapping: str | None = None
    region: str | None = None
    lang: Lang = "zh"
    keep: bool = True
    reasons: bool = True

    def installed(self) -> Installed:
        """Give what plugins and pack folders give."""
        return installed(self.folders, third_party=self.third_party)

    def plan(self) -> Plan:
        """Make the plan; raises UsageError for packs, folders and rules that are not there."""
        return make_plan(self.installed(), self.packs, self.select, self.ignore)

    def library(self, known: Installed) -> Library:
        """Give what reading needs; raises UsageError for a reader that is not there, RulesetError for a bad mapping."""
        if self.mapping is not None:
            mapped = MappedReader(load_mapping(Path(self.mapping), known.forms))
            known = replace(known, readers={**known.readers, **dict.fromkeys(DATA, mapped)})
        return known.library(self.reader)


class Judge:
    """Reads and judges batches by one plan; what can be made ready once for all batches is."""

    def __init__(self, recipe: Recipe, plan: Plan) -> None:
        self.recipe, self.plan, self.library = recipe, plan, recipe.library(plan.installed)
        self._engines: dict[tuple[str, str], Native] = {}

    def readings(self, paths: Sequence[str | Path]) -> list[Reading]:
        """Read files one after another; an unreadable one comes back with its error."""
        return readings(paths, self.library)

    def checked(self, paths: Sequence[str | Path]) -> Result:
        """Read and judge files."""
        return self.judged(self.readings(paths))

    def judged(self, given: Sequence[Reading]) -> Result:
        """Judge the reports of some files; all reports of a file must be among them."""
        alive(JUDGING)
        recipe, region = self.recipe, self.recipe.region
        if region:
            given = [replace(r, reports=tuple(replace(one, region=region) for one in r.reports)) for r in given]
        reports = [report for reading in given for report in reading.reports]
        outcomes = self._outcomes(given, reports)
        errors: list[GovrulesError] = [reading.error for reading in given if reading.error is not None]
        errors += [*_unusable(reports, self.plan), *outcomes.faults]
        order = {report.id: number for number, report in enumerate(reports)}
        undetermined = sorted(outcomes.undetermined, key=lambda one: order[one[0]]) if recipe.reasons else []
        return Result(
            tuple(reports if recipe.keep else map(head, reports)),
            tuple(_findings(outcomes, reports, self.plan, recipe.lang)),
            Outcomes(outcomes.counts, undetermined=undetermined),
            tuple(issue for reading in given for issue in reading.issues),
            tuple(errors),
        )

    def _outcomes(self, given: Sequence[Reading], reports: Sequence[Report]) -> Outcomes:
        plan, outcomes = self.plan, Outcomes()
        groups: dict[tuple[str, str], list[Report]] = {}
        for report in reports:
            outcomes.counts.setdefault(report.id, Counter())
            if report.form is not None:
                groups.setdefault((report.form, plan.area(report.region)), []).append(report)
                form = plan.forms[report.form]
                outcomes.extend(judge_report(report, form, plan.instances(report.form, report.region)))
        for reading in given:
            first = next((report for report in reading.reports if report.form), None)
            instances = plan.instances(first.form, first.region) if first else []
            outcomes.extend(judge_file(reading.source, reading.reports, instances))
        for (name, area), several in groups.items():
            outcomes.extend(self._cell_outcomes(name, area, several))
        return outcomes

    def _cell_outcomes(self, name: str, area: str, reports: Sequence[Report]) -> Outcomes:
        plan = self.plan
        instances = [i for i in plan.instances(name, area) if i.check.scope == "cells"]
        if not plan.forms.cells(name) or not instances:
            return Outcomes()
        from govrules.engines.native import Native

        dataset = Dataset.from_reports(plan.forms[name], plan.forms.cells(name), reports)
        engine = self._engines.setdefault((name, area), Native(instances))
        outcomes = engine.run(dataset)
        for breach in dataset.breaches:
            outcomes.count(breach.report, Status.FAILED)
            outcomes.failures.append(gate_failure(breach))
        return outcomes


@lru_cache(1)
def _judge(recipe: Recipe) -> Judge:
    return Judge(recipe, recipe.plan())


def ready(recipe: Recipe) -> None:
    """Make a process ready for batches, so that the first takes no longer than the others."""
    from govrules.engines import native

    assert native
    _judge(recipe)


def checked(recipe: Recipe, paths: Sequence[str]) -> Result:
    """Read and judge files in a process that has nothing but the recipe."""
    return _judge(recipe).checked(paths)


def parsed(recipe: Recipe, paths: Sequence[str]) -> list[Reading]:
    """Read files in a process that has nothing but the recipe."""
    return _judge(recipe).readings(paths)


def readings(paths: Sequence[str | Path], library: Library) -> list[Reading]:
    """Read files one after another; an unreadable one comes back with its error."""
    return [reading for path in paths for reading in read_file(Path(path), library)]


def _unusable(reports: Sequence[Report], plan: Plan) -> list[GovrulesError]:
    """Give the faults of the rules that these reports would have met."""
    met = dict.fromkeys((report.form, plan.area(report.region)) for report in reports)
    return [fault for form, area in met for fault in plan.unusable(form, area)]


def _findings(outcomes: Outcomes, reports: Sequence[Report], plan: Plan, lang: Lang) -> list[Finding]:
    by_id = {report.id: report for report in reports}
    made: list[Finding] = []
    for failure in outcomes.failures:
        report = by_id.get(failure.report) if failure.report else None
        cells = plan.forms.cells(report.form) if report is not None and report.form else {}
        made.append(finding(failure, report, cells, lang))
    made.sort(key=Finding.order)
    by_report: dict[str | None, list[Finding]] = {None: []} | {report.id: [] for report in reports}
    for one in made:
        by_report[one.report].append(one)
    return [one for name, mine in by_report.items() for one in _localised(mine, by_id.get(name or ""), plan)]


def _localised(findings: list[Finding], report: Report | None, plan: Plan) -> list[Finding]:
    if report is None or report.form is None or not any(one.cells for one in findings):
        return findings
    return localise(findings, report, plan.forms.cells(report.form), plan.instances(report.form, report.region))
