"""CSV and Parquet files of figures: a row a cell (as `govrules parse` writes them), or a row a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import chain
from typing import cast

from govrules.errors import ReadError
from govrules.read.document import Document
from govrules.read.figures.parsed import FLAGS, KINDS, contradiction
from govrules.read.figures.rows import DataRow, Scalar, csv_rows, data_rows, date_of, parquet_rows, written, year_of
from govrules.read.given import Figure, Given
from govrules.report import CellRecord, Flag, Kind, Spot

HEAD = frozenset({"report", "source", "issuer", "year", "form", "title", "text", "published", "site"})
_LONG = frozenset({"cell", "value"})


def read_csv(content: bytes, source: str) -> Document:
    """Read CSV: long (columns `cell` and `value`) or wide (a column a cell id); raises ReadError with the line."""
    return figures_document(content, source, _given(csv_rows(content, source), source))


def read_parquet(content: bytes, source: str) -> Document:
    """Read Parquet: long or wide like CSV; raises ReadError with the row."""
    return figures_document(content, source, _given(parquet_rows(content, source), source))


def read_data(content: bytes, source: str) -> Document:
    """Read CSV or Parquet, whichever it is."""
    return figures_document(content, source, _given(data_rows(content, source), source))


def figures_document(content: bytes, source: str, given: Iterable[Given]) -> Document:
    """Make the Document of reports that another program read; raises ReadError when there is none."""
    made = tuple(given)
    if not made:
        raise ReadError("holds no report", where=source, hint="a header and at least one row are expected")
    seen: set[str] = set()
    for one in made:
        if one.id and one.id in seen:
            raise ReadError(
                f"a second report is called {one.id!r}", where=one.where, hint="ids are for one report each"
            )
        seen.add(one.id)
    return Document(source, "", "simplified", sha256(content).hexdigest(), (), given=made)


def _given(rows: Iterator[DataRow], source: str) -> Iterator[Given]:
    first = next(rows, None)
    if first is None:
        return
    columns, told = set(first.values), chain([first], rows)
    if columns >= _LONG:
        yield from _long(told, source)
    elif columns <= HEAD:
        raise ReadError(
            "has no column of a cell", where=source, hint="`cell` and `value`, or a column for each cell id"
        )
    else:
        for number, row in enumerate(told, start=1):
            yield wide_report(row, number, source)


def wide_report(row: DataRow, number: int, source: str) -> Given:
    """Give the report of a row; an empty field is a blank cell, a column that is not there a missing one."""
    where = f"{source}: {row.where}"
    figures = []
    for column, value in row.values.items():
        if column not in HEAD and column:
            raw = _raw(value, f"{where}, column {column}")
            kind: Kind | None = None if raw.strip() else "blank"
            figures.append(Figure(column, raw, f"{where}, column {column}", row.line, kind=kind))
    return replace(_head([row], where, _name(row, source, number)), figures=tuple(figures))


def _long(rows: Iterable[DataRow], source: str) -> Iterator[Given]:
    """Give the reports of rows with a cell each; the rows of a report have the same head."""
    groups: dict[tuple[str, ...], list[DataRow]] = {}
    for row in rows:
        groups.setdefault(_key(row), []).append(row)
    for number, several in enumerate(groups.values(), start=1):
        where = f"{source}: {several[0].where}"
        name = _name(several[0], source, number)
        figures: list[Figure] = []
        records: dict[str, CellRecord] = {}
        seen: set[str] = set()
        for row in several:
            _cell(row, source, figures, records, seen)
        yield replace(_head(several, where, name), figures=tuple(figures), records=records)


def _name(row: DataRow, source: str, number: int) -> str:
    """Give the id of a report: as it is told with the document it is of, else one that no other file can have."""
    told, origin = _text(row, "report"), _text(row, "source")
    return told if told and origin else f"{origin or source}#{told or number}"


def _key(row: DataRow) -> tuple[str, ...]:
    name = _text(row, "report")
    return (name,) if name else tuple(_text(row, column) for column in ("source", "issuer", "year", "form"))


def _cell(
    row: DataRow, source: str, figures: list[Figure], records: dict[str, CellRecord], seen: set[str]
) -> None:  # fmt: skip
    """Put the cell of a row where it belongs: read before us when it has kind and flag, else still to be read."""
    where = f"{source}: {row.where}"
    name = _text(row, "cell")
    if not name:
        return  # a report without any cell is one row with its head alone
    if name in seen:
        raise ReadError(f"the cell {name!r} stands twice in this report", where=where, hint="keep one of the rows")
    seen.add(name)
    if _text(row, "kind") or _text(row, "flag"):
        records[name] = _record(name, row, where)
        return
    raw = _raw(row.values["value"], f"{where}, column value")
    kind: Kind | None = None if raw.strip() else "blank"
    line, confidence = _whole(row, "line", where) or row.line, _confidence(row, where)
    figures.append(Figure(name, raw, where, line, _spot(row, where), kind, _text(row, "unit"), confidence))


def _record(name: str, row: DataRow, where: str) -> CellRecord:
    kind, flag = _word(row, "kind", KINDS, where), _word(row, "flag", FLAGS, where)
    value = _number(row, "value", where)
    if reason := contradiction(value, cast(Kind, kind), cast(Flag, flag)):
        raise ReadError(reason, where=where)
    first, last = _maybe(row, "span_start", where), _maybe(row, "span_end", where)
    return CellRecord(
        name,
        value,
        written(row.values.get("raw")),
        cast(Kind, kind),
        cast(Flag, flag),
        _whole(row, "line", where),
        _text(row, "unit"),
        None if first is None or last is None else (first, last),
        _spot(row, where),
        _confidence(row, where),
    )


def _head(rows: list[DataRow], where: str, name: str) -> Given:
    """Give the report of some rows: what they say of it must be the same in all of them."""
    said: dict[str, str] = {}
    for column in HEAD - {"report"}:
        values = dict.fromkeys(_text(row, column) for row in rows)
        if len(values) > 1:
            shown = " and ".join(repr(value) for value in list(values)[:2])
            raise ReadError(
                f"the report {name!r} has the {column} {shown}", where=where, hint="one of them is expected"
            )
        said[column] = next(iter(values))
    return Given(
        name,
        where,
        issuer=said["issuer"] or None,
        year=year_of(said["year"], f"{where}, column year"),
        form=said["form"] or None,
        title=said["title"],
        text=said["text"],
        source=said["source"],
        published=date_of(said["published"], f"{where}, column published"),
        site=said["site"],
        line=rows[0].line,
    )


def _text(row: DataRow, column: str) -> str:
    return written(row.values.get(column)).strip()


def _raw(value: Scalar, where: str) -> str:
    if isinstance(value, bool):
        raise ReadError(f"value is {str(value).lower()}, a number or text is expected", where=where)
    return written(value)


def _word(row: DataRow, column: str, words: Iterable[str], where: str) -> str:
    found = _text(row, column)
    if found not in words:
        known = ", ".join(words)
        raise ReadError(f"value is {found[:40]!r}, one of {known} is expected", where=f"{where}, column {column}")
    return found


def _number(row: DataRow, column: str, where: str) -> int | float | None:
    value = row.values.get(column)
    if isinstance(value, str):
        try:
            number = float(value) if value.strip() else None
        except ValueError:
            number = float("nan")
        if number is not None and (number != number or abs(number) == float("inf")):
            raise _no_number(value, column, where)
        whole = value.strip().removeprefix("-").isdigit()
        return int(value) if whole else number
    if isinstance(value, bool):
        raise _no_number(value, column, where)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _maybe(row: DataRow, column: str, where: str) -> int | None:
    value = _number(row, column, where)
    if isinstance(value, float) or (value is not None and value < 0):
        raise _no_number(value, column, where)
    return value


def _whole(row: DataRow, column: str, where: str) -> int:
    return _maybe(row, column, where) or 0


def _no_number(value: Scalar, column: str, where: str) -> ReadError:
    return ReadError(
        f"value is {str(value)[:40]!r}, a number or nothing is expected", where=f"{where}, column {column}"
    )


def _confidence(row: DataRow, where: str) -> float | None:
    value = _number(row, "confidence", where)
    if value is not None and not 0 <= value <= 1:
        raise ReadError(f"value is {value}, a number from 0 to 1 is expected", where=f"{where}, column confidence")
    return value


def _spot(row: DataRow, where: str) -> Spot:
    sheet = _text(row, "sheet")
    return Spot(_whole(row, "page", where), sheet, *(_whole(row, name, where) for name in ("table", "row", "column")))
