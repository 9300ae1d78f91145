"""What an OLE container holds (old Office documents, and new ones that are encrypted), by its directory alone."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from govrules.errors import ReadError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY, _IN_HEADER, _LAST_SECTOR = 128, 109, 0xFFFFFFFA
_MOST_SECTORS = 10_000
_FLAGS, _ENCRYPTED = 0x0A, 0x0100
_WORD_BEGINS = (b"\xec\xa5", b"\xdc\xa5")
_HOLDS = {
    "WordDocument": "an old Word document (.doc)",
    "Workbook": "an old Excel workbook (.xls)",
    "Book": "an old Excel workbook (.xls)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
}


def expect_word(content: bytes, source: str, *, old: bool) -> None:
    """Raise ReadError for a container that is encrypted, or holds no old Word document where one is wanted."""
    streams = dict(_streams(content))
    if "EncryptedPackage" in streams or _is_encrypted(content, streams.get("WordDocument")):
        raise ReadError("is encrypted", where=source, hint="save it without a password")
    found = next((kind for name, kind in _HOLDS.items() if name in streams), "an old Office document of another kind")
    if not old:
        raise ReadError(f"is {found}, not a Word document (.docx)", where=source, hint="give the file its true suffix")
    if "WordDocument" not in streams:
        raise ReadError(
            f"is {found if streams else 'damaged'}, not an old Word document (.doc)",
            where=source,
            hint="give the file its true suffix, or fetch it again",
        )


def _is_encrypted(content: bytes, start: int | None) -> bool:
    """Tell whether the first words of a Word document say that the rest is encrypted."""
    if start is None or content[start : start + 2] not in _WORD_BEGINS:
        return False
    return bool(int.from_bytes(content[start + _FLAGS : start + _FLAGS + 2], "little") & _ENCRYPTED)


def _streams(content: bytes) -> Iterator[tuple[str, int]]:
    """Give the names of the streams, each with where in the file it begins."""
    if len(content) < 512 or not 7 <= content[30] <= 14:
        return
    size = 1 << content[30]
    table = _allocation(content, size)
    sector, left = struct.unpack_from("<I", content, 48)[0], _MOST_SECTORS
    while sector < _LAST_SECTOR and left:
        begin = (sector + 1) * size
        for entry in range(begin, min(begin + size, len(content) - _ENTRY + 1), _ENTRY):
            length = int.from_bytes(content[entry + 64 : entry + 66], "little")
            name = content[entry : entry + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            first = int.from_bytes(content[entry + 116 : entry + 120], "little")
            if name:
                yield name, (first + 1) * size
        sector, left = table.get(sector, _LAST_SECTOR), left - 1


def _allocation(content: bytes, size: int) -> dict[int, int]:
    """Give which sector follows which, from the sectors of the table that the header lists."""
    table: dict[int, int] = {}
    for number, sector in enumerate(struct.unpack_from(f"<{_IN_HEADER}I", content, 76)):
        begin = (sector + 1) * size
        if sector >= _LAST_SECTOR or begin + size > len(content):
            continue
        first = number * (size // 4)
        table |= dict(enumerate(struct.unpack_from(f"<{size // 4}I", content, begin), first))
    return table
