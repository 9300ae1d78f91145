"""`govrules pack new`: a pack that loads, is tested, and can be installed at once."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from govrules import validate
from govrules.authoring.review import review
from govrules.authoring.scaffold import blueprint, write_pack
from govrules.cli import app
from govrules.commands.pack import app as pack_app
from govrules.errors import UsageError
from govrules.installed import installed
from govrules.load.parse import read_yaml
from govrules.plan import make_plan
from govrules.testing import check_example, examples
from typer.testing import CliRunner

ROOT = Path(__file__).parents[1]


def run(*args: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["pack", *args])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


@pytest.mark.parametrize("region", ["", "33", "3308", "武威市", "620600"])
@pytest.mark.parametrize("yaml_only", [False, True])
def test_a_new_pack_passes_the_strictest_review(tmp_path: Path, region: str, yaml_only: bool) -> None:
    write_pack(tmp_path, blueprint("mycity", region=region, yaml_only=yaml_only))
    found = review(tmp_path, strict=True)
    assert found.complaints == ()
    assert (found.packs, found.rules) == (("mycity",), 1)


def test_the_examples_of_a_new_pack_are_true(tmp_path: Path) -> None:
    write_pack(tmp_path, blueprint("mycity", region="3308", yaml_only=True))
    plan = make_plan(installed([tmp_path]))
    mine = [(rule, example) for rule, example in examples(plan) if rule.pack == "mycity"]
    assert {example.passes for _, example in mine} == {True, False}
    for rule, example in mine:
        check_example(rule, example, plan)


@pytest.mark.parametrize("region", ["", "3308", "33"])
def test_the_case_of_a_new_pack_brings_what_it_expects_and_nothing_else(tmp_path: Path, region: str) -> None:
    write_pack(tmp_path, blueprint("mycity", region=region, yaml_only=True))
    case = tmp_path / "cases" / "not-held"
    expected = read_yaml(case / "expected.yaml").data["findings"]
    found = validate([case / "report.txt"], folders=[tmp_path])
    assert [{"rule": one.rule, "severity": one.severity.value} for one in found.findings] == expected
    assert found.errors == ()


def test_the_rule_of_a_region_does_not_reach_another(tmp_path: Path) -> None:
    write_pack(tmp_path, blueprint("mycity", region="3308", yaml_only=True))
    report = tmp_path / "cases" / "not-held" / "report.txt"
    report.write_text(report.read_text(encoding="utf-8").replace("衢州市", "武威市"), encoding="utf-8")
    found = validate([report], folders=[tmp_path])
    assert "MYC-T3-01" not in {one.rule for one in found.findings}


def test_the_changes_that_a_new_pack_suggests_hold(tmp_path: Path) -> None:
    write_pack(tmp_path, blueprint("mycity", yaml_only=True))
    file = tmp_path / "rules.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    suggested = ("# severity:", "#   T3-10", "# disable:", "# - {rule")
    made = [line.removeprefix("# ") if line.startswith(suggested) else line for line in lines]
    assert sum(one != other for one, other in zip(made, lines, strict=True)) == len(suggested)
    file.write_text("\n".join(made), encoding="utf-8")
    assert review(tmp_path, strict=True).complaints == ()


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("chengchuan", "CC"), ("cheng_chuan", "CC"), ("Cheng-Chuan", "CC"), ("govrules-chengchuan", "CC"),
        ("mycity", "MYC"), ("xian", "XIA"), ("xi_an", "XA"), ("zhe_jiang", "ZHEJ"), ("city2024", "CIT"),
    ],
)  # fmt: skip
def test_ids_begin_with_the_initials_of_the_name_unless_another_pack_has_them(name: str, prefix: str) -> None:
    assert blueprint(name).prefix == prefix


@pytest.mark.parametrize("name", ["澄川", "2024", "my/city", "", "a$b", "_x"])
def test_a_name_that_is_none_is_a_wrong_command_that_says_what_would_be_right(name: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be the name of a pack \(small letters a–z"):
        blueprint(name)


def test_the_name_of_an_installed_pack_is_taken() -> None:
    with pytest.raises(UsageError, match=r"'zhejiang' is installed: govrules \d"):
        blueprint("zhejiang")


@pytest.mark.parametrize(("prefix", "words"), [("cc", "capital letters"), ("T3", "another pack begin with 'T3'")])
def test_a_prefix_that_cannot_be_used_is_a_wrong_command(prefix: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        blueprint("mycity", prefix=prefix)


def test_an_unknown_base_or_region_is_a_wrong_command() -> None:
    with pytest.raises(UsageError, match="did you mean 'national'"):
        blueprint("mycity", extends="nationl")
    with pytest.raises(UsageError, match="no region is called '某地'"):
        blueprint("mycity", region="某地")


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already and not empty"):
        write_pack(tmp_path, blueprint("mycity"))
    with pytest.raises(UsageError, match="is there already and not empty"):
        write_pack(tmp_path / "letter.txt", blueprint("mycity"))
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_the_command_takes_the_name_of_the_folder_and_lists_what_it_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "Cheng-Chuan"
    written = run("new", str(folder), "--region", "衢州").splitlines()
    assert str(folder / "govrules_cheng_chuan" / "rules.yaml") in written
    assert {str(file) for file in folder.rglob("*") if file.is_file()} == set(written)
    assert 'applies: {regions: ["3308"]}' in (folder / "govrules_cheng_chuan" / "rules.yaml").read_text(
        encoding="utf-8"
    )
    assert run("check", str(folder), "--strict").endswith("0 个错误，0 个警告\n")


def test_the_command_makes_a_folder_of_yaml_with_the_prefix_it_is_given(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    run("new", str(folder), "--yaml-only", "--name", "mycity", "--prefix", "QZ", "--extends", "zhejiang")
    assert {file.name for file in folder.iterdir()} == {"rules.yaml", "cases", "README.md"}
    pack = installed([folder]).packs["mycity"]
    assert (pack.extends, [rule.id for rule in pack]) == ("zhejiang", ["QZ-T3-01"])


def test_no_page_of_a_new_pack_keeps_a_mark_of_its_template(tmp_path: Path) -> None:
    for file in write_pack(tmp_path, blueprint("mycity", region="3308")):
        text = file.read_text(encoding="utf-8").replace("$schema=", "").replace("${{ matrix", "")
        assert "$" not in text, file


def test_the_tests_of_a_new_pack_pass_where_there_is_a_command_for_them(tmp_path: Path) -> None:
    if "test" not in {getattr(command.callback, "__name__", "") for command in pack_app.registered_commands}:
        pytest.skip("this govrules has no `pack test`")
    run("new", str(tmp_path), "--name", "mycity")
    run("test", str(tmp_path))


def test_on_a_terminal_the_command_asks_for_what_is_not_given(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "govrules", "pack", "new", "pack", "--yaml-only", "--extends", "national"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE) as running:
        os.write(ours, "cheng_chuan\n衢州市\n".encode())
        assert running.wait(60) == 0
    asked = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "规则包名称" in asked
    assert "地区代码或名称" in asked
    assert "所扩展的规则包" not in asked
    pack = installed([tmp_path / "pack"]).packs["cheng_chuan"]
    assert (pack.extends, pack.regions, [rule.id for rule in pack]) == ("national", ("3308",), ["CC-T3-01"])


def call(*command: str, cwd: Path, code: int = 0) -> str:
    """Run a program without the paths of this one; give what it printed."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONWARNINGS"}}
    done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == code, (done.stderr + done.stdout)[-2000:]
    return done.stdout


def wheel(project: Path, folder: Path) -> str:
    """Build the wheel of a project into a folder."""
    call(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(project), cwd=folder)
    (made,) = folder.glob("*.whl")
    return str(made)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the Python of a fresh environment with a built govrules; all other libraries it borrows from ours."""
    copy, home = tmp_path_factory.mktemp("govrules"), tmp_path_factory.mktemp("env")
    for name in ("core", "rules", "plugins", "rulesets"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    venv.create(home, with_pip=False, symlinks=True)
    found = str(home / "bin" / "python")
    install(found, wheel(copy, tmp_path_factory.mktemp("dist")))
    site = call(found, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    # The path of a .pth file comes last, so that the wheels win; its own .pth files (editable installs) are not run.
    (Path(site) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return found


def install(python: str, file: str) -> None:
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", file)
    call(*pip, cwd=Path(file).parent)


@pytest.mark.slow
def test_a_new_pack_is_built_and_installed_and_its_rule_fires(python: str, tmp_path: Path) -> None:
    pack, report = tmp_path / "chengchuan", tmp_path / "report.txt"
    call(python, "-m", "govrules", "pack", "new", str(pack), "--region", "衢州市", cwd=tmp_path)
    call(python, "-m", "govrules", "pack", "check", str(pack), "--strict", cwd=tmp_path)
    (tmp_path / "dist").mkdir()
    install(python, wheel(pack, tmp_path / "dist"))
    shutil.copy(pack / "cases" / "not-held" / "report.txt", report)
    found = json.loads(call(python, "-m", "govrules", "validate", str(report), "--format", "json", cwd=tmp_path))
    assert [(one["rule"], one["pack"]) for one in found["findings"]] == [("CC-T3-01", "chengchuan")]
    assert found["errors"] == []
    listed = json.loads(call(python, "-m", "govrules", "packs", "--format", "json", cwd=tmp_path))
    assert {row["pack"]: row["origin"] for row in listed}["chengchuan"] == "govrules-chengchuan 0.1.0"
    # Its own tests pass, and once installed it is still reviewed as itself: its ids and name are not taken.
    call(python, "-m", "pytest", "-q", "tests", cwd=pack)
    call(python, "-m", "govrules", "pack", "check", str(pack), "--strict", cwd=tmp_path)
