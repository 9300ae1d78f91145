"""Finding what plugins give: one broken plugin is named and left out, and never stops the others."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Literal, TypeVar

from govrules.errors import GovrulesError, PackError, UsageError
from govrules.form import Form, Forms
from govrules.guard import NOBODY, Makers
from govrules.hooks import PROJECT
from govrules.load.cache import digest, key, memory
from govrules.load.schema import nearest
from govrules.load.source import Source
from govrules.plugin import Given, Offer, given, installed_twice, origin, read_pack_file
from govrules.read import BUILT_IN, Library, reader_named
from govrules.report import Measure, Reader
from govrules.rule import Check, Pack, Rule

T = TypeVar("T")
OURS = "govrules"


@dataclass(frozen=True)
class Installed:
    """Everything that plugins and pack folders gave, and the faults of those that could not be used."""

    forms: Forms
    checks: Mapping[str, type[Check]]
    packs: Mapping[str, Pack]
    readers: Mapping[str, Reader]
    faults: tuple[GovrulesError, ...] = ()
    makers: Makers = NOBODY
    others: bool = False
    """Whether plugins of other distributions have a part in it."""

    def library(self, reader: str | None = None) -> Library:
        """Give what reading needs; `reader` names the one that reads every file, whatever its suffix."""
        readers = {**BUILT_IN, **self.readers}
        return Library(self.forms, readers, self.measures, reader_named(reader, readers) if reader else None)

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The words of prose, those of all packs for the same reports together; bases come before what extends them."""
        merged: dict[str, Measure] = {}
        for pack in sorted(self.packs.values(), key=lambda pack: (pack.extends is not None, pack.name)):
            for measure in pack.narrative:
                name = " ".join((measure.name, *sorted(measure.reach.forms), *sorted(measure.reach.regions)))
                old = merged.get(name)
                merged[name] = measure if old is None else _together(old, measure)
        return merged


def _together(one: Measure, other: Measure) -> Measure:
    """Join what two packs say of one measure."""
    words = [f.name for f in fields(Measure) if f.name not in {"name", "reach"}]
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in words})


def installed(
    folders: Iterable[str | Path] = (), *, third_party: bool = True, allowed: Iterable[str] | None = None
) -> Installed:
    """Load every installed plugin and the pack folders given; raises UsageError for a folder that is not there.

    `third_party=False` (or GOVRULES_DISABLE_PLUGINS in the environment) leaves all but our own out; `allowed` leaves
    in, beside ours, those of the distributions that it names.
    """
    third_party = third_party and not os.environ.get("GOVRULES_DISABLE_PLUGINS")
    found = sorted(entry_points(group=PROJECT), key=lambda point: (origin(point), point.name))
    named = None if allowed is None or not third_party else _allowed(allowed, found)
    points = [p for p in found if _is_ours(p) or (third_party and (named is None or _plain(origin(p)[0]) in named))]
    offers: list[Offer] = []
    faults: list[GovrulesError] = []
    for point in points:
        try:
            offers.append(Offer(" ".join(origin(point)), given(point), "ours" if _is_ours(point) else "installed"))
        except PackError as error:
            faults.append(error)
    faults += installed_twice(point for point in points if not _is_ours(point))
    offers += [_folder_offer(Path(folder), faults) for folder in folders]
    return put_together(offers, faults)


def put_together(offers: Iterable[Offer], faults: Iterable[GovrulesError] = ()) -> Installed:
    """Join what plugins and folders give, in whatever order; a name that is given twice is the first owner's."""
    told = list(faults)
    ordered = sorted(offers, key=lambda offer: offer.order)
    checks: dict[str, type[Check]] = {}
    readers: dict[str, Reader] = {}
    owners = {f"reader {suffix}": OURS for suffix in BUILT_IN}
    for offer in ordered:
        told += _add(checks, offer.given.checks, "check kind", offer.owner, owners)
        told += _add(readers, offer.given.readers, "reader", offer.owner, owners)
    forms = _remembered(_key("forms", ordered), told, lambda: _forms(ordered, told))
    packs = _remembered(_key("rulesets", ordered, _signature(checks)), told, lambda: _packs(ordered, checks, told))
    makers = Makers.of({name: owners[f"check kind {name}"] for name in checks}, OURS)
    others = any(offer.source == "installed" for offer in ordered)
    return Installed(Forms(forms.values()), checks, packs, readers, tuple(told), makers, others)


def _key(what: Literal["forms", "rulesets"], offers: Sequence[Offer], *more: object) -> str:
    """Give the key of what is made of the files of offers, in their order."""
    files = [
        (offer.owner, offer.source, [(one.name, digest(one.text.encode())) for one in getattr(offer.given, what)])
        for offer in offers
    ]
    return key(what, files, *more)


def _signature(checks: Mapping[str, type[Check]]) -> list[object]:
    """Give all that loading asks of check kinds."""
    return [
        (
            name,
            tuple(kind.grades),
            [(field, made.alias, made.is_required()) for field, made in kind.model_fields.items()],
        )
        for name, kind in sorted(checks.items())
    ]


def _remembered(name: str, told: list[GovrulesError], make: Callable[[], dict[str, T]]) -> dict[str, T]:
    """Give what was made before by that key, or make it; what has faults is made each time, so that they are told."""
    known, faults = memory(), len(told)
    found = known.get(name)
    if isinstance(found, dict):
        return found
    made = make()
    if len(told) == faults:
        known.put(name, made)
    return made


def _allowed(names: Iterable[str], points: Iterable[EntryPoint]) -> set[str]:
    """Give the names of distributions as they are compared; raises UsageError for one that has no plugin here."""
    known = {_plain(origin(point)[0]): origin(point)[0] for point in points if not _is_ours(point)}
    for name in names:
        if _plain(name) not in known:
            hint = nearest(name, sorted(known.values())) or f"installed: {', '.join(sorted(known.values())) or 'none'}"
            raise UsageError(f"no plugin of a distribution {name!r} is installed", where="plugins", hint=hint)
    return {_plain(name) for name in names}


def _plain(name: str) -> str:
    """Give the name of a distribution as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_ours(point: EntryPoint) -> bool:
    return origin(point)[0] == OURS


def _add(
    known: dict[str, T], found: Mapping[str, T], what: str, owner: str, owners: dict[str, str]
) -> Iterator[PackError]:
    for name, value in found.items():
        first = owners.setdefault(f"{what} {name}", owner)
        if first == owner and known.setdefault(name, value) is value:
            continue
        yield PackError(f"the {what} {name!r} comes from {first} and from {owner}; the first is used")


def _folder_offer(folder: Path, faults: list[GovrulesError]) -> Offer:
    if not folder.is_dir():
        raise UsageError("no such pack folder", where=str(folder), hint="--pack takes a folder or an installed name")
    forms: list[Source] = []
    rulesets: list[Source] = []
    for file in pack_files(folder):
        try:
            source = read_pack_file(file)
        except GovrulesError as error:
            faults.append(error)
            continue
        kind = source.data if isinstance(source.data, dict) else {}
        (forms if "form" in kind else rulesets).append(source)
    return Offer(str(folder), Given(forms=tuple(forms), rulesets=tuple(rulesets)), "folder")


def pack_files(folder: Path, *, must: bool = True) -> list[Path]:
    """List the YAML files of a pack folder, without hidden folders and its test `cases`.

    Raises UsageError when there `must` be one and is none.
    """
    found = sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})
    files = [path for path in found if not any(_is_apart(part) for part in path.relative_to(folder).parts[:-1])]
    if must and not files:
        raise UsageError("no YAML file in this pack folder", where=str(folder))
    return files


def _is_apart(part: str) -> bool:
    return part.startswith(".") or part == "cases"


def _forms(offers: Sequence[Offer], told: list[GovrulesError]) -> dict[str, Form]:
    """Load forms, each behind the one it extends; a name belongs to the first that gives it, whatever it extends."""
    from govrules.load.forms import load_form, order

    owners: dict[str, Offer] = {}
    claimed: dict[int, tuple[Source, Offer]] = {}
    for offer in offers:
        for source in offer.given.forms:
            given_name = source.data.get("form") if isinstance(source.data, dict) else None
            name = given_name if isinstance(given_name, str) else source.name
            first = owners.setdefault(name, offer)
            if first.owner != offer.owner:
                words = f"the form {name!r} comes from {first.owner} and from {offer.owner}; the first is used"
                told.append(PackError(words, where=source.place("form")))
            else:
                claimed[id(source)] = source, offer
    forms: dict[str, Form] = {}
    for source in order(source for source, _ in claimed.values()):
        offer = claimed[id(source)][1]
        try:
            form = load_form(source, forms)
        except GovrulesError as error:
            told.append(_told(error, offer))
            continue
        if form.name in forms:
            words = f"the form {form.name!r} is given twice by {offer.owner}: {forms[form.name].where}"
            told.append(PackError(words, where=source.place("form"), hint="the first is used"))
            continue
        forms[form.name] = form
    return forms


def _packs(offers: Sequence[Offer], checks: Mapping[str, type[Check]], told: list[GovrulesError]) -> dict[str, Pack]:
    """Join the files of packs; a rule whose id is taken is left out, the rest of its file is not."""
    from govrules.load.rulesets import joined, load_pack, pack_clash, rule_clashes

    packs: dict[str, Pack] = {}
    owners: dict[str, tuple[Rule, str]] = {}
    files = [(source, offer) for offer in offers for source in offer.given.rulesets]
    for source, offer in files:
        try:
            pack = load_pack(source, checks, offer.owner)
            if clash := pack_clash(pack, packs):
                raise clash
        except GovrulesError as error:
            told.append(_told(error, offer))
            continue
        told += rule_clashes(pack, offer.owner, owners)
        for rule in pack:
            owners.setdefault(rule.id, (rule, offer.owner))
        own = tuple(rule for rule in pack if owners[rule.id][0] is rule)
        packs[pack.name] = joined(packs.get(pack.name), replace(pack, rules=own))
    return packs


def _told(error: GovrulesError, offer: Offer) -> GovrulesError:
    """Give the fault of a file with the distribution of a third party that it came with."""
    if offer.source != "installed" or offer.owner in error.message:
        return error
    return type(error)(f"{error.message}, in {offer.owner}", where=error.where, hint=error.hint)
