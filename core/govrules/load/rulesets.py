"""Ruleset files (YAML) to packs: rules as declared, checked as far as that goes without a form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from govrules.errors import GovrulesError, PackError, Place, RulesetError
from govrules.load.ruleset_file import ExamplesModel, PackModel, RuleModel
from govrules.load.schema import check_model, model_faults, nearest
from govrules.load.source import Source
from govrules.rule import Basis, Check, Example, Override, Pack, Rule, Severity


def load_pack(
    source: Source, checks: Mapping[str, type[Check]], origin: str = "", *, without: Collection[int] = ()
) -> Pack:
    """Make a pack of a file; raises RulesetError with file, line and column for anything it does not know.

    `without` numbers rules to leave out, from 0: those of which `rule_faults` has told.
    """
    model = check_model(PackModel, source.data, source)
    reach = model.applies.made()
    numbers = [number for number in range(len(model.rules)) if number not in without]
    rules = tuple(replace(_rule(source, number, model.pack, checks), reach=reach) for number in numbers)
    overrides = [replace(override, reach=reach) for override in _overrides(model, source)]
    return Pack(
        model.pack,
        model.title,
        rules,
        model.extends,
        reach.forms,
        reach.regions,
        tuple(overrides),
        origin,
        tuple(m.made(reach) for m in model.narrative),
        source.place("extends" if model.extends is not None else "pack"),
    )


def _overrides(model: PackModel, source: Source) -> Iterator[Override]:
    for number, off in enumerate(model.disable):
        yield Override(off.rule, off.because, source.place("disable", number, "rule"), off=True)
    for number, on in enumerate(model.enable):
        where = source.place("enable", number, "rule")
        yield Override(on.rule, on.because, where, on=True, effective=on.effective.made())
    for rule, grade in model.severity.items():
        yield Override(rule, grade.because, source.place("severity", rule), severity=_grades(grade.to))


def merge_packs(files: list[tuple[Pack, str]]) -> dict[str, Pack]:
    """Join the files of one pack; raises PackError when two distributions give the same pack or rule id."""
    packs: dict[str, Pack] = {}
    owners: dict[str, tuple[Rule, str]] = {}
    for pack, origin in files:
        fault = pack_clash(pack, packs) or next(rule_clashes(pack, origin, owners), None)
        if fault is not None:
            raise fault
        owners |= {rule.id: (rule, origin) for rule in pack}
        packs[pack.name] = joined(packs.get(pack.name), pack)
    return packs


def pack_clash(pack: Pack, packs: Mapping[str, Pack]) -> PackError | None:
    """Say why a file cannot be joined with those of its pack: another distribution's, or another base; or nothing."""
    old = packs.get(pack.name)
    if old is None:
        return None
    if old.origin != pack.origin:
        words = f"the pack {pack.name!r} comes from {old.origin} ({old.where}) and from {pack.origin}"
        return PackError(words, where=pack.where, hint="the first is used; a pack has one distribution")
    if None not in (old.extends, pack.extends) and old.extends != pack.extends:
        words = f"the pack {pack.name!r} of {pack.origin} extends {pack.extends!r}, and {old.extends!r} at {old.where}"
        return PackError(words, where=pack.where, hint="all files of a pack extend the same one")
    return None


def rule_clashes(pack: Pack, origin: str, owners: Mapping[str, tuple[Rule, str]]) -> Iterator[PackError]:
    """Name every rule of a file whose id is taken, by a rule of `owners` or by an earlier one of the file."""
    known = dict(owners)
    for rule in pack:
        first, other = known.setdefault(rule.id, (rule, origin))
        if first is not rule:
            words = f"two rules are called {rule.id}: {first.where} ({other}) and {rule.where} ({origin})"
            yield PackError(words, where=rule.where, hint="a rule id is for ever and stands once; the first is used")


def joined(one: Pack | None, other: Pack) -> Pack:
    """Join two files of a pack."""
    if one is None:
        return other
    return Pack(
        one.name,
        one.title or other.title,
        one.rules + other.rules,
        one.extends or other.extends,
        tuple(dict.fromkeys(one.forms + other.forms)),
        tuple(dict.fromkeys(one.regions + other.regions)),
        one.overrides + other.overrides,
        one.origin,
        one.narrative + other.narrative,
        one.where if one.extends or not other.extends else other.where,
    )


def _rule(source: Source, number: int, pack: str, checks: Mapping[str, type[Check]]) -> Rule:
    path = ("rules", number)
    model = check_model(RuleModel, source.data["rules"][number], source, *path)
    kind = checks.get(model.check)
    if kind is None:
        hint = nearest(model.check, list(checks)) or f"known kinds: {', '.join(sorted(checks))}"
        raise RulesetError(
            f"unknown check kind {model.check!r} in rule {model.id}", where=source.place(*path, "check"), hint=hint
        )
    fields = dict(model.model_extra or {})
    _check_keys(source, path, model.id, kind, fields)
    basis = (model.basis,) if isinstance(model.basis, str) else model.basis
    return Rule(
        id=model.id,
        pack=pack,
        title=_texts(model.title),
        severity=_known_grades(_grades(model.severity), kind, source.place(*path, "severity")),
        kind=model.check,
        fields=fields,
        message=_texts(model.message),
        basis=tuple(Basis(b) if isinstance(b, str) else Basis(b.document, b.item) for b in basis if b),
        forms=model.forms,
        effective=model.effective.made(),
        foreach=model.foreach,
        examples=_examples(source, path, model.examples),
        tags=model.tags,
        on=model.default == "on",
        absence=model.absence,
        waivable=model.waivable,
        where=source.place(*path),
        keys={name: source.place(*path, name) for name in (*fields, "foreach", "forms", "message")},
    )


def rule_faults(source: Source, number: int, checks: Mapping[str, type[Check]]) -> list[GovrulesError]:
    """Give every complaint about one rule of a file as declared; none when `load_pack` can make it."""
    path, given = ("rules", number), source.data["rules"][number]
    faults = model_faults(RuleModel, given, source, *path)
    name, kind = str(given.get("id", "?")), checks.get(str(given.get("check")))
    if kind is not None:
        fields = {key: value for key, value in given.items() if key not in RuleModel.model_fields}
        at = {str(fault.where) for fault in faults}
        faults += [fault for fault in _key_faults(source, path, name, kind, fields) if str(fault.where) not in at]
    if not faults:
        try:
            _rule(source, number, "", checks)
        except GovrulesError as fault:
            faults.append(fault)
    return faults


def _check_keys(source: Source, path: tuple[str, int], rule: str, kind: type[Check], fields: Mapping[str, Any]) -> None:
    for fault in _key_faults(source, path, rule, kind, fields):
        raise fault


def _key_faults(
    source: Source, path: tuple[str, int], rule: str, kind: type[Check], fields: Mapping[str, Any]
) -> Iterator[RulesetError]:
    known = set(kind.model_fields) | {field.alias for field in kind.model_fields.values() if field.alias}
    for name in fields:
        if name not in known:
            hint = (
                nearest(name, sorted(known | set(RuleModel.model_fields))) or f"known keys: {', '.join(sorted(known))}"
            )
            yield RulesetError(f"unknown key {name!r} in rule {rule}", where=source.key_place(*path, name), hint=hint)
    for name, made in kind.model_fields.items():
        if made.is_required() and name not in fields and made.alias not in fields:
            yield RulesetError(f"the key {made.alias or name!r} is missing in rule {rule}", where=source.place(*path))


def _known_grades(given: Mapping[str, Severity], kind: type[Check], where: Place) -> Mapping[str, Severity]:
    for grade in given:
        if grade != "default" and grade not in kind.grades:
            hint = nearest(grade, list(kind.grades)) or f"known grades: {', '.join(kind.grades) or 'none'}"
            raise RulesetError(f"unknown grade {grade!r}", where=where, hint=hint)
    return given


def _grades(given: Severity | Mapping[str, Severity]) -> dict[str, Severity]:
    return {"default": given} if isinstance(given, Severity) else dict(given)


def _texts(given: str | Mapping[Literal["zh", "en"], str]) -> dict[str, str]:
    return {"zh": given} if isinstance(given, str) else {str(lang): text for lang, text in given.items()}


def _examples(source: Source, path: tuple[str, int], model: ExamplesModel) -> tuple[Example, ...]:
    return tuple(
        Example(key == "pass", values, source.place(*path, "examples", key, number))
        for key, several in (("pass", model.passing), ("fail", model.failing))
        for number, values in enumerate(several)
    )
