"""The formats of answers: JSON, CSV and MessagePack, byte for byte as the server writes them."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Protocol, cast

import msgspec

from influx_core.timestamps import to_rfc3339
from influx_testing._engine.statements.result_series import Result, ResultSeries

__all__ = ["CsvFormat", "Format", "JsonFormat", "MsgpackFormat", "UnencodableError", "choose"]

_UNITS = {
    "u": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_ESCAPES = {
    b"&": rb"\u0026",
    b"<": rb"\u003c",
    b">": rb"\u003e",
    b"\\\\": b"\\\\",
    rb"\b": rb"\u0008",
    rb"\f": rb"\u000c",
    b"\xef\xbf\xbd": rb"\ufffd",
}
"""How Go writes some signs in strings; a backslash is here to be left alone."""

_ESCAPED = re.compile(rb"[<>&]|\\[\\bf]|\xef\xbf\xbd")
_EXACT = 2.0**53
_SHORT = 1e21
_LONG = 1e-4
_LEAST = 1e-6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnencodableError(Exception):
    """A value has no form in a format; the text is what the server answers instead."""


class Format(Protocol):
    """Writes answers of one request."""

    content_type: str

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write results as one document.

        Raises:
            UnencodableError: a value cannot be written.
        """
        ...

    def error(self, message: str) -> bytes:
        """Write the error of a whole request."""
        ...


def choose(accept: str, *, epoch: str, pretty: bool) -> Format:
    """Find the format a request asks for; JSON if in doubt.

    Args:
        accept: the Accept header.
        epoch: the unit of times; empty for RFC 3339, anything unknown for nanoseconds.
        pretty: whether JSON is indented.
    """
    if accept in {"application/csv", "text/csv"}:
        return CsvFormat(epoch)
    if accept == "application/x-msgpack":
        return MsgpackFormat(epoch)
    return JsonFormat(epoch, pretty=pretty)


def _in_unit(unit: int) -> Callable[[int], int]:
    def convert(time: int) -> int:
        return time // unit if time >= 0 else -(-time // unit)

    return convert


def _time_writer(epoch: str, otherwise: Callable[[int], Any]) -> Callable[[int], Any]:
    if not epoch:
        return otherwise
    return _in_unit(_UNITS.get(epoch, 1))


def _text_writer(zone: tzinfo | None) -> Callable[[int], str]:
    """Write times as RFC 3339, in a zone."""
    if zone is None:
        return to_rfc3339

    def write(time: int) -> str:
        text = to_rfc3339(time)
        stamp = (_EPOCH + timedelta(seconds=time // 1_000_000_000)).astimezone(zone)
        local = stamp.isoformat()
        shift = "Z" if local.endswith("+00:00") else local[19:]
        return f"{local[:19]}{text[19:-1]}{shift}"

    return write


def _series(series: ResultSeries, values: list[list[Any]]) -> dict[str, Any]:
    """A series as an object; what is empty is left out."""
    shown: dict[str, Any] = {
        "name": series.name,
        "tags": series.tags,
        "columns": series.columns,
        "values": values,
        "partial": series.partial,
    }
    return {name: value for name, value in shown.items() if value}


class JsonFormat:
    """JSON as Go writes it: whole floats without a dot, HTML's signs escaped."""

    content_type = "application/json"

    def __init__(self, epoch: str, *, pretty: bool) -> None:
        self._epoch = epoch
        self._pretty = pretty

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write results as one document, with a line end."""
        shown = [self._result(result) for result in results]
        return self._dump({"results": shown} if shown else {})

    def error(self, message: str) -> bytes:
        """Write `{"error": ...}`, with a line end."""
        return self._dump({"error": message})

    def _result(self, result: Result) -> dict[str, Any]:
        shown: dict[str, Any] = {"statement_id": result.statement_id}
        if result.series:
            shown["series"] = [_series(one, self._rows(one)) for one in result.series]
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
        show = _time_writer(self._epoch, _text_writer(series.zone))
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
    """Replace what is no UTF-8, everywhere in a document."""
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
    """Write a small number at length down to a millionth; msgspec does so only to `_LONG`."""
    if abs(value) < _LEAST:
        return value
    return msgspec.Raw(f"{Decimal(repr(value)):f}".encode())


def _large(value: float) -> str:
    """Write a whole number that has more digits than a float tells apart; from 1e21 shortly."""
    if -_SHORT < value < _SHORT:
        return str(int(Decimal(repr(value))))
    return repr(value)


class CsvFormat:
    """CSV: one table a statement. Errors of statements and the unit of times are left out."""

    content_type = "text/csv"

    def __init__(self, epoch: str) -> None:
        self._time = _time_writer(epoch or "ns", str)
        self._statement = -1

    def answer(self, results: Iterable[Result]) -> bytes:
        """Write the rows of results; the header comes with the first of a statement."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        for result in results:
            if result.statement_id != self._statement:
                if not result.series:
                    continue
                if self._statement >= 0:
                    out.write("\n")
                self._statement = result.statement_id
                writer.writerow(["name", "tags", *result.series[0].columns])
            for series in result.series:
                writer.writerows(self._rows(series))
        return out.getvalue().encode("utf-8", "replace")

    def error(self, message: str) -> bytes:
        """Write a table of one error."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([["error"], [message]])
        return out.getvalue().encode("utf-8", "replace")

    def _rows(self, series: ResultSeries) -> Iterator[list[Any]]:
        tags = ",".join(
            f"{_escaped(key)}={_escaped(value)}"
            for key, value in (series.tags or {}).items()
            if value
        )
        for row in series.values:
            cells = [
                name if name in series.forgotten else _cell(value)
                for name, value in zip(series.columns, row, strict=True)
            ]
            if series.has_time:
                cells[0] = str(self._time(row[0]))
            yield [series.name, tags, *cells]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _plain_float(value)
    return str(value)


def _plain_float(value: float) -> str:
    """Write a float with as many digits as needed and without an exponent."""
    if not math.isfinite(value):
        return f"{value:+}".replace("inf", "Inf")
    text = msgspec.json.encode(value).decode()
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        digits = max(len(mantissa.partition(".")[2]) - int(exponent), 0)
        text = f"{value:.{digits}f}" if digits else str(int(value))
        if not digits:
            text = _whole_text(mantissa, int(exponent))
    return text.removesuffix(".0")


def _whole_text(mantissa: str, exponent: int) -> str:
    """Shift the point of `1.2345` right past its digits."""
    whole, _, fraction = mantissa.partition(".")
    return whole + fraction.ljust(exponent, "0")


class MsgpackFormat:
    """MessagePack; times without a unit are extension values of type 5."""

    content_type = "application/x-msgpack"

    def __init__(self, epoch: str) -> None:
        self._time = _time_writer(epoch, _extension)

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
        return _series(series, values) | {"values": values}


def _extension(time: int) -> msgspec.msgpack.Ext:
    seconds, rest = divmod(time, 1_000_000_000)
    data = seconds.to_bytes(8, "big", signed=True) + rest.to_bytes(4, "big")
    return msgspec.msgpack.Ext(5, data)


def _escaped(text: str) -> str:
    """Escape a key or a value of a tag as line protocol does."""
    return re.sub(r"([,= ])", r"\\\1", text)
