"""The rules of a pack as declared, each with its file and number, and every fault that keeps one from loading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from govrules.authoring.complaint import Complaint, Kind, of_fault
from govrules.authoring.mending import mended_file, mended_rule
from govrules.errors import GovrulesError, Place
from govrules.form import Form, Forms
from govrules.installed import Installed
from govrules.load.ruleset_file import PackModel
from govrules.load.rulesets import load_pack, merge_packs, rule_faults
from govrules.load.schema import model_faults, nearest
from govrules.load.source import Key, Source
from govrules.plan import lineage
from govrules.rule import Check, Pack, Rule


@dataclass(frozen=True)
class Declared:
    """A rule that could be loaded, where it is written, and the forms whose reports it may meet.

    One that is `mended` has faults; they were left out, so that the rest of it can be reviewed.
    """

    source: Source
    number: int
    rule: Rule
    forms: tuple[Form, ...] = ()
    mended: bool = False

    def place(self, *path: Key, offset: int = 0) -> Place:
        """Give the place of a value below the rule."""
        return self.source.place("rules", self.number, *path, offset=offset)

    def key(self, *path: Key) -> Place:
        """Give the place of a key below the rule."""
        return self.source.key_place("rules", self.number, *path)


@dataclass(frozen=True)
class Loaded:
    """The packs of a folder as far as they load: each file as a pack of its own, joined packs, rules, complaints."""

    files: tuple[tuple[Source, Pack], ...]
    packs: Mapping[str, Pack]
    rules: tuple[Declared, ...]
    complaints: tuple[Complaint, ...]


def load(sources: Sequence[Source], checks: Mapping[str, type[Check]]) -> Loaded:
    """Load every rule that can be; the others, and what is wrong with their files, are complained of."""
    files: list[tuple[Source, Pack]] = []
    complaints: list[Complaint] = []
    for source in sources:
        pack = _pack(source, checks, complaints)
        if pack is not None:
            files.append((source, pack))
    rules = [rule for source, pack in files for rule in _declared(source, pack)]
    rules += [rule for source in sources for rule in mended_rules(source, checks, rules)]
    twice, first = list[Declared](), dict[str, Declared]()
    for rule in rules:
        if first.setdefault(rule.rule.id, rule) is not rule:
            twice.append(rule)
            words = f"another rule is called {rule.rule.id}: {first[rule.rule.id].place('id')}"
            complaints.append(Complaint(Kind.DUPLICATE_ID, words, rule.place("id"), "a rule id stands once"))
    left_out = {id(rule.rule) for rule in twice}
    kept = [(source, replace(pack, rules=tuple(r for r in pack if id(r) not in left_out))) for source, pack in files]
    packs = merge_packs([(pack, pack.origin) for _, pack in kept])
    return Loaded(tuple(kept), packs, tuple(rule for rule in rules if rule not in twice), tuple(complaints))


def mended_rules(source: Source, checks: Mapping[str, type[Check]], loaded: Sequence[Declared]) -> Iterator[Declared]:
    """Give the rules of a file that could not be loaded, as far as the rest of them makes sense."""
    done = {rule.number for rule in loaded if rule.source is source}
    rules = _list(source.data.get("rules")) if isinstance(source.data, dict) else []
    for number in set(range(len(rules))) - done:
        rule = mended_rule(source, number, checks)
        if rule is not None:
            yield Declared(source, number, rule, mended=True)


def with_forms(rule: Declared, forms: Forms) -> Declared:
    """Give a rule with the forms that it may meet by its own word and that of its file."""
    met = [form for form in forms if rule.rule.suits(form, f := family(form, forms)) and _in_reach(rule.rule, f)]
    return replace(rule, forms=tuple(met))


def family(form: Form, forms: Forms) -> tuple[str, ...]:
    """Name a form and those it extends."""
    return (form.name, *lineage(form, forms))


def unknown_forms(source: Source, known: Installed) -> Iterator[Complaint]:
    """Complain of every form that a file names and nobody gives: in `applies` and in its rules."""
    names = [form.name for form in known.forms]
    given = source.data if isinstance(source.data, dict) else {}
    rules = _list(given.get("rules"))
    places: list[tuple[tuple[Key, ...], object]] = [(("applies", "forms"), _below(given, "applies").get("forms"))]
    places += [(("rules", n, "forms"), _below(rules, n).get("forms")) for n in range(len(rules))]
    for path, several in places:
        for at, name in enumerate(_list(several)):
            if name not in names:
                hint = nearest(str(name), names) or f"known: {', '.join(names)}"
                yield Complaint(Kind.UNKNOWN_NAME, f"unknown form {name!r}", source.place(*path, at), hint)


def _pack(source: Source, checks: Mapping[str, type[Check]], complaints: list[Complaint]) -> Pack | None:
    complaints += map(of_fault, model_faults(PackModel, source.data, source))
    if not isinstance(source.data, dict):
        return None
    whole, broken = mended_file(source), set[int]()
    for number, given in enumerate(_list(source.data.get("rules"))):
        wrong = rule_faults(source, number, checks) if isinstance(given, dict) else []
        complaints += map(of_fault, wrong)
        broken |= {number} if wrong or not isinstance(given, dict) else set()
    try:
        return load_pack(whole, checks, without=broken)
    except GovrulesError as fault:
        complaints.append(of_fault(fault))
        return None


def _declared(source: Source, pack: Pack) -> Iterator[Declared]:
    numbers = {source.place("rules", number): number for number in range(len(_list(source.data.get("rules"))))}
    return (Declared(source, numbers[rule.where], rule) for rule in pack)


def _in_reach(rule: Rule, names: tuple[str, ...]) -> bool:
    return not rule.reach.forms or any(name in rule.reach.forms for name in names)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _below(value: object, key: Key) -> Mapping[str, object]:
    found = value[key] if isinstance(value, list) and isinstance(key, int) else None
    found = value.get(key) if isinstance(value, dict) else found
    return found if isinstance(found, dict) else {}
