"""The examples and cases of rule packs as pytest items: `pytest --govrules-packs=DIR,NAME`; without it, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from govrules.authoring.trial import Trial

OPTION = "--govrules-packs"
_STACK = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one option of this plugin."""
    words = (
        "test the examples and cases of rule packs: folders and installed names, separated by commas; "
        "without a value, the pack in the root folder if there is one, else every installed pack"
    )
    parser.getgroup("govrules").addoption(
        OPTION, nargs="?", const="", default=None, metavar="DIR|NAME,…", dest="govrules_packs", help=words
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add an item for each example and case, before others select among all items."""
    given: str | None = config.getoption("govrules_packs")
    if given is None:
        return
    stack = config.stash.setdefault(_STACK, ExitStack())
    for target in _targets(given, config.rootpath):
        collector = PackCollector.from_parent(session, target=target, stack=stack)
        report = config.hook.pytest_make_collect_report(collector=collector)
        config.hook.pytest_collectreport(report=report)
        items += report.result


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let go of the modules of packs under test."""
    if _STACK in config.stash:
        config.stash[_STACK].close()


def _targets(given: str, root: Path) -> list[str]:
    """Give the packs to test: those named, the one in the root folder, or all that are installed."""
    if named := [name.strip() for name in given.split(",") if name.strip()]:
        return named
    project = root / "pyproject.toml"
    if project.is_file() and "[project.entry-points.govrules]" in project.read_text(encoding="utf-8"):
        return [str(root)]
    from govrules.installed import installed

    return sorted(installed().packs)


class BrokenPackError(Exception):
    """A pack that cannot be tested: what is wrong, a line for each fault."""


class PackCollector(pytest.Collector):
    """A pack: it collects an item for each example, and one for each case."""

    def __init__(self, *, target: str, stack: ExitStack, parent: pytest.Session) -> None:
        name = Path(target).resolve().name if Path(target).is_dir() else target
        super().__init__(name=name, parent=parent, nodeid=f"govrules::{name}")
        self.target, self._stack = target, stack

    def collect(self) -> Iterator[TrialItem]:
        """Give the items; a pack that is broken is an error of collection."""
        from govrules.authoring.subject import subject
        from govrules.authoring.trial import trials
        from govrules.errors import GovrulesError

        try:
            pack = self._stack.enter_context(subject(self.target))
            several, faults = ([], list(pack.faults)) if pack.faults else trials(pack)
        except GovrulesError as error:
            raise BrokenPackError(str(error)) from error
        if faults:
            raise BrokenPackError("\n".join(map(str, faults)))
        for trial in several:
            yield TrialItem.from_parent(self, trial=trial)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Say what is wrong with the pack, without a traceback."""
        if isinstance(excinfo.value, BrokenPackError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


class TrialItem(pytest.Item):
    """One trial of a pack."""

    def __init__(self, *, trial: Trial, parent: PackCollector) -> None:
        where = str(trial.where)
        super().__init__(name=trial.name, parent=parent, nodeid=f"{parent.nodeid}::{trial.name}[{where}]")
        self.trial = trial

    def runtest(self) -> None:
        """Try it; what is wrong is said in our words, without a traceback."""
        from govrules.errors import GovrulesError

        try:
            words = self.trial.failure("zh")
        except GovrulesError as error:
            words = str(error)
        if words:
            pytest.fail(f"{self.trial.where}: {words}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Give the place where the trial is written, for those who list it."""
        return Path.cwd() / self.trial.where.file, max(self.trial.where.line - 1, 0), self.trial.name
