"""Encodes a column as fields, tags or times of lines.

The codec refuses rows with a value that cannot be written. This module refuses columns of a type
that InfluxDB does not have.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from influx_core import EncodeError
from influx_core.codec import tag_text
from influx_core.columns import Column, typed_view
from influx_core.timestamps import UNIT_NS, Naive, Precision, to_ns, to_rfc3339
from influx_dataframe._from_frame import RawColumn, number_buffers

__all__ = ["ColumnEncoders", "EncodingPolicy"]

_REASONS = {
    "naive time": 'times without a zone need naive="utc" or "local"',
    "duration": 'InfluxDB has no durations; durations="ns" writes integers of nanoseconds',
}
_MOST = 2**63 - 1
"""Where a number of nanoseconds has no place in 64 bits, this one stands; no server stores it."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


@dataclass(frozen=True, slots=True)
class EncodingPolicy:
    """What is said about values that InfluxDB does not have.

    Attributes:
        precision: the unit of integers that are times.
        naive: what times without a zone mean.
        on_nonfinite: whether infinities, and NaN where it does not mean missing, are left out.
        durations: whether they are written as integers of nanoseconds.
        unsigned: whether unsigned integers of 64 bits are written as such.
    """

    precision: Precision = "ns"
    naive: Naive = "raise"
    on_nonfinite: Literal["raise", "omit"] = "raise"
    durations: Literal["raise", "ns"] = "raise"
    unsigned: bool = False


class ColumnEncoders:
    """Makes columns of a batch what they are to be.

    Args:
        policy: what is said about values that InfluxDB does not have.
        start: the row of the frame that is the first one of the batch.
    """

    def __init__(self, policy: EncodingPolicy, start: int) -> None:
        self._policy = policy
        self._start = start

    def field(self, name: str, raw: RawColumn) -> Column:
        """A column of values.

        Raises:
            EncodeError: it cannot be written; names the column, its type, and a row.
        """
        match raw.kind:
            case "float":
                return self._floats(raw.column)
            case "decimal":
                floats = [None if one is None else float(one) for one in raw.column.to_list()]
                return self._floats(Column.of(floats, "float"))
            case "unsigned" if not self._policy.unsigned:
                return self._signed(name, raw)
            case "null" | "boolean" | "integer" | "unsigned" | "string":
                return raw.column
            case "duration" if self._policy.durations == "ns":
                self._within(name, raw)
                return raw.column
            case _:
                return Column.of(self._texts(name, raw), "string")

    def tag(self, name: str, raw: RawColumn) -> Column:
        """A column of strings: of other values, as the codec for points prints them.

        Raises:
            EncodeError: it cannot be written; names the column, its type, and a row.
        """
        if raw.kind in ("string", "null"):
            return raw.column
        texts = self._texts(name, raw)
        known: dict[str, int] = {}
        positions = [0 if one is None else known.setdefault(one, len(known)) for one in texts]
        valid = Column.of(texts, "object").valid
        dictionary = Column.of(known, "string")
        return Column("string", len(texts), array("i", positions), None, valid, 0, dictionary)

    def time(self, name: str, raw: RawColumn) -> Column:
        """A column of times.

        Raises:
            EncodeError: it has none; names the column, its type, and a row.
        """
        match raw.kind:
            case "null":
                return raw.column
            case "time":
                return replace(raw.column, kind="time")
            case "naive time":
                return Column.of(self._in_zone(name, raw), "time")
            case "integer":
                return self._counted(raw.column)
            case "unsigned":
                return self._counted(self._signed(name, raw))
            case "date" | "string":
                naive = self._policy.naive
                return Column.of(self._each(name, raw, lambda one: to_ns(one, naive=naive)), "time")
            case _:
                wanted = "a time is a timestamp, a date, an integer, or RFC 3339 text"
                raise self._error(name, raw, wanted)

    def _counted(self, column: Column) -> Column:
        """Integers in units of the precision, as times."""
        unit = UNIT_NS[self._policy.precision]
        ns = number_buffers.scaled(column.values, column.offset, column.length, unit)
        return Column("time", column.length, ns, valid=number_buffers.validity(column))

    def _floats(self, column: Column) -> Column:
        if self._policy.on_nonfinite == "raise":
            return column
        values = typed_view(column.values, "B")[column.offset * 8 :]
        return Column("float", column.length, values, valid=number_buffers.finite(column))

    def _signed(self, name: str, raw: RawColumn) -> Column:
        """Unsigned integers as signed ones, which they must all fit into."""
        column = raw.column
        values = typed_view(column.values, "q")
        if min(values[column.offset : column.offset + column.length], default=0) < 0:
            wide = [one is not None and one > _MOST for one in column.to_list()]
            if any(wide):
                reason = "it does not fit into 63 bits; unsigned=True is for servers that take it"
                raise self._error(name, raw, reason, wide.index(True))
        return replace(column, kind="integer")

    def _texts(self, name: str, raw: RawColumn) -> list[str | None]:
        """The values as texts.

        Raises:
            EncodeError: they have no text, or one of them has none.
        """
        match raw.kind:
            case "time" | "naive time":
                self._within(name, raw)
                naive = raw.kind == "naive time"
                times = self._in_zone(name, raw) if naive else raw.column.to_list()
                return [None if one is None else to_rfc3339(one) for one in times]
            case "duration" if self._policy.durations == "ns":
                return self._each(name, raw, str)
            case "boolean" | "integer" | "unsigned" | "float" | "decimal" | "date":
                return self._each(name, raw, self._tag_text)
            case _:
                reason = raw.reason or _REASONS.get(raw.kind, "InfluxDB has no such values")
                raise self._error(name, raw, reason, raw.row)

    def _tag_text(self, value: Any) -> str | None:
        nonfinite = isinstance(value, (float, Decimal)) and not isfinite(value)
        if nonfinite and self._policy.on_nonfinite == "omit":
            return None
        return tag_text(value, "raise")

    def _in_zone(self, name: str, raw: RawColumn) -> list[int | None]:
        """Times that have no zone, with the one they are said to mean."""
        match self._policy.naive:
            case "utc":
                return raw.column.to_list()
            case "local":
                return self._each(name, raw, _local)
            case _:
                raise self._error(name, raw, _REASONS["naive time"])

    def _within(self, name: str, raw: RawColumn) -> None:
        """Refuse nanoseconds that do not fit into 64 bits."""
        values = typed_view(raw.column.values, "q")
        if max(values[raw.column.offset :], default=0) == _MOST:
            self._each(name, raw, _fitting)

    def _each(self, name: str, raw: RawColumn, convert: Callable[[Any], Any]) -> list[Any]:
        """The values, each converted; None for each that is missing."""
        converted: list[Any] = []
        for row, value in enumerate(raw.column.to_list()):
            try:
                converted.append(None if value is None else convert(value))
            except (OverflowError, TypeError, ValueError) as error:
                raise self._error(name, raw, str(error), row) from None
        return converted

    def _error(self, name: str, raw: RawColumn, reason: str, row: int | None = None) -> EncodeError:
        if row is None:
            row = next((row for row, there in enumerate(raw.column.presence()) if there), 0)
        text = f"a column of type {raw.type} cannot be written: {reason}"
        return EncodeError(text, index=self._start + row, key=name)


def _local(ns: int) -> int:
    moment = _EPOCH + timedelta(microseconds=ns // 1000)
    return to_ns(moment, naive="local") + ns % 1000


def _fitting(ns: int) -> int:
    if ns == _MOST:
        raise ValueError("it does not fit into 64 bits of nanoseconds")
    return ns
