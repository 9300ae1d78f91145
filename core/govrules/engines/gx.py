"""The engine of Great Expectations: a suite of expectations for the rules, run by a checkpoint, Data Docs on request.

Importing Great Expectations takes seconds, and an expectation about ten milliseconds: it is never the default.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govrules.dataset import REPORT, Dataset
from govrules.engines.answers import Asked, asked, errored, note
from govrules.expr import spoken
from govrules.outcome import Outcomes
from govrules.rule import Instance

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext
    from great_expectations.expectations.expectation import Expectation

SITE = "govrules"
_runs = count(1)
_info: Any = "info"
SEVERITIES = {"error": "critical", "warning": "warning", "info": "info"}


@dataclass
class Answer:
    """What the expectations of a question gave: ids of reports that failed or are open, and why it crashed."""

    failed: set[str] = field(default_factory=set)
    undecided: set[str] = field(default_factory=set)
    crash: str = ""


def run(dataset: Dataset, instances: Sequence[Instance], data_docs: Path | None = None) -> Outcomes:
    """Evaluate the cell checks of a dataset; `data_docs` is a folder for pages about them."""
    outcomes = Outcomes()
    if not instances or dataset.frame.is_empty():
        return outcomes
    with quiet():
        several = asked(dataset, instances)
        rows = pandas_rows(dataset)
        answers = ask(_whole_frame(dataset.form.name, data_docs), several, dataset, {"dataframe": rows}, data_docs)
    reports = dataset.frame[REPORT].to_list()
    for one, answer in zip(several, answers, strict=True):
        if answer.crash:
            errored(one, dataset, answer.crash, outcomes)
            continue
        told = [None if report in answer.undecided else report not in answer.failed for report in reports]
        note(one, dataset, told, outcomes)
    return outcomes


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Great Expectations from calling home, and its warnings about others from the user."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@lru_cache(4)
def context(data_docs: Path | None) -> EphemeralDataContext:
    """Give the context of this process, which keeps nothing but the Data Docs."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    made = gx.get_context(mode="ephemeral")
    made.variables.progress_bars = ProgressBarsConfig(globally=False)
    if data_docs is not None:
        store = {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(data_docs.resolve())}
        index = {"class_name": "DefaultSiteIndexBuilder"}
        site: Any = {"class_name": "SiteBuilder", "store_backend": store, "site_index_builder": index}
        made.add_data_docs_site(SITE, site)
    return made


def ask(
    batch: BatchDefinition[Any],
    several: Sequence[Asked],
    dataset: Dataset,
    parameters: Mapping[str, Any] | None = None,
    data_docs: Path | None = None,
) -> list[Answer]:
    """Run the questions about a dataset on a batch that holds its columns, in pandas or in a database."""
    import great_expectations as gx
    from great_expectations.data_context.data_context.context_factory import set_context

    # A name of its own each time: to update what is there costs a minute.
    known = batch.data_asset.datasource.data_context
    assert known is not None
    # Whoever made a context since has become the one that things are looked up in.
    set_context(known)
    name = f"{dataset.form.name} {next(_runs)}"
    suite = known.suites.add(gx.ExpectationSuite(name, expectations=suite_of(several, dataset)))
    run = known.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
    wanted = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": [REPORT],
        # Not only what is shown: results of databases are cut at it.
        "partial_unexpected_count": dataset.frame.height,
        # The figures of each report are for readers of the Data Docs alone.
        "exclude_unexpected_values": data_docs is None,
    }
    checkpoint = gx.Checkpoint(name=name, validation_definitions=[run], result_format=wanted)
    result = known.checkpoints.add(checkpoint).run(batch_parameters=dict(parameters or {}))
    if data_docs is not None:
        known.build_data_docs(site_names=[SITE])
    (made,) = result.run_results.values()
    return _answers(made, len(several))


def suite_of(several: Sequence[Asked], dataset: Dataset) -> list[Expectation]:
    """Give two expectations for each question: that it holds, and that it can be told."""
    from govrules.engines.expectation import ExpectRuleToBeDecided, ExpectRuleToHold

    made: list[Expectation] = []
    for number, one in enumerate(several):
        question, rule = one.question, one.instance.rule
        basis = [str(basis) for basis in rule.basis]
        meta = {"rule": rule.id, "instance": question.name, "pack": rule.pack, "basis": basis, "number": number}
        shared: dict[str, Any] = {"column_list": [REPORT, *question.columns], "question": question.written()}
        ignored: Any = "any_value_is_missing" if question.strict else "never"
        severity: Any = SEVERITIES[rule.grade("default").value]
        said = spoken(one.instance.check.truth(), lambda cell: _label(dataset, cell))
        words = f"{question.name} {rule.title.get('zh', '')}：{said}"
        made.append(ExpectRuleToHold(**shared, ignore_row_if=ignored, description=words, severity=severity, meta=meta))
        open_words, open_meta = f"{question.name} 可以判定 decided", meta | {"open": True}
        made.append(
            ExpectRuleToBeDecided(
                **shared, ignore_row_if="never", mostly=0, description=open_words, severity=_info, meta=open_meta
            )
        )
    return made


def pandas_rows(dataset: Dataset) -> pd.DataFrame:
    """Give the columns that rules read as pandas: numbers as doubles, which hold every figure as it is."""
    import pandas as pd
    import polars as pl

    # Arrays of one kind lie together: columns with a mask of their own make every expectation ten times slower.
    columns = {name: dataset.frame[name] for name in dataset.frame.columns if name != REPORT}
    numbers = {name: one.cast(pl.Float64).to_numpy() for name, one in columns.items() if one.dtype.is_numeric()}
    flags = {name: one.to_numpy() for name, one in columns.items() if one.dtype == pl.Boolean}
    reports = pd.Series(dataset.frame[REPORT].to_list(), dtype=object)
    return pd.concat([pd.DataFrame({REPORT: reports}), pd.DataFrame(numbers), pd.DataFrame(flags)], axis=1).copy()


def _label(dataset: Dataset, cell: str) -> str:
    return dataset.cells[cell].label if cell in dataset.cells else cell


def _whole_frame(name: str, data_docs: Path | None) -> BatchDefinition[Any]:
    source = context(data_docs).data_sources.add_or_update_pandas(name)
    return source.add_dataframe_asset("reports").add_batch_definition_whole_dataframe("all")


def _answers(result: ExpectationSuiteValidationResult, size: int) -> list[Answer]:
    """Sort results by their question: those of a suite come in an order of their own."""
    answers = [Answer() for _ in range(size)]
    for one in result.results:
        assert one.expectation_config is not None
        meta = one.expectation_config.meta or {}
        answer = answers[meta["number"]]
        crash = _crash(one.exception_info)
        if crash:
            answer.crash = crash
            continue
        found = _ids(one.result.get("unexpected_index_list") or ())
        assert len(found) == one.result["unexpected_count"], f"{meta['instance']}: the list of reports is cut short"
        (answer.undecided if meta.get("open") else answer.failed).update(found)
    return answers


def _ids(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Give the ids of rows: one in each, or, without the figures, a list of all in the only row."""
    several = [row[REPORT] if isinstance(row[REPORT], list) else [row[REPORT]] for row in rows]
    return {str(report) for one in several for report in one}


def _crash(told: Mapping[str, Any]) -> str:
    """Give the cause of a crash, or nothing; it stands there at once, or below the id of each metric."""
    parts = [told, *(part for part in told.values() if isinstance(part, dict))]
    return next(
        (str(part["exception_message"]).split("\n", 1)[0] for part in parts if part.get("raised_exception")), ""
    )
