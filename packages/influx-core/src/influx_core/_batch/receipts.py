"""Receipt: the outcome of the points of one `put`, which can be awaited."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import cached_property

import msgspec

from influx_core._batch.failure_handling.dead_letters import DeadLetter
from influx_core._batch.waiters import Waiters
from influx_core._lineprotocol.split import point_lines
from influx_core.errors import PointsUndelivered

__all__ = [
    "CallReceipt",
    "PointReceipt",
    "Receipt",
    "RunOutcome",
    "receipt_of_one_point",
    "undelivered",
]


class Receipt(msgspec.Struct, eq=False):
    """The outcome of the points of one call; await it until they are delivered or durable.

    It can be awaited any number of times, by several tasks, or not at all.
    """

    # Structs, because there is a receipt for each point: they are created faster than an object of
    # Python.

    __repr__ = object.__repr__

    @property
    def points(self) -> int:
        """The number of points that the writer accepted."""
        raise NotImplementedError

    def done(self) -> bool:
        """Return whether the outcome of every point is known."""
        raise NotImplementedError

    def __await__(self) -> Generator[object, None, None]:
        """Wait until all points are delivered or durable in the spool.

        Raises:
            PointsUndelivered: some of these points were rejected or dropped; the others were
                delivered.
        """
        return self._outcome().__await__()

    async def _outcome(self) -> None:
        raise NotImplementedError


class CallReceipt(Receipt, eq=False):
    """The receipt of a call that puts any number of points; it is told what becomes of them."""

    points: int = 0
    _open: int = 0
    _sealed: bool = False
    # Most receipts are never awaited and have no dead letters, so they need no containers, and the
    # garbage collector does not look at them.
    _letters: list[DeadLetter] | None = None
    _waiters: Waiters | None = None
    _error: PointsUndelivered | None = None

    def done(self) -> bool:
        """Return whether the outcome of every point is known."""
        return self._sealed and self._open == 0

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

    def settle(self, _first: int, points: int) -> None:
        """Count points that were delivered, or are durable in the spool."""
        self._open -= points
        if self._waiters:
            self._wake()

    def fail(self, _first: int, letter: DeadLetter) -> None:
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


class PointReceipt(Receipt, eq=False):
    """The receipt of one point of a run."""

    _run: RunOutcome
    _index: int

    @property
    def points(self) -> int:
        """The number of points that the writer accepted."""
        return 1

    def done(self) -> bool:
        """Return whether the outcome of the point is known."""
        return self._run.settled(self._index)

    async def _outcome(self) -> None:
        letter = await self._run.outcome(self._index)
        if letter is not None:
            raise undelivered([letter])


class RunOutcome:
    """What becomes of the points of a run: of calls that put one point each, one after the other.

    The points share a chunk, so that most of them are settled together; a receipt knows its point
    by its index in the run.
    """

    __slots__ = ("_failed", "_settled", "_waiters")

    def __init__(self) -> None:
        self._settled: list[tuple[int, int]] = []
        """First points and ends of parts, in the order in which they were settled."""
        self._failed: list[_FailedPart] = []
        self._waiters: dict[int, Waiters] = {}

    def settled(self, index: int) -> bool:
        """Return whether the outcome of a point is known."""
        return any(first <= index < end for first, end in self._settled)

    async def outcome(self, index: int) -> DeadLetter | None:
        """Wait until a point is settled; return its dead letter, or None if it was delivered."""
        if not self.settled(index):
            waiters = self._waiters.get(index)
            if waiters is None:
                self._waiters[index] = waiters = Waiters()
            await waiters.wait()
        for part in self._failed:
            if part.first <= index < part.first + part.letter.points:
                return part.letter_of(index)
        return None

    def settle(self, first: int, points: int) -> None:
        """Record points that were delivered, or are durable in the spool, from the `first` on."""
        end = first + points
        if self._settled and self._settled[-1][1] == first:  # so it is: a batch is sent in order
            self._settled[-1] = self._settled[-1][0], end
        else:
            self._settled.append((first, end))
        if self._waiters:
            self._wake(first, end)

    def fail(self, first: int, letter: DeadLetter) -> None:
        """Record points that will not be delivered, from the `first` on."""
        self._failed.append(_FailedPart(first, letter))
        self.settle(first, letter.points)

    def _wake(self, first: int, end: int) -> None:
        for index in range(first, end):
            if (waiters := self._waiters.pop(index, None)) is not None:
                waiters.wake_all()


class _FailedPart:
    """Points of a run that were given up together."""

    def __init__(self, first: int, letter: DeadLetter) -> None:
        self.first = first
        self.letter = letter

    def letter_of(self, index: int) -> DeadLetter:
        """Return the dead letter of one of the points."""
        return replace(self.letter, lines=self._lines[index - self.first] + b"\n", points=1)

    @cached_property
    def _lines(self) -> list[bytes]:
        return list(point_lines(self.letter.lines))


def receipt_of_one_point() -> CallReceipt:
    """Return the receipt of a call that puts one point, which it expects.

    Only the writer has it until the point is accepted, so nothing is left to record then.
    """
    return CallReceipt(1, 1, True)


def undelivered(letters: Iterable[DeadLetter]) -> PointsUndelivered:
    """Return the exception for points that will not be delivered."""
    letters = tuple(letters)
    points = sum(letter.points for letter in letters)
    reasons = list(dict.fromkeys(letter.reason for letter in letters))
    more = f" (and {len(reasons) - 1} other reasons)" if len(reasons) > 1 else ""
    return PointsUndelivered(
        f"{points} points were not delivered: {reasons[0]}{more}", letters=letters, points=points
    )
