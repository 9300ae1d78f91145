"""Which rules a report meets: packs resolved once into instances per form, with their overrides and selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from govrules.errors import GovrulesError, PackError, Place, RulesetError, UsageError
from govrules.form import Form, Forms
from govrules.installed import Installed
from govrules.load.schema import nearest
from govrules.load.unroll import unroll
from govrules.region import smallest
from govrules.rule import Instance, Override, Pack, Rule, Severity
from govrules.settled import changes, clashes, refusal, settled


@dataclass
class Plan:
    """The packs of one run: `instances` gives what a form meets, `faults` what is wrong whatever the reports."""

    installed: Installed
    packs: Mapping[str, Pack]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    faults: list[GovrulesError] = field(default_factory=list)
    _made: dict[tuple[str, str], list[Instance]] = field(default_factory=dict)
    _unusable: dict[tuple[str, str], list[GovrulesError]] = field(default_factory=dict)

    @property
    def foreign(self) -> bool:
        """Tell whether some rule that runs is of a check kind of others."""
        kinds = self.installed.makers.foreign
        return any(rule.kind in kinds and self.chosen(rule) for rule in self.rules)

    @property
    def forms(self) -> Forms:
        """Every form of the run."""
        return self.installed.forms

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule of the packs in use, as declared."""
        return sorted((rule for pack in self.packs.values() for rule in pack), key=lambda rule: rule.id)

    def instances(self, form: str | None, region: str | None = None) -> list[Instance]:
        """Give the instances for reports of a form in a region (a code), unrolled when first asked for.

        Without a form there are none; without a region only the rules and changes that are for everywhere.
        """
        key = form or "", self.area(region)
        if key not in self._made:
            found = self.forms.get(form)
            self._made[key] = (
                [] if found is None else [i for rule in self.rules for i in self._unrolled(rule, found, key[1])]
            )
        return self._made[key]

    def unusable(self, form: str | None, region: str | None = None) -> list[GovrulesError]:
        """Give the faults of rules that reports of a form in a region would have met."""
        self.instances(form, region)
        return self._unusable.get((form or "", self.area(region)), [])

    def area(self, region: str | None) -> str:
        """Give the smallest region around a code that some pack is limited to; reports there share their rules."""
        return smallest(region, (code for pack in self.packs.values() for code in pack.regions))

    def _unrolled(self, rule: Rule, form: Form, area: str) -> list[Instance]:
        family = (form.name, *lineage(form, self.forms))
        if not rule.suits(form, family) or not rule.reach.holds(family, area):
            return []
        rule = self.resolved(rule, form, area)
        if rule.id in self.severity:
            rule = replace(rule, severity=dict.fromkeys(rule.severity, self.severity[rule.id]))
        if not self.chosen(rule):
            return []
        try:
            return unroll(rule, form, self.forms, self.installed.checks[rule.kind])
        except GovrulesError as error:
            fault = error
        except Exception as error:  # a check kind may be anybody's
            owner = self.installed.makers.owners.get(rule.kind, "?")
            words = f"rule {rule.id} (check kind {rule.kind!r} of {owner}) cannot be made: {type(error).__name__}"
            fault = RulesetError(f"{words}: {error}", where=rule.where)
        self._unusable.setdefault((form.name, area), []).append(fault)
        return []

    def resolved(self, rule: Rule, form: Form, area: str = "") -> Rule:
        """Give a rule with the changes of every ruleset file that is for the form and the area."""
        family = (form.name, *lineage(form, self.forms))
        met = [one for one in self._changes[0].get(rule.id, ()) if one.reach.holds(family, area)]
        return settled(rule, met, named=rule.id in self.select) if met else rule

    @property
    def clashing(self) -> list[GovrulesError]:
        """Every change of a pack that may not be, and every two that contradict each other."""
        return self._changes[1]

    @cached_property
    def _changes(self) -> tuple[dict[str, list[Override]], list[GovrulesError]]:
        """Give the changes that hold, by rule, and the faults of the others."""
        rules = {rule.id: rule for pack in {**self.installed.packs, **self.packs}.values() for rule in pack}
        grades = {name: kind.grades for name, kind in self.installed.checks.items()}
        found, faults = changes(self.packs.values()), list[GovrulesError]()
        refused = {change.order: fault for change in found if (fault := refusal(change, rules, grades)) is not None}
        faults += refused.values()
        held = [change for change in found if change.order not in refused]
        families = [(form.name, *lineage(form, self.forms)) for form in self.forms]
        for rule in self.rules:
            faults += clashes(rule, [one for one in held if one.override.rule == rule.id], families)
        made: dict[str, list[Override]] = {}
        for change in held:
            made.setdefault(change.override.rule, []).append(change.override)
        return made, faults

    def chosen(self, rule: Rule) -> bool:
        """Tell whether a rule runs: it is on, or named outright; not ignored; and selected if anything is."""
        named = rule.id in self.select
        if any(matches(rule, word) for word in self.ignore):
            return False
        return named or (rule.on and (not self.select or any(matches(rule, word) for word in self.select)))


def make_plan(
    installed: Installed,
    packs: Sequence[str] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    severity: Mapping[str, Severity] | None = None,
) -> Plan:
    """Settle the packs of a run; raises UsageError for a pack or a selection that nothing answers to.

    `severity` grades rules otherwise, by their ids; one that is not waivable keeps its own: UsageError.
    """
    chosen = _chosen_packs(installed, packs)
    plan = Plan(installed, chosen, tuple(select), tuple(ignore), severity or {})
    _check_grading(plan)
    plan.faults += [*_base_faults(chosen), *plan.clashing, *_form_faults(chosen, installed.forms)]
    for word in (*plan.select, *plan.ignore):
        if not any(matches(rule, word) for rule in plan.rules):
            known = sorted({rule.id for rule in plan.rules} | {rule.id.split("-")[0] for rule in plan.rules})
            raise UsageError(f"no rule answers to {word!r}", hint=nearest(word, known) or "see `govrules rules`")
    return plan


def rule_named(name: str, plan: Plan, where: Place | str = "") -> Rule:
    """Give a rule by its id; raises UsageError where there is none."""
    found = {rule.id: rule for rule in plan.rules}
    if name not in found:
        raise UsageError(f"no rule is called {name!r}", where=where, hint=nearest(name, list(found)))
    return found[name]


def _check_grading(plan: Plan) -> None:
    for name in plan.severity:
        where = f"severity.{name}"
        if not rule_named(name, plan, where).waivable:
            raise UsageError(f"the rule {name} keeps its severity", where=where, hint="it is `waivable: false`")


def matches(rule: Rule, word: str) -> bool:
    """Tell whether a word names a rule: by its id, the beginning of its id, or a tag."""
    return rule.id == word or rule.id.startswith(word.rstrip("-") + "-") or word in rule.tags


def lineage(form: Form, forms: Forms) -> tuple[str, ...]:
    """Name the forms that a form extends, nearest first."""
    return forms.lineage(form)


def overrides(packs: Iterable[Pack], rule: str) -> list[tuple[Pack, Override]]:
    """List what packs change in a rule, for whatever reports."""
    return [(pack, override) for pack in packs for override in pack.overrides if override.rule == rule]


def _chosen_packs(installed: Installed, names: Sequence[str]) -> dict[str, Pack]:
    known = installed.packs
    for name in names:
        if name not in known:
            raise UsageError(f"unknown pack {name!r}", hint=nearest(name, list(known)) or f"known: {', '.join(known)}")
    wanted = list(names) if names else list(known)
    for name in wanted:  # grows as it is gone through: a base may extend another
        base = known[name].extends
        if base is not None and base in known and base not in wanted:
            wanted.append(base)
    return {name: known[name] for name in sorted(set(wanted))}


def _form_faults(packs: Mapping[str, Pack], forms: Forms) -> list[GovrulesError]:
    known = [form.name for form in forms]
    return [
        RulesetError(
            f"unknown form {name!r} in rule {rule.id}", where=rule.keys.get("forms", rule.where),
            hint=nearest(name, known) or f"known: {', '.join(known)}",
        )
        for pack in packs.values() for rule in pack for name in rule.forms if name not in forms
    ]  # fmt: skip


def _base_faults(packs: Mapping[str, Pack]) -> list[GovrulesError]:
    return [
        PackError(f"the pack {pack.name!r} extends {pack.extends!r}, which is not installed", where=pack.where)
        for pack in packs.values()
        if pack.extends is not None and pack.extends not in packs
    ]
