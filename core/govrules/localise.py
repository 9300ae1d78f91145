"""Which cell is wrong: findings with one cause are grouped, and named where changing one cell settles them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from govrules import expr
from govrules.form import Cell
from govrules.outcome import Finding, Repair
from govrules.report import CERTAIN, Report
from govrules.rule import Instance

Values = Mapping[str, int | float | None]
_MOST, _FEW = 200, 15


@dataclass(frozen=True, slots=True)
class _Equation:
    """A tie of the form as a linear form that is zero when it holds: coefficients by cell, and its value now."""

    coefficients: Mapping[str, float]
    residual: float


def localise(
    findings: Sequence[Finding], report: Report, cells: Mapping[str, Cell], instances: Iterable[Instance]
) -> list[Finding]:
    """Give the findings of one report with `group` where they share a cause, and `repair` where one cell explains it.

    A repair changes one cell by one amount so that every broken tie holds and no other breaks; it is offered only
    when it is the only one, and never for a cell that was not read for certain.
    """
    groups = _components([finding for finding in findings if finding.cells])
    if not groups:
        return list(findings)
    values: Values = {name: record.value for name, record in report.cells.items()}
    equations = _equations(values, instances)
    made: dict[int, Finding] = {}
    for group in groups:
        repair = _repair(group, report, cells, values, equations)
        name = group[0].fingerprint if len(group) > 1 else None
        for finding in group:
            made[id(finding)] = replace(finding, group=name, repair=repair)
    return [made.get(id(finding), finding) for finding in findings]


def _components(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Put findings together that share a cell, directly or through others."""
    groups: list[tuple[set[str], list[Finding]]] = []
    for finding in findings[:_MOST]:
        touched = {use.cell for use in finding.cells if use.value or len(finding.cells) <= _FEW}
        joined = [group for group in groups if group[0] & touched]
        merged = (touched.union(*(g[0] for g in joined)), [f for g in joined for f in g[1]] + [finding])
        groups = [group for group in groups if group not in joined] + [merged]
    return [group for _, group in groups]


def _equations(values: Values, instances: Iterable[Instance]) -> list[_Equation]:
    made: list[_Equation] = []
    for instance in instances:
        truth = instance.check.truth() if instance.check.scope == "cells" else None
        if not isinstance(truth, expr.Compare) or truth.op != "==":
            continue
        settled = _settled(expr.Binary("-", truth.left, truth.right), values)
        linear = expr.linear(settled)
        filled = {name: values.get(name) for name in expr.cells(settled)}
        if instance.check.fills_blanks():
            filled = {name: value or 0 for name, value in filled.items()}
        residual = expr.evaluate(settled, filled)
        if linear is not None and residual is not None:
            made.append(_Equation({n: c for n, c in linear[0].items() if c}, float(residual)))
    return made


def _settled(node: expr.Node, values: Values) -> expr.Node:
    """Replace every `either` by the branch that this report uses."""
    if isinstance(node, expr.Call) and node.name == "either":
        known = [part for part in node.args if expr.evaluate(part, values) is not None]
        return _settled((known or list(node.args))[0], values)
    if isinstance(node, expr.Call):
        return replace(node, args=tuple(_settled(part, values) for part in node.args))
    if isinstance(node, expr.Binary | expr.Compare):
        return replace(node, left=_settled(node.left, values), right=_settled(node.right, values))
    return node


def _repair(
    group: Sequence[Finding], report: Report, cells: Mapping[str, Cell], values: Values, equations: Sequence[_Equation]
) -> Repair | None:
    touched = {use.cell for finding in group for use in finding.cells}
    broken = [e for e in equations if e.residual and touched & set(e.coefficients)]
    if not broken:
        return None
    found: list[Repair] = []
    for name in sorted(touched):
        record, now = report.cells.get(name), values.get(name)
        holding = [e for e in equations if name in e.coefficients]
        if record is None or now is None or record.flag not in CERTAIN or {*map(id, holding)} != {*map(id, broken)}:
            continue
        amounts = {-e.residual / e.coefficients[name] for e in broken}
        to = now + next(iter(amounts))
        if len(amounts) == 1 and to >= 0 and float(to).is_integer():
            found.append(Repair(name, cells[name].label if name in cells else name, now, int(to)))
    return found[0] if len(found) == 1 else None
