"""JSON Schema of rule files, form files and mapping files, for editors: made from the models that load them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from govrules.form import Forms
from govrules.load.form_file import FormModel
from govrules.load.mapping import MappingModel
from govrules.load.ruleset_file import RULE_ID, PackModel, RuleModel
from govrules.load.unroll import PARTS
from govrules.region import region_codes
from govrules.rule import Check
from govrules.testing import WORDS

Schema: TypeAlias = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLES = {
    "rules": "govrules 规则文件 | rule file",
    "forms": "govrules 表样文件 | form file",
    "mapping": "govrules 对照文件 | mapping file",
}
_NAMED = ("properties", "$defs")
_PLAIN = ("default", "enum", "const", "required", "examples", "enumDescriptions")
_LIST: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
_VALUE: Schema = {"type": ["number", "string"]}
_EXTRA: Schema = {
    "type": "object",
    "description": "表样以外的一行 | a row that no form knows",
    "properties": {
        "table": {"type": "string", "description": "所在的表 | its table"},
        "label": {"type": "string", "description": "行名 | its label"},
        "values": {"type": "array", "items": {"type": "string"}, "description": "各栏文字 | printed values"},
    },
    "required": ["table", "label", "values"],
    "additionalProperties": False,
}


class Subject(StrEnum):
    """The files that a schema is for."""

    rules = "rules"
    forms = "forms"
    mapping = "mapping"


def schema(subject: Subject, forms: Forms, checks: Mapping[str, type[Check]]) -> dict[str, object]:
    """Give the JSON Schema of a kind of file, with the names of these forms and check kinds; refs stay inside it."""
    if subject is Subject.rules:
        made = _rules(forms, checks)
    elif subject is Subject.forms:
        made = _forms(forms)
    else:
        made = _single(MappingModel)
        made["properties"]["forms"]["additionalProperties"] = {"enum": _names(forms)}
    return {"$schema": DIALECT, "title": _TITLES[subject.value], **_tidy(made)}


class _Lenient(GenerateJsonSchema):
    """A schema generator to which what JSON Schema cannot say is anything, so that no third party's kind stops it."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> Schema:  # noqa: ARG002
        return {}


def _together(models: Collection[type[BaseModel]]) -> tuple[dict[object, str], Schema]:
    """Give for each model the name of its definition, and all definitions."""
    refs, made = models_json_schema([(model, "validation") for model in models], schema_generator=_Lenient)
    names: dict[object, str] = {model: str(ref["$ref"]).rpartition("/")[2] for (model, _), ref in refs.items()}
    return names, made["$defs"]


def _single(model: type[BaseModel]) -> Schema:
    names, defs = _together([model])
    top: Schema = defs.pop(names[model])
    return {**top, "$defs": defs}


def _rules(forms: Forms, checks: Mapping[str, type[Check]]) -> Schema:
    names, defs = _together([PackModel, RuleModel, *dict.fromkeys(checks.values())])
    top, common = defs.pop(names[PackModel]), defs.pop(names[RuleModel])
    bodies = {kind: defs.pop(names[kind]) for kind in dict.fromkeys(checks.values())}
    for name, kind in sorted(checks.items()):
        defs[f"check_{name}"] = _branch(kind, bodies[kind], common)
    defs["cell"] = {"enum": sorted({cell for form in forms for cell in form.cells})}
    defs["form"] = {"enum": _names(forms)}
    defs["rule"] = _rule(common, forms, checks)
    defs["example"] = _example()
    scope = defs[_target(top["properties"]["applies"])]["properties"]
    scope["forms"]["items"] = {"$ref": "#/$defs/form"}
    scope["regions"]["items"] = {"enum": sorted(region_codes())}
    for side in defs[_target(common["properties"]["examples"])]["properties"].values():
        side["items"] = {"$ref": "#/$defs/example"}
    top["properties"]["rules"]["items"] = {"$ref": "#/$defs/rule"}
    top["properties"]["severity"]["propertyNames"] = {"pattern": f"^{RULE_ID.pattern}$"}
    return {**top, "$defs": defs}


def _rule(common: Schema, forms: Forms, checks: Mapping[str, type[Check]]) -> Schema:
    """Give the schema of a rule: the keys of all rules, and by `check` those of its kind."""
    kinds = sorted(checks)
    keys: Schema = common["properties"]
    keys["check"] |= {"enum": kinds, "enumDescriptions": [_told(checks[name]) for name in kinds]}
    keys["forms"]["items"] = {"$ref": "#/$defs/form"}
    sets = [f"{table}.{part}" for table in sorted({t.id for f in forms for t in f.tables}) for part in PARTS]
    keys["foreach"]["propertyNames"] = {"pattern": "^[a-z_]+$"}
    keys["foreach"]["additionalProperties"] = {"anyOf": [{"enum": [*sets, "sections"]}, _LIST]}
    branches = [
        {
            "if": {"properties": {"check": {"const": name}}, "required": ["check"]},
            "then": {"$ref": f"#/$defs/check_{name}"},
        }
        for name in kinds
    ]
    return {"type": "object", "properties": keys, "required": common["required"], "allOf": branches}


def _branch(kind: type[Check], body: Schema, common: Schema) -> Schema:
    """Give the schema of a rule of one kind: its own keys beside those of all rules, and no other."""
    shared = dict.fromkeys(common["properties"], True)
    severity: Schema = {"propertyNames": {"enum": ["default", *kind.grades]}}
    severity["description"] = common["properties"]["severity"]["description"]
    said = {made.alias or name: made.description for name, made in kind.model_fields.items() if made.description}
    own = {
        name: {**key, **({"description": said[name]} if name in said else {})}
        for name, key in body.get("properties", {}).items()
    }
    keys = {**own, **shared, "severity": severity}
    return {**body, "description": _told(kind), "properties": keys, "additionalProperties": False}


def _told(kind: type[Check]) -> str:
    said = (kind.__doc__ or "").strip().split("\n")[0]
    chinese = getattr(kind, "zh", "")
    return f"{chinese} | {said}" if chinese else said


def _example() -> Schema:
    keys: Schema = {
        "text": {"type": "string", "minLength": 1, "description": "整份报告的文字 | a whole report as text"},
        "form": {"$ref": "#/$defs/form", "description": "表样，不写则取规则的第一个 | form; the first of the rule"},
        "year": {"type": "integer", "description": "报告年度 | report year"},
        "issuer": {"type": "string", "description": "机关名称 | the body"},
        "zero": {**_LIST, "description": "为零的指标、其开头或表 | cells that are 0: ids, beginnings or tables"},
        "blank": {**_LIST, "description": "空白的指标 | cells that are printed blank"},
        "without": {**_LIST, "description": "没有找到的指标 | cells that were not found"},
        "cells": {
            "type": "object",
            "description": "印出的文字，按指标 | printed text by cell id",
            "propertyNames": {"$ref": "#/$defs/cell"},
            "additionalProperties": _VALUE,
        },
        "extra": _EXTRA,
    }
    assert set(keys) == WORDS
    return {
        "type": "object",
        "minProperties": 1,
        "properties": keys,
        "propertyNames": {"anyOf": [{"enum": sorted(keys)}, {"$ref": "#/$defs/cell"}]},
        "additionalProperties": _VALUE,
    }


def _forms(forms: Forms) -> Schema:
    made = _single(FormModel)
    keys, defs = made["properties"], made["$defs"]
    keys["extends"]["anyOf"][0] = {"enum": _names(forms)}
    keys["accepts"]["items"] = {"enum": _names(forms)}
    one = [{"required": ["row"]}, {"required": ["column"]}]
    defs["Insertion"]["allOf"] = [{"anyOf": [{"required": ["after"]}, {"required": ["before"]}]}, {"oneOf": one}]
    defs["Change"]["anyOf"] = one
    keys["replace"]["items"] = {"$ref": "#/$defs/Change", "required": ["by"]}
    return made


def _names(forms: Forms) -> list[str]:
    return sorted(form.name for form in forms)


def _target(key: Schema) -> str:
    """Give the name of the definition that a key refers to."""
    ref: str = key["$ref"] if "$ref" in key else key["allOf"][0]["$ref"]
    return ref.rpartition("/")[2]


def _tidy(node: Any) -> Any:
    """Leave out titles made of names and defaults that say nothing; write what editors of draft 7 read as well."""
    if isinstance(node, list):
        return [_tidy(part) for part in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: {name: _tidy(part) for name, part in value.items()}
        if key in _NAMED
        else value
        if key in _PLAIN
        else _tidy(value)
        for key, value in node.items()
        if key != "title" and not (key == "default" and (value is None or isinstance(value, dict)))
    }
    pairs = kept.pop("prefixItems", [])
    if pairs and all(part == pairs[0] for part in pairs):
        kept["items"] = pairs[0]
    elif pairs:
        kept["prefixItems"] = pairs
    if "$ref" in kept and len(kept) > 1:
        kept["allOf"] = [{"$ref": kept.pop("$ref")}, *kept.get("allOf", [])]
    return kept
