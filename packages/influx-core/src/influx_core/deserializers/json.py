"""Reads JSON answers: one document, or many in a row as chunked answers have them."""

from __future__ import annotations

from typing import Any

import msgspec

from influx_core.errors import DecodeError
from influx_core.interfaces import Feed
from influx_core.results import Message, Series, StatementResult

__all__ = ["JSONDeserializer"]


class _Message(msgspec.Struct):
    level: str = ""
    text: str = ""


class _Series(msgspec.Struct):
    name: str = ""
    tags: dict[str, str] | None = None
    columns: tuple[str, ...] = ()
    values: list[list[Any]] | None = None
    partial: bool = False


class _Result(msgspec.Struct):
    statement_id: int = 0
    series: list[_Series] | None = None
    messages: list[_Message] | None = None
    error: str | None = None
    partial: bool = False


class _Document(msgspec.Struct):
    results: list[_Result] | None = None
    error: str | None = None


_decoder = msgspec.json.Decoder(_Document)


class JSONDeserializer:
    """`application/json`, chunked or whole; the Python choice for `auto`."""

    accept = "application/json"
    auto_rank = 1

    def start(self) -> Feed:
        """Begin to read an answer."""
        return _JSONFeed()


class _JSONFeed:
    """Documents end at a newline; one that is spread over lines is read at the end."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._spread = False
        self._awaiting_more = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        if self._spread or b"\n" not in data:
            self._held.append(data)
            return []
        head, _, rest = data.rpartition(b"\n")
        whole = b"".join([*self._held, head])
        self._held = [rest] if rest else []
        return self._lines(whole)

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        rest = b"".join(self._held)
        self._held = []
        results = self._document(rest) if rest.strip() else []
        if self._awaiting_more:
            raise DecodeError("the answer was cut: the server announced more rows")
        return results

    def _lines(self, text: bytes) -> list[StatementResult]:
        results: list[StatementResult] = []
        lines = text.split(b"\n")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                results += self._document(line)
            except DecodeError as error:
                if not isinstance(error.__cause__, msgspec.DecodeError) or not _truncated(
                    error.__cause__
                ):
                    raise
                self._spread = True
                self._held = [b"\n".join(lines[number:]), b"\n", *self._held]
                break
        return results

    def _document(self, data: bytes) -> list[StatementResult]:
        try:
            document = _decoder.decode(data)
        except msgspec.DecodeError as error:
            raise DecodeError(f"not a JSON answer of InfluxDB: {error}") from error
        if document.error is not None:
            self._awaiting_more = False
            return [StatementResult(None, error=document.error)]
        results = [_statement_result(result) for result in document.results or ()]
        if results:
            self._awaiting_more = results[-1].partial
        return results


def _truncated(error: msgspec.DecodeError) -> bool:
    return "truncated" in str(error)


def _statement_result(result: _Result) -> StatementResult:
    return StatementResult(
        result.statement_id,
        tuple(_series(series) for series in result.series or ()),
        tuple(Message(message.level, message.text) for message in result.messages or ()),
        result.error,
        result.partial,
    )


def _series(series: _Series) -> Series:
    return Series(
        series.name,
        series.columns,
        series.values or [],
        tags=series.tags,
        partial=series.partial,
    )
