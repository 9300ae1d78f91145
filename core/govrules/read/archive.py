"""ZIP archives and the XML in them, opened with care: nothing is unpacked before its size is known to be sane."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

from govrules.errors import ReadError
from govrules.read.limits import check_limit
from govrules.read.magic import expect

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ZIP = "a ZIP archive or an Office document"
_LEAST_SUSPECT = 1_000_000
_HEADER = 30
_ENCRYPTED, _NAME_IS_UTF8 = 0x1, 0x800
# Those that unpack at most as much as they are asked for.
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, struct.error)
_PACKAGES = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2", ".xz")
_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Archive:
    """An opened archive whose members were checked: names in order, and what each holds."""

    source: str
    names: tuple[str, ...]
    _members: Mapping[str, zipfile.ZipInfo]
    _file: zipfile.ZipFile

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Unpack a member; raises ReadError when it is missing, damaged, or packed in an unknown way."""
        where = f"{self.source}!{name}"
        member = self._members.get(name)
        if member is None:
            raise ReadError("is missing", where=where, hint="is the file damaged?")
        if member.compress_type not in _PACKED:
            raise ReadError("is packed in an unknown way", where=where, hint="pack it with deflate, as is usual")
        try:
            # One byte more than declared: no more than that is unpacked, and the end with its checksum is reached.
            with self._file.open(member) as opened:
                return opened.read(member.file_size + 1)
        except _DAMAGE as error:
            raise ReadError(f"is damaged: {error}", where=where, hint="fetch it again") from error
        except RuntimeError as error:
            raise ReadError("is encrypted", where=where, hint="save it without a password") from error

    def xml(self, name: str) -> Element:
        """Parse a member as XML; raises ReadError for a DTD, an entity, too many tags, or what is not well formed."""
        from xml.etree.ElementTree import ParseError

        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        where, content = f"{self.source}!{name}", self.read(name)
        check_limit("xml_marks", content.count(b"<") + content.count(b"="), "tags and attributes", where)
        try:
            root: Element = fromstring(content, forbid_dtd=True)
        except DefusedXmlException as error:
            raise ReadError("declares a DTD or an entity, which is refused", where=where) from error
        except (ParseError, LookupError, ValueError) as error:
            raise ReadError(f"is damaged: {error}", where=where, hint="fetch it again") from error
        return root


def open_archive(content: bytes, source: str, wanted: str = "a ZIP archive") -> Archive:
    """Open a ZIP and check it; raises ReadError for what is none, is damaged, or is built to exhaust the reader."""
    expect(content, _ZIP, wanted, source)
    check_limit("archive_members", _listed(content), "members", source)
    try:
        file = zipfile.ZipFile(BytesIO(content))
    except _DAMAGE as error:
        raise ReadError(f"is damaged: {error}", where=source, hint="fetch it again") from error
    members = [member for member in file.infolist() if not member.is_dir()]
    check_limit("archive_members", len(members), "members", source)
    unpacked = sum(member.file_size for member in members)
    check_limit("unpacked_bytes", unpacked, "bytes when unpacked", source)
    if unpacked > _LEAST_SUSPECT:
        check_limit("unpacked_ratio", unpacked // max(len(content), 1), "times its size when unpacked", source)
    _refuse_overlaps(members, source)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise ReadError("is encrypted", where=source, hint="save it without a password")
    named = _named(members)
    return Archive(source, tuple(named), named, file)


def _listed(content: bytes) -> int:
    """Count the entries of the directory as they stand there, before anything is made of them."""
    end = content.rfind(b"PK\x05\x06")
    size = int.from_bytes(content[end + 12 : end + 16], "little")
    return content.count(b"PK\x01\x02", max(end - size, 0), end) if end >= 0 else 0


def _refuse_overlaps(members: list[zipfile.ZipInfo], source: str) -> None:
    """Refuse members that share bytes, by which a small file unpacks to a huge one."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    for one, other in pairwise(ordered):
        end = one.header_offset + _HEADER + len(one.orig_filename) + one.compress_size
        if end > other.header_offset:
            raise ReadError(f"its members {_name(one)!r} and {_name(other)!r} overlap", where=source)


def _named(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Give members by name; of two with one name, which an archive may hold, the later gets a number."""
    named: dict[str, zipfile.ZipInfo] = {}
    for number, member in enumerate(members, start=1):
        name = _name(member)
        named[name if name not in named else f"{number}#{name}"] = member
    return named


def _name(member: zipfile.ZipInfo) -> str:
    """Give a name as its maker saw it: without the mark of UTF-8 it is in the encoding of his machine."""
    name = member.filename
    if not member.flag_bits & _NAME_IS_UTF8 and not name.isascii():
        stored = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = stored.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def unpack(content: bytes, source: str) -> list[tuple[str, bytes | ReadError]]:
    """Give the files in an archive with what they hold, or why that cannot be read; archives in it are refused.

    Nothing is written to disk: a name is only a name, wherever it points. What systems leave behind is left out.
    """
    archive = open_archive(content, source)
    made: list[tuple[str, bytes | ReadError]] = []
    for name in archive.names:
        if _is_litter(name):
            continue
        if name.lower().endswith(_PACKAGES):
            refused = ReadError("is an archive in an archive", where=f"{source}!{name}", hint="unpack it first")
            made.append((name, refused))
            continue
        try:
            made.append((name, archive.read(name)))
        except ReadError as error:
            made.append((name, error))
    return made


def _is_litter(name: str) -> bool:
    """Tell whether a member was put there by a system or is the lock of an open Office file, not by a person."""
    *folders, last = name.split("/")
    return "__MACOSX" in folders or last.lower() in _LITTER or last.startswith("~$")
