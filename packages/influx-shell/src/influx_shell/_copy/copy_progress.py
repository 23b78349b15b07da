"""The progress of a copy for people."""

from __future__ import annotations

import time
from typing import Any

from influx_copy import CopyEvent, RangeAdvanced, RangeDone, RangeFailed, RangeHalved, RangeRetried
from influx_shell._cli.terminal import Terminal

__all__ = ["CopyProgress"]


class CopyProgress:
    """Shows points and their rate on a terminal; says everywhere what was difficult.

    Attributes:
        rows: the points of this run.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._begun = time.monotonic()
        self._done = 0
        self._status: Any = None
        self.rows = 0

    def start(self) -> None:
        """Show the line, if a person reads it."""
        if self._terminal.shows_progress:
            from rich.console import Console

            self._status = Console(file=self._terminal.stderr).status("copying")
            self._status.start()

    def stop(self) -> None:
        """Remove the line."""
        if self._status is not None:
            self._status.stop()

    def see(self, event: CopyEvent) -> None:
        """Take note of an event."""
        if isinstance(event, RangeAdvanced):
            self.rows += event.rows
        elif isinstance(event, RangeDone):
            self._done += 1
        elif isinstance(event, RangeHalved):
            self._terminal.say(f"{event.range} is halved: {event.error}")
        elif isinstance(event, RangeRetried):
            self._terminal.say(f"{event.range}: again in {event.seconds:.1f} s: {event.error}")
        elif isinstance(event, RangeFailed):
            self._terminal.say(f"{event.range} failed: {event.error}")
        if self._status is not None:
            rate = self.rows / max(time.monotonic() - self._begun, 1e-3)
            self._status.update(
                f"{self._done:,} ranges, {self.rows:,} points, {rate:,.0f} points/s"
            )
