"""Readers whose libraries may hang, crash or eat memory: they work in a process that is ended at its limit."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from govrules.errors import ReadError
from govrules.read.limits import limit
from govrules.worker import Worker, WorkerError, alive

T = TypeVar("T")
_ONE_AT_A_TIME = threading.Lock()


def contained(task: Callable[[bytes, str], T], content: bytes, source: str) -> T:
    """Do `task(content, source)`, a function of a module, in another process; raises ReadError at its limits."""
    seconds, memory = limit("file_seconds"), limit("memory_bytes")
    try:
        with _ONE_AT_A_TIME:
            alive(source)
            return _worker(memory).ask(seconds, task, content, source)
    except WorkerError as lost:
        if lost.timed_out:
            raise ReadError(
                f"took longer than {seconds} s", where=source, hint="GOVRULES_FILE_SECONDS sets the limit"
            ) from lost
        raise ReadError(f"cannot be read: {lost}", where=source, hint="is the file damaged?") from lost
    except MemoryError as error:
        raise ReadError(
            f"needs more than {memory} bytes of memory", where=source, hint="GOVRULES_MEMORY_BYTES sets the limit"
        ) from error


@lru_cache(1)
def _worker(memory: int) -> Worker:
    return Worker(memory)
