"""The files of a pack as they are written: of a folder of YAML, or of a distribution with the hooks it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from govrules.authoring.complaint import Complaint, Kind, of_fault
from govrules.authoring.distribution import Distribution, Given, distribution, given, shown
from govrules.errors import GovrulesError, Place, UsageError
from govrules.installed import pack_files
from govrules.load.parse import read_yaml
from govrules.load.source import Source
from govrules.report import Reader
from govrules.rule import Check


@dataclass
class Written:
    """A pack before it is loaded: its rule files and form files, what its Python gives, and what is wrong so far."""

    folder: Path
    rulesets: list[Source] = field(default_factory=list)
    forms: list[Source] = field(default_factory=list)
    checks: Mapping[str, type[Check]] = field(default_factory=dict)
    readers: Mapping[str, Reader] = field(default_factory=dict)
    complaints: list[Complaint] = field(default_factory=list)
    distribution: Distribution | None = None

    @property
    def sources(self) -> list[Source]:
        """Every file that could be read."""
        return [*self.forms, *self.rulesets]


@contextmanager
def written(folder: Path) -> Iterator[Written]:
    """Give the files of a pack; the modules of a distribution stay imported until the block ends.

    Raises UsageError for a folder that is not there or holds no YAML.
    """
    if not folder.is_dir():
        raise UsageError("no such pack folder", where=str(folder), hint="a folder of YAML, or one with pyproject.toml")
    if not (folder / "pyproject.toml").is_file():
        yield _read(Written(folder), pack_files(folder))
        return
    project = distribution(folder / "pyproject.toml")
    if isinstance(project, Complaint):
        yield _read(Written(folder, complaints=[project]), _below_packages(folder))
        return
    with given(project) as plugin:
        made = Written(folder, checks=plugin.checks, readers=plugin.readers, distribution=project)
        made.complaints += [*project.complaints, *plugin.complaints]
        yield _read(made, _files(plugin, folder, made))


def _files(plugin: Given, folder: Path, made: Written) -> list[Path]:
    """List the files that hooks give; if Python failed, or gives none, every YAML file of its packages."""
    present = _below_packages(folder)
    if plugin.complaints or not plugin.files:
        return present
    for file in present:
        if file.resolve() not in {path.resolve() for path in plugin.files}:
            hint = "name it in govrules_rulesets or govrules_forms, or delete it"
            words = "no hook gives this file, so it is no part of the installed pack"
            made.complaints.append(Complaint(Kind.NOT_GIVEN, words, Place(shown(file), 1, 1), hint))
    return plugin.files


def _below_packages(folder: Path) -> list[Path]:
    packages = [init.parent for init in (*folder.glob("*/__init__.py"), *folder.glob("src/*/__init__.py"))]
    found = [file for package in packages if package.name != "tests" for file in pack_files(package, must=False)]
    if not found:
        raise UsageError("no YAML file in the packages of this distribution", where=str(folder))
    return sorted(found)


def _read(made: Written, files: list[Path]) -> Written:
    for file in files:
        try:
            source = read_yaml(file, shown(file))
        except GovrulesError as fault:
            made.complaints.append(of_fault(fault, Kind.SYNTAX))
            continue
        is_form = isinstance(source.data, dict) and "form" in source.data
        (made.forms if is_form else made.rulesets).append(source)
    return made
