"""Great Expectations on pandas: core expectations over cells and columns of differences, one suite from a list."""

from __future__ import annotations

import sys

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from rules_in_pandas import CELLS, PERIOD, TIES, differences, read, stated


def main(corpus: str, _pack: str, found: str) -> None:
    rows = read(corpus)
    whole = pd.concat([rows, differences(rows), stated(rows).rename("B-8:")], axis=1)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = gx.data_context.types.base.ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("made")
    definition = source.add_dataframe_asset("corpus").add_batch_definition_whole_dataframe("all")
    listed = [gxe.ExpectColumnValuesToNotBeNull(column=cell, meta={"rule": f"B-5:{cell}"}) for cell in CELLS]
    listed += [
        gxe.ExpectColumnValuesToBeBetween(column=cell, min_value=0, meta={"rule": f"B-6:{cell}"}) for cell in CELLS
    ]
    listed += [
        gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[0], meta={"rule": name})
        for name in [*(name for name, *_ in TIES), "B-8:"]
    ]
    listed += [gxe.ExpectColumnValuesToMatchRegex(column="text", regex=PERIOD, meta={"rule": "B-7:"})]
    suite = context.suites.add(gx.ExpectationSuite(name="rules", expectations=listed))
    asked = context.validation_definitions.add(gx.ValidationDefinition(name="run", data=definition, suite=suite))
    shape = {
        "result_format": "COMPLETE",
        "unexpected_index_column_names": ["report"],
        "return_unexpected_index_query": False,
    }
    result = asked.run(batch_parameters={"dataframe": whole}, result_format=shape)
    failed: list[tuple[str, str]] = []
    for one in result.results:
        assert not one.exception_info.get("raised_exception"), one.exception_info
        for row in one.result.get("unexpected_index_list") or []:
            failed.append((row["report"], one.expectation_config.meta["rule"]))
    pd.DataFrame(failed, columns=["report", "rule"]).astype(str).to_parquet(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
