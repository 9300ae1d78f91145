"""One change between two editions of a pack: what changed, which way, from what to what, in both languages."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from govrules.form import Years

T = TypeVar("T", bound=Hashable)


class Effect(StrEnum):
    """Which way a change goes: looser finds less, tighter finds more, of changed it cannot be said."""

    ADDED = "added"
    REMOVED = "removed"
    LOOSER = "looser"
    TIGHTER = "tighter"
    CHANGED = "changed"
    SAME = "same"
    WORDING = "wording"


EFFECTS = {
    "zh": dict(zip(Effect, ("新增", "删去", "放宽", "收紧", "改变", "等价改写", "文字"), strict=True)),
    "en": dict(
        zip(Effect, ("added", "removed", "looser", "tighter", "changed", "same meaning", "wording"), strict=True)
    ),
}
PARTS = {
    "absence": "是否属于“没有”类", "accepts": "接受的表样", "aliases": "其他印法", "applies to forms": "文件适用的表样",
    "applies to regions": "文件适用的地区", "basis": "依据", "cell": "指标", "cells": "指标", "check": "审核公式",
    "check kind": "审核公式类型", "column": "栏", "default": "默认", "disable": "停用", "enable": "启用",
    "examples": "示例", "extends": "所扩展的规则包", "form": "表样", "forms": "适用表样", "headers": "表头",
    "measure": "正文指标", "message": "提示语", "pack": "规则包", "row": "行", "rule": "规则", "section": "部分",
    "severity": "严重程度", "signals": "识别文字", "sums": "合计与平衡", "table": "表", "tags": "标签",
    "title": "名称", "waivable": "可否停用", "years": "适用年度",
}  # fmt: skip
_ZH = {
    "error": "错误", "warning": "警告", "info": "提示", "on": "启用", "off": "停用", "all": "全部", "true": "是",
    "false": "否", "": "（无）",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a part of something: of a rule, a form, a pack or a measure, called `id`.

    It is breaking where what others hold by its name is gone, or means something else.
    """

    of: str
    id: str
    part: str
    effect: Effect
    old: str = ""
    new: str = ""
    breaking: bool = False

    def words(self, lang: str) -> str:
        """Say the change in one line."""
        part = PARTS[self.part] if lang == "zh" else self.part
        colon = "：" if lang == "zh" else ": "
        return f"{part}{colon}{self._told(lang)}"

    def _told(self, lang: str) -> str:
        old, new = (_ZH.get(text, text) if lang == "zh" else text or "(none)" for text in (self.old, self.new))
        if self.effect is Effect.ADDED:
            return new
        return old if self.effect is Effect.REMOVED else f"{old} → {new}"


def listed(names: Iterable[object]) -> str:
    """Give names as one text; nothing is everything."""
    return ", ".join(map(str, names)) or "all"


def span(years: Years) -> str:
    """Give a span of years as text."""
    return f"{years.first or ''}–{years.last or ''}" if years.first or years.last else "all"


def reached(old: Collection[str], new: Collection[str]) -> Effect:
    """Tell which way a list goes to which something is limited, nothing being everything: wider finds more.

    A code of a region covers those that begin with it; so does the name of a form, by itself.
    """
    wider, narrower = _covers(new, old), _covers(old, new)
    if wider == narrower:
        return Effect.SAME if wider else Effect.CHANGED
    return Effect.TIGHTER if wider else Effect.LOOSER


def _covers(wide: Collection[str], narrow: Collection[str]) -> bool:
    if not wide or not narrow:
        return not wide
    return all(any(_within(one, other) for other in wide) for one in narrow)


def _within(one: str, other: str) -> bool:
    return one == other or (other.isdecimal() and one.startswith(other))


def lasting(old: Years, new: Years) -> Effect:
    """Tell which way a span of years goes."""
    (first, last), (start, end) = ((years.first or 0, years.last or 9999) for years in (old, new))
    wider, narrower = start <= first and last <= end, first <= start and end <= last
    if wider == narrower:
        return Effect.SAME if wider else Effect.CHANGED
    return Effect.TIGHTER if wider else Effect.LOOSER


def parted(old: Iterable[T], new: Iterable[T]) -> tuple[list[T], list[T]]:
    """Give what is new and what is gone, each in its order."""
    before, after = list(dict.fromkeys(old)), list(dict.fromkeys(new))
    return [one for one in after if one not in set(before)], [one for one in before if one not in set(after)]
