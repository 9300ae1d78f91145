"""What a review of a pack has to say: complaints, each with its kind, its gravity and its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from govrules.errors import GovrulesError, Place

Level = Literal["error", "warning"]


class Kind(StrEnum):
    """What is wrong, in one word; those that are errors keep the pack from loading or running."""

    SYNTAX = "syntax"
    UNKNOWN_NAME = "unknown-name"
    PATTERN = "pattern"
    PLUGIN = "plugin"
    PACK_NAME = "pack-name"
    DUPLICATE_ID = "duplicate-id"
    TAKEN_ID = "taken-id"
    PROTECTED_RULE = "protected-rule"
    FOREIGN_RULE = "foreign-rule"
    EXAMPLE = "example"
    NO_BASIS = "no-basis"
    NO_EXAMPLE = "no-example"
    NO_ENGLISH = "no-english"
    NO_TITLE = "no-title"
    UNKNOWN_SLOT = "unknown-slot"
    UNREACHABLE = "unreachable"
    OUTSIDE_REGION = "outside-region"
    IDLE_CHANGE = "idle-change"
    IDLE_ALIAS = "idle-alias"
    NOT_GIVEN = "not-given"
    NO_DEPENDENCY = "no-dependency"


TITLES: dict[Kind, tuple[str, str]] = {
    Kind.SYNTAX: ("写法有误", "written wrongly"),
    Kind.UNKNOWN_NAME: ("名称不存在", "unknown name"),
    Kind.PATTERN: ("正则表达式不是线性时间的", "not a linear-time pattern"),
    Kind.PLUGIN: ("安装包不能使用", "the distribution cannot be used"),
    Kind.PACK_NAME: ("规则包或表样的名称已被占用", "name already taken"),
    Kind.DUPLICATE_ID: ("规则编号重复", "duplicate rule id"),
    Kind.TAKEN_ID: ("规则编号已被其他规则包使用", "rule id of another pack"),
    Kind.PROTECTED_RULE: ("该规则不得停用", "rule that may not be switched off"),
    Kind.FOREIGN_RULE: ("改动的规则不属于所扩展的规则包", "rule of a pack that is not extended"),
    Kind.EXAMPLE: ("示例不能使用", "example that cannot be used"),
    Kind.NO_BASIS: ("没有写依据", "no basis"),
    Kind.NO_EXAMPLE: ("缺少示例", "missing example"),
    Kind.NO_ENGLISH: ("缺少英文", "no English"),
    Kind.NO_TITLE: ("规则包没有标题", "pack without a title"),
    Kind.UNKNOWN_SLOT: ("消息中的占位符没有内容", "slot that nothing fills"),
    Kind.UNREACHABLE: ("规则永远用不上", "rule that never runs"),
    Kind.OUTSIDE_REGION: ("地区写法不起作用", "region without effect"),
    Kind.IDLE_CHANGE: ("改动不起作用", "change without effect"),
    Kind.IDLE_ALIAS: ("别名不起作用或有歧义", "alias without use, or ambiguous"),
    Kind.NOT_GIVEN: ("文件没有随安装包提供", "file that no hook gives"),
    Kind.NO_DEPENDENCY: ("没有声明对 govrules 的依赖", "govrules is not required"),
}
_WARNINGS = frozenset(list(Kind)[list(Kind).index(Kind.NO_BASIS) :])


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong with a pack, in one line of English below a title in two languages."""

    kind: Kind
    words: str
    where: Place
    hint: str = ""
    grave: bool = False

    @property
    def level(self) -> Level:
        """Give `error` for what keeps the pack from loading or running, or is made grave; `warning` for the rest."""
        return "error" if self.grave or self.kind not in _WARNINGS else "warning"

    @property
    def title(self) -> dict[str, str]:
        """Say what kind of complaint this is, by language."""
        zh, en = TITLES[self.kind]
        return {"zh": zh, "en": en}


def of_fault(fault: GovrulesError, kind: Kind | None = None) -> Complaint:
    """Make a complaint of an error that the loader raises."""
    where = fault.where if isinstance(fault.where, Place) else Place(str(fault.where))
    return Complaint(kind or _kind(fault.message), fault.message, where, fault.hint)


def of_words(words: str, where: Place) -> Complaint:
    """Make a complaint of what a check kind says about one of its keys."""
    return Complaint(_kind(words), words, where)


def _kind(words: str) -> Kind:
    """Tell what a loader complains of by its own words."""
    if "look-around" in words:
        return Kind.PATTERN
    unknown = ("unknown cell", "unknown check kind", "unknown form", "unknown set", "unknown table", "no cell matches")
    if words.startswith((*unknown, "unknown grade", "no row", "no column")) or "no region has the code" in words:
        return Kind.UNKNOWN_NAME
    return Kind.SYNTAX
