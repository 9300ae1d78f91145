"""Every error a caller may meet: the rules are wrong, a document is wrong, or the command is wrong.

A violation found in a report is data (a Finding), never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass

USAGE, BROKEN_RULES, UNREADABLE = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is written: a file, and in it a line and a column, both counted from 1 (0: unknown)."""

    file: str
    line: int = 0
    column: int = 0
    text: str = ""

    def __str__(self) -> str:
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])

    def shown(self) -> str:
        """Give the offending line with a mark below the column, or nothing when the line is unknown."""
        if not self.text or not self.line:
            return ""
        gutter = f"{self.line:>6} | "
        return f"\n{gutter}{self.text}\n{' ' * (len(gutter) - 2)}| {' ' * max(self.column - 1, 0)}^"


class GovrulesError(Exception):
    """The root of all our errors: what is wrong and where, in one line, and what would be right."""

    exit_code = BROKEN_RULES

    def __init__(self, message: str, *, where: Place | str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint

    def __str__(self) -> str:
        place = f"{self.where}: " if str(self.where) else ""
        hint = f" ({self.hint})" if self.hint else ""
        shown = self.where.shown() if isinstance(self.where, Place) else ""
        return f"{place}{self.message}{hint}{shown}"

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.where, self.hint)


def _rebuild(kind: type[GovrulesError], message: str, where: Place | str, hint: str) -> GovrulesError:
    return kind(message, where=where, hint=hint)


class RulesetError(GovrulesError):
    """A rule file is written wrongly."""


class FormError(GovrulesError):
    """A form file is written wrongly."""


class PackError(GovrulesError):
    """A pack cannot be used: it does not import, clashes with another, or asks for another api."""


class ReadError(GovrulesError):
    """A document cannot be read."""

    exit_code = UNREADABLE


class UsageError(GovrulesError):
    """The command or the call is wrong."""

    exit_code = USAGE
