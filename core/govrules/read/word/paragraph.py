"""What a paragraph of a Word document shows: its text with its automatic number, its pictures, its text boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from govrules.read.limits import check_limit, limit
from govrules.read.word.numbering import Numbering

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OFF = frozenset({"0", "false", "off"})
_FIXED = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_THROUGH = (
    "r", "hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "ruby",
    "rubyBase",
)  # fmt: skip
_DRAWN = ("drawing", "pict", "object")
_LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a paragraph, by the name of its file or what is said of it."""

    name: str


Piece: TypeAlias = "str | Picture | Element"
"""A stretch of text, a picture, or the content of a text box."""


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says of numbers and of hidden text; None where it leaves that to the style it is based on."""

    based_on: str = ""
    listing: str | None = None
    level: int | None = None
    hidden: bool | None = None


@dataclass(frozen=True)
class Styles:
    """The styles of a document by id, and the id of the one that paragraphs have when they name none."""

    named: Mapping[str, Style]
    ordinary: str = ""

    def chain(self, name: str) -> Iterator[tuple[str, Style]]:
        """Give a style and those it is based on, nearest first."""
        seen: set[str] = set()
        while name in self.named and name not in seen and len(seen) < _LONGEST_CHAIN:
            seen.add(name)
            yield name, self.named[name]
            name = self.named[name].based_on

    def hidden(self, name: str) -> bool | None:
        """Tell whether text in a style is hidden; None when neither it nor its bases say."""
        return next((style.hidden for _, style in self.chain(name) if style.hidden is not None), None)


def read_styles(root: Element, w: str) -> Styles:
    """Read styles.xml; `w` is the namespace of its words in braces."""
    named: dict[str, Style] = {}
    ordinary = ""
    for style in root.findall(f"{w}style"):
        name = style.get(f"{w}styleId", "")
        listing, level = _listing(style.find(f"{w}pPr"), w)
        named[name] = Style(value(style, "basedOn", w), listing, level, _switched(style.find(f"{w}rPr"), "vanish", w))
        if style.get(f"{w}type") == "paragraph" and style.get(f"{w}default", "0") not in _OFF:
            ordinary = name
    return Styles(named, ordinary)


def value(parent: Element | None, name: str, w: str) -> str:
    """Give the value of a property, "" when it is not there."""
    child = parent.find(f"{w}{name}") if parent is not None else None
    return "" if child is None else child.get(f"{w}val", "")


def _switched(properties: Element | None, name: str, w: str) -> bool | None:
    child = properties.find(f"{w}{name}") if properties is not None else None
    return None if child is None else child.get(f"{w}val", "1") not in _OFF


def _listing(properties: Element | None, w: str) -> tuple[str | None, int | None]:
    number = properties.find(f"{w}numPr") if properties is not None else None
    if number is None:
        return None, None
    level = value(number, "ilvl", w)
    return value(number, "numId", w) or None, int(level) if level.isdecimal() and len(level) < 4 else None


class Paragraphs:
    """Reads the paragraphs of one document, in order: numbers are counted on the way.

    `targets` are the files that pictures refer to, by the id of the relation.
    """

    def __init__(self, w: str, styles: Styles, numbering: Numbering, targets: Mapping[str, str], source: str) -> None:
        self._w, self._styles, self._numbering, self._targets, self._source = w, styles, numbering, targets, source
        self._fixed = {f"{w}{name}": text for name, text in _FIXED.items()}
        self._through = {f"{w}{name}" for name in _THROUGH}
        self._drawn = {f"{w}{name}" for name in _DRAWN}
        self._properties, self._run_properties, self._text = f"{w}pPr", f"{w}rPr", f"{w}t"
        self._run, self._deepest = f"{w}r", limit("nesting_depth")
        self._known: dict[str, tuple[str, int]] = {}

    def read(self, paragraph: Element, depth: int) -> tuple[list[Piece], bool]:
        """Give what a paragraph shows, its number first, and whether its end is deleted: the next one continues it.

        What is deleted or hidden is not shown.
        """
        properties = paragraph.find(self._properties)
        style = self._styles.ordinary
        mark = None
        if properties is not None and len(properties):
            style = value(properties, "pStyle", self._w) or style
            mark = properties.find(self._run_properties)
        pieces = [piece for piece in self._pieces(paragraph, style, depth) if piece != ""]
        if mark is None:
            return self._numbered(pieces, properties, style), False
        if mark.find(f"{self._w}del") is not None:
            return pieces, True
        if not pieces and _switched(mark, "vanish", self._w):
            return [], False
        return self._numbered(pieces, properties, style), False

    def _numbered(self, pieces: list[Piece], properties: Element | None, style: str) -> list[Piece]:
        listing, level = _listing(properties, self._w)
        if listing is None:
            if style not in self._known:
                self._known[style] = self._of_style(style)
            listing, ground = self._known[style]
            level = ground if level is None else level
        number = self._numbering.next(listing, level or 0) if listing else ""
        return [number + " " * number[-1:].isalnum(), *pieces] if number else pieces

    def _of_style(self, style: str) -> tuple[str, int]:
        """Give the list and the level that a style puts its paragraphs in, "" for none."""
        for name, ground in self._styles.chain(style):
            if ground.listing is not None:
                level = ground.level
                return ground.listing, self._numbering.level_of(ground.listing, name) if level is None else level
        return "", 0

    def _pieces(self, element: Element, style: str, depth: int) -> Iterator[Piece]:
        self._check(depth)
        for child in element:
            tag = child.tag
            if tag == self._properties:
                continue
            if tag == self._text:
                yield child.text or ""
            elif tag in self._fixed:
                yield self._fixed[tag]
            elif tag in self._through:
                if tag != self._run or not self._is_hidden(child.find(self._run_properties), style):
                    yield from self._pieces(child, style, depth + 1)
            elif tag in self._drawn:
                yield from self._drawing(child, depth + 1)
            else:
                yield from self._rare(child, style, depth)

    def _rare(self, element: Element, style: str, depth: int) -> Iterator[Piece]:
        if element.tag == f"{self._w}sym":
            yield self._symbol(element)
        elif element.tag == f"{_MC}AlternateContent":
            yield from _first_that_shows(self._pieces(branch, style, depth + 1) for branch in element)
        elif element.tag.startswith(_MATH):
            yield " ".join(text.text or "" for text in element.iter(f"{_MATH}t"))

    def _check(self, depth: int) -> None:
        if depth > self._deepest:
            check_limit("nesting_depth", depth, "levels of nesting", self._source)

    def _is_hidden(self, properties: Element | None, style: str) -> bool:
        own = _switched(properties, "vanish", self._w)
        if own is None:
            own = self._styles.hidden(value(properties, "rStyle", self._w))
        return bool(self._styles.hidden(style) if own is None else own)

    def _drawing(self, element: Element, depth: int, said: str = "") -> Iterator[Piece]:
        """Give the pictures and text boxes of a drawing, each once."""
        self._check(depth)
        for child in element:
            name = child.tag.rpartition("}")[2]
            if child.tag == f"{self._w}txbxContent":
                yield child
            elif child.tag == f"{_MC}AlternateContent":
                yield from _first_that_shows(self._drawing(branch, depth + 1) for branch in child)
            elif name in {"blip", "imagedata"}:
                yield Picture(self._file(child) or said or name)
            else:
                said = child.get("descr") or child.get("name") or said if name == "docPr" else said
                yield from self._drawing(child, depth + 1, said)

    def _file(self, picture: Element) -> str:
        ids = [text for key, text in picture.attrib.items() if key.rpartition("}")[2] in {"embed", "id", "link"}]
        return next((PurePosixPath(self._targets[key]).name for key in ids if key in self._targets), "")

    def _symbol(self, symbol: Element) -> str:
        """Give a character of a font of symbols where it is one of a common script, as digits in Symbol are."""
        try:
            code = int(symbol.get(f"{self._w}char", ""), 16)
        except ValueError:
            return ""
        if 0xF000 <= code < 0xF100:
            plain = symbol.get(f"{self._w}font") == "Symbol" and 0x20 <= code - 0xF000 < 0x40
            return chr(code - 0xF000) if plain else ""
        return chr(code) if 0x20 <= code < 0xD800 else ""


def _first_that_shows(alternatives: Iterable[Iterator[Piece]]) -> list[Piece]:
    """Give the first alternative that shows something: the others say the same for other programs."""
    return next(filter(None, map(list, alternatives)), [])
