"""A pack under test: its own rules, what it extends, where its cases stand; from a folder or by an installed name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path

from govrules.authoring.declared import load
from govrules.authoring.forms import review_forms
from govrules.authoring.target import is_folder
from govrules.authoring.written import Written, written
from govrules.errors import GovrulesError, PackError, UsageError
from govrules.form import Form, Forms
from govrules.hooks import PROJECT
from govrules.installed import Installed, installed
from govrules.load.schema import nearest
from govrules.plan import Plan, make_plan
from govrules.rule import Instance, Pack, Rule

CASES = "cases"


@dataclass(frozen=True)
class Subject:
    """What is tried: a plan of the pack with all that it extends, and everything that is broken in it.

    `names` are the packs of which the rules are its own; `cases` the folders that hold whole documents.
    """

    names: tuple[str, ...]
    plan: Plan
    cases: tuple[Path, ...]
    faults: tuple[GovrulesError, ...] = ()

    @property
    def rules(self) -> list[Rule]:
        """Give its own rules."""
        return [rule for rule in self.plan.rules if rule.pack in self.names]

    def areas(self) -> list[str | None]:
        """Give the regions that any of its packs tells apart, first its own, at last everywhere else."""
        own = [region for name in self.names for region in self.plan.packs[name].regions]
        others = [region for pack in self.plan.packs.values() for region in pack.regions]
        return [*dict.fromkeys([*own, *others]), None]

    def instances(self, form: Form) -> list[Instance]:
        """Give all rules that reports of a form meet in one region or another, each once."""
        met = [one for area in self.areas() for one in self.plan.instances(form.name, area)]
        return list({(one.rule.id, one.key): one for one in reversed(met)}.values())[::-1]

    def region(self, form: Form) -> str | None:
        """Give the region in which reports of a form meet most rules: everywhere, if that is as many."""
        return max(reversed(self.areas()), key=lambda area: len(self.plan.instances(form.name, area)))


@contextmanager
def subject(target: str | Path) -> Iterator[Subject]:
    """Give the pack in a folder, of YAML or a distribution, or the installed pack of a name.

    A Path is a folder; a word may be either, and then it means the pack that is installed.
    The modules of a distribution stay imported until the block ends. Raises UsageError for what is neither.
    """
    folder = Path(target)
    if not folder.is_dir() or (isinstance(target, str) and not is_folder(target, lambda: installed().packs)):
        yield _installed(str(target))
        return
    with written(folder) as files:
        yield _written(folder, files)


def _installed(name: str) -> Subject:
    known = installed()
    if name not in known.packs:
        hint = nearest(name, list(known.packs)) or f"a folder, or one of {', '.join(known.packs)}"
        raise UsageError(f"no folder and no installed pack is called {name!r}", hint=hint)
    parts = known.packs[name]
    return _made((name,), known, [file.parent for file in _files(parts)], list(known.faults))


def _written(folder: Path, files: Written) -> Subject:
    others = _beside(files)
    forms, complaints = review_forms(files.forms, {form.name: form for form in others.forms})
    checks = {**others.checks, **files.checks}
    loaded = load(files.rulesets, checks)
    known = replace(
        others,
        forms=Forms([*others.forms, *forms.values()]),
        checks=checks,
        packs={**others.packs, **loaded.packs},
        readers={**others.readers, **files.readers},
    )
    every = [*files.complaints, *complaints, *loaded.complaints]
    faults = [PackError(one.words, where=one.where, hint=one.hint) for one in every if one.level == "error"]
    clashes = [(name, others.packs[name].origin) for name in loaded.packs if name in others.packs]
    faults += [PackError(f"another pack is called {name!r}: {origin}") for name, origin in clashes]
    places = [folder, *(Path(source.name).parent for source in files.sources)]
    return _made(tuple(loaded.packs), known, places, faults)


def _made(
    names: tuple[str, ...], known: Installed, folders: Sequence[Path], faults: Iterable[GovrulesError]
) -> Subject:
    plan = make_plan(known, names)
    cases = [found for folder in dict.fromkeys(folders) if (found := folder / CASES).is_dir()]
    unique = {folder.resolve(): folder for folder in reversed(cases)}
    made = Subject(names, plan, tuple(unique.values())[::-1])
    unusable = [fault for form in plan.forms for area in made.areas() for fault in plan.unusable(form.name, area)]
    broken = {str(fault): fault for fault in (*faults, *plan.faults, *unusable)}
    return replace(made, faults=tuple(broken.values()))


def _beside(files: Written) -> Installed:
    """Give everything that is installed but the pack of these files, should it be installed as well."""
    known, folder = installed(), files.folder.resolve()
    name = files.distribution.name if files.distribution else None
    if name not in {point.dist.name for point in entry_points(group=PROJECT) if point.dist}:
        name = None
    own = {str(source.data.get("form")) for source in files.forms if isinstance(source.data, dict)} if name else set()
    packs = {key: pack for key, pack in known.packs.items() if not _is_of(pack, name, folder)}
    forms = [f for f in known.forms if f.name not in own and not Path(f.where).resolve().is_relative_to(folder)]
    return replace(known, packs=packs, forms=Forms(forms))


def _is_of(pack: Pack, distribution: str | None, folder: Path) -> bool:
    if distribution and pack.origin.rpartition(" ")[0] == distribution:
        return True
    return any(file.resolve().is_relative_to(folder) for file in _files(pack))


def _files(pack: Pack) -> list[Path]:
    """List the files of a pack."""
    places = [*(rule.where for rule in pack.rules), *(override.where for override in pack.overrides)]
    return [Path(name) for name in dict.fromkeys(place.file for place in places)]
