"""Serializers: they convert points to the body of a write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from influx_core._columns.arrow_layout import Column
from influx_core._points.data_point import DataPoint, PointLike
from influx_core.errors import EncodeError
from influx_core.timestamps import Precision

__all__ = [
    "ColumnSerializer",
    "IntakeSerializer",
    "OnInvalid",
    "PointIntake",
    "PointSerializer",
    "ReadingSerializer",
    "Serializer",
]

OnInvalid = Callable[[int, EncodeError], None]
"""Called for a point that cannot be written, with its index in the call and the error."""

RunT = TypeVar("RunT")
ReceiptT = TypeVar("ReceiptT")
ReceiptT_co = TypeVar("ReceiptT_co", covariant=True)
ChunkT = TypeVar("ChunkT")


class Serializer(Protocol):
    """Converts points to the body of a write. Stateless."""

    @property
    def content_type(self) -> str:
        """The MIME type of what `dump` returns."""
        ...

    def dump(
        self,
        points: Iterable[PointLike],
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode points; the loop over them is inside this call.

        Args:
            points: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
            precision: the unit of the timestamps written, and of integer timestamps in the points.
            on_invalid: called for each point that cannot be written; the point is left out.

        Raises:
            EncodeError: the first point that cannot be written, if there is no `on_invalid`.
        """
        ...


class PointSerializer(Serializer, Protocol):
    """A serializer that also accepts a single point, faster than a collection of one."""

    def dump_point(self, point: PointLike, precision: Precision) -> bytes:
        """Encode one point, with the same result as `dump`.

        Args:
            point: a DataPoint or a tuple `(measurement, tags, fields, timestamp)`.
            precision: the unit of the timestamp written, and of an integer timestamp.

        Raises:
            EncodeError: the point cannot be written; its index is 0.
        """
        ...


class PointIntake(Protocol[ChunkT, ReceiptT_co]):
    """Takes points that a writer is given one at a time; see `IntakeSerializer`.

    The points between two calls of `end_run` are a run.
    """

    def take(self, point: PointLike, /) -> ReceiptT_co | None:
        """Add a point to the run; return its receipt.

        Returns:
            None, and nothing was added, if no more points or bytes are allowed, or if the point
            needs anything but its line: `dump_point` decides then what is wrong.
        """
        ...

    def allow(self, points: int, size: int, /) -> None:
        """Set how many points, and bytes of their lines, may be taken from now on."""
        ...

    def taken(self) -> tuple[int, int]:
        """Return how many points and bytes the run has."""
        ...

    def end_run(self, chunks: list[ChunkT], /) -> tuple[int, int]:
        """End the run, and append the chunk of its points, if there are any.

        Returns:
            How many points and bytes were appended.
        """
        ...


class IntakeSerializer(PointSerializer, Protocol):
    """A point serializer that also does what a writer does with most points, in one call each."""

    def point_intake(
        self,
        precision: Precision,
        run: Callable[[], RunT],
        receipt: Callable[[RunT, int], ReceiptT],
        chunk: Callable[[bytes, int, tuple[int, int], RunT], ChunkT],
        now: Callable[[], int],
    ) -> PointIntake[ChunkT, ReceiptT] | None:
        """Make an intake, which takes no point before it is allowed to.

        Args:
            precision: the unit of the timestamps written, and of integer timestamps.
            run: makes what the receipts and the chunk of a run have in common.
            receipt: makes the receipt of a point of a run, from its index in the run.
            chunk: makes the chunk of a run: of its lines in order, as `dump_point` writes them, the
                number of points, and the earliest and the latest time in the lines.
            now: returns the time of a point without one.

        Returns:
            None if this serializer has none, as a subclass that encodes points in its own way.
        """
        ...


class ColumnSerializer(Serializer, Protocol):
    """A serializer that also accepts columns, so that frames need no rows."""

    def dump_columns(
        self,
        measurement: str | Column,
        tags: Mapping[str, Column | str],
        fields: Mapping[str, Column],
        timestamps: Column | None,
        precision: Precision,
        on_invalid: OnInvalid | None = None,
    ) -> bytes:
        """Encode rows given as columns of equal length, with the same result as `dump`.

        Args:
            measurement: one name for all rows, or a column of strings.
            tags: for each tag one value for all rows, or a column of strings; missing and empty
                values are left out.
            fields: columns of floats, integers, unsigned integers, booleans or strings; missing
                values are left out.
            timestamps: a column of times; for a missing time, or without the column, the server
                uses its own time.
            precision: the precision of the timestamps written; finer times are rounded down.
            on_invalid: called for each row that cannot be written; the row is left out.

        Raises:
            EncodeError: the first row that cannot be written, if there is no `on_invalid`.
            ValueError: the columns differ in length, or have a type that cannot be written.
        """
        ...


class ReadingSerializer(Serializer, Protocol):
    """A serializer that can also decode."""

    def load(
        self, data: bytes, precision: Precision, default_time: int | None = None
    ) -> list[DataPoint]:
        """Decode points; timestamps are returned in nanoseconds.

        Args:
            data: the body of a write.
            precision: the unit of the timestamps in the data.
            default_time: the timestamp of points without one, in nanoseconds, rounded down to the
                precision; with None they have none.

        Raises:
            DecodeError: a line is invalid; raised for the first one.
        """
        ...
