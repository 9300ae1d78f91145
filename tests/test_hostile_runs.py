"""Runs that go wrong from without: odd files and folders, outputs that cannot be written, listeners that leave."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from govrules import validate
from govrules.batch import Recipe
from govrules.read import find_files, read_file
from test_bad_input import run
from test_jobs import text_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and modes of POSIX")
Content = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with one report in a folder below."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(text_of(1), encoding="utf-8")
    return tmp_path


def told(folder: Path, *paths: str, code: int = 0) -> tuple[list[str], dict[str, str]]:
    """Validate to JSON: the sources of the reports, and what is said of each file that could not be read."""
    done = run(folder, "validate", *paths, "--format", "json", "--select", "T3-01")
    assert (done.returncode, done.stderr) == (code, "")
    found: Content = json.loads(done.stdout)
    errors = {error["where"]: error["message"] for error in found["errors"]}
    assert "\n" not in "".join(errors)
    return [report["source"] for report in found["reports"]], errors


def found(*paths: Path) -> list[str]:
    """Give the names of the files found below paths."""
    return [path.name for path in find_files(paths, {".txt", ".docx"}).files]


# What is found


def test_links_that_loop_end_and_each_file_is_read_once(folder: Path) -> None:
    inside = folder / "in"
    (inside / "round").symlink_to(inside, target_is_directory=True)
    (folder / "up").symlink_to("..", target_is_directory=True)
    (inside / "0-again.txt").symlink_to("a.txt")
    (inside / "self.txt").symlink_to("self.txt")
    (inside / "gone.txt").symlink_to("nowhere.txt")
    sources, errors = told(folder, ".", "in/0-again.txt", code=4)
    assert sources == ["in/a.txt"]
    assert errors == {
        "in/gone.txt": "cannot be read: No such file or directory",
        "in/self.txt": "cannot be read: Too many levels of symbolic links",
    }


def test_a_link_to_a_file_elsewhere_is_read_and_one_to_a_folder_is_not_followed(folder: Path) -> None:
    (folder / "here").mkdir()
    (folder / "here" / "link.txt").symlink_to(folder / "in" / "a.txt")
    (folder / "here" / "inside").symlink_to(folder / "in", target_is_directory=True)
    assert told(folder, "here") == (["here/link.txt"], {})
    assert told(folder, "here/inside") == (["here/inside/a.txt"], {})


def test_what_is_hidden_or_a_lock_is_no_report(folder: Path) -> None:
    (folder / ".git").mkdir()
    for name in (".git/b.txt", "in/.b.txt", "in/~$a.docx", "in/~$a.txt", "in/README.txt", "in/a.log"):
        (folder / name).write_text(text_of(2), encoding="utf-8")
    assert found(folder) == ["a.txt"]
    assert found(folder / ".git") == ["b.txt"]


def test_a_folder_that_cannot_be_listed_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system refuses; root is refused nothing, so that it is made to."""
    listed = os.scandir

    def refusing(path: str) -> Any:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    (folder / "shut").mkdir()
    monkeypatch.setattr("os.scandir", refusing)
    result = validate([folder], select=["T3-01"])
    assert [(Path(str(e.where)).name, e.message) for e in result.errors] == [
        ("shut", "cannot be looked into: Permission denied")
    ]
    assert len(result.reports) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_told(folder: Path) -> None:
    (folder / "in" / "b.txt").write_text(text_of(2), encoding="utf-8")
    (folder / "in" / "b.txt").chmod(0)
    (folder / "shut").mkdir(mode=0)
    sources, errors = told(folder, ".", code=4)
    assert sources == ["in/a.txt"]
    assert errors == {
        "shut": "cannot be looked into: Permission denied", "in/b.txt": "cannot be read: Permission denied"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "shown"),
    [("two\nlines.txt", "two\\x0alines.txt"), ("\x1b[31mred.txt", "\\x1b[31mred.txt"), ("a\udcff.txt", "a\\udcff.txt")],
)
def test_a_name_is_told_in_one_line_whatever_is_in_it(folder: Path, name: str, shown: str) -> None:
    (folder / "in" / "a.txt").rename(folder / "in" / name)
    assert told(folder, "in") == ([f"in/{shown}"], {})
    (folder / "in" / name).write_bytes(b"")
    assert told(folder, f"in/{name}", code=4) == ([], {f"in/{shown}": "the file is empty"})
    done = run(folder, "validate", f"in/{name}x")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_an_empty_folder_is_a_wrong_command(folder: Path) -> None:
    (folder / "empty").mkdir()
    done = run(folder, "validate", "empty")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "empty: no document in this folder" in done.stderr


# What is read


def test_a_file_that_vanishes_is_told(folder: Path) -> None:
    library = Recipe().library(Recipe().installed())
    (path,) = find_files([folder], library.readers).files
    path.unlink()
    (reading,) = read_file(path, library)
    assert reading.error is not None
    assert reading.error.message == "cannot be read: No such file or directory"


def test_what_is_no_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "in" / "pipe.txt")
    sources, errors = told(folder, "in", "/dev/zero", code=4)
    assert sources == ["in/a.txt"]
    assert errors == {"in/pipe.txt": "is no regular file", "/dev/zero": "is no regular file"}


def test_one_line_of_a_hundred_megabytes_is_refused_unread(folder: Path) -> None:
    with (folder / "in" / "b.txt").open("wb") as file:
        file.truncate(100_000_000)
    sources, errors = told(folder, "in", code=4)
    assert (sources, errors) == (["in/a.txt"], {"in/b.txt": "has 100000000 bytes, the limit is 30000000"})


@pytest.mark.slow
def test_five_thousand_tiny_files_are_each_told(folder: Path) -> None:
    for number in range(5_000):
        (folder / "in" / f"{number:04}.txt").write_bytes(b"0")
    sources, errors = told(folder, "in", code=4)
    assert sources == ["in/a.txt"]
    assert len(errors) == 5_000


# What is written


def test_a_full_disk_leaves_the_old_output_and_nothing_beside_it(folder: Path) -> None:
    (folder / "old.json").write_text("old", encoding="utf-8")

    def nearly_full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))

    words = ["validate", "in", "--format", "json", "--output", "old.json", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "govrules", *words],
        cwd=folder, preexec_fn=nearly_full, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "govrules: old.json: cannot be written: File too large\n"
    assert (folder / "old.json").read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in folder.iterdir()) == ["in", "old.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_device_is_written_to_and_not_replaced(folder: Path) -> None:
    (folder / "full.json").symlink_to("/dev/full")
    (folder / "nothing.json").symlink_to("/dev/null")
    done = run(folder, "validate", "in", "--output", "full.json")
    assert (done.returncode, done.stderr) == (2, "govrules: full.json: cannot be written: No space left on device\n")
    assert run(folder, "validate", "in", "--output", "nothing.json").returncode == 0
    assert Path("/dev/full").is_char_device()
    assert Path("/dev/null").is_char_device()
    assert (folder / "full.json").is_symlink()


def test_an_output_keeps_its_mode_and_a_link_its_file(folder: Path) -> None:
    real = folder / "real.json"
    real.write_text("old", encoding="utf-8")
    real.chmod(0o640)
    (folder / "link.json").symlink_to("real.json")
    assert run(folder, "validate", "in", "--format", "json", "--output", "link.json").returncode == 0
    assert (folder / "link.json").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert json.loads(real.read_text(encoding="utf-8"))["schema"] == "govrules.findings/1"


def test_an_output_that_is_a_folder_is_told(folder: Path) -> None:
    done = run(folder, "validate", "in", "--output", "in")
    assert (done.returncode, done.stderr) == (2, "govrules: in: cannot be written: Is a directory\n")
    assert sorted(path.name for path in folder.iterdir()) == ["in"]


def test_a_listener_that_leaves_ends_the_run_in_silence(folder: Path) -> None:
    for number in range(65):  # so many that the work is shared
        (folder / "in" / f"{number}.txt").write_text(text_of(number % 5), encoding="utf-8")
    words = [sys.executable, "-m", "govrules", "parse", "in", "--jobs", "2"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert (said, process.returncode) == (b"", 0)
