"""The documents do what they say: every block of every page is run, loaded or parsed, every link leads somewhere."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from command_pages import page as command_page
from fences import Fence, fences, prose
from govrules.output.kinds import kind_reference
from govrules.plan import make_plan
from snippets import command_lines, known, load, options_of, run, synopses
from test_tutorial import missed

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TUTORIALS = {DOCS / "tutorial.md", DOCS / "zh" / "tutorial.md"}
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "README.zh-CN.md"]
OTHERS = [ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "examples" / "README.md"]
YAML = [fence for page in PAGES if page not in TUTORIALS for fence in fences(page) if fence.language in {"yaml", "yml"}]
SYNOPSES = [(fence, line) for page in PAGES for fence in fences(page) for line in synopses(fence)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("fence", YAML, ids=str)
def test_every_yaml_block_loads(fence: Fence) -> None:
    load(fence)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder as readers of a page have it: the examples, a report, and the pack of the README."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copy(ROOT / "examples" / "balance-2022.txt", tmp_path / "report.txt")
    for fence in fences(ROOT / "README.md"):
        write(fence, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("POLARS_FMT_STR_LEN", "40")
    return tmp_path


def write(fence: Fence, folder: Path) -> None:
    """Write a block that is a file."""
    if fence.is_file:
        file = folder / fence.title
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(fence.content, encoding="utf-8")
        if file.suffix == ".py":
            compile(fence.content, str(fence), "exec")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page not in TUTORIALS], ids=name)
def test_every_page_runs_from_top_to_bottom(page: Path, folder: Path) -> None:
    names: dict[str, object] = {"__name__": page.stem}
    printed: list[str] = []
    for fence in fences(page):
        write(fence, folder)
        if fence.is_output:
            assert missed(fence.content, printed) == [], f"{fence} in:\n" + "\n".join(printed)
        elif fence.language == "python" and not fence.is_file:
            shown = io.StringIO()
            with contextlib.redirect_stdout(shown):
                exec(compile(fence.content, str(fence), "exec"), names)
            printed = shown.getvalue().splitlines()
        elif lines := [line for line in command_lines(fence) if line not in synopses(fence)]:
            printed = [shown for line in lines for shown in run(line)]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_test_file_of_a_page_passes(page: Path, folder: Path) -> None:
    files = [fence.title for fence in fences(page) if Path(fence.title).name.startswith("test_")]
    for fence in fences(page):
        write(fence, folder)
    if files:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize(("fence", "line"), SYNOPSES, ids=lambda part: str(part)[:60])
def test_every_option_of_a_synopsis_exists(fence: Fence, line: str) -> None:
    whole = fence.content[fence.content.index(line) :].split("\ngovrules ")[0]
    named = [one.removeprefix("govrules ") for one in re.split(r"(?<!^)(?=\bgovrules )", whole)]
    for one in named:
        words = re.findall(r"[a-z|]+", re.split(r"\s[A-Z\[(-]|…|\s{2}", one)[0])
        found = [options_of(choice) for choice in _choices(words)]
        for option in re.findall(r"--[a-z][a-z-]*", one):
            assert any(option in options for options in found), f"{fence}: {option} of {one}"


def _choices(words: list[str]) -> list[list[str]]:
    """Give the commands that `pack new|check` stands for."""
    made: list[list[str]] = [[]]
    for word in words:
        made = [[*before, one] for before in made for one in word.split("|") if one]
    return made


def test_the_reference_of_check_kinds_is_what_the_kinds_say() -> None:
    made = kind_reference(make_plan(known()))
    assert (DOCS / "checks.md").read_text(encoding="utf-8") == made, (
        "run: govrules rules --kinds --no-plugins --format markdown > docs/checks.md"
    )
    assert set(re.findall(r"^## (\w+)$", made, re.MULTILINE)) == set(known().checks)


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert written == command_page(), "run: python tests/command_pages.py > docs/commands.md"


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    for text, target in re.findall(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = unquote(target).partition("#")
        file = page.parent / path if path else page
        assert file.exists(), f"{name(page)}: [{text}] leads to {target}"
        if anchor and file.suffix == ".md":
            assert anchor in set(anchors(file)), f"{name(page)}: [{text}] leads to {target}"


def anchors(page: Path) -> Iterator[str]:
    """Give the anchors of the headings of a page, as the site and code hosts make them."""
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", re.sub(r"``", "", prose(page)), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def test_every_page_is_in_the_navigation() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")[1]
    named = set(re.findall(r"[\w/.-]+\.md", nav))
    assert named == {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}


class Links(HTMLParser):
    """What a page of the site asks for: files it loads, and places it leads to."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "img", "iframe"} and given.get("src"):
            self.loads.append(str(given["src"]))
        if tag == "link" and given.get("href"):
            self.loads.append(str(given["href"]))
        if tag == "a" and given.get("href"):
            self.leads.append(str(given["href"]))


@pytest.mark.slow
def test_the_site_is_built_without_a_warning_and_asks_nothing_of_others(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        links = Links(page)
        assert [one for one in links.loads if re.match(r"(https?:)?//", one)] == []
        for target in (*links.loads, *links.leads):
            path = unquote(target.partition("#")[0].partition("?")[0])
            if path and not re.match(r"[a-z]+:", path) and page.name != "404.html":
                assert (page.parent / path).exists(), f"{page.name}: {target}"
