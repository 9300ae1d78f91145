"""Reports printed to PDF as offices do: tables ruled by lines, thin rectangles, dashes or not at all, over pages."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from typing import Literal

from govrules.form import Table as FormTable
from govrules.read.value import parse_value, stored
from layout import Made, Merged, Printed, Rows, make_printed, merged_rows
from reportlab.lib.colors import black, lightgrey
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

Ruling = Literal["lines", "rects", "dashes", "double", "filled", "open sides", "none"]
FONT = "STSong-Light"


@dataclass(frozen=True)
class Print:
    """How a report is printed: the ruling of its tables, the paper, and what stands in the margins."""

    ruling: Ruling = "lines"
    wide: bool = False
    turned: int = 0
    margin: float = 72
    size: float = 9
    head: str = ""
    numbers: str = "- {} -"
    repeat: bool = False


def printed_pdf(printed: Printed, how: Print | None = None) -> bytes:
    """Print a report with reportlab."""
    how = how or Print()
    use_fonts()
    stream = BytesIO()
    width = (landscape(A4) if how.wide else A4)[0] - 2 * how.margin
    paper = SimpleDocTemplate(
        stream,
        pagesize=landscape(A4) if how.wide else A4,
        leftMargin=how.margin,
        rightMargin=how.margin,
        topMargin=72,
        bottomMargin=72,
    )
    story = [_flowable(part, number, width, how) for number, part in enumerate(printed)]
    paper.build(
        [piece for flowable in story for piece in (flowable, Spacer(1, 6))],
        onFirstPage=lambda canvas, _: _margins(canvas, how),
        onLaterPages=lambda canvas, _: _margins(canvas, how),
        canvasmaker=partial(_canvas, ruling=how.ruling),
    )
    return stream.getvalue()


@cache
def use_fonts() -> None:
    """Make the Chinese font known."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _margins(canvas: Canvas, how: Print) -> None:
    width, height = landscape(A4) if how.wide else A4
    canvas.setFont(FONT, 9)
    if how.numbers:
        canvas.drawCentredString(width / 2, 40, how.numbers.format(canvas.getPageNumber()))
    if how.head:
        canvas.drawString(how.margin, height - 45, how.head)
        canvas.setLineWidth(0.5)
        Canvas.line(canvas, how.margin, height - 50, width - how.margin, height - 50)
    if how.turned:
        canvas.setPageRotation(how.turned)


def _flowable(part: str | Rows, number: int, width: float, how: Print) -> Flowable:
    if not isinstance(part, str):
        return _table(part, width, how)
    plain = {"fontName": FONT, "wordWrap": "CJK", "fontSize": 14, "leading": 22}
    if number == 0:
        return Paragraph(
            html.escape(part), ParagraphStyle("t", **{**plain, "fontSize": 20, "leading": 30}, alignment=TA_CENTER)
        )
    return Paragraph(html.escape(part), ParagraphStyle("p", **plain, firstLineIndent=28))


def _table(rows: Rows, width: float, how: Print) -> Table:
    """Lay a table out: the label columns are wide, figures have narrow ones, in which headers wrap."""
    places, columns = placed(rows)
    grid: list[list[object]] = [[""] * columns for _ in rows]
    spans: list[tuple[object, ...]] = []
    style = ParagraphStyle(
        "c", fontName=FONT, fontSize=how.size, leading=how.size * 1.3, wordWrap="CJK", alignment=TA_CENTER
    )
    for (row, column), cell in places.items():
        grid[row][column] = Paragraph(html.escape(cell.text), style) if cell.text else ""
        spans.append(("SPAN", (column, row), (column + cell.columns - 1, row + cell.rows - 1)))
    head = sum(not any(cell.text.isdigit() for cell in row) for row in rows[:3]) if how.repeat else 0
    beside = 3 if how.ruling == "none" else 2
    return Table(
        grid,
        colWidths=widths(rows, columns, width),
        repeatRows=head,
        style=[
            *spans,
            *_ruling(how.ruling),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            *_padding(beside, 3),
        ],
    )


def _padding(beside: float, above: float) -> list[tuple[object, ...]]:
    sides = {"LEFT": beside, "RIGHT": beside, "TOP": above, "BOTTOM": above + 1}
    return [(f"{side}PADDING", (0, 0), (-1, -1), size) for side, size in sides.items()]


def _ruling(ruling: Ruling) -> list[tuple[object, ...]]:
    everywhere, grid = ((0, 0), (-1, -1)), ("GRID", (0, 0), (-1, -1), 0.5, black)
    styles: dict[str, list[tuple[object, ...]]] = {
        "none": [],
        "dashes": [(*grid, "butt", (2, 2))],
        "filled": [grid, *(("BACKGROUND", (0, 0), end, lightgrey) for end in ((-1, 0), (0, -1)))],
        "open sides": [
            ("INNERGRID", *everywhere, 0.5, black),
            ("LINEABOVE", (0, 0), (-1, 0), 1.5, black),
            ("LINEBELOW", (0, -1), (-1, -1), 1.5, black),
        ],
    }
    return styles.get(ruling, [grid])


def placed(rows: Rows) -> tuple[dict[tuple[int, int], Merged], int]:
    """Give the place in the grid of every cell of a table, by row and column, and how many columns there are."""
    taken: set[tuple[int, int]] = set()
    places: dict[tuple[int, int], Merged] = {}
    for here, row in enumerate(rows):
        column = 0
        for cell in row:
            while (here, column) in taken:
                column += 1
            places[here, column] = cell
            taken |= {(here + down, column + right) for down in range(cell.rows) for right in range(cell.columns)}
    return places, 1 + max(column for _, column in taken)


def widths(rows: Rows, columns: int, width: float) -> list[float]:
    """Give the widths of columns: one that holds a long label is up to six times as wide as one of figures."""
    places, _ = placed(rows)
    weight = [1.0] * columns
    for (_, column), cell in places.items():
        if cell.columns == 1:
            weight[column] = max(weight[column], min(5.0, len(cell.text) / (3 if cell.rows == 1 else 6)))
    weight = [max(one, sum(weight) / 22) for one in weight]
    return [width * one / sum(weight) for one in weight]


def _canvas(*given: object, ruling: Ruling, **named: object) -> Canvas:
    """Give a canvas that draws a ruling line as a filled rectangle, as browsers do, or as two lines."""
    canvas = Canvas(*given, **named)
    if ruling == "rects":
        canvas.line = partial(_bar, canvas)
    elif ruling == "double":
        canvas.line = partial(_twice, canvas)
    return canvas


def _bar(canvas: Canvas, x1: float, y1: float, x2: float, y2: float) -> None:
    thick = 0.75
    if abs(y1 - y2) < 0.1:
        canvas.rect(min(x1, x2), y1 - thick / 2, abs(x2 - x1), thick, stroke=0, fill=1)
    else:
        canvas.rect(x1 - thick / 2, min(y1, y2), thick, abs(y2 - y1), stroke=0, fill=1)


def _twice(canvas: Canvas, x1: float, y1: float, x2: float, y2: float) -> None:
    across = abs(y1 - y2) < 0.1
    for side in (-0.9, 0.9):
        right, down = (0.0, side) if across else (side, 0.0)
        Canvas.line(canvas, x1 + right, y1 + down, x2 + right, y2 + down)


def page_to_print(printed: Printed, size: float = 10, margin: float = 2.5) -> bytes:
    """Give a report as a web page that LibreOffice prints as an office would: sizes in pt, the margin in cm."""
    style = (
        f"@page{{size:A4;margin:{margin}cm}} body{{font-family:'Noto Serif CJK SC';font-size:{size + 4}pt}} "
        "p{text-indent:2em;line-height:150%} h1{font-size:20pt;text-align:center} "
        f"table{{border-collapse:collapse;width:100%}} td{{border:1px solid #000;text-align:center;font-size:{size}pt}}"
    )
    body = [f"<h1>{html.escape(str(printed[0]))}</h1>"]
    for part in printed[1:]:
        body.append(f"<p>{html.escape(part)}</p>" if isinstance(part, str) else _html_table(part))
    return (
        f'<html><head><meta charset="utf-8"><style>{style}</style></head><body>{"".join(body)}</body></html>'.encode()
    )


def _html_table(rows: Rows) -> str:
    lines = (
        "".join(f'<td colspan="{c.columns}" rowspan="{c.rows}">{html.escape(c.text)}</td>' for c in row) for row in rows
    )
    return f'<table border="1" cellspacing="0">{"".join(f"<tr>{line}</tr>" for line in lines)}</table>'


def coded(name: str, seed: int) -> Made:
    """Give a report in which every figure is another number, so that none can take the place of its neighbour."""
    rng, made = random.Random(seed), make_printed(name, seed)
    numbers = rng.sample(range(100, 1000), len(made.cells))
    shown = {
        cell: None if rng.random() < 0.1 else str(number) for cell, number in zip(made.cells, numbers, strict=True)
    }
    tables = iter([part for part in made.printed if not isinstance(part, str)])
    by_place = {id(part): merged_rows(table, shown) for table, part in zip(_in_order(made), tables, strict=True)}
    printed: Printed = [part if isinstance(part, str) else by_place[id(part)] for part in made.printed]
    cells = {cell: _stored(made, cell, str(number)) for cell, number in zip(made.cells, numbers, strict=True)}
    return Made(made.form, made.year, printed, cells, shown)


def _stored(made: Made, cell: str, text: str) -> int | float:
    value = parse_value(text)
    number = stored(value, made.form.cells[cell]) if value else None
    assert number is not None
    return number


def _in_order(made: Made) -> list[FormTable]:
    sections = [section.id for section in made.form.sections]
    return sorted(made.form.tables, key=lambda t: sections.index(t.section) if t.section in sections else 99)
