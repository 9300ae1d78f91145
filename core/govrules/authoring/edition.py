"""An edition of a pack: what a folder, a distribution or an installed pack holds, loaded to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pluggy

from govrules import hooks
from govrules.authoring.complaint import Kind
from govrules.authoring.target import is_path
from govrules.authoring.written import Written, written
from govrules.errors import PackError, UsageError
from govrules.form import Form, Forms
from govrules.hooks import PROJECT
from govrules.installed import Installed
from govrules.load.forms import load_form, order
from govrules.load.rulesets import load_pack, merge_packs
from govrules.load.schema import nearest
from govrules.rule import Check, Override, Pack, Rule


@dataclass(frozen=True)
class Edition:
    """The packs, forms and check kinds of one side; `known` are all forms and `beneath` all rules they can build on."""

    name: str
    packs: Mapping[str, Pack]
    forms: Mapping[str, Form]
    known: Forms
    checks: Mapping[str, type[Check]]
    own_checks: frozenset[str] = frozenset()
    beneath: Mapping[str, Rule] = field(default_factory=dict)
    installed: bool = False

    @property
    def rules(self) -> dict[str, Rule]:
        """Every rule of its own, by id."""
        return {rule.id: rule for pack in self.packs.values() for rule in pack}

    @property
    def overrides(self) -> list[Override]:
        """Every change to rules of others."""
        return [override for pack in self.packs.values() for override in pack.overrides]

    def rule(self, name: str) -> Rule | None:
        """Give a rule of its own or of those beneath, or None."""
        return self.rules.get(name) or self.beneath.get(name)


@contextmanager
def edition(given: str, base: Installed) -> Iterator[Edition]:
    """Load what a folder or the name of an installed pack stands for; Python of a folder stays imported until the end.

    Raises UsageError for what is neither, and the error of a file that cannot be loaded.
    """
    if given in base.packs and not is_path(given):
        yield _installed(given, base)
    elif not Path(given).is_dir():
        hint = nearest(given, list(base.packs)) or f"a folder, or one of {', '.join(base.packs)}"
        raise UsageError(f"no pack folder and no installed pack is called {given!r}", hint=hint)
    else:
        with written(Path(given)) as files:
            yield _of_folder(given, files, base)


def _of_folder(name: str, files: Written, base: Installed) -> Edition:
    for complaint in files.complaints:
        if complaint.kind in (Kind.SYNTAX, Kind.PLUGIN):
            raise PackError(complaint.words, where=complaint.where, hint=complaint.hint)
    _check_inside(files)
    checks = {**base.checks, **files.checks}
    own: dict[str, Form] = {}
    names = {source.data.get("form") for source in files.forms}
    below = {form.name: form for form in base.forms if form.name not in names}
    for source in order(files.forms):
        form = load_form(source, {**below, **own})
        own[form.name] = form
    packs = merge_packs([(load_pack(source, checks, name), name) for source in files.rulesets])
    known = Forms({**below, **own}.values())
    return Edition(name, packs, own, known, checks, frozenset(files.checks), _beneath(base, packs))


def _check_inside(files: Written) -> None:
    """Refuse a distribution whose Python gives files that are not its own: the one that is installed would be read."""
    folder = files.folder.resolve()
    for source in files.sources:
        if not Path(source.name).resolve().is_relative_to(folder):
            hint = "name the folder of its YAML files instead"
            raise UsageError(f"gives {source.name}, which lies outside of it", where=str(files.folder), hint=hint)


def _installed(name: str, base: Installed) -> Edition:
    pack = base.packs[name]
    forms = {form.name: form for form in base.forms if Path(form.where).resolve() in _form_files(pack)}
    return Edition(
        name, {name: pack}, forms, base.forms, base.checks, beneath=_beneath(base, {name: pack}), installed=True
    )


def _beneath(base: Installed, packs: Mapping[str, Pack]) -> dict[str, Rule]:
    return {rule.id: rule for pack in base.packs.values() if pack.name not in packs for rule in pack}


def _form_files(pack: Pack) -> set[Path]:
    """List the form files that stand beside the rule files of an installed pack: those of the same entry points."""
    parts: list[Rule | Override] = [*pack.rules, *pack.overrides]
    ours = {Path(part.where.file).resolve() for part in parts}
    found: set[Path] = set()
    for point in entry_points(group=PROJECT):
        if point.dist is not None and f"{point.dist.name} {point.dist.version}" == pack.origin:
            rulesets, forms = _files(point)
            found |= forms if rulesets & ours else set()
    return found


def _files(point: EntryPoint) -> tuple[set[Path], set[Path]]:
    """Give the rule files and the form files that an entry point gives."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(point.load(), name=point.name)
    both = (manager.hook.govrules_rulesets, manager.hook.govrules_forms)
    rulesets, forms = ({Path(str(file)).resolve() for files in hook() if files for file in files} for hook in both)
    return rulesets, forms


def with_folders(base: Installed, folders: Iterable[str]) -> Installed:
    """Give what is installed with the forms and check kinds of pack folders, distributions included, added."""
    for folder in folders:
        with edition(folder, base) as made:
            base = replace(base, forms=made.known, checks=made.checks, packs={**base.packs, **made.packs})
    return base
