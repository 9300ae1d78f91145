"""Documents to reports: one reader for each kind of file, one mapper for all."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from govrules.errors import GovrulesError, ReadError, UsageError
from govrules.form import Forms
from govrules.read.archive import unpack
from govrules.read.lazy import LazyReader
from govrules.read.limits import check_limit, limit
from govrules.read.reports import reports
from govrules.report import Issue, Measure, Reader, Report
from govrules.worker import alive

NO_MEASURES: Mapping[str, Measure] = {}
BUILT_IN: Mapping[str, Reader] = {
    suffix: reader
    for reader, suffixes in {
        LazyReader("text", "read_text"): (".txt", ".text"),
        LazyReader("text", "read_markdown"): (".md",),
        LazyReader("web.html", "read_html"): (".html", ".htm", ".shtml", ".xhtml"),
        LazyReader("word.docx", "read_docx"): (".docx", ".docm"),
        LazyReader("word.doc", "read_doc"): (".doc", ".wps"),
        LazyReader("word.doc", "read_rtf"): (".rtf",),
        LazyReader("pdf.pdf", "read_pdf"): (".pdf",),
        LazyReader("sheet.xlsx", "read_xlsx"): (".xlsx", ".xlsm"),
        LazyReader("sheet.xls", "read_xls"): (".xls", ".et"),
        LazyReader("figures.parsed", "read_json"): (".json",),
        LazyReader("figures.upstream", "read_csv"): (".csv", ".tsv"),
        LazyReader("figures.upstream", "read_parquet"): (".parquet",),
    }.items()
    for suffix in suffixes
}
DATA = (".json", ".csv", ".tsv", ".parquet")
ARCHIVES = frozenset({".zip"})
STDIN = "-"
MEMORY_HINT = "GOVRULES_MEMORY_BYTES sets the limit"
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


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


@dataclass(frozen=True)
class Found:
    """The files to be read, in order, and the folders that could not be looked into."""

    files: tuple[Path, ...]
    errors: tuple[ReadError, ...] = ()


def find_files(paths: Iterable[str | Path], suffixes: Iterable[str]) -> Found:
    """Find every file to be read, folders searched to the bottom in order; raises UsageError on a missing path.

    In folders only files with one of the suffixes count. What is hidden, a README and the lock file of an open Office
    document are no reports. Links to files are read, links to folders are not followed, and a file that is met by
    several names is read once.
    """
    wanted = {*suffixes, *ARCHIVES}
    found: list[Path] = []
    errors: list[ReadError] = []
    for given in paths:
        path = Path(given)
        if os.path.isdir(path):  # noqa: PTH112
            inside, unlisted = _inside(path, wanted)
            if not inside and not unlisted:
                raise UsageError("no document in this folder", where=shown(path), hint=f"looked for {_known(wanted)}")
            found += inside
            errors += unlisted
        elif str(given) == STDIN or _is_there(path):
            found.append(path)
        else:
            raise UsageError("no such file or folder", where=shown(path))
    return Found(tuple(_once(found)), tuple(errors))


def _is_there(path: Path) -> bool:
    """Tell whether there is something by that name; where one may not look there may be, and reading will tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def _inside(folder: Path, wanted: Collection[str]) -> tuple[list[Path], list[ReadError]]:
    found: list[Path] = []
    errors: list[ReadError] = []

    def unlisted(error: OSError) -> None:
        errors.append(ReadError(f"cannot be looked into: {error.strerror}", where=shown(Path(error.filename))))

    for above, folders, names in os.walk(folder, onerror=unlisted):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(above, name) for name in names if _is_wanted(name, wanted)]
    return sorted(found), errors


def _is_wanted(name: str, wanted: Collection[str]) -> bool:
    path = PurePath(name)
    other = name.startswith((".", "~$")) or path.stem.upper().partition(".")[0] == "README"
    return path.suffix.lower() in wanted and not other


def _once(found: Sequence[Path]) -> list[Path]:
    """Keep one name for each file: the first that is no link, else the first."""
    folders: dict[Path, str] = {}
    names: dict[str, Path] = {}
    for path in sorted(found, key=os.path.islink):
        if os.path.islink(path):  # noqa: PTH114
            real = os.path.realpath(path)
        else:
            above = folders.get(path.parent) or folders.setdefault(path.parent, os.path.realpath(path.parent))
            real = os.path.join(above, path.name)  # noqa: PTH118
        names.setdefault(real, path)
    kept = set(names.values())
    return [path for path in dict.fromkeys(found) if path in kept]


def shown(path: Path) -> str:
    """Give a path as one line of text: control characters and bytes that are no UTF-8 are escaped."""
    return str(path).translate(_CONTROLS).encode("utf-8", "backslashreplace").decode()


def read_file(path: Path, library: Library) -> list[Reading]:
    """Read one file (`-` is standard input as text), an archive member by member.

    What cannot be read comes back with its error, never raised.
    """
    source = shown(path)
    alive(source)
    try:
        content = _content(path, source)
        if path.suffix.lower() in ARCHIVES and library.forced is None:
            members = unpack(content, source)
            return [reading for name, held in members for reading in _member(f"{source}!{name}", held, library)]
    except GovrulesError as error:
        return [Reading(source, error=error)]
    return _read(content, source, ".txt" if str(path) == STDIN else path.suffix.lower(), library)


def _member(source: str, held: bytes | ReadError, library: Library) -> list[Reading]:
    if isinstance(held, ReadError):
        return [Reading(source, error=held)]
    return _read(held, source, PurePosixPath(source).suffix.lower(), library)


def _read(content: bytes, source: str, suffix: str, library: Library) -> list[Reading]:
    alive(source)
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
        return _readings(source, made, issues)
    except GovrulesError as error:
        return [Reading(source, error=error)]
    except MemoryError:
        return [Reading(source, error=ReadError("needs more memory than it may take", where=source, hint=MEMORY_HINT))]
    except (Exception, SystemExit) as error:  # a reader may be anybody's: what it trips over costs one document
        cause = (str(error).splitlines() or [""])[0][:200]
        return [Reading(source, error=ReadError(f"cannot be read: {type(error).__name__}: {cause}", where=source))]


def _readings(source: str, made: Sequence[Report], issues: Sequence[Issue]) -> list[Reading]:
    """Give a reading for each document that the reports of a file were read from, mostly the file itself."""
    by_source: dict[str, list[Report]] = {}
    for report in made:
        by_source.setdefault(report.source, []).append(report)
    own = {name: tuple(issue for report in several for issue in report.issues) for name, several in by_source.items()}
    if list(by_source) == [source]:
        return [Reading(source, tuple(made), (*issues, *own[source]))]
    whole = [Reading(source, issues=tuple(issues))] if issues else []
    return [*whole, *(Reading(name, tuple(several), own[name]) for name, several in by_source.items())]


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
        with open(path, "rb", opener=_opened) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise ReadError("is no regular file", where=source)
            check_limit("file_bytes", status.st_size, "bytes", source)
            content = file.read(limit("file_bytes") + 1)
        check_limit("file_bytes", len(content), "bytes", source)
        return content
    except OSError as error:
        raise ReadError(f"cannot be read: {error.strerror}", where=source) from error


def _opened(name: str, flags: int) -> int:
    """Open a file, a pipe that nobody writes to as well, without waiting."""
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _known(suffixes: Iterable[str]) -> str:
    return " ".join(sorted(suffixes))
