"""Options that several commands share, and what they make of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """The language of messages."""

    zh = "zh"
    en = "en"


class ResultFormat(StrEnum):
    """How results are written, for people or for programs."""

    text = "text"
    json = "json"


class ListFormat(StrEnum):
    """How lists are written, for people, for programs or for a page."""

    text = "text"
    json = "json"
    markdown = "markdown"


Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="规则包名称或文件夹，可多次 installed pack or folder, repeatable")
]
Select = Annotated[
    list[str] | None, typer.Option("--select", help="只用这些规则：编号、前缀或标签 rule ids, prefixes or tags")
]
Region = Annotated[
    str | None, typer.Option("--region", help="所在地区代码或名称，如 62、甘肃省 region of all reports, code or name")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="写入文件 write to a file")]
Lang = Annotated[Language, typer.Option("--lang", help="语言 language")]
AsResult = Annotated[ResultFormat, typer.Option("--format", "-f", help="输出格式 format")]
AsList = Annotated[ListFormat, typer.Option("--format", "-f", help="输出格式 format")]
Plugins = Annotated[bool, typer.Option("--plugins/--no-plugins", help="是否使用第三方插件 third-party plugins")]


def words(given: Sequence[str] | None) -> tuple[str, ...]:
    """Give the words of an option that takes several, each apart or with commas between."""
    return tuple(word for text in given or () for word in text.replace("，", ",").split(",") if word)


def packs_and_folders(
    given: Sequence[str] | None, installed: Callable[[], Collection[str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort what `--pack` names into installed packs and folders; a folder that gives way to a pack is told of.

    `installed` gives the names of the installed packs, and is asked only where a folder has such a name.
    """
    from govrules.authoring.target import is_folder, passed_over

    folders = tuple(word for word in given or () if is_folder(word, installed))
    packs = tuple(word for word in given or () if word not in folders)
    for note in filter(None, map(passed_over, packs)):
        typer.echo(f"govrules: {note}", err=True)
    return packs, folders


def tell(faults: Iterable[Exception]) -> None:
    """Name what is broken on standard error."""
    for fault in faults:
        typer.echo(f"govrules: {fault}", err=True)
