"""What stands in the margins of pages and not in the report: page numbers, running heads and feet."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from govrules.read.pdf.flow import TextLine

_ZONE, _NUMBER_ZONE, _SHARE, _NEAR = 0.12, 0.1, 0.4, 4.0
_PAGE_NUMBER = re.compile(
    r"[-—–~·•\s]*(?:第\s*)?\d{1,3}\s*页?(?:\s*[,，/]?\s*(?:共\s*)?\d{1,3}\s*页?)?[-—–~·•\s]*|page\s*\d+(?:\s*of\s*\d+)?",
    re.I,
)
Pages = Sequence[Sequence[TextLine]]


def without_margins(pages: Pages, heights: Sequence[float]) -> list[list[TextLine]]:
    """Give the lines of each page without page numbers and without what most pages repeat at the same place.

    A running head that says what no other line says is kept once: it may be the only title.
    """
    running = _running(pages, heights)
    said = {_key(line) for page in pages for line in page if id(line) not in running}
    made: list[list[TextLine]] = []
    for page, height in zip(pages, heights, strict=True):
        numbers = set(_page_numbers(page, height))
        kept: list[TextLine] = []
        for line in page:
            spare = id(line) not in running or (line.base < height / 2 and _key(line) not in said)
            if id(line) in numbers or not spare:
                continue
            kept.append(line)
            said.add(_key(line)) if id(line) in running else None
        made.append(kept)
    return made


def _page_numbers(page: Sequence[TextLine], height: float) -> Iterator[int]:
    """Find the page number: the last line of a page in its bottom margin, or the first in the top one."""
    for line in [*page[:1], *page[-1:]]:
        outside = line.top > height * (1 - _NUMBER_ZONE) or line.bottom < height * _NUMBER_ZONE
        if outside and _PAGE_NUMBER.fullmatch(line.text.strip()):
            yield id(line)


def _running(pages: Pages, heights: Sequence[float]) -> set[int]:
    """Find lines in the margins that say the same, but for numbers, at the same height of many pages."""
    alike: defaultdict[str, list[TextLine]] = defaultdict(list)
    for page, height in zip(pages, heights, strict=True):
        for line in page:
            if line.bottom < height * _ZONE or line.top > height * (1 - _ZONE):
                alike[_key(line)].append(line)
    found: set[int] = set()
    for key, lines in alike.items():
        if len(re.findall(r"[^\W\d_]", key)) < 2:
            continue
        for line in lines:
            same = [other for other in lines if abs(other.base - line.base) < _NEAR]
            if len({other.page for other in same}) >= max(2, _SHARE * len(pages)):
                found |= {id(other) for other in same}
    return found


def _key(line: TextLine) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))
