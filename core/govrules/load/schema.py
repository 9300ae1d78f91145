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

    # Prepared when first used: what comes from the cache needs no models.
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, defer_build=True)


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
        raise _faults(failed, model, source, path, error)[0] from failed


def model_faults(
    model: type[BaseModel], values: Any, source: Source, *path: Key, error: type[GovrulesError] = RulesetError
) -> list[GovrulesError]:
    """Give every complaint about the values at `path`, one for each place; none when a `model` can be made of them."""
    try:
        model.model_validate(values)
    except ValidationError as failed:
        return _faults(failed, model, source, path, error)
    return []


def _faults(
    failed: ValidationError, model: type[BaseModel], source: Source, path: tuple[Key, ...], error: type[GovrulesError]
) -> list[GovrulesError]:
    complaints = sorted(failed.errors(), key=lambda one: one["type"] != "extra_forbidden")
    located = [(complaint, _written(source, path, complaint)) for complaint in complaints]
    made: dict[str, GovrulesError] = {}
    for complaint, loc in located:
        # Where a value may be a word or a mapping, what is wrong inside the mapping says more than `not a word`.
        if not any(
            len(other) > len(loc) and other[: len(loc)] == loc and _is_choice(complaint) for _, other in located
        ):
            fault = _fault(complaint, loc, model, source, path, error)
            made.setdefault(f"{fault.where} {loc[-1:] if complaint['type'] == 'missing' else ''}", fault)
    return list({str(fault): fault for fault in made.values()}.values())


def _fault(
    complaint: Any, loc: tuple[Key, ...], model: type[BaseModel], source: Source, path: tuple[Key, ...],
    error: type[GovrulesError],
) -> GovrulesError:  # fmt: skip
    if complaint["type"] == "missing" and (typo := _typo(model, source, path, loc)) is not None:
        where = source.key_place(*path, *loc[:-1], typo)
        return error(f"unknown key {typo!r} (did you mean {loc[-1]!r}?)", where=where)
    if complaint["type"] == "extra_forbidden" or "[key]" in complaint["loc"]:
        return error(_words(model, complaint, loc), where=source.key_place(*path, *loc))
    offset = getattr(complaint.get("ctx", {}).get("error"), "offset", 0)
    return error(_words(model, complaint, loc), where=source.place(*path, *loc, offset=offset))


def _typo(model: type[BaseModel], source: Source, path: tuple[Key, ...], loc: tuple[Key, ...]) -> str | None:
    """Give the key that stands in the file for one that is missing, if it is nearly the same."""
    written = [keys[-1] for keys in source.keys if keys[:-1] == (*path, *loc[:-1])]
    unknown = [str(key) for key in written if key not in _fields(model, loc[:-1])]
    found = process.extractOne(str(loc[-1]), unknown, scorer=fuzz.ratio, score_cutoff=70) if loc else None
    return found[0] if found else None


def _written(source: Source, path: tuple[Key, ...], complaint: Any) -> tuple[Key, ...]:
    """Keep the parts of a complaint's path that stand in the file, or should: others name a variant of the model."""
    loc = [part for part in complaint["loc"] if isinstance(part, (str, int))]
    kept: tuple[Key, ...] = ()
    for number, part in enumerate(loc, start=1):
        absent = complaint["type"] == "missing" and number == len(loc)
        if absent or (*path, *kept, part) in source.places:
            kept += (part,)
    return kept


def _is_choice(complaint: Any) -> bool:
    return complaint["type"] not in {"missing", "extra_forbidden"}


def _words(model: type[BaseModel], complaint: Any, loc: tuple[Key, ...]) -> str:
    last = loc[-1] if loc else ""
    if complaint["type"] == "extra_forbidden":
        known = sorted(_fields(model, loc[:-1]))
        hint = nearest(str(last), known) or f"known keys: {', '.join(known)}"
        return f"unknown key {last!r} ({hint})"
    if complaint["type"] == "missing":
        return f"the key {last!r} is missing"
    text = complaint["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    if complaint["type"] in {"enum", "literal_error"}:
        text = f"should be {text}"
    named = next((part for part in reversed(loc) if isinstance(part, str)), "")
    return f"{named}: {text}" if named else text


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
