"""What the changes of packs make of a rule: those that may be, joined in no order; those that contradict each other.

A change sets the switch of a rule, or the severity of grades. For one report each of these is as all changes in reach
of the report agree; where they disagree it stays as the rule's own pack has it, and both are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

from govrules.errors import PackError
from govrules.form import Years
from govrules.load.schema import nearest
from govrules.rule import Override, Pack, Rule, Severity

T = TypeVar("T")
Family = tuple[str, ...]
"""The name of a form and those of the forms it extends."""


@dataclass(frozen=True)
class Change:
    """A change of a rule, and the pack that makes it."""

    pack: Pack
    override: Override

    @property
    def owner(self) -> str:
        """Name the pack and the distribution it came with."""
        return (
            f"the pack {self.pack.name!r} of {self.pack.origin}" if self.pack.origin else f"the pack {self.pack.name!r}"
        )

    @property
    def order(self) -> tuple[str, str, str, int, int]:
        """Give what sorts changes alike, however packs were found."""
        where = self.override.where
        return self.pack.origin, self.pack.name, where.file, where.line, where.column


def changes(packs: Iterable[Pack]) -> list[Change]:
    """Give every change that packs make, in an order that does not depend on theirs."""
    found = [Change(pack, override) for pack in packs for override in pack.overrides]
    return sorted(found, key=lambda change: change.order)


def refusal(change: Change, rules: Mapping[str, Rule], grades: Mapping[str, Sequence[str]]) -> PackError | None:
    """Say why a change may not be, or nothing; `rules` are all there are, `grades` those of each check kind."""
    override, rule = change.override, rules.get(change.override.rule)
    if rule is None:
        words, hint = f"overrides the unknown rule {override.rule!r}", nearest(override.rule, list(rules))
    elif rule.pack not in {change.pack.name, change.pack.extends}:
        words = f"{change.owner} changes the rule {rule.id} of the pack {rule.pack!r}, which it does not extend"
        hint = f"extends: {rule.pack}"
    elif override.off and not rule.waivable:
        words, hint = f"the rule {rule.id} may not be switched off", f"it is `waivable: false`; said by {change.owner}"
    elif unknown := set(override.severity) - {"default", *grades.get(rule.kind, ())}:
        words = f"the rule {rule.id} has no grade {min(unknown)!r}"
        hint = nearest(min(unknown), list(grades.get(rule.kind, ()))) or f"it has {_list(grades.get(rule.kind, ()))}"
    else:
        return None
    return PackError(words, where=override.where, hint=hint)


def settled(rule: Rule, overrides: Sequence[Override], *, named: bool = False) -> Rule:
    """Give a rule as changes leave it; one that was `named` outright is not limited to the years it is switched on."""
    switch = _agreed(made for one in overrides if (made := _switch(one)) is not None)
    if switch is False:
        rule = replace(rule, on=False)
    elif isinstance(switch, Years) and not rule.on and not named:
        rule = replace(rule, on=True, effective=rule.effective.within(switch))
    graded = {grade: _agreed(_severities(overrides, grade)) for one in overrides for grade in sorted(one.severity)}
    severity = {**rule.severity, **{grade: to for grade, to in sorted(graded.items()) if to is not None}}
    return replace(rule, severity=severity) if severity != dict(rule.severity) else rule


def clashes(rule: Rule, found: Sequence[Change], families: Iterable[Family]) -> Iterator[PackError]:
    """Name each two changes that want different things of a rule for the same reports of the forms given."""
    known = list(families)
    for one, other in combinations(found, 2):
        wanted = _difference(one.override, other.override)
        if wanted and _meet(rule, one.override, other.override, known):
            yield PackError(
                f"the rule {rule.id} is changed in two ways for the same reports: {one.owner} says {wanted[0]} "
                f"at {one.override.where}, {other.owner} says {wanted[1]}",
                where=other.override.where,
                hint=f"neither counts there, the pack {rule.pack!r} does; limit one by `applies`, or let it go",
            )


def _switch(override: Override) -> Years | bool | None:
    """Give False for off, the years for on, None where the switch is left alone."""
    return False if override.off else override.effective if override.on else None


def _severities(overrides: Sequence[Override], grade: str) -> Iterator[Severity]:
    return (one.severity[grade] for one in overrides if grade in one.severity)


def _agreed(values: Iterable[T]) -> T | None:
    """Give the one value that all say; None where nobody says any, or they disagree."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else None


def _difference(one: Override, other: Override) -> tuple[str, str] | None:
    """Say what two changes of a rule want where they disagree, or nothing."""
    switches = _switch(one), _switch(other)
    if None not in switches and switches[0] != switches[1]:
        return _said(switches[0]), _said(switches[1])
    for grade in sorted(set(one.severity) & set(other.severity)):
        if one.severity[grade] != other.severity[grade]:
            of = "" if grade == "default" else f"{grade} "
            return f"{of}{one.severity[grade]}", f"{of}{other.severity[grade]}"
    return None


def _said(switch: Years | bool | None) -> str:
    if not isinstance(switch, Years):
        return "off"
    first, last = switch.first, switch.last
    return "on" + (f" from {first}" if first is not None else "") + (f" to {last}" if last is not None else "")


def _meet(rule: Rule, one: Override, other: Override, families: Sequence[Family]) -> bool:
    """Tell whether some report is in reach of a rule and of two changes of it; the smallest regions decide."""
    reaches = rule.reach, one.reach, other.reach
    areas = {"", *(code for reach in reaches for code in reach.regions)}
    suited = [family for family in families if not rule.forms or set(family) & set(rule.forms)]
    return any(all(reach.holds(family, area) for reach in reaches) for family in suited for area in areas)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none but `default`"
