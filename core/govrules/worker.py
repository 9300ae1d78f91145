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
from collections.abc import Callable, Mapping
from time import monotonic
from types import TracebackType
from typing import IO, Any, TypeVar, cast

T = TypeVar("T")
_ORPHANED = 10.0
_answers: IO[bytes] | None = None
_seconds: float | None = None


class WorkerError(Exception):
    """The process went while at a task: `timed_out` when it was stopped for being slow, else it died of `cause`.

    `stage` is what the task said last that it was at.
    """

    def __init__(self, reason: str, *, timed_out: bool, cause: str = "", stage: str = "") -> None:
        super().__init__(reason)
        self.timed_out, self.cause, self.stage = timed_out, cause, stage


class Worker:
    """A process that is started at the first task and again after one that was lost; not for several threads at once.

    Tasks are functions of modules, called by name; arguments and results are pickled. What a task raises is raised
    here. `memory` is the most that it may allocate, in bytes, where the system can be asked for that: its data, not
    its address space, of which some libraries reserve far more than they use. `environment` is added to ours.
    """

    def __init__(self, memory: int | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._memory = memory
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Tell whether there is a process, so that the next task meets what earlier ones left."""
        return self._process is not None

    def ask(
        self, seconds: float | None, task: Callable[..., T], *args: object, heard: Callable[[str], None] | None = None
    ) -> T:
        """Have a task done; raises WorkerError, or what the task raises.

        It may take `seconds` (None: without limit), counted anew whenever it calls `alive`; `heard` is told of that.
        """
        process = self._process = self._process or self._start()
        with _Watch(seconds, self.stop) as watch:
            try:
                pickle.dump((task, args, seconds), cast(Any, process.stdin))
                cast(Any, process.stdin).flush()
                kind, value = _listen(process, watch, heard)
            except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
                self.close()
                if watch.late:
                    reason = f"took longer than {seconds:g} s"
                    raise WorkerError(reason, timed_out=True, stage=watch.stage) from error
                cause = _told(process.returncode)
                raise WorkerError(
                    f"its process died ({cause})", timed_out=False, cause=cause, stage=watch.stage
                ) from error
        if kind == "raised":
            raise cast(BaseException, value)
        return cast(T, value)

    def stop(self) -> None:
        """Kill the process and all that it started; who waits for its answer hears of it. For any thread."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(OSError):
            if _groups():
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()

    def close(self) -> None:
        """End the process, whatever it is at."""
        self.stop()
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                cast(Any, pipe).close()
        process.wait()
        atexit.unregister(self.close)

    def _start(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "govrules.worker", str(self._memory or 0)]
        known = {**self._environment, **os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        atexit.register(self.close)
        return subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=known,
            # A group of its own: it is killed with all that it started, and Ctrl-C is for us alone.
            process_group=0 if _groups() else None,
        )


class _Watch:
    """Calls `stop` when nothing was heard for `seconds`."""

    def __init__(self, seconds: float | None, stop: Callable[[], None]) -> None:
        self.late, self.stage = False, ""
        self._seconds, self._stop = seconds, stop
        self._until = monotonic() + (seconds or 0)
        self._over = threading.Event()

    def __enter__(self) -> _Watch:
        if self._seconds:
            threading.Thread(target=self._wait, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()

    def beat(self, stage: str) -> None:
        self.stage, self._until = stage, monotonic() + (self._seconds or 0)

    def _wait(self) -> None:
        while not self._over.wait(max(0.0, self._until - monotonic())):
            if monotonic() >= self._until:
                self.late = True
                self._stop()
                return


def alive(stage: str) -> None:
    """Say, from within a task, that work goes on and what it is at; outside of a worker nobody hears it."""
    if _answers is not None:
        _send(pickle.dumps(("alive", stage)))
        _arm()


def _groups() -> bool:
    """Tell whether processes get a group each: not those of a worker, which are to die with it."""
    return sys.platform != "win32" and _answers is None


def _listen(process: subprocess.Popen[bytes], watch: _Watch, heard: Callable[[str], None] | None) -> tuple[str, object]:
    while True:
        kind, value = pickle.load(cast(Any, process.stdout))
        if kind != "alive":
            return kind, value
        watch.beat(value)
        if heard is not None:
            heard(value)


def _told(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit code {code}"


def main() -> None:
    """Do the tasks that come in on standard input until it ends."""
    global _answers, _seconds
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit(int(sys.argv[1]))
    asked = sys.stdin.buffer
    _answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            task, args, _seconds = pickle.load(asked)
            _arm()
            _send(_answer(task, args))
            _seconds = None
            _arm()


def _send(message: bytes) -> None:
    assert _answers is not None
    _answers.write(message)
    _answers.flush()


def _answer(task: Callable[..., object], args: tuple[object, ...]) -> bytes:
    try:
        return pickle.dumps(("done", task(*args)))
    except Exception as error:
        with contextlib.suppress(Exception):
            return pickle.dumps(("raised", error))
        return pickle.dumps(("raised", RuntimeError(f"{type(error).__name__}: {error}")))


def _arm() -> None:
    """Have the system end this process some time after whoever asked should have done so, if that one is gone."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, _seconds + _ORPHANED if _seconds else 0)


def _limit(memory: int) -> None:
    if memory and sys.platform != "win32":
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


if __name__ == "__main__":
    # By its own name, so that tasks that import this module meet the same one.
    from govrules.worker import main as work

    work()
