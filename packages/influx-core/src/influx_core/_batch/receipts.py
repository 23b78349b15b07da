"""Receipt: the outcome of the points of one `put`, which can be awaited."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import replace
from functools import cached_property
from weakref import ReferenceType, ref

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
        self.points += points  # pyright: ignore[reportIncompatibleMethodOverride] - a field here
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
    _waiters: Waiters | None = None

    @property
    def points(self) -> int:
        """The number of points that the writer accepted."""
        return 1

    def done(self) -> bool:
        """Return whether the outcome of the point is known."""
        return self._index < self._run.settled_to or self._run.is_settled_apart(self._index)

    async def _outcome(self) -> None:
        run = self._run
        if self._index >= run.settled_to and not run.is_settled_apart(self._index):
            if self._waiters is None:
                self._waiters = Waiters()
                run.wake_later(self._index, self._waiters)
            await self._waiters.wait()
        if run.failed and (letter := run.letter_of(self._index)) is not None:
            raise undelivered([letter])


class RunOutcome(msgspec.Struct, eq=False, gc=False):
    """What becomes of the points of a run: of calls that put one point each, one after the other.

    The points share a chunk, so that most of them are settled together; a receipt knows its point
    by its index in the run.

    Attributes:
        settled_to: the number of points at the beginning of the run whose outcome is known.
        failed: the parts of the run that will not be delivered; None without any.
    """

    settled_to: int = 0
    failed: list[_FailedPart] | None = None
    _apart: dict[int, int] | None = None  # the ends of settled parts behind others, by their start
    _waiters: dict[int, ReferenceType[Waiters]] | None = None

    # gc=False, so that the garbage collector need not look at receipts that nobody awaits. So what
    # may be part of a cycle, the tasks that wait, belongs to the receipts.

    def is_settled_apart(self, index: int) -> bool:
        """Return whether a point is settled although one before it is not."""
        return any(first <= index < end for first, end in (self._apart or {}).items())

    def wake_later(self, index: int, waiters: Waiters) -> None:
        """Wake tasks when a point is settled, as long as somebody else keeps the waiters."""
        if self._waiters is None:
            self._waiters = {}
        self._waiters[index] = ref(waiters)

    def letter_of(self, index: int) -> DeadLetter | None:
        """Return the dead letter of a point; None if it was delivered."""
        for part in self.failed or ():
            if part.first <= index < part.first + part.letter.points:
                return part.letter_of(index)
        return None

    def settle(self, first: int, points: int) -> None:
        """Record points that were delivered, or are durable in the spool, from the `first` on."""
        end = first + points
        if first != self.settled_to or self._apart:
            self._settle_apart(first, end)
        else:
            self.settled_to = end  # so it is nearly always: a batch is sent in order
        if self._waiters:
            self._wake(self._waiters, range(first, end))

    def fail(self, first: int, letter: DeadLetter) -> None:
        """Record points that will not be delivered, from the `first` on."""
        if self.failed is None:
            self.failed = []
        self.failed.append(_FailedPart(first, letter))
        self.settle(first, letter.points)

    def _settle_apart(self, first: int, end: int) -> None:
        apart = self._apart = {**(self._apart or {}), first: end}
        while self.settled_to in apart:
            self.settled_to = apart.pop(self.settled_to)

    def _wake(self, waiters: dict[int, ReferenceType[Waiters]], indexes: Iterable[int]) -> None:
        for index in indexes:
            found = waiters.pop(index, None)
            if found is not None and (waiting := found()) is not None:
                waiting.wake_all()


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
