"""Parses JSON responses: one document, or several if the response is chunked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from influx_core._parsers.documents import (
    Document,
    DocumentOutline,
    PrefixValidator,
    decode_document,
    is_truncated,
    statement_results,
)
from influx_core._parsers.foreign_errors import decoding
from influx_core._parsers.token_limit import TokenLimit
from influx_core._results.query_result import StatementResult
from influx_core.errors import DecodeError
from influx_core.interfaces import ResponseParser

__all__ = ["JSONDeserializer", "JSONParser", "parse_json", "parse_json_columns"]

_decoder = msgspec.json.Decoder(Document)
_outliner = msgspec.json.Decoder(DocumentOutline)

FORMAT = "a JSON response of InfluxDB"


class JSONDeserializer:
    """`application/json`, chunked or not; the Python implementation for `auto`."""

    accept = "application/json"

    def start(self) -> ResponseParser:
        """Return a parser for one response."""
        return JSONParser(parse_json)

    def start_columns(self) -> ResponseParser:
        """Return a parser for one response, whose series store columns."""
        return JSONParser(parse_json_columns)


def parse_json(data: bytes | memoryview) -> list[StatementResult]:
    """Parse one document.

    Raises:
        DecodeError: it is not a JSON response of InfluxDB.
    """
    return _results(data, columnar=False)


def parse_json_columns(data: bytes | memoryview) -> list[StatementResult]:
    """Parse one document to series that store columns.

    Raises:
        DecodeError: it is not a JSON response of InfluxDB.
    """
    return _results(data, columnar=True)


def _results(data: bytes | memoryview, *, columnar: bool) -> list[StatementResult]:
    _refuse_html(data)
    with decoding(FORMAT):
        return statement_results(decode_document(_decoder.decode, data), columnar)


class JSONParser:
    """Parses documents that end with a newline; one spread over several lines is parsed at the end.

    Args:
        read: makes results of a document, as `parse_json` does, and with its errors.
    """

    def __init__(self, read: Callable[[bytes | memoryview], list[StatementResult]]) -> None:
        self._read = read
        self._held: list[bytes] = []
        self._size = 0
        self._prefix_validator = PrefixValidator(_outliner.decode)
        self._token_limit = TokenLimit()
        self._begun = False
        self._spread = False
        self._awaiting_more = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        if not self._held:
            data = data.lstrip()
        end = 0 if self._spread else data.rfind(b"\n") + 1
        if not end:
            self._hold(data)
            return []
        begun = self._taken()
        if end < len(data):
            self._hold(data[end:])
            data = data[:end]
        return self._lines(begun + data if begun else data)

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        results = self._document(self._taken()) if self._held else []
        if not self._begun:
            raise DecodeError("the response is incomplete: it is empty")
        if self._awaiting_more:
            raise DecodeError("the response is incomplete: the server announced more rows")
        return results

    def _taken(self) -> bytes:
        """What was held, which is then held no more."""
        held = b"".join(self._held)
        self._held = []
        self._size = 0
        self._prefix_validator.ended(len(held))
        self._token_limit = TokenLimit()
        return held

    def _hold(self, data: bytes) -> None:
        if not self._held and not data.strip():
            return
        self._held.append(data)
        self._size += len(data)
        self._token_limit.hold(data)
        if self._prefix_validator.due(self._size):
            self._held = [b"".join(self._held)]
            _refuse_html(self._held[0])
            with decoding(FORMAT):
                self._prefix_validator.look(_whole_tokens(self._held[0]))

    def _lines(self, text: bytes) -> list[StatementResult]:
        results: list[StatementResult] = []
        for start, end in _lines_with_text(text):
            try:
                results += self._document(memoryview(text)[start:end])
            except DecodeError as error:
                if not isinstance(error.__cause__, msgspec.DecodeError) or not is_truncated(
                    error.__cause__
                ):
                    raise
                self._spread = True
                self._held = [text[start:], *self._held]
                break
        return results

    def _document(self, data: bytes | memoryview) -> list[StatementResult]:
        results = self._read(data)
        self._begun = True
        if results:
            self._awaiting_more = results[-1].partial
        return results


def _lines_with_text(text: bytes) -> Iterator[tuple[int, int]]:
    """Where lines that are not blank begin and end, found without a copy of them."""
    start = 0
    while (end := text.find(b"\n", start)) >= 0:
        if end > start and (text[start] > ord(" ") or text[start:end].strip()):
            yield start, end
        start = end + 1


def _whole_tokens(begun: bytes) -> bytes:
    """The beginning of a document up to a bracket or a quote: a number that is cut looks wrong."""
    return begun[: max(begun.rfind(b"]"), begun.rfind(b'"')) + 1] or begun


def _refuse_html(data: bytes | memoryview) -> None:
    if bytes(data[:1]) == b"<":
        raise DecodeError(
            f"not {FORMAT}: it is HTML or XML; does a proxy or another server answer at this URL?"
        )
