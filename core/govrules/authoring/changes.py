"""What a pack changes in the one it extends: changes of nothing, of what is protected, and without effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govrules.authoring.complaint import Complaint, Kind
from govrules.authoring.declared import family
from govrules.authoring.reach import meet, overlap, said
from govrules.errors import Place
from govrules.form import Forms
from govrules.load.schema import nearest
from govrules.load.source import Source
from govrules.rule import Override, Pack, Rule


@dataclass(frozen=True)
class _Change:
    """A change as written: the file's pack, what it changes, and where it names the rule."""

    pack: Pack
    override: Override
    where: Place
    extends: str | None


def review_changes(
    files: list[tuple[Source, Pack]], packs: Mapping[str, Pack], known: Mapping[str, Pack], forms: Forms
) -> Iterator[Complaint]:
    """Complain of changes; `packs` are those under review as joined, `known` are all there are."""
    rules = {rule.id: rule for pack in known.values() for rule in pack}
    changes = [
        _Change(pack, override, _place(source, override), packs[pack.name].extends)
        for source, pack in files
        for override in pack.overrides
    ]
    for number, change in enumerate(changes):
        rule = rules.get(change.override.rule)
        if rule is None:
            words, hint = f"no rule is called {change.override.rule}", nearest(change.override.rule, list(rules))
            yield Complaint(Kind.UNKNOWN_NAME, words, change.where, hint)
        else:
            if change.extends is None or change.extends in known:  # else its name is complained of already
                yield from _foreign(change, rule)
            yield from _faults(change, rule, forms)
            yield from _without_effect(change, rule, changes[:number], changes)


def _place(source: Source, override: Override) -> Place:
    return source.key_place("severity", override.rule) if override.severity else override.where


def _foreign(change: _Change, rule: Rule) -> Iterator[Complaint]:
    if rule.pack not in {change.pack.name, change.extends}:
        hint = f"extends: {rule.pack}" if change.extends is None else "a pack extends one other"
        words = f"the rule {rule.id} is of the pack {rule.pack}, which {change.pack.name} does not extend"
        yield Complaint(Kind.FOREIGN_RULE, words, change.where, hint)


def _faults(change: _Change, rule: Rule, forms: Forms) -> Iterator[Complaint]:
    if change.override.off and not rule.waivable:
        words = f"the rule {rule.id} is `waivable: false`"
        yield Complaint(Kind.PROTECTED_RULE, words, change.where, "its severity may be changed")
    if reason := _apart(change.override, rule, forms):
        yield Complaint(Kind.IDLE_CHANGE, reason, change.where)


def _apart(override: Override, rule: Rule, forms: Forms) -> str:
    """Say why a change never meets its rule, or nothing."""
    reach = override.reach
    families = [family(form, forms) for form in forms if rule.suits(form, family(form, forms))]
    both = [f for f in families if _named(reach.forms, f) and _named(rule.reach.forms, f)]
    if not both and all(name in forms for name in (*reach.forms, *rule.forms, *rule.reach.forms)):
        return f"the rule {rule.id} is not for the forms of this file: {', '.join(reach.forms)}"
    if not overlap(reach.regions, rule.reach.regions):
        return f"the rule {rule.id} is for {', '.join(rule.reach.regions)}, this file for {', '.join(reach.regions)}"
    if override.on and not meet(override.effective, rule.effective):
        return f"the rule {rule.id} is in force {said(rule.effective)}, switched on {said(override.effective)}"
    return ""


def _named(wanted: tuple[str, ...], names: tuple[str, ...]) -> bool:
    return not wanted or any(name in wanted for name in names)


def _without_effect(change: _Change, rule: Rule, before: list[_Change], all_: list[_Change]) -> Iterator[Complaint]:
    override = change.override
    earlier = next((other for other in before if _same(other.override, override)), None)
    if earlier is not None:
        words = f"the same change of {rule.id} stands at {earlier.where}"
        yield Complaint(Kind.IDLE_CHANGE, words, change.where)
        return
    reason = ""
    if override.off and not rule.on and not any(_switches(other, override) for other in all_):
        reason = f"the rule {rule.id} is off by default"
    elif override.on and rule.on:
        reason = f"the rule {rule.id} is on by default"
    elif override.on and any(_switches(other, override, off=True) for other in all_):
        reason = f"the rule {rule.id} is switched off for the same reports"
    elif override.severity and {**rule.severity, **override.severity} == dict(rule.severity):
        grades = ", ".join(f"{name}: {severity}" for name, severity in override.severity.items())
        reason = f"the rule {rule.id} has this severity anyhow ({grades})"
    elif override.severity and any(_switches(other, override, off=True) for other in all_):
        reason = f"the rule {rule.id} is switched off for the same reports"
    if reason:
        yield Complaint(Kind.IDLE_CHANGE, reason, change.where)


def _switches(other: _Change, override: Override, *, off: bool = False) -> bool:
    """Tell whether another change switches the rule on, or off, for the very same reports."""
    switched = other.override.off if off else other.override.on
    return switched and other.override.rule == override.rule and other.override.reach == override.reach


def _same(one: Override, other: Override) -> bool:
    """Tell whether two changes do one thing to one rule for the very same reports."""
    if (one.rule, one.reach) != (other.rule, other.reach):
        return False
    graded = bool(one.severity) and bool(set(one.severity) & set(other.severity))
    return (one.off and other.off) or (one.on and other.on and one.effective == other.effective) or graded


def unknown_grades(
    files: list[tuple[Source, Pack]], rules: Mapping[str, Rule], grades: Mapping[str, tuple[str, ...]]
) -> Iterator[Complaint]:
    """Complain of a grade set for a rule whose check kind does not know it; `grades` are by check kind."""
    for source, pack in files:
        for override in pack.overrides:
            rule = rules.get(override.rule)
            for grade in override.severity if rule else ():
                assert rule is not None
                known = ("default", *grades.get(rule.kind, ()))
                if grade not in known:
                    where = source.key_place("severity", rule.id, "to", grade)
                    words, hint = f"unknown grade {grade!r} of the rule {rule.id}", f"known: {', '.join(known)}"
                    yield Complaint(Kind.UNKNOWN_NAME, words, where, hint)
