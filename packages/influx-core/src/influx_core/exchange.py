"""One request and its answer: endpoint, signature, transport, judgement, retry, notice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from influx_core.endpoints import Endpoints
from influx_core.errors import InfluxDBError, ResponseError, ResponseLost, ServerUnreachable
from influx_core.interfaces import Auth, Request, Response, RetryPolicy, Transport

__all__ = ["Exchange"]

ERROR_BODY_LIMIT = 1_000_000
"""Bytes of an error's body that are read; what a server says beyond is noise."""

ReadError = Callable[[Request, int, Mapping[str, str], bytes], ResponseError]
Notify = Callable[[Request, Response | BaseException, int, float], None]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything between a request and its answer, wired once a client.

    Attributes:
        endpoints: which server is tried next.
        transport: carries requests.
        retry: whether a failed request is tried again.
        read_error: makes an exception of an answer with an error status.
        notify: is told of every try that has ended.
        timeout: seconds until the whole answer of a try must be there; None waits for ever.
        sleep: waits between tries.
    """

    endpoints: Endpoints
    transport: Transport
    retry: RetryPolicy
    read_error: ReadError
    notify: Notify
    timeout: float | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @asynccontextmanager
    async def answer(self, request: Request, auth: Auth) -> AsyncGenerator[Response]:
        """Send a request and lend its good answer, whose body may still be on its way.

        Raises:
            ServerUnreachable: no server took the request.
            ResponseLost: the answer did not come, or broke off.
            ResponseError: the server refused, in the subclass that says why.
        """
        attempt = 1
        while True:
            opened = _Try(self, attempt)
            try:
                response = await opened.open(request, auth)
                break
            except InfluxDBError as error:
                opened.finished(error)
                delay = self.retry.delay(attempt, error)
                if delay is None:
                    raise
            await self.sleep(delay)
            attempt += 1
        async with _closing(response):
            try:
                yield response
            except (ConnectionError, TimeoutError) as error:
                lost = ResponseLost(f"the answer of {opened.request.url} broke off: {error}")
                opened.finished(lost)
                raise lost from error
            except GeneratorExit:
                opened.finished(response)
                raise
            except BaseException as error:
                opened.finished(error)
                raise
            opened.finished(response)


class _Try:
    """One try of a request: each base URL once, until a server takes it."""

    def __init__(self, exchange: Exchange, attempt: int) -> None:
        self._exchange = exchange
        self._attempt = attempt
        self._started = time.perf_counter()
        self.request = Request("", "")

    async def open(self, request: Request, auth: Auth) -> Response:
        response = await self._send(request, auth)
        self._exchange.endpoints.answered(self.request.base_url)
        if 200 <= response.status < 300:
            return response
        async with _closing(response):
            body = await _read_start(response)
            raise self._exchange.read_error(request, response.status, response.headers, body)

    def finished(self, outcome: Response | BaseException) -> None:
        seconds = time.perf_counter() - self._started
        self._exchange.notify(self.request, outcome, self._attempt, seconds)

    async def _send(self, request: Request, auth: Auth) -> Response:
        causes: list[tuple[str, BaseException]] = []
        for base_url in self._exchange.endpoints.order():
            self.request = replace(request, base_url=base_url, timeout=self._exchange.timeout)
            try:
                return await self._exchange.transport.send(auth.sign(self.request, time.time()))
            except ConnectionError as error:
                causes.append((base_url, error))
            except TimeoutError as error:
                raise ResponseLost(
                    f"no answer from {self.request.url}, the request may have been applied: {error}"
                ) from error
        tried = "; ".join(f"{url}: {error}" for url, error in causes)
        raise ServerUnreachable(
            f"no server could be reached: {tried}", causes=tuple(causes)
        ) from causes[-1][1]


@asynccontextmanager
async def _closing(response: Response) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await response.aclose()


async def _read_start(response: Response) -> bytes:
    body = bytearray()
    try:
        async for chunk in response.chunks():
            body += chunk
            if len(body) > ERROR_BODY_LIMIT:
                break
    except (ConnectionError, TimeoutError):
        pass  # the status says enough
    return bytes(body)
