"""Rules that never run: no form, no year, nothing to go through; and regions that mean nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from govrules.authoring.complaint import Complaint, Kind
from govrules.authoring.declared import Declared
from govrules.form import Forms, Years
from govrules.load.source import Source
from govrules.load.unroll import field_faults, unroll
from govrules.rule import Check, Pack

FIRST, LAST = 0, 9999


def unreachable(rule: Declared, forms: Forms, kind: type[Check]) -> Iterator[Complaint]:
    """Complain of a rule that no report can meet."""
    name, years = rule.rule.id, rule.rule.effective
    if any(wanted not in forms for wanted in (*rule.rule.forms, *rule.rule.reach.forms)):
        return
    if not rule.forms:
        words = f"rule {name} is for {_list(rule.rule.forms)}, its file for {_list(rule.rule.reach.forms)}"
        yield Complaint(Kind.UNREACHABLE, words, rule.place("forms"), "no form is both")
    elif not meet(years, Years()):
        words = f"rule {name} is in force {said(years)}: no year is in that span"
        yield Complaint(Kind.UNREACHABLE, words, rule.place("effective"))
    elif not any(meet(years, form.years) for form in rule.forms):
        spans = "; ".join(f"{form.name} is for {said(form.years)}" for form in rule.forms)
        words = f"rule {name} is in force {said(years)}, when none of its forms is in use"
        yield Complaint(Kind.UNREACHABLE, words, rule.place("effective"), spans)
    elif not _unrolls(rule, forms, kind):
        where = next((rule.place("foreach", key) for key, given in rule.rule.foreach.items() if not given), None)
        words = f"rule {name} goes through an empty set, in every form it is for"
        yield Complaint(Kind.UNREACHABLE, words, where or rule.place("foreach"))


def _unrolls(rule: Declared, forms: Forms, kind: type[Check]) -> bool:
    """Tell whether a rule has an instance in some form, or cannot be told for faults of its own."""
    return not rule.rule.foreach or any(
        field_faults(rule.rule, form, forms, kind) or unroll(rule.rule, form, forms, kind) for form in rule.forms
    )


def idle_regions(source: Source, pack: Pack, base: Pack | None) -> Iterator[Complaint]:
    """Complain of a region within another one listed, and of one in which nothing of the extended pack holds."""
    regions, wider = pack.regions, None if base is None else regions_of(base)
    for number, code in enumerate(regions):
        where = source.place("applies", "regions", number)
        others = [other for at, other in enumerate(regions) if at < number or (at > number and other != code)]
        if outer := next((other for other in others if code.startswith(other)), None):
            yield Complaint(Kind.OUTSIDE_REGION, f"the region {code} lies in {outer}, which stands there too", where)
        if base is not None and wider and not overlap((code,), wider):
            words = f"the region {code} lies outside those of the extended pack {base.name}: {', '.join(sorted(wider))}"
            yield Complaint(Kind.OUTSIDE_REGION, words, where)


def regions_of(pack: Pack) -> frozenset[str]:
    """Give the regions that a pack is limited to; none where some part of it is for everywhere."""
    reaches = [*(rule.reach for rule in pack.rules), *(override.reach for override in pack.overrides)]
    if not all(reach.regions for reach in reaches):
        return frozenset()
    return frozenset(code for reach in reaches for code in reach.regions)


def overlap(some: Collection[str], others: Collection[str]) -> bool:
    """Tell whether two lists of regions have a place in common; an empty list is everywhere."""
    if not some or not others:
        return True
    return any(one.startswith(other) or other.startswith(one) for one in some for other in others)


def meet(one: Years, other: Years) -> bool:
    """Tell whether two spans of years have a year in common."""
    both = one.within(other)
    return (both.first or FIRST) <= (both.last or LAST)


def said(years: Years) -> str:
    """Say a span of years."""
    if years.first is None and years.last is None:
        return "every year"
    return f"{years.first or '…'} to {years.last or '…'}"


def _list(names: Collection[str]) -> str:
    return ", ".join(names) or "every form"
