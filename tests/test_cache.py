"""What is kept between runs, the answers it may never change, and the gate that needs no pandera."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import govrules.installed as loading
import polars as pl
import pytest
from govrules import syntax
from govrules.dataset import FIRST_YEAR, LAST_YEAR, REPORT, YEAR, Dataset
from govrules.errors import RulesetError
from govrules.form import Cell
from govrules.load import cache
from govrules.load.deferred import Deferred
from govrules.load.parse import parse_yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import FORMS

EXAMPLE = Path(__file__).parents[1] / "examples" / "totals-2021.txt"
PACK = """pack: mine
api: 1
rules:
  - {id: M-01, title: 甲, severity: error, check: equal, left: "1", right: "1", message: 乙}
"""


def run(folder: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Give what the command says, with its cache in a folder."""
    given = {key: value for key, value in os.environ.items() if key != "GOVRULES_NO_CACHE"}
    environment = {**given, "GOVRULES_CACHE_DIR": str(folder), **more}
    command = [sys.executable, "-m", "govrules", *(args or ("validate", "--format", "json", str(EXAMPLE)))]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """Give what is said without a cache, and a good cache."""
    folder = tmp_path_factory.mktemp("plain") / "cache"
    assert run(folder, GOVRULES_NO_CACHE="1").returncode == 1
    assert not folder.exists()
    said = run(folder).stdout
    return said, kept(folder)[0].read_bytes()


def kept(folder: Path) -> list[Path]:
    """Give the files of a cache."""
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cache.Memory:
    """Give the empty memory of a folder of its own."""
    monkeypatch.delenv("GOVRULES_NO_CACHE", raising=False)
    monkeypatch.setenv("GOVRULES_CACHE_DIR", str(tmp_path / "cache"))
    return cache.memory()


def test_the_second_run_says_the_same_and_writes_nothing(tmp_path: Path, plain: tuple[str, bytes]) -> None:
    folder = tmp_path / "cache"
    first = run(folder)
    (file,) = kept(folder)
    before = file.stat().st_mtime_ns, file.stat().st_ino
    second = run(folder)
    assert first.stdout == second.stdout == plain[0]
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("spoilt", ["empty", "cut", "turned", "another version", "garbage", "a folder"])
def test_a_cache_that_cannot_be_used_is_passed_over_in_silence(
    spoilt: str, tmp_path: Path, plain: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    said, good = plain
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("GOVRULES_CACHE_DIR", str(folder))
    file = cache.cache_file()
    assert file is not None
    middle = len(good) // 2
    contents = {
        "empty": b"", "cut": good[:middle], "garbage": os.urandom(5000),
        "turned": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
        "another version": good.replace(good.split(b"\n")[1], b"0" * 64, 1),
    }  # fmt: skip
    if spoilt == "a folder":
        file.mkdir()
    else:
        file.write_bytes(contents[spoilt])
    done = run(folder)
    assert (done.stdout, done.stderr) == (said, "")
    if spoilt != "a folder":
        assert file.read_bytes()[:80] == good[:80]
        assert kept(folder) == [file]


def test_a_folder_that_cannot_be_made_or_that_others_may_write_to_is_not_used(
    tmp_path: Path, plain: tuple[str, bytes]
) -> None:
    (tmp_path / "file").write_text("")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    for folder in (tmp_path / "file" / "below", shared, Path("/proc/none")):
        done = run(folder)
        assert (done.stdout, done.stderr) == (plain[0], "")
    assert kept(shared) == []


def test_runs_at_the_same_time_leave_one_good_file(tmp_path: Path, plain: tuple[str, bytes]) -> None:
    folder = tmp_path / "cache"
    environment = {**os.environ, "GOVRULES_CACHE_DIR": str(folder)}
    command = [sys.executable, "-m", "govrules", "validate", "--format", "json", str(EXAMPLE)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)]
    assert [one.communicate()[0] for one in running] == [plain[0]] * 4
    assert [file.suffix for file in kept(folder)] == [".cache"]
    assert run(folder).stdout == plain[0]


def test_a_changed_pack_counts_at_once(tmp_path: Path) -> None:
    folder, pack = tmp_path / "cache", tmp_path / "pack"
    pack.mkdir()
    for number in (1, 2, 3):
        (pack / "mine.yaml").write_text(PACK.replace("M-01", f"M-0{number}"), encoding="utf-8")
        said = run(folder, "rules", "--pack", str(pack), "--format", "json").stdout
        assert f"M-0{number}" in said
        assert f"M-0{number - 1}" not in said


def test_what_was_kept_is_what_would_be_made(memory: cache.Memory) -> None:
    made = loading.installed()
    again = loading.installed()
    assert memory.made
    assert again.packs == made.packs
    assert list(again.packs) == list(made.packs)
    assert [repr(form) for form in again.forms] == [repr(form) for form in made.forms]
    shared = [{id(table) for form in found.forms for table in form.tables} for found in (made, again)]
    assert len(shared[0]) == len(shared[1])
    assert again.faults == made.faults == ()


def test_no_code_runs_whatever_stands_in_the_file(memory: cache.Memory, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    memory.made["trap"] = pickle.dumps(Trap())
    assert memory.get("trap") is None
    assert "trap" not in memory.made
    assert not (tmp_path / "sprung").exists()
    pickle.loads(pickle.dumps(Trap()))
    assert (tmp_path / "sprung").exists()


def test_a_value_of_others_is_not_kept(memory: cache.Memory) -> None:
    memory.put("mine", {"a": test_a_value_of_others_is_not_kept})
    assert memory.get("mine") is None


def test_a_file_that_was_sound_gives_the_same_values_and_places() -> None:
    content = "﻿a: {b: [1, 二]}\n".encode()
    late, now = Deferred("x.yaml", content), parse_yaml(content, "x.yaml")
    assert (late.data, late.places, late.keys, late.text) == (now.data, now.places, now.keys, now.text)
    assert late.place("a", "b", 1) == now.place("a", "b", 1)


def test_a_file_with_a_fault_is_told_in_every_run(memory: cache.Memory, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("pack: [", encoding="utf-8")
    for _ in range(2):
        assert [type(fault) for fault in loading.installed([tmp_path]).faults] == [RulesetError]
    assert not memory.is_sound(b"pack: [")


def test_an_expression_learnt_is_the_one_read() -> None:
    text = "sum(a.*) + 3 * b.c == prior(d.e)"
    read = syntax.parse(text)
    assert syntax.known()[text] is syntax.parse(text)
    assert read == syntax._parsed(text)


CELLS = {cell.id: cell for cell in (Cell("a.b", "甲"), Cell("c.d_wan", "乙", "元", "money"))}
IDS = st.lists(st.sampled_from(["r1", "r2", "r3", "r4", None]), min_size=1, max_size=4)
YEARS = st.sampled_from([None, FIRST_YEAR - 1, FIRST_YEAR, 2022, LAST_YEAR, LAST_YEAR + 1, -(2**62)])


def frame(ids: Sequence[str | None], years: Sequence[int | None], kinds: Sequence[type[pl.DataType]]) -> pl.DataFrame:
    """Give a frame of reports with columns of given types."""
    columns = {
        REPORT: pl.Series(ids, dtype=pl.String), YEAR: pl.Series(years, dtype=kinds[0]),
        "a.b": pl.Series([1] * len(ids), dtype=kinds[1]), "c.d_wan": pl.Series([1] * len(ids), dtype=kinds[2]),
    }  # fmt: skip
    return pl.DataFrame(columns)


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_polars_lets_a_frame_pass_where_pandera_does_and_only_there(data: st.DataObject) -> None:
    from pandera.errors import SchemaErrors

    ids = data.draw(IDS)
    years = data.draw(st.lists(YEARS, min_size=len(ids), max_size=len(ids)))
    right = (pl.Int64, pl.Int64, pl.Float64)
    kinds = data.draw(st.sampled_from([right, right, right, (pl.Float64, *right[1:]), (*right[:2], pl.Int64)]))
    dataset = Dataset(FORMS["national-2021"], CELLS, frame(ids, years, kinds))
    try:
        dataset.schema().validate(dataset.frame, lazy=True)
        complains = False
    except SchemaErrors:
        complains = True
    assert dataset._fits() is not complains
    assert bool(dataset.gate()) is complains
