"""Dead letters: points that will not be delivered, and the bounded queue to their file."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from influx_core._batch.blocking_executor import BlockingExecutor
from influx_core._batch.counters import Counters
from influx_core._batch.failure_handling.dead_letter_file import DeadLetterFile
from influx_core._batch.waiters import Progress
from influx_core.interfaces import Target

__all__ = ["DeadLetter", "DeadLetterHandler", "DeadLetterQueue", "as_comment"]

logger = logging.getLogger(__name__)

_PLAIN = re.compile(r"[\w.:/+-]+")

_NEVER_CLOSED = float("inf")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Points that a batch writer gave up, with the reason.

    Attributes:
        target: the target of the points.
        lines: the points as line protocol; a comment describes a point that cannot be encoded.
        points: the number of points.
        reason: the error message of the server or of the writer.
        uncertain: whether the server may have stored them, because a request was sent and no
            response arrived.
    """

    target: Target
    lines: bytes
    points: int
    reason: str
    uncertain: bool = False

    def heading(self, written: datetime) -> bytes:
        """Return a comment with a time, the target, the number of points and the reason.

        It is one line without a newline. Text from the server is escaped, so that it cannot start
        a new line.
        """
        target = self.target
        facts = [f"db={_shown(target.db)}", f"rp={_shown(target.retention_policy)}"]
        facts += [] if target.org is None else [f"org={_shown(target.org)}"]
        facts += [f"precision={target.precision}", f"points={self.points}"]
        reason = " ".join(self.reason.split())
        stored = " (may have been stored)" if self.uncertain else ""
        return as_comment(f"{written.isoformat()} {' '.join(facts)}: {reason}{stored}")


def as_comment(text: str) -> bytes:
    """Return text as one comment line without newline; unprintable characters are escaped."""
    shown = (c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    return f"# {''.join(shown)}".encode()


def _shown(name: str | None) -> str:
    """Format a name for a comment; quote and escape it unless it is simple."""
    return str(name) if name is None or _PLAIN.fullmatch(name) else repr(name)


DeadLetterHandler = Callable[[DeadLetter], None]
"""Receives dead letters. It is called in the event loop, so it must not block."""


class DeadLetterQueue:
    """Writes dead letters to a file; the number of bytes that wait to be written is bounded.

    Args:
        file: the file.
        executor: runs the blocking writes.
        wall: returns the nanoseconds since 1970, for the comments.
        room: the most bytes of line protocol that may wait; a letter beyond that is not written.
        counters: counts the points of letters that were not written.
        progress: notified when bytes were written.

    Attributes:
        waiting: the number of bytes of line protocol that wait to be written.
    """

    def __init__(
        self,
        file: DeadLetterFile,
        executor: BlockingExecutor,
        wall: Callable[[], int],
        *,
        room: int,
        counters: Counters,
        progress: Progress,
    ) -> None:
        self.waiting = 0
        self._file = file
        self._executor = executor
        self._wall = wall
        self._room: float = room
        self._counters = counters
        self._progress = progress
        self._skipped = 0

    async def check(self) -> None:
        """Check that the file can be written.

        Raises:
            ConfigError: it cannot.
        """
        await self._executor.run(self._file.check)

    def close(self) -> None:
        """Stop enforcing the limit: the writer is closing, so the rest is bounded by its queue."""
        self._room = _NEVER_CLOSED

    def __call__(self, letter: DeadLetter) -> None:
        """Queue a letter to be written; skip it if too many bytes wait."""
        if self.waiting + len(letter.lines) > self._room and self.waiting:
            self._skip(letter)
            return
        self._log_skipped()
        self.waiting += len(letter.lines)
        heading = letter.heading(datetime.fromtimestamp(self._wall() / 1e9, UTC))
        failures: list[Exception] = []
        self._executor.submit(
            lambda: self._append(heading, letter.lines, failures),
            lambda: self._appended(letter, failures),
        )

    def _append(self, heading: bytes, lines: bytes, failures: list[Exception]) -> None:
        try:
            self._file.append(heading, lines)
        except Exception as error:
            failures.append(error)

    def _appended(self, letter: DeadLetter, failures: list[Exception]) -> None:
        self.waiting -= len(letter.lines)
        if failures:
            self._counters.dead_letters_dropped += letter.points
            logger.error(
                "%d points were not delivered (%s), and %s cannot be written either (%s):\n%s",
                letter.points,
                letter.reason,
                self._file.path,
                failures[0],
                letter.lines.decode("utf-8", "replace"),
            )
        if self.waiting == 0:
            self._log_skipped()
        self._progress.made()

    def _skip(self, letter: DeadLetter) -> None:
        if not self._skipped:
            logger.error(
                "the disk is too slow for the dead letters: what does not fit is not written to %s",
                self._file.path,
            )
        self._skipped += letter.points
        self._counters.dead_letters_dropped += letter.points

    def _log_skipped(self) -> None:
        skipped, self._skipped = self._skipped, 0
        if skipped:
            logger.error("%d given up points are not in %s", skipped, self._file.path)
