"""Lines that a copy made of many: where one ended it left a space, behind a title, a heading or a cell of a table."""

from __future__ import annotations

import re
from itertools import groupby, pairwise

from govrules.read.normalise import compact, normalise, simplified
from govrules.read.title import MAX_TITLE, is_spoken_of, parse_title
from govrules.read.value import UNITS, parse_value

_LEAST_SPACES, _LEAST_CHARACTERS, _LEAST_HEADINGS = 5, 400, 2
# A row of titles and ten values, two rows of several values, or ten rows of one make a table.
_TABLE, _LONG, _ROW, _SINGLE = 10, 10, 5, 1
_SENTENCE = re.compile(r"[,。;]|^[年月日%万亿]")
_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十](?:部分|章)[、:]?")
_NUMBERED = re.compile(r"\(|\d+\.|[一二三四五六七八九十]+、")
_HEADING = re.compile(rf"(?:{_NUMERAL.pattern})[^|,。;:!?\d]{{2,40}}")


def is_unbroken(text: str) -> bool:
    """Tell whether a line without marks holds several rows of a table: words, then values, and words again.

    A single value counts little, in a sentence nothing; behind the unit of its row it counts in full.
    """
    if text.count(" ") < _LEAST_SPACES or "|" in text or "\t" in text:
        return False
    seen, before = 0, ""
    for is_value, group in groupby(text.split(), lambda piece: parse_value(piece) is not None):
        pieces = list(group)
        if is_value and before:
            seen += _weight(len(pieces), before)
        before = " ".join(pieces)
    return seen >= _TABLE


def _weight(values: int, words: str) -> int:
    if values >= _LONG:
        return _TABLE
    if values > 1 or words.rpartition(" ")[2] in UNITS:
        return _ROW
    return 0 if _SENTENCE.search(words) else _SINGLE


def paragraphs(raw: str) -> list[str]:
    """Break a raw line before and behind the headings and titles of reports in it; most lines have none to break at."""
    if len(raw) < _LEAST_CHARACTERS or "、" not in raw:
        return [raw]
    places = [found.span() for found in re.finditer(r"\S+", raw)]
    texts = [normalise(raw[start:end]) for start, end in places]
    headings = {here: last for here in range(len(texts)) if (last := _heading(texts, here))}
    if len(headings) < _LEAST_HEADINGS:
        return [raw]
    titles = {here: here + 1 for here in range(len(texts)) if _is_title(texts, here)}
    starts = [*(start for start, _ in places), len(raw)]
    found = [*headings.items(), *titles.items()]
    cuts = sorted({0, len(raw), *(starts[cut] for pair in found for cut in pair)})
    return [part for start, end in pairwise(cuts) if (part := raw[start:end].strip())]


def _heading(texts: list[str], here: int) -> int:
    """Give where the heading ends that begins at a piece, 0 where none does; rows of tables are numbered too."""
    last = here + 2 if _NUMERAL.fullmatch(texts[here]) else here + 1
    if not _HEADING.fullmatch(compact(" ".join(texts[here:last]))):
        return 0
    ends = here > 0 and texts[here - 1].endswith("。")
    return 0 if _is_row([*texts[last : last + 3], "", "", ""], closed=not ends) else last


def _is_row(behind: list[str], *, closed: bool) -> bool:
    """Tell whether what stands behind words makes them the label of a row: values, its unit, or the bar of its cell."""
    first, second, third = behind[:3]
    if first.startswith("|"):
        return closed
    if _is_figure(first):
        return _is_figure(second) or _NUMBERED.match(second) is not None
    if len(first) < 3 and simplified(first)[0] in UNITS:
        return True
    return _is_figure(second) and _is_figure(third) and not _NUMERAL.match(first)


def _is_figure(text: str) -> bool:
    value = parse_value(text)
    return value is not None and value.kind not in {"blank", "word"} and not text.startswith("---")


def _is_title(texts: list[str], here: int) -> bool:
    """Tell whether a piece is the title of a report, with its body and year."""
    if "公" not in texts[here] or len(texts[here]) > MAX_TITLE:
        return False
    title = parse_title(simplified(texts[here])[0], 0)
    return title is not None and title.issuer is not None and not is_spoken_of(texts, here, here + 1)
