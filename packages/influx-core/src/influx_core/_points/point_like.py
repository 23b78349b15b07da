"""Converts what callers pass as points: DataPoints, tuples or dicts, one or several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from influx_core._options.validator import a_kind
from influx_core._points.data_point import DataPoint, PointLike
from influx_core.errors import EncodeError

__all__ = ["as_point", "as_points", "is_point", "point_of_arguments"]

_DICT_KEYS = frozenset({"measurement", "tags", "fields", "time", "timestamp"})

_WANTED = (
    "a point is a DataPoint, a tuple (measurement, tags, fields, timestamp), or a dict with the "
    "keys measurement, tags, fields, time"
)


_OF_A_FRAME = ("__arrow_c_stream__", "__dataframe__")
"""Every data frame class has at least one of these methods."""


def point_of_arguments(
    measurement: object, tags: object, fields: object, timestamp: object
) -> PointLike:
    """Return the point of a call: the first argument alone, or all arguments as its parts.

    Raises:
        EncodeError: the arguments are not a point; the text says which arguments are valid.
    """
    if not isinstance(measurement, str):
        point = as_point(measurement)
        if any(part is not None for part in (tags, fields, timestamp)):
            raise EncodeError("a whole point has its tags, fields and time: give nothing else")
        return point
    if not fields and not tags and " " in measurement and "=" in measurement:
        raise EncodeError(
            "at least one field is required; line protocol is for write_lines()",
            measurement=measurement,
        )
    if fields is None and tags:
        raise EncodeError(
            "at least one field is required: the second argument is the tags, the third the fields",
            measurement=measurement,
        )
    return DataPoint(
        measurement, cast(Any, tags or {}), cast(Any, fields or {}), cast(Any, timestamp)
    )


def is_point(value: object) -> bool:
    """Whether a value is one point, and not several."""
    if isinstance(value, (DataPoint, Mapping)):
        return True
    if not isinstance(value, tuple):
        return False
    members = cast("tuple[object, ...]", value)
    return len(members) > 0 and isinstance(members[0], str)


def as_point(point: object) -> PointLike:
    """Convert a point to a form that serializers accept.

    Raises:
        EncodeError: it is not a point; the text says what a point is.
    """
    if isinstance(point, DataPoint):
        return point
    if isinstance(point, Mapping):
        return _from_dict(cast("Mapping[Any, Any]", point))  # type: ignore[redundant-cast]
    if isinstance(point, tuple):
        members = cast("tuple[object, ...]", point)
        if len(members) == len(DataPoint.__struct_fields__):
            return cast(PointLike, members)
    if isinstance(point, (str, bytes)):
        raise EncodeError(f"{_WANTED}; line protocol is for write_lines() and put_lines()")
    if _is_frame(point):
        raise EncodeError(
            f"{_WANTED}; for {a_kind(point)}, there is "
            'influx_dataframe.write_frame(client, frame, "measurement")'
        )
    if isinstance(point, Iterable) and not isinstance(point, tuple):
        raise EncodeError(f"{_WANTED}; several points are for write_many() and put_many()")
    raise EncodeError(f"{_WANTED}; not {_described(point)}")


def as_points(points: object) -> Iterable[PointLike]:
    """Return points as an iterable; a single point becomes one. The items are not checked.

    Raises:
        EncodeError: these are not points; the text says what points are.
    """
    if isinstance(points, list):
        return cast("list[PointLike]", points)
    if is_point(points):
        return (cast(PointLike, points),)
    if isinstance(points, tuple):
        return cast("tuple[PointLike, ...]", points)
    if isinstance(points, (str, bytes)) or not isinstance(points, Iterable) or _is_frame(points):
        as_point(points)
    return cast("Iterable[PointLike]", points)


def _is_frame(value: object) -> bool:
    return any(hasattr(type(value), name) for name in _OF_A_FRAME)


def _from_dict(point: Mapping[Any, Any]) -> DataPoint:
    keys = set(point)
    if not {"measurement", "fields"} <= keys <= _DICT_KEYS or {"time", "timestamp"} <= keys:
        given = ", ".join(map(repr, point))
        raise EncodeError(f"{_WANTED}; not a dict with the keys {given}")
    time = point.get("time", point.get("timestamp"))
    return DataPoint(point["measurement"], point.get("tags") or {}, point["fields"], time)


def _described(value: object) -> str:
    if isinstance(value, tuple):
        return f"a tuple of {len(cast('tuple[object, ...]', value))}"
    return a_kind(value)
