"""Encodes one point as one line, or raises an error that says why it cannot be written."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from influx_core._lineprotocol.encode.values import field_writer, tag_text
from influx_core._lineprotocol.escaping import UnwritableError, escaper
from influx_core._points.data_point import DataPoint, PointLike
from influx_core._points.point_like import as_point
from influx_core.errors import EncodeError
from influx_core.timestamps import UNIT_NS, Naive, Precision, naive_rule, to_ns

if TYPE_CHECKING:
    from influx_core._lineprotocol.decode.line_parts import Rules

__all__ = ["LineEncoder", "point_members"]

_MEMBERS = 4
_MOST_SERIES = 4096
"""How many series keys an encoder remembers."""

_MOST_TYPES = 1024
"""For how many types of values the functions are remembered."""

_TEXTS = frozenset((str, type(None)))


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


class _FieldWriters(dict[type[object], Callable[[Any], str]]):
    """The functions that format the values of fields, by type."""

    def __init__(self, naive: Naive, unsigned: bool) -> None:
        self._naive: Naive = naive
        self._unsigned = unsigned

    def __missing__(self, kind: Any) -> Callable[[Any], str]:
        if len(self) >= _MOST_TYPES:
            self.clear()
        writer = self[kind] = field_writer(kind, self._naive, self._unsigned)
        return writer


_field_writers = functools.cache(_FieldWriters)


class LineEncoder:
    """Encodes one point at a time.

    Args:
        precision: the unit of the timestamps written, and of integer timestamps in the points.
        naive: how datetimes without a time zone are read.
        unsigned: whether the server has unsigned integers.
        rules: the server's rules for names; None for names that every server reads alike.
        keep_series: whether to remember series keys, for an encoder that is used for long.
    """

    def __init__(
        self,
        precision: Precision,
        naive: Naive,
        *,
        unsigned: bool,
        rules: Rules | None = None,
        keep_series: bool = False,
    ) -> None:
        self.precision: Precision = precision
        self.unit = UNIT_NS[precision]
        self.naive: Naive = naive_rule(naive)
        self.unsigned = unsigned
        self.names = escaper(rules)
        self._field_writers = _field_writers(self.naive, unsigned)
        self._series_keys: dict[tuple[Any, ...], str] | None = {} if keep_series else None

    def line(self, point: PointLike) -> bytes:
        """Encode a point as a line that ends with a newline.

        Raises:
            EncodeError: it cannot be written; the error has no index.
        """
        measurement, tags, fields, timestamp = point_members(point)
        try:
            key = self._known_series_key(measurement, tags)
            return f"{key} {self._fields(fields)}{self.time(timestamp)}\n".encode()
        except UnwritableError as error:
            raise EncodeError(str(error), measurement=measurement, key=error.key) from None
        except UnicodeEncodeError:
            reason = "text with lone surrogates has no UTF-8"
            raise EncodeError(reason, measurement=measurement) from None
        except (AttributeError, TypeError, ValueError) as error:
            reason = _why(error, tags, fields)
            raise EncodeError(reason, measurement=measurement) from error

    def _known_series_key(self, measurement: str, tags: Mapping[str, Any] | None) -> str:
        if self._series_keys is None or type(tags) is not dict:
            return self.series_key(measurement, tags)
        parts = (measurement, *tags, *tags.values())
        try:
            return self._series_keys[parts]
        except (KeyError, TypeError):  # unknown, or not hashable
            text = self.series_key(measurement, tags)
        if _TEXTS.issuperset(map(type, parts)):  # 1 == True, but their texts differ
            if len(self._series_keys) >= _MOST_SERIES:
                self._series_keys.clear()
            self._series_keys[parts] = text
        return text

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
        field_key, writers = self.names.field_key, self._field_writers
        try:
            parts = [
                f"{field_key(key)}={writers[type(value)](value)}"
                for key, value in fields.items()
                if value is not None
            ]
        except UnwritableError:
            raise
        except (TypeError, ValueError):
            self._refuse_field(fields)
            raise
        if not parts:
            raise ValueError("at least one field with a value is required")
        return ",".join(parts)

    def _refuse_field(self, fields: Mapping[str, Any]) -> None:
        for key, value in fields.items():
            try:
                if value is not None:
                    self.field(value)
            except (TypeError, ValueError) as error:
                raise UnwritableError(str(error), key) from error

    def field(self, value: Any) -> str:
        """Format the value of a field.

        Raises:
            TypeError: values of its type cannot be written.
            ValueError: this value cannot be written.
        """
        return self._field_writers[type(value)](value)

    def time(self, timestamp: Any) -> str:
        """Format a timestamp with a space before it; None becomes an empty text.

        Raises:
            TypeError: its type is not one of times.
            ValueError: the server cannot store this time.
        """
        if timestamp is None:
            return ""
        return f" {to_ns(timestamp, self.precision, self.naive) // self.unit}"
