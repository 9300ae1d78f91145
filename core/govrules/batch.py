"""A batch of documents to its Result, in whatever process: the unit of work of every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from govrules.dataset import Dataset
from govrules.errors import GovrulesError, RulesetError
from govrules.finding import Lang
from govrules.gate import failure as gate_failure
from govrules.guard import JUDGING, Guard
from govrules.installed import Installed, installed
from govrules.judge import judge_file, judge_report
from govrules.outcome import Outcomes, Result, head
from govrules.plan import Plan, make_plan
from govrules.read import DATA, Library, Reading, read_file
from govrules.report import Report
from govrules.rule import Instance, Severity, Status
from govrules.stated import stated
from govrules.told import told
from govrules.worker import alive


@dataclass(frozen=True)
class Recipe:
    """How documents are read and checked, in words from which any process makes its own plan.

    `reader` reads every file, whatever its suffix; `mapping` is a file that says how JSON, CSV and Parquet are read;
    `region` is a code. `keep` keeps whole reports in the results, else
    only their heads; `reasons` keeps why rules could not be decided. `allowed` are the distributions of others whose
    plugins are used (None: all); `severity` grades rules by their ids; `rule_seconds` is the CPU time a rule may take
    for 1,000 reports; `stopped` are rules that are not asked, with the reason; `apart` are files that are no documents.
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
    allowed: tuple[str, ...] | None = None
    severity: tuple[tuple[str, Severity], ...] = ()
    rule_seconds: float | None = None
    stopped: tuple[tuple[str, str], ...] = ()
    engine: str = "native"
    data_docs: str | None = None
    apart: tuple[str, ...] = ()

    def installed(self) -> Installed:
        """Give what plugins and pack folders give."""
        return installed(self.folders, third_party=self.third_party, allowed=self.allowed)

    def plan(self) -> Plan:
        """Make the plan; raises UsageError for packs, folders and rules that are not there."""
        return make_plan(self.installed(), self.packs, self.select, self.ignore, dict(self.severity))

    def library(self, known: Installed) -> Library:
        """Give what reading needs; raises UsageError for a reader that is not there, RulesetError for a bad mapping."""
        if self.mapping is not None:
            from govrules.load.mapping import load_mapping
            from govrules.read.figures.mapping import MappedReader

            mapped = MappedReader(load_mapping(Path(self.mapping), known.forms))
            known = replace(known, readers={**known.readers, **dict.fromkeys(DATA, mapped)})
        return known.library(self.reader)


class Judge:
    """Reads and judges batches by one plan; what can be made ready once for all batches is."""

    def __init__(self, recipe: Recipe, plan: Plan) -> None:
        self.recipe, self.plan, self.library = recipe, plan, recipe.library(plan.installed)
        self._guard = Guard(plan.installed.makers, recipe.rule_seconds, dict(recipe.stopped))
        self._engines: dict[tuple[str, str], Callable[[Dataset], Outcomes]] = {}
        self._stated: dict[tuple[str, str], tuple[list[Instance], list[tuple[str, RulesetError]]]] = {}

    def readings(self, paths: Sequence[str | Path]) -> list[Reading]:
        """Read files one after another; an unreadable one comes back with its error."""
        return readings(paths, self.library)

    def checked(self, paths: Sequence[str | Path]) -> Result:
        """Read and judge files."""
        return self.judged(self.readings(paths))

    def judged(self, given: Sequence[Reading]) -> Result:
        """Judge the reports of some files; all reports of a file must be among them."""
        alive(JUDGING)
        with self._guard.armed():
            return self._judged(given)

    def _judged(self, given: Sequence[Reading]) -> Result:
        recipe, region = self.recipe, self.recipe.region
        if region:
            given = [replace(r, reports=tuple(replace(one, region=region) for one in r.reports)) for r in given]
        reports = [report for reading in given for report in reading.reports]
        self._guard.begun(len(reports))
        outcomes = self._outcomes(given, reports)
        findings = told(outcomes, reports, self.plan.forms, recipe.lang, self._guard, self._instances)
        errors: list[GovrulesError] = [reading.error for reading in given if reading.error is not None]
        errors += [*_unusable(reports, self.plan), *outcomes.faults]
        order = {report.id: number for number, report in enumerate(reports)}
        undetermined = sorted(outcomes.undetermined, key=lambda one: order[one[0]]) if recipe.reasons else []
        return Result(
            tuple(reports if recipe.keep else map(head, reports)),
            tuple(findings),
            Outcomes(outcomes.counts, undetermined=undetermined, by_rule=outcomes.by_rule),
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
                outcomes.extend(judge_report(report, form, self._instances(report), self._guard))
        for reading in given:
            first = next((report for report in reading.reports if report.form), None)
            instances = self._instances(first) if first else []
            outcomes.extend(judge_file(reading.source, reading.reports, instances, self._guard))
        for (name, area), several in groups.items():
            outcomes.extend(self._cell_outcomes(name, area, several))
        return outcomes

    def _cell_outcomes(self, name: str, area: str, reports: Sequence[Report]) -> Outcomes:
        plan = self.plan
        sound, broken = self._sound(name, area)
        instances = [one for one in sound if one.check.scope == "cells"]
        if not plan.forms.cells(name) or not (instances or broken):
            return Outcomes()
        from govrules.engines import engine
        from govrules.engines.native import errored

        dataset = Dataset.from_reports(plan.forms[name], plan.forms.cells(name), reports)
        if (name, area) not in self._engines:
            made = engine(self.recipe.engine, instances, self._guard, self.recipe.data_docs)
            self._engines[name, area] = made
        outcomes = self._engines[name, area](dataset)
        for rule, fault in broken:
            errored(rule, fault, dataset.frame["report"], outcomes)
        for breach in dataset.breaches:
            outcomes.answer(breach.report, breach.rule, Status.FAILED)
            outcomes.failures.append(gate_failure(breach))
        return outcomes

    def _instances(self, report: Report) -> list[Instance]:
        return self._sound(report.form or "", self.plan.area(report.region))[0]

    def _sound(self, form: str, area: str) -> tuple[list[Instance], list[tuple[str, RulesetError]]]:
        """Give the instances for reports of a form in an area, and the rules that cannot say what they ask."""
        if (form, area) not in self._stated:
            self._stated[form, area] = stated(self.plan.instances(form, area), self._guard)
        return self._stated[form, area]


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
