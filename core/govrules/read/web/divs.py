"""Tables drawn with other elements than those of tables, turned into such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_ROWS = 'div[role="row"], [style*="table-row"]:not(tr), div.tr, ul.tr, div.table-row'
_ROW_GROUP = re.compile(r"table-(?:row-group|header-group|footer-group)")
_CELL_ROLES = frozenset({"cell", "gridcell", "columnheader", "rowheader"})
_CELL_CLASSES = frozenset({"td", "th", "table-cell"})
_CELL_STYLE = re.compile(r"display\s*:\s*table-cell", re.I)


def tabulate(parser: LexborHTMLParser) -> None:
    """Put a table in the place of the rows of each drawn one: rows and cells are told by role, style or class."""
    drawn: dict[int, list[tuple[LexborNode, str]]] = {}
    for row in parser.css(_ROWS):
        cells = [child for child in row.iter() if _is_cell(child)]
        if cells and row.parent is not None and not _ROW_GROUP.search(row.attributes.get("style") or ""):
            drawn.setdefault(row.parent.mem_id, []).append((row, "".join(map(_as_cell, cells))))
    for rows in drawn.values():
        table = type(parser)(f"<table>{''.join(f'<tr>{cells}</tr>' for _, cells in rows)}</table>").css_first("table")
        if table is not None:
            rows[0][0].insert_before(table)
            for row, _ in rows:
                row.decompose()


def _is_cell(node: LexborNode) -> bool:
    marks = node.attributes
    classes = (marks.get("class") or "").split()
    drawn_so = marks.get("role") in _CELL_ROLES or not _CELL_CLASSES.isdisjoint(classes)
    return drawn_so or bool(_CELL_STYLE.search(marks.get("style") or ""))


def _as_cell(node: LexborNode) -> str:
    spans = "".join(
        f' {name}span="{count}"'
        for name in ("col", "row")
        if (count := node.attributes.get(f"aria-{name}span") or "").isdecimal()
    )
    return f"<td{spans}>{node.html}</td>"
