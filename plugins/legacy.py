"""Legacy: reports of the years 2008 to 2018, narrative or with a statistics table."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from govrules.hooks import hookimpl

_HERE = files("govrules.rulesets")


@hookimpl
def govrules_forms() -> Iterable[Traversable]:
    """Give the legacy forms."""
    return [_HERE / "forms" / f"{name}.yaml" for name in ("narrative-2008", "local-2008", "national-2014")]


@hookimpl
def govrules_rulesets() -> Iterable[Traversable]:
    """Give the legacy rules."""
    return [_HERE / "legacy" / f"{name}.yaml" for name in ("document", "statistics2008", "statistics2014", "topics")]
