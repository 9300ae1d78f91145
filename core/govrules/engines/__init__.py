"""Engines: each is one function `run(dataset, instances) -> Outcomes`, and all give the same outcomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.errors import UsageError

if TYPE_CHECKING:
    from govrules.dataset import Dataset
    from govrules.guard import Guard
    from govrules.outcome import Outcomes
    from govrules.rule import Instance

ENGINES = ("native", "pandera", "gx")


def engine(
    name: str, instances: Sequence[Instance], guard: Guard | None = None, data_docs: str | None = None
) -> Callable[[Dataset], Outcomes]:
    """Give an engine, ready to be asked about one dataset after the other; `data_docs` is a folder for those of gx."""
    if name == "native":
        from govrules.engines.native import Native

        return Native(instances, guard).run
    if name == "pandera":
        from govrules.engines import pandera

        return partial(pandera.run, instances=instances)
    if name == "gx":
        from govrules.engines import gx

        return partial(gx.run, instances=instances, data_docs=Path(data_docs) if data_docs else None)
    raise UsageError(f"unknown engine {name!r}", hint=f"known: {', '.join(ENGINES)}")
