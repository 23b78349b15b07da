"""MessagePack as the server writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import series_object, time_writer

__all__ = ["MsgpackFormat"]


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
        values = series.values
        if series.has_time:
            values = [[self._time(row[0]), *row[1:]] for row in values]
        return series_object(series, values) | {"values": values}


def _extension(time: int) -> msgspec.msgpack.Ext:
    seconds, rest = divmod(time, 1_000_000_000)
    data = seconds.to_bytes(8, "big", signed=True) + rest.to_bytes(4, "big")
    return msgspec.msgpack.Ext(5, data)
