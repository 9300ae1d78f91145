"""Rule examples as tests: every rule says what must pass and what must fail, for us and for third parties.

An example is `text:` (a report as text), or cells, or both (the cells then stand for the tables of the text): values
by cell id, plus `form:` (default: the first form of the rule), `zero:` (prefixes of cells that are 0), `blank:`
(cells printed blank), `without:` (prefixes of cells that were not found), `cells:` (raw text by cell id) and
`extra:` (a row that no form knows).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from govrules.dataset import Dataset
from govrules.errors import RulesetError
from govrules.form import Cell, Form
from govrules.judge import judge_file, judge_report
from govrules.outcome import Failure, Outcomes
from govrules.plan import Plan
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.read.value import parse_value, stored
from govrules.report import CellRecord, ExtraRow, Report
from govrules.rule import Example, Rule, Status

WORDS = {"form", "year", "zero", "blank", "without", "cells", "extra", "text", "issuer"}


def examples(plan: Plan) -> Iterator[tuple[Rule, Example]]:
    """Give every example of every rule of a plan."""
    return ((rule, example) for rule in plan.rules for example in rule.examples)


def check_example(rule: Rule, example: Example, plan: Plan) -> None:
    """Assert that a rule passes or fails on an example as it says; raises AssertionError with the place."""
    statuses = outcomes_of(rule, example, plan)
    shown = f"{example.where}: rule {rule.id} gives {sorted(statuses)} on {dict(example.values)}"
    if example.passes:
        assert Status.PASSED in statuses, shown
        assert not statuses & {Status.FAILED, Status.ERRORED}, shown
    else:
        assert Status.FAILED in statuses, shown


def outcomes_of(rule: Rule, example: Example, plan: Plan) -> set[Status]:
    """Give every status that the instances of a rule take on an example, be it off by default or not."""
    found, outcomes = answers_of(rule, example, plan)
    statuses = {status for counter in outcomes.counts.values() for status in counter}
    if found and plan.installed.checks[rule.kind].scope in {"file", "both"}:
        of_file = any(failure.report is None for failure in outcomes.failures)
        statuses.add(Status.FAILED if of_file else Status.PASSED)
    return statuses


def failures_of(rule: Rule, example: Example, plan: Plan) -> list[Failure]:
    """Give every failure that a rule brings on an example, of its reports and of the file they stand in."""
    return answers_of(rule, example, plan)[1].failures


def answers_of(rule: Rule, example: Example, plan: Plan) -> tuple[list[Report], Outcomes]:
    """Give the reports of an example, and what a rule says about them and the file they stand in."""
    found = reports_of(rule, example, plan)
    plan = Plan(plan.installed, plan.packs, select=(rule.id,))
    outcomes = Outcomes()
    for report in found:
        form = plan.forms[report.form or ""]
        instances = [i for i in plan.instances(form.name, _region(rule, report)) if i.rule.id == rule.id]
        outcomes.extend(judge_report(report, form, instances))
        cells = [instance for instance in instances if instance.check.scope == "cells"]
        if cells:
            outcomes.extend(_cells(report, form, plan, cells))
    if found and plan.installed.checks[rule.kind].scope in {"file", "both"}:
        instances = [i for i in plan.instances(found[0].form, _region(rule, found[0])) if i.rule.id == rule.id]
        outcomes.extend(judge_file(found[0].source, found, instances))
    return found, outcomes


def _region(rule: Rule, report: Report) -> str | None:
    """Give the region of an example: one that the rule is for, unless its text says another."""
    return report.region or next(iter(rule.reach.regions), None)


def reports_of(rule: Rule, example: Example, plan: Plan) -> list[Report]:
    """Make the reports of an example; raises RulesetError when it names unknown cells or its text is no report."""
    values = example.values
    if "text" in values:
        found, _ = reports(
            read_text(str(values["text"]).encode(), str(example.where)), plan.forms, plan.installed.measures
        )
        found = [report for report in found if report.form]
        if not found:
            raise RulesetError("the text of this example is no report of a known form", where=example.where)
        if not set(values) - {"text"}:
            return found
        made = _from_cells(rule, example, plan, str(found[0].form))
        return [replace(found[0], cells=made.cells, tables=made.tables, extra=made.extra)]
    name = str(values.get("form") or next((f for f in rule.forms if f in plan.forms), next(iter(plan.forms)).name))
    return [_from_cells(rule, example, plan, name)]


def _from_cells(rule: Rule, example: Example, plan: Plan, name: str) -> Report:
    values, form, cells = example.values, plan.forms[name], plan.forms.cells(name)
    records: dict[str, CellRecord] = {}
    for cell in _prefixed(values.get("zero", ()), form.cells):
        records[cell] = CellRecord(cell, 0, "0", "zero", "exact", 1)
    for cell in _prefixed(values.get("blank", ()), cells):
        records[cell] = CellRecord(cell, None, "", "blank", "exact", 1)
    for cell in _prefixed(values.get("without", ()), cells):
        records[cell] = CellRecord(cell, None, "", "missing", "missing", 0)
    given = {key: value for key, value in values.items() if key not in WORDS} | dict(values.get("cells", {}))
    for cell, value in given.items():
        if cell not in cells:
            raise RulesetError(f"unknown cell {cell!r} in an example of {rule.id}", where=example.where)
        records[cell] = _record(cells[cell], value)
    tables = {cells[cell].table: name for cell in records}
    first = max(rule.effective.first or 0, form.years.first or 0)
    year = values.get("year") or first or form.years.last
    report = Report(
        "example",
        str(example.where),
        (1, 1),
        values.get("issuer", "示例机关"),
        year,
        name,
        cells=records,
        tables=tables,
    )
    return replace(report, extra=_extra(values))


def _cells(report: Report, form: Form, plan: Plan, instances: list[Any]) -> Outcomes:
    from govrules.engines import native

    return native.run(Dataset.from_reports(form, plan.forms.cells(form.name), [report]), instances)


def _prefixed(prefixes: Any, cells: Mapping[str, Cell]) -> list[str]:
    return [
        cell
        for prefix in prefixes
        for cell in cells
        if cell == prefix or cell.startswith(f"{prefix}.") or cells[cell].table == prefix
    ]


def _record(cell: Cell, value: Any) -> CellRecord:
    if isinstance(value, str):
        parsed = parse_value(value)
        assert parsed is not None, f"{value!r} is no value of a cell"
        return CellRecord(cell.id, stored(parsed, cell), value, parsed.kind, "exact", 1)
    kind = "zero" if value == 0 else "number"
    return CellRecord(cell.id, value, str(value), kind, "exact", 1)  # type: ignore[arg-type]


def _extra(values: Mapping[str, Any]) -> tuple[ExtraRow, ...]:
    row = values.get("extra")
    return (ExtraRow(row["table"], row["label"], tuple(row["values"]), 1),) if row else ()
