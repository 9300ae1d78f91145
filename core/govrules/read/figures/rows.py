"""Rows of CSV and Parquet files: names of columns to values, each row with its line."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from govrules.errors import Place, ReadError
from govrules.read.contained import contained
from govrules.read.encoding import decode
from govrules.read.figures.strict import LARGEST
from govrules.read.limits import check_limit
from govrules.read.magic import expect, is_page

if TYPE_CHECKING:
    import polars as pl

Scalar = str | int | float | bool | None
_PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class DataRow:
    """A row: its values by column, and its line (CSV) or ordinal (Parquet) from 1; `where` says so in messages."""

    values: Mapping[str, Scalar]
    line: int
    where: str


def data_rows(content: bytes, source: str) -> Iterator[DataRow]:
    """Read the rows of a CSV or Parquet file, told apart by its first bytes; raises ReadError."""
    return parquet_rows(content, source) if content.startswith(_PARQUET) else csv_rows(content, source)


def csv_rows(content: bytes, source: str) -> Iterator[DataRow]:
    """Read CSV with a header: any encoding of Chinese text; comma, semicolon or tab; quoted values over lines.

    Raises ReadError with the line where a row has more or fewer values than the header.
    """
    check_limit("file_bytes", len(content), "bytes", source)
    if is_page(content):
        raise ReadError("is a web page, not CSV", where=source, hint="give the file its true suffix, or --reader html")
    text, _ = decode(content, source)
    text = text.removeprefix("\ufeff")
    told = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: list[str] = []
    end = number = 0
    try:
        for values in told:
            first, end = end + 1, told.line_num
            if not header:
                header = _header(values, source, first)
            elif values and (len(header) == 1 or any(values)):
                number += 1
                check_limit("data_values", number * len(header), "values", source)
                yield _row(header, values, source, first)
    except csv.Error as error:
        raise ReadError(f"is not CSV: {error}", where=Place(source, told.line_num)) from error


def parquet_rows(content: bytes, source: str) -> Iterator[DataRow]:
    """Read the rows of a Parquet file; raises ReadError for nested columns and for what is damaged."""
    check_limit("file_bytes", len(content), "bytes", source)
    expect(content, "a Parquet file", "a Parquet file", source)
    names, rows = contained(_table, content, source)
    for number, values in enumerate(rows, start=1):
        row = {name: _scalar(value, name, source, number) for name, value in zip(names, values, strict=True)}
        yield DataRow(row, number, f"row {number}")


def _table(content: bytes, source: str) -> tuple[list[str], list[tuple[object, ...]]]:
    """Give the columns and rows of a Parquet file, in a process of its own: damaged files make the library panic."""
    import polars as pl

    try:
        with _silence():
            frame = _frame(content, source)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        cause = (str(error).splitlines() or [""])[0][:200]
        raise ReadError(f"is damaged: {cause}", where=source, hint="fetch it again") from error
    return frame.columns, frame.rows()


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what a library prints when it panics out of what people see; only for a process of its own."""
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


def _frame(content: bytes, source: str) -> pl.DataFrame:
    """Read a Parquet file whole, once its size is known to be bearable."""
    import polars as pl

    lazy = pl.scan_parquet(BytesIO(content))
    schema = lazy.collect_schema()
    nested = [name for name, kind in schema.items() if kind.is_nested()]
    if nested:
        raise ReadError(f"the column {nested[0]!r} holds lists or structures", where=source, hint="one value a column")
    check_limit("data_values", len(schema) * int(lazy.select(pl.len()).collect().item()), "values", source)
    frame = lazy.collect()
    texts = frame.select(pl.col(pl.String).str.len_bytes().cast(pl.UInt64).sum())
    check_limit("unpacked_bytes", sum(texts.row(0)) if texts.width else 0, "bytes of text when unpacked", source)
    return frame


def written(value: Scalar) -> str:
    """Write a value as text: whole numbers without a point, none with an exponent, nothing as nothing."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    return "" if value is None else str(value)


def year_of(text: str, where: str) -> int | None:
    """Read a year, with or without 年 or 年度 behind it; raises ReadError for anything else but nothing."""
    plain = text.strip().removesuffix("度").removesuffix("年").removesuffix(".0")
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) == 4):
        raise ReadError(f"value is {text[:40]!r}, a year is expected", where=where)
    return int(plain)


def date_of(text: str, where: str) -> str:
    """Read a date written as 2024-01-31, with or without a time behind it; raises ReadError for anything else."""
    plain = text.strip()[:10].replace("/", "-")
    try:
        return date.fromisoformat(plain).isoformat() if plain else ""
    except ValueError as error:
        raise ReadError(f"value is {text[:40]!r}, a date such as 2024-01-31 is expected", where=where) from error


def _delimiter(text: str) -> str:
    """Give what separates the columns: of comma, semicolon and tab the one most used in the header."""
    head = text.lstrip("\r\n").split("\n", 1)[0]
    counts = {mark: head.count(mark) for mark in ",;\t"}
    return max(counts, key=lambda mark: counts[mark])


def _header(values: Sequence[str], source: str, line: int) -> list[str]:
    names = [value.strip() for value in values]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ReadError(f"the column {twice[0]!r} stands twice", where=Place(source, line), hint="keep one of them")
    check_limit("sheet_columns", len(names), "columns", source)
    return names


def _row(header: Sequence[str], values: Sequence[str], source: str, line: int) -> DataRow:
    if len(values) != len(header):
        raise ReadError(
            f"the row has {len(values)} values, the header {len(header)} columns",
            where=Place(source, line),
            hint="a value that holds the separator is put in quotes",
        )
    return DataRow(dict(zip(header, values, strict=True)), line, f"line {line}")


def _scalar(value: object, name: str, source: str, row: int) -> Scalar:
    where = f"{source}: row {row}, column {name}"
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value != value or abs(value) == float("inf"):
            raise ReadError("is no finite number", where=where, hint="null is for what is not known")
        if abs(value) > LARGEST and isinstance(value, float):
            raise ReadError("is beyond 2**53, where such numbers are not exact", where=where)
        return value
    return value if value is None or isinstance(value, (str, bool)) else str(value)
