"""ZIP archives: names as their makers saw them, one error for each member that cannot be read, and no bombs."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from generate import make_cells, make_report
from govrules import validate
from govrules.errors import ReadError
from govrules.read.archive import open_archive, unpack
from layout import make_printed
from office import to_docx, zipped
from reading import FORMS

SECONDS, MEMORY = 5, 90_000_000
UTF_8 = 0x800


def entry(
    name: bytes, content: bytes, *, flags: int = 0, size: int | None = None, method: int = 8
) -> tuple[bytes, bytes]:
    """Give the bytes of a member and its entry in the directory, whose place is still to be put in at 42."""
    squeeze = zlib.compressobj(9, wbits=-15)
    packed = squeeze.compress(content) + squeeze.flush() if method == 8 else content
    sizes = (zlib.crc32(content), len(packed), len(content) if size is None else size, len(name), 0)
    head = struct.pack("<HHHHH", 20, flags, method, 0, 0x5821)
    local = b"PK\x03\x04" + head + struct.pack("<IIIHH", *sizes) + name + packed
    listed = b"PK\x01\x02\x14\x00" + head + struct.pack("<IIIHH", *sizes) + bytes(14) + name
    return local, listed


def archive(*entries: tuple[bytes, bytes], at: dict[int, int] | None = None) -> bytes:
    """Give an archive of entries one after the other; `at` lets an entry begin elsewhere."""
    body, directory = bytearray(), bytearray()
    for number, (local, listed) in enumerate(entries):
        place = (at or {}).get(number, len(body))
        directory += listed[:42] + struct.pack("<I", place) + listed[46:]
        body += local
    number = min(len(entries), 0xFFFF)
    counts = struct.pack("<HHHHIIH", 0, 0, number, number, len(directory), len(body), 0)
    return bytes(body + directory) + b"PK\x05\x06" + counts


def names(content: bytes) -> list[str]:
    return [name for name, _ in unpack(content, "a.zip")]


@pytest.mark.parametrize("name", ["青石县/2021年报告.txt", "年报/一、总体情况.docx", "報告.txt", "plain.txt"])
@pytest.mark.parametrize(("encoding", "flags"), [("gb18030", 0), ("utf-8", 0), ("utf-8", UTF_8)])
def test_a_name_is_the_one_its_maker_saw(name: str, encoding: str, flags: int) -> None:
    content = archive(entry(name.encode(encoding), b"x", flags=flags))
    assert unpack(content, "a.zip") == [(name, b"x")]


def test_a_name_that_leads_elsewhere_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    wild = ["../../outside.txt", "/etc/outside.txt", "C:\\windows\\outside.txt", "..\\..\\other.txt"]
    content = archive(*(entry(name.encode(), b"x") for name in wild))
    assert names(content) == [wild[0], wild[1], "C:/windows/outside.txt", "../../other.txt"]
    assert not list(tmp_path.rglob("*"))
    assert not Path("/etc/outside.txt").exists()


def test_what_systems_leave_behind_is_left_out() -> None:
    litter = [
        "__MACOSX/._a.txt",
        "a/__MACOSX/x.docx",
        ".DS_Store",
        "a/.DS_Store",
        "a/Thumbs.db",
        "desktop.ini",
        "~$a.docx",
    ]
    assert names(zipped({**dict.fromkeys(litter, b"x"), "a/a.txt": b"x", "empty/": b""})) == ["a/a.txt"]


def test_two_members_of_one_name_are_both_read() -> None:
    content = archive(entry(b"a.txt", b"1"), entry(b"a.txt", b"2"))
    assert unpack(content, "a.zip") == [("a.txt", b"1"), ("2#a.txt", b"2")]


def test_an_archive_is_validated_member_by_member(tmp_path: Path) -> None:
    form, rng = FORMS["national-2021"], random.Random(4)
    text = make_report(form, make_cells(form, rng), 2022, "青石县水务局", rng)
    word = to_docx(make_printed("national-2021", 3).printed)
    members = {
        "水务局.txt": text.encode(),
        "word/报告.docx": word,
        "broken.docx": word[: len(word) // 2],
        "readme.xyz": b"x",
        "inner.zip": zipped({"a.txt": text.encode()}),
        "__MACOSX/._水务局.txt": b"x",
    }
    file = tmp_path / "all.zip"
    file.write_bytes(archive(*(entry(name.encode("gbk"), content) for name, content in members.items())))
    result = validate([file])
    assert {report.source.partition("!")[2] for report in result.reports} == {"水务局.txt", "word/报告.docx"}
    assert {report.year for report in result.reports} == {2022, 2023}
    said = {str(error.where).partition("!")[2]: error.message for error in result.errors}
    assert set(said) == {"broken.docx", "readme.xyz", "inner.zip"}
    assert "damaged" in said["broken.docx"]
    assert "no reader for .xyz" in said["readme.xyz"]
    assert "archive in an archive" in said["inner.zip"]


# What is built to do harm


def refused(content: bytes) -> str:
    """Give what is said of an archive, or of its first member that is refused, in time."""
    begun = time.monotonic()
    try:
        errors = [str(held) for _, held in unpack(content, "a.zip") if isinstance(held, ReadError)]
    except ReadError as error:
        errors = [str(error)]
    assert time.monotonic() - begun < SECONDS
    return errors[0]


def quine_like(depth: int) -> bytes:
    """Give archives in archives, sixteen in each, as in 42.zip."""
    content = zipped({"0.txt": b"0" * 1_000_000})
    for _ in range(depth):
        content = zipped({f"lib {n}.zip": content for n in range(16)})
    return content


ZEROS = entry(b"zeros.txt", b"0" * 40_000_000)
LIAR = entry(b"small.txt", b"0" * 150_000_000, size=100)
NOISE = random.Random(1).randbytes(20_000)
STORED = entry(b"a.txt", NOISE, method=0)
HARMFUL = {
    "ratio": (archive(ZEROS), "GOVRULES_UNPACKED_RATIO"),
    "size": (archive(entry(b"a.txt", b"", size=60_000_000)), "GOVRULES_UNPACKED_BYTES"),
    "archives in archives": (quine_like(3), "archive in an archive"),
    "overlap": (archive(STORED, entry(b"b.txt", b"x"), at={1: 100}), "overlap"),
    "same bytes": (archive(STORED, entry(b"b.txt", NOISE, method=0), at={1: 0}), "overlap"),
    "5000 members": (zipped({f"{n}.txt": b"" for n in range(5_000)}), "GOVRULES_ARCHIVE_MEMBERS"),
    "200,000 members": (archive(*[entry(b"a", b"", method=0)] * 200_000), "GOVRULES_ARCHIVE_MEMBERS"),
    "a size that lies": (archive(LIAR), "damaged"),
    "no such packing": (archive(entry(b"a.txt", b"x", method=99)), "unknown way"),
    "encrypted": (archive(entry(b"a.txt", b"x", flags=1)), "encrypted"),
    "no archive": (b"PK\x03\x04" + bytes(200), "damaged"),
    "cut": (zipped({"a.txt": NOISE})[:-30], "damaged"),
    "nothing in it": (zipped({}), "empty ZIP"),
    "nothing": (b"", "empty"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_is_built_to_do_harm_is_refused(name: str) -> None:
    content, said = HARMFUL[name]
    assert said in refused(content)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_unpacks_without_measure_is_refused(method: int) -> None:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", method) as made:
        made.writestr("a.txt", b"x" * 1_000)
    assert "unknown way" in refused(held.getvalue())


def test_a_member_that_is_damaged_costs_only_itself() -> None:
    content = archive(entry(b"a.txt", NOISE, method=0), entry(b"b.txt", b"x"))
    spoilt = content[:100] + bytes([content[100] ^ 1]) + content[101:]
    (_, first), (_, second) = unpack(spoilt, "a.zip")
    assert isinstance(first, ReadError)
    assert second == b"x"


def test_a_size_that_boasts_is_no_harm() -> None:
    assert unpack(archive(entry(b"a.txt", b"x", size=900_000)), "a.zip") == [("a.txt", b"x")]


def test_a_member_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ReadError, match="is missing"):
        open_archive(zipped({"a.txt": b"x"}), "a.zip").read("b.txt")


MEASURED = """
import sys
from pathlib import Path
from govrules.errors import ReadError
from govrules.read.archive import unpack
try:
    print([held for _, held in unpack(Path(sys.argv[1]).read_bytes(), "a.zip")][:1])
except ReadError as error:
    print(error)
print(*[line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux counts it")
@pytest.mark.parametrize("name", ["ratio", "a size that lies", "archives in archives"])
def test_a_bomb_takes_little_memory(name: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    bomb.write_bytes(HARMFUL[name][0])
    done = subprocess.run([sys.executable, "-c", MEASURED, str(bomb)], capture_output=True, text=True, check=True)
    said, memory = done.stdout.rsplit("\n", 2)[:2]
    assert HARMFUL[name][1] in said
    assert int(memory) * 1024 < MEMORY
