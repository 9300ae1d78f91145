"""The XML of a sheet and of the strings that sheets share, read as a stream: no tree of a huge sheet is ever built."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from govrules.errors import ReadError
from govrules.read.archive import Archive
from govrules.read.limits import check_limit, limit
from govrules.read.sheet.printed import AS_STORED, Shown, moment_text, number_text
from govrules.read.sheet.sheet import Merge

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE, _PIECE = ("1", "true"), 1 << 16
_TEXTS = frozenset({"v", "f", "t"})


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell is shown: its numbers, and whether it has a border."""

    shown: Shown = AS_STORED
    framed: bool = False


class _Target(Protocol):
    """What a parser tells of: tags as they open and close, and text between them."""

    def start(self, tag: str, given: dict[str, str]) -> None: ...

    def end(self, tag: str) -> None: ...

    def data(self, text: str) -> None: ...


def stream(archive: Archive, name: str, target: _Target) -> None:
    """Tell `target` what a part of a package says; raises ReadError for a DTD, an entity, or what is damaged."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    where, content = f"{archive.source}!{name}", archive.read(name)
    check_limit("xml_marks", content.count(b"<") + content.count(b"="), "tags and attributes", where)
    try:
        parser = DefusedXMLParser(target=target, forbid_dtd=True)
        for start in range(0, len(content), _PIECE):
            parser.feed(content[start : start + _PIECE])
        parser.close()
    except DefusedXmlException as error:
        raise ReadError("declares a DTD or an entity, which is refused", where=where) from error
    except (ParseError, LookupError, ValueError) as error:
        raise ReadError(f"is damaged: {error}", where=where, hint="fetch it again") from error


@dataclass
class SheetXml:
    """What the XML of a sheet says: texts by place, merged cells, what is hidden, and the relation of its drawing.

    Takes the name of the sheet for errors, the shared strings and the styles; `pending` are the places of formulas
    without a saved result.
    """

    where: str
    strings: Sequence[str]
    styles: Sequence[Style]
    since_1904: bool = False
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    framed: dict[int, int] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    pending: list[tuple[int, int]] = field(default_factory=list)
    drawing: str = ""
    _place: tuple[int, int] = (0, 0)
    _kind: str = ""
    _style: Style = Style()
    _depth: int = 0
    _texts: dict[str, list[str]] | None = None
    _open: list[str] | None = None

    def start(self, tag: str, given: dict[str, str]) -> None:
        """Take an opening tag."""
        name = tag.rpartition("}")[2]
        if name == "c":
            self._begin(given)
        elif self._texts is not None:
            self._inside(name)
        elif name == "row":
            number = _counted(given.get("r", self._place[0] + 1))
            self._place = (number, 0)
            if given.get("hidden") in _TRUE:
                self.hidden_rows.add(number)
        elif name == "col" and given.get("hidden") in _TRUE:
            last = min(_counted(given["max"]), limit("sheet_columns"))
            self.hidden_columns.update(range(_counted(given["min"]), last + 1))
        elif name == "mergeCell":
            self.merges.append(_range(given["ref"]))
        elif name == "drawing":
            self.drawing = next((value for key, value in given.items() if key.endswith("}id")), "")

    def data(self, text: str) -> None:
        """Take text."""
        if self._open is not None:
            self._open.append(text)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name = tag.rpartition("}")[2]
        if name == "c" and self._texts is not None:
            texts, self._texts, self._open = self._texts, None, None
            self._finish({key: "".join(pieces) for key, pieces in texts.items()})
        elif name == "rPh":
            self._depth -= 1
        elif name in _TEXTS:
            self._open = None

    def _begin(self, given: dict[str, str]) -> None:
        row, column = self._place
        self._place = _place(given["r"]) if "r" in given else (row, column + 1)
        self._kind, self._texts, self._depth = given.get("t", "n"), {}, 0
        style = int(given.get("s", 0))
        self._style = self.styles[style] if 0 <= style < len(self.styles) else Style()

    def _inside(self, name: str) -> None:
        assert self._texts is not None
        if name == "rPh":  # how a text is to be pronounced
            self._depth += 1
        elif name in _TEXTS and not self._depth:
            self._open = self._texts.setdefault(name, [])

    def _finish(self, texts: dict[str, str]) -> None:
        value, formula = texts.get("v", ""), texts.get("f")
        text = self._text(value, texts.get("t", ""))
        if formula is not None and not value.strip() and self._kind != "str":
            self.pending.append(self._place)
            text = f"={formula.strip() or '…'}"
        if text.strip():
            check_limit("line_characters", len(text), "characters in one cell", self.where)
            self.cells[self._place] = text
        if self._style.framed:
            row, column = self._place
            self.framed[row] = max(column, self.framed.get(row, 0))

    def _text(self, value: str, inline: str) -> str:
        match self._kind:
            case "s":
                return self.strings[_counted(value, first=0)] if value.strip() else ""
            case "inlineStr":
                return _unescaped(inline)
            case "b":
                return {"0": "FALSE", "1": "TRUE"}.get(value.strip(), value)
            case "d":
                return _day(value)
            case "str" | "e":
                return _unescaped(value)
        return number_text(value, self._style.shown, since_1904=self.since_1904) if value.strip() else ""


class Strings:
    """The strings that sheets share, in order, without what only tells how to pronounce them."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._pieces: list[str] = []
        self._aside = 0
        self._open = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        """Take an opening tag."""
        name = tag.rpartition("}")[2]
        self._aside += name == "rPh"
        self._open = name == "t" and not self._aside

    def data(self, text: str) -> None:
        """Take text."""
        if self._open:
            self._pieces.append(text)

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        name = tag.rpartition("}")[2]
        self._open = False
        self._aside -= name == "rPh"
        if name == "si":
            self.made.append(_unescaped("".join(self._pieces)))
            self._pieces.clear()


def _place(reference: str) -> tuple[int, int]:
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise ValueError(f"{reference[:20]!r} is no place in a sheet")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def _counted(number: str | int, *, first: int = 1) -> int:
    if int(number) < first:
        raise ValueError(f"{number} is too small a number")
    return int(number)


def _range(reference: str) -> Merge:
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    return Merge(min(top, bottom), min(left, right), max(top, bottom), max(left, right))


def _unescaped(text: str) -> str:
    """Give a text in which `_x4E2D_` stands for a character by its code."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    character = chr(code)
    return character if character.isprintable() or character in "\n\t" else ""


def _day(text: str) -> str:
    try:
        return moment_text(datetime.fromisoformat(text.strip()))
    except ValueError:
        return text
