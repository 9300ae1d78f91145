"""Guarded YAML: plain values with the place of each; hostile files are refused before they cost anything.

Refused: anchors and aliases, duplicate keys, tags, files over 2 MB, nesting over 24, more than 200,000 nodes.
Scalars are words unless they are plainly a number, `true`, `false` or `null`: no dates, no `yes`, no sexagesimals.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from govrules.errors import Place, RulesetError
from govrules.load.source import Key, Source, read_content

MAX_BYTES, MAX_DEPTH, MAX_NODES = 2_000_000, 24, 200_000
_INTEGER = re.compile(r"[+-]?\d{1,18}\Z")
_FLOAT = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def read_yaml(file: Path | Traversable, name: str | None = None) -> Source:
    """Read one YAML file into plain values with their places; raises RulesetError with file, line and column."""
    name = name or str(file)
    return parse_yaml(read_content(file, name), name)


def parse_yaml(content: bytes, name: str) -> Source:
    """Parse YAML bytes (UTF-8) into plain values with their places; raises RulesetError."""
    if len(content) > MAX_BYTES:
        raise RulesetError(f"is {len(content)} bytes, the limit is {MAX_BYTES}", where=name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesetError(f"is not UTF-8 (byte {error.start})", where=name, hint="save it as UTF-8") from error
    source = Source(name, text)
    loader = getattr(yaml, "CLoader", yaml.Loader)
    try:
        _build(source, yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = source.at(mark.line + 1, mark.column + 1) if mark else Place(name)
        raise RulesetError(f"is not YAML: {error.problem or error.context}", where=where) from error
    except yaml.reader.ReaderError as error:
        raise RulesetError(f"is not YAML: {error.reason}", where=name) from error
    return source


@dataclass
class _Open:
    """A mapping or sequence still being read."""

    value: Any
    path: tuple[Key, ...]
    key: str | None = None


def _build(source: Source, events: Iterator[yaml.Event]) -> None:
    stack: list[_Open] = []
    nodes = documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _error(source, event, "holds a second document", "one document a file")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _error(source, event, "uses an anchor or alias", "write the value out")
        if isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
        if not isinstance(event, (yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            continue
        nodes += 1
        if nodes > MAX_NODES or len(stack) > MAX_DEPTH:
            raise _error(source, event, f"is too large: over {MAX_NODES} values or {MAX_DEPTH} levels")
        if event.tag and not (isinstance(event, yaml.ScalarEvent) and event.tag == "!"):
            raise _error(source, event, f"uses the tag {event.tag}", "write plain values")
        opened = _add(source, stack, event)
        if opened is not None:
            stack.append(opened)


def _add(source: Source, stack: list[_Open], event: Any) -> _Open | None:
    parent = stack[-1] if stack else None
    if parent is not None and isinstance(parent.value, dict) and parent.key is None:
        parent.key = _key(source, parent, event)
        return None
    scalar = isinstance(event, yaml.ScalarEvent)
    value: Any = _scalar(event) if scalar else {} if isinstance(event, yaml.MappingStartEvent) else []
    if parent is None:
        path: tuple[Key, ...] = ()
        source.data = value
    elif isinstance(parent.value, dict):
        assert parent.key is not None
        path = (*parent.path, parent.key)
        parent.value[parent.key], parent.key = value, None
    else:
        path = (*parent.path, len(parent.value))
        parent.value.append(value)
    quoted = scalar and event.style in ("'", '"')
    line, column = _start(event)
    source.places[path] = (line, column + quoted)
    return None if scalar else _Open(value, path)


def _key(source: Source, parent: _Open, event: Any) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise _error(source, event, "a key must be a word")
    key = str(event.value)
    if key in parent.value:
        raise _error(source, event, f"the key {key!r} stands twice", "keep one of them")
    source.keys[(*parent.path, key)] = _start(event)
    return key


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text = event.value
    if not event.implicit[0]:
        return str(text)
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text) and not (len(text.lstrip("+-")) > 1 and text.lstrip("+-").startswith("0")):
        return int(text)
    if _FLOAT.match(text) and math.isfinite(float(text)) and "." in text:
        return float(text)
    return str(text)


def _error(source: Source, event: Any, message: str, hint: str = "") -> RulesetError:
    return RulesetError(message, where=source.at(*_start(event)), hint=hint)


def _start(event: Any) -> tuple[int, int]:
    """Give line and column, from 1, where an event begins."""
    return event.start_mark.line + 1, event.start_mark.column + 1
