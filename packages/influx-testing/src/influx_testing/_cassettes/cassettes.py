"""Cassettes: the responses of a real server, recorded in a file and replayed without it.

Requests and responses are recorded decoded and in a fixed order, so that two recordings of the same
requests differ only where the responses differ. Credentials are never recorded.
"""

from __future__ import annotations

import base64
import difflib
import re
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from influx_core.interfaces import LocalResponse, Request
from influx_testing._cassettes.readable_msgpack import from_readable, to_readable
from influx_testing._inspection.request_log import REDACTED, LoggedRequest, redacted

__all__ = [
    "Cassette",
    "RecordedExchange",
    "RecordedRequest",
    "RecordedResponse",
    "Recorder",
    "Replay",
]

_FORMAT = 1
_TOKEN = re.compile(r"\bapiv3_[\w+/=-]+")
"""Matches a token of InfluxDB 3, which the response to its creation contains."""

_MSGPACK = "application/x-msgpack"
_HEADERS = ("content-type", "retry-after", "www-authenticate", "x-influxdb-error")


class RecordedRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request as it is recorded: parameters sorted by name, the body as a list of lines."""

    method: str
    path: str
    params: dict[str, str] = {}
    body: list[str] = []

    def __str__(self) -> str:
        what = self.params.get("q") or (self.body[0] if self.body else "")
        return f"{self.method} {self.path} {what}".rstrip()

    def lines(self) -> list[str]:
        """The request as lines of text: one for each parameter and each line of the body."""
        params = [f"  {name} = {value}" for name, value in self.params.items()]
        return [f"{self.method} {self.path}", *params, *self.body]


class RecordedResponse(msgspec.Struct, frozen=True, omit_defaults=True):
    """A response as it is recorded: the status, some headers, and the body in one of three forms.

    Attributes:
        status: the HTTP status.
        headers: the recorded headers, with names in lower case.
        body: the lines of a text.
        msgpack: the documents of a body in MessagePack; times are `{"$time": ...}`.
        base64: any other body.
    """

    status: int
    headers: dict[str, str] = {}
    body: list[str] = []
    msgpack: list[Any] = []
    base64: str = ""


class RecordedExchange(msgspec.Struct, frozen=True):
    """A request and its response."""

    request: RecordedRequest
    response: RecordedResponse

    @classmethod
    def of(
        cls, request: Request, status: int, headers: Mapping[str, str], body: bytes
    ) -> RecordedExchange:
        """Record a request, and the parts of its response."""
        return cls(_question(request), _answer(LocalResponse(status, headers), body))


class Cassette(msgspec.Struct, frozen=True):
    """Requests and responses, in their order."""

    exchanges: list[RecordedExchange] = []
    format: int = _FORMAT

    @classmethod
    def load(cls, path: Path) -> Cassette:
        """Read a file.

        Raises:
            FileNotFoundError: it does not exist; the error text says how to record it.
            ValueError: it is not a cassette.
        """
        __tracebackhide__ = True
        try:
            cassette = msgspec.json.decode(path.read_bytes(), type=cls)
        except FileNotFoundError:
            text = f"no cassette {path}: record it with --influx-url=http://localhost:8086"
            raise FileNotFoundError(text) from None
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path} is not a cassette: {error}") from error
        if cassette.format != _FORMAT:
            raise ValueError(f"{path} has the format {cassette.format}, not {_FORMAT}")
        return cassette

    def to_bytes(self) -> bytes:
        """The content of its file."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1) + b"\n"

    def save(self, path: Path) -> None:
        """Write a file; create its directories."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.to_bytes())


class Recorder:
    """Passes requests to a server, and records them with the responses.

    Args:
        server: returns the response to a request.
    """

    def __init__(self, server: Callable[[Request], LocalResponse]) -> None:
        self._server = server
        self._exchanges: list[RecordedExchange] = []
        self._lock = threading.Lock()

    @property
    def cassette(self) -> Cassette:
        """All requests and responses so far."""
        return Cassette(list(self._exchanges))

    def answer(self, request: Request) -> LocalResponse:
        """Return the response of the server, which is asked not to compress it."""
        headers = {k: value for k, value in request.headers.items() if k != "accept-encoding"}
        asked = Request(request.method, request.path, request.params, headers, request.body)
        with self._lock:  # the order of the exchanges is that in which the server executes them
            reply = self._server(asked)
            body = b"".join(reply.pieces)
            self._exchanges.append(RecordedExchange.of(request, reply.status, reply.headers, body))
        return LocalResponse(reply.status, reply.headers, (body,))


class Replay:
    """Responds to requests from a cassette; each recorded response is used once.

    A request that was not recorded gets status 501, and is in `problems`.
    """

    def __init__(self, cassette: Cassette) -> None:
        self._left = list(cassette.exchanges)
        self._unknown: list[str] = []
        self._lock = threading.Lock()

    def answer(self, request: Request) -> LocalResponse:
        """Return the first response recorded for this request that was not used yet."""
        question = _question(request)
        with self._lock:
            for exchange in self._left:
                if exchange.request == question:
                    self._left.remove(exchange)
                    return _response(exchange.response)
            problem = self._not_recorded(question)
            self._unknown.append(problem)
        return LocalResponse(501, {"content-type": "text/plain"}, (problem.encode() + b"\n",))

    def problems(self) -> list[str]:
        """The requests that were not recorded, and the recorded requests that were never sent."""
        missed = [f"recorded, and never asked: {each.request}" for each in self._left]
        return [*self._unknown, *missed]

    def _not_recorded(self, question: RecordedRequest) -> str:
        text = f"not recorded, or answered already: {question}"
        if not self._left:
            return f"{text}\nnothing is left on the cassette"
        asked = question.lines()
        nearest = max(
            (each.request.lines() for each in self._left),
            key=lambda lines: difflib.SequenceMatcher(None, lines, asked).ratio(),
        )
        diff = difflib.unified_diff(nearest, asked, "nearest recorded", "asked", n=9, lineterm="")
        return "\n".join([text, *diff])


def _question(request: Request) -> RecordedRequest:
    shown = LoggedRequest.of(request)
    params = dict(sorted(shown.params.items()))
    return RecordedRequest(shown.method, shown.path, params, _by_lines(shown.body))


def _answer(reply: LocalResponse, body: bytes) -> RecordedResponse:
    headers = {name: reply.headers[name] for name in _HEADERS if name in reply.headers}
    if reply.headers.get("content-type", "") == _MSGPACK:
        documents = to_readable(body)
        if documents is not None:
            return RecordedResponse(reply.status, headers, msgpack=documents)
    try:
        return RecordedResponse(reply.status, headers, _by_lines(_shown(body.decode())))
    except UnicodeDecodeError:
        return RecordedResponse(reply.status, headers, base64=base64.b64encode(body).decode())


def _shown(text: str) -> str:
    """The text of a response, with passwords and tokens of InfluxDB 3 redacted."""
    return _TOKEN.sub(REDACTED, redacted(text))


def _response(kept: RecordedResponse) -> LocalResponse:
    text = "\n".join(kept.body).encode()
    body = from_readable(kept.msgpack) or base64.b64decode(kept.base64) or text
    return LocalResponse(kept.status, kept.headers, (body,))


def _by_lines(text: str) -> list[str]:
    return text.split("\n") if text else []
