"""What each pack changes in the one it extends: rules it adds, switches off or on, grades otherwise, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govrules.authoring.change import EFFECTS, Effect, listed, span
from govrules.region import region_named
from govrules.report import Reach
from govrules.rule import Override, Pack, Rule

_ZH = {"error": "错误", "warning": "警告", "info": "提示"}


@dataclass(frozen=True, slots=True)
class Regrading:
    """A grade of a rule of another pack that is given another severity."""

    grade: str
    old: str
    new: str

    @property
    def effect(self) -> Effect:
        """Tighter where the new severity is the graver one."""
        rank = ("info", "warning", "error").index
        return Effect.TIGHTER if rank(self.new) > rank(self.old) else Effect.LOOSER


@dataclass(frozen=True, slots=True)
class Step:
    """What a pack does to a rule of another: `what` is off, on or graded; `rule` is None where it is unknown."""

    what: str
    override: Override
    rule: Rule | None
    grades: tuple[Regrading, ...] = ()


@dataclass(frozen=True, slots=True)
class Audit:
    """All that a pack changes in the pack it extends."""

    pack: Pack
    base: Pack | None
    steps: tuple[Step, ...]

    @property
    def reach(self) -> Reach:
        """The reports for which it adds or changes anything; nothing said is everything."""
        sides = [Reach(rule.reach.forms or rule.forms, rule.reach.regions) for rule in self.pack]
        sides += [step.override.reach for step in self.steps]
        return Reach(_union(side.forms for side in sides), _union(side.regions for side in sides))


def _union(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Join lists of which an empty one is everything."""
    several = list(lists)
    return tuple(dict.fromkeys(name for names in several for name in names)) if all(several) else ()


def audits(packs: Mapping[str, Pack]) -> list[Audit]:
    """Give an audit of every pack that extends another."""
    rules = {rule.id: rule for pack in packs.values() for rule in pack}
    return [
        Audit(
            pack,
            packs.get(pack.extends),
            tuple(_step(override, rules.get(override.rule)) for override in pack.overrides),
        )
        for pack in packs.values()
        if pack.extends is not None
    ]


def _step(override: Override, rule: Rule | None) -> Step:
    if override.off or override.on:
        return Step("off" if override.off else "on", override, rule)
    grades = [
        Regrading(grade, rule.grade(grade).value if rule else new.value, new.value)
        for grade, new in override.severity.items()
    ]
    return Step("graded", override, rule, tuple(one for one in grades if one.old != one.new or rule is None))


def audit_fields(audit: Audit) -> dict[str, object]:
    """Give an audit as plain values, for JSON."""
    return {
        "pack": audit.pack.name,
        "title": audit.pack.title,
        "extends": audit.pack.extends,
        "origin": audit.pack.origin,
        "reach": _reach_fields(audit.reach),
        "added": [_rule_fields(rule) for rule in audit.pack],
        **{name: [_step_fields(s) for s in audit.steps if s.what == what] for what, name in _NAMES.items()},
    }


_NAMES = {"off": "switched_off", "on": "switched_on", "graded": "regraded"}


def _region(code: str) -> dict[str, str]:
    return {"code": code, "name": region_named(code).name}


def _rule_fields(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.id,
        "title": dict(rule.title),
        "severity": {grade: severity.value for grade, severity in rule.severity.items()},
        "default": "on" if rule.on else "off",
        "basis": [str(basis) for basis in rule.basis],
        "years": [rule.effective.first, rule.effective.last],
        "reach": _reach_fields(rule.reach, rule.forms),
    }


def _step_fields(step: Step) -> dict[str, object]:
    made: dict[str, object] = {
        "rule": step.override.rule,
        "title": dict(step.rule.title) if step.rule else None,
        "because": step.override.because,
        "reach": _reach_fields(step.override.reach),
    }
    if step.what == "on":
        made["years"] = [step.override.effective.first, step.override.effective.last]
    if step.what == "graded":
        made["grades"] = [
            {"grade": one.grade, "from": one.old, "to": one.new, "effect": one.effect.value} for one in step.grades
        ]
    return made


def _reach_fields(reach: Reach, forms: tuple[str, ...] = ()) -> dict[str, object]:
    return {"forms": list(reach.forms or forms), "regions": [_region(code) for code in reach.regions]}


def audit_text(audit: Audit, lang: str) -> str:
    """Say an audit in words, one line for each rule that is added or changed."""
    return "\n".join(_lines(audit, lang)) + "\n"


def _lines(audit: Audit, lang: str) -> Iterator[str]:
    yield f"{audit.pack.name} {audit.pack.title}"
    yield f"  {_head(audit, lang)}"
    yield f"  {_sum(audit, lang)}"
    yield from (f"  + {_added(rule, lang)}" for rule in audit.pack)
    yield from (f"  {_changed(step, lang)}" for step in audit.steps)


def _head(audit: Audit, lang: str) -> str:
    where = _where(audit.reach.forms, audit.reach.regions, lang)
    if lang == "zh":
        return f"扩展 {audit.pack.extends}{'' if audit.base else '（未安装）'}；{where}"
    return f"extends {audit.pack.extends}{'' if audit.base else ' (not installed)'}; {where}"


def _sum(audit: Audit, lang: str) -> str:
    added = len(audit.pack.rules)
    off, on, graded = (sum(step.what == what for step in audit.steps) for what in _NAMES)
    if lang == "zh":
        return f"新增规则 {added} 条，停用 {off} 条，启用 {on} 条，改变严重程度 {graded} 条"
    return f"{added} rules added, {off} switched off, {on} switched on, {graded} graded otherwise"


def _added(rule: Rule, lang: str) -> str:
    severity = "/".join(dict.fromkeys(_severity(one.value, lang) for one in rule.severity.values()))
    basis = "；".join(map(str, rule.basis))
    where = _where(rule.reach.forms or rule.forms, rule.reach.regions, lang)
    if lang == "zh":
        off = "" if rule.on else "，默认停用"
        return (
            f"新增 {rule.id} {_title(rule, lang)}（{severity}{off}；{where}，年度 {_years(rule, lang)}）依据：{basis}"
        )
    off = "" if rule.on else ", off by default"
    return f"adds {rule.id} {_title(rule, lang)} ({severity}{off}; {where}, years {_years(rule, lang)}) basis: {basis}"


def _changed(step: Step, lang: str) -> str:
    override, zh = step.override, lang == "zh"
    name = (
        f"{override.rule} {_title(step.rule, lang) if step.rule else ('（没有这条规则）' if zh else '(no such rule)')}"
    )
    where = _where(override.reach.forms, override.reach.regions, lang)
    because = f"理由：{override.because}" if zh else f"because: {override.because}"
    if step.what == "off":
        return f"− 停用 {name}（{where}）{because}" if zh else f"- switches off {name} ({where}) {because}"
    if step.what == "on":
        years = span(override.effective)
        said = ("全部" if zh else years) if years == "all" else years
        return (
            f"+ 启用 {name}（{where}，年度 {said}）{because}"
            if zh
            else (f"+ switches on {name} ({where}, years {said}) {because}")
        )
    grades = ("、" if zh else ", ").join(_graded(one, lang) for one in step.grades)
    return f"~ 改变 {name}：{grades}（{where}）{because}" if zh else f"~ grades {name}: {grades} ({where}) {because}"


def _graded(one: Regrading, lang: str) -> str:
    grade = "" if one.grade == "default" else f"{one.grade} "
    old, new = _severity(one.old, lang), _severity(one.new, lang)
    effect = EFFECTS[lang][one.effect]
    return f"{grade}{old} → {new}（{effect}）" if lang == "zh" else f"{grade}{old} → {new} ({effect})"


def _severity(name: str, lang: str) -> str:
    return _ZH[name] if lang == "zh" else name


def _title(rule: Rule, lang: str) -> str:
    return rule.title.get(lang) or next(iter(rule.title.values()), "")


def _years(rule: Rule, lang: str) -> str:
    years = span(rule.effective)
    return "全部" if lang == "zh" and years == "all" else years


def _where(forms: tuple[str, ...], regions: tuple[str, ...], lang: str) -> str:
    places = [f"{region_named(code).name} {code}" for code in regions]
    if lang == "zh":
        return f"表样 {'、'.join(forms) or '全部'}，地区 {'、'.join(places) or '全国'}"
    return f"forms {listed(forms)}, regions {listed(places)}"
