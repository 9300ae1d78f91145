"""A baseline hides what is known and nothing else, wherever the files went and in whatever order they are read."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from generate import make_cells, make_report
from govrules import validate
from govrules.baseline import compare, load_baseline, write_baseline
from govrules.errors import UsageError
from govrules.outcome import Finding, Result
from reading import FORMS
from test_bad_input import run

NEW, CARRIED = "requests.received_new.total", "requests.carried_in.total"
KEY = re.compile(r'"fingerprint": "(\w+)"')


def text_of(issuer: str, *slips: str, by: int = 1) -> str:
    """Give a report of a body, wrong by so much in the cells named."""
    form, rng = FORMS["national-2021"], random.Random(issuer)
    cells = next(cells for _ in range(99) if (cells := make_cells(form, rng))[NEW])
    for cell in slips:
        cells[cell] += by
    return make_report(form, cells, 2022, issuer, rng)


def put(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def anything(_: str) -> bool:
    return True


def against(baseline: Path, paths: Iterable[Path], *, jobs: int = 1) -> Result:
    return compare(validate(paths, jobs=jobs, batch=1, keep=False), load_baseline(baseline), anything)


def new(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if not finding.known]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give reports with slips in figures and words, two in one file, and one of a body that says nothing of itself."""
    texts = {
        "1.txt": text_of("青石县水务局", NEW),
        "2.txt": text_of("青石县教育局").replace("政府信息", "政府信息最好大发彩票", 1),
        "3.txt": text_of("青石县民政局", NEW) + "\n" + text_of("青石县司法局", CARRIED),
    }
    return put(tmp_path_factory.mktemp("known"), texts)


@pytest.fixture(scope="module")
def baseline(folder: Path) -> Path:
    result = validate([folder], keep=False)
    assert {finding.report is None for finding in result.findings} == {True, False}
    assert len(result.findings) > 6
    file = folder / ".baseline.json"
    file.write_text(write_baseline(result), encoding="utf-8")
    return file


def test_nothing_is_new_and_nothing_is_gone_in_the_same_run(folder: Path, baseline: Path) -> None:
    result = against(baseline, [folder])
    assert (new(result), result.fixed, result.worst()) == ([], 0, None)
    assert result.summary()["known"] == len(result.findings)
    assert result.summary()["error"] == 0


def test_nothing_is_new_when_files_are_moved_renamed_and_lengthened(
    folder: Path, baseline: Path, tmp_path: Path
) -> None:
    moved = {
        f"deep/below/另{file.stem}.txt": "\n\n\n" + file.read_text(encoding="utf-8").replace("\n", "\n\n", 3)
        for file in folder.glob("*.txt")
    }
    result = against(baseline, [put(tmp_path, moved)])
    assert (new(result), result.fixed) == ([], 0)


def test_nothing_is_new_in_another_order_and_by_two_processes(folder: Path, baseline: Path) -> None:
    files = [folder / name for name in ("3.txt", "1.txt", "2.txt")]
    for jobs in (1, 2):
        result = against(baseline, files, jobs=jobs)
        assert (new(result), result.fixed) == ([], 0)


def test_the_baseline_is_the_same_text_in_another_order(folder: Path, baseline: Path) -> None:
    files = [folder / name for name in ("3.txt", "1.txt", "2.txt")]
    assert write_baseline(validate(files, keep=False)) == baseline.read_text(encoding="utf-8")


def test_one_new_slip_is_one_new_finding_beside_those_that_are_known(
    folder: Path, baseline: Path, tmp_path: Path
) -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.txt")}
    texts["1.txt"] = text_of("青石县水务局", NEW, "review.total")
    result = against(baseline, [put(tmp_path, texts)])
    assert len(new(result)) == 1, [finding.message for finding in new(result)]
    assert result.fixed == 0


def test_what_was_mended_is_told_and_only_of_reports_that_are_there(baseline: Path, tmp_path: Path) -> None:
    gone = [one for one in load_baseline(baseline) if one.issuer == "青石县水务局"]
    result = against(baseline, [put(tmp_path, {"1.txt": text_of("青石县水务局")})])
    assert new(result) == []
    assert result.fixed == len([one for one in gone if one.rule.startswith("T3")]) > 0
    known = load_baseline(baseline)
    assert compare(validate([tmp_path]), known, lambda rule: not rule.startswith("T3")).fixed == 0


def test_two_reports_of_one_body_and_year_do_not_hide_each_other(tmp_path: Path) -> None:
    def checked(one: str, other: str) -> Result:
        return validate([put(tmp_path, {"a.txt": one, "b.txt": other})], select=["T3-01"])

    sound, wrong, worse = (text_of("青石县水务局", *slips, by=by) for slips, by in (((), 0), ((NEW,), 1), ((NEW,), 5)))
    file = tmp_path / ".baseline.json"
    file.write_text(write_baseline(checked(wrong, sound)), encoding="utf-8")
    known = load_baseline(file)
    assert len(known) == 1
    both = compare(checked(wrong, wrong), known, anything)
    assert [finding.known for finding in both.findings] == [True, False]
    other = compare(checked(worse, wrong), known, anything)
    assert [(f.known, "b.txt" in f.source) for f in other.findings] == [(False, False), (True, True)]
    moved = compare(checked(sound, worse), known, anything)
    assert ([finding.known for finding in moved.findings], moved.fixed) == ([False], 1)
    alone = compare(validate([tmp_path / "b.txt"], select=["T3-01"]), known, anything)
    assert [finding.known for finding in alone.findings] == [True]


def test_the_command_writes_and_reads_a_baseline(tmp_path: Path) -> None:
    put(tmp_path, {"a.txt": text_of("青石县水务局", NEW)})
    words = ("validate", ".", "--select", "T3")
    assert run(tmp_path, *words, "--write-baseline", "known.json").returncode == 0
    marks = KEY.findall((tmp_path / "known.json").read_text(encoding="utf-8"))
    done = run(tmp_path, *words, "--baseline", "known.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"基线已有 {len(marks)}" in done.stdout
    assert "T3-01" not in done.stdout
    put(tmp_path, {"b.txt": text_of("青石县教育局", NEW), "a.txt": text_of("青石县水务局")})
    done = run(tmp_path, *words, "--baseline", "known.json", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert {(finding["source"], finding["known"]) for finding in found["findings"]} == {("b.txt", False)}
    assert found["summary"]["fixed"] == len(marks)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"schema": "govrules.baseline/2", "findings": []}', "[" * 100_000,
     '{"schema": "govrules.baseline/1", "findings": [{"rule": "T3-01"}]}'],
)  # fmt: skip
def test_what_is_no_baseline_is_a_wrong_command(tmp_path: Path, content: str) -> None:
    file = tmp_path / "known.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"known\.json: "):
        load_baseline(file)
    with pytest.raises(UsageError, match="cannot be read"):
        load_baseline(tmp_path / "absent.json")
