"""浙江: the provincial statistics table of 2013, as seen in 衢州, and what was seen of local practice."""

from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable

from govrules.hooks import hookimpl

_HERE = files("govrules.rulesets")


@hookimpl
def govrules_forms() -> Iterable[Traversable]:
    """Give the form of 2013."""
    return [_HERE / "forms" / "zhejiang-2013.yaml"]


@hookimpl
def govrules_rulesets() -> Iterable[Traversable]:
    """Give the rules of the table of 2013, and those for bodies in Zhejiang."""
    return [_HERE / "zhejiang" / f"{name}.yaml" for name in ("statistics2013", "practice")]
