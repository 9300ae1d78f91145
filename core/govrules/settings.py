"""What a project says once for all its runs: `govrules.toml`, or `[tool.govrules]` of its `pyproject.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field

from govrules.errors import Place, UsageError
from govrules.load.schema import Strict, check_model
from govrules.load.source import Key, Source
from govrules.rule import Severity

OWN, SHARED = "govrules.toml", "pyproject.toml"
Table = tuple[str, ...]
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_PAIR = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True)
class Settings:
    """What a settings file says; None, or nothing in it, is not said. Paths are as seen from the file.

    `places` is where each key stands, `severity.T3-06` for one in a table.
    """

    packs: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = field(default_factory=dict)
    fail_on: str | None = None
    region: str | None = None
    lang: Literal["zh", "en"] | None = None
    jobs: int | None = None
    plugins: tuple[str, ...] | None = None
    waivers: Path | None = None
    baseline: Path | None = None
    rule_seconds: float | None = None
    places: dict[str, Place] = field(default_factory=dict)


class _Written(Strict):
    """The keys of a settings file."""

    model_config = ConfigDict(strict=True, populate_by_name=False)
    packs: list[str] = Field(default_factory=list)
    folders: list[str] = Field(default_factory=list)
    select: list[str] = Field(default_factory=list)
    ignore: list[str] = Field(default_factory=list)
    severity: dict[str, Literal["error", "warning", "info"]] = Field(default_factory=dict)
    fail_on: Literal["error", "warning", "info", "never"] | None = Field(None, alias="fail-on")
    region: str | None = None
    lang: Literal["zh", "en"] | None = None
    jobs: int | None = Field(None, ge=1)
    plugins: list[str] | None = None
    waivers: str | None = None
    baseline: str | None = None
    rule_seconds: float | None = Field(None, gt=0, allow_inf_nan=False, alias="rule-seconds")


def find_settings(folder: Path) -> Path | None:
    """Give the settings file nearest to a folder: in it, or above it as far as its repository or the home folder.

    Outside of both no folder above is looked into: it may be anybody's.
    """
    for above in _reach(folder):
        if (above / OWN).is_file():
            return above / OWN
        shared = above / SHARED
        if shared.is_file() and _section(shared) is not None:
            return shared
    return None


def load_settings(file: Path) -> Settings:
    """Read a settings file; raises UsageError at the line of an unknown key or a value that cannot be."""
    table: Table = ("tool", "govrules") if file.name == SHARED else ()
    text, content = _read(file)
    given = content if not table else _section(file)
    if given is None:
        raise UsageError("has no table [tool.govrules]", where=str(file))
    source = _located(str(file), text, given, table)
    written = check_model(_Written, given, source, error=UsageError)
    here = file.parent
    return Settings(
        packs=tuple(written.packs), folders=tuple(str(here / folder) for folder in written.folders),
        select=tuple(written.select), ignore=tuple(written.ignore),
        severity={rule: Severity(grade) for rule, grade in written.severity.items()},
        fail_on=written.fail_on, region=written.region, lang=written.lang, jobs=written.jobs,
        plugins=None if written.plugins is None else tuple(written.plugins),
        waivers=here / written.waivers if written.waivers else None,
        baseline=here / written.baseline if written.baseline else None,
        rule_seconds=written.rule_seconds,
        places={".".join(map(str, keys)): source.key_place(*keys) for keys in source.keys},
    )  # fmt: skip


def settings_of(file: Path | None, folder: Path | None = None) -> Settings:
    """Give what a file says or, where none is named, the one that is found from a folder (else the working folder)."""
    found = file or find_settings(folder or Path.cwd())
    return load_settings(found) if found else Settings()


def _reach(folder: Path) -> Iterator[Path]:
    folder = folder.resolve()
    try:
        home = Path.home().resolve()
    except RuntimeError:
        home = folder
    chain = [folder, *folder.parents]
    ends = [above for above in chain if (above / ".git").exists() or above == home]
    yield from chain[: chain.index(ends[0]) + 1] if ends else [folder]


def _section(file: Path) -> dict[str, Any] | None:
    """Give what a `pyproject.toml` says to us; one that is not TOML says nothing to us, and is others' to mend."""
    try:
        content = _read(file)[1]
    except UsageError:
        return None
    tool = content.get("tool")
    found = tool.get("govrules") if isinstance(tool, dict) else None
    return found if isinstance(found, dict) else None


def _read(file: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(file)) from error
    except UnicodeDecodeError as error:
        raise UsageError(f"is not UTF-8 (byte {error.start})", where=str(file), hint="save it as UTF-8") from error
    try:
        return text, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT.search(str(error))
        place = Source(str(file), text).at(int(at[1]), int(at[2])) if at else str(file)
        raise UsageError(f"is not TOML: {_AT.sub('', str(error))}", where=place) from error


def _located(name: str, text: str, given: dict[str, Any], table: Table) -> Source:
    """Give the values with the places of their keys, as far as lines that begin with a key tell them."""
    source = Source(name, text.replace("\r\n", "\n"), given)
    source.places[()] = (1, 1)
    within: Table = ()
    for number, line in enumerate(source.text.split("\n"), start=1):
        if header := _HEADER.match(line):
            within = _path(header[1])
            if within[: len(table)] == table and len(within) > len(table):
                at = (number, header.start(1) + 1)
                source.keys.setdefault(within[len(table) :], at)
                source.places.setdefault(within[len(table) :], at)
        elif pair := _PAIR.match(line):
            path = (*within, *_path(pair[1]))
            if path[: len(table)] == table and len(path) > len(table):
                keys: tuple[Key, ...] = path[len(table) :]
                source.keys.setdefault(keys, (number, pair.start(1) + 1))
                source.places.setdefault(keys, (number, pair.end() + 1))
    return source


def _path(text: str) -> Table:
    return tuple(part.strip("\"'") for part in _PART.findall(text))
