"""One request and its answer: endpoint, signature, transport, judgement, retry, notice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from influx_core._http.endpoints import Endpoints
from influx_core._http.failures import classify
from influx_core._http.timeouts import Timeouts
from influx_core.errors import InfluxDBError, ResponseError, ResponseLost, ServerUnreachable
from influx_core.interfaces import Auth, Request, Response, RetryPolicy, Transport

__all__ = ["SHORT_BODY_LIMIT", "Errand", "Exchange"]

SHORT_BODY_LIMIT = 1_000_000
"""Bytes that are read of an error, or of an answer to a ping; what comes beyond is noise."""

ReadError = Callable[[Request, int, Mapping[str, str], bytes, float], ResponseError]
Notify = Callable[[Request, Response | BaseException, int, float], None]


@dataclass(frozen=True, slots=True)
class Errand:
    """A request with what has to be known of it to bring home its answer.

    Attributes:
        request: what is sent, without endpoint and credentials.
        auth: signs it.
        read_error: makes an exception of an answer with an error status, and the time.
        repeatable: whether it does no harm if the server carries it out twice; asked only after
            a failure that leaves open whether it was carried out.
    """

    request: Request
    auth: Auth
    read_error: ReadError
    repeatable: Callable[[], bool]

    def safe_again(self, failure: InfluxDBError) -> bool:
        """Whether another attempt does no harm: nothing was applied, or it may be applied twice."""
        return not classify(failure).maybe_applied or self.repeatable()


@dataclass(frozen=True, slots=True)
class Exchange:
    """Everything between a request and its answer, wired once a client.

    Attributes:
        endpoints: which server is tried next.
        transport: carries requests.
        retry: whether, and when, a failed request is tried again.
        notify: is told of every try that has ended.
        timeouts: how long a try, and a call, may take.
        sleep: waits between tries.
        clock: seconds that only go forward.
    """

    endpoints: Endpoints
    transport: Transport
    retry: RetryPolicy
    notify: Notify
    timeouts: Timeouts = field(default_factory=Timeouts)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.perf_counter

    @asynccontextmanager
    async def answer(self, errand: Errand) -> AsyncGenerator[Response]:
        """Send a request and lend its good answer, whose body may still be on its way.

        Raises:
            ServerUnreachable: no server took the request.
            ResponseLost: the answer did not come, or broke off.
            ResponseError: the server refused, in the subclass that says why.
        """
        opened, response = await self._open(errand)
        async with _closing(response):
            try:
                yield response
            except InfluxDBError as error:
                opened.finished(error)
                raise
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

    async def _open(self, errand: Errand) -> tuple[_Try, Response]:
        """Try until there is a good answer, or no use or time or safety in going on."""
        began = self.clock()
        attempt = 1
        while True:
            opened = _Try(self, errand, attempt, began)
            try:
                return opened, await opened.open()
            except InfluxDBError as error:
                opened.finished(error)
                delay = self.retry.delay(attempt, error) if errand.safe_again(error) else None
                if delay is None or self.timeouts.left(self.clock() - began + delay) == 0.0:
                    raise
            except BaseException as error:
                opened.finished(error)
                raise
            await self.sleep(delay)
            attempt += 1


class _Try:
    """One try of a request: each base URL once, until a server takes it."""

    def __init__(self, exchange: Exchange, errand: Errand, attempt: int, began: float) -> None:
        self._exchange = exchange
        self._errand = errand
        self._attempt = attempt
        self._began = began
        self._started = exchange.clock()
        self.request = errand.request

    async def open(self) -> Response:
        response = await self._send()
        self._exchange.endpoints.answered(self.request.base_url)
        if 200 <= response.status < 300:
            return response
        async with _closing(response):
            body = await _read_start(response)
            raise self._errand.read_error(
                self.request, response.status, response.headers, body, time.time()
            )

    def finished(self, outcome: Response | BaseException) -> None:
        seconds = self._exchange.clock() - self._started
        self._exchange.notify(self.request, outcome, self._attempt, seconds)

    async def _send(self) -> Response:
        causes: list[tuple[str, BaseException]] = []
        for base_url in self._exchange.endpoints.order(self._exchange.clock()):
            timeout = self._time_left()
            if timeout == 0.0:
                causes.append((base_url, TimeoutError("not tried, the time of the call is over")))
                break
            self.request = replace(self._errand.request, base_url=base_url, timeout=timeout)
            try:
                return await self._exchange.transport.send(
                    self._errand.auth.sign(self.request, time.time())
                )
            except ConnectionError as error:
                self._exchange.endpoints.failed(base_url, self._exchange.clock())
                causes.append((base_url, error))
            except TimeoutError as error:
                self._exchange.endpoints.failed(base_url, self._exchange.clock())
                raise ResponseLost(
                    f"no answer from {self.request.url}, the request may have been applied: {error}"
                ) from error
        tried = "; ".join(f"{url}: {error}" for url, error in causes)
        raise ServerUnreachable(
            f"no server could be reached: {tried}", causes=tuple(causes)
        ) from causes[-1][1]

    def _time_left(self) -> float | None:
        return self._exchange.timeouts.left(self._exchange.clock() - self._began)


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
            if len(body) > SHORT_BODY_LIMIT:
                break
    except (ConnectionError, TimeoutError):
        pass  # the status says enough
    return bytes(body)
