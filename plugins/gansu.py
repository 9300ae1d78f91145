"""甘肃: what 武威 asks of its reports beyond the national form."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from govrules.hooks import hookimpl

_HERE = files("govrules.rulesets")


@hookimpl
def govrules_rulesets() -> Iterable[Traversable]:
    """Give the rules of Gansu."""
    return [_HERE / "gansu" / "wuwei.yaml"]
