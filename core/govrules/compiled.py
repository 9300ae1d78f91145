"""The rules of a run as questions for columns: made of a plan, and kept from one run to the next.

What was kept is taken up where nothing changed that it follows from: our code, the files of packs, what is installed.
With it neither packs nor check kinds are loaded, which takes longer than to ask 100,000 reports.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.engines.posed import Posed, Questions, questions
from govrules.form import Form
from govrules.load.cache import digest, files_of, keep, key, memory
from govrules.region import smallest

if TYPE_CHECKING:
    from govrules.plan import Plan

OURS = ("rules", "rulesets", "plugins")


class Compiled:
    """Questions by form and region, each made when it is first asked for.

    `plan` makes the plan, when it is needed; `name` is the key under which to keep questions, or None.
    """

    def __init__(self, plan: Callable[[], Plan], name: str | None = None) -> None:
        self._make, self._name = plan, name
        self._plan: Plan | None = None
        self._made: dict[tuple[str, str], Questions] = {}
        self.forms, self.regions = self._heads()

    @property
    def plan(self) -> Plan:
        """The plan, made now if it was not needed before."""
        self._plan = self._plan or self._make()
        return self._plan

    def area(self, region: str | None) -> str:
        """Give the smallest region around a code that some pack is limited to."""
        return smallest(region, self.regions)

    def questions(self, form: str, area: str) -> Questions:
        """Give what reports of a form in an area are asked."""
        if (form, area) not in self._made:
            self._made[form, area] = self._kept(form, area) or self._stated(form, area)
        return self._made[form, area]

    def _heads(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = memory().get(self._name) if self._name else None
        if isinstance(found, tuple):
            return found
        plan = self.plan
        codes = dict.fromkeys(code for pack in plan.packs.values() for code in pack.regions)
        heads = tuple(form.name for form in plan.forms), tuple(codes)
        # Code of others may say something else each time, and we would not know.
        if self._name and not plan.installed.faults and not plan.installed.others:
            memory().put(self._name, heads)
        else:
            self._name = None
        return heads

    def _kept(self, form: str, area: str) -> Questions | None:
        found = memory().get(key(self._name, form, area)) if self._name else None
        match found:
            case (Form() as made, dict() as cells, tuple() as asked) if all(isinstance(one, Posed) for one in asked):
                return Questions(made, cells, asked)
        return None

    def _stated(self, form: str, area: str) -> Questions:
        from govrules.guard import Guard

        plan = self.plan
        found, cells = plan.forms[form], plan.forms.cells(form)
        asked = questions(found, cells, plan.instances(form, area), Guard(plan.installed.makers))
        made = Questions(found, cells, asked, tuple(plan.unusable(form, area)))
        if self._name and made.sound:
            memory().put(key(self._name, form, area), (found, dict(cells), asked))
            keep()
        return made


def compiled(
    packs: Sequence[str] = (),
    folders: Sequence[str | Path] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    *,
    third_party: bool = True,
) -> Compiled:
    """Give the rules of packs as questions; words as for `govrules.validate`. Raises UsageError for unknown names.

    `third_party=False` leaves all plugins but our own out.
    """
    packs, folders, select, ignore = tuple(packs), tuple(folders), tuple(select), tuple(ignore)

    def plan() -> Plan:
        from govrules.installed import installed
        from govrules.plan import make_plan

        return make_plan(installed(folders, third_party=third_party), packs, select, ignore)

    third_party = third_party and not os.environ.get("GOVRULES_DISABLE_PLUGINS")
    found = list(_installed()) if third_party else []
    asked = packs, tuple(map(str, folders)), select, ignore
    return Compiled(plan, key("questions", asked, third_party, found, list(_files(folders)), _polars()))


def _files(folders: Iterable[str | Path]) -> Iterator[object]:
    """Give what changes when a file of ours or of a pack folder does."""
    for name in OURS:
        yield from sorted(files_of(Path(_found(f"govrules.{name}"))))
    for folder in map(Path, folders):
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".yaml", ".yml"} and path.is_file():
                yield str(path), digest(path.read_bytes())


def _found(package: str) -> str:
    from importlib.util import find_spec

    spec = find_spec(package)
    return next(iter((spec and spec.submodule_search_locations) or ()), "")


def _installed() -> Iterator[tuple[str, int]]:
    """Give every distribution on the path with the time of its entry points, in the order of the path."""
    for folder in sys.path:
        try:
            with os.scandir(folder or ".") as entries:
                found = sorted(entry.path for entry in entries if entry.name.endswith((".dist-info", ".egg-info")))
        except OSError:
            continue
        for name in found:
            try:
                yield name, Path(name, "entry_points.txt").stat().st_mtime_ns
            except OSError:
                yield name, 0


def _polars() -> str:
    import polars as pl

    return pl.__version__
