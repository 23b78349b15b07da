"""MessagePack as the server writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import series_object, time_writer

__all__ = ["MsgpackFormat"]

_MARKERS = {2: b"\xd1", 4: b"\xd2", 8: b"\xd3"}
"""The first bytes of signed integers, by their size."""


class MsgpackFormat:
    """MessagePack; times without a unit are extension values of type 5."""

    content_type = "application/x-msgpack"

    def __init__(self, epoch: str) -> None:
        self._time = time_writer(epoch, _extension)

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write results as one document."""
        return msgspec.msgpack.encode({"results": [self._result(one) for one in results]})

    def error(self, message: str) -> bytes:
        """Write `{"error": ...}`."""
        return msgspec.msgpack.encode({"error": message})

    def _result(self, result: Result) -> dict[str, Any]:
        if result.error:
            return {"error": result.error}
        shown: dict[str, Any] = {"statement_id": result.statement_id}
        if result.messages:
            shown["messages"] = [{"level": level, "text": text} for level, text in result.messages]
        shown["series"] = [self._series(series) for series in result.series]
        if result.partial:
            shown["partial"] = True
        return shown

    def _series(self, series: ResultSeries) -> dict[str, Any]:
        time = self._time if series.has_time else _signed
        values = [[_signed(time(row[0])), *map(_signed, row[1:])] for row in series.values]
        return series_object(series, values) | {"values": values}


def _signed(value: Any) -> Any:
    """Write a positive integer as a signed one, as the server does; msgspec does not."""
    if value.__class__ is not int or not 127 < value < 2**63:
        return value
    size = 2 if value < 2**15 else 4 if value < 2**31 else 8
    return msgspec.Raw(_MARKERS[size] + value.to_bytes(size, "big"))


def _extension(time: int) -> msgspec.msgpack.Ext:
    seconds, rest = divmod(time, 1_000_000_000)
    data = seconds.to_bytes(8, "big", signed=True) + rest.to_bytes(4, "big")
    return msgspec.msgpack.Ext(5, data)
