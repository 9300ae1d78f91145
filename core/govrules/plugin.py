"""What the hooks of one entry point give, every answer of its type; or a PackError that names the distribution."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import Distribution, EntryPoint, distributions
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal

import pluggy

from govrules import hooks
from govrules.errors import GovrulesError, PackError
from govrules.hooks import PROJECT
from govrules.load.cache import memory
from govrules.load.deferred import Deferred
from govrules.load.source import Source, read_content
from govrules.report import Reader
from govrules.rule import Check

_LONGEST = 400
_FILE = "a path such as files('mypack') / 'rules.yaml'"
# Standard output is one for all threads: what one of them redirects, only it may set back.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Given:
    """What a plugin gives."""

    checks: Mapping[str, type[Check]] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    forms: tuple[Source, ...] = ()
    rulesets: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What one plugin or pack folder gives, and whose it is; ours count before installed ones, folders last."""

    owner: str
    given: Given
    source: Literal["ours", "installed", "folder"] = "installed"

    @property
    def order(self) -> tuple[int, str]:
        """Give what sorts offers alike, however they were found."""
        return ("ours", "installed", "folder").index(self.source), self.owner


def origin(point: EntryPoint) -> tuple[str, str]:
    """Give name and version of the distribution of an entry point; `?` for what its metadata does not say."""
    return _named(point.dist) if point.dist else ("?", "?")


@lru_cache(256)
def _named(dist: Distribution) -> tuple[str, str]:
    """Give name and version; every look at either reads the metadata again."""
    return dist.name or "?", dist.version or "?"


def given(point: EntryPoint) -> Given:
    """Load an entry point and ask its hooks; raises PackError, whatever its code raises. What it prints goes to stderr.

    It gets a manager of its own, so that its faults stay its own.
    """
    try:
        with _ONE_AT_A_TIME, contextlib.redirect_stdout(sys.stderr):
            return _given(point)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PackError(
            f"the plugin {point.name!r} of {' '.join(origin(point))} cannot be used: {_cause(error)}",
            where=point.value,
            hint="uninstall or mend it; --no-plugins leaves it out",
        ) from error


def installed_twice(points: Iterable[EntryPoint]) -> Iterator[PackError]:
    """Name every distribution of which several versions are on the path: which code runs is left to chance."""
    for name in sorted({origin(point)[0] for point in points} - {"?"}):
        places = {dist.version: str(dist.locate_file("")) for dist in reversed(list(distributions(name=name)))}
        if len(places) > 1:
            shown = ", ".join(f"{name} {version} in {place}" for version, place in sorted(places.items()))
            yield PackError(
                f"the distribution {name!r} is installed in several versions: {shown}",
                hint=f"the first on the path is used; uninstall all but one: pip uninstall {name}",
            )


def read_pack_file(file: Traversable | Path) -> Source:
    """Read a YAML file under the name that people know it by: below the working folder its relative path."""
    name = str(file).removeprefix(str(Path.cwd()) + os.sep)
    content, known = read_content(file, name), memory()
    if known.is_sound(content):
        return Deferred(name, content)
    from govrules.load.parse import parse_yaml  # YAML is loaded where something is new

    source = parse_yaml(content, name)
    known.note_sound(content)
    return source


def _cause(error: BaseException) -> str:
    """Give an error in one line; ours show the place below it, which stands in the first line already."""
    text = str(error).partition("\n")[0] if isinstance(error, GovrulesError) else " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:_LONGEST] or type(error).__name__}"


def _given(point: EntryPoint) -> Given:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(point.load(), name=point.name)
    manager.check_pending()
    asked = {hook: _answers(manager, hook) for hook in ("checks", "readers", "forms", "rulesets")}
    return Given(
        {name: _kind(name, kind) for name, kind in _pairs("checks", asked["checks"])},
        {suffix: _reader(suffix, reader) for suffix, reader in _pairs("readers", asked["readers"])},
        tuple(read_pack_file(file) for file in _files("forms", asked["forms"])),
        tuple(read_pack_file(file) for file in _files("rulesets", asked["rulesets"])),
    )


def _answers(manager: pluggy.PluginManager, hook: str) -> list[object]:
    return list(getattr(manager.hook, f"govrules_{hook}")())


def _pairs(hook: str, answers: Iterable[object]) -> Iterator[tuple[str, object]]:
    for answer in answers:
        if not isinstance(answer, Mapping):
            raise _wrong(hook, answer, "a mapping of names")
        for name, value in answer.items():
            if not isinstance(name, str):
                raise _wrong(hook, name, "a name")
            yield name, value


def _kind(name: str, kind: object) -> type[Check]:
    if not (isinstance(kind, type) and issubclass(kind, Check)):
        raise PackError(f"the check kind {name!r} is {kind!r}, not a class that extends govrules.rule.Check")
    return kind


def _reader(suffix: str, reader: object) -> Reader:
    if not suffix.startswith(".") or suffix != suffix.lower():
        raise PackError(f"{suffix!r} is no suffix of a reader, which begins with a dot and has no capitals")
    if not callable(reader) or isinstance(reader, type):
        raise PackError(f"the reader of {suffix!r} is {reader!r}, which cannot be called with bytes and a name")
    return reader


def _files(hook: str, answers: Iterable[object]) -> Iterator[Traversable]:
    for answer in answers:
        if isinstance(answer, (str, bytes, Mapping)) or not isinstance(answer, Iterable):
            raise _wrong(hook, answer, "a list of paths")
        for file in answer:
            if not isinstance(file, Traversable):
                raise _wrong(hook, file, _FILE)
            yield file


def _wrong(hook: str, answer: object, wanted: str) -> PackError:
    return PackError(f"govrules_{hook} gives {repr(answer)[:80]}, {type(answer).__name__}, where {wanted} is expected")
