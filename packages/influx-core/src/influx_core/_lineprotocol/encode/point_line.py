"""Encodes one point as one line, or raises an error that says why it cannot be written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from influx_core._lineprotocol.encode.values import field_text, tag_text
from influx_core._lineprotocol.escaping import UnwritableError, escaper
from influx_core._points.data_point import DataPoint, PointLike
from influx_core._points.point_like import as_point
from influx_core.errors import EncodeError
from influx_core.timestamps import UNIT_NS, Naive, Precision, naive_rule, to_ns

if TYPE_CHECKING:
    from influx_core._lineprotocol.decode.line_parts import Rules

__all__ = ["LineEncoder", "point_members"]

_MEMBERS = 4


def point_members(point: PointLike) -> tuple[Any, Any, Any, Any]:
    """Return the measurement, tags, fields and timestamp of a point.

    Raises:
        EncodeError: it is not a point.
    """
    if isinstance(point, tuple) and len(point) == _MEMBERS:
        return point
    known = as_point(point)
    assert isinstance(known, DataPoint)
    return known.measurement, known.tags, known.fields, known.timestamp


def _why(error: Exception, tags: object, fields: object) -> str:
    """The reason that a point cannot be written."""
    for name, given in (("tags", tags), ("fields", fields)):
        if not isinstance(given, Mapping) and not (name == "tags" and given is None):
            return f"{name} are a mapping of keys to values, not {given!r:.60}"
    return str(error)


class LineEncoder:
    """Encodes one point at a time.

    Args:
        precision: the unit of the timestamps written, and of integer timestamps in the points.
        naive: how datetimes without a time zone are read.
        unsigned: whether the server has unsigned integers.
        rules: the server's rules for names; None for names that every server reads alike.
    """

    def __init__(
        self, precision: Precision, naive: Naive, *, unsigned: bool, rules: Rules | None = None
    ) -> None:
        self.precision: Precision = precision
        self.unit = UNIT_NS[precision]
        self.naive: Naive = naive_rule(naive)
        self.unsigned = unsigned
        self.names = escaper(rules)

    def line(self, point: PointLike) -> str:
        """Encode a point as a line that ends with a newline.

        Raises:
            EncodeError: it cannot be written; the error has no index.
        """
        measurement, tags, fields, timestamp = point_members(point)
        try:
            key = self.series_key(measurement, tags)
            line = f"{key} {self._fields(fields)}{self.time(timestamp)}\n"
            line.encode()
        except UnwritableError as error:
            raise EncodeError(str(error), measurement=measurement, key=error.key) from None
        except UnicodeEncodeError:
            reason = "text with lone surrogates has no UTF-8"
            raise EncodeError(reason, measurement=measurement) from None
        except (AttributeError, TypeError, ValueError) as error:
            reason = _why(error, tags, fields)
            raise EncodeError(reason, measurement=measurement) from error
        return line

    def series_key(self, measurement: str, tags: Mapping[str, Any] | None) -> str:
        """Encode measurement and tags; leave out tags without a value.

        Raises:
            UnwritableError: the measurement or a tag cannot be written.
        """
        pairs = [(key, self._tag(key, value)) for key, value in (tags or {}).items()]
        return self.names.series_key(measurement, [pair for pair in pairs if pair[1]])

    def _tag(self, key: str, value: Any) -> str:
        try:
            return "" if value is None else tag_text(value, self.naive)
        except (TypeError, ValueError) as error:
            raise UnwritableError(str(error), key) from error

    def _fields(self, fields: Mapping[str, Any]) -> str:
        parts = [
            f"{self.names.field_key(key)}={self._field(key, value)}"
            for key, value in fields.items()
            if value is not None
        ]
        if not parts:
            raise ValueError("at least one field with a value is required")
        return ",".join(parts)

    def _field(self, key: str, value: Any) -> str:
        try:
            return self.field(value)
        except (TypeError, ValueError) as error:
            raise UnwritableError(str(error), key) from error

    def field(self, value: Any) -> str:
        """Format the value of a field.

        Raises:
            TypeError: values of its type cannot be written.
            ValueError: this value cannot be written.
        """
        return field_text(value, self.naive, unsigned=self.unsigned)

    def time(self, timestamp: Any) -> str:
        """Format a timestamp with a space before it; None becomes an empty text.

        Raises:
            TypeError: its type is not one of times.
            ValueError: the server cannot store this time.
        """
        if timestamp is None:
            return ""
        return f" {to_ns(timestamp, self.precision, self.naive) // self.unit}"
