"""RequestJournal: the last requests of a server with their responses, for pages that show them."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from influx_core.interfaces import LocalResponse, Request
from influx_testing._cassettes.cassettes import Cassette, RecordedExchange
from influx_testing._faults.network_effects import AnyResponse
from influx_testing._inspection.request_log import LoggedRequest

__all__ = ["JournalRecord", "RequestJournal"]

MOST_RECORDS = 1_000
MOST_BYTES = 1 << 18
"""The most bytes that are kept of one response; a longer one is in no cassette."""

_MONOTONIC = (time.perf_counter,)
_WALL = (time.time_ns,)
"""In tuples, where freezegun and time-machine do not replace them."""


class JournalRecord:
    """A request and its response.

    Attributes:
        number: counts the requests of a journal from 1.
        entry: the request as the log has it, without credentials.
        time: when it arrived, in ns since 1970, by the clock of the machine.
        seconds: the time until the end of the response.
    """

    def __init__(
        self, number: int, entry: LoggedRequest, request: Request, done: Callable[[], None]
    ) -> None:
        self.number = number
        self.entry = entry
        self.time = _WALL[0]()
        self.seconds = 0.0
        self._request = request
        self._done = done
        self._began = _MONOTONIC[0]()
        self._pieces: list[bytes] | None = []
        self._size = 0
        self._headers: dict[str, str] = {}

    def observed(self, response: AnyResponse) -> AnyResponse:
        """The same response; its body is kept while it is sent."""
        self._headers = dict(response.headers)
        if not isinstance(response, LocalResponse):
            self._pieces = None
            self._finish()
            return response
        if isinstance(response.pieces, tuple):
            for piece in response.pieces:
                self._keep(piece)
            self._finish()
            return response
        return replace(response, pieces=self._read(response.pieces))

    def _read(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        try:
            for piece in pieces:
                self._keep(piece)
                yield piece
        finally:
            self._finish()

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > MOST_BYTES:
            self._pieces = None
        elif self._pieces is not None:
            self._pieces.append(piece)

    def _finish(self) -> None:
        self.seconds = _MONOTONIC[0]() - self._began
        self._done()

    @property
    def reason(self) -> str:
        """Why the server refused the request, or failed; empty if it did neither."""
        if self.entry.failures:
            return "\n".join(self.entry.failures)
        status = self.entry.status
        if status is None:
            return "the connection was closed without a response"
        named = self._headers.get("x-influxdb-error", "")
        if named or not self._pieces:
            return named
        return _error_of(b"".join(self._pieces), refused=status >= 400)

    def exchange(self) -> RecordedExchange | None:
        """The request and the response for a cassette; None if the response is not known whole."""
        if self._pieces is None or self.entry.status is None or self.entry.is_call:
            return None
        body = b"".join(self._pieces)
        return RecordedExchange.of(self._request, self.entry.status, self._headers, body)


def _error_of(body: bytes, *, refused: bool) -> str:
    """The error in a response: its `error` or `message`, or that of its first failed statement."""
    if not refused and b'"error"' not in body:
        return ""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace").strip()[:500] if refused else ""
    if not isinstance(said, dict):
        return ""
    response = cast("dict[str, Any]", said)
    results: list[dict[str, Any]] = response.get("results") or []
    errors = (result.get("error") for result in results)
    return str(response.get("error") or response.get("message") or next(filter(None, errors), ""))


class RequestJournal:
    """The last requests of a server, at most 1,000; safe to use from several threads."""

    def __init__(self) -> None:
        self._records: deque[JournalRecord] = deque(maxlen=MOST_RECORDS)
        self._finished: deque[JournalRecord] = deque(maxlen=MOST_RECORDS)
        self._lock = threading.Lock()
        self._count = 0
        self._clearings = 0

    @property
    def clearings(self) -> int:
        """How often the journal was cleared."""
        return self._clearings

    def begin(self, entry: LoggedRequest, request: Request) -> JournalRecord:
        """Add a request that has arrived."""
        with self._lock:
            self._count += 1
            record = JournalRecord(
                self._count, entry, request, lambda: self._finished.append(record)
            )
            self._records.append(record)
        return record

    def clear(self) -> None:
        """Remove all requests; the numbers go on."""
        with self._lock:
            self._records.clear()
            self._finished.clear()
            self._clearings += 1

    def finished(self) -> list[JournalRecord]:
        """The requests whose responses have ended, in the order of their ends."""
        with self._lock:
            return list(self._finished)

    def cassette(self) -> Cassette:
        """The requests with their responses, without those whose responses are not known whole."""
        with self._lock:
            found = [record.exchange() for record in self._records]
        return Cassette([exchange for exchange in found if exchange is not None])
