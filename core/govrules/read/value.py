"""One printed value: number, unit and sign, or what stands in its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from govrules.form import Cell
from govrules.report import Kind

_UNIT = "亿元|万元|千元|元|万件|万条|万|亿|人次|件次|件|宗|项|条|次|个|人|笔|份|篇|批|期|起|家|部|册"
_NUMBER = re.compile(
    r"(?P<sign>新增|增加|增|上升|减少|减|下降|\+|-)?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?P<decimals>\.\d+)?\s*"
    rf"(?P<unit>{_UNIT})?"
)
_NEGATIVE = {"减少", "减", "下降", "-"}
_MARK = re.compile(r"[-—–―_/\\*×~.。、]{1,6}")
_WORDS = {"无", "无数据", "空", "没有", "不适用", "N/A", "n/a", "null", "NULL", "暂无", "未统计"}
_ZERO = {"零", "〇"}
_TIMES = {"亿": 100_000_000, "万": 10_000, "千": 1_000}
UNITS = frozenset(_UNIT.split("|"))


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell says: `number` in the printed unit, None where there is none.

    `whole` is the number as it is stored for a count: None where it has a unit or decimals.
    """

    kind: Kind
    number: Decimal | None = None
    unit: str = ""
    whole: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        number = self.number
        counts = number is not None and not self.unit and number == int(number)
        object.__setattr__(self, "whole", int(number) if number is not None and counts else None)


@lru_cache(4096)
def parse_value(text: str) -> Value | None:
    """Read a normalised cell text; None when it is not a value at all but words."""
    text = text.strip()
    if not text:
        return Value("blank")
    if text in _ZERO:
        return Value("zero", Decimal(0))
    if text in _WORDS:
        return Value("word")
    if _MARK.fullmatch(text):
        return Value("mark")
    found = _NUMBER.fullmatch(text)
    if not found or len(found["digits"]) > 24:
        return None
    number = Decimal(found["digits"].replace(",", "").replace(" ", "") + (found["decimals"] or ""))
    if found["sign"] in _NEGATIVE:
        number = -number
    return Value("number" if number else "zero", number, found["unit"] or "")


def stored(value: Value, cell: Cell) -> int | float | None:
    """Give a number in the unit of its cell: money in 元 (万元 for `_wan` cells), counts in pieces."""
    if value.whole is not None and cell.type == "count":
        return value.whole
    if value.number is None:
        return None
    unit = value.unit or (cell.printed_unit if cell.type == "money" else "")
    number = value.number * _TIMES.get(unit[:1], 1)
    if cell.in_wan:
        number /= 10_000
    return int(number) if number == number.to_integral_value() else float(number)
