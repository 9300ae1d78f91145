"""Ruleset files (YAML) to packs: rules as declared, checked as far as that goes without a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, field_validator

from govrules.errors import GovrulesError, PackError, Place, RulesetError
from govrules.hooks import API
from govrules.load.forms import YearsModel
from govrules.load.schema import Strict, check_model, model_faults, nearest
from govrules.load.source import Source
from govrules.region import region_codes
from govrules.report import Measure, Reach
from govrules.rule import Basis, Check, Example, Override, Pack, PatternField, Rule, Severity

RULE_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
# For JSON Schema alone: loading gives its own words for a wrong id, and lets an empty text pass.
_ID: dict[str, JsonValue] = {"pattern": f"^{RULE_ID.pattern}$"}
_SOME: dict[str, JsonValue] = {"minLength": 1, "minItems": 1, "minProperties": 1}
Text = str | dict[Literal["zh", "en"], str]


class BasisModel(Strict):
    """What a rule rests on."""

    document: str = Field(description="文件名称和文号 | the document, with its number", json_schema_extra=_SOME)
    item: str = Field(default="", description="所在条款、表或页 | the place in it")


class ExamplesModel(Strict):
    """Examples that must pass, and examples that must fail."""

    passing: tuple[dict[str, Any], ...] = Field(default=(), alias="pass", description="应当通过的示例 | must pass")
    failing: tuple[dict[str, Any], ...] = Field(default=(), alias="fail", description="应当不通过的示例 | must fail")


class RuleModel(Strict):
    """The keys that every rule has; all others belong to its check kind."""

    model_config = ConfigDict(frozen=True, extra="allow")
    id: str = Field(description="规则编号，永久不变，如 T3-01 | id, for ever", json_schema_extra=_ID)
    title: Text = Field(description="规则名称，可分中英文 | title, a text or by language", json_schema_extra=_SOME)
    severity: Severity | dict[str, Severity] = Field(
        description="严重程度，可按等次分别给出 | severity, one or by grade of the check kind",
        json_schema_extra=_SOME,
    )
    basis: str | tuple[BasisModel | str, ...] = Field(
        default=(), description="依据：文件和条款 | what the rule rests on", json_schema_extra=_SOME
    )
    forms: tuple[str, ...] = Field(default=(), description="适用的表样，不写则全部 | forms it is for; none: every form")
    effective: YearsModel = Field(
        default=YearsModel.model_construct(first=None, last=None), description="适用的报告年度 | report years it is for"
    )
    foreach: dict[str, str | tuple[str, ...]] = Field(
        default_factory=dict, description="逐项展开：名称对应一组指标、行、栏 | one instance for each item"
    )
    check: str = Field(description="审核公式类型 | check kind; its keys stand beside these")
    message: Text = Field(
        description="提示语，花括号中为数值 | message, {names} are filled in", json_schema_extra=_SOME
    )
    examples: ExamplesModel = Field(
        default=ExamplesModel.model_construct(passing=(), failing=()), description="示例，即测试 | examples, its tests"
    )
    tags: tuple[str, ...] = Field(default=(), description="标签，供 --select、--ignore 使用 | words for --select")
    default: Literal["on", "off"] = Field(default="on", description="默认是否启用 | whether it runs unless asked for")
    absence: bool | tuple[str, ...] = Field(
        default=False,
        description="说的是“没有”某内容，对不完整的副本从轻 | says that something is not there; or the grades that do",
    )
    waivable: bool = Field(default=True, description="其他规则包可否停用 | whether a pack may switch it off")

    @field_validator("id")
    @classmethod
    def _id(cls, value: str) -> str:
        if not RULE_ID.fullmatch(value):
            raise ValueError(f"a rule id looks like `T3-01` or `ZJ-T3-02`, not {value!r}")
        return value


class DisableModel(Strict):
    """A rule to switch off, and why."""

    rule: str = Field(description="规则编号 | rule id", json_schema_extra=_ID)
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)


class EnableModel(Strict):
    """A rule that is off by default to switch on, from when, and why."""

    rule: str = Field(description="规则编号 | rule id", json_schema_extra=_ID)
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)
    effective: YearsModel = Field(
        default=YearsModel.model_construct(first=None, last=None), description="启用的报告年度 | report years"
    )


class GradeModel(Strict):
    """A severity to give instead, for all or for one grade of a rule, and why."""

    to: Severity | dict[str, Severity] = Field(
        description="改为何种严重程度，可按等次 | severity instead, one or by grade", json_schema_extra=_SOME
    )
    because: str = Field(description="理由 | why", json_schema_extra=_SOME)


def _region(code: str) -> str:
    if code not in region_codes():
        raise ValueError(f"no region has the code {code!r}; a province has two digits, a prefecture four")
    return code


class ScopeModel(Strict):
    """The reports that a ruleset file is for."""

    forms: tuple[str, ...] = Field(default=(), description="适用的表样 | forms")
    regions: tuple[Annotated[str, AfterValidator(_region)], ...] = Field(
        default=(), description="适用的地区代码（加引号） | codes of regions, quoted"
    )

    def made(self) -> Reach:
        """Give the reach."""
        return Reach(self.forms, self.regions)


class MeasureModel(Strict):
    """The words by which prose speaks of a figure."""

    measure: str = Field(description="指标名称，供规则引用 | its name, for rules", json_schema_extra=_SOME)
    phrases: tuple[PatternField, ...] = Field(default=(), description="紧接数字之前的说法 | words just before it")
    after: tuple[PatternField, ...] = Field(default=(), description="紧接数字之后的说法 | words just behind it")
    denials: tuple[PatternField, ...] = Field(default=(), description="表示没有的说法 | words that deny the figure")
    never: tuple[PatternField, ...] = Field(default=(), description="句中出现则另有所指 | words of another figure")
    context: tuple[PatternField, ...] = Field(
        default=(), description="本句或前句须有的说法 | must be in this sentence or before"
    )
    within: tuple[str, ...] = Field(default=(), description="句中之前须有的指标 | measures that must stand before it")
    units: tuple[str, ...] = Field(default=(), description="计量单位 | units it is counted in")

    def made(self, reach: Reach) -> Measure:
        """Give the measure, for the reports within a reach."""
        return Measure(
            self.measure, self.phrases, self.after, self.denials, self.never, self.context, self.within, self.units,
            reach,
        )  # fmt: skip


class PackModel(Strict):
    """A ruleset file."""

    pack: str = Field(description="规则包名称 | name of the pack", json_schema_extra=_SOME)
    api: int = Field(description="规则语言版本 | version of the language", json_schema_extra={"const": API})
    title: str = Field(default="", description="规则包说明 | what the pack is")
    extends: str | None = Field(default=None, description="所扩展的规则包 | the pack this one changes or adds to")
    applies: ScopeModel = Field(default=ScopeModel(), description="本文件适用的报告 | reports this file is for")
    rules: tuple[dict[str, Any], ...] = Field(default=(), description="规则 | the rules")
    disable: tuple[DisableModel, ...] = Field(default=(), description="停用的规则 | rules to switch off")
    enable: tuple[EnableModel, ...] = Field(default=(), description="启用的规则 | rules to switch on")
    severity: dict[str, GradeModel] = Field(
        default_factory=dict, description="改变严重程度的规则 | rules to grade otherwise"
    )
    narrative: tuple[MeasureModel, ...] = Field(default=(), description="正文中指标的说法 | how prose tells figures")

    @field_validator("api")
    @classmethod
    def _api(cls, value: int) -> int:
        if value != API:
            raise ValueError(f"asks for api {value}, this govrules speaks api {API}")
        return value


def load_pack(
    source: Source, checks: Mapping[str, type[Check]], origin: str = "", *, without: Collection[int] = ()
) -> Pack:
    """Make a pack of a file; raises RulesetError with file, line and column for anything it does not know.

    `without` numbers rules to leave out, from 0: those of which `rule_faults` has told.
    """
    model = check_model(PackModel, source.data, source)
    reach = model.applies.made()
    numbers = [number for number in range(len(model.rules)) if number not in without]
    rules = tuple(replace(_rule(source, number, model.pack, checks), reach=reach) for number in numbers)
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
        tuple(m.made(reach) for m in model.narrative),
        source.place("extends" if model.extends is not None else "pack"),
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
        fault = pack_clash(pack, packs) or next(rule_clashes(pack, origin, owners), None)
        if fault is not None:
            raise fault
        owners |= {rule.id: (rule, origin) for rule in pack}
        packs[pack.name] = joined(packs.get(pack.name), pack)
    return packs


def pack_clash(pack: Pack, packs: Mapping[str, Pack]) -> PackError | None:
    """Say why a file cannot be joined with those of its pack: another distribution's, or another base; or nothing."""
    old = packs.get(pack.name)
    if old is None:
        return None
    if old.origin != pack.origin:
        words = f"the pack {pack.name!r} comes from {old.origin} ({old.where}) and from {pack.origin}"
        return PackError(words, where=pack.where, hint="the first is used; a pack has one distribution")
    if None not in (old.extends, pack.extends) and old.extends != pack.extends:
        words = f"the pack {pack.name!r} of {pack.origin} extends {pack.extends!r}, and {old.extends!r} at {old.where}"
        return PackError(words, where=pack.where, hint="all files of a pack extend the same one")
    return None


def rule_clashes(pack: Pack, origin: str, owners: Mapping[str, tuple[Rule, str]]) -> Iterator[PackError]:
    """Name every rule of a file whose id is taken, by a rule of `owners` or by an earlier one of the file."""
    known = dict(owners)
    for rule in pack:
        first, other = known.setdefault(rule.id, (rule, origin))
        if first is not rule:
            words = f"two rules are called {rule.id}: {first.where} ({other}) and {rule.where} ({origin})"
            yield PackError(words, where=rule.where, hint="a rule id is for ever and stands once; the first is used")


def joined(one: Pack | None, other: Pack) -> Pack:
    """Join two files of a pack."""
    if one is None:
        return other
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
        one.where if one.extends or not other.extends else other.where,
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


def rule_faults(source: Source, number: int, checks: Mapping[str, type[Check]]) -> list[GovrulesError]:
    """Give every complaint about one rule of a file as declared; none when `load_pack` can make it."""
    path, given = ("rules", number), source.data["rules"][number]
    faults = model_faults(RuleModel, given, source, *path)
    name, kind = str(given.get("id", "?")), checks.get(str(given.get("check")))
    if kind is not None:
        fields = {key: value for key, value in given.items() if key not in RuleModel.model_fields}
        at = {str(fault.where) for fault in faults}
        faults += [fault for fault in _key_faults(source, path, name, kind, fields) if str(fault.where) not in at]
    if not faults:
        try:
            _rule(source, number, "", checks)
        except GovrulesError as fault:
            faults.append(fault)
    return faults


def _check_keys(source: Source, path: tuple[str, int], rule: str, kind: type[Check], fields: Mapping[str, Any]) -> None:
    for fault in _key_faults(source, path, rule, kind, fields):
        raise fault


def _key_faults(
    source: Source, path: tuple[str, int], rule: str, kind: type[Check], fields: Mapping[str, Any]
) -> Iterator[RulesetError]:
    known = set(kind.model_fields) | {field.alias for field in kind.model_fields.values() if field.alias}
    for name in fields:
        if name not in known:
            hint = (
                nearest(name, sorted(known | set(RuleModel.model_fields))) or f"known keys: {', '.join(sorted(known))}"
            )
            yield RulesetError(f"unknown key {name!r} in rule {rule}", where=source.key_place(*path, name), hint=hint)
    for name, made in kind.model_fields.items():
        if made.is_required() and name not in fields and made.alias not in fields:
            yield RulesetError(f"the key {made.alias or name!r} is missing in rule {rule}", where=source.place(*path))


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
