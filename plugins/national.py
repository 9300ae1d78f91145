"""National: the six-section report with three tables, from report year 2019."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from govrules.hooks import hookimpl

_HERE = files("govrules.rulesets")


@hookimpl
def govrules_forms() -> Iterable[Traversable]:
    """Give the national forms of 2019 and 2021."""
    return [_HERE / "forms" / "national-2019.yaml", _HERE / "forms" / "national-2021.yaml"]


@hookimpl
def govrules_rulesets() -> Iterable[Traversable]:
    """Give the national rules."""
    return [
        _HERE / "national" / f"{name}.yaml"
        for name in (
            "table2",
            "table3",
            "table4",
            "document",
            "sections",
            "narrative",
            "prose",
            "structure",
            "text",
            "deadline",
            "privacy",
            "fees",
            "optional",
        )
    ]
