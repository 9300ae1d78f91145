"""A web page as marked text: its words, with a mark for every tag that matters.

The parser has settled what the markup means; what it writes out again is well formed, so that it can be taken apart
by plain splits at a fraction of the cost of visiting its nodes one by one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_TAG = re.compile(r'<(/?[a-z][^ >]*+(?: [^ >][^ =>]*+="[^"]*+")*+)>|<!--.*?-->', re.S)
_BLOCKS = (
    "p div br li ul ol dl dt dd h1 h2 h3 h4 h5 h6 section article main header footer nav aside form center blockquote "
    "pre address figure figcaption fieldset legend details summary hr caption body html marquee dir menu hgroup search"
)
_PRE = re.compile(r"<pre[ >].*?</pre>", re.S)
_DRAWN = re.compile(r'(?:div|ul) (?:.* )?(?:role="row"|class="(?:[^"]*\s)?(?:tr|table-row)(?:\s[^"]*)?")', re.I | re.S)
_SPAN = re.compile(r' (?:aria-)?(col|row)span="\s*(\d{1,9})')
RARELY_DEAD = ("noframes", "noembed", "xmp", "plaintext", "template", "math", "rt", "rp", "del", "s", "strike")
"""Tags that few pages have, of what shows nowhere, is no words of the page, or is struck out."""
_REMEMBERED = 8192

# What a tag becomes in the flow, where its attributes do not matter; tags that are not here stand inside words.
# Text has no < of its own, so that these marks cannot be taken for it: <T> table, <b> body, <r> row, <c> cell, <x> odd.
_BECOMES: Mapping[str, str] = {
    **{f"{slash}{tag}": "\n" for tag in _BLOCKS.split() for slash in ("", "/")},
    **dict.fromkeys(("thead", "tbody", "tfoot"), "<b>"),
    **dict.fromkeys(("/td", "/th"), "</c>"),
    "table": "\n<T>",
    "/table": "</T>\n",
    "tr": "<r>",
    "/a": "</a>",
    "sub": " ",
    "sup": " ",
    **dict.fromkeys(RARELY_DEAD, "<x>"),
}


class UnusualError(Exception):
    """A page holds tags that are rarely dead, or a table that is drawn with other elements: they must go first."""


class _TornError(Exception):
    """A tag that does not end at the first >: some attribute holds angle brackets."""


class _Marks(dict[str, str]):
    """What the pieces of a page become, each from one < to the next, made once: pages repeat their tags and figures.

    The pictures that marks stand for are kept beside, by number. A page is `tame` when no value of an attribute
    holds angle brackets, by which it is taken apart.
    """

    def __init__(self, *, tame: bool) -> None:
        self.tame = tame
        self.pictures: list[str] = []

    def __missing__(self, piece: str) -> str:
        tag, end, text = piece.partition(">")
        if not self.tame and (not end or tag.count('"') % 2):
            raise _TornError
        if tag[:4] in {"img", "img "}:  # every picture is another
            self.pictures.append(tag)
            return f"\n<i {len(self.pictures) - 1}>\n{text}"
        made = self[piece] = _mark(tag) + text
        return made


@lru_cache(_REMEMBERED)
def _mark(tag: str) -> str:
    name = tag.partition(" ")[0]
    if name in {"td", "th"}:
        spans = {"col": "1", "row": "1"} | dict(_SPAN.findall(tag))
        return f"<c {spans['col']} {spans['row']}>"
    if name == "a":
        return "<a>" if ' href="' in tag else ""
    return f"{_BECOMES.get(name, '')}<x>" if _DRAWN.match(tag) else _BECOMES.get(name, "")


def marked(html: str, *, odd: bool) -> tuple[str, list[str]]:
    """Give the text of a page with its marks, and the tags of its pictures, by number.

    Raises UnusualError where more has to be done to the page first, unless it is said to be `odd`: then that was done.
    """
    if "<pre" in html:
        html = _PRE.sub(lambda pre: pre[0].replace("\n", "<br>"), html)
    marks = _Marks(tame=False)
    try:
        text = _marked(html, marks)
    except _TornError:
        marks = _Marks(tame=True)
        text = _marked(_TAG.sub(_tamed, html), marks)
    if "<x>" in text and not odd:
        raise UnusualError
    return text.replace("<x>", ""), marks.pictures


def _marked(html: str, marks: _Marks) -> str:
    """Give the flow of a page: its text, with marks for the tags that matter and nothing for comments."""
    page, *noted = html.replace("\n", " ").replace("\t", " ").replace("&nbsp;", "\xa0").split("<!--")
    made: list[str] = []
    for part in (page, *(note.partition("-->")[2] for note in noted)):
        text, *pieces = part.split("<")
        made += (text, *map(marks.__getitem__, pieces))
    return "".join(made)


def _tamed(tag: re.Match[str]) -> str:
    return f"<{tag[1].replace('<', '&lt;').replace('>', '&gt;')}>" if tag[1] else ""
