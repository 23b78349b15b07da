"""Reads JSON answers: one document, or many in a row as chunked answers have them."""

from __future__ import annotations

import msgspec

from influx_core.deserializers.documents import Document, Glances, results_of, truncated, whole
from influx_core.errors import DecodeError
from influx_core.interfaces import Feed
from influx_core.results import StatementResult

__all__ = ["JSONDeserializer"]

_decoder = msgspec.json.Decoder(Document)


class JSONDeserializer:
    """`application/json`, chunked or whole; the Python choice for `auto`."""

    accept = "application/json"
    auto_rank = 1

    def start(self) -> Feed:
        """Begin to read an answer."""
        return _JSONFeed()

    def start_columns(self) -> Feed:
        """Begin to read an answer by the column."""
        return _JSONFeed(columnar=True)


class _JSONFeed:
    """Documents end at a newline; one that is spread over lines is read at the end."""

    def __init__(self, *, columnar: bool = False) -> None:
        self._columnar = columnar
        self._held: list[bytes] = []
        self._size = 0
        self._glances = Glances(_decoder.decode)
        self._spread = False
        self._awaiting_more = False

    def feed(self, data: bytes) -> list[StatementResult]:
        """Take the next bytes; return the results of the documents they finish."""
        if self._spread or b"\n" not in data:
            self._hold(data)
            return []
        head, _, rest = data.rpartition(b"\n")
        whole = b"".join([*self._held, head])
        self._begin_anew()
        if rest:
            self._hold(rest)
        return self._lines(whole)

    def finish(self) -> list[StatementResult]:
        """Return what was held; refuse an answer that was cut."""
        rest = b"".join(self._held)
        self._begin_anew()
        results = self._document(rest) if rest.strip() else []
        if self._awaiting_more:
            raise DecodeError("the answer was cut: the server announced more rows")
        return results

    def _begin_anew(self) -> None:
        self._held = []
        self._size = 0
        self._glances = Glances(_decoder.decode)

    def _hold(self, data: bytes) -> None:
        self._held.append(data)
        self._size += len(data)
        if self._glances.due(self._size):
            self._held = [b"".join(self._held)]
            try:
                self._glances.look(_whole_tokens(self._held[0]))
            except msgspec.DecodeError as error:
                raise _junk(error) from error

    def _lines(self, text: bytes) -> list[StatementResult]:
        results: list[StatementResult] = []
        lines = text.split(b"\n")
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                results += self._document(line)
            except DecodeError as error:
                if not isinstance(error.__cause__, msgspec.DecodeError) or not truncated(
                    error.__cause__
                ):
                    raise
                self._spread = True
                self._held = [b"\n".join(lines[number:]), b"\n", *self._held]
                break
        return results

    def _document(self, data: bytes) -> list[StatementResult]:
        try:
            results = results_of(whole(_decoder.decode, data), self._columnar)
        except msgspec.DecodeError as error:
            raise _junk(error) from error
        if results:
            self._awaiting_more = results[-1].partial
        return results


def _whole_tokens(begun: bytes) -> bytes:
    """The beginning of a document up to a bracket or a quote: a number that is cut looks wrong."""
    return begun[: max(begun.rfind(b"]"), begun.rfind(b'"')) + 1] or begun


def _junk(error: msgspec.DecodeError) -> DecodeError:
    return DecodeError(f"not a JSON answer of InfluxDB: {error}")
