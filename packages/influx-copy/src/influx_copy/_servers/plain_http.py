"""PlainHTTP: requests of a server's own API, which no client of InfluxDB makes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from influx_core import (
    AuthenticationError,
    AuthorizationError,
    QueryError,
    ResponseError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
)
from influx_core.interfaces import Auth, Request, Response, Transport

__all__ = ["PlainHTTP"]

_ERRORS: Mapping[int, type[ResponseError]] = {
    400: QueryError,
    401: AuthenticationError,
    403: AuthorizationError,
    422: QueryError,
    429: ServerBusy,
    503: ServerBusy,
}
_SHOWN = 300


class PlainHTTP:
    """Sends GET requests to one server.

    Args:
        base_url: scheme, host and prefix.
        transport: sends the bytes; closed by `aclose`.
        auth: adds the credentials; None without them.
        timeout: the seconds that the server may be silent.
    """

    def __init__(
        self, base_url: str, transport: Transport, auth: Auth | None, timeout: float = 60.0
    ) -> None:
        self.base_url = base_url
        self._transport = transport
        self._auth = auth
        self._timeout = timeout

    async def json(self, path: str, params: Mapping[str, str]) -> Any:
        """The `data` of a response in JSON."""
        return json.loads(await self.body(path, params))["data"]

    async def body(self, path: str, params: Mapping[str, str] | None = None) -> bytes:
        """The whole body of a response."""
        async with aclosing(self.stream(path, params or {})) as pieces:
            return b"".join([piece async for piece in pieces])

    async def stream(self, path: str, params: Mapping[str, str]) -> AsyncGenerator[bytes]:
        """Yield the body of a response as it arrives.

        Raises:
            ServerUnreachable: the request was not sent.
            ResponseLost: the response did not arrive, or not to its end.
            ResponseError: the server refused the request.
        """
        response = await self._send(path, params)
        try:
            if response.status >= 300:
                raise await _error(path, response)
            async for piece in response.chunks():
                yield piece
        except (ConnectionError, TimeoutError) as error:
            raise ResponseLost(f"the response to {path} broke off: {error}") from error
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transport.aclose()

    async def _send(self, path: str, params: Mapping[str, str]) -> Response:
        request = Request(
            "GET",
            path,
            tuple(params.items()),
            base_url=self.base_url,
            timeout=self._timeout,
            operation="query",
        )
        if self._auth is not None:
            request = self._auth.sign(request, time.time())
        try:
            return await self._transport.send(request)
        except ConnectionError as error:
            raise ServerUnreachable(f"{self.base_url} is not reachable: {error}") from error
        except TimeoutError as error:
            raise ResponseLost(f"no response to {path}: {error}") from error


async def _error(path: str, response: Response) -> ResponseError:
    text = b"".join([piece async for piece in response.chunks()]).decode("utf-8", "replace")
    kind = _ERRORS.get(response.status, ResponseError)
    return kind(f"{path}: {response.status} {text[:_SHOWN].strip()}", status=response.status)
