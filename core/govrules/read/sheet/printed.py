"""Numbers, dates and times as a workbook shows them: what is stored is finer than what a person sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache

# Formats that files name by number only; 27 to 36 and 50 to 58 are dates and times in Chinese editions.
_NUMBERED: Mapping[int, str] = {
    **dict.fromkeys((1, 3, 37, 38, 41), "0"),
    **dict.fromkeys((2, 4, 39, 40, 43), "0.00"),
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58), "yyyy-m-d"),
    **dict.fromkeys((*range(18, 22), *range(32, 36), *range(45, 48), 55, 56), "h:mm"),
}
_BRACKETED = re.compile(r"\[(?![hms]+\])[^\]]*\]|\"[^\"]*\"|\\.|_.|\*.|General", re.I)
_PLAIN = re.compile(r"(?:#,##|#*)0(?:\.(?P<decimals>0+))?(?P<percent>%)?")
_EXACT, _DIGITS, _DECIMALS, _LARGEST, _LAST_DAY = Context(prec=60), Context(prec=12), 10, 30, 2_958_465
_LEAP_BUG = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """How a number format shows numbers: as dates, with so many decimals (None: as many as there are), in percent."""

    as_date: bool = False
    decimals: int | None = None
    percent: bool = False


AS_STORED = Shown()


@lru_cache(1024)
def shown_by(code: str) -> Shown:
    """Give what a number format code does; of codes that are not plain the numbers are taken as stored."""
    plain = _BRACKETED.sub("", code).split(";")[0].strip()
    if re.search(r"[ymdhs]", plain, re.I):
        return Shown(as_date=True)
    found = _PLAIN.fullmatch(plain)
    return Shown(False, len(found["decimals"] or ""), bool(found["percent"])) if found else AS_STORED


def numbered_format(number: int) -> str:
    """Give the code of a format that is known by its number alone, "" for one that shows numbers as they are."""
    return _NUMBERED.get(number, "")


def number_text(digits: str, shown: Shown = AS_STORED, *, since_1904: bool = False) -> str:
    """Give a stored number as a person reads it; what is no number, or beyond sense, comes back as it is."""
    try:
        number = Decimal(digits.strip())
    except InvalidOperation:
        return digits
    if not number.is_finite() or (number and number.adjusted() > _LARGEST):
        return digits
    if shown.as_date and 0 <= number < _LAST_DAY:
        return moment_text(_moment(float(number), since_1904=since_1904))
    if shown.percent:
        number = _EXACT.scaleb(number, 2)
    return _rounded(number, shown.decimals) + ("%" if shown.percent else "")


def moment_text(moment: date | time) -> str:
    """Give a date, a time, or both as Chinese reports write them."""
    if isinstance(moment, time):
        return moment.isoformat("minutes" if not moment.second else "seconds")
    day = f"{moment.year}年{moment.month}月{moment.day}日"
    if isinstance(moment, datetime) and moment.time() != time():
        return f"{day} {moment_text(moment.time())}"
    return day


def _rounded(number: Decimal, decimals: int | None) -> str:
    """Round what is shown with fixed decimals to those, other fractions free of the dust of binary arithmetic."""
    if decimals is not None:
        text = format(_quantized(number, decimals), "f")
    elif number == number.to_integral_value():
        text = format(number.to_integral_value(), "f")
    else:
        text = format(_quantized(_DIGITS.plus(number), _DECIMALS), "f").rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0.") else text


def _quantized(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-min(decimals, _LARGEST)), rounding=ROUND_HALF_UP, context=_EXACT.copy())


def _moment(days: float, *, since_1904: bool) -> date | time:
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31 if 1 <= days < _LEAP_BUG else 30)
    seconds = timedelta(seconds=round(days % 1 * 86400))
    if days < 1 and not since_1904:
        return (datetime.min + seconds).time()
    return start + timedelta(days=int(days)) + seconds
