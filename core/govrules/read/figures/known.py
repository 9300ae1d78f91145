"""Forms and cells that a data file names: they must be known, or the nearest that is known is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from govrules.errors import ReadError
from govrules.form import Form, Forms
from govrules.report import Report

_NEAR = 60


def nearest(word: str, known: Iterable[str], least: int = _NEAR) -> str:
    """Give `did you mean …?` for the nearest known name, or nothing when none is near."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=least) if word else None
    return f"did you mean {found[0]!r}?" if found else ""


def form_named(name: str, forms: Forms, where: str) -> Form:
    """Give the form called `name`; raises ReadError with the nearest one that there is."""
    form = forms.get(name)
    if form is None:
        names = [form.name for form in forms]
        hint = nearest(name, names) or f"known: {' '.join(sorted(names))}"
        raise ReadError(f"the form is {name!r}, which is not known", where=where, hint=hint)
    return form


def unknown_cell(name: str, forms: Forms, where: str) -> ReadError:
    """Give the error for a cell id that no form has."""
    return ReadError(f"no form has a cell {name!r}", where=where, hint=nearest(name, all_cells(forms)))


def all_cells(forms: Forms) -> frozenset[str]:
    """Give every cell id of every form."""
    return frozenset(cell for form in forms for cell in form.cells)


def check_known(reports: Sequence[Report], forms: Forms, source: str) -> None:
    """Raise ReadError for the first form or cell of parsed reports that is not known."""
    known = all_cells(forms)
    for number, report in enumerate(reports):
        here = f"{source}: $.reports[{number}]"
        for name in filter(None, (report.form, *report.tables.values())):
            form_named(name, forms, f"{here}.form" if name == report.form else f"{here}.tables")
        for cell in report.cells:
            if cell not in known:
                raise unknown_cell(cell, forms, f"{here}.cells")
