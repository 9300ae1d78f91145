"""Whole documents as tests of a pack: what must be found in each, and what comes of it instead."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from govrules.authoring.distribution import shown
from govrules.errors import GovrulesError, Place, RulesetError
from govrules.gate import RULES as BUILT_IN
from govrules.load.parse import read_yaml
from govrules.load.schema import Strict, check_model, nearest
from govrules.load.source import Source
from govrules.outcome import Finding
from govrules.plan import Plan
from govrules.region import region_named
from govrules.rule import Severity

_EXPECTED = ("expected.yaml", "expected.yml")


class FindingModel(Strict):
    """A finding that must come out: of this rule, and as far as they are given of this severity and on these cells."""

    rule: str
    severity: Severity | None = None
    cells: tuple[str, ...] = ()
    times: Annotated[int, Field(ge=1)] = 1


class ExpectedModel(Strict):
    """What must be found in a document; `only` counts the findings of all packs, not just the pack's own."""

    findings: tuple[FindingModel, ...] = ()
    none: bool = False
    only: bool = False
    region: str | None = None


@dataclass(frozen=True)
class Case:
    """Documents that are checked together, and what must come of it."""

    name: str
    documents: tuple[Path, ...]
    expected: ExpectedModel
    where: Place


@dataclass
class Cases:
    """The cases of a pack, and what is wrong with those that cannot be tried."""

    cases: list[Case] = field(default_factory=list)
    faults: list[GovrulesError] = field(default_factory=list)


def load_cases(folders: Iterable[Path], plan: Plan) -> Cases:
    """Give every case in the `cases` folders of a pack; one that cannot be tried is a fault with its place."""
    made = Cases()
    for folder in folders:
        for name, documents, expected in _written(folder):
            try:
                made.cases.append(_case(name, documents, expected, plan))
            except GovrulesError as fault:
                made.faults.append(fault)
    return made


def _written(folder: Path) -> Iterator[tuple[str, list[Path], Path]]:
    """Give each case by name, with its documents and the file that says what must be found, be it there or not."""
    entries = [path for path in sorted(folder.iterdir()) if _counts(path)]
    files = [path for path in entries if path.is_file()]
    expected = {name: path for path in files if (name := _told_by(path))}
    documents = [path for path in files if path not in expected.values()]
    for document in documents:
        yield document.name, [document], expected.get(document.stem, folder / f"{document.stem}.{_EXPECTED[0]}")
    for name, file in expected.items():
        if name not in {document.stem for document in documents}:
            yield name, [], file
    for inside in (path for path in entries if path.is_dir()):
        found = next((file for end in _EXPECTED if (file := inside / end).is_file()), inside / _EXPECTED[0])
        yield inside.name, [path for path in sorted(inside.iterdir()) if _counts(path) and path != found], found


def _told_by(file: Path) -> str:
    """Give the name of the case that a file says the findings of, nothing for any other file."""
    ends = [f".{end}" for end in _EXPECTED if file.name.endswith(f".{end}")]
    return file.name.removesuffix(ends[0]) if ends else ""


def _counts(path: Path) -> bool:
    return not path.name.startswith((".", "README", "__"))


def _case(name: str, documents: Sequence[Path], expected: Path, plan: Plan) -> Case:
    if not expected.is_file():
        raise RulesetError(f"the case {name} does not say what must be found", where=shown(expected), hint="add it")
    source = read_yaml(expected, shown(expected))
    if not documents:
        raise RulesetError(f"the case {name} has no document", where=source.place(), hint="put the report beside it")
    model = check_model(ExpectedModel, source.data, source)
    if bool(model.findings) == model.none:
        hint = "`findings: [{rule: …}]`, or `none: true` where nothing must be found"
        raise RulesetError(f"the case {name} says nothing that can be tested", where=source.place(), hint=hint)
    _check_names(model, source, plan)
    return Case(name, tuple(documents), model, source.place())


def _check_names(model: ExpectedModel, source: Source, plan: Plan) -> None:
    rules = {rule.id for rule in plan.rules} | set(BUILT_IN)
    cells = {cell for form in plan.forms for cell in form.cells}
    for number, finding in enumerate(model.findings):
        if finding.rule not in rules:
            where = source.place("findings", number, "rule")
            raise RulesetError(f"unknown rule {finding.rule!r}", where=where, hint=nearest(finding.rule, sorted(rules)))
        for at, cell in enumerate(finding.cells):
            if cell not in cells:
                where = source.place("findings", number, "cells", at)
                raise RulesetError(f"unknown cell {cell!r}", where=where, hint=nearest(cell, sorted(cells)))
    if model.region is not None:
        try:
            region_named(model.region)
        except GovrulesError as error:
            raise RulesetError(error.message, where=source.place("region"), hint=error.hint) from error


@dataclass(frozen=True)
class Difference:
    """How what was found differs from what must be: findings that did not come, and findings that nobody expects."""

    missing: tuple[FindingModel, ...]
    unexpected: tuple[Finding, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.unexpected)


def difference(expected: ExpectedModel, found: Sequence[Finding], own: Collection[str]) -> Difference:
    """Compare findings with what must be found: each expected one stands for one finding, of packs in `own` for all.

    Findings of other packs may come as well, unless the case says `only`.
    """
    wanted = [one for one in expected.findings for _ in range(one.times)]
    taken: dict[int, int] = {}
    missing = [one for number, one in enumerate(wanted) if not _assign(number, wanted, found, taken, set())]
    left = [one for number, one in enumerate(found) if number not in taken]
    return Difference(tuple(missing), tuple(one for one in left if expected.only or one.pack in own))


def _assign(
    number: int, wanted: Sequence[FindingModel], found: Sequence[Finding], taken: dict[int, int], seen: set[int]
) -> bool:
    """Find a finding for one that is wanted, moving others to their second choice where that makes room."""
    for at, one in enumerate(found):
        if at in seen or not _suits(wanted[number], one):
            continue
        seen.add(at)
        if at not in taken or _assign(taken[at], wanted, found, taken, seen):
            taken[at] = number
            return True
    return False


def _suits(wanted: FindingModel, found: Finding) -> bool:
    cells = {use.cell for use in found.cells}
    return found.rule == wanted.rule and wanted.severity in {None, found.severity} and cells.issuperset(wanted.cells)
