"""What a changed check means: looser, tighter, the same, or something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from govrules.authoring.change import Change, Effect
from govrules.authoring.edition import Edition
from govrules.authoring.implication import implies
from govrules.errors import GovrulesError
from govrules.expr import Node
from govrules.form import Form
from govrules.load.unroll import unroll
from govrules.plan import lineage
from govrules.rule import Check, Instance, Rule


def check_change(old: Rule, new: Rule, one: Edition, two: Edition) -> Change | None:
    """Give what changed in how a rule checks, with the keys that differ; None where they are as they were.

    Comparisons are held against each other in every form that both are for. Of a check of text only patterns and
    numbers may change without being another check.
    """
    before, after = ({"check": rule.kind, "foreach": rule.foreach, **rule.fields} for rule in (old, new))
    was, now = _differing(before, after)
    if not was and not now:
        return None
    kinds = one.checks[old.kind], two.checks[new.kind]
    if all(kind.scope == "cells" for kind in kinds):
        effect = _direction(old, new, one, two)
        breaking = effect is Effect.CHANGED
    else:
        effect, breaking = Effect.CHANGED, old.kind != new.kind or not _tuned(old, new, one, two)
    part = "check" if old.kind == new.kind else "check kind"
    return Change("rule", new.id, part, effect, was, now, breaking)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    """Give the keys that are not the same on both sides, as text."""
    before, after = dict(_leaves(old)), dict(_leaves(new))
    return _said(before, after), _said(after, before)


def _said(some: Mapping[str, object], others: Mapping[str, object]) -> str:
    return "; ".join(f"{path}: {value}" for path, value in some.items() if path not in others or others[path] != value)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Give what mappings and models hold in the end, by path; a list is one value."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if not isinstance(value, Mapping):
        yield path, list(value) if isinstance(value, tuple) else value
        return
    for key, part in value.items():
        yield from _leaves(part, f"{path}.{key}" if path else str(key))


@dataclass(frozen=True, slots=True)
class _Unrolled:
    """A rule unrolled in every form that its twin is for as well, and the forms that cannot hold it."""

    made: Mapping[tuple[str, str], Instance]
    without: frozenset[str]


def _unrolled(rule: Rule, side: Edition, twin: Rule, other: Edition) -> _Unrolled:
    made: dict[tuple[str, str], Instance] = {}
    without = set[str]()
    for form in side.known:
        there = other.known.get(form.name)
        if there is None or not (_suits(rule, form, side) and _suits(twin, there, other)):
            continue
        try:
            instances = unroll(rule, form, side.known, side.checks[rule.kind])
        except GovrulesError:
            without.add(form.name)
            continue
        made |= {(form.name, instance.key): instance for instance in instances}
    return _Unrolled(made, frozenset(without))


def _suits(rule: Rule, form: Form, side: Edition) -> bool:
    return rule.suits(form, lineage(form, side.known))


def _direction(old: Rule, new: Rule, one: Edition, two: Edition) -> Effect:
    before, after = _unrolled(old, one, new, two), _unrolled(new, two, old, one)
    was, now = before.made, after.made
    both = was.keys() & now.keys()
    blanks = any(was[key].check.fills_blanks() != now[key].check.fills_blanks() for key in both)
    if not both or blanks or before.without != after.without:
        return Effect.CHANGED
    truths = [(was[key].check.truth(), now[key].check.truth()) for key in both]
    looser = not now.keys() - both and _all(implies, truths)
    tighter = not was.keys() - both and _all(lambda before, after: implies(after, before), truths)
    if looser == tighter:
        return Effect.SAME if looser else Effect.CHANGED
    return Effect.LOOSER if looser else Effect.TIGHTER


def _all(holds: Callable[[Node, Node], bool], truths: list[tuple[Node, Node]]) -> bool:
    return all(holds(before, after) for before, after in truths)


def _tuned(old: Rule, new: Rule, one: Edition, two: Edition) -> bool:
    """Tell whether only patterns, numbers and switches differ: what is looked for, not where or whether."""
    if old.foreach != new.foreach:
        return False
    was, now = _unrolled(old, one, new, two).made, _unrolled(new, two, old, one).made
    both = sorted(was.keys() & now.keys())
    return bool(both) and all(_same_but_tuned(was[key].check, now[key].check) for key in both)


def _same_but_tuned(old: Check, new: Check) -> bool:
    before, after = dict(_leaves(old)), dict(_leaves(new))
    differing = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    return all(_is_tuning(side.get(path)) for path in differing for side in (before, after))


def _is_tuning(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_tuning, value))
    return value is None or isinstance(value, int | float) or hasattr(value, "finditer")
