"""DataPoint: measurement, tags, fields and timestamp; and the forms accepted in its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from influx_core.errors import EncodeError
from influx_core.timestamps import Timestamp

__all__ = ["DataPoint", "PointLike", "Unsigned"]


class Unsigned(int):
    """An unsigned 64-bit integer, a field type of InfluxDB 2 and later.

    Written with the suffix `u` by clients with `api="v2"`, `"v3"` or `"auto"`, and by any
    serializer with the option `unsigned`.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Unsigned({int(self)})"


class DataPoint(msgspec.Struct, frozen=True, eq=True, gc=False):
    """A data point: measurement, tags, fields and timestamp.

    Immutable and compared by value. It has no hash, because it contains dicts.

    Attributes:
        measurement: the name of the measurement.
        tags: the indexed labels; values are strings, or converted to strings when written.
        fields: the values; at least one.
        timestamp: an integer counts units of the precision of the write (nanoseconds in decoded
            points). With None the server uses the time of arrival.

    Raises:
        EncodeError: the point has no field, or its tags or fields are not mappings.
    """

    measurement: str
    tags: Mapping[str, Any]
    fields: Mapping[str, Any]
    timestamp: Timestamp | None = None

    # gc=False: the collector need not scan points, because a frozen point of plain values is never
    # part of a cycle.
    __hash__ = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if not self.fields:
            raise EncodeError("at least one field is required")


PointLike: TypeAlias = (
    DataPoint | tuple[str, Mapping[str, Any] | None, Mapping[str, Any], Timestamp | None]
)
"""A point as all functions accept it: a DataPoint, or a tuple of its four members."""
