"""The fenced blocks of a page of the documents: language, title, content, and the mark in the comment before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_OPEN = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>[\w-]*)(?P<rest>.*)$")
_TITLE = re.compile(r'title="([^"]*)"')
_MARK = re.compile(r"<!-- fragment: ([\w-]+) -->")


@dataclass(frozen=True)
class Fence:
    """A fenced block: `title` names the file it is (or says that it is output), `mark` what a fragment is part of."""

    page: Path
    line: int
    language: str
    title: str
    mark: str
    content: str

    @property
    def is_output(self) -> bool:
        return self.title in {"Output", "输出"}

    @property
    def is_file(self) -> bool:
        return bool(self.title) and not self.is_output

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def fences(page: Path) -> list[Fence]:
    """Give the fenced blocks of a page in their order."""
    return list(_fences(page, page.read_text(encoding="utf-8").split("\n")))


def _fences(page: Path, lines: list[str]) -> Iterator[Fence]:
    number = 0
    while number < len(lines):
        opened = _OPEN.match(lines[number])
        number += 1
        if opened is None:
            continue
        first, close = number, opened["indent"] + opened["ticks"]
        while number < len(lines) and lines[number].rstrip() != close:
            number += 1
        assert number < len(lines), f"{page}:{first}: a block is not closed"
        title, mark = _TITLE.search(opened["rest"]), _MARK.search(" ".join(lines[max(0, first - 3) : first - 1]))
        content = dedent("\n".join(lines[first:number]) + "\n")
        yield Fence(page, first, opened["language"], title[1] if title else "", mark[1] if mark else "", content)
        number += 1


def prose(page: Path) -> str:
    """Give a page without its fenced blocks and without code in its lines."""
    lines = page.read_text(encoding="utf-8").split("\n")
    for fence in fences(page):
        for number in range(fence.line - 1, fence.line + fence.content.count("\n") + 1):
            lines[number] = ""
    return re.sub(r"`[^`\n]+`", "``", "\n".join(lines))
