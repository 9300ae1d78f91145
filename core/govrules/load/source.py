"""A file of a pack as plain values, with the place in the file of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from govrules.errors import Place, RulesetError

Key = str | int


@dataclass
class Source:
    """A YAML file read: `data`, and for each path in it the place (line and column from 1) where it is written."""

    name: str
    text: str
    data: Any = field(default_factory=lambda: None)
    places: dict[tuple[Key, ...], tuple[int, int]] = field(default_factory=dict)
    keys: dict[tuple[Key, ...], tuple[int, int]] = field(default_factory=dict)

    def place(self, *path: Key, offset: int = 0) -> Place:
        """Give the place of the value at `path`, or of its nearest parent that is known."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                line, column = self.places[path[:length]]
                shift = offset if length == len(path) else 0
                return self.at(line, column + shift)
        return Place(self.name)

    def key_place(self, *path: Key) -> Place:
        """Give the place of the key at `path`, or of the value it would stand in."""
        return self.at(*self.keys[path]) if path in self.keys else self.place(*path)

    def at(self, line: int, column: int) -> Place:
        """Give a place with the line it points at."""
        lines = self.text.split("\n")
        return Place(self.name, line, column, lines[line - 1] if 0 < line <= len(lines) else "")


def read_content(file: Path | Traversable, name: str) -> bytes:
    """Give the bytes of a file; raises RulesetError where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise RulesetError(f"cannot be read: {error.strerror}", where=name) from error
