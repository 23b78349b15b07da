"""Parses MessagePack responses: a sequence of documents without separators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

import msgspec

from influx_core._parsers.documents import (
    Document,
    DocumentOutline,
    PrefixValidator,
    SeriesOfLists,
    column_series,
    decode_document,
    row_series,
    statement_results,
)
from influx_core._parsers.foreign_errors import decoding
from influx_core._results.query_result import StatementResult
from influx_core._results.series import Series
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser
from influx_core.timestamps import UNIT_NS

__all__ = [
    "MessagePackDeserializer",
    "MessagePackParser",
    "parse_msgpack",
    "parse_msgpack_columns",
]

FORMAT = "a MessagePack response of InfluxDB"

MAX_VALUE = 1 << 26
"""The most bytes of one value, so that a wrong length does not fill the memory."""

_TIME = 5
"""The extension type of InfluxDB's times: seconds in 8 bytes, nanoseconds in 4."""


class MessagePackDeserializer:
    """`application/x-msgpack`, chunked or not. Errors of statements have no number."""

    accept = "application/x-msgpack"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return MessagePackParser(parse_msgpack)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return MessagePackParser(parse_msgpack_columns)


def parse_msgpack(data: bytes) -> list[StatementResult]:
    """Parse one document.

    Raises:
        DecodeError: it is not a MessagePack response of InfluxDB.
    """
    return _results(data, row_series)


def parse_msgpack_columns(data: bytes) -> list[StatementResult]:
    """Parse one document to series that store columns.

    Raises:
        DecodeError: it is not a MessagePack response of InfluxDB.
    """
    return _results(data, column_series)


class _Series(SeriesOfLists):
    """A series with its tags sorted by name: the server lists them in another order each time."""

    def __post_init__(self) -> None:
        if self.tags:
            self.tags = dict(sorted(self.tags.items()))


def _results(data: bytes, make: Callable[[SeriesOfLists], Series]) -> list[StatementResult]:
    with decoding(FORMAT):
        return statement_results(decode_document(_decoder.decode, data), make)


Skip: TypeAlias = Callable[[bytearray, int, int, int], tuple[int, int]]
"""Steps over values; see `MessagePackParser`."""


def _skip_nothing(data: bytearray, position: int, values: int, most: int) -> tuple[int, int]:
    return position, values


class MessagePackParser:
    """Finds the end of each document, since nothing marks it, and parses it as a whole.

    Args:
        read: makes results of a document, as `parse_msgpack` does, and with its errors.
        skip: steps over values faster: from a position in the bytes and a number of values on, up
            to the end of the last value, or to one that is incomplete or longer than so many bytes;
            returns the new position and how many values are left.
    """

    def __init__(
        self,
        read: Callable[[bytes], list[StatementResult]],
        skip: Skip = _skip_nothing,
    ) -> None:
        self._read = read
        self._skip = skip
        self._held = bytearray()
        self._awaiting_more = False
        self._end = _DocumentEnd(skip)
        self._prefix_validator = PrefixValidator(_outliner.decode)

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        self._held += data
        results: list[StatementResult] = []
        while self._held and (end := self._end.found(self._held)) is not None:
            with memoryview(self._held) as held:
                document = bytes(held[:end])
            results += self._document(document)
            del self._held[:end]
            self._end = _DocumentEnd(self._skip)
            self._prefix_validator.ended(end)
        if self._prefix_validator.due(len(self._held)):
            self._look()
        return results

    def finish(self) -> list[StatementResult]:
        """Refuse an answer that was cut."""
        if self._held or self._awaiting_more:
            raise DecodeError("the response ends inside a MessagePack document")
        return []

    def _look(self) -> None:
        with decoding(FORMAT):
            self._prefix_validator.look(bytes(self._held))

    def _document(self, data: bytes) -> list[StatementResult]:
        results = self._read(data)
        if results:
            self._awaiting_more = results[-1].partial
        return results


class _DocumentEnd:
    """Where a document ends: steps over its values, and goes on where it stopped.

    The format: https://github.com/msgpack/msgpack/blob/master/spec.md
    """

    def __init__(self, skip: Skip = _skip_nothing) -> None:
        self._skip = skip
        self._position = 0
        self._values = 1

    def found(self, data: bytearray) -> int | None:
        """The position behind the document; None if not all of it has come yet."""
        position, values = self._skip(data, self._position, self._values, MAX_VALUE)
        size = len(data)
        while values and position < size:
            first = data[position]
            if step := _STEPS[first]:
                position += step
                values += _VALUES_BEHIND[first]
                continue
            shape = _LAYOUTS[first]
            behind = position + 1 + shape.width
            if behind > size:
                break
            length = int.from_bytes(data[position + 1 : behind], "big")
            if shape.bytes_a_unit * length > MAX_VALUE:
                raise DecodeError(f"not {FORMAT}: a value of {length:,} bytes")
            position = behind + shape.skip + shape.bytes_a_unit * length
            values += shape.inside + shape.values_a_unit * length - 1
        self._position, self._values = position, values
        return position if not values and position <= size else None


class _ValueLayout(NamedTuple):
    """What follows the first byte of a value: a length, bytes, other values."""

    width: int = 0
    skip: int = 0
    inside: int = 0
    bytes_a_unit: int = 0
    values_a_unit: int = 0


def _layouts() -> Iterator[_ValueLayout]:
    yield from repeat(_ValueLayout(), 0x80)  # small integers
    yield from (_ValueLayout(inside=2 * pairs) for pairs in range(16))
    yield from (_ValueLayout(inside=items) for items in range(16))
    yield from (_ValueLayout(skip=characters) for characters in range(32))
    yield from repeat(_ValueLayout(), 4)  # nil, false, true
    yield from (_ValueLayout(width=width, bytes_a_unit=1) for width in (1, 2, 4))  # bytes
    yield from (
        _ValueLayout(width=width, skip=1, bytes_a_unit=1) for width in (1, 2, 4)
    )  # extensions
    yield from (_ValueLayout(skip=digits) for digits in (4, 8))  # floats
    yield from (_ValueLayout(skip=digits) for digits in (1, 2, 4, 8, 1, 2, 4, 8))  # integers
    yield from (_ValueLayout(skip=1 + digits) for digits in (1, 2, 4, 8, 16))  # extensions
    yield from (_ValueLayout(width=width, bytes_a_unit=1) for width in (1, 2, 4))  # text
    yield from (_ValueLayout(width=width, values_a_unit=1) for width in (2, 4))  # arrays
    yield from (_ValueLayout(width=width, values_a_unit=2) for width in (2, 4))  # maps
    yield from repeat(_ValueLayout(), 0x20)  # small negative integers


_LAYOUTS = tuple(_layouts())

_STEPS = tuple(0 if layout.width else 1 + layout.skip for layout in _LAYOUTS)
"""The bytes of a value by its first one, with those inside it left out; 0 if they are counted."""

_VALUES_BEHIND = tuple(layout.inside - 1 for layout in _LAYOUTS)
"""By how many the values that are to come change with a value that is not counted."""


def _time(kind: int, data: memoryview) -> Any:
    """The nanoseconds of a time, which is what a server sends that was not asked for `epoch`."""
    body = bytes(data)  # the length and the slices of the view are wrong before msgspec 0.20
    if kind != _TIME or len(body) != 12:
        raise DecodeError(f"an extension type {kind} is not a type that InfluxDB sends")
    seconds = int.from_bytes(body[:8], "big", signed=True)
    return seconds * UNIT_NS["s"] + int.from_bytes(body[8:], "big", signed=True)


_outliner = msgspec.msgpack.Decoder(DocumentOutline)
_decoder = msgspec.msgpack.Decoder(Document[_Series], ext_hook=_time)
