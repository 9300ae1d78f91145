"""The docs say what the code is: the rule catalogue, every check kind, every hook and every command."""

from __future__ import annotations

from pathlib import Path

import pytest
from govrules import hooks
from govrules.installed import installed
from govrules.output.catalogue import catalogue
from govrules.plan import make_plan

ROOT = Path(__file__).resolve().parent.parent
PLAN = make_plan(installed(third_party=False))
DOCS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))


def test_the_rule_catalogue_is_what_the_rules_say() -> None:
    written = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert written == catalogue(PLAN), "run: govrules rules --no-plugins --format markdown > docs/rules.md"


@pytest.mark.parametrize("kind", sorted(PLAN.installed.checks))
def test_every_check_kind_is_documented(kind: str) -> None:
    assert f"`{kind}`" in DOCS


@pytest.mark.parametrize("hook", [name for name in dir(hooks) if name.startswith("govrules_")])
def test_every_hook_is_documented(hook: str) -> None:
    assert hook in DOCS


@pytest.mark.parametrize("command", ["validate", "parse", "rules", "packs", "forms", "explain"])
def test_every_command_is_in_the_readme(command: str) -> None:
    for readme in ("README.md", "README.zh-CN.md"):
        assert f"govrules {command}" in (ROOT / readme).read_text(encoding="utf-8")
