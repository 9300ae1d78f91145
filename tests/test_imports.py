"""What importing costs, and who may import whom."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from govrules import hooks

CORE = Path(__file__).parents[1] / "core" / "govrules"
PACKS = ("govrules.rules", "govrules.plugins", "govrules.rulesets")
HEAVY = ("polars", "pandas", "pandera", "scipy", "great_expectations", "numpy")
HELP = (
    "import sys; sys.argv = ['govrules', *{args}]\nfrom govrules.cli import main\ntry: main()\nexcept SystemExit: pass"
)


def loaded_by(code: str) -> set[str]:
    """Give the top names of all modules that are loaded after running `code` in a fresh interpreter."""
    shown = f"{code}\nimport sys\nprint('\\n' + ' '.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "code",
    [
        "import govrules", "from govrules import GovrulesError, Report", "import govrules.cli",
        HELP.format(args=["--help"]), HELP.format(args=["validate", "--help"]), HELP.format(args=["--version"]),
        HELP.format(args=["explain", "--help"]),
    ],
    ids=["import", "names", "cli", "--help", "validate --help", "--version", "explain --help"],
)  # fmt: skip
def test_importing_and_help_load_nothing_heavy(code: str) -> None:
    loaded = loaded_by(code)
    assert "govrules" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_listing_rules_loads_nothing_heavy_but_what_expressions_need() -> None:
    assert loaded_by(HELP.format(args=["rules"])).isdisjoint({"pandas", "scipy", "great_expectations", "numpy"})


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_below(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("file", sorted(CORE.rglob("*.py")), ids=lambda file: str(file.relative_to(CORE)))
def test_core_never_imports_rules_plugins_or_rulesets(file: Path) -> None:
    assert [name for name in imported(file) if is_below(name, PACKS)] == []


@pytest.mark.parametrize("file", sorted(CORE.rglob("*.py")), ids=lambda file: str(file.relative_to(CORE)))
def test_core_names_no_pack_in_a_string(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    words = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    assert [word for word in words if is_below(word, PACKS)] == []


def test_every_hook_says_in_one_line_what_to_return() -> None:
    specs = {name: made for name, made in vars(hooks).items() if hasattr(made, "govrules_spec")}
    assert set(specs) == {"govrules_checks", "govrules_forms", "govrules_rulesets", "govrules_readers"}
    for spec in specs.values():
        said = inspect.getdoc(spec) or ""
        assert said.startswith("Return ")
        assert said.endswith(".")
        assert "\n" not in said


def test_the_package_hands_on_what_it_lists_and_nothing_else() -> None:
    import govrules

    assert govrules.__all__ == sorted(govrules.__all__)
    assert all(getattr(govrules, name) is not None for name in govrules.__all__)
    with pytest.raises(AttributeError, match="no attribute 'validat'"):
        govrules.__getattr__("validat")
