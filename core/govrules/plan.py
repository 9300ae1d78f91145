"""Which rules a report meets: packs resolved once into instances per form, with their overrides and selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from govrules.errors import GovrulesError, PackError, RulesetError, UsageError
from govrules.form import Form, Forms
from govrules.installed import Installed
from govrules.load.schema import nearest
from govrules.load.unroll import unroll
from govrules.rule import Instance, Override, Pack, Rule


@dataclass
class Plan:
    """The packs of one run: `instances` gives what a form meets, `faults` the rules that could not be used."""

    installed: Installed
    packs: Mapping[str, Pack]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    faults: list[GovrulesError] = field(default_factory=list)
    _made: dict[tuple[str, str], list[Instance]] = field(default_factory=dict)

    @property
    def forms(self) -> Forms:
        """Every form of the run."""
        return self.installed.forms

    @property
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

    def area(self, region: str | None) -> str:
        """Give the smallest region around a code that some pack is limited to; reports there share their rules."""
        named = (code for pack in self.packs.values() for code in pack.regions)
        return max((code for code in named if (region or "").startswith(code)), key=len, default="")

    def _unrolled(self, rule: Rule, form: Form, area: str) -> list[Instance]:
        family = (form.name, *lineage(form, self.forms))
        if not rule.suits(form, family) or not rule.reach.holds(family, area):
            return []
        rule = self.resolved(rule, form, area)
        if not self.chosen(rule):
            return []
        try:
            return unroll(rule, form, self.forms, self.installed.checks[rule.kind])
        except GovrulesError as error:
            if str(error) not in map(str, self.faults):
                self.faults.append(error)
            return []

    def resolved(self, rule: Rule, form: Form, area: str = "") -> Rule:
        """Give a rule with the overrides of every ruleset file that is for the form and the area."""
        family = (form.name, *lineage(form, self.forms))
        for _, override in overrides(self.packs.values(), rule.id):
            if not override.reach.holds(family, area):
                continue
            if override.off:
                rule = replace(rule, on=False)
            if override.on and not rule.on and rule.id not in self.select:
                rule = replace(rule, on=True, effective=rule.effective.within(override.effective))
            rule = replace(rule, severity={**rule.severity, **override.severity})
        return rule

    def chosen(self, rule: Rule) -> bool:
        """Tell whether a rule runs: it is on, or named outright; not ignored; and selected if anything is."""
        named = rule.id in self.select
        if any(matches(rule, word) for word in self.ignore):
            return False
        return named or (rule.on and (not self.select or any(matches(rule, word) for word in self.select)))


def make_plan(
    installed: Installed, packs: Sequence[str] = (), select: Iterable[str] = (), ignore: Iterable[str] = ()
) -> Plan:
    """Settle the packs of a run; raises UsageError for a pack or a selection that nothing answers to."""
    chosen = _chosen_packs(installed, packs)
    plan = Plan(installed, chosen, tuple(select), tuple(ignore))
    plan.faults += [*_override_faults(chosen), *_form_faults(chosen, installed.forms)]
    for word in (*plan.select, *plan.ignore):
        if not any(matches(rule, word) for rule in plan.rules):
            known = sorted({rule.id for rule in plan.rules} | {rule.id.split("-")[0] for rule in plan.rules})
            raise UsageError(f"no rule answers to {word!r}", hint=nearest(word, known) or "see `govrules rules`")
    return plan


def matches(rule: Rule, word: str) -> bool:
    """Tell whether a word names a rule: by its id, the beginning of its id, or a tag."""
    return rule.id == word or rule.id.startswith(word.rstrip("-") + "-") or word in rule.tags


def lineage(form: Form, forms: Forms) -> tuple[str, ...]:
    """Name the forms that a form extends, nearest first."""
    names: list[str] = []
    base = forms.get(form.base)
    while base is not None and base.name not in names:
        names.append(base.name)
        base = forms.get(base.base)
    return tuple(names)


def overrides(packs: Iterable[Pack], rule: str) -> list[tuple[Pack, Override]]:
    """List what packs change in a rule, for whatever reports."""
    return [(pack, override) for pack in packs for override in pack.overrides if override.rule == rule]


def _chosen_packs(installed: Installed, names: Sequence[str]) -> dict[str, Pack]:
    known = installed.packs
    for name in names:
        if name not in known:
            raise UsageError(f"unknown pack {name!r}", hint=nearest(name, list(known)) or f"known: {', '.join(known)}")
    wanted = list(names) if names else list(known)
    wanted += [base for name in wanted if (base := known[name].extends) and base in known]
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


def _override_faults(packs: Mapping[str, Pack]) -> list[GovrulesError]:
    rules = {rule.id: rule for pack in packs.values() for rule in pack}
    faults: list[GovrulesError] = []
    for pack in packs.values():
        if pack.extends is not None and pack.extends not in packs:
            faults.append(PackError(f"the pack {pack.name!r} extends {pack.extends!r}, which is not installed"))
        for override in pack.overrides:
            rule = rules.get(override.rule)
            if rule is None:
                hint = nearest(override.rule, list(rules))
                faults.append(
                    PackError(f"overrides the unknown rule {override.rule!r}", where=override.where, hint=hint)
                )
            elif override.off and not rule.waivable:
                faults.append(PackError(f"the rule {rule.id} may not be switched off", where=override.where))
    return faults
