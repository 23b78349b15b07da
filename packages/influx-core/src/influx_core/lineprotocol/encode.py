"""Writing line protocol: points in, bytes out; what cannot be represented is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from influx_core.errors import EncodeError
from influx_core.lineprotocol.escaping import UnwritableError, escape_field_key, escape_head
from influx_core.lineprotocol.values import field_writer, tag_text
from influx_core.points import DataPoint, PointLike
from influx_core.timestamps import UNIT_NS, Naive, Precision, to_ns
from influx_core.timestamps import precision as canonical_precision

__all__ = ["encode"]


def encode(
    points: Iterable[PointLike],
    precision: Precision = "ns",
    *,
    on_invalid: Callable[[int, EncodeError], None] | None = None,
    naive: Naive = "raise",
    unsigned: bool = False,
) -> bytes:
    """Write points, each as one line with its end.

    Tags whose value is None or empty and fields whose value is None are left out: InfluxDB has no
    such values. Nothing else is left out or changed.

    Args:
        points: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
        precision: of the timestamps written, and of integer timestamps read; what is finer is
            rounded down.
        on_invalid: told the index and the error of each point that cannot be written, which is
            then left out.
        naive: what datetimes without a time zone mean.
        unsigned: whether the server has unsigned integers, as 2.x and 3.x do.

    Raises:
        EncodeError: the first point that cannot be written, if there is no `on_invalid`.
    """
    writer = _PointWriter(canonical_precision(precision), naive, unsigned)
    lines: list[str] = []
    for index, point in enumerate(points):
        try:
            lines.append(writer.line(point))
        except EncodeError as error:
            error.index = index
            if on_invalid is None:
                raise
            on_invalid(index, error)
    return "".join(lines).encode()


class _PointWriter:
    """Writes one point at a time: the definition of what a line is."""

    def __init__(self, precision: Precision, naive: Naive, unsigned: bool) -> None:
        self._precision = precision
        self._unit = UNIT_NS[precision]
        self._naive = naive
        self._unsigned = unsigned

    def line(self, point: PointLike) -> str:
        """Write a point as a line.

        Raises:
            EncodeError: it cannot be written; the error does not know the point's index.
        """
        measurement, tags, fields, timestamp = _members(point)
        try:
            head = escape_head(measurement, self._tags(tags))
            body = self._fields(fields)
            line = f"{head} {body}{self._time(timestamp)}\n"
            line.encode()
        except UnwritableError as error:
            raise EncodeError(str(error), measurement=measurement, key=error.key) from None
        except UnicodeEncodeError as error:
            reason = f"not valid Unicode: {error.reason}"
            raise EncodeError(reason, measurement=measurement) from None
        except (TypeError, ValueError) as error:
            raise EncodeError(str(error), measurement=measurement) from error
        return line

    def _tags(self, tags: Mapping[str, Any] | None) -> list[tuple[str, str]]:
        if not tags:
            return []
        pairs: list[tuple[str, str]] = []
        for key, value in tags.items():
            text = "" if value is None else self._tag(key, value)
            if text:
                pairs.append((key, text))
        return sorted(pairs)

    def _tag(self, key: str, value: Any) -> str:
        try:
            return tag_text(value, self._naive)
        except (TypeError, ValueError) as error:
            raise UnwritableError(str(error), key) from error

    def _fields(self, fields: Mapping[str, Any]) -> str:
        parts = [
            f"{escape_field_key(key)}={self._field(key, value)}"
            for key, value in fields.items()
            if value is not None
        ]
        if not parts:
            raise ValueError("at least one field with a value is required")
        return ",".join(parts)

    def _field(self, key: str, value: Any) -> str:
        try:
            return field_writer(type(value), self._naive, self._unsigned)(value)
        except (TypeError, ValueError) as error:
            raise UnwritableError(str(error), key) from error

    def _time(self, timestamp: Any) -> str:
        if timestamp is None:
            return ""
        return f" {to_ns(timestamp, self._precision, self._naive) // self._unit}"


def _members(point: PointLike) -> tuple[Any, Any, Any, Any]:
    if isinstance(point, DataPoint):
        return point.measurement, point.tags, point.fields, point.timestamp
    try:
        measurement, tags, fields, timestamp = point
    except (TypeError, ValueError):
        kind = type(point).__name__
        raise EncodeError(f"a point is a DataPoint or a tuple of four, not {kind}") from None
    return measurement, tags, fields, timestamp
