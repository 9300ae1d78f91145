"""Excel workbooks (.xlsx, .xlsm): their sheets as they are shown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.archive import Archive, open_archive
from govrules.read.document import Document
from govrules.read.sheet.biff import MAGIC, kind_of_container
from govrules.read.sheet.printed import numbered_format, shown_by
from govrules.read.sheet.sheet import Sheet
from govrules.read.sheet.sheets import workbook
from govrules.read.sheet.sheetxml import SheetXml, Strings, Style, stream

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_EXCEL = "an Excel workbook (.xlsx)"
_OTHERS = {
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "content.xml": "an OpenDocument file",
    "OFD.xml": "an OFD document",
}


def read_xlsx(content: bytes, source: str) -> Document:
    """Read an Excel workbook; raises ReadError when it is none, is encrypted or damaged, or goes beyond a limit."""
    if content.startswith(MAGIC):
        found = kind_of_container(content, source)
        raise ReadError(f"is {found}, not {_EXCEL}", where=source, hint="give the file its true suffix")
    return workbook(source, content, list(_sheets(_open(content, source))))


@dataclass(frozen=True)
class _Package:
    """The parts of a workbook: where its main part is, and what that one refers to by kind and by id."""

    archive: Archive
    names: Mapping[str, str]
    main: str
    relations: Mapping[str, tuple[str, str]]

    def part(self, kind: str) -> str | None:
        """Give the name of the first part of a kind that is there."""
        return next(
            (self.names[name] for is_, name in self.relations.values() if is_ == kind and name in self.names), None
        )


def _open(content: bytes, source: str) -> _Package:
    archive = open_archive(content, source, _EXCEL)
    names = {name.lower(): name for name in reversed(archive.names)}
    roots = _relations(archive, names, "")
    main = next((name for kind, name in roots.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in names or not main.endswith(".xml") or "word/document.xml" in names:
        found = next((kind for name, kind in _OTHERS.items() if name.lower() in names), "an archive of another kind")
        raise ReadError(f"is {found}, not {_EXCEL}", where=source, hint="give the file its true suffix")
    return _Package(archive, names, names[main], _relations(archive, names, names[main]))


def _relations(archive: Archive, names: Mapping[str, str], part: str) -> dict[str, tuple[str, str]]:
    """Give what a part refers to, by id: the last word of its type, and the name of the other part in small letters."""
    folder, name = posixpath.split(part)
    path = names.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
    made: dict[str, tuple[str, str]] = {}
    for one in archive.xml(path) if path else ():
        target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", ""))).lstrip("/")
        if one.get("TargetMode") != "External":
            made[one.get("Id", "")] = (one.get("Type", "").rpartition("/")[2], target.lower())
    return made


def _sheets(package: _Package) -> Iterator[Sheet]:
    archive = package.archive
    root = archive.xml(package.main)
    since_1904 = any(one.get("date1904") in ("1", "true") for one in _named(root, "workbookPr"))
    strings, styles = Strings(), _styles(package)
    shared = package.part("sharedStrings")
    if shared:
        stream(archive, shared, strings)
    for number, entry in enumerate(_named(root, "sheet"), start=1):
        relation = next((value for key, value in entry.items() if key.endswith("}id")), "")
        kind, path = package.relations.get(relation, ("worksheet", f"xl/{entry.get('name')}"))
        if kind != "worksheet":
            continue  # a chart, or a dialog
        if path not in package.names:
            raise ReadError(f"is damaged: it lacks {path}", where=archive.source, hint="fetch it again")
        name, hidden = entry.get("name", ""), entry.get("state", "visible") != "visible"
        found = SheetXml(f"{archive.source}#{name}", strings.made, styles, since_1904)
        stream(archive, package.names[path], found)
        yield _sheet(package, name, number, found, package.names[path], hidden=hidden)


def _sheet(package: _Package, name: str, number: int, found: SheetXml, path: str, *, hidden: bool) -> Sheet:
    return Sheet(
        name,
        number,
        found.cells,
        found.merges,
        found.framed,
        frozenset(found.hidden_rows),
        frozenset(found.hidden_columns),
        hidden,
        found.pending,
        list(_pictures(package, path, found.drawing)) if found.drawing else (),
    )


def _pictures(package: _Package, path: str, relation: str) -> Iterator[tuple[str, int]]:
    """Give the names of the pictures on a sheet, each with the row on which it stands."""
    _, drawing = _relations(package.archive, package.names, path).get(relation, ("", ""))
    if drawing not in package.names:
        return
    held = _relations(package.archive, package.names, package.names[drawing])
    for anchor in package.archive.xml(package.names[drawing]):
        row = next((one.text or "" for one in _named(anchor, "row")), "")
        for blip in _named(anchor, "blip"):
            embedded = next((value for key, value in blip.items() if key.endswith("}embed")), "")
            if embedded in held:
                yield posixpath.basename(held[embedded][1]), int(row) + 1 if row.strip().isdigit() else 0


def _styles(package: _Package) -> list[Style]:
    """Give what each numbered style shows; none where a workbook has no styles."""
    path = package.part("styles")
    if path is None:
        return []
    root = package.archive.xml(path)
    codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in _named(root, "numFmt")}
    borders = [_is_border(border) for group in _named(root, "borders") for border in group]
    made: list[Style] = []
    for form in (form for group in _named(root, "cellXfs") for form in group):
        number, border = form.get("numFmtId", "0"), _whole(form.get("borderId"))
        code = codes.get(number, numbered_format(_whole(number)))
        made.append(Style(shown_by(code), border < len(borders) and borders[border]))
    return made


def _is_border(border: Element) -> bool:
    return any(side.get("style", "none") != "none" for side in border)


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _named(root: Element, name: str) -> Iterator[Element]:
    """Give the elements of a name below `root`, whatever their namespace."""
    return (one for one in root.iter() if one.tag.rpartition("}")[2] == name)
