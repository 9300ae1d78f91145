"""Old workbooks, record by record: what is hidden, encrypted or an error, which the library that reads them hides."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from govrules.errors import ReadError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER, _ENTRY, _LAST, _IN_HEADER = 512, 128, 0xFFFFFFFA, 109
_BOF, _EOF, _BOUND, _PASS = 0x0809, 0x000A, 0x0085, 0x002F
_ROW, _COLUMNS, _ERROR, _FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
_ROW_HIDDEN, _ON_LOAD, _COLUMNS_KEPT = 0x20, 0x02, 256
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_KINDS = {
    "EncryptedPackage": "an encrypted Office document",
    "Workbook": "an old Excel workbook (.xls)",
    "Book": "an old Excel workbook (.xls)",
    "WordDocument": "an old Word document (.doc)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
}
Place = tuple[int, int]


@dataclass(frozen=True)
class Facts:
    """What the records of one sheet say: rows and columns that are hidden, errors, formulas never calculated."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    pending: list[Place] = field(default_factory=list)


def kind_of_container(content: bytes, source: str) -> str:
    """Say what an OLE container holds; raises ReadError for an encrypted document."""
    names = _streams(content, source)
    if "EncryptedPackage" in names:
        raise ReadError("is encrypted", where=source, hint="save it without a password")
    return next((kind for name, kind in _KINDS.items() if name in names), "an old Office document of another kind")


def read_facts(content: bytes, source: str) -> list[Facts]:
    """Give what the library does not tell, sheet by sheet; raises ReadError for what is encrypted or no workbook."""
    names = _streams(content, source)
    found = kind_of_container(content, source)
    held = names.get("Workbook", names.get("Book"))
    if held is None:
        raise ReadError(f"is {found}, not an old Excel workbook (.xls)", where=source, hint="give it its true suffix")
    try:
        starts = list(_starts(held, source))
        return [_facts(held, start) for start in starts]
    except (struct.error, IndexError, EOFError) as error:
        raise _damaged(source) from error


def _starts(held: bytes, source: str) -> Iterator[int]:
    for kind, record in _records(held, 0):
        if kind == _PASS:
            raise ReadError("is encrypted", where=source, hint="save it without a password")
        if kind == _BOUND:
            yield struct.unpack_from("<I", record)[0]


def _facts(held: bytes, start: int) -> Facts:
    facts = Facts()
    for kind, record in _records(held, start):
        if kind == _ROW and record[12] & _ROW_HIDDEN:
            facts.hidden_rows.add(_number(record, 0) + 1)
        elif kind == _COLUMNS and record[8] & 1:
            facts.hidden_columns.update(range(_number(record, 0) + 1, min(_number(record, 2) + 2, _COLUMNS_KEPT + 1)))
        elif kind == _ERROR and record[7]:
            facts.errors[_place(record)] = _ERRORS.get(record[6], "#ERROR!")
        elif kind == _FORMULA and record[6] == 2 and record[12:14] == b"\xff\xff":
            facts.errors[_place(record)] = _ERRORS.get(record[8], "#ERROR!")
        elif kind == _FORMULA and record[14] & _ON_LOAD and not any(record[6:14]):
            facts.pending.append(_place(record))
    return facts


def _records(held: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Give the records of a part of the stream up to its end, those of charts within it left out.

    Raises EOFError when the end is missing.
    """
    depth = 0
    while start + 4 <= len(held):
        kind, size = struct.unpack_from("<HH", held, start)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, held[start + 4 : start + 4 + size]
        start += 4 + size
    raise EOFError


def _place(record: bytes) -> Place:
    return _number(record, 0) + 1, _number(record, 2) + 1


def _number(held: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", held, offset)[0])


def _streams(content: bytes, source: str) -> dict[str, bytes]:
    """Give the streams of a container by name, only that of a workbook with what it holds."""
    try:
        return _Container(content).streams()
    except (struct.error, LookupError, ValueError) as error:
        raise _damaged(source) from error


def _damaged(source: str) -> ReadError:
    return ReadError("is damaged: its records end too early", where=source, hint="fetch it again")


class _Container:
    """A file of sectors, each of which names the next of its stream; short streams live in one of small sectors."""

    def __init__(self, content: bytes) -> None:
        self._content, self._shift = content, content[30]
        if not 7 <= self._shift <= 14 or content[32] > self._shift:
            raise ValueError("sectors of an impossible size")
        self._table = self._whole_table()

    def streams(self) -> dict[str, bytes]:
        """Give the streams by name; the contents of only those that hold workbooks."""
        (first, _, least, small) = struct.unpack_from("<IIII", self._content, 48)
        entries = self._chain(first, self._table)
        named: dict[str, tuple[int, int]] = {}
        for start in range(0, len(entries) - _ENTRY + 1, _ENTRY):
            length = min(_number(entries, start + 64), 64)
            name = entries[start : start + max(length - 2, 0)].decode("utf-16-le", "replace")
            named.setdefault(name, struct.unpack_from("<II", entries, start + 116))
        made = dict.fromkeys(named, b"")
        for name in {"Workbook", "Book"} & set(named):
            begin, size = named[name]
            held = self._small(named, begin, small) if size < least else self._chain(begin, self._table)
            if len(held) < size:
                raise ValueError("a stream that is cut off")
            made[name] = held[:size]
        return made

    def _small(self, named: Mapping[str, tuple[int, int]], begin: int, first: int) -> bytes:
        held = self._chain(next(iter(named.values()))[0], self._table)
        raw = self._chain(first, self._table)
        size, table = 1 << self._content[32], struct.unpack(f"<{len(raw) // 4}I", raw)
        return b"".join(held[one * size : (one + 1) * size] for one in _followed(begin, table))

    def _chain(self, first: int, table: Sequence[int]) -> bytes:
        return b"".join(map(self._sector, _followed(first, table)))

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) << self._shift
        return self._content[begin : begin + (1 << self._shift)]

    def _whole_table(self) -> list[int]:
        sectors = [one for one in struct.unpack_from(f"<{_IN_HEADER}I", self._content, 76) if one < _LAST]
        more, seen = struct.unpack_from("<I", self._content, 68)[0], set[int]()
        while more < _LAST and more not in seen:
            seen.add(more)
            listed = struct.unpack(f"<{1 << self._shift - 2}I", self._sector(more))
            sectors += [one for one in listed[:-1] if one < _LAST]
            more = listed[-1]
        count = 1 << self._shift - 2
        return [one for sector in sectors for one in _padded(self._sector(sector), count)]


def _padded(raw: bytes, count: int) -> tuple[int, ...]:
    return struct.unpack(f"<{count}I", raw.ljust(4 * count, b"\xff"))


def _followed(first: int, table: Sequence[int]) -> Iterator[int]:
    """Give the sectors from the first to the last; a ring ends where it closes."""
    seen = set[int]()
    while first < len(table) and first not in seen:
        seen.add(first)
        yield first
        first = table[first]
