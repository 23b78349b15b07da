"""Requests and responses: what transports send and receive, and auths sign."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

__all__ = ["LocalResponse", "Operation", "Request", "Response"]

Operation = Literal["write", "query", "ping", "configure", "other"]
"""The purpose of a request; `configure` changes databases, tables or tokens of InfluxDB 3."""

_SECRET_PARAMS = frozenset({"u", "p", "q", "params"})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, before or after signing.

    Attributes:
        method: `GET` or `POST`; `PUT` or `DELETE` to configure InfluxDB 3.
        path: the path below the base URL, with its leading slash: `/write`.
        base_url: scheme, host and prefix, without trailing slash; set when an endpoint is chosen.
        params: parameters of the URL, in order, not yet percent-encoded.
        headers: the headers, with names in lower case.
        body: the whole body; empty for none.
        timeout: the seconds that the server may be silent: until the headers of the response have
            arrived, then between the pieces of its body; None waits without limit.
        operation: the purpose of the request.
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    base_url: str = ""
    timeout: float | None = None
    operation: Operation = "other"

    @property
    def url(self) -> str:
        """Base URL and path, without parameters."""
        return self.base_url + self.path

    def sent_to(self, base_url: str, timeout: float | None) -> Request:
        """The same request to a server, which may be silent for `timeout` seconds."""
        return Request(
            self.method,
            self.path,
            self.params,
            self.headers,
            self.body,
            base_url,
            timeout,
            self.operation,
        )

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same request with other headers."""
        return Request(
            self.method,
            self.path,
            self.params,
            headers,
            self.body,
            self.base_url,
            self.timeout,
            self.operation,
        )

    def __repr__(self) -> str:
        """Say where it goes and how much it carries; never parameters that may hold secrets."""
        shown = "&".join(f"{k}=..." if k in _SECRET_PARAMS else f"{k}={v}" for k, v in self.params)
        query = f"?{shown}" if shown else ""
        return f"<Request {self.method} {self.url}{query} ({len(self.body)} bytes)>"


class Response(Protocol):
    """The response to one request; its body may not have arrived yet."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, with names in lower case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body as it arrives, once.

        Raises:
            ConnectionError: the connection broke; the body is incomplete.
            TimeoutError: nothing came for `timeout` seconds of the request.
        """
        ...

    async def aclose(self) -> None:
        """Release the connection; safe to call twice, and after the last chunk."""
        ...


@dataclass(frozen=True, slots=True)
class LocalResponse:
    """A Response created in this process, by a fake server or a test."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    pieces: Iterable[bytes] = ()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the pieces."""
        for piece in self.pieces:
            yield piece

    async def aclose(self) -> None:
        """Do nothing: there is no connection."""
