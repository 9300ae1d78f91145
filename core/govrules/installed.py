"""Finding what plugins give: one broken plugin is named and left out, and never stops the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pluggy

from govrules import hooks
from govrules.errors import GovrulesError, PackError, UsageError
from govrules.form import Form, Forms
from govrules.hooks import PROJECT
from govrules.load.forms import load_form, order
from govrules.load.rulesets import load_pack, merge_packs
from govrules.load.source import Source, read_yaml
from govrules.read import BUILT_IN, Library, reader_named
from govrules.report import Measure, Reader
from govrules.rule import Check, Pack

OURS = "govrules"


@dataclass(frozen=True)
class Installed:
    """Everything that plugins and pack folders gave, and the faults of those that could not be used."""

    forms: Forms
    checks: Mapping[str, type[Check]]
    packs: Mapping[str, Pack]
    readers: Mapping[str, Reader]
    faults: tuple[GovrulesError, ...] = ()

    def library(self, reader: str | None = None) -> Library:
        """Give what reading needs; `reader` names the one that reads every file, whatever its suffix."""
        readers = {**BUILT_IN, **self.readers}
        return Library(self.forms, readers, self.measures, reader_named(reader, readers) if reader else None)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The words of prose by measure, those of all packs together."""
        merged: dict[str, Measure] = {}
        for name in sorted(self.packs):
            for measure in self.packs[name].narrative:
                old = merged.get(measure.name)
                merged[measure.name] = measure if old is None else _together(old, measure)
        return merged


@dataclass
class _Gathered:
    checks: dict[str, type[Check]] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    forms: list[tuple[Source, str]] = field(default_factory=list)
    rulesets: list[tuple[Source, str]] = field(default_factory=list)
    faults: list[GovrulesError] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)


def _together(one: Measure, other: Measure) -> Measure:
    """Join what two packs say of one measure."""
    joined = {f.name: getattr(one, f.name) + getattr(other, f.name) for f in fields(Measure) if f.name != "name"}
    return Measure(one.name, **joined)


def installed(folders: Iterable[str | Path] = (), *, third_party: bool = True) -> Installed:
    """Load every installed plugin and the pack folders given; raises UsageError for a folder that is not there.

    `third_party=False` (or GOVRULES_DISABLE_PLUGINS in the environment) leaves all but our own out.
    """
    gathered = _Gathered()
    third_party = third_party and not os.environ.get("GOVRULES_DISABLE_PLUGINS")
    for point in sorted(entry_points(group=PROJECT), key=lambda p: (_origin(p)[0] != OURS, _origin(p), p.name)):
        if third_party or _origin(point)[0] == OURS:
            _gather(point, gathered)
    for folder in folders:
        _gather_folder(Path(folder), gathered)
    forms = _forms(gathered)
    packs = _packs(gathered)
    return Installed(Forms(forms.values()), gathered.checks, packs, gathered.readers, tuple(gathered.faults))


def _origin(point: EntryPoint) -> tuple[str, str]:
    return (point.dist.name, point.dist.version) if point.dist else ("?", "?")


def _gather(point: EntryPoint, gathered: _Gathered) -> None:
    """Load one entry point in a manager of its own, so that its faults stay its own."""
    origin = " ".join(_origin(point))
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hooks)
    try:
        manager.register(point.load(), name=point.name)
        manager.check_pending()
        checks = [_kinds(given) for given in _called(manager.hook.govrules_checks)]
        readers = _called(manager.hook.govrules_readers)
        forms = [(_read(file), origin) for files in _called(manager.hook.govrules_forms) for file in files]
        rulesets = [(_read(file), origin) for files in _called(manager.hook.govrules_rulesets) for file in files]
    except (Exception, SystemExit) as error:
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        gathered.faults.append(
            PackError(
                f"the plugin {point.name!r} of {origin} cannot be used: {type(error).__name__}: {cause}",
                where=point.value,
                hint="uninstall or mend it; --no-plugins leaves it out",
            )
        )
        return
    for kinds in checks:
        _add(gathered, gathered.checks, kinds, "check kind", origin)
    for several in readers:
        _add(gathered, gathered.readers, several, "reader", origin)
    gathered.forms += forms
    gathered.rulesets += rulesets


def _kinds(given: Mapping[str, type[Check]]) -> Mapping[str, type[Check]]:
    for name, kind in given.items():
        if not (isinstance(kind, type) and issubclass(kind, Check)):
            raise PackError(f"the check kind {name!r} is {kind!r}, not a class that extends govrules.rule.Check")
    return given


def _called(hook: Callable[[], Any]) -> list[Any]:
    return [given for given in hook() if given]


def _add(gathered: _Gathered, known: dict[str, Any], given: Mapping[str, Any], what: str, origin: str) -> None:
    for name, value in given.items():
        owner = gathered.owners.setdefault(f"{what} {name}", origin)
        if owner != origin:
            gathered.faults.append(
                PackError(f"the {what} {name!r} comes from {owner} and from {origin}; the first is used")
            )
            continue
        known[name] = value


def _gather_folder(folder: Path, gathered: _Gathered) -> None:
    if not folder.is_dir():
        raise UsageError("no such pack folder", where=str(folder), hint="--pack takes a folder or an installed name")
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})
    if not files:
        raise UsageError("no YAML file in this pack folder", where=str(folder))
    for file in files:
        try:
            source = _read(file)
        except GovrulesError as error:
            gathered.faults.append(error)
            continue
        kind = source.data if isinstance(source.data, dict) else {}
        (gathered.forms if "form" in kind else gathered.rulesets).append((source, str(folder)))


def _read(file: Traversable | Path) -> Source:
    return read_yaml(file, _shown(str(file)))


def _shown(name: str) -> str:
    """Name a file as people know it: below the working folder by its relative path."""
    here = str(Path.cwd()) + os.sep
    return name.removeprefix(here)


def _forms(gathered: _Gathered) -> dict[str, Form]:
    origins = {id(source): origin for source, origin in gathered.forms}
    forms: dict[str, Form] = {}
    owners: dict[str, str] = {}
    for source in order(source for source, _ in gathered.forms):
        try:
            form = load_form(source, forms)
        except GovrulesError as error:
            gathered.faults.append(error)
            continue
        origin = origins[id(source)]
        if form.name in forms:
            gathered.faults.append(
                PackError(f"the form {form.name!r} comes from {owners[form.name]} and from {origin}")
            )
            continue
        forms[form.name], owners[form.name] = form, origin
    return forms


def _packs(gathered: _Gathered) -> dict[str, Pack]:
    files: list[tuple[Pack, str]] = []
    for source, origin in gathered.rulesets:
        try:
            files.append((load_pack(source, gathered.checks, origin), origin))
            merge_packs(files)
        except GovrulesError as error:
            gathered.faults.append(error)
            if isinstance(error, PackError):
                files.pop()
    return merge_packs(files)
