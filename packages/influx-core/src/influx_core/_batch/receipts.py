"""Receipt: the outcome of the points of one `put`, which can be awaited."""

from __future__ import annotations

from collections.abc import Generator, Iterable

import msgspec

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.waiters import Waiters
from influx_core.errors import PointsUndelivered

__all__ = ["Receipt", "receipt_of_one_point", "undelivered"]


class Receipt(msgspec.Struct, eq=False):
    """The outcome of the points of one call; await it until they are delivered or durable.

    It can be awaited any number of times, by several tasks, or not at all.

    Attributes:
        points: the number of points that the writer accepted.
    """

    points: int = 0
    _open: int = 0
    _sealed: bool = False
    # Most receipts are never awaited and have no dead letters, so they need no containers.
    _letters: list[DeadLetter] | None = None
    _waiters: Waiters | None = None
    _error: PointsUndelivered | None = None

    # A struct, because there is a receipt for each point: it is created faster than an object of
    # Python, and the garbage collector does not look at it before it has a container.

    __repr__ = object.__repr__

    def done(self) -> bool:
        """Return whether the outcome of every point is known."""
        return self._sealed and self._open == 0

    def __await__(self) -> Generator[object, None, None]:
        """Wait until all points are delivered or durable in the spool.

        Raises:
            PointsUndelivered: some of these points were rejected or dropped; the others were
                delivered.
        """
        return self._outcome().__await__()

    async def _outcome(self) -> None:
        if not self.done():
            if self._waiters is None:
                self._waiters = Waiters()
            await self._waiters.wait()
        if self._letters:
            raise self._undelivered()

    def _undelivered(self) -> PointsUndelivered:
        """Make a new exception for each waiting task, because each adds its own traceback."""
        if self._error is None:
            self._error = undelivered(self._letters or ())
        error = self._error
        return PointsUndelivered(str(error), letters=error.letters, points=error.points)

    def expect(self, points: int) -> None:
        """Count points that were accepted."""
        self.points += points
        self._open += points

    def settle(self, points: int) -> None:
        """Count points that were delivered, or are durable in the spool."""
        self._open -= points
        if self._waiters:
            self._wake()

    def fail(self, letter: DeadLetter) -> None:
        """Count points that were accepted, and will not be delivered."""
        self.refuse(letter)
        self._open -= letter.points
        self._wake()

    def refuse(self, letter: DeadLetter) -> None:
        """Record points that were never accepted."""
        if self._letters is None:
            self._letters = []
        self._letters.append(letter)
        self._error = None

    def seal(self) -> None:
        """Record that the call has ended: no more points are expected."""
        self._sealed = True
        if self._waiters:
            self._wake()

    def _wake(self) -> None:
        if self._waiters and self.done():
            self._waiters.wake_all()


def receipt_of_one_point() -> Receipt:
    """Return the receipt of a call that puts one point, which it expects.

    Only the writer has it until the point is accepted, so nothing is left to record then.
    """
    return Receipt(1, 1, True)


def undelivered(letters: Iterable[DeadLetter]) -> PointsUndelivered:
    """Return the exception for points that will not be delivered."""
    letters = tuple(letters)
    points = sum(letter.points for letter in letters)
    reasons = list(dict.fromkeys(letter.reason for letter in letters))
    more = f" (and {len(reasons) - 1} other reasons)" if len(reasons) > 1 else ""
    return PointsUndelivered(
        f"{points} points were not delivered: {reasons[0]}{more}", letters=letters, points=points
    )
