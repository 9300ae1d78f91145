"""A word for a pack means the installed one of that name; a folder of the same name is meant by a path alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from govrules.authoring.edition import edition
from govrules.authoring.subject import subject
from govrules.authoring.target import is_folder, is_path
from govrules.cli import app
from govrules.commands.options import packs_and_folders
from govrules.errors import UsageError
from govrules.installed import installed
from typer.testing import CliRunner, Result

PACK = """pack: {name}
api: 1
title: 测试
rules:
- id: OWN-1
  title: {{zh: 新收不为负, en: Not below zero}}
  severity: error
  basis: 虚构，仅供测试
  forms: [national-2021]
  check: compare
  that: requests.received_new.total >= 0
  message: 负数
  examples:
    pass: [{{requests.received_new.total: 1}}]
    fail: [{{requests.received_new.total: -1}}]
"""
NAMES = ("national", "zhejiang")


def names() -> tuple[str, ...]:
    return NAMES


def nobody() -> tuple[str, ...]:
    raise AssertionError("nothing is ambiguous here")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a working folder with pack folders `zhejiang` and `mycity`."""
    for name in ("zhejiang", "mycity"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.yaml").write_text(PACK.format(name=f"{name}x"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def called(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


@pytest.mark.parametrize("word", ["./zhejiang", "zhejiang/", ".", "..", "../zhejiang", "/zhejiang", "a/zhejiang", ".x"])
def test_a_word_with_a_separator_or_a_dot_before_it_is_a_path(word: str) -> None:
    assert is_path(word)
    assert is_folder(word, nobody)


def test_a_name_alone_is_that_of_an_installed_pack_before_it_is_a_folder(here: Path) -> None:
    assert not is_folder("zhejiang", names)
    assert is_folder("mycity", names)
    assert not is_folder("nowhere", nobody)
    assert here == Path.cwd()


def test_packs_and_folders_are_told_apart_and_a_folder_passed_over_is_told_of(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert packs_and_folders(["zhejiang", "mycity", "./zhejiang"], names) == (("zhejiang",), ("mycity", "./zhejiang"))
    note = capsys.readouterr().err
    assert note.count("./zhejiang") == 2
    assert "要用此处的文件夹" in note
    assert "mycity" not in note
    assert here.is_dir()


def test_an_installed_pack_is_used_in_silence_where_no_pack_stands_in_the_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "zhejiang").mkdir()
    (tmp_path / "zhejiang" / "report.txt").write_text("报告", encoding="utf-8")
    (tmp_path / "national").write_text("一个文件", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert packs_and_folders(NAMES, names) == (NAMES, ())
    assert capsys.readouterr().err == ""


def test_a_folder_without_a_pack_is_named_when_no_pack_is_installed_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mycity").mkdir()
    monkeypatch.chdir(tmp_path)
    _, folders = packs_and_folders(["mycity"], names)
    with pytest.raises(UsageError, match="mycity: no YAML file in this pack folder"):
        installed(folders)


def test_export_takes_the_installed_pack_or_the_folder_as_it_is_told(here: Path) -> None:
    sql = ["export", "sql", "--form", "national-2021", "--select"]
    own = called(*sql, "OWN-1", "--pack", "./zhejiang")
    assert (own.exit_code, "OWN-1" in own.stdout, own.stderr) == (0, True, "")
    theirs = called(*sql, "T3-01", "--pack", "zhejiang")
    assert theirs.exit_code == 0
    assert "T3-01" in theirs.stdout
    assert "./zhejiang" in theirs.stderr
    lost = called(*sql, "OWN-1", "--pack", "zhejiang")
    assert isinstance(lost.exception, UsageError)
    assert (here / "zhejiang" / "rules.yaml").is_file()


def test_pack_test_tries_the_installed_pack_or_the_folder_as_it_is_told(here: Path) -> None:
    theirs, own = called("pack", "test", "zhejiang"), called("pack", "test", "./zhejiang")
    assert theirs.stdout.splitlines()[-1].startswith("zhejiang：")
    assert "./zhejiang" in theirs.stderr
    assert own.stdout.splitlines()[-1].startswith("zhejiangx：1 条规则，2 个示例")
    assert own.stderr == ""
    with subject(here / "zhejiang") as pack, subject(Path("zhejiang")) as same:
        assert pack.names == same.names == ("zhejiangx",)


def test_pack_diff_compares_the_installed_pack_or_the_folder_as_it_is_told(here: Path) -> None:
    base = installed(third_party=False)
    with edition("zhejiang", base) as theirs, edition("./zhejiang", base) as own, edition("mycity", base) as other:
        assert [*theirs.packs, *own.packs, *other.packs] == ["zhejiang", "zhejiangx", "mycityx"]
    told = called("pack", "diff", "zhejiang", "./zhejiang")
    assert told.stdout.startswith("zhejiang → ./zhejiang")
    assert "要用此处的文件夹，请写 ./zhejiang" in told.stderr
    shutil.rmtree(here / "zhejiang")
    assert called("pack", "diff", "zhejiang", "zhejiang").stderr == ""


@pytest.mark.parametrize("command", [["packs"], ["rules"], ["forms"], ["explain", "T3-01"]])
def test_commands_take_the_installed_pack_or_the_folder_as_they_are_told(here: Path, command: list[str]) -> None:
    theirs, own = (called(*command, "--no-plugins", "--pack", word) for word in ("zhejiang", "./zhejiang"))
    assert theirs.exit_code == own.exit_code == 0
    assert ("要用此处的文件夹" in theirs.stderr, own.stderr) == (True, "")
    if command == ["rules"]:
        assert ("OWN-1" in theirs.stdout, "OWN-1" in own.stdout) == (False, True)
    assert (here / "zhejiang").is_dir()
