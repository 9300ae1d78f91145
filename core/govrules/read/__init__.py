"""Documents to reports: one reader for each kind of file, one mapper for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from govrules.errors import GovrulesError, ReadError, UsageError
from govrules.form import Forms
from govrules.read.reports import reports
from govrules.read.text import read_text
from govrules.report import Issue, Measure, Reader, Report

MAX_FILE = 30_000_000
NO_MEASURES: Mapping[str, Measure] = {}
BUILT_IN: Mapping[str, Reader] = {".txt": read_text, ".text": read_text}


@dataclass(frozen=True)
class Reading:
    """What one file gave: its reports, what could not be understood, or the error that stopped it."""

    source: str
    reports: tuple[Report, ...] = ()
    issues: tuple[Issue, ...] = ()
    error: GovrulesError | None = None


def find_files(paths: Iterable[str | Path], readers: Mapping[str, Reader] = BUILT_IN) -> list[Path]:
    """Give every file to be read, folders searched to the bottom in order; raises UsageError on a missing path."""
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in readers and p.is_file())
            if not inside:
                raise UsageError("no document in this folder", where=str(path), hint=f"looked for {_known(readers)}")
            found += inside
        elif path.exists() or str(given) == "-":
            found.append(path)
        else:
            raise UsageError("no such file or folder", where=str(path))
    return list(dict.fromkeys(found))


def read_file(
    path: Path,
    forms: Forms,
    readers: Mapping[str, Reader] = BUILT_IN,
    measures: Mapping[str, Measure] = NO_MEASURES,
) -> Reading:
    """Read one file (`-` is standard input as text); an unreadable one comes back with its error, never raised."""
    source = str(path).encode("utf-8", "backslashreplace").decode()
    try:
        content, reader = _content(path), readers.get(path.suffix.lower())
        if str(path) == "-":
            reader = readers.get(".txt", read_text)
        if reader is None:
            raise ReadError(
                f"no reader for {path.suffix or 'a file without suffix'}",
                where=source,
                hint=f"known: {_known(readers)}",
            )
        made, issues = reports(reader(content, source), forms, measures)
        if not made:
            raise ReadError(
                "holds no annual report: no title, no section, no table of a known form",
                where=source,
                hint="is it the right file?",
            )
        return Reading(source, tuple(made), (*issues, *(issue for report in made for issue in report.issues)))
    except GovrulesError as error:
        return Reading(source, error=error)


def read_files(
    paths: Iterable[str | Path], forms: Forms, readers: Mapping[str, Reader] = BUILT_IN
) -> Iterator[Reading]:
    """Read files and folders one after the other."""
    for path in find_files(paths, readers):
        yield read_file(path, forms, readers)


def _content(path: Path) -> bytes:
    try:
        if str(path) == "-":
            import sys

            return sys.stdin.buffer.read(MAX_FILE + 1)
        size = path.stat().st_size
        if size > MAX_FILE:
            raise ReadError(f"is {size} bytes, the limit is {MAX_FILE}", where=str(path))
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _known(readers: Mapping[str, Reader]) -> str:
    return " ".join(sorted(readers))
