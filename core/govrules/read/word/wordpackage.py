"""The parts of a Word file: which is the main one, and what it refers to."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.archive import Archive
from govrules.read.word.numbering import Numbering, read_numbering
from govrules.read.word.paragraph import Styles, read_styles

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

WORD = "a Word document (.docx)"
_NAMESPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
_OTHERS = {
    "xl/": "an Excel workbook",
    "ppt/": "a PowerPoint presentation",
    "OFD.xml": "an OFD document",
    "content.xml": "an OpenDocument file",
}
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True)
class Package:
    """The main part of a Word file: its tree, the namespace of its words in braces, and what it refers to."""

    root: Element
    w: str
    targets: Mapping[str, str]
    companions: Mapping[str, str]


def open_package(archive: Archive) -> Package:
    """Open the main part; raises ReadError when the archive is no Word file, and says what it is."""
    main = _main_part(archive)
    root = archive.xml(main)
    namespace, _, name = root.tag.removeprefix("{").rpartition("}")
    if namespace not in _NAMESPACES or name != "document":
        raise ReadError(f"its main part is no {WORD[2:]}", where=archive.source, hint="give the file its true suffix")
    folder, base = posixpath.split(main)
    targets, companions = _relations(archive, f"{folder}/_rels/{base}.rels".lstrip("/"), folder)
    return Package(root, f"{{{namespace}}}", targets, companions)


def _main_part(archive: Archive) -> str:
    _, parts = _relations(archive, "_rels/.rels", "")
    main = parts.get("officeDocument", "word/document.xml")
    if main in archive and not main.startswith(tuple(_OTHERS)):
        return main
    damaged = "a damaged Office document" if "[Content_Types].xml" in archive else "a ZIP archive"
    named = (kind for start, kind in _OTHERS.items() for name in archive.names if name.startswith(start))
    found = next(named, damaged)
    raise ReadError(f"is {found}, not {WORD}", where=archive.source, hint="give the file its true suffix, or --reader")


def _relations(archive: Archive, name: str, folder: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give what a part refers to: names of parts by the id of the relation, and by the last word of its type."""
    targets: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for relation in archive.xml(name) if name in archive else ():
        target = relation.get("Target", "")
        inside = relation.get("TargetMode") != "External"
        path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/") if inside else target
        targets[relation.get("Id", "")] = path
        kinds.setdefault(relation.get("Type", "").rpartition("/")[2], path)
    return targets, kinds


def styles_and_numbering(archive: Archive, package: Package) -> tuple[Styles, Numbering]:
    """Give the styles and the lists of a Word file, empty where it has none."""
    styles, numbering = Styles({}), Numbering({})
    name = package.companions.get("styles", "")
    if name in archive:
        styles = read_styles(archive.xml(name), package.w)
    name = package.companions.get("numbering", "")
    if name in archive:
        lists = {style: ground.listing for style, ground in styles.named.items() if ground.listing}
        numbering = read_numbering(archive.xml(name), package.w, lists)
    return styles, numbering


def title_of(archive: Archive) -> str:
    """Give the title that the properties of an Office file state."""
    name = "docProps/core.xml"
    return (archive.xml(name).findtext(f"{_DUBLIN}title") or "") if name in archive else ""
