"""Progress for people: a line on standard error if it is a terminal, otherwise nothing."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from influx_shell._cli.terminal import Terminal

if TYPE_CHECKING:
    from influx_shell._import.checkpoint import Checkpoint
    from influx_shell._import.line_files import LineFile

__all__ = ["ImportProgress"]


class ImportProgress:
    """A progress bar with percent, rate and time left; rich draws it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._bar: Any = None
        self._task: Any = None
        self._begun = time.monotonic()
        self._first: int | None = None

    def __enter__(self) -> Self:
        if self._terminal.shows_progress:
            self._bar, self._task = _bar(self._terminal)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def update(self, state: Checkpoint, file: LineFile) -> None:
        """Show a state."""
        if self._bar is None:
            return
        if self._first is None:
            self._first = state.read
        seconds = max(time.monotonic() - self._begun, 1e-3)
        rate = (state.read - self._first) / seconds
        self._bar.update(
            self._task,
            description=file.name,
            completed=file.position() or 0,
            total=file.size,
            lines=f"{state.read:,} lines, {rate:,.0f}/s, {state.rejected:,} rejected",
        )

    def close(self) -> None:
        """Remove the bar."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


def _bar(terminal: Terminal) -> tuple[Any, Any]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[lines]}"),
        TimeRemainingColumn(),
        console=Console(file=terminal.stderr),
        transient=True,
    )
    return bar, bar.add_task("", total=None, lines="")
