"""Pages to the parts of a document in reading order: tables and paragraphs go on over page breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from govrules.read.document import Part
from govrules.read.pdf.aligned import aligned
from govrules.read.pdf.broken import Cell, Piece, goes_on, parts
from govrules.read.pdf.flow import TextLine, cell_lines, paragraphs, text_lines
from govrules.read.pdf.margins import without_margins
from govrules.read.pdf.marks import Glyph, Leaf, Picture, Stroke
from govrules.read.pdf.ruled import Grid, grids
from govrules.report import Spot

_LEAST_PICTURE, _FEW_LINES, _FEW_ROWS, _LOW = 40, 12, 3, 80
Item = TextLine | Piece | Picture
Margins = Mapping[int, tuple[float, float]]


@dataclass(frozen=True)
class Taken:
    """A page taken apart: its ruled tables with the height each begins at, and the lines between them."""

    leaf: Leaf
    pieces: tuple[tuple[float, Piece], ...]
    lines: tuple[TextLine, ...]


def parts_of(leaves: Sequence[Leaf]) -> Iterator[Part]:
    """Give the parts of a document."""
    taken = [_taken(leaf) for leaf in leaves]
    margins = _margins(taken)
    lines: list[TextLine] = []
    pieces: list[Piece] = []
    table = 0
    for page, item in _items(taken):
        if pieces and not (isinstance(item, Piece) and goes_on(pieces[-1], item)):
            table += 1
            yield from parts(pieces, table)
            pieces = []
        if isinstance(item, TextLine):
            lines.append(item)
            continue
        yield from _told(lines, margins)
        lines = []
        if isinstance(item, Piece):
            pieces.append(item)
        elif isinstance(item, Picture):
            yield Part(image=item.name, spot=Spot(page))
    yield from _told(lines, margins)
    if pieces:
        yield from parts(pieces, table + 1)


def _told(lines: Sequence[TextLine], margins: Margins) -> Iterator[Part]:
    if not lines:
        return
    left, right = margins[lines[0].page]
    yield from (Part(text, Spot(page)) for text, page in paragraphs(lines, left, right))


def _taken(leaf: Leaf) -> Taken:
    """Share the characters of a page out to the cells round them."""
    tables = _tables(leaf.strokes, leaf.height) or _tables(leaf.fills, leaf.height)
    held: list[defaultdict[int, list[Glyph]]] = [defaultdict(list) for _ in tables]
    free: list[Glyph] = []
    for glyph in leaf.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
        for number, grid in enumerate(tables):
            owner = grid.owner(x, y)
            if owner is not None:
                held[number][owner].append(glyph)
                break
        else:
            free.append(glyph)
    found = [
        (grid.ys[0], _piece(grid, cells, leaf.number))
        for grid, cells in zip(tables, held, strict=True)
        if any(not glyph.text.isspace() for glyphs in cells.values() for glyph in glyphs)
    ]
    unruled, rest = aligned([glyph for glyph in free if glyph.lean == "upright"], leaf.number)
    return Taken(leaf, (*found, *unruled), tuple(text_lines(rest, leaf.number)))


def _tables(strokes: Sequence[Stroke], height: float) -> list[Grid]:
    """Give the ruled tables; a frame round text is none, but for a row that a page break may have left alone."""
    found = grids(strokes)
    first, last = min((grid.ys[0] for grid in found), default=0), max((grid.ys[-1] for grid in found), default=0)

    def is_left_alone(grid: Grid) -> bool:
        at_edge = (grid.ys[-1] == last and last > height / 2) or (grid.ys[0] == first and first < height / 2)
        return at_edge and len(grid.ys) <= _FEW_ROWS and grid.ys[-1] - grid.ys[0] < _LOW

    return [grid for grid in found if grid.columns > 1 or is_left_alone(grid)]


def _piece(grid: Grid, held: Mapping[int, Sequence[Glyph]], page: int) -> Piece:
    """Give the cells of a ruled table; where its sides are not drawn at all, its cells need none."""
    texts = [tuple(cell_lines(held.get(number, ()), page)) for number in range(len(grid.regions))]
    open_sided = any(lines and not region.bounded for lines, region in zip(texts, grid.regions, strict=True))
    cells: list[Cell] = []
    for lines, region in zip(texts, grid.regions, strict=True):
        if lines or ((region.bounded or open_sided) and not region.is_sliver):
            place = (region.row, region.rows, region.first, region.columns)
            cells.append(Cell(lines, *place, region.x0, region.x1, page))
    return Piece(page, grid.xs, len(grid.ys) - 1, tuple(cells), grid.open_top, grid.open_bottom)


def _margins(taken: Sequence[Taken]) -> Margins:
    """Give the left and right edge of the text of each page: of all lines on pages of its width, tables where few."""
    texts: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    tables: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for page in taken:
        texts[round(page.leaf.width)] += [(line.x0, line.x1) for line in page.lines]
        tables[round(page.leaf.width)] += [(piece.xs[0], piece.xs[-1]) for _, piece in page.pieces]
    made: dict[int, tuple[float, float]] = {}
    for page in taken:
        width = round(page.leaf.width)
        spans = texts[width] + (tables[width] if len(texts[width]) < _FEW_LINES else [])
        edges = [start for start, _ in spans], [end for _, end in spans]
        made[page.leaf.number] = min(edges[0], default=0.0), max(edges[1], default=0.0)
    return made


def _items(taken: Sequence[Taken]) -> Iterator[tuple[int, Item]]:
    kept = without_margins([page.lines for page in taken], [page.leaf.height for page in taken])
    for page, lines in zip(taken, kept, strict=True):
        number = page.leaf.number
        if page.leaf.is_scan:
            yield number, Picture(f"page {number}", 0, page.leaf.width, 0, page.leaf.height)
            continue
        items: list[tuple[float, Item]] = [(line.top, line) for line in lines]
        items += page.pieces
        items += [
            (one.top, Picture(f"page {number}: {one.name}", one.x0, one.x1, one.top, one.bottom))
            for one in page.leaf.pictures
            if min(one.x1 - one.x0, one.bottom - one.top) >= _LEAST_PICTURE
        ]
        yield from ((number, item) for _, item in sorted(items, key=lambda found: found[0]))
