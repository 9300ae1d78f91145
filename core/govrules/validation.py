"""The one call embedders use: documents or reports in, a Result out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from govrules.batch import Judge, Recipe, checked, parsed, readings
from govrules.errors import ReadError
from govrules.finding import Lang
from govrules.installed import Installed, installed
from govrules.outcome import Gathering, Outcomes, Result
from govrules.plan import Plan
from govrules.read import Reading, find_files
from govrules.region import region_named
from govrules.report import Report
from govrules.rule import Pack
from govrules.spread import BATCH, Progress, Task, spread
from govrules.wide import checked_wide, is_wide


def validate(
    documents: Iterable[str | Path | Report],
    *,
    packs: Sequence[str] = (),
    folders: Sequence[str | Path] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    region: str | None = None,
    lang: Lang = "zh",
    reader: str | None = None,
    jobs: int | None = 1,
    batch: int = BATCH,
    keep: bool = True,
    progress: Progress | None = None,
) -> Result:
    """Check documents (paths of files and folders) or reports already read, by the installed packs.

    `packs` names installed packs to use instead of all, `folders` pack folders to add; `select` and `ignore` take
    rule ids, beginnings of ids (`T3`) and tags; `region` (a code or a name) says where all the bodies are, whatever
    their names say; `reader` (a suffix) reads all files. `jobs` is how many processes share the work (None: one for
    each core), `batch` how many files they take at once; by 1, all is done in this process, and a reader that crashes
    takes it along. Without `keep` the reports of the result are but heads, so that memory stays small. A document that
    cannot be read stands in `errors`, the others are still checked. Raises UsageError for names that do not exist and
    for missing paths.
    """
    recipe = Recipe(
        tuple(packs), tuple(map(str, folders)), tuple(select), tuple(ignore),
        reader=reader, region=region, lang=lang, keep=keep,
    )  # fmt: skip
    return validate_by(recipe, documents, jobs=jobs, batch=batch, progress=progress)


def validate_by(
    recipe: Recipe,
    documents: Iterable[str | Path | Report],
    *,
    plan: Plan | None = None,
    jobs: int | None = 1,
    batch: int = BATCH,
    progress: Progress | None = None,
) -> Result:
    """Check documents as a recipe says, by its `plan` where that was made before; else like `validate`."""
    return _run(recipe, plan or recipe.plan(), documents, jobs, batch, progress)


def check(
    documents: Iterable[str | Path | Report],
    plan: Plan,
    *,
    region: str | None = None,
    lang: Lang = "zh",
    progress: Progress | None = None,
) -> Result:
    """Check documents or reports by a plan made before; `region` (a code or a name) is where all of them are."""
    return _run(Recipe(region=region, lang=lang), plan, documents, 1, BATCH, progress)


def read_all(
    paths: Iterable[str | Path],
    recipe: Recipe,
    known: Installed | None = None,
    *,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> list[Reading]:
    """Read every document below the paths as a recipe says; an unreadable one comes back with its error.

    `known` is what the recipe finds installed, where that was looked up before.
    """
    return list(read_each(paths, recipe, known, jobs=jobs, progress=progress))


def read_each(
    paths: Iterable[str | Path],
    recipe: Recipe,
    known: Installed | None = None,
    *,
    jobs: int | None = 1,
    progress: Progress | None = None,
) -> Iterator[Reading]:
    """Read documents like `read_all`, one after another as they are asked for; the paths are looked up at once."""
    library = recipe.library(known or recipe.installed())
    found = find_files(paths, library.readers)
    unlisted = [Reading(str(error.where), error=error) for error in found.errors]
    task = Task(recipe, library, parsed, lambda files: readings(files, library), _unread)
    parts = spread(found.files, task, jobs=jobs, batch=BATCH, progress=progress)
    return chain(unlisted, chain.from_iterable(parts))


def parse(paths: Iterable[str | Path]) -> list[Reading]:
    """Read documents by the installed forms, without checking them."""
    return read_all(paths, Recipe())


def load_ruleset(file: str | Path) -> Pack:
    """Load one ruleset file by the installed check kinds; raises RulesetError with the place of the fault."""
    from govrules.load.parse import read_yaml
    from govrules.load.rulesets import load_pack

    known = installed()
    return load_pack(read_yaml(Path(file)), known.checks)


def _run(
    recipe: Recipe,
    plan: Plan,
    documents: Iterable[str | Path | Report],
    jobs: int | None,
    batch: int,
    progress: Progress | None,
) -> Result:
    recipe = replace(recipe, region=region_named(recipe.region).code if recipe.region else None)
    judge = Judge(recipe, plan)
    paths: list[str | Path] = []
    by_source: dict[str, list[Report]] = {}
    for one in documents:
        if isinstance(one, Report):
            by_source.setdefault(one.source, []).append(one)
        else:
            paths.append(one)
    made = Gathering()
    if by_source:
        given = [Reading(source, tuple(several)) for source, several in by_source.items()]
        made.add(judge.judged(given))
    found = find_files(paths, judge.library.readers)
    apart = {Path(name).resolve() for name in recipe.apart}
    files = [file for file in found.files if not apart or file.resolve() not in apart]
    made.add(Result((), (), Outcomes(), errors=found.errors))
    wide = [file for file in files if is_wide(file, judge)]
    for file in wide:
        made.add(checked_wide(file, judge))
    files = [file for file in files if file not in wide]
    task = Task(recipe, judge.library, checked, judge.checked, _unchecked, plan.foreign)
    for result in spread(files, task, jobs=jobs, batch=batch, progress=progress):
        made.add(result)
    return made.result((*plan.installed.faults, *plan.faults))


def _unread(error: ReadError) -> list[Reading]:
    return [Reading(str(error.where), error=error)]


def _unchecked(error: ReadError) -> Result:
    return Result((), (), Outcomes(), errors=(error,))
