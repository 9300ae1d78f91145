"""The `govrules` command: validate, parse, rules, packs, forms, explain."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govrules.errors import BROKEN_RULES, UNREADABLE, GovrulesError, UsageError

if TYPE_CHECKING:
    from govrules.installed import Installed
    from govrules.outcome import Result
    from govrules.plan import Plan
    from govrules.rule import Rule

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告审核：读取、核对、说明依据。 Check annual reports on information disclosure.",
)


class ResultFormat(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"


class ListFormat(StrEnum):
    """How lists are written."""

    text = "text"
    json = "json"
    markdown = "markdown"


class ParseFormat(StrEnum):
    """How parsed reports are written."""

    json = "json"


class FailOn(StrEnum):
    """The least severity that makes the exit code 1."""

    error = "error"
    warning = "warning"
    info = "info"
    never = "never"


class Language(StrEnum):
    """The language of messages."""

    zh = "zh"
    en = "en"


Paths = Annotated[
    list[str], typer.Argument(help="文件、文件夹（含下级）或 -（标准输入） files, folders or -", metavar="PATH…")
]
Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="规则包名称或文件夹，可多次 installed pack or folder, repeatable")
]
Select = Annotated[
    list[str] | None, typer.Option("--select", help="只用这些规则：编号、前缀或标签 rule ids, prefixes or tags")
]
Ignore = Annotated[list[str] | None, typer.Option("--ignore", help="不用这些规则 rules to leave out")]
Where = Annotated[
    str | None, typer.Option("--region", help="所在地区代码或名称，如 62、甘肃省 region of all reports, code or name")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 write to a file")]
Lang = Annotated[Language, typer.Option("--lang", help="语言 language")]
Plugins = Annotated[bool, typer.Option("--plugins/--no-plugins", help="是否使用第三方插件 third-party plugins")]


@app.command()
def validate(
    paths: Paths,
    pack: Packs = None,
    select: Select = None,
    ignore: Ignore = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="达到该程度时退出码为 1 exit 1 at this severity")
    ] = FailOn.error,
    region: Where = None,
    format: Annotated[ResultFormat, typer.Option("--format", "-f", help="输出格式 format")] = ResultFormat.text,  # noqa: A002
    output: Output = None,
    lang: Lang = Language.zh,
    plugins: Plugins = True,
    show_undetermined: Annotated[
        bool, typer.Option("--show-undetermined", help="列出无法判定的规则 list what could not be decided")
    ] = False,
) -> None:
    """审核报告。 Check reports and list what is wrong."""
    from govrules.output import writer
    from govrules.validation import check

    plan = _plan(pack, select, ignore, plugins=plugins)
    result = check(paths, plan, region=region, lang=lang.value, progress=_progress())
    if format is ResultFormat.text:
        from govrules.output import text

        content = text.write(result, lang.value, colour=output is None and sys.stdout.isatty())
    else:
        content = writer(format.value)(result, lang.value)
    _write(content, output)
    if show_undetermined:
        for report, rule, reason in result.outcomes.undetermined:
            typer.echo(f"{report}  {rule}  {reason}", err=True)
    raise typer.Exit(_exit_code(result, fail_on))


@app.command()
def parse(
    paths: Paths,
    format: Annotated[ParseFormat, typer.Option("--format", "-f", help="输出格式 format")] = ParseFormat.json,  # noqa: A002, ARG001
    pack: Packs = None,
    output: Output = None,
    plugins: Plugins = True,
) -> None:
    """读取报告，逐格列出。 Show what was read, cell by cell."""
    from govrules.output.json import write_reports
    from govrules.validation import read_all

    known = _installed(pack, plugins=plugins)
    readings = read_all(paths, known, _progress())
    errors = [reading.error for reading in readings if reading.error] + list(known.faults)
    reports = [report for reading in readings for report in reading.reports]
    _write(write_reports(reports, [issue for r in readings for issue in r.issues], errors), output)
    raise typer.Exit(max((error.exit_code for error in errors), default=0))


@app.command()
def rules(
    pack: Packs = None,
    select: Select = None,
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,  # noqa: A002
    lang: Lang = Language.zh,
    plugins: Plugins = True,
) -> None:
    """列出规则。 List the rules."""
    plan = _plan(pack, select, None, plugins=plugins)
    if format is ListFormat.markdown:
        from govrules.output.catalogue import catalogue

        typer.echo(catalogue(plan), nl=False)
        return
    rows = [_rule_fields(rule, lang.value) for rule in plan.rules if not select or plan.chosen(rule)]
    _list(rows, ("id", "severity", "default", "years", "forms", "title", "basis"), format)
    _faults(plan)


@app.command()
def packs(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,  # noqa: A002
    pack: Packs = None,
    plugins: Plugins = True,
) -> None:
    """列出规则包。 List the packs."""
    plan = _plan(pack, None, None, plugins=plugins)
    rows = [
        {"pack": p.name, "rules": len(p.rules), "extends": p.extends, "forms": list(p.forms), "origin": p.origin,
         "title": p.title}
        for p in plan.packs.values()
    ]  # fmt: skip
    _list(rows, ("pack", "rules", "extends", "origin", "title"), format)
    _faults(plan)


@app.command()
def forms(
    format: Annotated[ListFormat, typer.Option("--format", "-f")] = ListFormat.text,  # noqa: A002
    pack: Packs = None,
    lang: Lang = Language.zh,
    plugins: Plugins = True,
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
            plugins: Plugins = True) -> None:  # fmt: skip
    """说明一条规则：公式、依据、各包的改动。 Explain a rule: formula, basis, and who changes it."""
    from govrules.explain import explained

    plan = _plan(pack, None, None, plugins=plugins)
    typer.echo(explained(rule, plan, lang.value))
    _faults(plan)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="版本 version")] = False) -> None:
    if version:
        from importlib.metadata import version as installed_version

        typer.echo(f"govrules {installed_version('govrules')}")
        raise typer.Exit


def main() -> None:
    """Run the command; an error of ours is one message on stderr and its exit code."""
    try:
        app()
    except GovrulesError as error:
        print(f"govrules: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _installed(pack: list[str] | None, *, plugins: bool) -> Installed:
    from govrules.installed import installed

    return installed([name for name in pack or () if _is_folder(name)], third_party=plugins)


def _plan(pack: list[str] | None, select: list[str] | None, ignore: list[str] | None, *, plugins: bool) -> Plan:
    from govrules.plan import make_plan

    names = [name for name in pack or () if not _is_folder(name)]
    return make_plan(_installed(pack, plugins=plugins), names, _words(select), _words(ignore))


def _is_folder(name: str) -> bool:
    return os.sep in name or name.startswith(".") or Path(name).is_dir()


def _words(given: list[str] | None) -> list[str]:
    return [word for text in given or () for word in text.replace("，", ",").split(",") if word]


def _progress() -> Callable[[int, int, str], None] | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, of: int, name: str) -> None:
        end = "\n" if done == of else ""
        print(f"\r\033[K{done}/{of} {name[-80:]}", end=end, file=sys.stderr, flush=True)

    return show


def _write(content: str, output: Path | None) -> None:
    """Write to stdout, or beside the file and then over it, so that a failure leaves the old one whole."""
    if output is None:
        sys.stdout.buffer.write(content.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
        return
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        beside.write_text(content, encoding="utf-8", errors="backslashreplace")
        beside.replace(output)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from error


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


def _list(rows: list[dict[str, Any]], columns: tuple[str, ...], format: ListFormat) -> None:  # noqa: A002
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
    for fault in faults:
        typer.echo(f"govrules: {fault}", err=True)
    if faults:
        raise typer.Exit(BROKEN_RULES)
