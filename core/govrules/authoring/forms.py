"""Form files under review: every fault of a file, patterns that are slow, names that are taken, idle aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from govrules.authoring.aliases import idle_aliases
from govrules.authoring.complaint import Complaint, Kind, of_fault
from govrules.errors import FormError, GovrulesError
from govrules.form import Form
from govrules.load.form_file import FormModel
from govrules.load.forms import load_form, order
from govrules.load.schema import model_faults
from govrules.load.source import Source
from govrules.pattern import compile_pattern


def review_forms(sources: list[Source], known: Mapping[str, Form]) -> tuple[dict[str, Form], list[Complaint]]:
    """Load the forms of a pack beside those that are installed; a form that cannot be loaded is complained of."""
    forms: dict[str, Form] = {}
    complaints: list[Complaint] = []
    for source in order(sources):
        faults = model_faults(FormModel, source.data, source, error=FormError)
        complaints += map(of_fault, faults)
        form = None if faults else _form(source, {**known, **forms}, complaints)
        if form is None:
            continue
        complaints += [*_patterns(source), *idle_aliases(source, form)]
        if form.name in known or form.name in forms:
            owner = (forms | dict(known))[form.name].where
            complaints.append(
                Complaint(Kind.PACK_NAME, f"another form is called {form.name!r}: {owner}", source.place("form"))
            )
        forms[form.name] = form
    return forms, complaints


def _form(source: Source, known: Mapping[str, Form], complaints: list[Complaint]) -> Form | None:
    try:
        return load_form(source, known)
    except GovrulesError as fault:
        complaints.append(of_fault(fault))
        return None


def _patterns(source: Source) -> Iterator[Complaint]:
    for number, section in enumerate(source.data.get("sections", ())):
        for key in ("deviations", "evidence"):
            for at, text in enumerate(section.get(key, ())):
                try:
                    compile_pattern(str(text))
                except ValueError as error:
                    yield Complaint(Kind.PATTERN, str(error), source.place("sections", number, key, at))
