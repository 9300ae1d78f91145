"""A PDF page as marks on paper: characters, ruling lines and pictures, in points from the top left as it is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pdfplumber.page import Page

_THIN, _SLANT, _GAP = 3.2, 1.5, 4.0
_NO_TEXT = "\ufffd"
_SPACES = frozenset("\t\u3000\xa0 ")
Lean = Literal["upright", "down", "up", "over"]
Rule = tuple[bool, float, float, float]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character: its box, its baseline, its size, and which way its line runs on the paper."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    lean: Lean = "upright"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A ruling line: `across` the paper at a height `at`, or down it; a thin rectangle is one, its edges are four."""

    across: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on a page: its name and its box."""

    name: str
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page, turned so that most of its text stands upright; `fills` are the edges of backgrounds without a border."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    fills: tuple[Stroke, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def is_scan(self) -> bool:
        """Whether pictures cover most of the page and it has hardly any text."""
        return self.text_size < 20 and self.pictured > 0.5

    @property
    def text_size(self) -> int:
        """The number of characters."""
        return sum(not glyph.text.isspace() for glyph in self.glyphs)

    @property
    def pictured(self) -> float:
        """The share of the page that pictures cover, overlaps counted twice."""
        area = self.width * self.height
        return sum((one.x1 - one.x0) * (one.bottom - one.top) for one in self.pictures) / area if area else 0.0


def leaf_of(page: Page, number: int) -> Leaf:
    """Take the marks off a page; what lies outside the paper is left out."""
    left, above, right, below = map(float, page.bbox)
    glyphs = [_glyph(char) for char in page.chars]
    inside = [g for g in glyphs if left <= (g.x0 + g.x1) / 2 <= right and above <= (g.top + g.bottom) / 2 <= below]
    strokes, fills = _rules(page)
    pictures = [
        Picture(
            str(image["name"]),
            max(float(image["x0"]), left),
            min(float(image["x1"]), right),
            max(float(image["top"]), above),
            min(float(image["bottom"]), below),
        )
        for image in page.images
    ]
    seen = tuple(one for one in pictures if one.x1 - one.x0 > _THIN and one.bottom - one.top > _THIN)
    return _upright(Leaf(number, right - left, below - above, tuple(inside), _merged(strokes), _merged(fills), seen))


def _glyph(char: Mapping[str, object]) -> Glyph:
    x0, x1, top, bottom, y0 = (float(str(char[key])) for key in ("x0", "x1", "top", "bottom", "y0"))
    a, b, _, _, e, f = map(float, char["matrix"])  # type: ignore[call-overload]
    lean: Lean = "upright" if a > abs(b) else "over" if -a > abs(b) else "down" if b < 0 else "up"
    flat = lean in {"upright", "over"}
    base = bottom - (f - y0) if flat else e
    return Glyph(_told(str(char["text"])), x0, x1, top, bottom, base, bottom - top if flat else x1 - x0, lean)


def _told(text: str) -> str:
    """Give the text of a character; one whose font does not say what it is must not vanish from a figure."""
    if text.strip() and text.isprintable():
        return text
    return " " if text and _SPACES.issuperset(text) else _NO_TEXT


def _rules(page: Page) -> tuple[list[Rule], list[Rule]]:
    """Give the ruling lines of a page, and apart from them the edges of filled areas."""
    strokes: list[Rule] = []
    fills: list[Rule] = []
    for line in page.lines:
        strokes += _thin(line, _SLANT)
    for shape in (*page.rects, *page.curves):
        thin = list(_thin(shape, _THIN))
        drawn = strokes if thin or shape.get("stroke") else fills
        drawn += thin or _edges(shape["pts"])
    for image in page.images:
        strokes += _thin(image, _THIN)
    return strokes, fills


def _thin(shape: Mapping[str, float], most: float) -> Iterator[Rule]:
    """Take a line, or a shape as thin as one, for a ruling line; a dot for a piece of two."""
    x0, x1, top, bottom = float(shape["x0"]), float(shape["x1"]), float(shape["top"]), float(shape["bottom"])
    if bottom - top <= most:
        yield True, (top + bottom) / 2, x0, x1
    if x1 - x0 <= most:
        yield False, (x0 + x1) / 2, top, bottom


def _edges(points: Iterable[tuple[float, float]]) -> Iterator[Rule]:
    corners = [(float(x), float(y)) for x, y in points]
    for (x0, y0), (x1, y1) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        if abs(y0 - y1) < _SLANT < abs(x0 - x1):
            yield True, (y0 + y1) / 2, min(x0, x1), max(x0, x1)
        elif abs(x0 - x1) < _SLANT < abs(y0 - y1):
            yield False, (x0 + x1) / 2, min(y0, y1), max(y0, y1)


def _merged(rules: Iterable[Rule]) -> tuple[Stroke, ...]:
    """Join the pieces of one line: cells draw it each for themselves, and dashes leave gaps."""
    pieces: defaultdict[tuple[bool, int], list[tuple[float, float, float]]] = defaultdict(list)
    for across, at, start, end in rules:
        pieces[across, round(at * 2)].append((start, end, at))
    made: list[Stroke] = []
    for (across, _), found in pieces.items():
        begin, until, at = min(found)
        for start, end, _ in sorted(found):
            if start > until + _GAP:
                made.append(Stroke(across, at, begin, until))
                begin, until = start, end
            until = max(until, end)
        made.append(Stroke(across, at, begin, until))
    return tuple(made)


def _upright(leaf: Leaf) -> Leaf:
    """Turn a page most of whose text runs sideways or stands on its head."""
    leans = Counter(glyph.lean for glyph in leaf.glyphs if not glyph.text.isspace())
    lean = leans.most_common(1)[0][0] if leans else "upright"
    if lean == "upright" or leans[lean] * 2 <= leans.total():
        return leaf
    width, height = (leaf.width, leaf.height) if lean == "over" else (leaf.height, leaf.width)
    return replace(
        leaf,
        width=width,
        height=height,
        glyphs=tuple(_turned_glyph(glyph, lean, leaf) for glyph in leaf.glyphs),
        strokes=tuple(_turned_stroke(stroke, lean, leaf) for stroke in leaf.strokes),
        fills=tuple(_turned_stroke(stroke, lean, leaf) for stroke in leaf.fills),
        pictures=tuple(
            Picture(one.name, *_turned_box(one.x0, one.x1, one.top, one.bottom, lean, leaf)) for one in leaf.pictures
        ),
    )


def _turned(x: float, y: float, lean: Lean, leaf: Leaf) -> tuple[float, float]:
    if lean == "down":
        return y, leaf.width - x
    if lean == "up":
        return leaf.height - y, x
    return leaf.width - x, leaf.height - y


def _turned_box(
    x0: float, x1: float, top: float, bottom: float, lean: Lean, leaf: Leaf
) -> tuple[float, float, float, float]:
    (left, above), (right, below) = _turned(x0, top, lean, leaf), _turned(x1, bottom, lean, leaf)
    return min(left, right), max(left, right), min(above, below), max(above, below)


def _turned_stroke(stroke: Stroke, lean: Lean, leaf: Leaf) -> Stroke:
    one = (stroke.start, stroke.at) if stroke.across else (stroke.at, stroke.start)
    other = (stroke.end, stroke.at) if stroke.across else (stroke.at, stroke.end)
    (x0, y0), (x1, y1) = _turned(*one, lean, leaf), _turned(*other, lean, leaf)
    across = stroke.across is (lean == "over")
    ends = sorted((x0, x1) if across else (y0, y1))
    return Stroke(across, y0 if across else x0, ends[0], ends[1])


def _turned_glyph(glyph: Glyph, lean: Lean, leaf: Leaf) -> Glyph:
    x0, x1, top, bottom = _turned_box(glyph.x0, glyph.x1, glyph.top, glyph.bottom, lean, leaf)
    if glyph.lean != lean:
        return Glyph(glyph.text, x0, x1, top, bottom, bottom, bottom - top, _relative(glyph.lean, lean))
    at = (glyph.x0, glyph.base) if lean == "over" else (glyph.base, glyph.top)
    return Glyph(glyph.text, x0, x1, top, bottom, _turned(*at, lean, leaf)[1], glyph.size)


def _relative(lean: Lean, turned: Lean) -> Lean:
    """Say how a character leans on a page that was turned."""
    order: tuple[Lean, ...] = ("upright", "down", "over", "up")
    return order[(order.index(lean) - order.index(turned)) % 4]
