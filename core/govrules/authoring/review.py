"""The review of a pack: everything that is wrong with it, each complaint at its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from importlib.metadata import entry_points
from pathlib import Path

from govrules.authoring.changes import review_changes, unknown_grades
from govrules.authoring.complaint import Complaint, Kind
from govrules.authoring.declared import Declared, Loaded, load, unknown_forms, with_forms
from govrules.authoring.forms import review_forms
from govrules.authoring.reach import idle_regions, unreachable
from govrules.authoring.slots import wrong_slots
from govrules.authoring.wanted import missing_english, missing_parts, wrong_examples, wrong_fields
from govrules.authoring.written import Written, written
from govrules.errors import BROKEN_RULES
from govrules.form import Forms
from govrules.gate import RULES as BUILT_IN
from govrules.hooks import PROJECT
from govrules.installed import Installed, installed
from govrules.load.schema import nearest
from govrules.plan import Plan
from govrules.rule import Pack


@dataclass(frozen=True)
class Review:
    """What was reviewed, and every complaint in the order of files, lines and columns."""

    packs: tuple[str, ...]
    files: tuple[str, ...]
    rules: int
    complaints: tuple[Complaint, ...]
    strict: bool = False

    @property
    def errors(self) -> int:
        """Count the complaints that keep the pack from being used, or from being published when strict."""
        return sum(complaint.level == "error" for complaint in self.complaints)

    @property
    def exit_code(self) -> int:
        """Give 3 when there is an error, else 0."""
        return BROKEN_RULES if self.errors else 0


def review(folder: str | Path, *, strict: bool = False) -> Review:
    """Review a pack, a distribution or a folder of YAML; `strict` is for publishing: every complaint is an error.

    Raises UsageError for a folder that is not there or holds no YAML.
    """
    with written(Path(folder)) as files:
        others = _others(files)
        forms, complaints = review_forms(files.forms, {form.name: form for form in others.forms})
        checks = {**others.checks, **files.checks}
        loaded = load(files.rulesets, checks)
        known = replace(
            others, forms=Forms([*others.forms, *forms.values()]), checks=checks, packs={**others.packs, **loaded.packs}
        )
        complaints += [*files.complaints, *loaded.complaints, *_packs(loaded, others)]
        complaints += [one for source in files.rulesets for one in unknown_forms(source, known)]
        complaints += _rules(loaded, known, others, strict=strict)
        complaints += _changes(loaded, known)
    shown = sorted(set(complaints), key=lambda c: (c.where.file, c.where.line, c.where.column, c.kind, c.words))
    graded = tuple(replace(one, grave=True) for one in shown) if strict else tuple(shown)
    names = tuple(source.name for source in files.sources)
    return Review(tuple(sorted(loaded.packs)), names, sum(not rule.mended for rule in loaded.rules), graded, strict)


def _others(files: Written) -> Installed:
    """Give everything that is installed but the pack under review, should it be installed as well."""
    known, own = installed(), files.distribution
    origins = {_plain(point.dist.name): point.dist.name for point in entry_points(group=PROJECT) if point.dist}
    name = origins.get(_plain(own.name)) if own else None
    packs = {key: pack for key, pack in known.packs.items() if not _is_own(pack, name, files.folder)}
    mine = {Path(source.name).resolve() for source in files.forms}
    named = {str(source.data["form"]) for source in files.forms} if name else set()
    forms = [form for form in known.forms if Path(form.where).resolve() not in mine and form.name not in named]
    return replace(known, packs=packs, forms=Forms(forms))


def _plain(name: str) -> str:
    """Give the name of a distribution as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_own(pack: Pack, distribution: str | None, folder: Path) -> bool:
    if distribution and pack.origin.rpartition(" ")[0] == distribution:
        return True
    places = [*(rule.where.file for rule in pack.rules), *(one.where.file for one in pack.overrides)]
    return any(Path(place).resolve().is_relative_to(folder.resolve()) for place in places)


def _packs(loaded: Loaded, others: Installed) -> Iterator[Complaint]:
    """Complain of what is wrong with packs as a whole: names taken, no title, an unknown base, idle regions."""
    names = {**others.packs, **loaded.packs}
    for source, pack in loaded.files:
        if pack.name in others.packs:
            words = f"another pack is called {pack.name!r}: {others.packs[pack.name].origin}"
            yield Complaint(Kind.PACK_NAME, words, source.place("pack"))
        if pack.extends is not None and pack.extends not in names:
            hint = nearest(pack.extends, list(names)) or f"known: {', '.join(names)}"
            yield Complaint(Kind.UNKNOWN_NAME, f"unknown pack {pack.extends!r}", source.place("extends"), hint)
        yield from idle_regions(source, pack, names.get(loaded.packs[pack.name].extends or ""))
    for name, joined in loaded.packs.items():
        if not joined.title.strip():
            first = next(source for source, pack in loaded.files if pack.name == name)
            yield Complaint(Kind.NO_TITLE, f"the pack {name!r} has no title", first.place("pack"), "title: …")


def _rules(loaded: Loaded, known: Installed, others: Installed, *, strict: bool) -> Iterator[Complaint]:
    owners = {rule.id: f"the pack {pack.name} ({pack.origin})" for pack in others.packs.values() for rule in pack}
    owners |= dict.fromkeys(BUILT_IN, "govrules itself")
    plan = Plan(known, known.packs)
    for declared in loaded.rules:
        if owner := owners.get(declared.rule.id):
            words = f"the rule id {declared.rule.id} is of {owner}"
            yield Complaint(
                Kind.TAKEN_ID, words, declared.place("id"), "an id is for ever and stands once in all packs"
            )
        rule = with_forms(declared, known.forms)
        if declared.mended:
            yield from (*wrong_fields(rule, known), *wrong_examples(rule, known.forms))
            continue
        yield from missing_parts(rule)
        yield from missing_english(rule) if strict else ()
        yield from _meaning(rule, known, plan)


def _meaning(rule: Declared, known: Installed, plan: Plan) -> Iterable[Complaint]:
    """Complain of names, examples and messages of a rule; an example is only tried where all names are known."""
    fields = wrong_fields(rule, known)
    examples = list(wrong_examples(rule, known.forms))
    found = [*fields, *examples, *unreachable(rule, known.forms, known.checks[rule.rule.kind])]
    return found if fields or examples else [*found, *wrong_slots(rule, known, plan)]


def _changes(loaded: Loaded, known: Installed) -> Iterator[Complaint]:
    files = list(loaded.files)
    yield from review_changes(files, loaded.packs, known.packs, known.forms)
    rules = {rule.id: rule for pack in known.packs.values() for rule in pack}
    yield from unknown_grades(files, rules, {name: kind.grades for name, kind in known.checks.items()})
