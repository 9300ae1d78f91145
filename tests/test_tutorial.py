"""The tutorial does what it says: every command is run, every file written, every output compared, in both languages.

Only `pip install govrules` is replaced: by a wheel made of this source, with all other libraries borrowed from ours.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from fences import Fence, fences

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "docs" / "tutorial.md", ROOT / "docs" / "zh" / "tutorial.md"]
# The path of a .pth file comes last, so that what the tutorial installs wins; setuptools of ensurepip is old.
INSTALL = """pip uninstall --quiet --yes setuptools
pip install --no-deps {wheel}
echo {site} > "$(python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/borrowed.pth"
"""


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


def run(fence: Fence, folder: Path, wheel: Path) -> list[str]:
    """Run the commands of a block in a folder, in the environment that the page made there; give what they print."""
    install = INSTALL.format(wheel=wheel, site=sysconfig.get_path("purelib"))
    commands = fence.content.replace("pip install govrules\n", install)
    activate = "[ ! -f .venv/bin/activate ] || . .venv/bin/activate"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{activate}\n{commands}"], cwd=folder, env=clean(), check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, f"{fence}: exit code {done.returncode}\n{done.stdout[-3000:]}"
    return done.stdout.splitlines()


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


def test_both_languages_run_the_same_commands() -> None:
    blocks = [[f.content.replace(" --lang en", "") for f in fences(page) if f.language == "sh"] for page in PAGES]
    assert blocks[0] == blocks[1]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=["en", "zh"])
def test_the_tutorial_leads_from_an_empty_folder_to_an_installed_rule(page: Path, wheel: Path, tmp_path: Path) -> None:
    printed: list[str] = []
    for fence in fences(page):
        if fence.language == "sh":
            printed = run(fence, tmp_path, wheel)
        elif fence.is_output:
            assert missed(fence.content, printed) == [], f"{fence} in:\n" + "\n".join(printed)
        else:
            (tmp_path / fence.title).write_text(fence.content, encoding="utf-8")
