"""Messages under review: every `{name}` must be filled by an operand, a `foreach` name, a cell or a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from govrules.authoring.complaint import Complaint, Kind
from govrules.authoring.declared import Declared
from govrules.errors import Place
from govrules.installed import Installed
from govrules.load.schema import nearest
from govrules.load.source import Source
from govrules.load.unroll import field_faults, unroll
from govrules.outcome import Failure
from govrules.plan import Plan
from govrules.rule import Instance
from govrules.testing import failures_of

_SLOT = re.compile(r"\{([^{}]+)\}")


def wrong_slots(rule: Declared, known: Installed, plan: Plan) -> Iterator[Complaint]:
    """Complain of slots that stay as they are; where the words come from a verdict, failing examples tell them."""
    kind = known.checks[rule.rule.kind]
    instances = [i for form in rule.forms for i in _instances(rule, form.name, known)]
    if not instances or not any(_SLOT.search(text) for text in rule.rule.message.values()):
        return
    if kind.scope == "cells":
        operands = {name for instance in instances for name in instance.check.operands()}
        yield from _unfilled(rule, [_always(rule, known) | operands])
        return
    told, faults = _told(rule, plan)
    yield from faults
    yield from _unfilled(rule, [_always(rule, known) | set(words) for words in told])


def _instances(rule: Declared, form: str, known: Installed) -> list[Instance]:
    kind = known.checks[rule.rule.kind]
    if field_faults(rule.rule, known.forms[form], known.forms, kind):
        return []
    return unroll(rule.rule, known.forms[form], known.forms, kind)


def _always(rule: Declared, known: Installed) -> set[str]:
    """Name what fills a slot whatever the verdict: the names of `foreach`, and cells."""
    names = {f"{name}{part}" for name in rule.rule.foreach for part in ("", ".title")}
    return names.union(*(known.forms.cells(form.name) for form in rule.forms))


def _told(rule: Declared, plan: Plan) -> tuple[list[Mapping[str, object]], list[Complaint]]:
    """Give the words of every verdict that a failing example brings, and what keeps examples from use."""
    told: list[Mapping[str, object]] = []
    faults: list[Complaint] = []
    for example in rule.rule.examples:
        if example.passes:
            continue
        try:
            told += [_words(failure) for failure in failures_of(rule.rule, example, plan)]
        except Exception as error:
            words = f"the example of {rule.rule.id} cannot be used: {getattr(error, 'message', '') or error}"
            faults.append(Complaint(Kind.EXAMPLE, words.split("\n")[0], example.where))
    return told, faults


def _words(failure: Failure) -> Mapping[str, object]:
    return failure.verdict.values


def _unfilled(rule: Declared, filled: list[set[str]]) -> Iterator[Complaint]:
    for lang, text in rule.rule.message.items():
        for slot in dict.fromkeys(_SLOT.findall(text)):
            lacking = next((names for names in filled if slot not in names), None)
            if lacking is not None:
                words = f"nothing fills {{{slot}}} in the message of rule {rule.rule.id}"
                simple = sorted(name for name in lacking if "." not in name or name.endswith(".title"))
                hint = nearest(slot, sorted(lacking)) or (f"known: {', '.join(simple)}" if simple else "")
                yield Complaint(Kind.UNKNOWN_SLOT, words, _slot_place(rule, lang, slot), hint)


def _slot_place(rule: Declared, lang: str, slot: str) -> Place:
    """Give the place of a slot in the file, be the message written in one line or in several."""
    path = ("rules", rule.number, "message", lang)
    begin = rule.source.place(*path)
    return find(rule.source, begin, f"{{{slot}}}")


def find(source: Source, begin: Place, text: str) -> Place:
    """Give the first place of a text in a file at or behind another place, or that place."""
    lines = source.text.split("\n")
    for number in range(begin.line - 1, len(lines)):
        column = lines[number].find(text, begin.column - 1 if number == begin.line - 1 else 0)
        if column >= 0:
            return source.at(number + 1, column + 1)
    return begin
