"""Cancellation: tells the work for a request that nobody waits for its response any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from influx_core.interfaces import Request

__all__ = ["CancellableRequest", "Cancellation", "cancellation_of"]


class Cancellation:
    """Is set once, by any thread, and calls what the work has registered to be stopped."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stops: list[Callable[[], object]] = []
        self._is_set = False

    @property
    def is_set(self) -> bool:
        """Whether the work is not wanted any more."""
        return self._is_set

    def set(self) -> None:
        """Stop the work; safe to call twice."""
        with self._lock:
            self._is_set = True
            for stop in self._stops:
                stop()
            self._stops.clear()

    @contextmanager
    def stopping(self, stop: Callable[[], object]) -> Generator[None]:
        """Call a function if the cancellation is set within a with block, or before it."""
        with self._lock:
            if self._is_set:
                stop()
            else:
                self._stops.append(stop)
        try:
            yield
        finally:
            with self._lock:
                if stop in self._stops:
                    self._stops.remove(stop)


@dataclass(frozen=True, slots=True, repr=False)
class CancellableRequest(Request):
    """A request whose work can be stopped.

    Attributes:
        cancellation: is set if the client cancels the request, or its deadline passes.
    """

    cancellation: Cancellation = field(default_factory=Cancellation, compare=False)


def cancellation_of(request: Request) -> Cancellation:
    """The cancellation of a request; one that nobody sets, if it cannot be cancelled."""
    if isinstance(request, CancellableRequest):
        return request.cancellation
    return Cancellation()
