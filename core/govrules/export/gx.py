"""Rules as a suite of Great Expectations that needs nothing of ours: each rule a query for the rows that fail it."""

from __future__ import annotations

import json

from govrules.engines.gx import SEVERITIES
from govrules.export.chosen import Chosen
from govrules.export.sql import query

BATCH = "?batch?"


def suite(rules: Chosen, dialect: str = "postgres") -> str:
    """Give the suite as JSON, for tables in a database that speaks `dialect`."""
    expectations: list[dict[str, object]] = []
    for several in rules.by_rule():
        rule = several[0][0].rule
        text = query(several, dialect, BATCH)
        # The batch is named by its braces; any others are text.
        quoted = text.replace("{", "{{").replace("}", "}}")
        for mark in '"', "`":
            quoted = quoted.replace(f"{mark}{BATCH}{mark}", "{batch}")
        expectations.append(
            {
                "type": "unexpected_rows_expectation",
                "kwargs": {"unexpected_rows_query": quoted},
                "description": f"{rule.id} {rule.title.get('zh', '')}",
                "severity": SEVERITIES[rule.grade("default").value],
                "meta": {"rule": rule.id, "pack": rule.pack, "basis": [str(basis) for basis in rule.basis]},
            }
        )
    made = {"name": f"govrules {rules.form.name}", "expectations": expectations, "meta": {"dialect": dialect}}
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"
