"""Where a public body is: provinces and prefectures by their GB/T 2260 codes, told from the body's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from govrules.errors import UsageError

_ABOVE = re.compile(r"(?:中共|国家税务总局|国家统计局|中国气象局|中国人民银行)")
_KINDS = re.compile(r"(?:特别行政区|自治区|自治州|地区|[省市盟])$")
# Behind a short name these make it another place: 朝阳区, 临夏市, 甘南县, 海南区, 河南蒙古族自治县.
_SMALLER = re.compile(r"(?:[市区县旗镇乡村街路]|[^省市州盟区]{0,12}自治[县旗])")


@dataclass(frozen=True, slots=True)
class Region:
    """A province (two digits, `33`) or a prefecture (four, `3308`): the code of a place begins with its province's."""

    code: str
    name: str

    def within(self, code: str) -> bool:
        """Tell whether the region is the one of `code`, or in it."""
        return self.code.startswith(code)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a region; a `short` one may be the beginning of another place's."""

    text: str
    region: Region
    short: bool


def region_of(issuer: str | None) -> Region | None:
    """Tell where a body is from its name; None where the name says no more than a county, or nothing.

    The longest name at the beginning counts, a province before a prefecture of the same name, and a prefecture behind
    its province before either: 吉林省 · 吉林市 · 吉林省吉林市, 海南省 · 海南州.
    """
    text = re.sub(r"\s", "", issuer or "")
    above = _ABOVE.match(text)
    text = text[above.end() :] if above else text
    found = _at_start(text, None)
    if found is None:
        return None
    within = _at_start(text[len(found.text) :], found.region.code) if len(found.region.code) == 2 else None
    return (within or found).region


def region_named(text: str) -> Region:
    """Give the region of a code (`33`, `3308`, `330800`) or of a name; raises UsageError when there is none."""
    code = re.sub(r"0000$|00$", "", text) if re.fullmatch(r"\d{6}", text) else text
    by_code = {name.region.code: name.region for name in _names()}
    found = by_code.get(code) or next((name.region for name in _names() if name.text == text), None) or region_of(text)
    if found is None:
        raise UsageError(f"no region is called {text!r}", hint="a code such as 33 or 3308, or a name such as 浙江省")
    return found


def smallest(code: str | None, among: Iterable[str]) -> str:
    """Give the smallest of some regions that a place of a code is in; an empty text where it is in none."""
    return max((one for one in among if (code or "").startswith(one)), key=len, default="")


def region_codes() -> frozenset[str]:
    """Give the code of every region."""
    return frozenset(name.region.code for name in _names())


def _at_start(text: str, province: str | None) -> _Name | None:
    """Give the longest name that a text begins with, of any region or of the prefectures of a province."""
    for name in _names():
        code = name.region.code
        if province is not None and not (len(code) == 4 and code.startswith(province)):
            continue
        if text.startswith(name.text) and not (name.short and _SMALLER.match(text[len(name.text) :])):
            return name
    return None


@lru_cache(1)
def _names() -> list[_Name]:
    """Give every name, the longest first, provinces before prefectures."""
    found = {(name.text, name.region.code): name for region, written in _regions() for name in _spelt(region, written)}
    return sorted(found.values(), key=lambda name: (-len(name.text), len(name.region.code), name.region.code))


def _spelt(region: Region, written: list[str]) -> Iterator[_Name]:
    """Give the official name, the short names written, and those left out by rule."""
    official, *others = written
    yield _Name(official, region, short=False)
    for short in (*others, _KINDS.sub("", official)):
        yield _Name(short, region, short=True)
        if official.endswith("自治州") and not short.endswith("州"):
            yield _Name(f"{short}州", region, short=False)


def _regions() -> Iterator[tuple[Region, list[str]]]:
    """Read the table: a code, the official name, then short names that are no rule.

    市, 地区, 盟 and 省 are left out by rule (杭州 for 杭州市), 州 is put behind short names (海南州). 莱芜, a city
    until 2019, is there for its reports; counties and cities of county rank are not.
    """
    for line in (files("govrules") / "divisions.csv").read_text(encoding="utf-8").splitlines():
        code, *names = line.split(",")
        yield Region(code, names[0]), names
