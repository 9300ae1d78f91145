"""Chinese numerals to numbers: 三十六, 一百零五, 两千三, 二〇二一."""

from __future__ import annotations

_DIGIT = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TIMES = {"十": 10, "百": 100, "千": 1000}


def chinese_number(text: str) -> float | None:
    """Read a numeral below ten thousand, or plain digits such as 二〇二一; None when it is not one."""
    if not text or any(character not in _DIGIT and character not in _TIMES for character in text):
        return None
    if not any(character in _TIMES for character in text):
        return float("".join(str(_DIGIT[character]) for character in text)) if len(text) != 2 else None
    total = digit = 0
    last = 10_000
    for character in text:
        if character in _DIGIT:
            digit = _DIGIT[character]
            continue
        times = _TIMES[character]
        if times >= last:
            return None
        total, digit, last = total + (digit or 1) * times, 0, times
    return float(total + digit * (last // 10 if text[-2:-1] in _TIMES and last > 10 and digit else 1))
