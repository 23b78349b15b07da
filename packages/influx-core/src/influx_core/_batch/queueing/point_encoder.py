"""PointEncoder: encodes points as line protocol when they are put.

An invalid point is reported to the caller. A point without a time gets the time of its arrival, so
that storing it twice has the same result as storing it once.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any

from influx_core._batch.queueing.chunk import EncodedChunk
from influx_core._batch.queueing.ordering import Span
from influx_core._batch.queueing.queue import TargetIntake
from influx_core._batch.receipts import CallReceipt, PointReceipt, RunOutcome
from influx_core._lineprotocol.split import count_lines, is_timed, point_lines, split_lines
from influx_core._points.arrival_times import ArrivalTimes, ArrivalTimesOfCall
from influx_core._points.batching import Fullness, batches, converted
from influx_core._points.data_point import DataPoint, PointLike
from influx_core.errors import EncodeError
from influx_core.interfaces import Serializer, Target
from influx_core.timestamps import UNIT_NS, Precision, to_ns

__all__ = ["PointEncoder", "Refuse"]

_PIECE = 1_000
"""The most points that are encoded at once, because the event loop waits meanwhile."""

_TIMESTAMP = attrgetter("timestamp")

Refuse = Callable[[PointLike, EncodeError], None]
"""Called with each point that cannot be encoded."""


class PointEncoder:
    """Encodes points into chunks, none of which is larger than a batch.

    Args:
        serializer: the serializer of the client.
        fullness: the largest size of a batch.
        wall: returns the nanoseconds since 1970.
    """

    def __init__(self, serializer: Serializer, fullness: Fullness, wall: Callable[[], int]) -> None:
        self.serializer = serializer
        self._dump_point = _point_dumper(serializer)
        self._fullness = fullness
        self._piece = _piece_size(fullness.points)
        self._times = ArrivalTimes(wall)

    def encode(self, point: PointLike, target: Target, receipt: CallReceipt) -> EncodedChunk:
        """Encode one point.

        Raises:
            EncodeError: the point cannot be written without changing it.
        """
        precision = target.precision
        try:
            time = point[3] if type(point) is tuple else point.timestamp  # type: ignore[union-attr]
        except (AttributeError, IndexError):  # a dict, or not a point
            point = converted(point)
            time = _time_of(point)
        if time is None:
            time = self._times.next(precision)
            point = _stamped(point, time)
        lines = self._dump_point(point, precision)
        if type(time) is int:
            return EncodedChunk(lines, 1, (time, time), receipt)
        return EncodedChunk(lines, 1, _span([time], precision), receipt)

    def intake(self, target: Target) -> TargetIntake | None:
        """Return what takes single points for a target; None if the serializer has nothing."""
        make = getattr(self.serializer, "point_intake", None)
        if make is None:
            return None
        now = partial(self._times.next, target.precision)
        points = make(target.precision, RunOutcome, PointReceipt, EncodedChunk, now)
        return None if points is None else TargetIntake(target, points)

    def encode_many(
        self, points: Iterable[PointLike], target: Target, receipt: CallReceipt, refuse: Refuse
    ) -> Iterator[EncodedChunk]:
        """Encode points lazily; leave out points that cannot be written, and report them."""
        times = self._times.call(target.precision)
        taken = 0
        for piece in batches(points, self._piece):
            yield from self._encode_piece(piece, taken, target, times, receipt, refuse)
            taken += len(piece)

    def encode_lines(
        self, lines: bytes, target: Target, receipt: CallReceipt
    ) -> Iterator[EncodedChunk]:
        """Divide line protocol into chunks; comments and empty lines are left out.

        A line without a time gets the time of its arrival.

        Raises:
            EncodeError: two lines of a series have no time, and the precision is too coarse to give
                them different ones.
        """
        times = self._times.call(target.precision)
        ready = b"".join([_timed_line(line, times) for line in point_lines(lines)])
        for body in split_lines(ready, self._fullness.size, self._fullness.points):
            yield EncodedChunk(body, count_lines(body), None, receipt)

    def _encode_piece(
        self,
        piece: list[PointLike],
        start: int,
        target: Target,
        times: ArrivalTimesOfCall,
        receipt: CallReceipt,
        refuse: Refuse,
    ) -> Iterator[EncodedChunk]:
        refused = 0

        def on_invalid(index: int, error: EncodeError) -> None:
            nonlocal refused
            refused += 1
            error.index = start + positions[index]
            refuse(piece[positions[index]], error)

        positions: Any = range(len(piece))
        points, span = _timed(piece, target.precision)
        if points is None:
            points, positions = self._stamp(piece, start, times, refuse)
            refused, span = len(piece) - len(points), _span_of(points, target.precision)
        lines = self.serializer.dump(points, target.precision, on_invalid)
        bodies = list(split_lines(lines, self._fullness.size))
        for body in bodies:
            count = len(piece) - refused if len(bodies) == 1 else count_lines(body)
            yield EncodedChunk(body, count, span, receipt)

    def _stamp(
        self, piece: list[PointLike], start: int, times: ArrivalTimesOfCall, refuse: Refuse
    ) -> tuple[list[PointLike], list[int]]:
        """Add times to points; return the points with times, and their positions in the piece."""
        points: list[PointLike] = []
        positions: list[int] = []
        for position, point in enumerate(piece):
            try:
                if _time_of(point) is None:
                    point = _stamped(point, times.next(_series_of(point) if times.by_series else 0))
            except ValueError as error:
                refuse(point, EncodeError(str(error), index=start + position))
                continue
            points.append(point)
            positions.append(position)
        return points, positions


def _point_dumper(serializer: Serializer) -> Callable[[PointLike, Precision], bytes]:
    """Return what encodes a single point: a method of its own, where the serializer has one."""
    own: Callable[[PointLike, Precision], bytes] | None = getattr(serializer, "dump_point", None)
    return own or (lambda point, precision: serializer.dump((point,), precision))


def _piece_size(points: int) -> int:
    """Return the size of equal pieces of a batch of `points` points; at most `_PIECE`."""
    pieces = -(-points // _PIECE)
    return -(-points // pieces)


def _timed_line(line: bytes, times: ArrivalTimesOfCall) -> bytes:
    if is_timed(line):
        return line + b"\n"
    try:
        return b"%b %d\n" % (line, times.next(line[: line.find(b" ")]))
    except ValueError as error:
        raise EncodeError(str(error)) from None


def _time_of(point: Any) -> object:
    """Return the time of a point, None if it has none; 0 for an object that is not a point."""
    try:
        return point[3] if isinstance(point, tuple) else point.timestamp
    except (AttributeError, IndexError):
        return 0  # the serializer raises the error


def _series_of(point: Any) -> Hashable:
    parts = point if isinstance(point, tuple) else (point.measurement, point.tags)
    try:
        return str(parts[0]), frozenset((str(key), str(value)) for key, value in parts[1].items())
    except (AttributeError, IndexError):
        return str(parts[0])  # no tags


def _stamped(point: Any, time: int) -> PointLike:
    """Return the point with a time; an object that is not a point is returned unchanged."""
    match point:
        case DataPoint(timestamp=None):
            return DataPoint(point.measurement, point.tags, point.fields, time)
        case (measurement, tags, fields, None):
            return measurement, tags, fields, time
        case _:
            return point  # type: ignore[no-any-return]


def _timed(
    points: list[PointLike], precision: Precision
) -> tuple[list[PointLike] | None, Span | None]:
    """Return the points and their span; None instead of the points if some have no time."""
    try:
        if set(map(type, points)) == {DataPoint}:
            times = [*map(_TIMESTAMP, points)]  # most points are these, and this is fast
        else:
            times = [p[3] if isinstance(p, tuple) else p.timestamp for p in points]
    except (AttributeError, IndexError):  # not all are points: the serializer raises the error
        return None, None
    kinds = set(map(type, times))
    return (None, None) if type(None) in kinds else (points, _span(times, precision, kinds))


def _span_of(points: list[PointLike], precision: Precision) -> Span | None:
    return _span([_time_of(point) for point in points], precision)


def _span(
    times: list[Any], precision: Precision, kinds: set[type[Any]] | None = None
) -> Span | None:
    """Return the earliest and the latest time; None unless all are `int` or all are `datetime`."""
    kinds = kinds or set(map(type, times))
    if kinds != {int} and kinds != {datetime}:
        return None
    unit = UNIT_NS[precision]
    try:
        return to_ns(min(times), precision) // unit, to_ns(max(times), precision) // unit
    except (TypeError, ValueError):  # no zone, or out of range: the serializer raises the error
        return None
