"""What every rule should have and what every key must mean: basis, examples, English, names and patterns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govrules.authoring.complaint import Complaint, Kind, of_words
from govrules.authoring.declared import Declared
from govrules.form import Cell, Form, Forms
from govrules.installed import Installed
from govrules.load.schema import nearest
from govrules.load.unroll import field_faults
from govrules.testing import WORDS

_PREFIXES = ("zero", "blank", "without")


def missing_parts(rule: Declared) -> Iterator[Complaint]:
    """Complain of a rule without basis, or without an example that passes or one that fails."""
    name, examples = rule.rule.id, rule.rule.examples
    if not any(basis.document.strip() for basis in rule.rule.basis):
        hint = "basis: [{document: …, item: …}]"
        yield Complaint(Kind.NO_BASIS, f"rule {name} does not say what it rests on", rule.place(), hint)
    for passes, word in ((True, "pass"), (False, "fail")):
        if not any(example.passes is passes for example in examples):
            words = f"rule {name} has no example that must {word}"
            where = rule.key("examples") if ("rules", rule.number, "examples") in rule.source.keys else rule.place()
            yield Complaint(Kind.NO_EXAMPLE, words, where, f"examples: {{{word}: […]}}")


def missing_english(rule: Declared) -> Iterator[Complaint]:
    """Complain of a title and a message that are not told in English as well."""
    for key, texts in (("title", rule.rule.title), ("message", rule.rule.message)):
        if not texts.get("en", "").strip():
            words = f"the {key} of rule {rule.rule.id} is not told in English"
            yield Complaint(Kind.NO_ENGLISH, words, rule.place(key), f"{key}: {{zh: …, en: …}}")


def wrong_fields(rule: Declared, known: Installed) -> list[Complaint]:
    """Complain of every cell, set, pattern and value that a rule names wrongly, in whatever form it meets."""
    found: dict[tuple[object, ...], Complaint] = {}
    for form in rule.forms:
        for fault in field_faults(rule.rule, form, known.forms, known.checks[rule.rule.kind]):
            where = rule.place(*fault.path, offset=fault.offset)
            complaint = of_words(f"{fault.words}, in rule {rule.rule.id} for form {form.name}", where)
            found.setdefault((where.line, where.column), complaint)
    return list(found.values())


def wrong_examples(rule: Declared, forms: Forms) -> Iterator[Complaint]:
    """Complain of forms and cells that examples name and that are not there."""
    for example in rule.rule.examples:
        numbers = {
            rule.place("examples", key, n): (key, n) for key in ("pass", "fail") for n in range(_count(rule, key))
        }
        key, number = numbers[example.where]
        form = _form(rule, example.values.get("form"), forms)
        if form is None:
            words, hint = f"unknown form {example.values['form']!r}", f"known: {', '.join(f.name for f in forms)}"
            yield Complaint(Kind.UNKNOWN_NAME, words, rule.place("examples", key, number, "form"), hint)
            continue
        cells = forms.cells(form.name)
        for path, name in _named(example.values):
            if name not in cells and not (path[0] in _PREFIXES and _is_prefix(name, cells)):
                where = rule.place if path[0] in _PREFIXES else rule.key
                words = f"unknown cell {name!r} in an example of {rule.rule.id} for form {form.name}"
                hint = nearest(name, list(cells))
                yield Complaint(Kind.UNKNOWN_NAME, words, where("examples", key, number, *path), hint)


def _count(rule: Declared, key: str) -> int:
    return len(rule.source.data["rules"][rule.number]["examples"].get(key, ()))


def _form(rule: Declared, name: object, forms: Forms) -> Form | None:
    if name is not None:
        return forms.get(str(name))
    return next((form for wanted in rule.rule.forms if (form := forms.get(wanted))), next(iter(forms)))


def _named(values: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give every cell that an example names, with its path; of `text:` alone there is none."""
    yield from (((key,), key) for key in values if key not in WORDS)
    cells = values.get("cells")
    yield from ((("cells", key), key) for key in (cells if isinstance(cells, dict) else ()))
    for word in _PREFIXES:
        several = values.get(word)
        yield from (((word, n), str(name)) for n, name in enumerate(several if isinstance(several, list) else ()))


def _is_prefix(name: str, cells: dict[str, Cell]) -> bool:
    return any(cell.startswith(f"{name}.") or made.table == name for cell, made in cells.items())
