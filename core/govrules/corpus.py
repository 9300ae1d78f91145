"""Wide Parquet larger than memory asked by a plan: which reports fail which rules, by how much, and how many pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from govrules.compiled import Compiled
from govrules.dataset import ISSUER, REPORT, YEAR
from govrules.errors import GovrulesError, ReadError
from govrules.region import region_of
from govrules.status import Status

if TYPE_CHECKING:
    import polars as pl

    from govrules.engines.table import Batch, Sifted, Table
    from govrules.plan import Plan
    from govrules.rule import Instance

BATCH_ROWS, DETAILS = 100_000, 1_000
TOLD_AT_ONCE = 8_000
"""So many rows that did not pass in all are told of at once: what is said of a few costs nearly as much."""
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
    corpus: str | Path,
    plan: Plan | Compiled,
    *,
    region: str | None = None,
    details: int = DETAILS,
    batch: int = BATCH_ROWS,
) -> Answers:
    """Ask the rules of a plan that can be asked of columns about every row of a wide Parquet file.

    Only the columns that rules read are read, `batch` rows at a time. `region` (a code) is where all bodies are. With
    questions that were `compiled` in an earlier run no plan is made. Raises ReadError where two reports have one id.
    """
    asked = plan if isinstance(plan, Compiled) else Compiled(lambda: plan)
    return _Run(Path(corpus), asked, region, details).whole(batch)


def can_be_asked(instance: Instance) -> bool:
    """Tell whether a rule can be asked of columns."""
    import polars as pl

    check = instance.check
    if check.scope == "report":
        return check.column(pl.col(TEXT), pl.col(YEAR)) is not None
    return check.scope == "cells"


@dataclass(frozen=True)
class _Part:
    """Some rows on their way: the group of each, the tables that ask them, and their columns when they are read."""

    groups: pl.Series
    tables: Mapping[str, Table]
    rows: Future[pl.DataFrame]


@dataclass
class _Run:
    """One table on its way through: an engine for each form and region, and what they said so far."""

    corpus: Path
    rules: Compiled
    region: str | None
    details: int
    _tables: dict[Group, Table] = field(default_factory=dict)
    _sifted: dict[Group, list[Sifted]] = field(default_factory=dict)
    _told: list[tuple[Group, Future[Batch]]] = field(default_factory=list)
    _unknown: list[int] = field(default_factory=list)
    _ids: list[pl.Series] = field(default_factory=list)
    _rows: int = 0

    def whole(self, batch: int) -> Answers:
        import polars as pl

        scan = pl.scan_parquet(self.corpus)
        kinds = scan.collect_schema()
        self._rows = int(scan.select(pl.len()).collect().item())
        several = (scan.slice(first, batch).with_row_index(ROW, first) for first in range(0, self._rows, batch))
        # One thread reads ahead, one puts together what is said of rows that were asked before.
        with ThreadPoolExecutor(1) as ahead, ThreadPoolExecutor(1) as behind:
            waiting: list[_Part] = []
            for rows in several:
                waiting.append(self._begun(rows, kinds, ahead))
                if len(waiting) > 1:
                    self._ask(waiting.pop(0), behind)
            if waiting:
                self._ask(waiting.pop(), behind)
            for group in self._sifted:
                self._tell(group, behind)
            self._refuse_twins(scan)
        return self._answers()

    def _begun(self, rows: pl.LazyFrame, kinds: Mapping[str, pl.DataType], ahead: ThreadPoolExecutor) -> _Part:
        """Look at the heads of some rows, and let the columns be read that the rules of their forms need."""
        import polars as pl

        heads = rows.select(pl.col(REPORT).hash().alias(REPORT), FORM, *([ISSUER] if ISSUER in kinds else [])).collect()
        self._ids.append(heads[REPORT])
        groups = self._groups(heads)
        tables: dict[str, Table] = {}
        for group in groups.unique(maintain_order=True):
            name, _, area = str(group).partition("/")
            if name:
                tables[group] = self._table((name, area), kinds)
            else:
                self._unknown += ((groups == group).arg_true() + self._first(heads)).to_list()
        needed = dict.fromkeys(column for table in tables.values() for column in table.needed)
        return _Part(groups, tables, ahead.submit(rows.select(pl.col(ROW).cast(pl.Int64), *needed).collect))

    def _ask(self, part: _Part, behind: ThreadPoolExecutor) -> None:
        """Ask the rows of each form and region; most often they are all of one."""
        for table in part.tables.values():
            table.compile()  # while the rows are being read
        whole = part.rows.result()
        for group, table in part.tables.items():
            name, _, area = group.partition("/")
            mine = whole if (part.groups == group).all() else whole.filter(part.groups == group)
            self._keep((name, area), table.sift(mine), behind)

    def _keep(self, group: Group, sifted: Sifted, behind: ThreadPoolExecutor) -> None:
        """Keep what is to be told until it is worth it; a rule that broke meanwhile was asked of the earlier rows."""
        kept = self._sifted.setdefault(group, [])
        if kept and kept[-1].places != sifted.places:
            self._tell(group, behind)
        kept.append(sifted)
        if sum(one.noisy.height for one in kept) >= TOLD_AT_ONCE:
            self._tell(group, behind)

    def _tell(self, group: Group, behind: ThreadPoolExecutor) -> None:
        if kept := tuple(self._sifted[group]):
            self._sifted[group].clear()
            self._told.append((group, behind.submit(self._tables[group].told, kept)))

    def _first(self, heads: pl.DataFrame) -> int:
        return sum(map(len, self._ids)) - heads.height

    def _groups(self, heads: pl.DataFrame) -> pl.Series:
        """Give `form/region` for each row, nothing where the form is not known."""
        import polars as pl

        form = pl.when(pl.col(FORM).is_in(self.rules.forms)).then(pl.col(FORM))
        if self.region or not self.rules.regions or ISSUER not in heads.columns:
            area = pl.lit(self.rules.area(self.region))
        else:
            issuers = heads[ISSUER].unique().drop_nulls().to_list()
            areas = {one: self._area(one) for one in issuers}
            area = pl.col(ISSUER).replace_strict(areas, default="", return_dtype=pl.String)
        return heads.select((form + "/" + area).fill_null("").alias(GROUP)).to_series()

    def _area(self, issuer: str) -> str:
        return self.rules.area(_region(issuer))

    def _table(self, group: Group, kinds: Mapping[str, pl.DataType]) -> Table:
        from govrules.engines.table import Table

        if group not in self._tables:
            self._tables[group] = Table(self.rules.questions(*group), kinds, details=self.details)
        return self._tables[group]

    def _refuse_twins(self, scan: pl.LazyFrame) -> None:
        import polars as pl

        # Sorted, not hashed again: a hash table of all ids would be the largest thing in memory.
        marks = pl.concat(self._ids, rechunk=False).sort() if self._ids else pl.Series(dtype=pl.UInt64)
        if marks.n_unique() == len(marks):
            return
        twins = scan.select(REPORT).filter(pl.col(REPORT).is_duplicated()).head(1).collect()
        if twins.height and twins.item() is not None:
            raise ReadError(
                f"a second report is called {twins.item()!r}",
                where=str(self.corpus),
                hint="ids are for one report each",
            )

    @property
    def _batches(self) -> Iterator[tuple[Group, Batch]]:
        return ((group, told.result()) for group, told in self._told)

    def _answers(self) -> Answers:
        tables = self._tables.items()
        odd = [row for _, batch in self._batches for row in batch.odd]
        unusable = [fault for group in self._tables for fault in self.rules.questions(*group).faults]
        return Answers(
            self._rows,
            self._failures(),
            self._reports(),
            self._by_rule(),
            tuple(dict.fromkeys(one.rule for _, table in tables for one in table.capped)),
            tuple(sorted([*odd, *self._unknown])),
            (*unusable, *(fault for _, table in tables for fault in table.faults.values())),
        )

    def _by_rule(self) -> dict[str, Counter[Status]]:
        made: dict[str, Counter[Status]] = {}
        for group, batch in self._batches:
            for one, counts in zip(self._tables[group].asked, batch.by_rule, strict=True):
                made.setdefault(one.rule, Counter()).update(counts)
        return made

    def _failures(self) -> pl.DataFrame:
        import polars as pl

        parts = []
        for group, table in self._tables.items():
            frames = [batch.failures for name, batch in self._batches if name == group]
            names = {"rule": [one.rule for one in table.asked], "item": [one.item for one in table.asked]}
            named = pl.DataFrame(
                {"instance": range(len(table.asked)), **names},
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


@lru_cache(65536)
def _region(issuer: str) -> str | None:
    found = region_of(issuer)
    return found.code if found else None
