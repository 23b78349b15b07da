"""Dead letters: points that will not be delivered, and where they are laid down."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from influx_core.interfaces import Target

__all__ = ["DeadLetter", "DeadLetterHandler", "DeadLetterQueue"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Points that a batch writer gave up, with the reason.

    Attributes:
        target: the target of the points.
        lines: the points as line protocol; a point that cannot be written is shown in a comment.
        points: the number of points.
        reason: the error message of the server or of the writer.
        uncertain: whether they may have been stored: they were sent, but no response arrived.
    """

    target: Target
    lines: bytes
    points: int
    reason: str
    uncertain: bool = False

    def text(self, written: datetime) -> bytes:
        """The dead letter as line protocol with the reason in a comment; can be written again."""
        where = f"db={self.target.db} rp={self.target.retention_policy}"
        facts = f"{where} precision={self.target.precision} points={self.points}"
        reason = " ".join(self.reason.split())
        stored = " (may have been stored)" if self.uncertain else ""
        return f"# {written.isoformat()} {facts}: {reason}{stored}\n".encode() + self.lines


RunThen = Callable[[Callable[[], None], Callable[[], None]], object]
"""Runs the first function in a thread, then the second one in the event loop."""

DeadLetterHandler = Callable[[DeadLetter], None]
"""Takes dead letters; called on the event loop, so it must not block."""


class DeadLetterQueue:
    """Appends dead letters to a file, of which a bounded number waits for the disk.

    Args:
        path: made, readable by its owner alone, with the first letter.
        run: runs a function that blocks, elsewhere and in order, then another one here.
        today: gives the time for the comments.
        room: bytes of line protocol that may wait for the disk; a letter beyond is not written.
        lost: told of points whose letter was not written.
        progress: told whenever fewer bytes wait.

    Attributes:
        waiting: bytes of line protocol that wait for the disk.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        run: RunThen,
        today: Callable[[], datetime],
        *,
        room: int,
        lost: Callable[[int], None],
        progress: Callable[[], None],
    ) -> None:
        self.waiting = 0
        self._path = Path(path)
        self._run = run
        self._today = today
        self._room = room
        self._lost = lost
        self._progress = progress
        self._skipped = 0
        self._last = False

    def last_call(self) -> None:
        """Take everything from now on: no more comes than the queue holds now."""
        self._last = True

    def __call__(self, letter: DeadLetter) -> None:
        """Append a letter, soon."""
        if self.waiting + len(letter.lines) > self._room and self.waiting and not self._last:
            self._skip(letter)
            return
        self._tell_skipped()
        self.waiting += len(letter.lines)
        text = letter.text(self._today())
        failed: list[OSError] = []
        self._run(lambda: self._append(text, failed), lambda: self._written(letter, text, failed))

    def _append(self, text: bytes, failed: list[OSError]) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(text)
        except OSError as error:
            failed.append(error)

    def _written(self, letter: DeadLetter, text: bytes, failed: list[OSError]) -> None:
        self.waiting -= len(letter.lines)
        if failed:
            self._lost(letter.points)
            logger.error(
                "%d points were not delivered (%s), and %s cannot be written either (%s):\n%s",
                letter.points,
                letter.reason,
                self._path,
                failed[0],
                text.decode("utf-8", "replace"),
            )
        if self.waiting == 0:
            self._tell_skipped()
        self._progress()

    def _skip(self, letter: DeadLetter) -> None:
        if not self._skipped:
            logger.error(
                "the disk is too slow for the dead letters: what does not fit is not written to %s",
                self._path,
            )
        self._skipped += letter.points
        self._lost(letter.points)

    def _tell_skipped(self) -> None:
        skipped, self._skipped = self._skipped, 0
        if skipped:
            logger.error("%d given up points are not in %s", skipped, self._path)
