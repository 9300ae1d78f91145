"""Writing what a command gives: to standard output, or to a file that is whole at every moment."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from govrules.errors import UsageError


def write(content: str | Iterable[str], output: Path | None) -> None:
    """Write text, whole or part by part, to standard output or to a file; raises UsageError for one that refuses."""
    parts = [content] if isinstance(content, str) else content
    if output is not None:
        replaced(output, lambda file: _put(parts, file))
        return
    for part in parts:
        sys.stdout.buffer.write(part.encode("utf-8", "backslashreplace"))
    sys.stdout.flush()


def replaced(output: Path, put: Callable[[Path], None]) -> None:
    """Have a file written beside another and then put over it, so that a failure leaves the old one whole."""
    # A link stays a link: what it points to is written.
    target = Path(os.path.realpath(output))
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if output.exists() and not output.is_file():
            # No file, and none may take its place: a device, a pipe; a folder refuses.
            put(output)
            return
        put(beside)
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", where=str(output)) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _put(parts: Iterable[str], file: Path) -> None:
    with file.open("w", encoding="utf-8", errors="backslashreplace", newline="") as opened:
        opened.writelines(parts)
