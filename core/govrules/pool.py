"""Many batches at once: threads that own a worker process each; what kills a process costs only itself."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from govrules.errors import PackError
from govrules.worker import Worker, WorkerError

R = TypeVar("R")
Heard = Callable[[str], None]
# One thread for the arithmetic of each process: there are as many processes as cores.
_ALONE = {"POLARS_MAX_THREADS": "1"}
_AHEAD = 4
_START_SECONDS = 120.0


@dataclass(frozen=True)
class Work(Generic[R]):
    """What is done to items, all of it functions of modules: `ready(recipe)` once in each new process, then `done`.

    `lost` gives, here, the answer for an item that ends its process by itself or is at nothing new for `seconds`.
    `without` may give, from a recipe and what ended a process, one by which all is done from then on: None if none.
    """

    recipe: object
    ready: Callable[[Any], None]
    done: Callable[[Any, Sequence[str]], R]
    lost: Callable[[str, WorkerError | MemoryError], R]
    seconds: float
    memory: int
    without: Callable[[Any, WorkerError], object | None] = lambda _recipe, _error: None


def answers(work: Work[R], batches: Iterable[Sequence[str]], size: int, heard: Heard | None = None) -> Iterator[R]:
    """Give the answers to all batches in their order, by `size` processes; only so many batches are under way.

    A batch that loses its process is done again item by item, each giving an answer of its own. `heard` is told, in
    threads, what the processes say that they are at.
    """
    crew = _Crew(work, size, heard)
    waiting: deque[Future[list[R]]] = deque()
    with ThreadPoolExecutor(size) as threads:
        try:
            for batch in batches:
                waiting.append(threads.submit(crew.do, batch))
                if len(waiting) >= _AHEAD * size:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            crew.end(waiting)


class _Crew(Generic[R]):
    """The processes of a run, of which each thread takes one for the time of a batch."""

    def __init__(self, work: Work[R], size: int, heard: Heard | None) -> None:
        self._work, self._heard = work, heard
        self._recipe, self._changing = work.recipe, threading.Lock()
        self._workers = [Worker(work.memory, _ALONE) for _ in range(size)]
        self._idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._over = threading.Event()
        for worker in self._workers:
            self._idle.put(worker)

    def do(self, batch: Sequence[str]) -> list[R]:
        """Do a batch; what is asked when all is over is not answered."""
        worker = self._idle.get()
        try:
            return [] if self._over.is_set() else self._done(worker, batch)
        finally:
            self._idle.put(worker)

    def end(self, waiting: Iterable[Future[list[R]]]) -> None:
        """End all processes, whatever they are at, and wait for the threads."""
        self._over.set()
        under_way = {future for future in waiting if not future.cancel()}
        while under_way:
            for worker in self._workers:
                worker.stop()
            under_way = wait(under_way, timeout=0.1).not_done
        for worker in self._workers:
            worker.close()

    def _done(self, worker: Worker, batch: Sequence[str]) -> list[R]:
        fresh = not worker.running
        try:
            return [self._ask(worker, batch)]
        except (WorkerError, MemoryError) as error:
            worker.close()
            if self._over.is_set():
                return []
            if isinstance(error, WorkerError) and self._goes_on_without(error):
                return self._done(worker, batch)
            # What died in a process that had done other things may have died of those.
            if len(batch) == 1 and (fresh or (isinstance(error, WorkerError) and error.timed_out)):
                return [self._work.lost(batch[0], error)]
        return [answer for item in batch for answer in self._done(worker, (item,))]

    def _goes_on_without(self, error: WorkerError) -> bool:
        with self._changing:
            made = self._work.without(self._recipe, error)
            self._recipe = self._recipe if made is None else made
            return made is not None

    def _ask(self, worker: Worker, batch: Sequence[str]) -> R:
        if not worker.running:
            try:
                worker.ask(_START_SECONDS, self._work.ready, self._recipe)
            except WorkerError as error:
                if self._over.is_set():
                    raise
                raise PackError(f"no worker can be started: {error}", hint="--jobs 1 works in one process") from error
        return worker.ask(self._work.seconds, self._work.done, self._recipe, batch, heard=self._heard)
