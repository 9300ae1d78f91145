"""What it costs to read a saved web page of 80 to 150 KB, beside parsing it alone and beside pandas.read_html.

Run: python benchmarks/html.py [rounds]
"""

from __future__ import annotations

import importlib.util
import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

# In the place of this folder, where `html` would be this file and not the module of Python.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from govrules.read.tables import read_tables
from govrules.read.tokens import tokenise
from govrules.read.web.html import read_html
from layout import Made, make_printed
from markup import cms
from reading import FORMS
from selectolax.lexbor import LexborHTMLParser

MOST = 12
"""How many times the parse alone the way from bytes to cells may cost."""


def saved_page(made: Made) -> str:
    """Give a page as a browser saves it: the scripts, styles and menus of the site around the article."""
    script = "<script>" + "var menu = function(a, b) { return a < b && b > 2 ? a : b; };\n" * 700 + "</script>"
    style = "<style>" + ".menu li a:hover { color: #c00; background: url(img/bg.png) }\n" * 250 + "</style>"
    links = "".join(
        f'<li class="item"><a href="/col/col{number}/index.html" target="_blank">栏目{number}</a></li>\n'
        for number in range(120)
    )
    page = cms(made).replace("</head>", f"{script}{style}</head>")
    return page.replace('<div class="main">', f'<div class="menu"><ul>{links}</ul></div><div class="main">')


def check(content: bytes, made: Made) -> None:
    """Stop unless every cell of the page is read as it was printed."""
    cells = read_tables(tokenise(read_html(content, "saved.html").lines), FORMS, made.year).cells
    wrong = [
        cell for cell, shown in made.shown.items() if cells[cell].value != (None if shown is None else made.cells[cell])
    ]
    if wrong or cells.keys() != made.cells.keys():
        sys.exit(f"read wrongly: {wrong}")


def ways(page: str, content: bytes, made: Made) -> dict[str, Callable[[], object]]:
    """Give what is timed, by name."""
    timed: dict[str, Callable[[], object]] = {
        "parse alone": lambda: LexborHTMLParser(page),
        "read_html": lambda: read_html(content, "saved.html"),
        "to the cells": lambda: read_tables(tokenise(read_html(content, "saved.html").lines), FORMS, made.year),
    }
    if importlib.util.find_spec("pandas") and importlib.util.find_spec("lxml"):
        import pandas

        timed["pandas.read_html"] = lambda: pandas.read_html(io.StringIO(page), flavor="lxml")
    return timed


def main() -> None:
    """Print the median CPU time of each way over interleaved rounds, and its ratio to the parse alone."""
    made = make_printed("national-2021", 1)
    page = saved_page(made)
    content = page.encode()
    check(content, made)
    print(f"{len(content):,} bytes, {page.count('<'):,} tags, {len(made.cells)} cells, all of them read right")
    taken: dict[str, list[float]] = {}
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 60):
        for name, way in ways(page, content, made).items():
            started = time.process_time()
            way()
            taken.setdefault(name, []).append(time.process_time() - started)
    parse = statistics.median(taken["parse alone"])
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{name:18}{median * 1000:8.2f} ms{median / parse:8.1f} x")
    ratio = statistics.median(taken["to the cells"]) / parse
    print(f"to the cells: {ratio:.1f} times the parse, {'within' if ratio <= MOST else 'beyond'} the {MOST} allowed")


if __name__ == "__main__":
    main()
