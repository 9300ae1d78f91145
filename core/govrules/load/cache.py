"""What was made of rule files before: kept in one file of the user's own, so that the next start need not make it.

All of it follows from its key alone (texts of files, words of check kinds), so a lost or refused cache costs time only.
The file is a pickle read by an Unpickler that makes a few frozen dataclasses of ours and nothing else: no code runs,
whatever stands there. It must lie in a folder that only its user may write to; a checksum tells what is torn or cut.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import cast

from govrules import syntax

FOLDER, SWITCH = "GOVRULES_CACHE_DIR", "GOVRULES_NO_CACHE"
MOST_BYTES = 8_000_000
_MAGIC = b"govrules cache 1\n"
_HOME = Path(__file__).parents[1]
_CLASSES = {
    "govrules.engines.posed": {"Posed"},
    "govrules.engines.formula": {"Question"},
    "govrules.errors": {"Place"},
    "govrules.form": {"Block", "Cell", "Column", "Form", "Row", "Section", "Table", "Years"},
    "govrules.report": {"Measure", "Reach"},
    "govrules.rule": {"Basis", "Example", "Override", "Pack", "Rule"},
    "govrules.syntax": {"Binary", "Call", "Cell", "Compare", "Glob", "Logic", "Number", "Unary"},
}


@dataclass
class Memory:
    """What is known: `made` by key, as bytes; `sound` are digests of files that are YAML as we want it."""

    made: dict[str, bytes] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    is_new: bool = False

    def get(self, key: str) -> object | None:
        """Give what was made by a key, anew each time; None when that is not known."""
        content = self.made.get(key)
        if content is None:
            return None
        try:
            value = _Reader(io.BytesIO(content)).load()
        except Exception:  # torn, or not ours: it is made again
            del self.made[key]
            return None
        self.used.add(key)
        return cast("object", value)

    def put(self, key: str, value: object) -> None:
        """Keep what was made; a value with a part that could not be read again is let go."""
        with contextlib.suppress(Exception):  # whatever stops it is in the value; it is made again each time
            self.made[key] = _written(value)
            self.used.add(key)
            self.is_new = True

    def is_sound(self, content: bytes) -> bool:
        """Tell whether a file of this content was read before without a fault."""
        name = digest(content)
        self.used.add(name)
        return name in self.sound

    def note_sound(self, content: bytes) -> None:
        """Remember that a file of this content can be read."""
        self.sound.add(digest(content))
        self.is_new = True


class _Writer(pickle.Pickler):
    def persistent_id(self, value: object) -> tuple[str, str | bytes] | None:
        """Name what is made again from a word: severities, patterns, and columns of Polars."""
        if type(value).__module__ == "govrules.rule" and type(value).__name__ == "Severity":
            return "severity", str(value)
        if type(value).__module__ == "polars.expr.expr":
            return "column", value.meta.serialize()  # type: ignore[attr-defined]
        text = getattr(value, "pattern", None)
        return ("pattern", text) if isinstance(text, str) and not isinstance(value, syntax.Glob) else None


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        """Give a class of ours that only holds values; raises UnpicklingError for anything else."""
        if name not in _CLASSES.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is none of ours")
        return getattr(import_module(module), name)

    def persistent_load(self, given: tuple[str, str] | tuple[str, bytes]) -> object:
        """Make a severity, a pattern or a column; raises UnpicklingError for a column that holds code of Python."""
        kind, word = given
        if isinstance(word, bytes):
            return _column(word)
        if kind == "pattern":
            from govrules.pattern import compile_pattern

            return compile_pattern(word)
        from govrules.rule import Severity

        return Severity(word)


def _column(written: bytes) -> object:
    import polars as pl

    if b"PLPY" in written:
        raise pickle.UnpicklingError("a column with a function in it is none of ours")
    return pl.Expr.deserialize(io.BytesIO(written))


def digest(content: bytes) -> str:
    """Give what tells a content from every other."""
    return sha256(content).hexdigest()


def key(*parts: object) -> str:
    """Give the key of what follows from some texts, numbers and tuples of them."""
    return digest(repr(parts).encode("utf-8", "surrogatepass"))


def memory() -> Memory:
    """Give what is known from earlier runs; with no cache to be read, or one of other code, an empty memory."""
    return _loaded(os.environ.get(FOLDER), os.environ.get(SWITCH))


@lru_cache(1)
def _loaded(folder: str | None, switch: str | None) -> Memory:
    del folder, switch  # they are the key
    file = cache_file()
    if file is None or not _is_private(file.parent):
        return Memory()
    try:
        return _read(file.read_bytes())
    except Exception:  # not there, torn, of another version, or not ours
        return Memory()


def keep() -> None:
    """Write what was learnt in this run, beside the old file and then in its place; in silence where that fails."""
    known = memory()
    file = cache_file()
    if file is None or not (known.is_new or syntax.new()):
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with contextlib.suppress(OSError):
        content = _content(known)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(file.parent):
            return
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
                opened.write(content)
            beside.replace(file)
        except OSError:
            beside.unlink(missing_ok=True)
        known.is_new = False
        syntax.new().clear()


def cache_file() -> Path | None:
    """Give the file of this installation, there or not; None when there is to be none."""
    folder = _folder()
    place = key(str(_HOME), sys.implementation.cache_tag)[:12]
    return folder / f"rules-{place}.cache" if folder is not None else None


def _folder() -> Path | None:
    if os.environ.get(SWITCH):
        return None
    if given := os.environ.get(FOLDER):
        return Path(given)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "govrules" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "govrules"
    named = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(named) if named.startswith("/") else home / ".cache") / "govrules"


def _is_private(folder: Path) -> bool:
    """Tell whether a folder is there, and nobody but its user, who is the one that runs us, may write to it."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _content(known: Memory) -> bytes:
    made, sound = known.made, known.sound
    if sum(map(len, made.values())) > MOST_BYTES:
        made, sound = {name: made[name] for name in made if name in known.used}, sound & known.used
    body = _written((made, sorted(sound), _written(syntax.known())))
    return b"".join([_MAGIC, _fingerprint().encode(), b"\n", digest(body).encode(), b"\n", body])


def _read(content: bytes) -> Memory:
    """Read a cache; raises ValueError for one that is torn, or made by other code than ours."""
    head, fingerprint, told, body = content.split(b"\n", 3)
    if head + b"\n" != _MAGIC or fingerprint.decode() != _fingerprint() or told.decode() != digest(body):
        raise ValueError("not a cache of ours")
    made, sound, expressions = _Reader(io.BytesIO(body)).load()
    syntax.learn(lambda: _expressions(expressions))
    return Memory(dict(made), set(sound))


def _expressions(content: bytes) -> Mapping[str, syntax.Node]:
    try:
        return dict(_Reader(io.BytesIO(content)).load())
    except Exception:  # not ours: they are read again
        return {}


def _written(value: object) -> bytes:
    stream = io.BytesIO()
    _Writer(stream, pickle.HIGHEST_PROTOCOL).dump(value)
    return stream.getvalue()


@lru_cache(1)
def _fingerprint() -> str:
    """Give what changes whenever the code does that makes what is kept."""
    return key(sys.version, sorted(_stats()))


def _stats() -> Iterator[tuple[str, int, int]]:
    yield from files_of(_HOME, below=False)
    yield from files_of(_HOME / "load")
    yield from files_of(_HOME / "engines")


def files_of(folder: Path, *, below: bool = True) -> Iterator[tuple[str, int, int]]:
    """Give name, size and time of every file in a folder, in no order; in those below it too, but for compiled code."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                found = entry.stat()
                yield f"{folder.name}/{entry.name}", found.st_size, found.st_mtime_ns
            elif below and entry.is_dir() and entry.name != "__pycache__":
                yield from files_of(Path(entry.path))
