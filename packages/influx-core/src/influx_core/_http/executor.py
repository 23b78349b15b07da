"""Sends requests: selects the server, signs, retries, limits the time, and calls the hooks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, cast

from influx_core._http.endpoints import Endpoints
from influx_core._http.failures import classify
from influx_core._http.timeouts import Timeouts
from influx_core._http.wire_text import check_request
from influx_core._runtime.running_loop import check_running_loop
from influx_core.errors import (
    ConfigError,
    InfluxDBError,
    ResponseError,
    ResponseLost,
    ServerUnreachable,
)
from influx_core.interfaces import (
    Auth,
    BatchResponse,
    ReceivedBatch,
    Request,
    Response,
    RetryPolicy,
    Transport,
)

__all__ = ["SHORT_BODY_LIMIT", "RequestCall", "RequestExecutor", "read_short_body"]

SHORT_BODY_LIMIT = 1_000_000
"""The most bytes that are read of an error, or of a response to a ping or a write."""

ReadError = Callable[[Request, int, Mapping[str, str], bytes, float], ResponseError]
Notify = Callable[[Request, Response | BaseException, int, float], None]
PieceT = TypeVar("PieceT")


@dataclass(frozen=True, slots=True)
class RequestCall:
    """A request with the context needed to send it and to interpret the response.

    Attributes:
        request: the request, without endpoint and credentials.
        auth: signs the request.
        read_error: makes the exception for a response with an error status.
        repeatable: returns whether the server may execute the request twice without harm; called
            only after a failure where it may have executed the request.
    """

    request: Request
    auth: Auth
    read_error: ReadError
    repeatable: Callable[[], bool]

    def may_be_repeated(self, failure: InfluxDBError) -> bool:
        """Whether another attempt is safe: nothing was applied, or it may be applied twice."""
        return not classify(failure).maybe_applied or self.repeatable()


@dataclass(frozen=True, slots=True)
class RequestExecutor:
    """Sends the requests of one client, and retries them.

    Attributes:
        endpoints: the order in which servers are tried.
        transport: sends requests.
        retry: decides whether and when a failed request is retried.
        notify: called at the end of every attempt.
        timeouts: the time limits of an attempt and of a call.
        sleep: waits between attempts.
        clock: returns the seconds of a monotonic clock.
    """

    endpoints: Endpoints
    transport: Transport
    retry: RetryPolicy
    notify: Notify
    timeouts: Timeouts = field(default_factory=Timeouts)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.perf_counter

    def send(self, call: RequestCall) -> AbstractAsyncContextManager[Response]:
        """Send a request and provide its successful response, whose body may still be arriving.

        Raises:
            ConfigError: no event loop of asyncio runs.
            ServerUnreachable: no server received the request.
            ResponseLost: no response arrived, or an incomplete one.
            ResponseError: the server refused the request; the subclass says why.
        """
        return _SentRequest(partial(self._open, call))

    async def _open(self, call: RequestCall) -> tuple[_Attempt, Response]:
        """Repeat attempts until one succeeds, or another one would be useless, unsafe or late."""
        check_running_loop()
        began = self.clock()
        number = 1
        while True:
            attempt = _Attempt(self, call, number, began)
            try:
                return attempt, await attempt.open()
            except InfluxDBError as error:
                attempt.finish(error)
                delay = self.retry.delay(number, error) if call.may_be_repeated(error) else None
                if delay is None or self.timeouts.left(self.clock() - began + delay) == 0.0:
                    raise
            except BaseException as error:
                attempt.finish(error)
                raise
            await self.sleep(delay)
            number += 1


class _SentRequest:
    """The response to a request within a with block, at whose end the attempt is finished.

    It is a class, because a generator costs several times as much for each request.

    Args:
        open_response: sends the request.
    """

    __slots__ = ("_attempt", "_open_response", "_response")

    def __init__(self, open_response: Callable[[], Awaitable[tuple[_Attempt, Response]]]) -> None:
        self._open_response = open_response

    async def __aenter__(self) -> Response:
        self._attempt, self._response = await self._open_response()
        return self._attempt.limited(self._response)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        try:
            self._finish(error)
        finally:
            await self._response.aclose()

    def _finish(self, error: BaseException | None) -> None:
        match error:
            case None | GeneratorExit():
                self._attempt.finish(self._response)
            case InfluxDBError():
                self._attempt.finish(error)
            case ConnectionError() | TimeoutError():
                url = self._attempt.request.url
                lost = ResponseLost(f"the response of {url} was cut: {_text(error)}")
                self._attempt.finish(lost)
                raise lost from error
            case _:
                self._attempt.finish(error)


class _Attempt:
    """One attempt of a request: tries each base URL once, until a server receives the request."""

    def __init__(
        self, executor: RequestExecutor, call: RequestCall, number: int, began: float
    ) -> None:
        self._executor = executor
        self._call = call
        self._number = number
        self._began = began
        self._started = executor.clock()
        self.request = call.request

    async def open(self) -> Response:
        response = await self._send()
        self._executor.endpoints.answered(self.request.base_url)
        if 200 <= response.status < 300:
            return response
        async with aclosing(response):
            body = await self._error_body(response)
            raise self._call.read_error(
                self.request, response.status, response.headers, body, time.time()
            )

    def finish(self, outcome: Response | BaseException) -> None:
        seconds = self._executor.clock() - self._started
        self._executor.notify(self.request, outcome, self._number, seconds)

    def limited(self, response: Response) -> Response:
        """Limit the total time of a response; the transport limits only each silence."""
        if self._executor.timeouts.total is None:
            return response
        if hasattr(response, "batches"):
            return _TimedBatchResponse(cast(BatchResponse, response), self)
        return _TimedResponse(response, self)

    def clock(self) -> float:
        return self._executor.clock()

    def time_left(self, waited: float | None = None) -> float | None:
        """The seconds that the server may be silent now; None for no limit.

        Args:
            waited: the seconds of the call that count; by default all since its beginning.
        """
        elapsed = self.clock() - self._began if waited is None else waited
        return self._executor.timeouts.left(elapsed)

    def waited(self) -> float:
        return self.clock() - self._began

    async def _send(self) -> Response:
        causes: list[tuple[str, BaseException]] = []
        for base_url in self._executor.endpoints.order(self.clock()):
            timeout = self.time_left()
            if timeout == 0.0:
                causes.append((base_url, TimeoutError("not tried, the time of the call is over")))
                break
            self.request = self._call.request.sent_to(base_url, timeout)
            signed = _signed(self._call.auth, self.request)
            try:
                return await self._executor.transport.send(signed)
            except ConnectionError as error:
                self._executor.endpoints.failed(base_url, self.clock())
                causes.append((base_url, error))
            except TimeoutError as error:
                self._executor.endpoints.failed(base_url, self.clock())
                raise ResponseLost(
                    f"no response from {self.request.url}, the request may have been applied: "
                    f"{_text(error)}"
                ) from error
        tried = "; ".join(f"{url}: {_text(error)}" for url, error in causes)
        raise ServerUnreachable(
            f"no server could be reached: {tried}", causes=tuple(causes)
        ) from causes[-1][1]

    async def _error_body(self, response: Response) -> bytes:
        try:
            return await read_short_body(self.limited(response))
        except (ConnectionError, TimeoutError):
            return b""  # the status alone is enough for an error


class _TimedResponse:
    """A response with a limit for the time of its call, without the time that the reader takes."""

    def __init__(self, response: Response, attempt: _Attempt) -> None:
        self._response = response
        self._attempt = attempt
        self.status = response.status
        self.headers = response.headers

    def chunks(self) -> AsyncIterator[bytes]:
        """Iterate over the body."""
        return self._timed(self._response.chunks())

    async def _timed(self, pieces: AsyncIterator[PieceT]) -> AsyncIterator[PieceT]:
        """Iterate over pieces; only the time spent waiting for the server counts."""
        waited = self._attempt.waited()
        while True:
            limit = self._attempt.time_left(waited)
            if limit == 0.0:
                raise TimeoutError("the time of the call is over")
            started = self._attempt.clock()
            try:
                async with asyncio.timeout(limit):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise TimeoutError(str(error) or f"nothing came for {limit:g} s") from None
            waited += self._attempt.clock() - started
            yield piece

    async def aclose(self) -> None:
        """Release the connection."""
        await self._response.aclose()


class _TimedBatchResponse(_TimedResponse):
    """A response of record batches with a limit for the time of its call."""

    _response: BatchResponse

    def batches(self) -> AsyncIterator[ReceivedBatch]:
        """Iterate over the record batches."""
        return self._timed(self._response.batches())


async def read_short_body(response: Response) -> bytes:
    """Read a body that should be short; ignore the rest beyond `SHORT_BODY_LIMIT` bytes."""
    body = bytearray()
    async for chunk in response.chunks():
        body += chunk
        if len(body) > SHORT_BODY_LIMIT:
            break
    return bytes(body)


def _signed(auth: Auth, request: Request) -> Request:
    """Sign a request; errors do not repeat the credentials.

    Raises:
        ConfigError: the request cannot be signed, or cannot be sent unchanged.
    """
    failure = ""
    try:
        signed = auth.sign(request, time.time())
        check_request(signed)
        return signed
    except InfluxDBError:
        raise
    except Exception as error:  # raised by the auth: its text may contain the credentials
        failure = type(error).__name__
    raise ConfigError(f"the auth {type(auth).__name__} cannot sign the request: {failure}")


def _text(error: BaseException) -> str:
    return str(error) or type(error).__name__
