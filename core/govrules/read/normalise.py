"""One way of writing: width, script, spaces and quotes made the same, so that labels and titles can be compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import ne
from typing import TYPE_CHECKING

from govrules.report import Script

if TYPE_CHECKING:
    from opencc import OpenCC

# A pattern with so many characters takes a millisecond or two to compile: where it is seldom needed it stays a text.
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u202d\u202e"), None)
_SAME = str.maketrans(
    {"−": "-", "﹣": "-", "‐": "-", "‑": "-", "‒": "-", "│": "|", "┃": "|", "¦": "|", "﹝": "〔", "﹞": "〕"}
    | dict.fromkeys("\u00a0\u3000\u2002\u2003\u2009\u202f", " ")
)
_ODD = re.compile(f"[{re.escape(''.join(map(chr, {**_ZERO_WIDTH, **_SAME})))}]")
_BETWEEN_HAN = re.compile(f"(?<=[{HAN}、,。;:()〔〕《》“”]) +(?=[{HAN}、,。;:()〔〕《》“”])")
_PINYIN = rf"(?<=[{HAN}])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{{1,6}}\)"
_TRADITIONAL_SHARE = 0.02


def normalise(raw: str) -> str:
    """Give text in NFKC with plain spaces, hyphens and bars, and without zero-width characters."""
    if raw.isascii():
        return raw
    if _ODD.search(raw):
        raw = raw.translate(_ZERO_WIDTH).translate(_SAME)
    text = unicodedata.normalize("NFKC", raw)
    return text.translate(_SAME) if _ODD.search(text) else text


def compact(text: str) -> str:
    """Give normalised text without the spaces that stand between Chinese characters."""
    return _BETWEEN_HAN.sub("", text.strip())


def without_pinyin(text: str) -> str:
    """Give text without pinyin put behind characters, as in `度(du)`, when that happens more than twice."""
    return re.sub(_PINYIN, "", text) if text.count("(") > 2 and len(re.findall(_PINYIN, text)) > 2 else text


def simplified(text: str) -> tuple[str, Script]:
    """Give text in simplified script, of the same length, and the script it was written in.

    Simplified text is returned untouched: conversion is only for matching, and can only do harm there.
    """
    converted = _converter().convert(text)
    if converted == text:
        return text, "simplified"
    if len(converted) != len(text):
        converted = "".join(_one(character) for character in text)
    han = len(re.findall(f"[{HAN}]", text)) or 1
    changed = sum(map(ne, text, converted))
    return (converted, "traditional") if changed / han > _TRADITIONAL_SHARE else (text, "simplified")


@lru_cache(1)
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(4096)
def _one(character: str) -> str:
    converted = _converter().convert(character)
    return converted if len(converted) == 1 else character
