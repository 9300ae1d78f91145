"""Small damage done to printed documents, with the account that the oracle needs of what was touched.

A document is a text in which the span of every printed figure is known. Every mutation is a few splices of it; they
move the spans along and note what became of the figures: `changed` (its characters or its bounds were touched),
`removed` (deleted with its line or element) or `cut` (behind the place where the document was cut off, in a tag that
was broken, or out of a cell that is still there).

What makes a document truly say something else is run, but the oracle is not asked:

* two values or two lines that change places, a label of the table put in front of values, a run of several lines that
  is lost: each may leave a whole row that is consistent and false, and nobody could tell; or a word such as 万 put in,
  which may become the unit (`misleads`);
* two edits that move cells in one document, which together may forge such a row: a line lost here and one doubled
  there (`moves` above 1). An edit moves cells when a separator (space, bar, tag, quote) is in it or next to it.

Of a figure whose own characters were changed the oracle only asks that it was not taken for another one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from opencc import OpenCC
from spliced import SEPARATOR, Text

_LETTERS = (
    "政府信息公开申请数量行政许可处罚总计其他一二三（）、。0123456789|| \n\t-—零无件元万"
    "\u200b\u3000\ufffd\x0c\x00<>&\"'"
)
_FOREIGN = (
    *("亚博体育官网", "- 3 -", "第 4 页 共 9 页", "打印本页", "【关闭窗口】", "浏览次数：4471", "下一篇：没有了"),
    *("主办单位：青山县政府办公室", "单位：件", "（此页无正文）", "注：以上数据截至年底。", "一、总体情况", "2020年"),
    *("88", "7,654", "0", "—", "|", "||||", "指标名称", "序号", "备注", "其他", "总计"),
    "2022年政府信息公开工作年度报告",
)
_LABELS = ("其他", "总计")
_CONVERTER = OpenCC("s2t")
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e"


Edit = Callable[[Text, random.Random], Text]


def near(document: Text, rng: random.Random) -> int:
    """Choose a place, one of two times beside a printed figure: there it hurts."""
    if document.spans and rng.random() < 0.5:
        cell = rng.choice(document.spans)
        return min(max(rng.choice(cell[1:]) + rng.randint(-3, 3), 0), len(document.text))
    return rng.randrange(len(document.text) + 1)


def _characters(document: Text, begin: int, end: int, new: str) -> Text:
    around = document.text[max(begin - 1, 0) : end + 1] + new
    moves = document.moves + bool(SEPARATOR.search(around) or not around)
    torn = _torn(document, begin, document.text[begin:end] + new)
    return replace(torn.spliced([(begin, end, new)]), moves=moves)


def _torn(document: Text, place: int, touched: str) -> Text:
    """Note the figures that a broken tag or quote may swallow, and those beside which digits were put."""
    text = document.text
    tagged = "</" in text
    if tagged and (re.search(r"[<>&\"']", touched) or text.rfind("<", 0, place) > text.rfind(">", 0, place)):
        before, behind, fate = 300, 40, "cut"
    elif re.search(r"\d", touched):
        before, behind, fate = 40 * tagged + 2, 40 * tagged + 2, "changed"
    else:
        return document
    near_by = [cell for cell, first, last in document.spans if first - before < place < last + behind]
    return document.with_fate(near_by, fate)


def flip(document: Text, rng: random.Random) -> Text:
    """Put other characters in the place of up to three."""
    begin, size = near(document, rng), rng.randint(1, 3)
    end = min(begin + size, len(document.text))
    return _characters(document, begin, end, "".join(rng.choices(_LETTERS, k=end - begin)))


def insert(document: Text, rng: random.Random) -> Text:
    """Put in up to three characters."""
    begin = near(document, rng)
    return _characters(document, begin, begin, "".join(rng.choices(_LETTERS, k=rng.randint(1, 3))))


def delete(document: Text, rng: random.Random) -> Text:
    """Take out up to three characters."""
    begin = near(document, rng)
    return _characters(document, begin, min(begin + rng.randint(1, 3), len(document.text)), "")


def zero_width(document: Text, rng: random.Random) -> Text:
    """Put a character without width into the document: figures stay what they are."""
    place = near(document, rng)
    spans = [(cell, first + (place < first), last + (place < last)) for cell, first, last in document.spans]
    text = document.text[:place] + rng.choice(_ZERO_WIDTH) + document.text[place:]
    return replace(document, text=text, spans=tuple(spans))


def wide(document: Text, rng: random.Random) -> Text:
    """Write one line, or all but the markup, in full width, which changes no figure."""
    begin, end = _line(document, rng) if rng.random() < 0.8 else (0, len(document.text))
    pieces = re.split(r"(<[^>]*>|&\w+;|[\x00-\x20\"\\/{}:,\[\]]+)", document.text[begin:end])
    changed = "".join(piece if odd % 2 else piece.translate(_WIDE) for odd, piece in enumerate(pieces))
    return replace(document, text=document.text[:begin] + changed + document.text[end:])


_WIDE = {code: code + 0xFEE0 for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B), 0x28, 0x29)}


def traditional(document: Text, _rng: random.Random) -> Text:
    """Write all of it in traditional script."""
    return replace(document, text="".join(map(_traditional, document.text)))


@lru_cache(None)
def _traditional(character: str) -> str:
    return _CONVERTER.convert(character) if character > "\u3000" else character


def _line(document: Text, rng: random.Random) -> tuple[int, int]:
    """Choose a line: where it begins, and where it ends with its break."""
    place = min(near(document, rng), max(len(document.text) - 1, 0))
    end = document.text.find("\n", place) + 1
    return document.text.rfind("\n", 0, place) + 1, end or len(document.text)


def delete_line(document: Text, rng: random.Random) -> Text:
    """Take out a line; where it is no more than a figure, the marks of its cell, if it has any, are left."""
    begin, end = _line(document, rng)
    line = document.text[begin:end].strip()
    bare = any(begin <= first < end and document.text[first:last] == line for _, first, last in document.spans)
    return replace(document.spliced([(begin, end, "")], "cut" if bare else "removed"), moves=document.moves + 1)


def double_line(document: Text, rng: random.Random) -> Text:
    """Print a line twice."""
    begin, end = _line(document, rng)
    made = document.spliced([(end, end, document.text[begin:end])])
    return replace(made, moves=document.moves + 1, adds_digits=True)


def foreign_line(document: Text, rng: random.Random) -> Text:
    """Put a line between the lines that is none of the report's."""
    begin, _ = _line(document, rng)
    line = rng.choice(_FOREIGN)
    made = document.spliced([(begin, begin, f"{line}\n")])
    return replace(made, moves=document.moves + 1, misleads=made.misleads or line in _LABELS)


def join_lines(document: Text, rng: random.Random) -> Text:
    """Take out a line break, or put a space in its place."""
    _, end = _line(document, rng)
    return replace(document.spliced([(max(end - 1, 0), end, rng.choice(("", " ")))]), moves=document.moves + 1)


def break_line(document: Text, rng: random.Random) -> Text:
    """Put in a line break."""
    place = near(document, rng)
    new = rng.choice(("\n", "\r\n", "\r", "\n\n", "\x0c", "\u2028"))
    return replace(document.spliced([(place, place, new)]), moves=document.moves + 1)


def truncate(document: Text, rng: random.Random) -> Text:
    """Cut off the end."""
    begin = near(document, rng)
    made = document.spliced([(begin, len(document.text), "")], "cut")
    return replace(made, moves=document.moves + 1)


def splice(document: Text, rng: random.Random) -> Text:
    """Put in a piece of noise of up to forty characters."""
    place = near(document, rng)
    noise = "".join(chr(rng.choice((rng.randrange(1, 0x80), rng.randrange(0x4E00, 0x9FA6)))) for _ in range(40))
    noise = noise[: rng.randint(4, 40)]
    return replace(_torn(document, place, noise).spliced([(place, place, noise)]), moves=document.moves + 1)


def swap_figures(document: Text, rng: random.Random) -> Text:
    """Let two figures change places."""
    if len(document.spans) < 2:
        return document
    one, two = sorted(rng.sample(document.spans, 2), key=lambda span: span[1])
    first, second = document.text[one[1] : one[2]], document.text[two[1] : two[2]]
    return replace(document.spliced([(*one[1:], second), (*two[1:], first)]), misleads=True)


def lose_lines(document: Text, rng: random.Random) -> Text:
    """Take out several lines."""
    begin, end = _line(document, rng)
    for _ in range(rng.randint(1, 20)):
        end = (document.text.find("\n", end) + 1) or len(document.text)
    return replace(document.spliced([(begin, end, "")], "removed"), misleads=True)


def move_line(document: Text, rng: random.Random) -> Text:
    """Print a line elsewhere."""
    begin, end = _line(document, rng)
    line, made = document.text[begin:end], document.spliced([(begin, end, "")], "removed")
    there, _ = _line(made, rng)
    return replace(made.spliced([(there, there, line)]), misleads=True)


CHARACTERS: Sequence[Edit] = (flip, insert, delete, zero_width, wide, traditional, truncate, splice)
LINES: Sequence[Edit] = (
    *(delete_line, double_line, foreign_line, join_lines, break_line),
    *(swap_figures, lose_lines, move_line),
)
