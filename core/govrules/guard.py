"""Asking rules that anybody may have written: one that raises, hangs or takes too long is named and costs itself alone.

The clock is the CPU time of the thread that asks. Where the system has timers, the main thread is woken from within a
rule that does not come back; elsewhere the limits of the worker process end it.
"""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, thread_time
from types import FrameType
from typing import TypeVar

from govrules.errors import RulesetError, UsageError
from govrules.rule import Instance
from govrules.worker import alive

T = TypeVar("T")
JUDGING = "…"
RULE_SECONDS, VARIABLE, REPORTS = 5.0, "GOVRULES_RULE_SECONDS", 1000
# A rule may wait longer than it may work. It waits when it hardly works: on a busy machine all work is slow.
_WAITS, _MOST, _TICK, _SOON, _IDLE = 4, 40, 0.5, 0.01, 0.02
_TIMERS = hasattr(signal, "setitimer")


@dataclass(frozen=True, slots=True)
class Makers:
    """Who wrote the check kinds: the distribution of each, with its version, and which of them are not ours."""

    owners: Mapping[str, str]
    foreign: frozenset[str] = frozenset()

    @classmethod
    def of(cls, owners: Mapping[str, str], ours: str) -> Makers:
        """Give the makers of check kinds; `ours` is the distribution whose kinds need no watching from outside."""
        return cls(owners, frozenset(kind for kind, owner in owners.items() if owner.split(" ")[0] != ours))


NOBODY = Makers({})


class _Late(BaseException):
    """Raised within a rule that is to stop; no `except Exception` of the rule can hold it."""


@dataclass(slots=True)
class _Call:
    """A question under way: when it began, by both clocks, how much CPU time it may take, and how long it waited."""

    began: float
    clock: Callable[[], float]
    worked: float
    left: float
    cause: str = ""
    looked: float = 0.0
    seen: float = 0.0
    waited: float = 0.0

    def look(self) -> None:
        """Count the time since the last look as waiting, if there was hardly any work in it."""
        now, seen = monotonic(), self.clock()
        before, worked = self.looked or self.began, self.seen or self.worked
        if seen - worked < _IDLE * (now - before):
            self.waited += now - before
        self.looked, self.seen = now, seen


class Guard:
    """Asks the rules of a run and keeps count of the time of each, in this process.

    A rule may take `seconds` of CPU time (None: as the environment says, or 5) for every 1,000 reports, the first
    1,000 begun as good as done; one that takes more is asked no more. `stopped` are rules not to be asked at all,
    each with the reason.
    """

    def __init__(
        self, makers: Makers | None = None, seconds: float | None = None, stopped: Mapping[str, str] | None = None
    ) -> None:
        self._makers = makers or NOBODY
        self.seconds = rule_seconds() if seconds is None else seconds
        self._stopped = dict(stopped or {})
        self._spent: dict[str, float] = {}
        self._reports = 0
        self._call: _Call | None = None
        self._due = math.inf
        self._armed = False

    def begun(self, reports: int) -> None:
        """Say that so many more reports are being judged."""
        self._reports += reports

    def stopped(self, instance: Instance) -> RulesetError | None:
        """Give why a rule is asked no more, or None."""
        cause = self._stopped.get(instance.rule.id)
        return self.fault(instance, cause) if cause else None

    def fault(self, instance: Instance, words: str) -> RulesetError:
        """Name a rule, and whose its check kind is, with what is wrong with it."""
        rule, owner = instance.rule, self._makers.owners.get(instance.rule.kind, "")
        kind = f" (check kind {rule.kind!r} of {owner})" if owner else ""
        return RulesetError(f"rule {rule.id}{kind} {words}", where=rule.where)

    def ask(
        self,
        instance: Instance,
        where: str,
        question: Callable[[], T],
        *,
        clock: Callable[[], float] = thread_time,
        again: bool = False,
    ) -> T:
        """Give the answer to a question that runs code of a rule; raises RulesetError in place of whatever it raises.

        A rule that was stopped is not asked, unless `again`: for what is left to be said of an earlier answer.
        """
        refusal = None if again else self.stopped(instance)
        if refusal is not None:
            raise refusal
        if instance.rule.kind in self._makers.foreign:
            alive(f"{JUDGING}{instance.rule.id}")
        call = _Call(monotonic(), clock, clock(), self._left(instance))
        try:
            return self._timed(instance, call, question)
        except KeyboardInterrupt:
            raise
        except _Late:
            self._still()
            self._stopped.setdefault(instance.rule.id, call.cause)
            raise self.fault(instance, call.cause) from None
        except BaseException as error:
            raise self.fault(instance, f"fails on {where}: {_said(error)}") from error

    def _timed(self, instance: Instance, call: _Call, question: Callable[[], T]) -> T:
        name = instance.rule.id
        before = self._arm(call)
        try:
            return question()
        finally:
            self._disarm(call, before)
            self._spent[name] = self._spent.get(name, 0.0) + call.clock() - call.worked
            if self._left(instance) <= 0:
                self._stopped.setdefault(name, self._slow)

    def _left(self, instance: Instance) -> float:
        allowed = self.seconds * max(1.0, self._reports / REPORTS)
        return allowed - self._spent.get(instance.rule.id, 0.0)

    @property
    def _slow(self) -> str:
        return f"takes more than {self.seconds:g} s for {REPORTS:,} reports; it is asked no more"

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Let rules be woken that do not come back, while in this block; only in the main thread, where it can be."""
        if self._armed or not _TIMERS or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGALRM)
        signal.signal(signal.SIGALRM, lambda number, frame: self._woken(number, frame, before))
        self._armed = True
        try:
            yield
        finally:
            self._armed = False
            signal.signal(signal.SIGALRM, signal.SIG_DFL if before is None else before)

    def _woken(self, number: int, frame: FrameType | None, before: object) -> None:
        call = self._call
        if call is None:
            if callable(before) or monotonic() >= self._due:  # else a tick of ours that comes late
                _forward(number, frame, before)
            return
        call.look()
        left = call.left - (call.clock() - call.worked)
        if left < 0:
            call.cause = self._slow
            raise _Late
        if call.waited > _WAITS * self.seconds or monotonic() - call.began > _MOST * self.seconds:
            call.cause = f"did not answer within {_WAITS * self.seconds:g} s; it is asked no more"
            raise _Late
        tick = min(_TICK, self.seconds)
        signal.setitimer(signal.ITIMER_REAL, min(max(left, _SOON), tick), tick)

    def _arm(self, call: _Call) -> tuple[float, float]:
        """Set the timer for a call; give what was set before."""
        if not self._armed:
            return 0.0, 0.0
        self._call = call
        return signal.setitimer(signal.ITIMER_REAL, max(call.left, _SOON), min(_TICK, self.seconds))

    def _disarm(self, call: _Call, before: tuple[float, float]) -> None:
        """Set the timer as it was before, less what has passed."""
        if self._armed:
            left = max(before[0] - (monotonic() - call.began), 0.01) if before[0] else 0.0
            self._due = call.began + before[0] if before[0] else math.inf
            signal.setitimer(signal.ITIMER_REAL, left, before[1])
            self._call = None

    def _still(self) -> None:
        """Set the timer off, should a rule have been woken again on its way out."""
        if self._call is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            self._call = None


def rule_seconds() -> float:
    """Give the time that the environment allows a rule, or the default; raises UsageError for what is no number."""
    given = os.environ.get(VARIABLE)
    if given is None:
        return RULE_SECONDS
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not (math.isfinite(seconds) and seconds > 0):
        raise UsageError(f"{given!r} is no number of seconds", where=VARIABLE, hint="a number above 0 is expected")
    return seconds


def _forward(number: int, frame: FrameType | None, before: object) -> None:
    """Do with an alarm that is not ours what would have been done without us."""
    if callable(before):
        before(number, frame)
    elif before == signal.SIG_DFL:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _said(error: BaseException) -> str:
    """Say an error in one line, whatever it makes of itself."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:
        lines = []
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
