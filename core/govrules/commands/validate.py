"""`govrules validate`: check documents, and list what is wrong with them."""

# ruff: noqa: A002 -- options are called as people write them.

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from govrules.commands.documents import Jobs, Mapped, Named, Paths, progress
from govrules.commands.options import AsResult, Language, Output, Packs, Region, ResultFormat, Select, words
from govrules.commands.recipe import AskPlugins, recipe_of, settings_from
from govrules.commands.standing import (
    Baseline,
    Config,
    Standing,
    StrictWaivers,
    Waivers,
    WriteBaseline,
    load_standing,
    plan_of,
    settle,
)
from govrules.commands.writing import write
from govrules.errors import BROKEN_RULES, UNREADABLE, UsageError

if TYPE_CHECKING:
    from govrules.outcome import Result
    from govrules.plan import Plan


class FailOn(StrEnum):
    """The least severity that makes the exit code 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class EngineName(StrEnum):
    """What evaluates the rules over cells."""

    native = "native"
    pandera = "pandera"
    gx = "gx"


Ignore = Annotated[list[str] | None, typer.Option("--ignore", help="不用这些规则 rules to leave out")]
Evaluated = Annotated[EngineName, typer.Option("--engine", help="计算数值规则的引擎 what evaluates rules on figures")]
DataDocs = Annotated[
    Path | None,
    typer.Option("--data-docs", metavar="DIR", help="Great Expectations 网页报告写入此文件夹 folder for its Data Docs"),
]


def validate(
    paths: Paths,
    pack: Packs = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Annotated[
        FailOn | None, typer.Option("--fail-on", help="达到该程度时退出码为 1，默认 error exit 1 at this severity")
    ] = None,
    region: Region = None,
    format: AsResult = ResultFormat.text,
    output: Output = None,
    lang: Annotated[Language | None, typer.Option("--lang", help="语言，默认 zh language")] = None,
    plugins: AskPlugins = None,
    reader: Named = None,
    mapping: Mapped = None,
    jobs: Jobs = None,
    config: Config = None,
    waivers: Waivers = None,
    strict_waivers: StrictWaivers = False,
    baseline: Baseline = None,
    write_baseline: WriteBaseline = None,
    engine: Evaluated = EngineName.native,
    data_docs: DataDocs = None,
    show_undetermined: Annotated[
        bool, typer.Option("--show-undetermined", help="列出无法判定的规则 list what could not be decided")
    ] = False,
) -> None:
    """审核报告。 Check reports and list what is wrong."""
    from govrules.output import writer
    from govrules.validation import validate_by

    settings = settings_from(config)
    spoken = lang.value if lang else settings.lang or "zh"
    recipe = recipe_of(
        pack, plugins, settings, select=words(select) or settings.select, ignore=words(ignore) or settings.ignore,
        reader=reader, mapping=mapping, region=region or settings.region, lang=spoken, keep=False,
        reasons=show_undetermined, severity=tuple(settings.severity.items()), rule_seconds=settings.rule_seconds,
        apart=tuple(str(file) for file in (baseline, write_baseline, settings.baseline) if file),
        engine=engine.value, data_docs=_data_docs(engine, data_docs),
    )  # fmt: skip
    plan = plan_of(recipe, settings)
    known = baseline or (None if write_baseline else settings.baseline)
    standing = load_standing(plan, waivers or settings.waivers, known)
    result = validate_by(recipe, paths, plan=plan, jobs=1 if data_docs else jobs or settings.jobs, progress=progress())
    result = settle(result, plan, standing, date.today())
    if write_baseline:
        result = _baseline_written(result, plan, standing, write_baseline)
    if format is ResultFormat.text:
        from govrules.output import text

        content = text.write(result, spoken, colour=output is None and sys.stdout.isatty())
    else:
        content = writer(format.value)(result, spoken)
    write(content, output)
    if show_undetermined:
        for report, rule, reason in result.outcomes.undetermined:
            typer.echo(f"{report}  {rule}  {reason}", err=True)
    code = _exit_code(result, fail_on or FailOn(settings.fail_on or "error"))
    raise typer.Exit(code or int(strict_waivers and any(note.is_stale for note in result.waivers)))


def _data_docs(engine: EngineName, folder: Path | None) -> str | None:
    if folder is None:
        return None
    if engine is not EngineName.gx:
        raise UsageError("Data Docs are made by Great Expectations alone", hint="--engine gx --data-docs DIR")
    return str(folder)


def _baseline_written(result: Result, plan: Plan, standing: Standing, file: Path) -> Result:
    """Write what is found as a baseline; without another one, all of it is known from now on."""
    from govrules.baseline import load_baseline, write_baseline

    write(write_baseline(result), file)
    if standing.known is not None:
        return result
    return settle(result, plan, Standing(standing.waivers, load_baseline(file)), date.today())


def _exit_code(result: Result, fail_on: FailOn) -> int:
    codes = {error.exit_code for error in result.errors}
    if BROKEN_RULES in codes:
        return BROKEN_RULES
    if UNREADABLE in codes:
        return UNREADABLE
    worst = result.worst()
    if fail_on is FailOn.never or worst is None:
        return 0
    from govrules.rule import Severity

    return int(worst.rank >= Severity(fail_on.value).rank)
