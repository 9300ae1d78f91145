"""Ruleset files (YAML) to packs: rules as declared, checked as far as that goes without a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import ConfigDict, Field, field_validator

from govrules.errors import PackError, Place, RulesetError
from govrules.hooks import API
from govrules.load.forms import YearsModel
from govrules.load.schema import Strict, check_model, nearest
from govrules.load.source import Source
from govrules.region import region_codes
from govrules.report import Measure
from govrules.rule import Basis, Check, Example, Override, Pack, PatternField, Reach, Rule, Severity

RULE_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
Text = str | dict[Literal["zh", "en"], str]


class BasisModel(Strict):
    """What a rule rests on."""

    document: str
    item: str = ""


class ExamplesModel(Strict):
    """Examples that must pass, and examples that must fail."""

    passing: tuple[dict[str, Any], ...] = Field((), alias="pass")
    failing: tuple[dict[str, Any], ...] = Field((), alias="fail")


class RuleModel(Strict):
    """The keys that every rule has; all others belong to its check kind."""

    model_config = ConfigDict(frozen=True, extra="allow")
    id: str
    title: Text
    severity: Severity | dict[str, Severity]
    basis: str | tuple[BasisModel | str, ...] = ()
    forms: tuple[str, ...] = ()
    effective: YearsModel = YearsModel.model_construct(first=None, last=None)
    foreach: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    check: str
    message: Text
    examples: ExamplesModel = ExamplesModel.model_construct(passing=(), failing=())
    tags: tuple[str, ...] = ()
    default: Literal["on", "off"] = "on"
    absence: bool | tuple[str, ...] = False
    waivable: bool = True

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not RULE_ID.fullmatch(value):
            raise ValueError(f"a rule id looks like `T3-01` or `ZJ-T3-02`, not {value!r}")
        return value


class DisableModel(Strict):
    """A rule to switch off, and why."""

    rule: str
    because: str


class EnableModel(Strict):
    """A rule that is off by default to switch on, from when, and why."""

    rule: str
    because: str
    effective: YearsModel = YearsModel.model_construct(first=None, last=None)


class GradeModel(Strict):
    """A severity to give instead, for all or for one grade of a rule, and why."""

    to: Severity | dict[str, Severity]
    because: str


class ScopeModel(Strict):
    """The reports that a ruleset file is for."""

    forms: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @field_validator("regions")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if code not in region_codes():
                raise ValueError(f"no region has the code {code!r}; a province has two digits, a prefecture four")
        return value

    def made(self) -> Reach:
        """Give the reach."""
        return Reach(self.forms, self.regions)


class MeasureModel(Strict):
    """The words by which prose speaks of a figure."""

    measure: str
    phrases: tuple[PatternField, ...] = ()
    after: tuple[PatternField, ...] = ()
    denials: tuple[PatternField, ...] = ()
    never: tuple[PatternField, ...] = ()
    context: tuple[PatternField, ...] = ()
    within: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def made(self) -> Measure:
        """Give the measure."""
        return Measure(
            self.measure, self.phrases, self.after, self.denials, self.never, self.context, self.within, self.units
        )


class PackModel(Strict):
    """A ruleset file."""

    pack: str
    api: int
    title: str = ""
    extends: str | None = None
    applies: ScopeModel = ScopeModel()
    rules: tuple[dict[str, Any], ...] = ()
    disable: tuple[DisableModel, ...] = ()
    enable: tuple[EnableModel, ...] = ()
    severity: dict[str, GradeModel] = Field(default_factory=dict)
    narrative: tuple[MeasureModel, ...] = ()

    @field_validator("api")
    @classmethod
    def _api(cls, value: int) -> int:
        if value != API:
            raise ValueError(f"asks for api {value}, this govrules speaks api {API}")
        return value


def load_pack(source: Source, checks: Mapping[str, type[Check]], origin: str = "") -> Pack:
    """Make a pack of a file; raises RulesetError with file, line and column for anything it does not know."""
    model = check_model(PackModel, source.data, source)
    reach = model.applies.made()
    rules = tuple(replace(_rule(source, number, model.pack, checks), reach=reach) for number in range(len(model.rules)))
    overrides = [replace(override, reach=reach) for override in _overrides(model, source)]
    return Pack(
        model.pack,
        model.title,
        rules,
        model.extends,
        reach.forms,
        reach.regions,
        tuple(overrides),
        origin,
        tuple(m.made() for m in model.narrative),
    )


def _overrides(model: PackModel, source: Source) -> Iterator[Override]:
    for number, off in enumerate(model.disable):
        yield Override(off.rule, off.because, source.place("disable", number, "rule"), off=True)
    for number, on in enumerate(model.enable):
        where = source.place("enable", number, "rule")
        yield Override(on.rule, on.because, where, on=True, effective=on.effective.made())
    for rule, grade in model.severity.items():
        yield Override(rule, grade.because, source.place("severity", rule), severity=_grades(grade.to))


def merge_packs(files: list[tuple[Pack, str]]) -> dict[str, Pack]:
    """Join the files of one pack; raises PackError when two distributions give the same pack or rule id."""
    packs: dict[str, Pack] = {}
    owners: dict[str, tuple[Rule, str]] = {}
    for pack, origin in files:
        for rule in pack.rules:
            if rule.id in owners:
                first, other = owners[rule.id]
                raise PackError(
                    f"two rules are called {rule.id}: {first.where} ({other}) and {rule.where} ({origin})",
                    where=rule.where,
                    hint="a rule id is for ever and stands once",
                )
            owners[rule.id] = rule, origin
        old = packs.get(pack.name)
        if old is not None and old.origin != pack.origin:
            raise PackError(f"the pack {pack.name!r} comes from {old.origin} and from {pack.origin}")
        packs[pack.name] = pack if old is None else _joined(old, pack)
    return packs


def _joined(one: Pack, other: Pack) -> Pack:
    return Pack(
        one.name,
        one.title or other.title,
        one.rules + other.rules,
        one.extends or other.extends,
        tuple(dict.fromkeys(one.forms + other.forms)),
        tuple(dict.fromkeys(one.regions + other.regions)),
        one.overrides + other.overrides,
        one.origin,
        one.narrative + other.narrative,
    )


def _rule(source: Source, number: int, pack: str, checks: Mapping[str, type[Check]]) -> Rule:
    path = ("rules", number)
    model = check_model(RuleModel, source.data["rules"][number], source, *path)
    kind = checks.get(model.check)
    if kind is None:
        hint = nearest(model.check, list(checks)) or f"known kinds: {', '.join(sorted(checks))}"
        raise RulesetError(
            f"unknown check kind {model.check!r} in rule {model.id}", where=source.place(*path, "check"), hint=hint
        )
    fields = dict(model.model_extra or {})
    _check_keys(source, path, model.id, kind, fields)
    basis = (model.basis,) if isinstance(model.basis, str) else model.basis
    return Rule(
        id=model.id,
        pack=pack,
        title=_texts(model.title),
        severity=_known_grades(_grades(model.severity), kind, source.place(*path, "severity")),
        kind=model.check,
        fields=fields,
        message=_texts(model.message),
        basis=tuple(Basis(b) if isinstance(b, str) else Basis(b.document, b.item) for b in basis if b),
        forms=model.forms,
        effective=model.effective.made(),
        foreach=model.foreach,
        examples=_examples(source, path, model.examples),
        tags=model.tags,
        on=model.default == "on",
        absence=model.absence,
        waivable=model.waivable,
        where=source.place(*path),
        keys={name: source.place(*path, name) for name in (*fields, "foreach", "forms", "message")},
    )


def _check_keys(source: Source, path: tuple[str, int], rule: str, kind: type[Check], fields: Mapping[str, Any]) -> None:
    known = set(kind.model_fields) | {field.alias for field in kind.model_fields.values() if field.alias}
    for name in fields:
        if name not in known:
            hint = (
                nearest(name, sorted(known | set(RuleModel.model_fields))) or f"known keys: {', '.join(sorted(known))}"
            )
            raise RulesetError(f"unknown key {name!r} in rule {rule}", where=source.key_place(*path, name), hint=hint)
    for name, made in kind.model_fields.items():
        if made.is_required() and name not in fields and made.alias not in fields:
            raise RulesetError(f"the key {made.alias or name!r} is missing in rule {rule}", where=source.place(*path))


def _known_grades(given: Mapping[str, Severity], kind: type[Check], where: Place) -> Mapping[str, Severity]:
    for grade in given:
        if grade != "default" and grade not in kind.grades:
            hint = nearest(grade, list(kind.grades)) or f"known grades: {', '.join(kind.grades) or 'none'}"
            raise RulesetError(f"unknown grade {grade!r}", where=where, hint=hint)
    return given


def _grades(given: Severity | Mapping[str, Severity]) -> dict[str, Severity]:
    return {"default": given} if isinstance(given, Severity) else dict(given)


def _texts(given: str | Mapping[Literal["zh", "en"], str]) -> dict[str, str]:
    return {"zh": given} if isinstance(given, str) else {str(lang): text for lang, text in given.items()}


def _examples(source: Source, path: tuple[str, int], model: ExamplesModel) -> tuple[Example, ...]:
    return tuple(
        Example(key == "pass", values, source.place(*path, "examples", key, number))
        for key, several in (("pass", model.passing), ("fail", model.failing))
        for number, values in enumerate(several)
    )
