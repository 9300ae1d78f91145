"""A document as its reader gives it: lines with their places, before any form is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from govrules.read.given import Given
from govrules.read.limits import check_limit
from govrules.read.normalise import compact, normalise, simplified, without_pinyin
from govrules.read.unbroken import is_unbroken, paragraphs
from govrules.report import NOWHERE, Box, Issue, Line, Report, Script, Spot

# Cards of document malls, and what portals put round an article. Only whole lines.
_CARD = re.compile(r"(格式|大小|页数|评分|下载量|文档格式|上传者?)\s*[::]\s*\S{1,12}")
_CHROME = re.compile(
    r"(返\s*回|顶\s*部|返回顶部|打印|关闭|字体|分享|上一篇.*|下一篇.*|版权所有.*|主办单位.*|承办单位.*|技术支持.*|"
    r"网站标识码.*|(.*ICP(备|证).*)|.*公网安备.*|浏览次数.*|人气\s*:.*|官方微[信博]|扫一扫.*|网站地图|联系我们)"
)
_TEASER = re.compile(r".{40,400}(\.\.\.|…)$")
_LONGEST_NOISE = 300
_BREAK = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that stands between lines: the number of the line before it (0: none), its name, its place."""

    line: int
    name: str
    spot: Spot = NOWHERE


@dataclass(frozen=True)
class Document:
    """A file as read: `script` is what it was written in, `structured` whether tables kept their own markup.

    `lines` are in order and none is empty. `title`, `published` (an ISO date) and `site` are what a web page says
    of itself. A file that holds parsed reports instead of text gives them as `reports`, one with nothing but the
    figures that another program read as `given`.
    """

    source: str
    encoding: str
    script: Script
    sha256: str
    lines: tuple[Line, ...]
    structured: bool = False
    issues: tuple[Issue, ...] = ()
    images: tuple[Image, ...] = ()
    title: str = ""
    published: str = ""
    site: str = ""
    reports: tuple[Report, ...] = ()
    given: tuple[Given, ...] = ()


class Part(NamedTuple):
    """What a reader of marked-up documents finds, raw: a paragraph, a table row (`boxes`), or a picture by name."""

    raw: str = ""
    spot: Spot = NOWHERE
    boxes: tuple[Box, ...] = ()
    image: str = ""


def document(
    source: str,
    content: bytes,
    parts: Iterable[Part],
    *,
    encoding: str = "",
    issues: Iterable[Issue] = (),
    title: str = "",
    published: str = "",
    site: str = "",
) -> Document:
    """Make the Document of marked-up content: texts are normalised, lines are numbered in reading order from 1.

    The texts of boxes may be left empty, their `raw` is what counts. Rows of blank cells alone are kept out.
    """
    kept: list[Part] = []
    images: list[Image] = []
    for part in parts:
        if part.image:
            images.append(Image(len(kept), part.image, part.spot))
        elif part.raw.strip() or any(box.raw.strip() for box in part.boxes):
            kept += [part] if part.boxes else [part._replace(raw=raw) for raw in paragraphs(part.raw)]
    raws = [raw for part in kept for raw in ([box.raw for box in part.boxes] or [part.raw])]
    check_limit("line_characters", max(map(len, raws), default=0), "characters in one paragraph", source)
    texts, script = clean(list(map(_one_line, raws)) if _BREAK.search("|".join(raws)) else raws)
    told, lines = map(str.strip, texts), list[Line]()
    for number, part in enumerate(kept, start=1):
        if not part.boxes:
            text = next(told)
            lines.append(Line(number, part.raw, text if is_unbroken(text) else compact(text), (), part.spot))
            continue
        boxes = tuple([Box(next(told), raw, first, width, spot) for _, raw, first, width, spot in part.boxes])
        raw, text = " | ".join([box.raw for box in boxes]), " | ".join([box.text for box in boxes])
        lines.append(Line(number, raw, text, boxes if len(boxes) > 1 else (), part.spot))
    return Document(
        source,
        encoding,
        script,
        sha256(content).hexdigest(),
        tuple(lines),
        structured=True,
        issues=tuple(issues),
        images=tuple(images),
        title=compact(normalise(_one_line(title))),
        published=published,
        site=site,
    )


def clean(raws: list[str]) -> tuple[list[str], Script]:
    """Give texts (none of which may hold a line break) in simplified script and normalised, and their script."""
    converted, script = simplified("\n".join(raws))
    return normalise(without_pinyin(converted)).split("\n"), script


def _one_line(raw: str) -> str:
    """Join the paragraphs of a cell, two spaces apart so that figures below each other are not read as one."""
    lines = raw.splitlines()
    return "  ".join(filter(None, map(str.strip, lines))) if len(lines) > 1 else raw.strip()


@lru_cache(_REMEMBERED)
def is_noise(text: str) -> bool:
    """Tell whether a whole line belongs to the site it stood on, not to the report."""
    if len(text) > _LONGEST_NOISE:
        return False
    text = compact(text)
    return bool(_CARD.fullmatch(text) or _CHROME.fullmatch(text))


def is_foreign_start(text: str) -> bool:
    """Tell whether a line opens foreign matter: the card of a document mall, or the teaser of another page."""
    text = text.strip()
    return bool(_CARD.fullmatch(compact(text)) or _TEASER.fullmatch(text))
