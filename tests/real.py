"""The tables of real reports, to be printed to any format; there are none where the corpus is not."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govrules.read.normalise import simplified
from layout import Made, Printed, merged_rows
from reading import FORMS, ISSUER
from render import drop_zeros

TRUTH = Path(__file__).parents[2] / "shared" / "corpus" / "expected.json"


def real_tables() -> dict[str, Made]:
    """Give each real report that has tables twice: as it was printed, and with half of its zeros as blank cells."""
    if not TRUTH.exists():
        return {}
    reports = json.loads(TRUTH.read_text(encoding="utf-8"))["reports"]
    return {
        f"{one['key']}{ending}": _made(one, blanks)
        for one in reports
        if one["cells"]
        for ending, blanks in (("", 0.0), ("_blanks", 0.5))
    }


def _made(report: Mapping[str, Any], blanks: float) -> Made:
    """Give a title, a heading and the tables of a report."""
    form, known = FORMS[report["form"]], report["cells"]
    printed = {cell: simplified(found["raw"])[0] or None for cell, found in known.items()}
    shown = drop_zeros(printed, random.Random(report["key"]), blanks)
    title = f"{ISSUER}{report['year']}年政府信息公开工作年度报告"
    parts: Printed = [title, "一、总体情况", *(merged_rows(table, shown) for table in form.tables)]
    return Made(form, report["year"], parts, {cell: found["value"] for cell, found in known.items()}, shown)
