"""The one call embedders use: documents or reports in, a Result out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from govrules.dataset import Dataset
from govrules.errors import GovrulesError
from govrules.finding import Lang, finding
from govrules.gate import failure as gate_failure
from govrules.installed import Installed, installed
from govrules.judge import judge_file, judge_report
from govrules.load.rulesets import load_pack
from govrules.load.source import read_yaml
from govrules.localise import localise
from govrules.outcome import Finding, Outcomes, Result
from govrules.plan import Plan, make_plan
from govrules.read import Reading, find_files, read_file
from govrules.region import region_named
from govrules.report import Issue, Report
from govrules.rule import Pack, Status

Progress = Callable[[int, int, str], None]


def validate(
    documents: Iterable[str | Path | Report],
    *,
    packs: Sequence[str] = (),
    folders: Sequence[str | Path] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    region: str | None = None,
    lang: Lang = "zh",
    progress: Progress | None = None,
) -> Result:
    """Check documents (paths of files and folders) or reports already read, by the installed packs.

    `packs` names installed packs to use instead of all, `folders` pack folders to add; `select` and `ignore` take
    rule ids, beginnings of ids (`T3`) and tags; `region` (a code or a name) says where all the bodies are, whatever
    their names say. A document that cannot be read stands in `errors`, the others are still checked. Raises
    UsageError for names that do not exist and for missing paths.
    """
    known = installed(folders)
    return check(documents, make_plan(known, packs, select, ignore), region=region, lang=lang, progress=progress)


def check(
    documents: Iterable[str | Path | Report],
    plan: Plan,
    *,
    region: str | None = None,
    lang: Lang = "zh",
    progress: Progress | None = None,
) -> Result:
    """Check documents or reports by a plan made before; `region` (a code or a name) is where all of them are."""
    code = region_named(region).code if region else None
    given = list(documents)
    by_source: dict[str, list[Report]] = {}
    for report in given:
        if isinstance(report, Report):
            by_source.setdefault(report.source, []).append(report)
    readings = [Reading(source, tuple(several)) for source, several in by_source.items()]
    readings += read_all([path for path in given if not isinstance(path, Report)], plan.installed, progress)
    if code:
        readings = [replace(r, reports=tuple(replace(report, region=code) for report in r.reports)) for r in readings]
    reports = [report for reading in readings for report in reading.reports]
    outcomes = _outcomes(readings, reports, plan)
    issues: list[Issue] = [issue for reading in readings for issue in reading.issues]
    errors: list[GovrulesError] = [reading.error for reading in readings if reading.error is not None]
    errors += [*plan.installed.faults, *plan.faults, *outcomes.faults]
    return Result(
        tuple(reports), tuple(_findings(outcomes, reports, plan, lang)), outcomes, tuple(issues), tuple(errors)
    )


def read_all(paths: Sequence[str | Path], known: Installed, progress: Progress | None = None) -> list[Reading]:
    """Read every document below the paths; an unreadable one comes back with its error."""
    library = known.library()
    files = find_files(paths, library.readers)
    made: list[Reading] = []
    for number, path in enumerate(files, start=1):
        made += read_file(path, library)
        if progress:
            progress(number, len(files), str(path))
    return made


def _outcomes(readings: Sequence[Reading], reports: Sequence[Report], plan: Plan) -> Outcomes:
    outcomes = Outcomes()
    groups: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        outcomes.counts.setdefault(report.id, Counter())
        if report.form is not None:
            groups.setdefault((report.form, plan.area(report.region)), []).append(report)
            form = plan.forms[report.form]
            outcomes.extend(judge_report(report, form, plan.instances(report.form, report.region)))
    for reading in readings:
        first = next((report for report in reading.reports if report.form), None)
        instances = plan.instances(first.form, first.region) if first else []
        outcomes.extend(judge_file(reading.source, reading.reports, instances))
    for (name, area), several in groups.items():
        outcomes.extend(_cell_outcomes(name, area, several, plan))
    return outcomes


def _cell_outcomes(name: str, area: str, reports: Sequence[Report], plan: Plan) -> Outcomes:
    instances = [i for i in plan.instances(name, area) if i.check.scope == "cells"]
    if not plan.forms.cells(name) or not instances:
        return Outcomes()
    from govrules.engines import native

    dataset = Dataset.from_reports(plan.forms[name], plan.forms.cells(name), reports)
    outcomes = native.run(dataset, instances)
    for breach in dataset.breaches:
        outcomes.count(breach.report, Status.FAILED)
        outcomes.failures.append(gate_failure(breach))
    return outcomes


def _findings(outcomes: Outcomes, reports: Sequence[Report], plan: Plan, lang: Lang) -> list[Finding]:
    by_id = {report.id: report for report in reports}
    made: list[Finding] = []
    for failure in outcomes.failures:
        report = by_id.get(failure.report) if failure.report else None
        cells = plan.forms.cells(report.form) if report is not None and report.form else {}
        made.append(finding(failure, report, cells, lang))
    made.sort(key=lambda f: (-f.severity.rank, f.rule, f.lines or (0, 0)))
    by_report: dict[str | None, list[Finding]] = {None: []} | {report.id: [] for report in reports}
    for one in made:
        by_report[one.report].append(one)
    return [one for name, mine in by_report.items() for one in _localised(mine, by_id.get(name or ""), plan)]


def _localised(findings: list[Finding], report: Report | None, plan: Plan) -> list[Finding]:
    if report is None or report.form is None or not any(one.cells for one in findings):
        return findings
    return localise(findings, report, plan.forms.cells(report.form), plan.instances(report.form, report.region))


def parse(paths: Iterable[str | Path]) -> list[Reading]:
    """Read documents by the installed forms, without checking them."""
    return read_all(list(paths), installed())


def load_ruleset(file: str | Path) -> Pack:
    """Load one ruleset file by the installed check kinds; raises RulesetError with the place of the fault."""
    known = installed()
    return load_pack(read_yaml(Path(file)), known.checks)
