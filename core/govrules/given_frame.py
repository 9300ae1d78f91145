"""Frames of other libraries as a dataset of a form: types settled, what they do not allow noted, blanks kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from govrules.errors import UsageError

if TYPE_CHECKING:
    import polars as pl


@runtime_checkable
class ArrowTable(Protocol):
    """A table that hands its columns on as Arrow, as pyarrow, DuckDB and newer pandas do."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the stream."""
        ...


class PandasFrame(Protocol):
    """What is asked of a pandas frame."""

    columns: object

    def to_dict(self, orient: str) -> Mapping[str, list[object]]:
        """Give its columns."""
        ...


def polars_frame(given: object) -> pl.DataFrame:
    """Give a frame of Polars (eager or lazy), pandas or Arrow as an eager Polars frame; NaN is a blank."""
    import polars as pl

    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if isinstance(given, pl.DataFrame):
        return given
    if type(given).__module__.split(".")[0] == "pandas":
        return pl.DataFrame(dict(_columns(given)))
    if isinstance(given, ArrowTable):
        return pl.DataFrame(given)
    raise UsageError(f"a {type(given).__name__} is no frame", hint="Polars, pandas and Arrow tables are")


def _columns(given: object) -> Iterator[tuple[str, pl.Series]]:
    """Go by plain lists: that needs no pyarrow, and keeps whole numbers that pandas made floats for want of a blank."""
    import polars as pl

    for name, values in given.to_dict("list").items():  # type: ignore[attr-defined]
        kept = [None if value is None or value != value or str(value) == "<NA>" else value for value in values]
        yield str(name), pl.Series(str(name), kept, strict=False)
