"""A rule as an expectation of Great Expectations. Importing this takes seconds, so that only functions do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl
import sqlalchemy as sa
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

from govrules.engines import sql
from govrules.engines.formula import Question, holds, in_force

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

DIALECTS = {"postgresql": "postgres"}
_DOMAIN = ("batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if")


class _NotFailed(MulticolumnMapMetricProvider):
    """Where a rule has not failed: it holds, cannot be told, or is not in force."""

    condition_metric_name = "multicolumn_values.govrules.not_failed"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ("question",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(self, column_list: pd.DataFrame, question: str, **_: object) -> pd.Series:
        asked = Question.of(question)
        return _told(column_list, (holds(asked) | ~in_force(asked)).fill_null(value=True))

    @multicolumn_condition_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(self, _columns: object, question: str, **given: Any) -> sa.ColumnElement[bool]:
        asked = Question.of(question)
        return _written(f"COALESCE({sql.holds(asked)}, TRUE)", asked, given["_sqlalchemy_engine"])


class _Decided(MulticolumnMapMetricProvider):
    """Where it can be told whether a rule holds, or it is not in force."""

    condition_metric_name = "multicolumn_values.govrules.decided"
    condition_domain_keys = _DOMAIN
    condition_value_keys = ("question",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(self, column_list: pd.DataFrame, question: str, **_: object) -> pd.Series:
        asked = Question.of(question)
        return _told(column_list, holds(asked).is_not_null() | ~in_force(asked))

    @multicolumn_condition_partial(engine=SqlAlchemyExecutionEngine)  # type: ignore[untyped-decorator]
    def _sqlalchemy(self, _columns: object, question: str, **given: Any) -> sa.ColumnElement[bool]:
        asked = Question.of(question)
        return _written(f"({sql.holds(asked)}) IS NOT NULL", asked, given["_sqlalchemy_engine"])


class ExpectRuleToHold(MulticolumnMapExpectation):
    """Expect that no report fails a rule; a report of which it cannot be told does not fail it."""

    question: str
    map_metric: ClassVar[str] = _NotFailed.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "question")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "question")


class ExpectRuleToBeDecided(MulticolumnMapExpectation):
    """List the reports of which it cannot be told whether they fail a rule; with `mostly` 0 they do no harm."""

    question: str
    map_metric: ClassVar[str] = _Decided.condition_metric_name
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "question")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "question")


def _told(rows: pd.DataFrame, answer: pl.Expr) -> pd.Series:
    """Ask rows of pandas in Polars; the numbers of cells are doubles there and here."""
    import pandas as pd

    frame = pl.DataFrame({str(name): _series(rows[name]) for name in rows.columns[1:]})
    told = frame.select(pl.repeat(value=True, n=len(rows)) & answer).to_series()
    return pd.Series(told.to_numpy(), index=rows.index, dtype=bool)


def _series(values: pd.Series) -> pl.Series:
    if values.dtype == bool:
        return pl.Series(values.to_numpy())
    return pl.Series(values.to_numpy(dtype="float64", na_value=float("nan"))).fill_nan(None)


def _written(condition: str, asked: Question, engine: sa.Engine) -> sa.ColumnElement[bool]:
    force = sql.in_force(asked)
    text = f"(NOT {force} OR {condition})" if force else f"({condition})"
    return sa.literal_column(sql.told(text, DIALECTS.get(engine.dialect.name, engine.dialect.name)), sa.Boolean)
