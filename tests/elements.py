"""Damage to markup: elements of web pages and Word files lost, doubled, nested, their spans cut, their tags unbalanced.

These are mutations as those of `mutations`, for texts in which tags mark the cells.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mutations import Edit, near
from spliced import Text

_TAG = re.compile(r"<[^>]{0,400}>")
_SPANS = re.compile(r'\s(?:colspan|rowspan|w:val|w:w|class|style)="?[^"\s>]*"?', re.I)
_CHARSETS = ("utf-8", "gbk", "gb2312", "big5", "utf-16", "iso-8859-1", "x-none", "")


@dataclass(frozen=True)
class Names:
    """The tags of a kind of markup, and what a strange cell and paragraph look like in it."""

    cell: str
    row: str
    paragraph: str
    foreign: Sequence[str]
    wraps: Sequence[tuple[str, str]]


HTML = Names(
    "td",
    "tr",
    "p",
    (
        *("<td>88</td>", "<td></td>", "<td colspan=2>备注</td>"),
        *("<p>第 3 页</p>", "<tr><td>备注</td><td>88</td></tr>", "<br>"),
    ),
    (
        ("<table><tr><td>", "</td></tr></table>"), ("<div>", "</div>"), ("<b><span>", "</span></b>"), ("<!--", "-->"),
        ("<td>", "</td>"), ('<a href="1.html">', "</a>"), ("<form>", "</form>"), ("<ul><li>", "</li></ul>"),
    ),
)  # fmt: skip
_RUN = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
WORD = Names(
    "w:tc",
    "w:tr",
    "w:p",
    (
        f"<w:tc>{_RUN.format('88')}</w:tc>", "<w:tc><w:p/></w:tc>", _RUN.format("第 3 页"), "<w:bookmarkEnd/>",
        f"<w:tr><w:tc>{_RUN.format('备注')}</w:tc><w:tc>{_RUN.format('88')}</w:tc></w:tr>", "<w:br/>", "<w:tab/>",
    ),
    (
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"), ("<w:ins>", "</w:ins>"), ("<w:del>", "</w:del>"),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), ("<w:smartTag>", "</w:smartTag>"), ("<!--", "-->"),
    ),
)  # fmt: skip


def _element(document: Text, rng: random.Random, name: str) -> tuple[int, int] | None:
    """Choose an element that holds none of its own name: where it begins and ends."""
    place = near(document, rng)
    begin = max(document.text.rfind(f"<{name}{end}", 0, place) for end in " >")
    end = document.text.find(f"</{name}>", begin)
    return (begin, end + len(name) + 3) if 0 <= begin < end else None


def _moved(document: Text, made: Text) -> Text:
    return replace(made, moves=document.moves + 1)


def element_edits(names: Names) -> tuple[Edit, ...]:
    """Give the mutations of elements for a kind of markup."""

    def _any(document: Text, rng: random.Random) -> tuple[int, int] | None:
        return _element(document, rng, rng.choice((names.cell, names.cell, names.row, names.paragraph)))

    def delete_element(document: Text, rng: random.Random) -> Text:
        found = _element(document, rng, rng.choice((names.cell, names.cell, names.row)))
        return _moved(document, document.spliced([(*found, "")], "removed")) if found else document

    def double_element(document: Text, rng: random.Random) -> Text:
        found = _any(document, rng)
        if not found:
            return document
        made = document.spliced([(found[1], found[1], document.text[slice(*found)])])
        return replace(_moved(document, made), adds_digits=True)

    def foreign_element(document: Text, rng: random.Random) -> Text:
        found = _any(document, rng)
        if not found:
            return document
        place = rng.choice(found)
        inside = document.text.startswith(f"<{names.paragraph}", found[0])  # no cell stands in a cell
        fitting = [new for new in names.foreign if not (inside and new.startswith((f"<{names.cell}", f"<{names.row}")))]
        return _moved(document, document.spliced([(place, place, rng.choice(fitting))]))

    def nest(document: Text, rng: random.Random) -> Text:
        found, (before, after) = _any(document, rng), rng.choice(names.wraps)
        if not found:
            return document
        begin, end = found
        whole = before.startswith("<w:tbl") and document.text.startswith("<w:p>", begin)
        if not whole and rng.random() < 0.7:  # what is in the element, not the element
            begin, end = document.text.find(">", begin) + 1, document.text.rfind("<", begin, end)
        made = _hidden(document, begin, end) if before in {"<!--", "<w:del>"} else document
        return _moved(document, made.spliced([(begin, begin, before), (end, end, after)]))

    return (delete_element, double_element, foreign_element, nest, cut_span, drop_tag, double_tag, redeclare)


def _hidden(document: Text, begin: int, end: int) -> Text:
    """Note that figures are taken out of sight, with the marks of their cells or without."""
    lost = {cell: "cut" for cell, first, last in document.spans if begin <= first and last <= end}
    return replace(document, fates={**document.fates, **lost})


def cut_span(document: Text, rng: random.Random) -> Text:
    """Take out an attribute, or say another number in it."""
    found = _SPANS.search(document.text, near(document, rng))
    if not found:
        return document
    new = re.sub(r"\d+", rng.choice(("0", "2", "3", "9", "70000", "-1", "x")), found.group())
    made = document.spliced([(found.start(), found.end(), rng.choice(("", new)))])
    return replace(_moved(document, made), adds_digits=document.adds_digits)


def drop_tag(document: Text, rng: random.Random) -> Text:
    """Take out a tag, so that tags no longer balance."""
    found = _TAG.search(document.text, near(document, rng))
    return _moved(document, document.spliced([(*found.span(), "")])) if found else document


def double_tag(document: Text, rng: random.Random) -> Text:
    """Print a tag twice."""
    found = _TAG.search(document.text, near(document, rng))
    return _moved(document, document.spliced([(found.end(), found.end(), found.group())])) if found else document


def redeclare(document: Text, rng: random.Random) -> Text:
    """Say another encoding than the document is written in."""
    found = re.search(r"charset=[\"\w-]*", document.text)
    tag = f'<meta charset="{rng.choice(_CHARSETS)}">'
    begin, end = found.span() if found else (0, 0)
    return document.spliced([(begin, end, f"charset={rng.choice(_CHARSETS)}" if found else tag)])
