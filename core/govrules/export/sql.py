"""Rules as SQL: a query for each, which gives the reports that fail it with the numbers of its message.

The table has a row a report, with the columns of a `Dataset`: `report`, `year`, a column a cell, and `lost.TABLE` where
a rule takes blanks for zero. What cannot be told of a report is no failure, and is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from govrules.dataset import REPORT
from govrules.engines import sql
from govrules.engines.formula import Question, tree
from govrules.engines.sql import quoted
from govrules.export.chosen import Chosen
from govrules.rule import Instance

DIALECTS = ("duckdb", "sqlite", "postgres", "spark")


def script(rules: Chosen, dialect: str = "duckdb", table: str = "reports") -> str:
    """Give the queries of all rules, each below a comment that says what it is about."""
    return "\n".join(f"{_heading(several[0][0])}\n{query(several, dialect, table)};\n" for several in rules.by_rule())


def query(several: Sequence[tuple[Instance, Question]], dialect: str = "duckdb", table: str = "reports") -> str:
    """Give the query of a rule over all its instances: `report`, `rule`, `instance` and the numbers of its message."""
    selects = [_select(instance, question, table) for instance, question in several]
    return sql.told("\nUNION ALL\n".join(selects), dialect, pretty=True)


def outcomes(question: Question, dialect: str = "duckdb", table: str = "reports") -> str:
    """Give the query that tells of every report what a question gives: `passed`, `failed` or `undetermined`.

    A report in whose year the rule is not in force is `not_applicable`.
    """
    force = sql.in_force(question) or "TRUE"
    source = f"SELECT {quoted(REPORT)}, {force} AS asked, {sql.holds(question)} AS truth FROM {quoted(table)}"
    told = "CASE WHEN NOT asked THEN 'not_applicable' WHEN truth THEN 'passed' WHEN NOT truth THEN 'failed'"
    text = f"SELECT {quoted(REPORT)}, {told} ELSE 'undetermined' END AS outcome FROM ({source}) AS answers"
    return sql.told(text, dialect)


def _select(instance: Instance, question: Question, table: str) -> str:
    """Give the failures of one instance; blanks are filled first, so that the rule below can be read."""
    figures = [f"{sql.filled(question, cell)} AS {quoted(cell)}" for cell in question.cells]
    asked = [force] if (force := sql.in_force(question)) else []
    asked += [sql.some_known(question)] if question.blank_as_zero else []
    where = f" WHERE {' AND '.join(asked)}" if asked else ""
    source = f"SELECT {', '.join([quoted(REPORT), *figures])} FROM {quoted(table)}{where}"
    plain = Question(question.name, question.truth, question.cells, money=question.money)
    numbers = [
        f"{sql.number(tree(node), question, quoted)} AS {quoted(name)}"
        for name, node in instance.check.operands().items()
    ]
    told = [quoted(REPORT), f"{_text(instance.rule.id)} AS rule", f"{_text(instance.key)} AS instance", *numbers]
    return f"SELECT {', '.join(told)} FROM ({source}) AS figures WHERE NOT ({sql.holds(plain, quoted)})"


def _heading(instance: Instance) -> str:
    rule = instance.rule
    words = [f"{rule.id} {rule.title.get('zh', '')}", *(f"依据：{basis}" for basis in rule.basis)]
    return "\n".join("-- " + line for word in words for line in word.splitlines())


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
