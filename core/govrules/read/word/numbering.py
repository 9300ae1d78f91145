"""The automatic numbers of Word paragraphs (一、 （一） 1. 第一章), counted as Word counts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LEVELS = 9
_HIGHEST = 1_000_000
_LONGEST = 100
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"))
_ROMAN_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_BY_DIGIT = str.maketrans("0123456789", "〇一二三四五六七八九")
_COUNTED, _COUNTED_UNITS = "零一二三四五六七八九", ("", "十", "百", "千")
_LEGAL, _LEGAL_UNITS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟")


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is printed: the pattern has %1 to %9 for the numbers of the levels."""

    start: int = 1
    style: str = "decimal"
    pattern: str = ""
    legal: bool = False
    continues: bool = False
    paragraph_style: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that paragraphs may belong to: it shares its counters with all lists of the same `family`."""

    family: str
    levels: Mapping[int, Level]
    restarts: Mapping[int, int]


@dataclass
class Numbering:
    """The lists of a document and how far each has been counted."""

    listings: Mapping[str, Listing]
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def level_of(self, listing: str, paragraph_style: str) -> int:
        """Give the level of a list that belongs to a paragraph style, else the first."""
        levels = self.listings[listing].levels if listing in self.listings else {}
        return next((n for n, level in levels.items() if level.paragraph_style == paragraph_style), 0)

    def next(self, name: str, depth: int) -> str:
        """Count one paragraph of a list and give its number as printed; "" for bullets and unknown lists."""
        listing = self.listings.get(name)
        level = listing.levels.get(depth) if listing else None
        if listing is None or level is None:
            return ""
        counts = self._counts.setdefault(listing.family, [None] * LEVELS)
        self._step(counts, name, listing, depth)
        if level.style in {"bullet", "none"}:
            return ""
        return _printed(level, listing.levels, counts)

    def _step(self, counts: list[int | None], name: str, listing: Listing, depth: int) -> None:
        here, restarts = counts[depth], depth in listing.restarts and (name, depth) not in self._begun
        start = listing.restarts.get(depth, listing.levels[depth].start)
        counts[depth] = start if here is None or restarts else here + 1
        self._begun.add((name, depth))
        for deeper in range(depth + 1, LEVELS):
            below = listing.levels.get(deeper)
            if below is None or not below.continues:
                counts[deeper] = None


def _printed(level: Level, levels: Mapping[int, Level], counts: list[int | None]) -> str:
    text = level.pattern
    for number in range(LEVELS):
        mark = f"%{number + 1}"
        if mark in text:
            other = levels.get(number, level)
            count = counts[number]
            style = "decimal" if level.legal else other.style
            text = text.replace(mark, counted(other.start if count is None else count, style))
    return text


def counted(number: int, style: str) -> str:
    """Give a number in a numbering style of Word (w:numFmt); a style that is not known counts in decimals."""
    if not 0 <= number <= _HIGHEST:
        return str(number)
    return _STYLES.get(style, str)(number)


def read_numbering(root: Element, w: str, family_of_style: Mapping[str, str]) -> Numbering:
    """Read numbering.xml; `family_of_style` gives the list (w:numId) that a numbering style of styles.xml names."""
    families = {abstract.get(f"{w}abstractNumId", ""): abstract for abstract in root.findall(f"{w}abstractNum")}
    family_of = {num.get(f"{w}numId", ""): _value(num, f"{w}abstractNumId", w) for num in root.findall(f"{w}num")}
    listings: dict[str, Listing] = {}
    for num in root.findall(f"{w}num"):
        name = num.get(f"{w}numId", "")
        family = family_of[name]
        linked = _value(families[family], f"{w}numStyleLink", w) if family in families else ""
        if linked:
            family = family_of.get(family_of_style.get(linked, ""), family)
        levels = _levels(families[family], w) if family in families else {}
        restarts: dict[int, int] = {}
        for override in num.findall(f"{w}lvlOverride"):
            levels |= _levels(override, w)
            start = _value(override, f"{w}startOverride", w)
            if start:
                restarts[_whole(override.get(f"{w}ilvl"), 0)] = _whole(start, 1)
        listings[name] = Listing(family, levels, restarts)
    return Numbering(listings)


def _levels(parent: Element, w: str) -> dict[int, Level]:
    made: dict[int, Level] = {}
    for level in parent.findall(f"{w}lvl"):
        number = _whole(level.get(f"{w}ilvl"), 0)
        if 0 <= number < LEVELS:
            made[number] = _level(level, w)
    return made


def _level(level: Element, w: str) -> Level:
    # A style of a newer Word stands in an alternative beside the one that older programs know.
    styles = [style.get(f"{w}val", "") for style in level.iter(f"{w}numFmt")]
    known = [style for style in styles if style != "custom"]
    legal = level.find(f"{w}isLgl")
    return Level(
        start=_whole(_value(level, f"{w}start", w), 0),
        style=known[-1] if known else "decimal",
        pattern=_value(level, f"{w}lvlText", w)[:_LONGEST],
        legal=legal is not None and legal.get(f"{w}val") not in {"0", "false", "off"},
        continues=_value(level, f"{w}lvlRestart", w) == "0",
        paragraph_style=_value(level, f"{w}pStyle", w),
    )


def _value(parent: Element, name: str, w: str) -> str:
    child = parent.find(name)
    return "" if child is None else child.get(f"{w}val", "")


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise


def _roman(number: int) -> str:
    if number >= 10_000:
        return str(number)
    text = ""
    for size, letters in _ROMAN:
        text += letters * (number // size)
        number %= size
    return text + _ROMAN_ONES[number]


def _letters(number: int) -> str:
    """Give a to z, then aa to zz, as Word does."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 20) if number else "0"


def _spoken(number: int, digits: str, units: tuple[str, ...], *, drop_one: bool) -> str:
    """Give a number in Chinese as it is spoken: 十二, 一百零三; above 9,999 digit by digit."""
    if number > 9_999:
        return str(number).translate(_BY_DIGIT)
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + units[place]
            gap = False
        else:
            gap = True
    return (text[1:] if drop_one and 10 <= number < 20 else text) or digits[0]


def _simple(number: int) -> str:
    return _spoken(number, _COUNTED, _COUNTED_UNITS, drop_one=True)


def _counting(number: int) -> str:
    """Give chineseCounting: spoken up to 99, digit by digit above."""
    return _simple(number) if number < 100 else str(number).translate(_BY_DIGIT).replace("〇", "○")


def _legal(number: int) -> str:
    return _spoken(number, _LEGAL, _LEGAL_UNITS, drop_one=False)


def _from(first: str, last: int, lowest: int = 1) -> Callable[[int], str]:
    """Give the characters of a run in Unicode, and decimals outside it."""
    return lambda number: chr(ord(first) + number - lowest) if lowest <= number <= last else str(number)


def _cycle(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)] if number else "0"


_STYLES: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": _counting,
    "taiwaneseCounting": _counting,
    "chineseCountingThousand": _simple,
    "taiwaneseCountingThousand": _simple,
    "japaneseCounting": _simple,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": lambda number: str(number).translate(_BY_DIGIT),
    "japaneseDigitalTenThousand": lambda number: str(number).translate(_BY_DIGIT),
    "taiwaneseDigital": lambda number: str(number).translate(_BY_DIGIT),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
    "decimalFullWidth": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda number: str(number).translate(_FULL_WIDTH),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalEnclosedCircle": _from("①", 20),
    "decimalEnclosedCircleChinese": _from("①", 10),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalEnclosedParen": _from("⑴", 20),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
}
