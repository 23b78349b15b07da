"""Dead letters: points that will not be delivered, and where they are laid down."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from influx_core.interfaces import Target

__all__ = ["DeadLetter", "LetterBox", "LetterFile"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Points that a batch writer gave up, and why.

    Attributes:
        target: where they should have gone.
        lines: the points as line protocol; of one that cannot be written so, a comment shows it.
        points: how many.
        reason: the server's words, or the writer's.
        uncertain: whether they may have been stored all the same: they were sent, and no answer
            came.
    """

    target: Target
    lines: bytes
    points: int
    reason: str
    uncertain: bool = False

    def text(self, written: datetime) -> bytes:
        """The letter as line protocol, its reason in a comment: it can be written again as is."""
        where = f"db={self.target.db} rp={self.target.retention_policy}"
        facts = f"{where} precision={self.target.precision} points={self.points}"
        reason = " ".join(self.reason.split())
        stored = " (may have been stored)" if self.uncertain else ""
        return f"# {written.isoformat()} {facts}: {reason}{stored}\n".encode() + self.lines


LetterBox = Callable[[DeadLetter], None]
"""Takes dead letters; called on the event loop, so it must not block."""


class LetterFile:
    """Appends dead letters to a file.

    Args:
        path: made, readable by its owner alone, with the first letter.
        run: runs a function that blocks, elsewhere and in order.
        today: gives the time for the comments.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        run: Callable[[Callable[[], None]], object],
        today: Callable[[], datetime],
    ) -> None:
        self._path = Path(path)
        self._run = run
        self._today = today

    def __call__(self, letter: DeadLetter) -> None:
        """Append a letter, soon."""
        text = letter.text(self._today())
        self._run(lambda: self._append(text, letter))

    def _append(self, text: bytes, letter: DeadLetter) -> None:
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(text)
        except OSError:
            logger.exception(
                "%d points were not delivered (%s), and %s cannot be written either:\n%s",
                letter.points,
                letter.reason,
                self._path,
                text.decode("utf-8", "replace"),
            )
