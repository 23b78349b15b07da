"""The suites of transports, auths and retry policies catch every one of these wrong parts."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import quote_plus, urlencode, urlsplit

import aiohttp
import pytest

from influx_core import errors
from influx_core.interfaces import Request
from influx_testing.conformance import AuthSuite, RetryPolicySuite, TransportSuite

pytestmark = pytest.mark.slow

Failing = Callable[[type], list[str]]


class RightTransport:
    """A small transport over aiohttp, whose steps can be replaced one by one."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> Any:
        try:
            response = await self.ask(self.session(), request)
        except aiohttp.ClientConnectorError as error:
            raise ConnectionError(str(error)) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise TimeoutError(str(error)) from error
        return self.response(response, request)

    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(auto_decompress=False)
        return self._session

    async def ask(self, session: aiohttp.ClientSession, request: Request) -> Any:
        limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=request.timeout)
        return await session.request(
            self.method(request),
            aiohttp.client.URL(self.url(request), encoded=True),
            data=self.body(request),
            headers=self.headers(request),
            allow_redirects=self.follows(),
            timeout=limits,
        )

    def method(self, request: Request) -> str:
        return request.method

    def url(self, request: Request) -> str:
        query = f"?{urlencode(request.params)}" if request.params else ""
        return f"{request.url}{query}"

    def headers(self, request: Request) -> Mapping[str, str]:
        return request.headers

    def body(self, request: Request) -> bytes:
        return request.body

    def follows(self) -> bool:
        return False

    def response(self, response: aiohttp.ClientResponse, request: Request) -> Any:
        return RightResponse(response)

    async def aclose(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class RightResponse:
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except aiohttp.ClientPayloadError as error:
            raise ConnectionError(str(error)) from error
        except aiohttp.ServerTimeoutError as error:
            raise TimeoutError(str(error)) from error

    async def aclose(self) -> None:
        self._response.close()


class AlwaysGet(RightTransport):
    def method(self, request: Request) -> str:
        return "GET"


class NoHeaders(RightTransport):
    def headers(self, request: Request) -> Mapping[str, str]:
        return {}


class NoEscapes(RightTransport):
    def url(self, request: Request) -> str:
        query = "&".join(f"{name}={value}" for name, value in request.params)
        return f"{request.url}?{query}".replace(" ", "+").replace("\n", "")


class EscapesTwice(RightTransport):
    def url(self, request: Request) -> str:
        pairs = [(name, quote_plus(value)) for name, value in request.params]
        return f"{request.url}?{urlencode(pairs)}"


class OneValueAName(RightTransport):
    def url(self, request: Request) -> str:
        return f"{request.url}?{urlencode(dict(request.params))}"


class NoPrefix(RightTransport):
    def url(self, request: Request) -> str:
        parts = urlsplit(request.base_url)
        query = f"?{urlencode(request.params)}" if request.params else ""
        return f"{parts.scheme}://{parts.netloc}{request.path}{query}"


class StripsTheBody(RightTransport):
    def body(self, request: Request) -> bytes:
        return request.body.strip()


class NormalizesLineEnds(RightTransport):
    def body(self, request: Request) -> bytes:
        return request.body.replace(b"\r\n", b"\n")


class FollowsRedirects(RightTransport):
    def follows(self) -> bool:
        return True


class RaisesForStatus(RightTransport):
    def response(self, response: aiohttp.ClientResponse, request: Request) -> Any:
        response.raise_for_status()
        return super().response(response, request)


class SendsTwice(RightTransport):
    async def ask(self, session: aiohttp.ClientSession, request: Request) -> Any:
        response = await super().ask(session, request)
        return await super().ask(session, request) if response.status == 503 else response


class LostIsNotSent(RightTransport):
    async def send(self, request: Request) -> Any:
        try:
            return await self.ask(self.session(), request) and await super().send(request)
        except aiohttp.ClientError as error:
            raise ConnectionError(str(error)) from error


class NotSentIsLost(RightTransport):
    async def send(self, request: Request) -> Any:
        try:
            return await super().send(request)
        except ConnectionError as error:
            raise TimeoutError(str(error)) from error


class ForeignErrors(RightTransport):
    async def send(self, request: Request) -> Any:
        return self.response(await self.ask(self.session(), request), request)


class NoTimeout(RightTransport):
    async def ask(self, session: aiohttp.ClientSession, request: Request) -> Any:
        return await super().ask(session, replace(request, timeout=None))


class TimeoutOfItsOwn(RightTransport):
    async def ask(self, session: aiohttp.ClientSession, request: Request) -> Any:
        return await super().ask(session, replace(request, timeout=0.05))


@dataclass
class ReadResponse:
    status: int
    headers: Mapping[str, str]
    body: bytes

    async def chunks(self) -> AsyncIterator[bytes]:
        if self.body:
            yield self.body

    async def aclose(self) -> None:
        pass


class ReadsAll(RightTransport):
    async def send(self, request: Request) -> Any:
        response = await super().send(request)
        body = b"".join([chunk async for chunk in response.chunks()])
        return ReadResponse(response.status, response.headers, body)


class CutIsWhole(RightTransport):
    async def send(self, request: Request) -> Any:
        response = await super().send(request)
        body = b""
        try:
            async for chunk in response.chunks():
                body += chunk
        except ConnectionError:
            pass
        return ReadResponse(response.status, response.headers, body)


class HeadersAsTheyCome(RightTransport):
    def response(self, response: aiohttp.ClientResponse, request: Request) -> Any:
        made = RightResponse(response)
        made.headers = dict(response.headers)
        return made


class DecodesText(RightTransport):
    async def send(self, request: Request) -> Any:
        response = await super().send(request)
        chunks = response.chunks

        async def text() -> AsyncIterator[bytes]:
            async for chunk in chunks():
                yield chunk.decode("ascii", "replace").encode()

        response.chunks = text
        return response


class NeverCloses(RightTransport):
    kept: ClassVar[list[Any]] = []

    async def aclose(self) -> None:
        self.kept.append(self._session)


class LeavesATask(RightTransport):
    tasks: ClassVar[list[Any]] = []

    async def send(self, request: Request) -> Any:
        self.tasks.append(asyncio.ensure_future(asyncio.sleep(600)))
        return await super().send(request)


class LeavesAThread(RightTransport):
    async def send(self, request: Request) -> Any:
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        return await super().send(request)


class LeavesAProcess(RightTransport):
    processes: ClassVar[list[Any]] = []

    async def send(self, request: Request) -> Any:
        command = [sys.executable, "-c", "input()"]
        self.processes.append(subprocess.Popen(command, stdin=-1))  # noqa: ASYNC220
        return await super().send(request)


class OneAtATime(RightTransport):
    """Gives every request the response of the last one."""

    async def send(self, request: Request) -> Any:
        self._request = request
        await asyncio.sleep(0.01)
        return await super().send(self._request)


class KeepsCookies(RightTransport):
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            jar = aiohttp.CookieJar(unsafe=True)  # which also keeps the cookies of addresses
            self._session = aiohttp.ClientSession(auto_decompress=False, cookie_jar=jar)
        return self._session


class ClosesOnce(RightTransport):
    async def aclose(self) -> None:
        await self.session().close()
        del self._session


class SwallowsCancellation(RightTransport):
    async def send(self, request: Request) -> Any:
        try:
            return await super().send(request)
        except asyncio.CancelledError:
            raise TimeoutError("cancelled") from None


BROKEN_TRANSPORTS = {
    part.__name__: part
    for part in (
        AlwaysGet,
        NoHeaders,
        NoEscapes,
        EscapesTwice,
        OneValueAName,
        NoPrefix,
        StripsTheBody,
        NormalizesLineEnds,
        FollowsRedirects,
        RaisesForStatus,
        SendsTwice,
        LostIsNotSent,
        NotSentIsLost,
        ForeignErrors,
        NoTimeout,
        TimeoutOfItsOwn,
        ReadsAll,
        CutIsWhole,
        HeadersAsTheyCome,
        DecodesText,
        NeverCloses,
        LeavesATask,
        LeavesAThread,
        LeavesAProcess,
        OneAtATime,
        KeepsCookies,
        ClosesOnce,
        SwallowsCancellation,
    )
}


class RightAuth:
    def __init__(self) -> None:
        self._token = "s3cret"

    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "x-key": self._token})


class SignsInPlace(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        request.headers["x-key"] = self._token  # type: ignore[index]
        return request


class DropsParameters(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(super().sign(request, now), params=(("token", "s3cret"),))


class PrependsParameters(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, params=(("token", "s3cret"), *request.params))


class DropsHeaders(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={"x-key": self._token})


class CapitalNames(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "X-Key": self._token})


class ChangesTheBody(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(super().sign(request, now), body=request.body + b"&p=s3cret")


class ChangesTheTimeout(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(super().sign(request, now), timeout=None)


class SignsByChance(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "x-nonce": str(random.random())})


class OwnClock(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "x-date": f"{time.time():.0f}"})


@dataclass
class ShowsTheSecret:
    token: str = "s3cret"

    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "x-key": self.token})


class SignsNothing(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return request


class NeedsHeaders(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        return replace(request, headers={**request.headers, "x-key": request.headers["accept"]})


class BytesValues(RightAuth):
    def sign(self, request: Request, now: float) -> Request:
        headers: Any = {**request.headers, "x-key": b"s3cret"}
        return replace(request, headers=headers)


@dataclass
class Counts:
    calls: int = 0

    def sign(self, request: Request, now: float) -> Request:
        self.calls += 1
        return replace(request, headers={**request.headers, "x-key": f"s{self.calls}"})


BROKEN_AUTHS = {
    part.__name__: part
    for part in (
        SignsInPlace,
        DropsParameters,
        PrependsParameters,
        DropsHeaders,
        CapitalNames,
        ChangesTheBody,
        ChangesTheTimeout,
        SignsByChance,
        OwnClock,
        ShowsTheSecret,
        SignsNothing,
        NeedsHeaders,
        BytesValues,
        Counts,
    )
}


class RightPolicy:
    """Three attempts, a second apart."""

    def delay(self, attempt: int, failure: Exception) -> Any:
        if attempt >= 3 or not isinstance(failure, self.passing()):
            return None
        return max(1.0, getattr(failure, "retry_after", None) or 0.0)

    def passing(self) -> tuple[type[Exception], ...]:
        return errors.ServerUnreachable, errors.ResponseLost, errors.ServerBusy


class NeverGivesUp(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        return super().delay(1, failure)


class GivesUpForAWhile(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        return super().delay(attempt % 7, failure) if attempt < 500 else None


class RetriesEverything(RightPolicy):
    def passing(self) -> tuple[type[Exception], ...]:
        return (Exception,)


class RetriesResponses(RightPolicy):
    def passing(self) -> tuple[type[Exception], ...]:
        return (errors.ResponseError, *super().passing())


class IsNegative(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        found = super().delay(attempt, failure)
        return None if found is None else -found


class IsNotANumber(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        found = super().delay(attempt, failure)
        return None if found is None else float("nan")


class IsInfinite(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        found = super().delay(attempt, failure)
        return None if found is None else float("inf")


class SaysTrue(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        return super().delay(attempt, failure) and True


class Sleeps(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        time.sleep(0.001)
        return super().delay(attempt, failure)


class IgnoresTheServer(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        found = super().delay(attempt, failure)
        return None if found is None else 1.0


class Overflows(RightPolicy):
    def delay(self, attempt: int, failure: Exception) -> Any:
        pause = 0.1 * 2.0**attempt
        return None if super().delay(attempt, failure) is None else pause


@dataclass
class ChangesTheFailure(RightPolicy):
    seen: list[Any] = field(default_factory=list)

    def delay(self, attempt: int, failure: Any) -> Any:
        found = super().delay(attempt, failure)
        failure.retry_after = None
        return found


class CountsByItself(RightPolicy):
    def __init__(self) -> None:
        self.failed = 0

    def delay(self, attempt: int, failure: Exception) -> Any:
        self.failed += 1
        return super().delay(max(attempt, self.failed), failure)


BROKEN_POLICIES = {
    part.__name__: part
    for part in (
        NeverGivesUp,
        GivesUpForAWhile,
        RetriesEverything,
        RetriesResponses,
        IsNegative,
        IsNotANumber,
        IsInfinite,
        SaysTrue,
        Sleeps,
        IgnoresTheServer,
        Overflows,
        ChangesTheFailure,
        CountsByItself,
    )
}
ALL = (
    (TransportSuite, BROKEN_TRANSPORTS),
    (AuthSuite, BROKEN_AUTHS),
    (RetryPolicySuite, BROKEN_POLICIES),
)


def suite(base: type, part: type) -> type:
    return type("Suite", (base,), {"make": lambda self: part(), "secret": "s3cret"})


@pytest.mark.parametrize(
    ("base", "part"),
    [(TransportSuite, RightTransport), (AuthSuite, RightAuth), (RetryPolicySuite, RightPolicy)],
)
def test_a_right_part_passes(failing: Failing, base: type, part: type) -> None:
    assert failing(suite(base, part)) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("base", "part"), [(base, part) for base, parts in ALL for part in parts.values()]
)
def test_a_wrong_part_is_caught(
    failing: Failing, base: type, part: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("influx_testing.conformance.transport.SECONDS", 2.0)  # for those that hang
    assert failing(suite(base, part)) != []


@pytest.fixture(autouse=True, scope="module")
def _nothing_is_left() -> Any:
    yield
    for process in LeavesAProcess.processes:
        process.communicate(b"\n")
