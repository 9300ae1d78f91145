"""A reader of our own that is imported when it reads its first file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from govrules.read.document import Document
    from govrules.report import Reader


@dataclass(frozen=True, slots=True)
class LazyReader:
    """The function `name` of a module below `govrules.read`."""

    module: str
    name: str

    def __call__(self, content: bytes, source: str) -> Document:
        """Read a file."""
        read = cast("Reader", getattr(import_module(f"govrules.read.{self.module}"), self.name))
        return read(content, source)
