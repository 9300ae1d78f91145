"""Wide Parquet files in a run: asked in columns; only the reports that fail are read one by one, for their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.batch import Judge
from govrules.corpus import DETAILS, FORM, ROW, Answers, ask, can_be_asked
from govrules.dataset import REPORT, YEAR
from govrules.errors import GovrulesError
from govrules.outcome import Finding, Gathering, Outcomes, Result
from govrules.read import BUILT_IN, Reading, shown
from govrules.read.figures.rows import DataRow
from govrules.read.figures.upstream import HEAD, figures_document, wide_report
from govrules.read.reports import reports
from govrules.report import Issue, Report
from govrules.rule import Status

if TYPE_CHECKING:
    import polars as pl

SUFFIX, AT_ONCE = ".parquet", 2_000


def is_wide(path: Path, judge: Judge) -> bool:
    """Tell whether a file is checked in columns.

    It is Parquet with a row a report: `report`, `year`, `form`, and cells that are numbers; and every rule that its
    reports meet can be asked of columns. All other files are read report by report.
    """
    ours = judge.library.readers.get(SUFFIX) is BUILT_IN[SUFFIX] and judge.library.forced is None
    if path.suffix.lower() != SUFFIX or not ours or not _is_parquet(path):
        return False
    import polars as pl

    try:
        scan = pl.scan_parquet(path)
        kinds = scan.collect_schema()
        if not _is_typed(kinds, judge):
            return False
        forms = scan.select(pl.col(FORM).unique()).collect().to_series().to_list()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        return False  # the reader of such files says what is wrong with it
    areas = {"", *(code for pack in judge.plan.packs.values() for code in pack.regions)}
    met = [one for form in forms for area in areas for one in judge.plan.instances(form, judge.recipe.region or area)]
    return None not in forms and all(form in judge.plan.forms for form in forms) and all(map(can_be_asked, met))


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PAR1"
    except OSError:
        return False


def _is_typed(kinds: pl.Schema, judge: Judge) -> bool:
    import polars as pl

    known = {cell for form in judge.plan.forms for cell in form.cells}
    cells = [name for name in kinds if name not in HEAD]
    heads = kinds.get(REPORT) == pl.String and kinds.get(FORM) == pl.String
    year = YEAR in kinds and kinds[YEAR].is_integer()
    return bool(cells) and heads and year and all(one in known and kinds[one].is_numeric() for one in cells)


def checked_wide(path: Path, judge: Judge, *, details: int = DETAILS) -> Result:
    """Check a wide file: exact counts of every answer, and the findings of the first `details` failures of a rule."""
    source, region = shown(path), judge.recipe.region
    try:
        answers = ask(path, judge.plan, region=region, details=details)
    except GovrulesError as error:
        return Result((), (), Outcomes(), errors=(error,))
    made, odd, numbers = Gathering(), Outcomes(), set(answers.odd)
    for several in _readings(path, answers, judge):
        apart: dict[bool, list[Reading]] = {True: [], False: []}
        for one in several:
            apart[any(report.lines[0] - 1 in numbers for report in one.reports)].append(one)
        judged = judge.judged(apart[True])
        odd.extend(judged.outcomes)
        made.add(judged)
        made.add(judge.judged(apart[False]))
    found = _in_order(made.result())
    findings = tuple(_first(found.findings, details))
    capped = _capped(answers, source, details)
    outcomes = _outcomes(answers, found, odd)
    errors = (*found.errors, *(fault for fault in answers.faults if str(fault) not in set(map(str, found.errors))))
    return replace(found, findings=findings, outcomes=outcomes, issues=(*found.issues, *capped), errors=errors)


def _in_order(found: Result) -> Result:
    """Put reports and their findings in the order of the rows; findings of one report stay as they are."""
    reports = sorted(found.reports, key=lambda report: report.lines)
    rank = {report.id: number for number, report in enumerate(reports)}
    findings = sorted(found.findings, key=lambda finding: rank.get(finding.report or "", -1))
    return replace(found, reports=tuple(reports), findings=tuple(findings))


def _readings(path: Path, answers: Answers, judge: Judge) -> Iterator[list[Reading]]:
    """Read the rows that failed or were not asked in columns, so many at once, as any file of figures is read."""
    import polars as pl

    scan, source = pl.scan_parquet(path).with_row_index(ROW), shown(path)
    chosen = sorted({*answers.failures[ROW], *answers.odd})
    for first in range(0, len(chosen), AT_ONCE):
        some = chosen[first : first + AT_ONCE]
        near = scan.slice(some[0], some[-1] - some[0] + 1).filter(pl.col(ROW).is_in(some)).collect()
        given = []
        for row in near.iter_rows(named=True):
            place = int(row.pop(ROW)) + 1
            one = wide_report(DataRow(row, place, f"row {place}"), place, source)
            given.append(one if answers.rows == 1 or one.source else replace(one, source=one.id))
        document = figures_document(b"", source, given)
        made, issues = reports(document, judge.library.forms, judge.library.measures)
        told = [Reading(source, issues=tuple(issues))] if issues and not first else []
        yield [*told, *(_reading(report) for report in made)]


def _reading(report: Report) -> Reading:
    return Reading(report.source, (report,), report.issues)


def _first(findings: Sequence[Finding], most: int) -> Iterator[Finding]:
    """Give so many findings of each rule at most."""
    seen: Counter[str] = Counter()
    for finding in findings:
        seen[finding.rule] += 1
        if seen[finding.rule] <= most:
            yield finding


def _outcomes(answers: Answers, found: Result, odd: Outcomes) -> Outcomes:
    """Count everything: reports read by themselves, the others as one sum; `odd` were not asked in columns."""
    listed, apart = _total(found.outcomes), _total(odd)
    asked = answers.total()
    rest = Counter({status: asked[status] - (listed[status] - apart[status]) for status in Status})
    made = Outcomes(found.outcomes.counts, undetermined=found.outcomes.undetermined)
    made.unlisted, made.unlisted_reports = rest, answers.rows - len(found.reports)
    for by_rule in (answers.by_rule, odd.by_rule):
        for rule, counts in by_rule.items():
            made.count_rule(rule, counts)
    return made


def _total(outcomes: Outcomes) -> Counter[Status]:
    return sum(outcomes.counts.values(), Counter())


def _capped(answers: Answers, source: str, details: int) -> Iterator[Issue]:
    for rule in answers.capped:
        times = answers.by_rule[rule][Status.FAILED]
        yield Issue(source, f"规则 {rule} 共 {times} 项不通过，只列出前 {details} 项；计数是完整的", "capped")
