"""The page of commands, made of the commands themselves: python tests/command_pages.py > docs/commands.md."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from govrules.cli import app
from govrules.read.limits import DEFAULTS
from typer import Typer
from typer.models import ArgumentInfo

HEAD = """# 命令 Commands

由 `python tests/command_pages.py` 生成，请勿手改。 Generated from the commands themselves.

PATH 是文件、文件夹（含下级）或 `-`（标准输入）。结果写到标准输出，进度和错误写到标准错误。
A path is a file, a folder with all below it, or `-`. Results go to standard output; progress and errors to the
standard error stream.

## Exit codes

| 退出码 code | 含义 | Meaning |
| --- | --- | --- |
| 0 | 没有达到 `--fail-on` 的问题（默认 `error`） | no finding at or above `--fail-on` |
| 1 | 有这样的问题 | at least one such finding |
| 2 | 命令有误 | the command is wrong |
| 3 | 规则、表样或插件有错误 | a rule, form or plugin is broken |
| 4 | 有文件无法读取，其余已审核 | an input could not be read; the others were checked |
| 130 | 按 Ctrl-C 中止 | ended by Ctrl-C |

3 和 4 与 `--fail-on` 无关。 Codes 3 and 4 do not depend on `--fail-on`.

## Packs

`--pack`、`pack test`、`pack diff` 后面的词：有 `/` 或以 `.` 开头的是文件夹。
其余先指已安装的规则包，没有这个名称的规则包时才指文件夹。
两者都有时使用已安装的规则包，并提示如何写才指文件夹（`./zhejiang`）。
A word behind `--pack`, `pack test` and `pack diff` is a folder when there is a `/` in it or a dot at its beginning.
Any other word is the installed pack of that name and, where none is installed, the folder. Where both are there, the
installed pack is used, and a note says how the folder is meant: `./zhejiang`.

## Environment

`GOVRULES_DISABLE_PLUGINS=1` 不用第三方插件，同 `--no-plugins`。 Leaves third-party plugins out, as `--no-plugins` does.

一份文件最多读多少，由下列变量规定；超过上限的文件报错，不影响其他文件。
How much of one document is read at the most; a document beyond a limit is an error, and the others are still checked:

| 变量 variable | 默认 default |
| --- | --- |
"""


def page() -> str:
    """Give the page: exit codes, variables of the environment, and every command with its options."""
    limits = (f"| `GOVRULES_{name.upper()}` | {most:,} |" for name, most in DEFAULTS.items())
    shown = (line for words, callback in sorted(commands().items(), key=_order) for line in _command(words, callback))
    return "\n".join([HEAD + "\n".join(limits), "", *shown]).rstrip() + "\n"


def commands(below: Typer = app, words: str = "govrules") -> dict[str, Callable[..., object]]:
    """Give the function of every command, by its words: `govrules pack new`."""
    found: dict[str, Callable[..., object]] = {}
    for command in below.registered_commands:
        if command.callback is not None and not command.hidden:
            found[f"{words} {command.name or command.callback.__name__.replace('_', '-')}"] = command.callback
    for group in below.registered_groups:
        if group.typer_instance is not None:
            found |= commands(group.typer_instance, f"{words} {group.name}")
    return found


def _order(item: tuple[str, object]) -> tuple[int, str]:
    return item[0].count(" "), item[0]


def _command(words: str, callback: Callable[..., object]) -> Iterator[str]:
    yield f"## {words}\n"
    yield f"{inspect.getdoc(callback)}\n"
    hints = get_type_hints(callback, include_extras=True)
    parameters = inspect.signature(callback).parameters.values()
    if parameters:
        yield "| 参数 parameter | 说明 meaning | 取值 values | 默认 default |\n| --- | --- | --- | --- |"
        yield from (_row(parameter, *get_args(hints[parameter.name])) for parameter in parameters)
        yield ""


def _row(parameter: inspect.Parameter, kind: Any, given: Any) -> str:
    name = parameter.name
    if isinstance(given, ArgumentInfo):
        names = [given.metavar or name.upper()]
    else:
        # Of what stands in `typer.Option(…)`, the first is its default, which in `Annotated` is a name.
        said = [one for one in (given.default, *(given.param_decls or ())) if isinstance(one, str)]
        names = said or [f"--{name.replace('_', '-')}"]
    plain = [part for part in get_args(kind) if part is not type(None)] if isinstance(kind, UnionType) else [kind]
    values = [f"`{one.value}`" for part in plain if isinstance(part, type) and issubclass(part, Enum) for one in part]
    if any(get_origin(part) is list for part in plain):
        values.append("可多次 repeatable")
    default = getattr(parameter.default, "value", parameter.default)
    shown = "" if default in (None, "", False, inspect.Parameter.empty) else f"`{default}`"
    shown = "是 yes" if default is True else shown
    words = (given.help or "").replace("|", "／")
    return f"| {' '.join(f'`{one}`' for one in names)} | {words} | {' '.join(values)} | {shown} |"


if __name__ == "__main__":
    sys.stdout.write(page())
