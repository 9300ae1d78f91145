"""Answers remembered while the same object is asked about again: rules ask one report many things in a row."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TypeVar

A = TypeVar("A")
T = TypeVar("T")
_MOST = 4


def latest(function: Callable[[A], T]) -> Callable[[A], T]:
    """Remember the answers for the objects asked about last, told apart by identity: for what nobody changes."""
    known: deque[tuple[A, T]] = deque(maxlen=_MOST)

    def asked(one: A) -> T:
        for other, answer in tuple(known):
            if other is one:
                return answer
        answer = function(one)
        known.append((one, answer))
        return answer

    asked.__doc__, asked.__name__ = function.__doc__, function.__name__
    return asked
