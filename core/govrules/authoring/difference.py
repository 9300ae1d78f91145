"""What changed between two editions of a pack, in words, and whether something breaks those who hold on to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from govrules.authoring.change import Change, Effect, lasting, parted, span
from govrules.authoring.edition import Edition, edition
from govrules.authoring.form_difference import form_changes
from govrules.authoring.rule_difference import rule_changes, severity_changes
from govrules.installed import Installed
from govrules.report import Measure, Reach
from govrules.rule import Override, Rule, Severity


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes from one edition to another; `old` and `new` are what they were called."""

    old: str
    new: str
    changes: tuple[Change, ...]

    @property
    def breaking(self) -> tuple[Change, ...]:
        """Those that break who names a rule, a cell or a section, or relies on what it means."""
        return tuple(change for change in self.changes if change.breaking)


def difference(old: str, new: str, base: Installed) -> Difference:
    """Compare two packs, each the folder of a pack or the name of an installed one.

    Raises UsageError for what is neither, and the error of a file that cannot be loaded.
    """
    with edition(old, base) as one, edition(new, base) as two:
        return Difference(old, new, tuple(changes(one, two)))


def changes(one: Edition, two: Edition) -> Iterator[Change]:
    """Give every change between two editions: of packs, rules, overrides, forms, measures and check kinds."""
    yield from _packs(one, two)
    yield from _rules(one, two)
    yield from _overrides(one, two)
    yield from _forms(one, two)
    yield from _measures(one, two)
    added, gone = parted(sorted(one.own_checks), sorted(two.own_checks))
    yield from (Change("kind", name, "check kind", Effect.REMOVED, old=name, breaking=True) for name in gone)
    yield from (Change("kind", name, "check kind", Effect.ADDED, new=name) for name in added)


def _packs(one: Edition, two: Edition) -> Iterator[Change]:
    added, gone = parted(one.packs, two.packs)
    yield from (Change("pack", name, "pack", Effect.REMOVED, old=name, breaking=True) for name in gone)
    yield from (Change("pack", name, "pack", Effect.ADDED, new=name) for name in added)
    for name in [name for name in two.packs if name in one.packs]:
        was, now = one.packs[name], two.packs[name]
        if was.extends != now.extends:
            words = was.extends or "", now.extends or ""
            yield Change("pack", name, "extends", Effect.CHANGED, *words, breaking=True)
        if was.title != now.title:
            yield Change("pack", name, "title", Effect.WORDING, was.title, now.title)


def _rules(one: Edition, two: Edition) -> Iterator[Change]:
    before, after = one.rules, two.rules
    for name in sorted({*before, *after}):
        if name not in after:
            yield Change("rule", name, "rule", Effect.REMOVED, old=_named(before[name]), breaking=True)
        elif name not in before:
            yield Change("rule", name, "rule", Effect.ADDED, new=_named(after[name]))
        else:
            yield from rule_changes(before[name], after[name], one, two)


def _named(rule: Rule) -> str:
    return " | ".join(rule.title.values())


def _overrides(one: Edition, two: Edition) -> Iterator[Change]:
    before, after = ({_key(override): override for override in side.overrides} for side in (one, two))
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        rule = two.rule(key[0]) or one.rule(key[0])
        if (was or now) is not None and rule is not None:
            yield from _graded(rule, was, now) if key[1] == "severity" else _switched(key[1], rule, was, now)


def _key(override: Override) -> tuple[str, str, Reach]:
    what = "disable" if override.off else "enable" if override.on else "severity"
    return override.rule, what, override.reach


def _switched(what: str, rule: Rule, was: Override | None, now: Override | None) -> Iterator[Change]:
    if was is not None and now is not None:
        if was.effective != now.effective:
            effect = lasting(was.effective, now.effective)
            yield Change("override", rule.id, "years", effect, span(was.effective), span(now.effective))
        yield from _reason(rule, was, now)
        return
    tighter = (now is not None) == (what == "enable")
    before, after = (side.because if side else "" for side in (was, now))
    yield Change("override", rule.id, what, Effect.TIGHTER if tighter else Effect.LOOSER, before, after)


def _graded(rule: Rule, was: Override | None, now: Override | None) -> Iterator[Change]:
    sides: list[dict[str, Severity]] = [{**rule.severity, **(side.severity if side else {})} for side in (was, now)]
    yield from severity_changes("override", rule.id, sides[0], sides[1], rule)
    if was is not None and now is not None:
        yield from _reason(rule, was, now)


def _reason(rule: Rule, was: Override, now: Override) -> Iterator[Change]:
    if was.because != now.because:
        yield Change("override", rule.id, "basis", Effect.WORDING, was.because, now.because)


def _forms(one: Edition, two: Edition) -> Iterator[Change]:
    # A folder of rules alone is no edition of the forms that were installed with them.
    if (one.installed and not two.forms) or (two.installed and not one.forms):
        return
    for name in sorted({*one.forms, *two.forms}):
        old, new = one.forms.get(name), two.forms.get(name)
        if old is not None and new is not None:
            yield from form_changes(old, new)
        elif old is not None:
            yield Change("form", name, "form", Effect.REMOVED, old=f"{name} ({len(old.cells)})", breaking=True)
        elif new is not None:
            yield Change("form", name, "form", Effect.ADDED, new=f"{name} ({len(new.cells)})")


def _measures(one: Edition, two: Edition) -> Iterator[Change]:
    before, after = _words(one), _words(two)
    for name in sorted({*before, *after}):
        was, now = before.get(name, {}), after.get(name, {})
        if not now:
            yield Change("measure", name, "measure", Effect.REMOVED, old=name, breaking=True)
        elif not was:
            yield Change("measure", name, "measure", Effect.ADDED, new=name)
        elif was != now:
            differing = [key for key in {**was, **now} if was.get(key) != now.get(key)]
            old, new = ("; ".join(f"{key}: {side.get(key, '')}" for key in differing) for side in (was, now))
            yield Change("measure", name, "measure", Effect.CHANGED, old, new)


def _words(side: Edition) -> Mapping[str, dict[str, str]]:
    """Give the words of every measure by their key, as text, those of all files together."""
    found: dict[str, dict[str, str]] = {}
    for pack in side.packs.values():
        for measure in pack.narrative:
            words = found.setdefault(measure.name, {})
            for key in [field.name for field in fields(Measure) if field.name not in ("name", "reach")]:
                told = ", ".join(str(getattr(word, "pattern", word)) for word in getattr(measure, key))
                words[key] = ", ".join(filter(None, (words.get(key, ""), told)))
    return found
