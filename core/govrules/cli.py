"""The `govrules` command: validate, parse, rules, packs, forms, explain."""

# ruff: noqa: A002 -- options are called as people write them.

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govrules.commands.export import app as export_app
from govrules.commands.options import (
    AsResult,
    Lang,
    Language,
    ListFormat,
    Output,
    Packs,
    Region,
    ResultFormat,
    Select,
    packs_and_folders,
    tell,
    words,
)
from govrules.commands.pack import app as pack_app
from govrules.commands.pack_diff import diff
from govrules.commands.pack_test import test as pack_test
from govrules.commands.schema import schema
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
from govrules.commands.writing import replaced, write
from govrules.errors import BROKEN_RULES, UNREADABLE, GovrulesError, UsageError

if TYPE_CHECKING:
    from govrules.batch import Recipe
    from govrules.installed import Installed
    from govrules.outcome import Result
    from govrules.plan import Plan
    from govrules.read import Reading
    from govrules.report import Report
    from govrules.rule import Rule
    from govrules.settings import Settings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告审核：读取、核对、说明依据。 Check annual reports on information disclosure.",
)


class ParseFormat(StrEnum):
    """How parsed reports are written."""

    json = "json"
    csv = "csv"
    parquet = "parquet"


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


Paths = Annotated[
    list[str], typer.Argument(help="文件、文件夹（含下级）或 -（标准输入） files, folders or -", metavar="PATH…")
]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", help="不用这些规则 rules to leave out")]
Named = Annotated[
    str | None, typer.Option("--reader", help="所有文件都用此读取器，如 txt read every file by this reader")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", "-j", min=1, help="并行进程数，默认为核数 processes, default: one for each core")
]
Mapped = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        metavar="FILE",
        help="对照文件：其他程序的 JSON、CSV、Parquet 如何读取 how output of others is read",
    ),
]
Evaluated = Annotated[EngineName, typer.Option("--engine", help="计算数值规则的引擎 what evaluates rules on figures")]
DataDocs = Annotated[
    Path | None,
    typer.Option("--data-docs", metavar="DIR", help="Great Expectations 网页报告写入此文件夹 folder for its Data Docs"),
]
Plugins = Annotated[bool | None, typer.Option("--plugins/--no-plugins", help="是否使用第三方插件 third-party plugins")]


@app.command()
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
    plugins: Plugins = None,
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

    settings = _settings(config)
    spoken = lang.value if lang else settings.lang or "zh"
    recipe = _recipe(
        pack, plugins, settings, select=words(select) or settings.select, ignore=words(ignore) or settings.ignore,
        reader=reader, mapping=mapping, region=region or settings.region, lang=spoken, keep=False,
        reasons=show_undetermined, severity=tuple(settings.severity.items()), rule_seconds=settings.rule_seconds,
        apart=tuple(str(file) for file in (baseline, write_baseline, settings.baseline) if file),
        engine=engine.value, data_docs=_data_docs(engine, data_docs),
    )  # fmt: skip
    plan = plan_of(recipe, settings)
    known = baseline or (None if write_baseline else settings.baseline)
    standing = load_standing(plan, waivers or settings.waivers, known)
    result = validate_by(recipe, paths, plan=plan, jobs=1 if data_docs else jobs or settings.jobs, progress=_progress())
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


@app.command()
def parse(
    paths: Paths,
    format: Annotated[ParseFormat, typer.Option("--format", "-f", help="输出格式 format")] = ParseFormat.json,
    pack: Packs = None,
    output: Output = None,
    plugins: Plugins = None,
    reader: Named = None,
    mapping: Mapped = None,
    jobs: Jobs = None,
) -> None:
    """读取报告，逐格列出。 Show what was read, cell by cell."""
    from govrules.validation import read_each

    if format is ParseFormat.parquet and output is None:
        raise UsageError("parquet is no text", hint="--output says which file to write")
    recipe = _recipe(pack, plugins, _settings(), reader=reader, mapping=mapping)
    known = recipe.installed()
    readings = read_each(paths, recipe, known, jobs=jobs, progress=_progress())
    if format is not ParseFormat.json:
        raise typer.Exit(_write_cells(readings, known, format, output))
    from govrules.output.json import write_reports

    kept = list(readings)
    errors = [reading.error for reading in kept if reading.error] + list(known.faults)
    reports = [report for reading in kept for report in reading.reports]
    write(write_reports(reports, [issue for r in kept for issue in r.issues], errors), output)
    raise typer.Exit(max((error.exit_code for error in errors), default=0))


@app.command()
def rules(
    pack: Packs = None,
    select: Select = None,
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    lang: Lang = Language.zh,
    plugins: Plugins = None,
    kinds: Annotated[bool, typer.Option("--kinds", help="改为列出审核公式类型 list the check kinds instead")] = False,
) -> None:
    """列出规则。 List the rules."""
    plan = _plan(pack, select, None, plugins=plugins)
    if kinds:
        from govrules.output.kinds import kind_fields, kind_reference

        if format is ListFormat.markdown:
            typer.echo(kind_reference(plan), nl=False)
            return
        found = [kind_fields(*item) for item in sorted(plan.installed.checks.items())]
        _list(found, ("kind", "scope", "title"), format)
        return
    if format is ListFormat.markdown:
        from govrules.output.catalogue import catalogue

        typer.echo(catalogue(plan), nl=False)
        return
    rows = [_rule_fields(rule, lang.value) for rule in plan.rules if not select or plan.chosen(rule)]
    _list(rows, ("id", "severity", "default", "years", "forms", "title", "basis"), format)
    _faults(plan)


@app.command()
def packs(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    pack: Packs = None,
    lang: Lang = Language.zh,
    plugins: Plugins = None,
    audit: Annotated[
        bool, typer.Option("--audit", help="逐包列出对所扩展规则包的改动 what packs change in those they extend")
    ] = False,
) -> None:
    """列出规则包。 List the packs."""
    plan = _plan(pack, None, None, plugins=plugins)
    if audit:
        from govrules.commands.packs_audit import show

        show(plan.packs, format.value, lang.value)
        _faults(plan)
        return
    rows = [
        {"pack": p.name, "rules": len(p.rules), "extends": p.extends, "forms": list(p.forms), "origin": p.origin,
         "title": p.title}
        for p in plan.packs.values()
    ]  # fmt: skip
    _list(rows, ("pack", "rules", "extends", "origin", "title"), format)
    _faults(plan)


@app.command()
def forms(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,
    pack: Packs = None,
    lang: Lang = Language.zh,
    plugins: Plugins = None,
) -> None:
    """列出表样。 List the forms."""
    plan = _plan(pack, None, None, plugins=plugins)
    rows = [
        {"form": f.name, "cells": len(f.cells), "years": _years(f.years.first, f.years.last), "extends": f.base,
         "title": f.title.get(lang.value, ""), "basis": f.basis}
        for f in plan.forms
    ]  # fmt: skip
    _list(rows, ("form", "cells", "years", "extends", "title", "basis"), format)
    _faults(plan)


@app.command()
def explain(rule: Annotated[str, typer.Argument(help="规则编号 rule id")], pack: Packs = None, lang: Lang = Language.zh,
            plugins: Plugins = None) -> None:  # fmt: skip
    """说明一条规则：公式、依据、各包的改动。 Explain a rule: formula, basis, and who changes it."""
    from govrules.explain import explained

    plan = _plan(pack, None, None, plugins=plugins)
    typer.echo(explained(rule, plan, lang.value))
    _faults(plan)


app.add_typer(pack_app, name="pack")
app.add_typer(export_app, name="export")
pack_app.command("diff")(diff)
app.command("schema")(schema)
pack_app.command("test")(pack_test)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="版本 version")] = False) -> None:
    if version:
        from importlib.metadata import version as installed_version

        typer.echo(f"govrules {installed_version('govrules')}")
        raise typer.Exit


def main() -> None:
    """Run the command; an error of ours is one message on stderr and its exit code."""
    # A start makes much that stays: to look for garbage among it again and again takes a tenth of a short run.
    gc.set_threshold(50_000, 20, 50)
    try:
        app()
    except GovrulesError as error:
        print(f"govrules: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    finally:
        if (cache := sys.modules.get("govrules.load.cache")) is not None:
            cache.keep()


def _settings(config: Path | None = None) -> Settings:
    from govrules.settings import settings_of

    return settings_of(config)


def _data_docs(engine: EngineName, folder: Path | None) -> str | None:
    if folder is None:
        return None
    if engine is not EngineName.gx:
        raise UsageError("Data Docs are made by Great Expectations alone", hint="--engine gx --data-docs DIR")
    return str(folder)


def _recipe(pack: list[str] | None, plugins: bool | None, settings: Settings, **choices: Any) -> Recipe:
    """Give a recipe: what the command line says, else what the settings say."""
    from govrules.batch import Recipe

    allowed = settings.plugins if plugins is None else None
    base = Recipe(third_party=plugins is not False, allowed=allowed, **choices)
    packs, folders = packs_and_folders(pack, lambda: base.installed().packs)
    return replace(base, packs=packs if pack else settings.packs, folders=folders if pack else settings.folders)


def _plan(pack: list[str] | None, select: list[str] | None, ignore: list[str] | None, *, plugins: bool | None) -> Plan:
    settings = _settings()
    return plan_of(_recipe(pack, plugins, settings, select=words(select), ignore=words(ignore)), settings)


def _baseline_written(result: Result, plan: Plan, standing: Standing, file: Path) -> Result:
    """Write what is found as a baseline; without another one, all of it is known from now on."""
    from govrules.baseline import load_baseline, write_baseline

    write(write_baseline(result), file)
    if standing.known is not None:
        return result
    return settle(result, plan, Standing(standing.waivers, load_baseline(file)), date.today())


def _progress() -> Callable[[int, int, str], None] | None:
    if not sys.stderr.isatty():
        return None

    from time import monotonic

    began = monotonic()

    def show(done: int, of: int, name: str) -> None:
        rate = done / max(monotonic() - began, 1e-3)
        left = f"  剩余 {timedelta(seconds=round((of - done) / rate))}" if 0 < done < of else ""
        end = "\n" if done == of else ""
        print(f"\r\033[K{done}/{of}  {rate:.0f}/s{left}  {name[-80:]}", end=end, file=sys.stderr, flush=True)

    return show


def _write_cells(readings: Iterable[Reading], known: Installed, format: ParseFormat, output: Path | None) -> int:
    """Write the cells of readings as they come, and what could not be read to stderr; give the exit code."""
    from govrules.output.cells import csv_parts, write_parquet

    codes = [fault.exit_code for fault in known.faults]
    tell(known.faults)

    def reports() -> Iterator[Report]:
        for reading in readings:
            yield from reading.reports
            for issue in reading.issues:
                typer.echo(f"govrules: {issue.source}: {issue.message}", err=True)
            if reading.error is not None:
                codes.append(reading.error.exit_code)
                typer.echo(f"govrules: {reading.error}", err=True)

    if format is ParseFormat.csv:
        write(csv_parts(reports(), known.forms), output)
    elif output is not None:
        replaced(output, lambda file: write_parquet(reports(), known.forms, file))
    return max(codes, default=0)


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


def _rule_fields(rule: Rule, lang: str) -> dict[str, Any]:
    grades = dict.fromkeys(severity.value for severity in rule.severity.values())
    return {
        "id": rule.id,
        "pack": rule.pack,
        "severity": "/".join(grades),
        "default": "on" if rule.on else "off",
        "years": _years(rule.effective.first, rule.effective.last),
        "forms": list(rule.forms) or ["*"],
        "title": rule.title.get(lang, ""),
        "basis": "；".join(map(str, rule.basis)),
        "tags": list(rule.tags),
    }


def _years(first: int | None, last: int | None) -> str:
    return f"{first or ''}–{last or ''}" if first or last else ""


def _list(rows: list[dict[str, Any]], columns: tuple[str, ...], format: ListFormat) -> None:
    if format is ListFormat.json:
        import json

        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        cells = [
            ",".join(v) if isinstance(v := row[name], list) else str(v if v is not None else "") for name in columns
        ]
        typer.echo("  ".join(cells))


def _faults(plan: Plan) -> None:
    """Name what is broken on stderr and leave with its exit code; silence when all is well."""
    faults = [*plan.installed.faults, *plan.faults]
    tell(faults)
    if faults:
        raise typer.Exit(BROKEN_RULES)
