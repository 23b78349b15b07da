"""Receipts: what a caller holds while his points are on their way."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core.errors import PointsUndelivered

__all__ = ["Receipt"]


class Receipt:
    """Stands for the points of one call; awaiting it tells what became of exactly these.

    It can be awaited as often as one likes, by several tasks, or not at all.

    Attributes:
        points: how many points the writer took.
    """

    __slots__ = ("_letters", "_open", "_sealed", "_waiters", "points")

    def __init__(self) -> None:
        self.points = 0
        self._open = 0
        self._sealed = False
        # Most receipts are never awaited, and have no letters: they do without lists.
        self._letters: list[DeadLetter] | None = None
        self._waiters: list[asyncio.Future[None]] | None = None

    def done(self) -> bool:
        """Whether it is known what became of every point."""
        return self._sealed and self._open == 0

    def __await__(self) -> Generator[object, None, None]:
        """Wait until every point is delivered, or durable in the spool.

        Raises:
            PointsUndelivered: some of these points were rejected or dropped; the others were
                delivered.
        """
        return self._outcome().__await__()

    async def _outcome(self) -> None:
        if not self.done():
            waiter = asyncio.get_running_loop().create_future()
            self._waiters = [*(self._waiters or ()), waiter]
            await waiter
        if self._letters:
            raise undelivered(tuple(self._letters))

    def expect(self, points: int) -> None:
        """Take note of points that were taken."""
        self.points += points
        self._open += points

    def settle(self, points: int) -> None:
        """Take note that so many of them have arrived."""
        self._open -= points
        if self._waiters:
            self._tell()

    def fail(self, letter: DeadLetter) -> None:
        """Take note that those in the letter were taken, and will not arrive."""
        self.refuse(letter)
        self._open -= letter.points
        self._tell()

    def refuse(self, letter: DeadLetter) -> None:
        """Take note of points that were never taken."""
        if self._letters is None:
            self._letters = []
        self._letters.append(letter)

    def seal(self) -> None:
        """Take note that no more points will be expected."""
        self._sealed = True
        if self._waiters:
            self._tell()

    def _tell(self) -> None:
        if not self._waiters or not self.done():
            return
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters = None


def undelivered(letters: tuple[DeadLetter, ...]) -> PointsUndelivered:
    """The exception for points that will not arrive."""
    points = sum(letter.points for letter in letters)
    reasons = list(dict.fromkeys(letter.reason for letter in letters))
    more = f" (and {len(reasons) - 1} other reasons)" if len(reasons) > 1 else ""
    return PointsUndelivered(
        f"{points} points were not delivered: {reasons[0]}{more}", letters=letters, points=points
    )
