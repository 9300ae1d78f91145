"""The pandera engine: every rule a pandera check over only the columns that it reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from govrules.dataset import Dataset
from govrules.engines.answers import Asked, asked, errored, note
from govrules.engines.formula import Question, holds
from govrules.outcome import Outcomes
from govrules.rule import Instance

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl


def run(dataset: Dataset, instances: Sequence[Instance]) -> Outcomes:
    """Evaluate the cell checks of a dataset; a rule that crashes is errored for all its reports."""
    outcomes = Outcomes()
    for one in asked(dataset, instances) if dataset.frame.height else ():
        _ask(one, dataset, outcomes)
    return outcomes


def schema(question: Question, *, undetermined: bool) -> pa.DataFrameSchema:
    """Give a question as a plain schema; with `undetermined` rows pass that cannot be told, else they fail."""
    import pandera.polars as pa

    check = pa.Check(_truth(question), name=question.name, ignore_na=undetermined)
    return pa.DataFrameSchema(checks=[check], name=question.name)


def _truth(question: Question) -> Callable[[pa.PolarsData], pl.LazyFrame]:
    told = holds(question).alias(question.name)

    def ask(rows: pa.PolarsData) -> pl.LazyFrame:
        return rows.lazyframe.select(told)

    return ask


def _ask(one: Asked, dataset: Dataset, outcomes: Outcomes) -> None:
    import polars as pl
    from pandera.errors import SchemaError

    try:
        rows = dataset.frame.select(*one.question.columns)
        passed = _conforms(schema(one.question, undetermined=False), rows)
        # What does not pass has failed, or cannot be told: only then is that asked too.
        allowed = passed if passed.all() else _conforms(schema(one.question, undetermined=True), rows)
    except (SchemaError, pl.exceptions.PolarsError) as error:
        errored(one, dataset, str(error).split("\n", 1)[0], outcomes)
        return
    flags = [
        True if sure else None if may else False for sure, may in zip(passed.to_list(), allowed.to_list(), strict=True)
    ]
    note(one, dataset, flags, outcomes)


def _conforms(schema: pa.DataFrameSchema, rows: pl.DataFrame) -> pl.Series:
    """Tell of each row whether it conforms; raises SchemaError where the check itself does not work."""
    import polars as pl
    from pandera.errors import SchemaError

    try:
        schema.validate(rows)
    except SchemaError as error:
        if not isinstance(error.check_output, pl.DataFrame):
            raise
        return error.check_output.to_series().fill_null(value=False)
    return pl.repeat(value=True, n=rows.height, eager=True)
