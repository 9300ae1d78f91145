"""A process of our own that does one task at a time, so that a task which hangs or dies takes nothing else with it."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class WorkerError(Exception):
    """The process went while at a task: `timed_out` when it was stopped for being slow, else it died of it."""

    def __init__(self, reason: str, *, timed_out: bool) -> None:
        super().__init__(reason)
        self.timed_out = timed_out


class Worker:
    """A process that is started at the first task and again after one that was lost; not for several threads at once.

    Tasks are functions of modules, called by name; arguments and results are pickled. What a task raises is raised
    here. `memory` is the most address space it may take, in bytes, where the system can be asked for that.
    """

    def __init__(self, memory: int | None = None) -> None:
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def ask(self, seconds: float | None, task: Callable[..., T], *args: object) -> T:
        """Have a task done in at most `seconds` (None: without limit); raises WorkerError, or what the task raises."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        late = threading.Event()
        timer = threading.Timer(seconds, _stop, (process, late)) if seconds else None
        if timer:
            timer.daemon = True
            timer.start()
        try:
            pickle.dump((task, args), process.stdin)
            process.stdin.flush()
            done, value = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            self.close()
            if late.is_set():
                raise WorkerError(f"took longer than {seconds:g} s", timed_out=True) from error
            raise WorkerError(f"its process died ({_told(process.returncode)})", timed_out=False) from error
        finally:
            if timer:
                timer.cancel()
        if not done:
            raise cast(BaseException, value)
        return cast(T, value)

    def close(self) -> None:
        """End the process, whatever it is at."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast(Any, pipe).close()
        process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "govrules.worker", str(self._memory or 0)]
        known = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=known)


def _stop(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _told(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def main() -> None:
    """Do the tasks that come in on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(int(sys.argv[1]))
    asked = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    while True:
        try:
            task, args = pickle.load(asked)
        except EOFError:
            return
        answers.write(_answer(task, args))
        answers.flush()


def _answer(task: Callable[..., object], args: tuple[object, ...]) -> bytes:
    try:
        return pickle.dumps((True, task(*args)))
    except Exception as error:
        with contextlib.suppress(Exception):
            return pickle.dumps((False, error))
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _limit(memory: int) -> None:
    if memory and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    main()
