"""ZIP archives and the XML in them, opened with care: nothing is unpacked before its size is known to be sane."""

from __future__ import annotations

import struct
import zipfile
import zlib
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


@dataclass(frozen=True)
class Archive:
    """An opened archive whose members were checked: names in order, and what each holds."""

    source: str
    names: tuple[str, ...]
    _file: zipfile.ZipFile

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def read(self, name: str) -> bytes:
        """Unpack a member; raises ReadError when it is damaged, encrypted, or packed in an unknown way."""
        where = f"{self.source}!{name}"
        try:
            return self._file.read(name)
        except RuntimeError as error:
            raise ReadError("is encrypted", where=where, hint="save it without a password") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, struct.error) as error:
            raise ReadError(f"is damaged: {error}", where=where, hint="fetch it again") from error

    def xml(self, name: str) -> Element:
        """Parse a member as XML; raises ReadError for a DTD, an entity, or what is not well formed."""
        from xml.etree.ElementTree import ParseError

        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import fromstring

        where = f"{self.source}!{name}"
        try:
            root: Element = fromstring(self.read(name), forbid_dtd=True)
        except DefusedXmlException as error:
            raise ReadError("declares a DTD or an entity, which is refused", where=where) from error
        except (ParseError, LookupError, ValueError) as error:
            raise ReadError(f"is damaged: {error}", where=where, hint="fetch it again") from error
        return root


def open_archive(content: bytes, source: str, wanted: str = "a ZIP archive") -> Archive:
    """Open a ZIP and check it; raises ReadError for what is none, is damaged, or is built to exhaust the reader."""
    expect(content, _ZIP, wanted, source)
    try:
        file = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise ReadError(f"is damaged: {error}", where=source, hint="fetch it again") from error
    members = [member for member in file.infolist() if not member.is_dir()]
    check_limit("archive_members", len(members), "members", source)
    unpacked = sum(member.file_size for member in members)
    check_limit("unpacked_bytes", unpacked, "bytes when unpacked", source)
    if unpacked > _LEAST_SUSPECT:
        check_limit("unpacked_ratio", unpacked // max(len(content), 1), "times its size when unpacked", source)
    _refuse_overlaps(members, source)
    if any(member.flag_bits & 1 for member in members):
        raise ReadError("is encrypted", where=source, hint="save it without a password")
    return Archive(source, tuple(member.filename for member in members), file)


def _refuse_overlaps(members: list[zipfile.ZipInfo], source: str) -> None:
    """Refuse members that share bytes, by which a small file unpacks to a huge one."""
    ordered = sorted(members, key=lambda member: member.header_offset)
    for one, other in pairwise(ordered):
        end = one.header_offset + _HEADER + len(one.orig_filename) + one.compress_size
        if end > other.header_offset:
            raise ReadError(f"its members {one.filename!r} and {other.filename!r} overlap", where=source)


def unpack(content: bytes, source: str) -> list[tuple[str, bytes | ReadError]]:
    """Give the files in an archive with what they hold, or why that cannot be read; archives in it are refused."""
    archive = open_archive(content, source)
    made: list[tuple[str, bytes | ReadError]] = []
    for name in archive.names:
        if name.lower().endswith((".zip", ".rar", ".7z", ".gz")):
            refused = ReadError("is an archive in an archive", where=f"{source}!{name}", hint="unpack it first")
            made.append((name, refused))
            continue
        try:
            made.append((name, archive.read(name)))
        except ReadError as error:
            made.append((name, error))
    return made
