"""Wide Parquet larger than memory asked by a plan: which reports fail which rules, by how much, and how many pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.dataset import ISSUER, REPORT, YEAR
from govrules.errors import GovrulesError, ReadError
from govrules.plan import Plan
from govrules.region import region_of
from govrules.rule import Instance, Status

if TYPE_CHECKING:
    import polars as pl

    from govrules.engines.table import Batch, Table

BATCH_ROWS, DETAILS = 100_000, 1_000
FORM, TEXT, ROW, GROUP = "form", "text", "?row", "?group"
Group = tuple[str, str]


@dataclass
class Answers:
    """What a plan says of a wide table.

    `failures` has a row for each failure that was kept: `report`, `rule`, `item` (the values of `foreach`), `actual`,
    `expected`, `difference`; `reports` the counts of every report that did not pass in all. `by_rule` counts all
    answers of each rule, `capped` names those of which not every failure was kept, `odd` are the numbers of rows that
    must be read one by one, with those whose form is not known.
    """

    rows: int
    failures: pl.DataFrame
    reports: pl.DataFrame
    by_rule: dict[str, Counter[Status]]
    capped: tuple[str, ...]
    odd: tuple[int, ...]
    faults: tuple[GovrulesError, ...]

    def total(self) -> Counter[Status]:
        """Count all answers of all rules."""
        return sum(self.by_rule.values(), Counter())


def ask(
    corpus: str | Path, plan: Plan, *, region: str | None = None, details: int = DETAILS, batch: int = BATCH_ROWS
) -> Answers:
    """Ask the rules of a plan that can be asked of columns about every row of a wide Parquet file.

    Only the columns that rules read are read, `batch` rows at a time. `region` (a code) is where all bodies are.
    Raises ReadError where two reports have one id.
    """
    return _Run(Path(corpus), plan, region, details).whole(batch)


def can_be_asked(instance: Instance) -> bool:
    """Tell whether a rule can be asked of columns."""
    import polars as pl

    check = instance.check
    if check.scope == "report":
        return check.column(pl.col(TEXT), pl.col(YEAR)) is not None
    return check.scope == "cells"


@dataclass
class _Run:
    """One table on its way through: an engine for each form and region, and what they said so far."""

    corpus: Path
    plan: Plan
    region: str | None
    details: int
    _tables: dict[Group, Table] = field(default_factory=dict)
    _batches: list[tuple[Group, Batch]] = field(default_factory=list)
    _unknown: list[int] = field(default_factory=list)
    _ids: list[pl.Series] = field(default_factory=list)
    _rows: int = 0

    def whole(self, batch: int) -> Answers:
        import polars as pl

        scan = pl.scan_parquet(self.corpus)
        kinds = scan.collect_schema()
        self._rows = int(scan.select(pl.len()).collect().item())
        for first in range(0, self._rows, batch):
            self._batch(scan.slice(first, batch).with_row_index(ROW, first), kinds)
        self._refuse_twins(scan)
        return self._answers()

    def _batch(self, rows: pl.LazyFrame, kinds: Mapping[str, pl.DataType]) -> None:
        """Ask the rows of each form and region; most often they are all of one."""
        import polars as pl

        heads = rows.select(pl.col(REPORT).hash().alias(REPORT), FORM, *([ISSUER] if ISSUER in kinds else [])).collect()
        self._ids.append(heads[REPORT])
        groups = self._groups(heads)
        for group in groups.unique(maintain_order=True):
            name, _, area = str(group).partition("/")
            mine = groups == group
            if not name:
                self._unknown += (mine.arg_true() + self._first(heads)).to_list()
                continue
            table = self._table((name, area), kinds)
            asked = rows.select(pl.col(ROW).cast(pl.Int64), *table.needed)
            if not mine.all():
                asked = asked.collect().filter(mine).lazy()
            self._batches.append(((name, area), table.ask(asked)))

    def _first(self, heads: pl.DataFrame) -> int:
        return sum(map(len, self._ids)) - heads.height

    def _groups(self, heads: pl.DataFrame) -> pl.Series:
        """Give `form/region` for each row, nothing where the form is not known."""
        import polars as pl

        known = [form.name for form in self.plan.forms]
        form = pl.when(pl.col(FORM).is_in(known)).then(pl.col(FORM))
        if self.region or not any(pack.regions for pack in self.plan.packs.values()) or ISSUER not in heads.columns:
            area = pl.lit(self.plan.area(self.region))
        else:
            issuers = heads[ISSUER].unique().drop_nulls().to_list()
            areas = {one: self._area(one) for one in issuers}
            area = pl.col(ISSUER).replace_strict(areas, default="", return_dtype=pl.String)
        return heads.select((form + "/" + area).fill_null("").alias(GROUP)).to_series()

    def _area(self, issuer: str) -> str:
        return self.plan.area(_region(issuer))

    def _table(self, group: Group, kinds: Mapping[str, pl.DataType]) -> Table:
        from govrules.engines.table import Table

        if group not in self._tables:
            name, area = group
            instances = [one for one in self.plan.instances(name, area) if can_be_asked(one) and _is_there(one, kinds)]
            form, cells = self.plan.forms[name], self.plan.forms.cells(name)
            self._tables[group] = Table(form, cells, instances, kinds, details=self.details)
        return self._tables[group]

    def _refuse_twins(self, scan: pl.LazyFrame) -> None:
        import polars as pl

        # Sorted, not hashed again: a hash table of all ids would be the largest thing in memory.
        marks = pl.concat(self._ids).sort() if self._ids else pl.Series(dtype=pl.UInt64)
        if not (marks == marks.shift()).any():
            return
        twins = scan.select(REPORT).filter(pl.col(REPORT).is_duplicated()).head(1).collect()
        if twins.height and twins.item() is not None:
            raise ReadError(
                f"a second report is called {twins.item()!r}",
                where=str(self.corpus),
                hint="ids are for one report each",
            )

    def _answers(self) -> Answers:
        tables = self._tables.items()
        odd = [row for _, batch in self._batches for row in batch.odd]
        unusable = [fault for name, area in self._tables for fault in self.plan.unusable(name, area)]
        return Answers(
            self._rows,
            self._failures(),
            self._reports(),
            self._by_rule(),
            tuple(dict.fromkeys(one.rule.id for _, table in tables for one in table.capped)),
            tuple(sorted([*odd, *self._unknown])),
            (*unusable, *(fault for _, table in tables for fault in table.faults.values())),
        )

    def _by_rule(self) -> dict[str, Counter[Status]]:
        made: dict[str, Counter[Status]] = {}
        for group, batch in self._batches:
            for instance, counts in zip(self._tables[group].instances, batch.by_rule, strict=True):
                made.setdefault(instance.rule.id, Counter()).update(counts)
        return made

    def _failures(self) -> pl.DataFrame:
        import polars as pl

        parts = []
        for group, table in self._tables.items():
            frames = [batch.failures for name, batch in self._batches if name == group]
            names = {"rule": [i.rule.id for i in table.instances], "item": [i.key for i in table.instances]}
            named = pl.DataFrame(
                {"instance": range(len(table.instances)), **names},
                {"instance": pl.Int32, "rule": pl.String, "item": pl.String},
            )
            if frames:
                parts.append(pl.concat(frames, how="vertical_relaxed").join(named, on="instance", how="left"))
        columns = (ROW, REPORT, "rule", "item", "actual", "expected", "difference")
        return pl.concat(parts, how="vertical_relaxed").select(columns) if parts else pl.DataFrame(schema=columns)

    def _reports(self) -> pl.DataFrame:
        import polars as pl

        parts = [batch.reports for _, batch in self._batches]
        return pl.concat(parts) if parts else pl.DataFrame(schema=[ROW, REPORT])


def _is_there(instance: Instance, kinds: Mapping[str, pl.DataType]) -> bool:
    return instance.check.scope == "cells" or TEXT in kinds


@lru_cache(65536)
def _region(issuer: str) -> str | None:
    found = region_of(issuer)
    return found.code if found else None
