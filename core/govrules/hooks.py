"""The four things a plugin may tell the engine: data and types, never behaviour at import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from govrules.report import Reader
    from govrules.rule import Check

PROJECT = "govrules"
API = 1

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def govrules_checks() -> Mapping[str, type[Check]]:  # type: ignore[empty-body]
    """Return the check kinds of this pack, by the name that YAML calls them."""


@hookspec
def govrules_forms() -> Iterable[Traversable]:  # type: ignore[empty-body]
    """Return the form files of this pack."""


@hookspec
def govrules_rulesets() -> Iterable[Traversable]:  # type: ignore[empty-body]
    """Return the ruleset files of this pack."""


@hookspec
def govrules_readers() -> Mapping[str, Reader]:  # type: ignore[empty-body]
    """Return document readers of this pack, by file suffix such as `.txt`."""
