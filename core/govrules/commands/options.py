"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """The language of messages."""

    zh = "zh"
    en = "en"
