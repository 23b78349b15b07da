"""The door of a writer: points come in, and are line protocol from then on.

What cannot be encoded is told to who brought it. A point without a time gets the one of its
arrival, so that storing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.ordering import Span
from influx_core._batch.receipts import Receipt
from influx_core._lineprotocol.split import count_lines, split_lines
from influx_core._points.batching import Fullness, batches
from influx_core._points.data_point import DataPoint, PointLike
from influx_core.errors import EncodeError
from influx_core.interfaces import OnInvalid, Serializer, Target
from influx_core.timestamps import UNIT_NS, Precision, to_ns

__all__ = ["PointEncoder", "Refuse"]

_PIECE = 1_000
"""Points that are encoded without a pause: it takes milliseconds, and the event loop waits."""

Refuse = Callable[[PointLike, EncodeError], None]
"""Told of a point that cannot be encoded."""


class PointEncoder:
    """Encodes points into chunks, none of which is larger than a batch.

    Args:
        serializer: the client's.
        fullness: how large a batch is.
        wall_clock: gives nanoseconds since 1970.
    """

    def __init__(
        self, serializer: Serializer, fullness: Fullness, wall_clock: Callable[[], int]
    ) -> None:
        self.serializer = serializer
        self._fullness = fullness
        self._piece = _part(fullness.points)
        self._wall_clock = wall_clock

    def chunk(self, point: PointLike, target: Target, receipt: Receipt) -> EncodedChunk:
        """Encode one point.

        Raises:
            EncodeError: it cannot be written.
        """
        precision = target.precision
        try:
            time = point[3] if type(point) is tuple else point.timestamp  # type: ignore[union-attr]
        except (AttributeError, IndexError):  # it is no point: the serializer will tell
            time = 0
        if time is None:
            time = self._wall_clock() // UNIT_NS[precision]
            point = _stamped(point, time)
        span = (time, time) if type(time) is int else _span([time], precision)
        return EncodedChunk(self.serializer.dump((point,), precision), 1, span, receipt)

    def chunks(
        self, points: Iterable[PointLike], target: Target, receipt: Receipt, refuse: Refuse
    ) -> Iterator[EncodedChunk]:
        """Encode points, lazily; those that cannot be written are told and left out."""
        taken = 0
        for chunk in batches(points, self._piece):
            yield from self._encoded(chunk, taken, target, receipt, refuse)
            taken += len(chunk)

    def ready(self, lines: bytes, receipt: Receipt) -> Iterator[EncodedChunk]:
        """Cut line protocol into chunks."""
        for body in split_lines(lines, self._fullness.size, self._fullness.points):
            yield EncodedChunk(body, count_lines(body), None, receipt)

    def _encoded(
        self,
        chunk: list[PointLike],
        start: int,
        target: Target,
        receipt: Receipt,
        refuse: Refuse,
    ) -> Iterator[EncodedChunk]:
        refused = 0

        def on_invalid(index: int, error: EncodeError) -> None:
            nonlocal refused
            refused += 1
            error.index = start + index
            refuse(chunk[index], error)

        lines, span = self._dump(chunk, target.precision, on_invalid)
        bodies = list(split_lines(lines, self._fullness.size))
        for body in bodies:
            count = len(chunk) - refused if len(bodies) == 1 else count_lines(body)
            yield EncodedChunk(body, count, span, receipt)

    def _dump(
        self, chunk: list[PointLike], precision: Precision, on_invalid: OnInvalid
    ) -> tuple[bytes, Span | None]:
        points, span = self._timed(chunk, precision)
        return self.serializer.dump(points, precision, on_invalid), span

    def _timed(
        self, points: list[PointLike], precision: Precision
    ) -> tuple[list[PointLike], Span | None]:
        """The points, all with a time, and their span."""
        now = self._wall_clock() // UNIT_NS[precision]
        try:
            times = [p[3] if isinstance(p, tuple) else p.timestamp for p in points]
        except (AttributeError, IndexError):  # something is no point: the serializer will tell
            return [_stamped(point, now) for point in points], None
        if None not in times:
            return points, _span(times, precision)
        stamped = [_stamped(point, now) for point in points]
        return stamped, _span([now if time is None else time for time in times], precision)


def _part(points: int) -> int:
    """The size of pieces, none above `_PIECE`, of which a batch of so many points is made."""
    pieces = -(-points // _PIECE)
    return -(-points // pieces)


def _stamped(point: Any, now: int) -> PointLike:
    """The point with a time; what is no point is left to the serializer."""
    match point:
        case DataPoint(timestamp=None):
            return DataPoint(point.measurement, point.tags, point.fields, now)
        case (measurement, tags, fields, None):
            return measurement, tags, fields, now
        case _:
            return point  # type: ignore[no-any-return]


def _span(times: list[Any], precision: Precision) -> Span | None:
    """The earliest and the latest time; None where that is not found out quickly."""
    kinds = set(map(type, times))
    if kinds != {int} and kinds != {datetime}:
        return None
    unit = UNIT_NS[precision]
    try:
        return to_ns(min(times), precision) // unit, to_ns(max(times), precision) // unit
    except (TypeError, ValueError):  # no zone, or out of range: the serializer's business
        return None
