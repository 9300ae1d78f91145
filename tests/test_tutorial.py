"""The tutorial does what it says: every command is run, every file written, every output compared, in both languages.

Two commands are replaced: `pip install govrules` installs a wheel made of this source, with all other libraries
borrowed from ours; the environment is made without a pip of its own, which is borrowed as well. Commands that stand
alike in both languages are run once, and what they print is compared with both pages; the others are run for each.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from itertools import groupby
from pathlib import Path

import pytest
from fences import Fence, fences

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "zh" / "tutorial.md"]
# The path of a .pth file comes last, so that what the tutorial installs wins.
REPLACED = {
    "python3 -m venv .venv\n": "python3 -m venv --without-pip .venv\n",
    "pip install govrules\n": """{python} -m pip --quiet --python .venv/bin/python install --no-deps {wheel}
echo {site} > "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/borrowed.pth"
printf '#!/bin/sh\\nexec "%s/bin/python" -m pip "$@"\\n' "$VIRTUAL_ENV" > .venv/bin/pip
chmod +x .venv/bin/pip
""",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a wheel of this source."""
    copy, dist = tmp_path_factory.mktemp("govrules"), tmp_path_factory.mktemp("dist")
    for name in ("core", "rules", "plugins", "rulesets"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(dist), str(copy)]
    subprocess.run(command, check=True, capture_output=True, env=clean(), cwd=dist)
    (made,) = dist.glob("*.whl")
    return made


def clean() -> dict[str, str]:
    """Give an environment without our paths, in which pip asks no index."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "PIP"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    # pip reads this one the other way round: "no" is "no isolation".
    pip = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "no", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return {**kept, **pip, "PATH": path, "LC_ALL": "C.UTF-8"}


def run(commands: str, folder: Path, wheel: Path) -> list[str]:
    """Run commands in a folder, in the environment that the page made there; give what they print."""
    for words, others in REPLACED.items():
        commands = commands.replace(
            words, others.format(python=sys.executable, wheel=wheel, site=sysconfig.get_path("purelib"))
        )
    activate = "[ ! -f .venv/bin/activate ] || . .venv/bin/activate"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{activate}\n{commands}"], cwd=folder, env=clean(), check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, f"{commands}: exit code {done.returncode}\n{done.stdout[-3000:]}"
    return done.stdout.splitlines()


def run_both(blocks: tuple[Fence, Fence], folder: Path, wheel: Path) -> tuple[list[str], list[str]]:
    """Run the commands of a block in both languages, those that are alike once; give what each page would see."""
    seen: tuple[list[str], list[str]] = [], []
    pairs = zip(*(block.content.splitlines(keepends=True) for block in blocks), strict=True)
    for alike, lines in groupby(pairs, lambda pair: pair[0] == pair[1]):
        scripts = ["".join(script) for script in zip(*lines, strict=True)]
        printed = [run(script, folder, wheel) for script in (scripts[:1] if alike else scripts)]
        for page, several in zip(seen, printed * 2 if alike else printed, strict=True):
            page.extend(several)
    return seen


def missed(expected: str, printed: list[str]) -> list[str]:
    """Give the lines of an output that were not printed, or not in this order; … stands for any words."""
    rest, lost = iter(printed), []
    for line in filter(None, map(str.strip, expected.splitlines())):
        pattern = ".*".join(r"\s+".join(map(re.escape, part.split())) for part in re.split(r"\s*…\s*", line))
        if not any(re.search(pattern, found) for found in rest):
            lost.append(line)
            rest = iter(printed)
    return lost


def test_an_output_is_compared_line_by_line_and_in_order() -> None:
    assert missed("one …x\nthree", ["one  a x", "two", "three"]) == []
    assert missed("three\none", ["one", "two", "three"]) == ["one"]
    assert missed("four", ["one", "two"]) == ["four"]


@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_every_block_of_the_tutorial_is_a_command_a_file_or_an_output(page: Path) -> None:
    kinds = [
        ("sh" if f.language == "sh" else "output" if f.is_output else "file" if f.is_file else "?")
        for f in fences(page)
    ]
    assert "?" not in kinds
    assert min(kinds.count(kind) for kind in ("sh", "output", "file")) >= 3


def test_both_languages_run_the_same_commands_and_write_the_same_files() -> None:
    blocks = [
        [(f.content.replace(" --lang en", ""), f.title) for f in fences(page) if not f.is_output] for page in PAGES
    ]
    assert blocks[0] == blocks[1]
    assert {one.is_output == other.is_output for one, other in zip(*map(fences, PAGES), strict=True)} == {True}


def test_commands_that_differ_between_the_languages_change_nothing() -> None:
    lines = [[line for f in fences(page) if f.language == "sh" for line in f.content.splitlines()] for page in PAGES]
    differing = {one.removesuffix(' || echo "exit code $?"') for one, other in zip(*lines, strict=True) if one != other}
    reading = ("govrules validate ", "govrules pack check ", "govrules pack test ")
    assert differing
    assert all(line.startswith(reading) and not set(line) & set("|>;&\\") for line in differing)


@pytest.mark.slow
def test_the_tutorial_leads_from_an_empty_folder_to_an_installed_rule(wheel: Path, tmp_path: Path) -> None:
    printed: tuple[list[str], list[str]] = [], []
    for blocks in zip(*map(fences, PAGES), strict=True):
        if blocks[0].language == "sh":
            printed = run_both(blocks, tmp_path, wheel)
        elif blocks[0].is_output:
            for fence, lines in zip(blocks, printed, strict=True):
                assert missed(fence.content, lines) == [], f"{fence} in:\n" + "\n".join(lines)
        else:
            (tmp_path / blocks[0].title).write_text(blocks[0].content, encoding="utf-8")
