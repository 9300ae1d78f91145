"""Checks on figures that depend on what the body is: what it may not have, how much it can have collected."""

import re
from collections.abc import Iterator

from govrules.form import Form
from govrules.report import CERTAIN, CellRecord, Report
from govrules.rule import CellNames, Check, PatternField, Verdict, failed, passed, undetermined
from pydantic import BaseModel, ConfigDict, Field

from .prose import Passage, passages, positive, prose, quote

_YUAN = {"元": 1.0, "万元": 1e4, "亿元": 1e8}
_AMOUNT = re.compile(r"^[^\d。;,]{0,12}?(\d[\d,]*(?:\.\d+)?)\s*(亿元|万元|元)")


class ZeroFor(Check):
    """`cells` are zero in the reports of `bodies`, told by name, those apart in whose name `unless` is found."""

    scope = "report"
    cells: CellNames
    bodies: PatternField
    unless: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        if report.issuer is None or self.unless.search(report.issuer) or not self.bodies.search(report.issuer):
            yield undetermined("从名称不能断定机关的权限")
            return
        above = positive(report, self.cells)
        if above is None:
            yield undetermined(f"缺少 {'、'.join(self.cells)}")
        elif above:
            shown = "、".join(f"{report.cells[cell].value}" for cell in above)
            lines = [report.cells[cell].line for cell in above]
            yield failed(cells=above, issuer=report.issuer, shown=shown, lines=(min(lines), max(lines)))
        else:
            yield passed()


class Ceiling(BaseModel):
    """The most, in 万元, that bodies with such a name are thought to collect in a year."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    bodies: PatternField = Field(description="机关名称（模式） | pattern of names of bodies")
    most: float = Field(description="最高金额，万元 | the most, in 万元")


class UnitSlip(Check):
    """An amount in 万元 is not one in 元 by mistake.

    Grades: `ceiling`, it is above what the first of `ceilings` that fits the body allows; `told`, prose gives the
    amount behind `words`, and the two are apart by ten thousand.
    """

    scope = "report"
    grades = ("ceiling", "told")
    cell: str
    ceilings: tuple[Ceiling, ...]
    words: PatternField

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:
        record = report.cells.get(self.cell)
        if record is None or record.value is None or record.flag not in CERTAIN:
            yield undetermined(f"缺少 {self.cell}")
            return
        told = next((t for p in passages(prose(report)) if (t := self._told(p, float(record.value)))), None)
        most = next((c.most for c in self.ceilings if report.issuer and c.bodies.search(report.issuer)), None)
        if told is not None:
            yield self._failed("told", record, f"正文写“{told.text}”，与表相差一万倍", told.line)
        elif most is not None and record.value > most:
            yield self._failed("ceiling", record, f"远高于这类机关可能的规模（{most:.0f} 万元）", record.line)
        else:
            yield passed()

    def _failed(self, grade: str, record: CellRecord, why: str, line: int) -> Verdict:
        lines = (min(line, record.line), max(line, record.line))
        return failed(grade, cells=[self.cell], value=record.value, why=why, lines=lines)

    def _told(self, passage: Passage, value: float) -> Passage | None:
        """Give the words of an amount that is ten thousand times as much as the table says, or as little."""
        for words in self.words.finditer(passage.text):
            found = _AMOUNT.search(passage.text[words.end() :])
            if found is None or not value:
                continue
            yuan = float(found.group(1).replace(",", "")) * _YUAN[found.group(2)]
            if any(abs(yuan * factor - value * 1e4) <= value * 1e4 * 0.005 for factor in (1e4, 1e-4)):
                end = words.end() + found.end()
                return Passage(quote(passage.text[:end], words.start(), end), passage.line)
        return None
