"""The laws of docs/inheritance.md on packs, each held against packs made up at random."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from typing import Any

from govrules.errors import GovrulesError, PackError
from govrules.form import Form
from govrules.installed import Installed, put_together
from govrules.load.parse import parse_yaml
from govrules.load.source import Source
from govrules.plan import Plan, make_plan
from govrules.plugin import Given, Offer
from govrules.report import CellRecord, Report
from govrules.rule import Check, Expression, Rule, Verdict, failed, passed
from govrules.validation import check
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Content = dict[str, Any]
Meaning = dict[tuple[str, str, str], tuple[object, ...]]

REGIONS = ("", "33", "3301", "3302", "44", "4401")
FAMILIES = {"tiny": ("tiny",), "tiny-x": ("tiny-x", "tiny"), "other": ("other",)}
SPAN = range(2015, 2032)
GRADES = ("error", "warning", "info")


def laws(cases: int) -> settings:
    quiet = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=cases, deadline=None, database=None, suppress_health_check=quiet)


class AtMost(Check):
    """The cell is at most `most`."""

    cell: Expression
    most: int
    scope = "report"
    grades = ("far",)

    def judge(self, report: Report, form: Form) -> Iterator[Verdict]:  # noqa: ARG002
        value = report.cells[self.cell.name].value or 0
        yield passed() if value <= self.most else failed("far" if value > 2 * self.most else "default")


def rule(name: str, **keys: object) -> Content:
    usual = {"severity": "warning", "check": "at_most", "cell": "t.one.n", "most": 3, "message": "多于 3"}
    return {"id": name, "title": name, **usual, **keys}


BASE: Content = {
    "pack": "base",
    "api": 1,
    "rules": [
        rule("B-1", severity={"default": "warning", "far": "error"}),
        rule("B-2", default="off", effective={"from": 2018, "to": 2026}),
        rule("B-3", waivable=False),
        rule("B-4", forms=["tiny-x"], default="off"),
    ],
}
IDS = tuple(one["id"] for one in BASE["rules"])


def source(content: object, name: str) -> Source:
    return parse_yaml(json.dumps(content, ensure_ascii=False).encode(), name)


def form_file(name: str, **keys: object) -> Content:
    columns = [{"id": "n", "title": "数量"}, {"id": "m", "title": "金额"}]
    rows = [{"id": f"t.{row}", "title": row} for row in ("one", "two", "three")]
    blocks = [{"headers": ["数量"], "columns": columns, "rows": rows}]
    tables = {"tables": [{"id": "t", "title": "表", "section": "s", "blocks": blocks}]} if "extends" not in keys else {}
    return {"form": name, "api": 1, "title": {"zh": name}, **tables, **keys}


OWN = Offer(
    "govrules 1.0",
    Given(
        {"at_most": AtMost},
        {},
        (
            source(form_file("tiny"), "tiny.yaml"),
            source(form_file("other"), "other.yaml"),
            source(form_file("tiny-x", extends="tiny"), "tiny-x.yaml"),
        ),
        (source(BASE, "base.yaml"),),
    ),
    "ours",
)


def offer(content: Content, owner: str = "") -> Offer:
    """Give a distribution with one pack file."""
    name = content["pack"]
    return Offer(owner or f"dist-{name} 1.0", Given(rulesets=(source(content, f"{owner or name}.yaml"),)))


def plan_of(packs: Iterable[Content | Offer]) -> Plan:
    offers = [one if isinstance(one, Offer) else offer(one) for one in packs]
    return make_plan(put_together([*offers, OWN]))


def meaning(plan: Plan) -> Meaning:
    """Give all that a plan makes of reports: for each form, region and rule its severity and years."""
    return {
        (form, region, instance.rule.id): _said(instance.rule)
        for form in FAMILIES
        for region in REGIONS
        for instance in plan.instances(form, region)
    }


def _said(one: Rule) -> tuple[object, ...]:
    return one.grade("default"), one.grade("far"), tuple(year for year in SPAN if year in one.effective)


def faults(plan: Plan) -> list[str]:
    return [f"{fault.where} {fault.message} {fault.hint}" for fault in (*plan.installed.faults, *plan.faults)]


# What packs may say

years = st.fixed_dictionaries({}, optional={"from": st.sampled_from([2016, 2020]), "to": st.sampled_from([2024, 2030])})
reasons = st.just("本地规定")
disables = st.fixed_dictionaries({"rule": st.sampled_from(IDS), "because": reasons})
enables = st.fixed_dictionaries({"rule": st.sampled_from(IDS), "because": reasons}, optional={"effective": years})
grades = st.one_of(
    st.sampled_from(GRADES),
    st.dictionaries(st.sampled_from(["default", "far"]), st.sampled_from(GRADES), min_size=1),
)
reaches = st.fixed_dictionaries(
    {},
    optional={
        "forms": st.lists(st.sampled_from(list(FAMILIES)), min_size=1, max_size=2, unique=True),
        "regions": st.lists(st.sampled_from(REGIONS[1:]), min_size=1, max_size=2, unique=True),
    },
)
changing = st.fixed_dictionaries(
    {"applies": reaches},
    optional={
        "disable": st.lists(disables, max_size=2),
        "enable": st.lists(enables, max_size=2),
        "severity": st.dictionaries(
            st.sampled_from(IDS), st.fixed_dictionaries({"to": grades, "because": reasons}), max_size=3
        ),
    },
)


def named(parts: Iterable[Content]) -> list[Content]:
    """Make packs of what is said in them, each with a rule of its own and a name of its own."""
    made = []
    for letter, content in zip("PQRS", parts, strict=False):
        own = rule(f"{letter}-1", severity="info")
        made.append({"pack": letter.lower(), "api": 1, "extends": "base", "rules": [own], **content})
    return made


packs_of = st.lists(changing, min_size=1, max_size=3).map(named)


# What the laws say they mean, written without a look at how it is done


def in_reach(pack: Content, form: str, region: str) -> bool:
    forms, regions = pack["applies"].get("forms"), pack["applies"].get("regions")
    return (not forms or bool(set(FAMILIES[form]) & set(forms))) and (
        not regions or any(region.startswith(code) for code in regions)
    )


def expected(packs: list[Content]) -> Meaning:
    made: Meaning = {}
    for form in FAMILIES:
        for region in REGIONS:
            met = [pack for pack in packs if in_reach(pack, form, region)]
            for one in BASE["rules"]:
                if set(one.get("forms", FAMILIES[form])) & set(FAMILIES[form]):
                    said = _expected(one, met)
                    made |= {(form, region, one["id"]): said} if said else {}
            made |= {(form, region, p["rules"][0]["id"]): ("info", "info", tuple(SPAN)) for p in met}
    return made


def _expected(one: Content, met: list[Content]) -> tuple[object, ...] | None:
    wants: dict[str, list[object]] = {"switch": [], "default": [], "far": []}
    for pack in met:
        if one.get("waivable", True):
            wants["switch"] += ["off" for off in pack.get("disable", ()) if off["rule"] == one["id"]]
        wants["switch"] += [_wanted(on) for on in pack.get("enable", ()) if on["rule"] == one["id"]]
        to = pack.get("severity", {}).get(one["id"], {}).get("to", {})
        for grade, severity in (to if isinstance(to, dict) else {"default": to}).items():
            wants[grade].append(severity)
    agreed = {what: said[0] for what, said in wants.items() if said and all(other == said[0] for other in said)}
    switch = agreed.pop("switch", None)
    own = one["severity"] if isinstance(one["severity"], dict) else {"default": one["severity"]}
    severity = {**own, **agreed}
    span = [year for year in SPAN if _lies(year, one.get("effective", {}))]
    if one.get("default") == "off":
        if not isinstance(switch, tuple):
            return None
        span = [year for year in span if year in switch]
    elif switch == "off":
        return None
    return severity["default"], severity.get("far", severity["default"]), tuple(span)


def _wanted(on: Content) -> tuple[int, ...]:
    return tuple(year for year in SPAN if _lies(year, on.get("effective", {})))


def _lies(year: int, span: Mapping[str, int]) -> bool:
    return span.get("from", 0) <= year <= span.get("to", 9999)


@laws(500)
@given(packs_of)
def test_packs_do_what_the_laws_say(packs: list[Content]) -> None:
    assert meaning(plan_of(packs)) == expected(packs)


@laws(300)
@given(packs_of)
def test_the_order_of_installation_never_matters(packs: list[Content]) -> None:
    first = plan_of(packs)
    for order in permutations([*map(offer, packs), OWN]):
        plan = make_plan(put_together(order))
        assert (meaning(plan), faults(plan)) == (meaning(first), faults(first))


@laws(200)
@given(changing)
def test_the_same_pack_in_two_distributions_counts_once_and_both_are_named(content: Content) -> None:
    (pack,) = named([content])
    once, twice = plan_of([pack]), plan_of([offer(pack, "one 1.0"), offer(pack, "two 2.0")])
    assert meaning(twice) == meaning(once)
    (fault,) = (fault for fault in faults(twice) if "comes from" in fault)
    assert "the pack 'p' comes from one 1.0 (one 1.0.yaml:1:" in fault
    assert "and from two 2.0" in fault


@laws(150)
@given(changing)
def test_the_same_file_twice_is_two_rules_of_one_id(content: Content) -> None:
    (pack,) = named([content])
    files = source(pack, "first.yaml"), source(pack, "second.yaml")
    once, twice = plan_of([pack]), plan_of([Offer("dist-p 1.0", Given(rulesets=files))])
    assert meaning(twice) == meaning(once)
    (fault,) = twice.installed.faults
    assert "two rules are called P-1: first.yaml:1:" in fault.message
    assert "and second.yaml:1:" in fault.message


@laws(300)
@given(packs_of, changing)
def test_a_pack_changes_nothing_outside_its_reach(packs: list[Content], content: Content) -> None:
    added = named([*packs, content])[-1] | {"pack": "z", "rules": [rule("Z-1")]}
    before, after = meaning(plan_of(packs)), meaning(plan_of([*packs, added]))
    changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert {(form, region) for form, region, _ in changed} <= {
        (form, region) for form in FAMILIES for region in REGIONS if in_reach(added, form, region)
    }


def report(form: str, region: str, value: int) -> Report:
    cells = {"t.one.n": CellRecord("t.one.n", value, str(value), "number", "exact", 1)}
    return Report(f"{form} {region}", f"{form} {region}", (1, 1), "某局", 2022, form, cells=cells, region=region)


@laws(60)
@given(packs_of, reaches, st.integers(0, 9), st.sampled_from(REGIONS), st.sampled_from(list(FAMILIES)))
def test_a_pack_that_changes_nothing_leaves_the_findings_of_others_alone(
    packs: list[Content], reach: Content, value: int, region: str, form: str
) -> None:
    added = {"pack": "z", "api": 1, "extends": "base", "applies": reach, "rules": [rule("Z-1", most=2)]}
    before = check([report(form, region, value)], plan_of(packs))
    after = check([report(form, region, value)], plan_of([*packs, added]))
    own = [finding for finding in after.findings if finding.rule == "Z-1"]
    assert [finding for finding in after.findings if finding.rule != "Z-1"] == list(before.findings)
    assert bool(own) is (value > 2 and in_reach(added, form, region))
    assert list(map(str, after.errors)) == list(map(str, before.errors))


@laws(150)
@given(st.lists(st.sampled_from(["disable", "severity"]), min_size=2, max_size=3), grades)
def test_switched_off_is_off_whatever_its_severity(kinds: list[str], to: object) -> None:
    said: dict[str, Content] = {
        "disable": {"disable": [{"rule": "B-1", "because": "甲"}]},
        "severity": {"severity": {"B-1": {"to": to, "because": "乙"}}},
    }
    plan = plan_of(named({"applies": {}, **said[kind]} for kind in kinds))
    assert faults(plan) == []
    assert any(key[2] == "B-1" for key in meaning(plan)) is ("disable" not in kinds)


@laws(150)
@given(years)
def test_a_rule_is_switched_on_within_its_own_years_alone(span: dict[str, int]) -> None:
    content = {"applies": {"regions": ["33"]}, "enable": [{"rule": "B-2", "because": "甲", "effective": span}]}
    made = meaning(plan_of(named([content])))
    wanted = tuple(year for year in range(2018, 2027) if _lies(year, span))
    assert {key[1]: said[2] for key, said in made.items() if key[2] == "B-2"} == dict.fromkeys(
        ["33", "3301", "3302"], wanted
    )


@laws(200)
@given(st.permutations(["P", "Q"]), st.sampled_from(GRADES), st.sampled_from(GRADES), reaches, reaches)
def test_two_packs_that_disagree_are_both_named_and_neither_counts(
    names: list[str], one: str, other: str, here: Content, there: Content
) -> None:
    said = [
        {"applies": reach, "severity": {"B-1": {"to": to, "because": "甲"}}}
        for reach, to in ((here, one), (there, other))
    ]
    packs = [pack for _, pack in sorted(zip(names, named(said), strict=True), key=lambda pair: pair[0])]
    both = [(f, r) for f in FAMILIES for r in REGIONS if all(in_reach(pack, f, r) for pack in packs)]
    plan = plan_of(packs)
    clash = [fault for fault in plan.faults if "is changed in two ways" in fault.message]
    assert len(clash) == (one != other and bool(both))
    for fault in clash:
        text = str(fault)
        assert all(f"dist-{name} 1.0" in text and f"{name}.yaml:1:" in text for name in ("p", "q"))
    kept = {meaning(plan)[form, region, "B-1"][0] for form, region in both}
    assert kept <= {one if one == other else "warning"}


def written(name: str, indent: int, key: str) -> tuple[str, tuple[int, int]]:
    """Write a pack that changes a rule, and tell where the rule is named."""
    head = f"pack: p\napi: 1\nextends: base\n{'# 注' * indent}\n{key}:\n"
    if key == "severity":
        return f"{head}{' ' * indent}{name}: {{to: info, because: 甲}}\n", (6, indent + len(name) + 3)
    return f"{head}{' ' * indent}- {{because: 甲, rule: {name}}}\n", (6, indent + 22)


@laws(150)
@given(
    st.from_regex(r"[A-Z][A-Z0-9]{1,4}-[0-9]{1,3}", fullmatch=True),
    st.integers(1, 9),
    st.sampled_from(["disable", "enable", "severity"]),
)
def test_a_change_of_an_unknown_rule_is_an_error_at_its_place(name: str, indent: int, key: str) -> None:
    text, place = written(name, indent, key)
    plan = plan_of([Offer("dist-p 1.0", Given(rulesets=(parse_yaml(text.encode(), "p.yaml"),)))])
    (fault,) = plan.faults
    assert fault.message == f"overrides the unknown rule {name!r}"
    assert str(fault.where) == f"p.yaml:{place[0]}:{place[1]}"
    assert meaning(plan) == meaning(plan_of([]))


@laws(100)
@given(st.permutations(["p", "q"]), reaches)
def test_a_rule_that_is_not_waivable_stays_on(order: list[str], reach: Content) -> None:
    content = {"applies": reach, "disable": [{"rule": "B-3", "because": "甲"}]}
    packs = sorted(named([content, content]), key=lambda pack: order.index(pack["pack"]))
    plan = plan_of(packs)
    assert {key[:2] for key in meaning(plan) if key[2] == "B-3"} == {(f, r) for f in FAMILIES for r in REGIONS}
    assert ["p.yaml" in str(f.where) for f in plan.faults] == [True, False]
    assert all("may not be switched off" in fault.message for fault in plan.faults)


# One thing at a time


def changes(**said: object) -> Content:
    return {"pack": "p", "api": 1, "extends": "base", **said}


def only_fault(*packs: Content) -> GovrulesError:
    plan = plan_of(packs)
    (fault,) = (*plan.installed.faults, *plan.faults)
    assert isinstance(fault, PackError)
    return fault


def test_a_pack_changes_only_the_rules_of_the_pack_it_extends() -> None:
    base = {"pack": "q", "api": 1, "extends": "base", "rules": [rule("Q-1")]}
    pack = changes(disable=[{"rule": "Q-1", "because": "甲"}])
    fault = only_fault(base, pack)
    assert "the pack 'p' of dist-p 1.0 changes the rule Q-1 of the pack 'q', which it does not extend" in fault.message
    assert ("tiny", "", "Q-1") in meaning(plan_of([base, pack]))
    assert only_fault(pack).message == "overrides the unknown rule 'Q-1'"


def test_a_pack_may_change_its_own_rules_for_some_reports() -> None:
    own = changes(rules=[rule("P-1")])
    here = changes(applies={"regions": ["33"]}, disable=[{"rule": "P-1", "because": "甲"}])
    plan = plan_of([Offer("dist-p 1.0", Given(rulesets=(source(own, "own.yaml"), source(here, "here.yaml"))))])
    assert faults(plan) == []
    assert {key[1] for key in meaning(plan) if key[2] == "P-1"} == {"", "44", "4401"}


def test_a_grade_that_the_check_kind_does_not_know_is_an_error_and_changes_nothing() -> None:
    fault = only_fault(changes(severity={"B-1": {"to": {"fra": "info"}, "because": "甲"}}))
    assert (fault.message, fault.hint) == ("the rule B-1 has no grade 'fra'", "did you mean 'far'?")


def test_files_of_a_pack_extend_the_same_one() -> None:
    one, other = changes(rules=[rule("P-1")]), changes(rules=[rule("P-2")]) | {"extends": "q"}
    files = source(one, "one.yaml"), source(other, "other.yaml")
    plan = plan_of([Offer("dist-p 1.0", Given(rulesets=files))])
    (fault,) = plan.installed.faults
    assert "the pack 'p' of dist-p 1.0 extends 'q', and 'base' at one.yaml:1:" in fault.message
    assert str(fault.where).startswith("other.yaml:1:")
    assert {key[2] for key in meaning(plan)} >= {"P-1"}


def test_a_chosen_pack_brings_all_it_rests_on_along() -> None:
    packs = [changes(), changes() | {"pack": "q", "extends": "p"}, changes() | {"pack": "r"}]
    made = put_together([OWN, *map(offer, packs)])
    assert set(make_plan(made, ["q"]).packs) == {"q", "p", "base"}


def test_of_two_rules_of_one_id_the_first_counts_and_the_rest_of_its_rival_runs() -> None:
    rules = [rule("B-1", severity="info"), rule("P-2")]
    plan = plan_of([changes(rules=rules)])
    (fault,) = plan.installed.faults
    assert "two rules are called B-1: base.yaml:1:" in fault.message
    assert "(govrules 1.0) and p.yaml:1:" in fault.message
    assert "(dist-p 1.0)" in fault.message
    made = meaning(plan)
    assert made["tiny", "", "B-1"][0] == "warning"
    assert ("tiny", "", "P-2") in made


def test_a_form_of_ours_is_ours_even_where_a_rival_of_its_name_extends_nothing() -> None:
    rival = Offer("dist-p 1.0", Given(forms=(source(form_file("tiny-x"), "rival.yaml"),)))
    for order in permutations([OWN, rival]):
        made = put_together(order)
        (fault,) = made.faults
        assert made.forms["tiny-x"].base == "tiny"
        assert "the form 'tiny-x' comes from govrules 1.0 and from dist-p 1.0" in fault.message
        assert str(fault.where).startswith("rival.yaml:1:")


def test_words_of_prose_are_words_of_the_reports_in_reach_alone() -> None:
    here = changes(applies={"forms": ["tiny-x"], "regions": ["33"]}, narrative=[{"measure": "m", "phrases": ["共$"]}])
    everywhere = {"pack": "q", "api": 1, "extends": "base", "narrative": [{"measure": "m", "phrases": ["计$"]}]}
    measures = plan_of([here, everywhere]).installed.measures
    assert {(measure.name, len(measure.phrases)) for measure in measures.values()} == {("m", 1)}
    (local,) = (measure for measure in measures.values() if measure.reach.regions)
    assert local.reach.holds(("tiny-x", "tiny"), "3301")
    assert not local.reach.holds(("tiny",), "3301")
    assert not local.reach.holds(("tiny-x", "tiny"), "")


def test_rules_for_a_form_are_asked_of_forms_that_extend_it() -> None:
    made: Installed = put_together([OWN])
    assert {rule.id for rule in make_plan(made).rules} == set(IDS)
    asked = {(form, i.rule.id) for form in FAMILIES for i in make_plan(made, select=["B-4"]).instances(form)}
    assert asked == {("tiny-x", "B-4")}
