"""A distribution under review: what its pyproject.toml declares, and what its Python gives when it is imported."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pluggy

from govrules import hooks
from govrules.authoring.complaint import Complaint, Kind
from govrules.errors import Place
from govrules.hooks import PROJECT
from govrules.report import Reader
from govrules.rule import Check


@dataclass(frozen=True)
class Distribution:
    """What a pyproject.toml says: the name of the distribution and its entry points of the group `govrules`."""

    file: Path
    text: str
    name: str
    points: Mapping[str, str]
    complaints: tuple[Complaint, ...] = ()

    @property
    def folder(self) -> Path:
        """Give the folder of the distribution."""
        return self.file.parent

    def place(self, point: str) -> Place:
        """Give the line that declares an entry point."""
        return _line(self.text, shown(self.file), rf'"?{re.escape(point)}"?\s*=', rf".*{PROJECT}.*{re.escape(point)}")


@dataclass
class Given:
    """What the hooks of a distribution give: check kinds, readers and files; and what is wrong with them."""

    checks: dict[str, type[Check]] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)


def distribution(file: Path) -> Distribution | Complaint:
    """Read a pyproject.toml; a Complaint when it is no TOML."""
    text, name = file.read_text(encoding="utf-8", errors="replace"), shown(file)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = (int(n) for n in (re.findall(r"line (\d+), column (\d+)", str(error)) or [("1", "1")])[0])
        return Complaint(Kind.PLUGIN, f"is not TOML: {error}", _place(text, name, line, column))
    project = table.get("project", {})
    points = project.get("entry-points", {}).get(PROJECT, {})
    complaints: list[Complaint] = []
    if not points:
        hint = f'[project.entry-points.{PROJECT}] with a line such as `mycity = "govrules_mycity"`'
        words, where = f"declares no entry point of the group {PROJECT}", _line(text, name, r"\[project\]")
        complaints.append(Complaint(Kind.PLUGIN, words, where, hint))
    if not any(re.match(rf"{PROJECT}\b(?!-)", str(wanted)) for wanted in project.get("dependencies", ())):
        words = "does not depend on govrules, so that it can be installed where it cannot run"
        where = _line(text, name, r"dependencies\s*=", r"\[project\]")
        complaints.append(Complaint(Kind.NO_DEPENDENCY, words, where, 'dependencies = ["govrules"]'))
    return Distribution(file, text, str(project.get("name", "")), dict(points), tuple(complaints))


@contextmanager
def given(project: Distribution) -> Iterator[Given]:
    """Import the entry points of a distribution from its folder and ask their hooks; undone when the block ends."""
    tops = {value.partition(":")[0].partition(".")[0] for value in project.points.values()} - {PROJECT}
    paths = [str(path.resolve()) for path in (project.folder, project.folder / "src") if path.is_dir()]
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in tops}
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path[:0] = paths
    importlib.invalidate_caches()
    try:
        made = Given()
        for name, value in project.points.items():
            _ask(EntryPoint(name, value, PROJECT), project, made)
        yield made
    finally:
        sys.dont_write_bytecode = writes
        for path in paths:
            sys.path.remove(path)
        for name in [name for name in sys.modules if name.partition(".")[0] in tops]:
            del sys.modules[name]
        sys.modules.update(before)


def _ask(point: EntryPoint, project: Distribution, made: Given) -> None:
    """Ask every hook of one entry point; an error of its Python is a complaint."""
    manager, where = pluggy.PluginManager(PROJECT), project.place(point.name)
    manager.add_hookspecs(hooks)
    try:
        manager.register(point.load(), name=point.name)
        manager.check_pending()
        for kinds in _answers(manager.hook.govrules_checks):
            made.checks |= {name: kind for name, kind in kinds.items() if _is_kind(name, kind, where, made)}
        for readers in _answers(manager.hook.govrules_readers):
            made.readers |= readers
        for hook in (manager.hook.govrules_forms, manager.hook.govrules_rulesets):
            files = [Path(str(file)) for several in _answers(hook) for file in several]
            made.complaints += [_missing(file, where) for file in files if not file.is_file()]
            made.files += [file for file in files if file.is_file()]
    except (Exception, SystemExit) as error:
        cause = str(error).splitlines()[0] if str(error) else ""
        words = f"the entry point {point.name!r} ({point.value}) fails: {type(error).__name__}: {cause}"
        made.complaints.append(Complaint(Kind.PLUGIN, words, _raised(error, project) or where))


def _raised(error: BaseException, project: Distribution) -> Place | None:
    """Give the line of the distribution that an error comes from, if it comes from there."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Place(shown(Path(error.filename)), error.lineno, error.offset or 1, (error.text or "").rstrip("\n"))
    own = project.folder.resolve()
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(own)]
    if not frames or not frames[-1].lineno:
        return None
    file, line = Path(frames[-1].filename), frames[-1].lineno
    return _place(file.read_text(encoding="utf-8"), shown(file), line, (frames[-1].colno or 0) + 1)


def shown(file: Path) -> str:
    """Name a file as people know it: below the working folder by its relative path."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _answers(hook: Callable[[], Any]) -> list[Any]:
    return [answer for answer in hook() if answer]


def _is_kind(name: str, kind: object, where: Place, made: Given) -> bool:
    if isinstance(kind, type) and issubclass(kind, Check):
        return True
    words = f"the check kind {name!r} is {kind!r}, not a class that extends govrules.rule.Check"
    made.complaints.append(Complaint(Kind.PLUGIN, words, where))
    return False


def _missing(file: Path, where: Place) -> Complaint:
    return Complaint(Kind.PLUGIN, f"a hook gives the file {file}, which is not there", where)


def _place(text: str, shown: str, line: int, column: int) -> Place:
    lines = text.split("\n")
    return Place(shown, line, column, lines[line - 1] if line <= len(lines) else "")


def _line(text: str, shown: str, *patterns: str) -> Place:
    """Give the first line that begins with the first pattern that any line begins with."""
    lines = text.split("\n")
    found = (n for pattern in patterns for n, line in enumerate(lines, 1) if re.match(pattern, line))
    return _place(text, shown, next(found, 1), 1)
