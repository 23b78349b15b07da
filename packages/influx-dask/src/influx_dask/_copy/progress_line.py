"""ProgressLine: shows on a terminal how far a copy is."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from influx_copy import CopyEvent, PlanProgress

__all__ = ["ProgressLine"]

_WIDTH = 30


class ProgressLine:
    """Shows a bar of the ranges that are done, and the points and their rate.

    Args:
        progress: returns the state of the plan.
        stream: where it is shown; standard error by default.
        clock: returns seconds.
    """

    def __init__(
        self,
        progress: Callable[[], PlanProgress],
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._progress = progress
        self._stream = stream or sys.stderr
        self._clock = clock
        self._begun = clock()
        self._before = progress().rows

    def see(self, event: CopyEvent) -> None:
        """Show the state after an event."""
        self._stream.write(f"\r{self.text()}")
        self._stream.flush()

    def close(self) -> None:
        """End the line."""
        self._stream.write(f"\r{self.text()}\n")
        self._stream.flush()

    def text(self) -> str:
        """The line: `[######    ] 3 of 5 ranges, 1,200 points, 400 points/s`."""
        state = self._progress()
        filled = _WIDTH * state.done // max(1, state.total)
        rate = (state.rows - self._before) / max(self._clock() - self._begun, 1e-3)
        failed = f", {state.failed} failed" if state.failed else ""
        return (
            f"[{'#' * filled:<{_WIDTH}}] {state.done} of {state.total} ranges, "
            f"{state.rows:,} points, {rate:,.0f} points/s{failed}"
        )
