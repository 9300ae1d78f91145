"""Files and rules with faults, without what is wrong in them, so that one review tells of everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from govrules.errors import GovrulesError
from govrules.hooks import API
from govrules.load.ruleset_file import PackModel, RuleModel
from govrules.load.rulesets import load_pack
from govrules.load.source import Source
from govrules.rule import Check, Rule


def mended_file(source: Source) -> Source:
    """Give a rule file without the keys that are wrong; its places are those of the file."""
    needed = {"pack": "?", "api": API}
    rules = source.data.get("rules")
    kept = [one if isinstance(one, dict) else {} for one in rules] if isinstance(rules, list) else rules
    return replace(source, data=_right(PackModel, {**source.data, "rules": kept}, needed))


def mended_rule(source: Source, number: int, checks: Mapping[str, type[Check]]) -> Rule | None:
    """Give a rule without the keys that are wrong; None where its kind is not known or lacks a key."""
    given = source.data["rules"][number]
    kind = checks.get(str(given.get("check"))) if isinstance(given, dict) else None
    if kind is None:
        return None
    needed = {"id": "X-0", "title": "?", "severity": "info", "check": given["check"], "message": "?"}
    known = {*RuleModel.model_fields, *kind.model_fields, *(f.alias for f in kind.model_fields.values() if f.alias)}
    right = _right(RuleModel, {key: value for key, value in given.items() if key in known}, needed)
    file = mended_file(source)
    rules = [right if at == number else one for at, one in enumerate(file.data["rules"])]
    others = [at for at in range(len(rules)) if at != number]
    for severity in (right["severity"], "info"):  # its grades may be what is wrong
        right["severity"] = severity
        try:
            return load_pack(replace(file, data={**file.data, "rules": rules}), checks, without=others).rules[0]
        except GovrulesError:
            continue
    return None


def _right(model: type[BaseModel], given: Mapping[str, Any], needed: Mapping[str, Any]) -> dict[str, Any]:
    """Give the keys that are right, each on its own, and those `needed` in place of what is wrong or missing."""
    right = dict(needed)
    for key, value in given.items():
        try:
            model.model_validate({**needed, key: value})
        except ValidationError:
            continue
        right[key] = value
    return right
