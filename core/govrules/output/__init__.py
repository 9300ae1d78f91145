"""Results for people and machines: each format is one function `write(result, lang) -> str`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import cast

from govrules.finding import Lang
from govrules.outcome import Result

FORMATS = ("text", "json")


def writer(name: str) -> Callable[[Result, Lang], str]:
    """Give the function that writes a format."""
    return cast("Callable[[Result, Lang], str]", import_module(f"govrules.output.{name}").write)
