"""Reports as data: a Polars frame per form, a row a report, a nullable column a cell, typed at the door by pandera."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govrules.errors import UsageError
from govrules.form import Cell, Form, Table
from govrules.given_frame import polars_frame

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl

    from govrules.report import Report

REPORT, YEAR, ISSUER = "report", "year", "issuer"
LARGEST, FIRST_YEAR, LAST_YEAR = 2**53, 2000, 2100


@dataclass(frozen=True, slots=True)
class Breach:
    """A value that the form's type does not allow; the frame holds null in its place.

    `rule` is one of the built-in rules FORM-01 (no whole number), FORM-02 (beyond ±2⁵³), FORM-03 (no report year).
    """

    rule: str
    report: str
    column: str
    value: object


@dataclass(frozen=True)
class Dataset:
    """All reports of one form.

    Columns: `report` (id), `year`, `issuer`; a column per cell id, counts as Int64 in pieces, money as Float64 in
    元 (万元 where the id ends in `_wan`), null where nothing certain is known; and a Boolean `lost.TABLE` per
    table, true where the copy lost cells of it, so that a null there must not be taken for a blank.
    """

    form: Form
    cells: Mapping[str, Cell]
    frame: pl.DataFrame
    breaches: tuple[Breach, ...] = ()

    @classmethod
    def from_reports(cls, form: Form, cells: Mapping[str, Cell], reports: Sequence[Report]) -> Dataset:
        """Make the dataset of reports that are all of `form`; `cells` are those their rows may hold."""
        import polars as pl

        columns: dict[str, Any] = {
            REPORT: pl.Series([report.id for report in reports], dtype=pl.String),
            YEAR: pl.Series([report.year for report in reports], dtype=pl.Int64),
            ISSUER: pl.Series([report.issuer for report in reports], dtype=pl.String),
        }
        breaches: list[Breach] = []
        for name, cell in cells.items():
            records = [report.cells.get(name) for report in reports]
            values = [None if record is None else record.value for record in records]
            columns[name] = _series(cell, values, columns[REPORT], breaches)
        for table in {cell.table for cell in cells.values()}:
            columns[lost(table)] = pl.Series([_lost(report, form.table(table)) for report in reports], dtype=pl.Boolean)
        made = cls(form, cells, pl.DataFrame(columns))
        return cls(form, cells, made.frame, (*breaches, *made.gate()))

    @classmethod
    def from_frame(cls, form: Form, frame: object, cells: Mapping[str, Cell] | None = None) -> Dataset:
        """Make the dataset of a frame of Polars (eager or lazy), pandas or Arrow: a row a report, a column a cell id.

        `report` (else rows are numbered from 1), `year` and `issuer` may be among the columns; others that are no cells
        are left out. A null is a blank; a cell without column is missing. `cells` are those that rows may hold, by
        default those of the form. Raises UsageError for what is no frame, and for cells that are no numbers.
        """
        import polars as pl

        cells = form.cells if cells is None else cells
        given = polars_frame(frame)
        ids = given[REPORT].cast(pl.String) if REPORT in given else _numbered(given.height)
        columns = {REPORT: ids.alias(REPORT)}
        for name, kind in ((YEAR, pl.Int64), (ISSUER, pl.String)):
            columns[name] = given[name].cast(kind) if name in given else pl.Series(name, [None] * given.height, kind)
        breaches: list[Breach] = []
        for name, cell in cells.items():
            found = given[name] if name in given else pl.Series(name, [None] * given.height, pl.Null)
            columns[name] = _typed(cell, found, ids, breaches)
        for table in {cell.table for cell in cells.values()}:
            own = form.table(table)
            there = [cell.id in given.columns for cell in own.cells()] if own else []
            gone = any(there) and not all(there)
            columns[lost(table)] = pl.Series(lost(table), [gone] * given.height, pl.Boolean)
        made = cls(form, cells, pl.DataFrame(columns))
        return cls(form, cells, made.frame, (*breaches, *made.gate()))

    def schema(self) -> pa.DataFrameSchema:
        """Give the plain pandera schema of this form: types, ids, report years."""
        import pandera.polars as pa

        columns = {
            name: pa.Column(kind, nullable=True, required=False) for name, kind in _types(self.cells.values()).items()
        }
        return pa.DataFrameSchema({**_head_columns(), **columns}, name=self.form.name)

    def gate(self) -> list[Breach]:
        """Validate the frame against the schema; what does not fit comes back as breaches, never as an exception.

        Most frames fit, which Polars alone can tell; pandera is loaded where one does not, to say what is wrong.
        """
        if self._fits():
            return []
        import pandera.polars as pa
        from pandera.errors import SchemaErrors

        # Of cells the schema says no more than their type: where that is right there is no need to ask it.
        known = self.frame.schema
        typed = all(known.get(name, kind) == kind for name, kind in _types(self.cells.values()).items())
        schema = pa.DataFrameSchema(_head_columns(), name=self.form.name) if typed else self.schema()
        try:
            schema.validate(self.frame.select(REPORT, YEAR) if typed else self.frame, lazy=True)
        except SchemaErrors as errors:
            return [
                Breach("FORM-03", self.frame[REPORT][case["index"] or 0], str(case["column"]), case["failure_case"])
                for case in errors.failure_cases.iter_rows(named=True)
            ]
        return []

    def _fits(self) -> bool:
        """Tell whether the schema has no complaint: every type is right, ids stand once, years are report years."""
        import polars as pl

        types = {**_types(self.cells.values()), REPORT: pl.String, YEAR: pl.Int64}
        known = self.frame.schema
        if (
            REPORT not in known
            or YEAR not in known
            or any(known.get(name, kind) != kind for name, kind in types.items())
        ):
            return False
        ids, years = self.frame[REPORT], self.frame[YEAR]
        in_range = years.is_between(FIRST_YEAR, LAST_YEAR).all()
        return in_range and not ids.null_count() and ids.n_unique() == len(ids)


def _types(cells: Iterable[Cell]) -> dict[str, type[pl.DataType]]:
    import polars as pl

    return {cell.id: pl.Float64 if cell.type == "money" else pl.Int64 for cell in cells}


def _head_columns() -> dict[str, pa.Column]:
    import pandera.polars as pa
    import polars as pl

    return {
        REPORT: pa.Column(pl.String, nullable=False, unique=True),
        YEAR: pa.Column(pl.Int64, pa.Check.in_range(FIRST_YEAR, LAST_YEAR), nullable=True),
    }


def lost(table: str) -> str:
    """Name the column that tells whether a copy lost cells of a table."""
    return f"lost.{table}"


def _series(cell: Cell, values: list[int | float | None], ids: pl.Series, breaches: list[Breach]) -> pl.Series:
    import polars as pl

    kept: list[int | float | None] = []
    for number, value in enumerate(values):
        fault = _fault(cell, value)
        if fault:
            breaches.append(Breach(fault, ids[number], cell.id, value))
        kept.append(None if fault else value)
    return pl.Series(kept, dtype=pl.Float64 if cell.type == "money" else pl.Int64, strict=False)


def _numbered(height: int) -> pl.Series:
    import polars as pl

    return pl.Series(REPORT, [str(number) for number in range(1, height + 1)], pl.String)


def _typed(cell: Cell, given: pl.Series, ids: pl.Series, breaches: list[Breach]) -> pl.Series:
    """Give a column in the type of its cell; what the type does not allow is a breach, and null."""
    import polars as pl

    kind = pl.Float64 if cell.type == "money" else pl.Int64
    if given.dtype == pl.Null:
        return given.cast(kind)
    if not given.dtype.is_numeric():
        raise UsageError(f"the column {cell.id!r} is {given.dtype}, not numbers", hint="parse it, or cast it, before")
    if given.dtype.is_decimal():
        given = given.cast(pl.Float64)
    value = given.fill_nan(None) if given.dtype.is_float() else given
    wrong = ~value.is_between(-LARGEST, LARGEST)
    if value.dtype.is_float() and cell.type != "money":
        wrong = wrong | (value != value.round())
    wrong = wrong.fill_null(value=False)
    for number in wrong.arg_true():
        breaches.append(Breach(_fault(cell, value[number]) or "FORM-02", ids[number], cell.id, value[number]))
    return value.zip_with(~wrong, pl.Series([None], dtype=value.dtype)).cast(kind)


def _fault(cell: Cell, value: int | float | None) -> str | None:
    if value is None:
        return None
    if abs(value) > LARGEST:
        return "FORM-02"
    return "FORM-01" if cell.type != "money" and value != int(value) else None


def _lost(report: Report, table: Table | None) -> bool:
    """Tell whether cells of a table that was found are not there: lost by the copy, or printed in another layout."""
    from govrules.report import LOST

    if table is None or table.id not in report.tables:
        return False
    records = [report.cells.get(cell.id) for cell in table.cells()]
    return any(record is None or (record.value is None and record.kind in LOST) for record in records)
