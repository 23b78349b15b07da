"""HTTP2Stream: a request and its response on a connection, with their limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from influx_testing._flavors.cancellation import CancellableRequest, Cancellation
from influx_testing._flavors.parameters import url_parameters

__all__ = ["HTTP2Stream", "StreamConnection", "StreamEnded"]

MOST_BODY_BYTES = 64 << 20
"""The most bytes of the body of a request."""

MOST_HEADER_BYTES = 16_384
"""The most bytes of the headers of a request, as HTTP/2 counts them."""

_HEADER_COST = 32


class StreamEnded(ConnectionError):
    """The client cancelled the stream, or the connection ended."""


class StreamConnection(Protocol):
    """What a stream needs of its connection."""

    def send_headers(self, stream: int, headers: Iterable[tuple[str, str]], *, end: bool) -> None:
        """Send headers, or trailers."""
        ...

    async def send_data(self, stream: HTTP2Stream, data: bytes) -> None:
        """Send data as fast as the client takes it."""
        ...

    def end_stream(self, stream: int) -> None:
        """End the response."""
        ...

    def reset_stream(self, stream: int) -> None:
        """End the response as failed."""
        ...

    def wake(self) -> None:
        """Let those that wait for room notice that their stream ended."""
        ...

    def end_connection(self, *, reset: bool) -> None:
        """End the connection at once, with all its streams."""
        ...


class HTTP2Stream:
    """A request that arrives, and the response to it.

    Attributes:
        id: its number on the connection.
        headers: the headers of the request, with names in lower case; the host is `host`.
        cancellation: is set when the stream ends before its response.
        has_headers: whether the headers of the response are sent.
        is_ended: whether nothing can be sent any more.
        refusal: the status and the text of an error for a request that is too large.
        is_started: whether the server responds to it already.
    """

    def __init__(
        self, number: int, pairs: Sequence[tuple[str, str]], connection: StreamConnection
    ) -> None:
        self.id = number
        self.headers, self._pseudo = _headers(pairs)
        self.connection = connection
        self.cancellation = Cancellation()
        self.has_headers = False
        self.is_ended = False
        self.refusal: tuple[int, str] | None = None
        self.is_started = False
        self._body = bytearray()
        if sum(len(name) + len(value) + _HEADER_COST for name, value in pairs) > MOST_HEADER_BYTES:
            self.refusal = (431, f"the headers are larger than {MOST_HEADER_BYTES} bytes")

    @property
    def path(self) -> str:
        """The path, without parameters."""
        return self._pseudo.get(":path", "").partition("?")[0]

    def take(self, data: bytes) -> None:
        """Add a part of the body."""
        if len(self._body) + len(data) > MOST_BODY_BYTES:
            self.refusal = (413, f"the body is larger than {MOST_BODY_BYTES} bytes")
            self._body.clear()
        if self.refusal is None:
            self._body += data

    def request(self) -> CancellableRequest:
        """The request, with what has come of its body."""
        return CancellableRequest(
            method=self._pseudo.get(":method", ""),
            path=self.path,
            params=url_parameters(self._pseudo.get(":path", "")),
            headers=self.headers,
            body=bytes(self._body),
            cancellation=self.cancellation,
        )

    def send_headers(self, status: int, headers: Mapping[str, str], *, end: bool = False) -> None:
        """Send the status and the headers.

        Raises:
            StreamEnded: there is no stream any more.
        """
        self._check()
        self.has_headers = True
        pairs = ((name, value) for name, value in headers.items() if name not in _OF_HTTP_1)
        self.connection.send_headers(self.id, [(":status", str(status)), *pairs], end=end)

    def send_trailers(self, trailers: Mapping[str, str]) -> None:
        """Send the trailers, which end the response.

        Raises:
            StreamEnded: there is no stream any more.
        """
        self._check()
        self.connection.send_headers(self.id, trailers.items(), end=True)

    async def send_data(self, data: bytes) -> None:
        """Send a part of the body.

        Raises:
            StreamEnded: there is no stream any more.
        """
        self._check()
        await self.connection.send_data(self, data)

    def end(self) -> None:
        """End the response.

        Raises:
            StreamEnded: there is no stream any more.
        """
        self._check()
        self.connection.end_stream(self.id)

    def reset(self) -> None:
        """End the response as failed.

        Raises:
            StreamEnded: there is no stream any more.
        """
        self._check()
        self.connection.reset_stream(self.id)

    def _check(self) -> None:
        if self.is_ended:
            raise StreamEnded("the client does not wait for this response any more")


_OF_HTTP_1 = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade"})
"""Headers that HTTP/2 forbids."""


def _headers(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """The headers and the pseudo-headers of a request."""
    headers: dict[str, str] = {}
    pseudo: dict[str, str] = {}
    for name, value in pairs:
        if name.startswith(":"):
            pseudo[name] = value
        else:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if ":authority" in pseudo:
        headers.setdefault("host", pseudo[":authority"])
    return headers, pseudo
