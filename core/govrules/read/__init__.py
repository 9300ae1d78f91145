"""Documents to reports: one reader for each kind of file, one mapper for all."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from govrules.errors import GovrulesError, ReadError, UsageError
from govrules.form import Forms
from govrules.read.archive import unpack
from govrules.read.limits import check_limit, limit
from govrules.read.reports import reports
from govrules.read.text import read_markdown, read_text
from govrules.report import Issue, Measure, Reader, Report

NO_MEASURES: Mapping[str, Measure] = {}
BUILT_IN: Mapping[str, Reader] = {".txt": read_text, ".text": read_text, ".md": read_markdown}
ARCHIVES = frozenset({".zip"})
STDIN = "-"


@dataclass(frozen=True)
class Reading:
    """What one file gave: its reports, what could not be understood, or the error that stopped it."""

    source: str
    reports: tuple[Report, ...] = ()
    issues: tuple[Issue, ...] = ()
    error: GovrulesError | None = None


@dataclass(frozen=True)
class Library:
    """All that reading needs: readers by suffix, forms, the words of prose; `forced` reads whatever the suffix."""

    forms: Forms
    readers: Mapping[str, Reader]
    measures: Mapping[str, Measure]
    forced: Reader | None = None


def find_files(paths: Iterable[str | Path], suffixes: Iterable[str]) -> list[Path]:
    """Give every file to be read, folders searched to the bottom in order; raises UsageError on a missing path.

    In folders only files with one of the suffixes count, and a README is about the folder, not a report in it.
    """
    wanted = {*suffixes, *ARCHIVES}
    found: list[Path] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in wanted and p.is_file())
            inside = [p for p in inside if p.stem.upper().partition(".")[0] != "README"]
            if not inside:
                raise UsageError("no document in this folder", where=str(path), hint=f"looked for {_known(wanted)}")
            found += inside
        elif path.exists() or str(given) == STDIN:
            found.append(path)
        else:
            raise UsageError("no such file or folder", where=str(path))
    return list(dict.fromkeys(found))


def read_file(path: Path, library: Library) -> list[Reading]:
    """Read one file (`-` is standard input as text), an archive member by member.

    What cannot be read comes back with its error, never raised.
    """
    source = str(path).encode("utf-8", "backslashreplace").decode()
    try:
        content = _content(path, source)
        if path.suffix.lower() in ARCHIVES and library.forced is None:
            return [_member(f"{source}!{name}", held, library) for name, held in unpack(content, source)]
    except GovrulesError as error:
        return [Reading(source, error=error)]
    return [_read(content, source, ".txt" if str(path) == STDIN else path.suffix.lower(), library)]


def _member(source: str, held: bytes | ReadError, library: Library) -> Reading:
    if isinstance(held, ReadError):
        return Reading(source, error=held)
    return _read(held, source, PurePosixPath(source).suffix.lower(), library)


def _read(content: bytes, source: str, suffix: str, library: Library) -> Reading:
    try:
        reader = library.forced or library.readers.get(suffix)
        if reader is None:
            raise ReadError(
                f"no reader for {suffix or 'a file without suffix'}",
                where=source,
                hint=f"known: {_known({*library.readers, *ARCHIVES})}",
            )
        made, issues = reports(reader(content, source), library.forms, library.measures)
        if not made:
            raise ReadError(
                "holds no annual report: no title, no section, no table of a known form",
                where=source,
                hint="is it the right file?",
            )
        return Reading(source, tuple(made), (*issues, *(issue for report in made for issue in report.issues)))
    except GovrulesError as error:
        return Reading(source, error=error)
    except Exception as error:  # a reader may be anybody's: what it trips over costs one document
        cause = (str(error).splitlines() or [""])[0][:200]
        return Reading(source, error=ReadError(f"cannot be read: {type(error).__name__}: {cause}", where=source))


def reader_named(name: str, readers: Mapping[str, Reader]) -> Reader:
    """Give the reader called by a suffix, with or without its dot; raises UsageError for one that is not there."""
    reader = readers.get("." + name.lower().removeprefix("."))
    if reader is None:
        raise UsageError(f"no reader is called {name!r}", hint=f"known: {_known(readers)}")
    return reader


def _content(path: Path, source: str) -> bytes:
    try:
        if str(path) == STDIN:
            content = sys.stdin.buffer.read(limit("file_bytes") + 1)
            check_limit("file_bytes", len(content), "bytes", source)
            return content
        if not path.is_file():
            raise ReadError("is no regular file", where=source)
        check_limit("file_bytes", path.stat().st_size, "bytes", source)
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=source) from error


def _known(suffixes: Iterable[str]) -> str:
    return " ".join(sorted(suffixes))
