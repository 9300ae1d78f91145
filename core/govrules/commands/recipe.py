"""What options and settings ask for: a recipe, and the plan made by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govrules.commands.options import packs_and_folders, tell, words
from govrules.commands.standing import plan_of
from govrules.errors import BROKEN_RULES

if TYPE_CHECKING:
    from govrules.batch import Recipe
    from govrules.plan import Plan
    from govrules.settings import Settings

AskPlugins = Annotated[
    bool | None, typer.Option("--plugins/--no-plugins", help="是否使用第三方插件 third-party plugins")
]


def settings_from(config: Path | None = None) -> Settings:
    """Give the settings of a file, else those of the folder we are in; raises UsageError for a wrong one."""
    from govrules.settings import settings_of

    return settings_of(config)


def recipe_of(pack: list[str] | None, plugins: bool | None, settings: Settings, **choices: Any) -> Recipe:
    """Give a recipe: what the command line says, else what the settings say."""
    from govrules.batch import Recipe

    allowed = settings.plugins if plugins is None else None
    base = Recipe(third_party=plugins is not False, allowed=allowed, **choices)
    packs, folders = packs_and_folders(pack, lambda: base.installed().packs)
    return replace(base, packs=packs if pack else settings.packs, folders=folders if pack else settings.folders)


def plan_from(pack: list[str] | None, plugins: bool | None, select: list[str] | None = None) -> Plan:
    """Make the plan that options and settings ask for."""
    settings = settings_from()
    return plan_of(recipe_of(pack, plugins, settings, select=words(select)), settings)


def tell_faults(plan: Plan) -> None:
    """Name what is broken on stderr and leave with its exit code; silence when all is well."""
    faults = [*plan.installed.faults, *plan.faults]
    tell(faults)
    if faults:
        raise typer.Exit(BROKEN_RULES)
