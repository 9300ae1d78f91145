"""A document as its reader gives it: lines with their places, grouped into blocks, before any form is known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from govrules.read.normalise import Script, compact
from govrules.read.value import parse_value
from govrules.report import Issue, Line

BlockKind = Literal["paragraph", "table", "noise"]

# Cards of document malls, and what portals put round an article. Only whole lines.
_CARD = re.compile(r"(格式|大小|页数|评分|下载量|文档格式|上传者?)\s*[::]\s*\S{1,12}")
_CHROME = re.compile(
    r"(返\s*回|顶\s*部|返回顶部|打印|关闭|字体|分享|上一篇.*|下一篇.*|版权所有.*|主办单位.*|承办单位.*|技术支持.*|"
    r"网站标识码.*|(.*ICP(备|证).*)|.*公网安备.*|浏览次数.*|人气\s*:.*|官方微[信博]|扫一扫.*|网站地图|联系我们)"
)
_TEASER = re.compile(r".{40,}(\.\.\.|…)$")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, a run of table lines, or noise of the site it came from."""

    kind: BlockKind
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Document:
    """A file as read: `script` is what it was written in, `structured` whether tables kept their own markup."""

    source: str
    encoding: str
    script: Script
    sha256: str
    blocks: tuple[Block, ...]
    structured: bool = False
    issues: tuple[Issue, ...] = field(default=())

    @property
    def lines(self) -> Iterator[Line]:
        """Every line that is not empty, in order, noise included."""
        return (line for block in self.blocks for line in block.lines)


def blocks(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Group lines by what they are: every paragraph is a block, neighbouring table lines and noise lines are one."""
    made: list[Block] = []
    for kind, run in groupby((line for line in lines if line.text.strip()), key=line_kind):
        if kind == "paragraph":
            made += [Block(kind, (line,)) for line in run]
        else:
            made.append(Block(kind, tuple(run)))
    return tuple(made)


def line_kind(line: Line) -> BlockKind:
    """Tell what a line is by itself: bars, tabs and bare values are of a table."""
    text = line.text.strip()
    if is_noise(text):
        return "noise"
    if "|" in text or "\t" in text or parse_value(text) is not None:
        return "table"
    return "paragraph"


def is_noise(text: str) -> bool:
    """Tell whether a whole line belongs to the site it stood on, not to the report."""
    text = compact(text)
    return bool(_CARD.fullmatch(text) or _CHROME.fullmatch(text))


def is_foreign_start(text: str) -> bool:
    """Tell whether a line opens foreign matter: the card of a document mall, or the teaser of another page."""
    text = text.strip()
    return bool(_CARD.fullmatch(compact(text)) or _TEASER.fullmatch(text))
