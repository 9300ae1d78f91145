"""Many documents at once: the same answer by however many processes, and what kills one costs only itself."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from generate import make_cells, make_report
from govrules import validate
from govrules.errors import UsageError
from govrules.output.json import write
from reading import FORMS
from test_bad_input import RULE, run

PACK = Path(__file__).parent / "packs" / "deadly"
Content = dict[str, Any]


def text_of(number: int) -> str:
    """Give a report of its own body; every third has a slip in a total."""
    form, rng = FORMS[("national-2021", "national-2019")[number % 2]], random.Random(number)
    cells = make_cells(form, rng)
    if number % 3 == 0:
        cells["requests.received_new.total"] += 1
    return make_report(form, cells, 2022 - 2 * (number % 2), f"青石县第{number}局", rng)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give reports, some of them wrong, two in one file, files that are none, and enough bytes to share the work."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(8):
        (folder / f"{number:02}.txt").write_text(text_of(number), encoding="utf-8")
    (folder / "05b.txt").write_text(text_of(20) + "\n" + text_of(21), encoding="utf-8")
    (folder / "07b.txt").touch()
    (folder / "09b.txt").write_bytes(bytes(1_200_000))
    (folder / "below").mkdir()
    (folder / "below" / "last.txt").write_text(text_of(30), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def broken_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a pack folder of a good rule, one that names an unknown cell, and a file that is none."""
    pack = tmp_path_factory.mktemp("pack")
    (pack / "a.yaml").write_text(RULE.replace("<= 1000", "< 0"), encoding="utf-8")
    bad = RULE.replace("MY-01", "MY-02").replace("received_new", "recieved_new")
    (pack / "b.yaml").write_text(bad.replace("pack: mine", "pack: mine2"), encoding="utf-8")
    (pack / "c.yaml").write_text("pack: c\n", encoding="utf-8")
    return pack


@pytest.fixture(scope="module")
def alone(folder: Path, broken_pack: Path) -> str:
    """Give what one process says of all files as one batch."""
    return write(validate([folder], folders=[broken_pack], batch=1000, keep=False), "zh")


@pytest.mark.parametrize(
    ("jobs", "batch"),
    [(1, 5), (2, 32), pytest.param(2, 1, marks=pytest.mark.slow), pytest.param(4, 3, marks=pytest.mark.slow)],
)
def test_the_answer_is_the_same_however_the_work_is_cut(
    folder: Path, broken_pack: Path, alone: str, jobs: int, batch: int
) -> None:
    result = validate([folder], folders=[broken_pack], jobs=jobs, batch=batch, keep=False)
    assert write(result, "zh") == alone
    assert [len(report.cells) for report in result.reports] == [0] * 11


def test_that_answer_has_findings_of_reports_and_files_and_errors_of_documents_and_rules(alone: str) -> None:
    found = json.loads(alone)
    assert {f["report"] is None for f in found["findings"]} == {True, False}
    assert [Path(e["where"].partition(":")[0]).name for e in found["errors"]] == [
        "07b.txt", "09b.txt", "c.yaml", "b.yaml"
    ]  # fmt: skip
    names = [Path(report["source"]).name for report in found["reports"]]
    assert names == sorted(names)
    assert {f["rule"] for f in found["findings"]} >= {"MY-01", "T3-01"}


def test_the_order_of_paths_is_kept(folder: Path) -> None:
    paths = [folder / f"{number:02}.txt" for number in (6, 3, 7, 0)]
    result = validate([*paths, folder / "09b.txt"], jobs=2, batch=1, select=["T3"], keep=False)
    assert [report.source for report in result.reports] == list(map(str, paths))


def test_reports_are_kept_whole_unless_told_otherwise(folder: Path) -> None:
    result = validate([folder], jobs=2)
    again = validate(list(result.reports))
    assert all(report.cells and report.text for report in result.reports)
    assert [f.fingerprint for f in again.findings] == [f.fingerprint for f in result.findings]


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_tells_each_file_once_and_ends_at_all(folder: Path, jobs: int) -> None:
    told: list[tuple[int, int, str]] = []
    validate([folder], jobs=jobs, select=["T3-01"], progress=lambda *said: told.append(said))
    assert [done for done, _, _ in told] == list(range(13))
    assert {of for _, of, _ in told} == {12}
    assert {Path(name).name for _, _, name in told} >= {"00.txt", "07b.txt", "last.txt"}


def test_a_program_without_a_main_guard_is_run_once(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "embedder.py"
    script.write_text(
        "import sys\nfrom govrules import validate\nprint('begun')\n"
        "print(len(validate([sys.argv[1]], jobs=2, select=['T3-01']).reports))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["begun", "11"], "")


# Readers of others


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder into which the deadly reader is installed."""
    copy, site = tmp_path_factory.mktemp("source") / "deadly", tmp_path_factory.mktemp("site")
    shutil.copytree(PACK, copy, ignore=shutil.ignore_patterns("__pycache__"))
    words = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--target", str(site), str(copy)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, capture_output=True)
    return site


@pytest.fixture
def among(tmp_path: Path) -> Path:
    """Give good reports, for deadly ones to be put among."""
    for number in (1, 5):
        (tmp_path / f"{number}.txt").write_text(text_of(number), encoding="utf-8")
    (tmp_path / "3.deadly").write_text(text_of(3), encoding="utf-8")
    return tmp_path


def deadly(folder: Path, site: Path, *args: str, **environment: str) -> tuple[list[str], dict[str, str]]:
    """Validate a folder: the names of the reports, and what is said of each unread file."""
    done = run(folder, "validate", ".", "--format", "json", *args, PYTHONPATH=str(site), **environment)
    found: Content = json.loads(done.stdout)
    said = {error["where"]: error["message"] for error in found["errors"]}
    assert done.returncode == (4 if said else 1), done.stderr
    return [report["source"] for report in found["reports"]], said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("crash", "its reader died (SIGSEGV)"), ("exit", "its reader died (exit code 7)"),
        ("leave", "cannot be read: SystemExit: 3"), ("hog", "needs more memory than it may take"),
    ],
)  # fmt: skip
def test_a_reader_that_dies_costs_its_file_alone(among: Path, site: Path, content: str, says: str) -> None:
    (among / "2.deadly").write_text(content, encoding="utf-8")
    reports, said = deadly(among, site, "--jobs", "2", GOVRULES_MEMORY_BYTES="200000000")
    assert (reports, said) == (["1.txt", "3.deadly", "5.txt"], {"2.deadly": says})


@pytest.mark.slow
def test_a_reader_that_hangs_costs_its_file_alone(among: Path, site: Path) -> None:
    (among / "2.deadly").write_text("hang", encoding="utf-8")
    (among / "4.deadly").write_text("crash", encoding="utf-8")
    reports, said = deadly(among, site, GOVRULES_FILE_SECONDS="5")
    assert reports == ["1.txt", "3.deadly", "5.txt"]
    assert said == {"2.deadly": "took longer than 5 s", "4.deadly": "its reader died (SIGSEGV)"}


@pytest.mark.slow
def test_what_a_reader_prints_is_not_taken_for_an_answer(among: Path, site: Path) -> None:
    (among / "2.deadly").write_text("shout\n" + text_of(2), encoding="utf-8")
    reports, said = deadly(among, site)
    assert (reports, said) == (["1.txt", "2.deadly", "3.deadly", "5.txt"], {})


def is_running(number: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_ctrl_c_ends_all_processes_and_says_nothing(among: Path, site: Path) -> None:
    noted = among / "noted"
    (among / "2.deadly").write_text(f"hang beside {noted}", encoding="utf-8")
    words = [sys.executable, "-m", "govrules", "validate", "."]
    known = {**os.environ, "PYTHONPATH": str(site)}
    with subprocess.Popen(words, cwd=among, env=known, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        until = time.monotonic() + 60
        while not (noted.exists() and noted.read_text(encoding="utf-8").count(" ")) and time.monotonic() < until:
            time.sleep(0.05)
        numbers = [int(word) for word in noted.read_text(encoding="utf-8").split()]
        assert [is_running(number) for number in numbers] == [True, True]
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=30)
    assert (process.returncode, stdout, stderr) == (130, b"", b"")
    until = time.monotonic() + 10
    while any(map(is_running, numbers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert [is_running(number) for number in numbers] == [False, False]


# The options


def test_a_reader_may_be_forced_by_name(tmp_path: Path) -> None:
    (tmp_path / "report.xyz").write_text(text_of(1), encoding="utf-8")
    for command in ("validate", "parse"):
        done = run(tmp_path, command, "report.xyz", "--reader", "txt", "--format", "json")
        assert [report["source"] for report in json.loads(done.stdout)["reports"]] == ["report.xyz"]
        done = run(tmp_path, command, "report.xyz", "--reader", "papyrus")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert "no reader is called 'papyrus'" in done.stderr
    with pytest.raises(UsageError, match="no reader is called 'papyrus'"):
        validate([tmp_path / "report.xyz"], reader="papyrus")


@pytest.mark.slow
def test_parsing_by_several_processes_gives_the_same(folder: Path) -> None:
    one, two = (run(folder, "parse", ".", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.stdout == two.stdout
    assert json.loads(one.stdout)["reports"][0]["cells"]


def test_no_jobs_at_all_is_a_wrong_option(folder: Path) -> None:
    assert run(folder, "validate", ".", "--jobs", "0").returncode == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo terminal")
def test_a_terminal_is_told_how_far_the_work_is_and_a_file_is_not(folder: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "govrules", "validate", ".", "--select", "T3-01", "--fail-on", "never"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        said = bytearray()
        try:
            while more := os.read(ours, 4096):
                said += more
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    shown = said.decode()
    assert "12/12  " in shown
    assert "/s" in shown
    assert "剩余 0:00" in shown
    assert "05b.txt" in shown
    assert run(folder, "validate", ".", "--select", "T3-01").stderr == ""
