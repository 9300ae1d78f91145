"""Checking YAML values against pydantic models, with every complaint at its place in the file."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from rapidfuzz import fuzz, process

from govrules.errors import GovrulesError, RulesetError
from govrules.load.source import Key, Source

M = TypeVar("M", bound=BaseModel)


class Strict(BaseModel):
    """A model of a part of a YAML file: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def nearest(word: str, known: list[str]) -> str:
    """Give `did you mean …` for the nearest known name, or nothing when none is near."""
    found = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=60) if word else None
    return f"did you mean {found[0]!r}?" if found else ""


def check_model(
    model: type[M], values: Any, source: Source, *path: Key, error: type[GovrulesError] = RulesetError
) -> M:
    """Make a `model` of the values at `path`; the first complaint is raised as `error` at its line and column."""
    try:
        return model.model_validate(values)
    except ValidationError as failed:
        complaint = failed.errors()[0]
        loc: tuple[Key, ...] = tuple(part for part in complaint["loc"] if isinstance(part, (str, int)))
        fault = complaint.get("ctx", {}).get("error")
        offset = getattr(fault, "offset", 0)
        where = source.place(*path, *loc, offset=offset)
        if complaint["type"] == "extra_forbidden":
            where = source.key_place(*path, *loc)
        raise error(_words(model, complaint, loc), where=where) from failed


def _words(model: type[BaseModel], complaint: Any, loc: tuple[Key, ...]) -> str:
    last = loc[-1] if loc else ""
    if complaint["type"] == "extra_forbidden":
        known = sorted(_fields(model, loc[:-1]))
        hint = nearest(str(last), known) or f"known keys: {', '.join(known)}"
        return f"unknown key {last!r} ({hint})"
    if complaint["type"] == "missing":
        return f"the key {last!r} is missing"
    text = complaint["msg"].removeprefix("Value error, ")
    return f"{last}: {text}" if last != "" else text


def _fields(model: Any, path: tuple[Key, ...]) -> set[str]:
    """Give the keys known at `path` below a model, as far as its annotations tell."""
    for part in path:
        if isinstance(part, int) or not hasattr(model, "model_fields"):
            continue
        found = model.model_fields.get(part)
        model = found.annotation if found else None
        while model is not None and not hasattr(model, "model_fields"):
            inner = [a for a in getattr(model, "__args__", ()) if hasattr(a, "model_fields") or hasattr(a, "__args__")]
            model = inner[-1] if inner else None
    return {f.alias or name for name, f in model.model_fields.items()} if hasattr(model, "model_fields") else set()
