"""Many files over few processes: cut into batches, done here where that is sooner, and counted while they are done."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from govrules.batch import Recipe, ready
from govrules.errors import ReadError
from govrules.guard import JUDGING
from govrules.pool import Work, answers
from govrules.read import ARCHIVES, BUILT_IN, MEMORY_HINT, STDIN, Library, shown
from govrules.read.limits import limit
from govrules.worker import WorkerError

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
BATCH = 32
_BATCH_BYTES = 4_000_000
# Less than this is done before a worker has started.
_FEW_FILES, _FEW_BYTES = 64, 1_000_000
# What a process takes before it has read anything, twice over.
_OWN_MEMORY = 600_000_000


@dataclass(frozen=True)
class Task(Generic[T]):
    """What is made of files: `there(recipe, paths)` in another process, `here(paths)` in this one.

    `unread` gives what is made of a file that ended its process. `foreign` is work that runs code of others, which is
    not done in this process unless it must.
    """

    recipe: Recipe
    library: Library
    there: Callable[[Recipe, Sequence[str]], T]
    here: Callable[[Sequence[Path]], T]
    unread: Callable[[ReadError], T]
    foreign: bool = False


def spread(
    files: Sequence[Path], task: Task[T], *, jobs: int | None, batch: int, progress: Progress | None
) -> Iterator[T]:
    """Give what is made of files, batch by batch in their order; `jobs` is how many processes share the work at most.

    With one, with little to do, and with standard input, all is done in this process.
    """
    count = _Count(files, progress) if progress else None
    jobs = jobs or _cores()
    if jobs == 1 or STDIN in map(str, files) or (_is_little(files, task.library) and not task.foreign):
        for several in _batches(files, batch):
            if count:
                count.begun(*map(shown, several))
            yield task.here(several)
    else:
        batch = max(1, min(batch, -(-len(files) // (2 * jobs))))
        batches = [tuple(map(str, several)) for several in _batches(files, batch)]
        yield from answers(_work(task), batches, min(jobs, len(batches)), count.begun if count else None)
    if count:
        count.end()


def _work(task: Task[T]) -> Work[T]:
    def lost(item: str, error: WorkerError | MemoryError) -> T:
        return task.unread(_loss(shown(Path(item)), error))

    seconds = limit("file_seconds")
    # What contains itself gives up at the limit, and has some time to say so.
    patience = seconds + max(1.0, seconds / 10)
    return Work(task.recipe, ready, task.there, lost, patience, _OWN_MEMORY + limit("memory_bytes"), _without)


def _without(recipe: Recipe, error: WorkerError) -> Recipe | None:
    """Give a recipe that leaves out the rule that ended a process, if it was one and was not left out before."""
    rule = error.stage.removeprefix(JUDGING)
    if not rule or rule == error.stage:
        return None
    if rule in dict(recipe.stopped):
        return recipe
    cause = (
        f"did not answer within {limit('file_seconds')} s" if error.timed_out else f"ends its process ({error.cause})"
    )
    return replace(recipe, stopped=(*recipe.stopped, (rule, f"{cause}; it is asked no more")))


def _loss(source: str, error: WorkerError | MemoryError) -> ReadError:
    """Give what is said of a file that ended its process."""
    if isinstance(error, MemoryError):
        return ReadError("needs more memory than it may take", where=source, hint=MEMORY_HINT)
    if error.timed_out:
        hint = "GOVRULES_FILE_SECONDS sets the limit"
        return ReadError(f"took longer than {limit('file_seconds')} s", where=source, hint=hint)
    who = "the process that judged it" if error.stage == JUDGING else "its reader"
    return ReadError(f"{who} died ({error.cause})", where=source, hint="is the file damaged?")


def _batches(files: Sequence[Path], most: int) -> Iterator[list[Path]]:
    """Cut files into batches of at most so many files, and of few large ones."""
    made: list[Path] = []
    size = 0
    for file in files:
        here = _size(file)
        if made and (len(made) >= most or size + here > _BATCH_BYTES):
            yield made
            made, size = [], 0
        made.append(file)
        size += here
    if made:
        yield made


def _is_little(files: Sequence[Path], library: Library) -> bool:
    """Tell whether files are few and small, and read by readers of our own: those of others may crash."""
    few = len(files) < _FEW_FILES and sum(map(_size, files)) < _FEW_BYTES
    return few and all(_is_ours(file.suffix.lower(), library) for file in files)


def _is_ours(suffix: str, library: Library) -> bool:
    if library.forced is not None:
        return library.forced in BUILT_IN.values()
    return suffix in ARCHIVES or library.readers.get(suffix) is BUILT_IN.get(suffix)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except (OSError, ValueError):
        return 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Count:
    """How many files were begun, told from whatever thread; a file that is begun again counts once."""

    def __init__(self, files: Sequence[Path], progress: Progress) -> None:
        self._files = {shown(file) for file in files}
        self._of, self._progress = len(self._files), progress
        self._lock = threading.Lock()

    def begun(self, *names: str) -> None:
        """Say that files are begun; names of anything else are heard and not told."""
        with self._lock:
            for name in self._files.intersection(names):
                self._files.discard(name)
                self._progress(self._of - len(self._files) - 1, self._of, name)

    def end(self) -> None:
        """Say that all are done."""
        self._progress(self._of, self._of, "")
