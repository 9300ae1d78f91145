"""Web pages: bytes to a Document, the tables with the cells of their markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.document import Document, Part, document
from govrules.read.encoding import decode
from govrules.read.limits import check_limit, limit
from govrules.read.web.chrome import article
from govrules.read.web.divs import tabulate
from govrules.read.web.marks import RARELY_DEAD, UnusualError
from govrules.read.web.page import Item, flow, plain
from govrules.report import Issue

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_CHARSET = re.compile(rb"""<meta[^>]*charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]*encoding\s*=\s*["']([\w-]+)""", re.I)
_MARKUP = re.compile(r"<[a-zA-Z!/?]")
# Shown nowhere, or no words of the page; embed holds nothing.
_DEAD = ("script", "style", "noscript", "iframe", "select", "button", "textarea", "svg", "object")
# What stands most inside words: there is no need to write it out and to take it apart again.
_INLINE = ("span", "font", "strong", "b")
_AROUND = "header, footer, nav, aside, form"
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_FIELDS = "td input[value], th input[value]"
_DAY = r"(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布|發布|公开|发文|成文|生成)?(?:日期|时间|時間)[\s\]】:：]{{0,8}}{_DAY}")
_CAME_FROM = re.compile(r"来源[\s\]】]{0,4}[:：]\s{0,4}([^\s\]】|<>]{2,30})")
_DATES = ("pubdate", "publishdate", "publishtime", "firstpublishedtime", "article:published_time", "dc.date", "date")
_SITES = ("sitename", "og:site_name")
_NAMES = ("articletitle", "og:title", "title")
_ENDS = re.compile(r"</(?:body|html)\s*>", re.I)
_TABLE_TAG = re.compile(r"</?table\b", re.I)
_FOOT = 4096
_MANY_TAGS, _MOST_STEPS = 8_000, 5_000_000
_KEPT_OPEN = re.compile(
    r"<(/?)(?:div|span|font|b|a|i|u|s|em|strong|big|small|code|nobr|strike|tt|center|section|article|ul|ol|dl|"
    r"blockquote|fieldset|main|nav|header|footer|aside|form|table)\b",
    re.I,
)
_SIZE = re.compile(r'(?<![-\w])(?:(?:width|height)="|(?:width|height)\s*:\s*)\s*(\d+)(?!\d*\s*%)', re.I)
_SOURCE, _ALTERNATIVE = (re.compile(rf' {name}="([^"]*)"') for name in ("src", "alt"))
_ICON = re.compile(
    r"icon|logo|qr_?code|ewm|erweima|blank|spacer|arrow|btn|button|banner|share|wei[xb]|wechat|beian|print|close|"
    r"jiucuo|dzjg|ico_|_ico|dot\.|line\.|bg\.|\.gif$|二维码|图标|标识",
    re.I,
)
_SMALLEST, _SMALL_FORM = 60, 300


def read_html(content: bytes, source: str) -> Document:
    """Read a web page; raises ReadError when it is empty, garbled, no web page, or beyond a limit."""
    text, encoding = decode(content, source, _declared(content))
    if not _MARKUP.search(text):
        raise ReadError("has no markup, it is no web page", where=source, hint="give the file its true suffix")
    parser = _parsed(text, source)
    told = _told(parser)
    names = [told[name] for name in _NAMES if told.get(name)]
    found = article(_flow(parser, text, source), names)
    parts = [part for item in found.items if (part := _part(item)) is not None]
    issues = _breaks_off(parts, text, source)
    return document(
        source,
        content,
        parts,
        encoding=encoding,
        issues=issues,
        title=names[0] if names else "",
        published=_published(told, found.opening),
        site=_site(told, found.opening),
    )


def _declared(content: bytes) -> str | None:
    found = _CHARSET.search(content[:4096])
    return (found[1] or found[2]).decode("ascii") if found else None


def _parsed(text: str, source: str) -> LexborHTMLParser:
    """Parse a page, unless its open elements would make that take for ever."""
    from selectolax.lexbor import LexborHTMLParser

    tags = text.count("<")
    check_limit("page_tags", tags, "tags", source)
    if tags > _MANY_TAGS:
        depth = steps = 0
        usual = limit("nesting_depth")
        for found in _KEPT_OPEN.finditer(text):
            depth += -1 if found[1] and depth else not found[1]
            if depth > usual:
                steps += depth
                if steps > _MOST_STEPS:
                    check_limit("nesting_depth", depth, "elements open inside each other", source)
    return LexborHTMLParser(text)


def _told(parser: LexborHTMLParser) -> dict[str, str]:
    """Give what a page says of itself: its meta tags by lower-case name, and its title."""
    told: dict[str, str] = {}
    for node in parser.css("meta[content]"):
        marks = node.attributes
        name = (marks.get("name") or marks.get("property") or "").lower()
        told.setdefault(name, (marks.get("content") or "").strip())
    title = parser.css_first("title")
    told["title"] = title.text().strip() if title else ""
    return told


def _flow(parser: LexborHTMLParser, text: str, source: str) -> list[Item]:
    """Give what a page shows: what few pages have is looked for only when a tag shows it, on the page parsed anew."""
    if not _strip(parser, _DEAD):
        try:
            return flow(_written(parser), source)
        except UnusualError:
            pass
    whole = type(parser)(text)
    _strip(whole, (*_DEAD, *RARELY_DEAD))
    tabulate(whole)
    return flow(_written(whole), source, odd=True)


def _written(parser: LexborHTMLParser) -> str:
    """Give the body of a page as the parser writes it."""
    parser.unwrap_tags(list(_INLINE))
    root = parser.body or parser.root
    return (root.html or "") if root else ""


def _strip(parser: LexborHTMLParser, dead: Sequence[str]) -> bool:
    """Take out what does not show, and what stands around the article: tables are never taken out that way.

    Tells whether elements are displayed as the rows of a table.
    """
    drawn = False
    parser.strip_tags(list(dead))
    for node in parser.css('[style*="display" i], [hidden]'):
        marks = node.attributes
        style = marks.get("style") or ""
        drawn = drawn or "table-row" in style
        if ("hidden" in marks or _HIDDEN.search(style)) and not node.css_matches("table"):
            node.decompose()
    for node in parser.css(_AROUND):
        if not node.css_matches("table, h1, h2, h3") and (node.tag != "form" or _is_search(node)):
            node.decompose()
    for node in parser.css(_FIELDS):
        if (node.attributes.get("type") or "text") == "text":
            node.replace_with(node.attributes.get("value") or "")
    return drawn


def _is_search(form: LexborNode) -> bool:
    """Tell whether a form is one of the site's: small, and no figure stands in it or in its fields."""
    text, fields = form.text(), [field.attributes for field in form.css("input")]
    if len(text) >= _SMALL_FORM:
        return False
    shown = [field.get("value") or "" for field in fields if (field.get("type") or "text") == "text"]
    return not any(any(map(str.isdigit, value)) for value in shown or [text])


def _part(item: Item) -> Part | None:
    """Give an item as a Part; None for pictures that are icons of the site."""
    if isinstance(item, Part):
        return item
    if isinstance(item, str):
        return Part(plain(item))
    named = _SOURCE.search(item.tag)
    told = _ALTERNATIVE.search(item.tag)
    address, words = plain(named[1] if named else ""), plain(told[1] if told else "")
    small = any(int(size[:6]) < _SMALLEST for size in _SIZE.findall(item.tag))
    if small or not address or _ICON.search(address) or _ICON.search(words):
        return None
    name = "" if address.startswith("data:") else address.partition("?")[0].rstrip("/").rpartition("/")[2]
    return Part(image=name or words or "无名图片")


def _breaks_off(parts: list[Part], text: str, source: str) -> list[Issue]:
    """Take the last cell of a page that breaks off in a table from its parts: more may have stood there."""
    if not parts or not parts[-1].boxes or _ENDS.search(text, max(0, len(text) - _FOOT)):
        return []
    tags = [tag.lower() for tag in _TABLE_TAG.findall(text)]
    if not tags or tags[-1] == "</table":
        return []
    last = parts.pop()
    if len(last.boxes) > 1:
        parts.append(last._replace(boxes=last.boxes[:-1]))
    return [Issue(source, "网页在表格中间中断，最后一个单元格可能不完整，未读取", "cut")]


def _published(told: dict[str, str], opening: str) -> str:
    """Give the day a page says it was published, in ISO form; nothing when it says none, or one that never was."""
    meta = (re.match(_DAY, told.get(name, "")) for name in _DATES)
    for found in (*meta, _PUBLISHED.search(opening)):
        if found:
            try:
                return date(*map(int, found.groups())).isoformat()
            except ValueError:
                continue
    return ""


def _site(told: dict[str, str], opening: str) -> str:
    """Give the name of the site, else of where it has the article from."""
    named = next((told[name] for name in _SITES if told.get(name)), "")
    found = _CAME_FROM.search(opening)
    return named or (found[1] if found else "")
