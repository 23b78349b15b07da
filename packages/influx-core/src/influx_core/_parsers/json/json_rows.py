"""Parses the JSON of InfluxDB 3: one array of row objects.

The response is parsed when it is complete. To parse rows as they arrive, use JSON lines.
"""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.json.unfinished_json import UnfinishedJSON
from influx_core._parsers.row_objects import RowCollector, RowObjectsDeserializer
from influx_core._results.query_result import StatementResult
from influx_core._runtime.gc_pause import gc_paused
from influx_core.interfaces import ResponseParser

__all__ = ["ROW_OBJECTS", "JSONRowsDeserializer"]

FORMAT = "a JSON response of InfluxDB 3"

ROW_OBJECTS = "application/json; shape=rows"
"""The MIME type of JSON whose rows are objects; that of InfluxDB 1.x is `application/json`."""

_decoder = msgspec.json.Decoder(list[dict[str, Any]])
_outliner = msgspec.json.Decoder(list[msgspec.Raw])


class _JSONRowsParser:
    """Collects the response and parses it at its end."""

    def __init__(self, rows: RowCollector) -> None:
        self._rows = rows
        self._unfinished = UnfinishedJSON(FORMAT, _outliner.decode)

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes."""
        self._unfinished.hold(data)
        return []

    def finish(self) -> list[StatementResult]:
        """Return all rows; raise DecodeError if the array is incomplete."""
        with decoding(FORMAT), gc_paused():
            pieces = self._rows.add_objects(_decoder.decode(self._unfinished.taken()))
            return [*pieces, *self._rows.finish()]


class JSONRowsDeserializer(RowObjectsDeserializer):
    """The deserializer `json` on InfluxDB 3.

    Args:
        times: see `JSONLinesDeserializer`.

    Raises:
        ConfigError: `times` is neither `all` nor `time`.
    """

    accept = ROW_OBJECTS
    name = "json"

    def parser(self, rows: RowCollector) -> ResponseParser:
        """Return a parser for one response, which collects its rows there."""
        return _JSONRowsParser(rows)
