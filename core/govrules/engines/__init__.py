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
    from govrules.engines.native import Native

    if name == "native":
        return Native(instances, guard).run
    of_cells = [instance for instance in instances if instance.check.scope != "cells" or instance.check.roles()]
    # Where a rule reads no cell there is no column to hold a check of pandera or an expectation to.
    others = Native([instance for instance in instances if instance not in of_cells], guard)
    run: Callable[[Dataset], Outcomes]
    if name == "pandera":
        from govrules.engines import pandera

        run = partial(pandera.run, instances=of_cells)
    elif name == "gx":
        from govrules.engines import gx

        run = partial(gx.run, instances=of_cells, data_docs=Path(data_docs) if data_docs else None)
    else:
        raise UsageError(f"unknown engine {name!r}", hint=f"known: {', '.join(ENGINES)}")
    return partial(_both, run, others.run)


def _both(one: Callable[[Dataset], Outcomes], other: Callable[[Dataset], Outcomes], dataset: Dataset) -> Outcomes:
    outcomes = one(dataset)
    outcomes.extend(other(dataset))
    return outcomes
