"""JSON as Go writes it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

import msgspec

from influx_testing._engine.statements.result_series import Result, ResultSeries
from influx_testing._flavors.formats.response_format import (
    UnencodableError,
    series_object,
    text_writer,
    time_writer,
)

__all__ = ["JsonFormat"]

_ESCAPES = {
    b"&": rb"\u0026",
    b"<": rb"\u003c",
    b">": rb"\u003e",
    b"\\\\": b"\\\\",
    rb"\b": rb"\u0008",
    rb"\f": rb"\u000c",
    b"\xe2\x80\xa8": rb"\u2028",
    b"\xe2\x80\xa9": rb"\u2029",
    b"\xef\xbf\xbd": rb"\ufffd",
}
"""How Go writes some characters in strings; a backslash is included so that it stays unchanged."""

_ESCAPED = re.compile(rb"[<>&]|\\[\\bf]|\xe2\x80[\xa8\xa9]|\xef\xbf\xbd")
_EXACT = 2.0**53
_SHORT = 1e21
_LONG = 1e-4
_LEAST = 1e-6


class JsonFormat:
    """JSON as Go writes it: whole floats without a dot, and `<`, `>` and `&` escaped."""

    content_type = "application/json"

    def __init__(self, epoch: str, *, pretty: bool) -> None:
        self._epoch = epoch
        self._pretty = pretty

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write results as one document and a newline."""
        shown = [self._result(result) for result in results]
        return self._dump({"results": shown} if shown else {})

    def error(self, message: str) -> bytes:
        """Write `{"error": ...}` and a newline."""
        return self._dump({"error": message})

    def _result(self, result: Result) -> dict[str, Any]:
        shown: dict[str, Any] = {"statement_id": result.statement_id}
        if result.series:
            shown["series"] = [series_object(one, self._rows(one)) for one in result.series]
        if result.messages:
            shown["messages"] = [{"level": level, "text": text} for level, text in result.messages]
        if result.partial:
            shown["partial"] = True
        if result.error:
            shown["error"] = result.error
        return shown

    def _rows(self, series: ResultSeries) -> list[list[Any]]:
        if not series.has_time:
            return series.values
        show = time_writer(self._epoch, text_writer(series.zone))
        return [[show(row[0]), *[_number(value) for value in row[1:]]] for row in series.values]

    def _dump(self, document: Any) -> bytes:
        data = _encoded(document)
        if self._pretty:
            data = msgspec.json.format(data, indent=4)
        return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], data) + b"\n"


def _encoded(document: Any) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(_printable(document))


def _printable(value: Any) -> Any:
    """Replace bytes that are not valid UTF-8, in all texts of a document."""
    if isinstance(value, str):
        return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_printable(item) for item in cast(Iterable[Any], value)]
    if isinstance(value, dict):
        items = cast(dict[str, Any], value).items()
        return {_printable(key): _printable(item) for key, item in items}
    return value


def _number(value: Any) -> Any:
    if value.__class__ is not float:
        return value
    if math.isinf(value):
        sign = "+" if value > 0 else "-"
        raise UnencodableError(
            "json: error calling MarshalJSON for type httpd.Response: "
            "json: error calling MarshalJSON for type *query.Result: "
            f"json: unsupported value: {sign}Inf"
        )
    if not value.is_integer():
        return _small(value) if -_LONG < value < _LONG else value
    if value == 0 and math.copysign(1, value) < 0:
        return msgspec.Raw(b"-0")
    if -_EXACT < value < _EXACT:
        return int(value)
    return msgspec.Raw(_large(value).encode())


def _small(value: float) -> Any:
    """Write a small number without an exponent down to 1e-6; msgspec does so only to `_LONG`."""
    if abs(value) < _LEAST:
        return value
    return msgspec.Raw(f"{Decimal(repr(value)):f}".encode())


def _large(value: float) -> str:
    """Write a whole number beyond the precision of floats; with an exponent from 1e21 on."""
    if -_SHORT < value < _SHORT:
        return str(int(Decimal(repr(value))))
    return repr(value)
