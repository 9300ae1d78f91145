"""Rules as a Python module with a plain pandera schema, which needs pandera and Polars and nothing of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from govrules.dataset import REPORT, YEAR
from govrules.engines.formula import Question, Tree
from govrules.engines.sql import COMPARED, Cells, most
from govrules.export.chosen import Chosen
from govrules.rule import Instance

_SIGNS = {"sum": "+", "and": "&", "or": "|"}
_HEAD = '''"""{title}

A pandera schema of the rules over the cells of `{form}`: a row a report, a column a cell.
`schema.validate(frame, lazy=True)` raises SchemaErrors; in its failure_cases `check` names the rule and `failure_case`
is the id of the report. What cannot be told for want of a figure passes. Written by `govrules export pandera`.
"""

import pandera.polars as pa
import polars as pl


def filled(name, lost=None):
    """Read a blank as zero, but not where `lost` says that the copy lost cells."""
    value = pl.col(name).fill_null(0)
    return value if lost is None else pl.when(pl.col(lost)).then(pl.col(name)).otherwise(value)


def count(column):
    """Read a count."""
    return column.cast(pl.Int64)


def counted(column):
    """Read a count in millionths, to go with money."""
    return column.cast(pl.Int128) * 1_000_000


def money(column, scale=10_000):
    """Read an amount in millionths, so that 0.1 + 0.2 is 0.3."""
    return (column.cast(pl.Float64) * scale).round().cast(pl.Int128) * (1_000_000 // scale)


def constant(number):
    """Give a constant in millionths."""
    return pl.lit(number, pl.Int128)


def real(column):
    """Read a number as a double; what is no finite one is missing."""
    value = column.cast(pl.Float64)
    return pl.when(value.abs() <= 1e300).then(value)


def extreme(function, several):
    """Give the least or the greatest, missing where one is missing."""
    return pl.when(pl.all_horizontal([one.is_not_null() for one in several])).then(function(several))


def quotient(one, other):
    """Divide; by zero is missing."""
    return real(one / (other + one * 0.0))


def some_known(*names):
    """Tell whether one of the cells holds a number."""
    return pl.any_horizontal([pl.col(name).is_not_null() for name in names])


def rule(name, words, truth):
    """Give a rule as a check."""
    return pa.Check(lambda rows: rows.lazyframe.select(truth), name=name, error=words)


'''


def module(rules: Chosen) -> str:
    """Give the text of the module."""
    columns = dict.fromkeys(name for _, question in rules.asked for name in question.columns)
    checks = "\n".join(f"    {line}" for pair in rules.asked for line in _check(*pair))
    kinds = "\n".join(f"        {line}" for line in _columns(rules, [name for name in columns if name != YEAR]))
    title = rules.form.title.get("zh", rules.form.name)
    return (
        f"{_HEAD.replace('{title}', title).replace('{form}', rules.form.name)}RULES = [\n{checks}\n]\n\n"
        f"schema = pa.DataFrameSchema(\n    {{\n{kinds}\n    }},\n    name={_text(rules.form.name)},\n)\n"
    )


def _columns(rules: Chosen, names: list[str]) -> Iterator[str]:
    yield f"{_text(REPORT)}: pa.Column(pl.String, checks=RULES, unique=True),"
    yield f"{_text(YEAR)}: pa.Column(pl.Int64, nullable=True),"
    for name in names:
        cell = rules.cells.get(name)
        kind = "pl.Boolean" if cell is None else "pl.Float64" if cell.type == "money" else "pl.Int64"
        yield f"{_text(name)}: pa.Column({kind}, nullable=True),"


def _check(instance: Instance, asked: Question) -> Iterator[str]:
    words = f"{asked.name} {instance.rule.title.get('zh', '')}"
    truth = _truth(asked.truth, Cells(asked, _column(asked)))
    if asked.blank_as_zero:
        truth = f"pl.when(some_known({', '.join(map(_text, asked.cells))})).then({truth})"
    first, last = asked.years
    if any(asked.years):
        force = f"pl.col({_text(YEAR)}).is_between({first or 0}, {last or 9999}).fill_null(True)"
        truth = f"(~{force} | {truth})"
    yield f"rule({_text(asked.name)}, {_text(words)}, {truth}),"


def _column(asked: Question) -> Callable[[str], str]:
    def column(cell: str) -> str:
        if cell not in asked.fills:
            return f"pl.col({_text(cell)})"
        lost = f", {_text(asked.fills[cell])}" if asked.fills[cell] else ""
        return f"filled({_text(cell)}{lost})"

    return column


def _truth(tree: Tree, cells: Cells) -> str:
    if isinstance(tree, (str, int, float)):
        return _real(tree, cells)
    op, *args = tree
    if op in ("and", "or", "not"):
        return _done(str(op), [_truth(arg, cells) for arg in args])
    fine = cells.fine(tree)
    if op in COMPARED and all(most(arg, fine) is not None for arg in args):
        return _done(str(op), [_number(arg, cells, _millionths if fine else _count) for arg in args])
    return _number(tree, cells, _real)


def _number(tree: Tree, cells: Cells, leaf: Callable[[str | float, Cells], str]) -> str:
    if isinstance(tree, (str, int, float)):
        return leaf(tree, cells)
    op = str(tree[0])
    if op == "*" and leaf is _millionths:
        one, other = sorted(tree[1:], key=lambda part: isinstance(part, (int, float)))
        return f"({_number(one, cells, leaf)} * {other})"
    made = [_number(part, cells, leaf) for part in tree[1:]]
    if op == "*" and leaf is _real:
        return f"real({made[0]} * {made[1]})"
    return _done(op, made)


def _count(leaf: str | float, cells: Cells) -> str:
    return f"count({cells.column(leaf)})" if isinstance(leaf, str) else f"pl.lit({int(leaf)}, pl.Int64)"


def _millionths(leaf: str | float, cells: Cells) -> str:
    if not isinstance(leaf, str):
        return f"constant({round(leaf * 1_000_000)})"
    if not cells.fine(leaf):
        return f"counted({cells.column(leaf)})"
    return f"money({cells.column(leaf)}{', 1_000_000' if leaf.endswith('_wan') else ''})"


def _real(leaf: str | float, cells: Cells) -> str:
    return f"real({cells.column(leaf)})" if isinstance(leaf, str) else f"pl.lit({float(leaf)!r})"


def _done(op: str, args: list[str]) -> str:
    if op in ("min", "max"):
        return f"extreme(pl.{op}_horizontal, [{', '.join(args)}])"
    if op == "either":
        return f"pl.coalesce({', '.join(args)})"
    if op in ("known", "abs"):
        return f"{args[0]}.{'is_not_null' if op == 'known' else 'abs'}()"
    if op == "/":
        return f"quotient({', '.join(args)})"
    if len(args) == 1 and op != "sum":
        return f"({'~' if op == 'not' else '-'}{args[0]})"
    return "(" + f" {_SIGNS.get(op, op)} ".join(args) + ")"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
