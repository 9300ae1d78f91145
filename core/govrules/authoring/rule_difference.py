"""What changed between two editions of a rule, each part of it and which way it goes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from govrules.authoring.change import Change, Effect, lasting, listed, parted, reached, span
from govrules.authoring.edition import Edition
from govrules.authoring.meaning import check_change
from govrules.rule import Example, Rule, Severity


def rule_changes(old: Rule, new: Rule, one: Edition, two: Edition) -> Iterator[Change]:
    """Give every change of a rule that both editions have."""
    yield from _switches(old, new)
    yield from severity_changes("rule", new.id, dict(old.severity), dict(new.severity), old)
    yield from _reach(old, new)
    changed = check_change(old, new, one, two)
    if changed is not None:
        yield changed
    yield from _wording(old, new)
    yield from _examples(old, new)


def severity_changes(
    of: str, name: str, old: dict[str, Severity], new: dict[str, Severity], rule: Rule
) -> Iterator[Change]:
    """Give what changed grade by grade; a grade that is not named has the severity of the default."""
    for grade in dict.fromkeys((*old, *new)):
        was, now = (side.get(grade) or side.get("default") or rule.grade(grade) for side in (old, new))
        if was is not now:
            prefix = "" if grade == "default" else f"{grade}: "
            effect = Effect.TIGHTER if now.rank > was.rank else Effect.LOOSER
            yield Change(of, name, "severity", effect, f"{prefix}{was}", f"{prefix}{now}")


def _switches(old: Rule, new: Rule) -> Iterator[Change]:
    if old.pack != new.pack:
        yield Change("rule", new.id, "pack", Effect.CHANGED, old.pack, new.pack)
    if old.on != new.on:
        words = ("on", "off") if old.on else ("off", "on")
        yield Change("rule", new.id, "default", Effect.TIGHTER if new.on else Effect.LOOSER, *words)
    if old.waivable != new.waivable:
        # A pack that switches the rule off is broken by a rule that may not be.
        effect = Effect.LOOSER if new.waivable else Effect.TIGHTER
        was, now = str(old.waivable).lower(), str(new.waivable).lower()
        yield Change("rule", new.id, "waivable", effect, was, now, breaking=not new.waivable)
    if old.absence != new.absence:
        yield Change("rule", new.id, "absence", Effect.CHANGED, _absence(old), _absence(new))


def _absence(rule: Rule) -> str:
    return str(rule.absence).lower() if isinstance(rule.absence, bool) else ", ".join(rule.absence)


def _basis(rule: Rule) -> str:
    return "; ".join(map(str, rule.basis))


def _reach(old: Rule, new: Rule) -> Iterator[Change]:
    limits = {
        "forms": (old.forms, new.forms),
        "applies to forms": (old.reach.forms, new.reach.forms),
        "applies to regions": (old.reach.regions, new.reach.regions),
    }
    for part, (was, now) in limits.items():
        if set(was) != set(now):
            yield Change("rule", new.id, part, reached(was, now), listed(was), listed(now))
    if old.effective != new.effective:
        effect = lasting(old.effective, new.effective)
        yield Change("rule", new.id, "years", effect, span(old.effective), span(new.effective))


def _wording(old: Rule, new: Rule) -> Iterator[Change]:
    for part, was, now in (("title", old.title, new.title), ("message", old.message, new.message)):
        for lang in dict.fromkeys((*was, *now)):
            if was.get(lang, "") != now.get(lang, ""):
                yield Change("rule", new.id, part, Effect.WORDING, was.get(lang, ""), now.get(lang, ""))
    if old.basis != new.basis:
        yield Change("rule", new.id, "basis", Effect.WORDING, _basis(old), _basis(new))
    if set(old.tags) != set(new.tags):
        yield Change("rule", new.id, "tags", Effect.CHANGED, ", ".join(old.tags), ", ".join(new.tags))


def _examples(old: Rule, new: Rule) -> Iterator[Change]:
    added, gone = parted(map(_written, old.examples), map(_written, new.examples))
    if added:
        yield Change("rule", new.id, "examples", Effect.ADDED, new="; ".join(added))
    if gone:
        yield Change("rule", new.id, "examples", Effect.REMOVED, old="; ".join(gone))


def _written(example: Example) -> str:
    values = json.dumps(example.values, ensure_ascii=False, sort_keys=True)
    return f"{'pass' if example.passes else 'fail'} {values}"
