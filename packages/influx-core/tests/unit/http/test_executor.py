from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from influx_core._api.v1 import V1
from influx_core._http.auth import TokenAuth
from influx_core._http.endpoints import Endpoints
from influx_core._http.executor import SHORT_BODY_LIMIT, RequestCall, RequestExecutor
from influx_core._http.no_auth import NoAuth
from influx_core._http.retry import Never
from influx_core._http.timeouts import Timeouts
from influx_core.errors import (
    ConfigError,
    QueryError,
    ResponseLost,
    ServerBusy,
    ServerUnreachable,
)
from influx_core.interfaces import LocalResponse, Request, Response

REQUEST = Request("GET", "/query", operation="query")


class Scripted:
    """A transport that answers each request with the next thing on its list."""

    def __init__(self, *outcomes: Response | Exception) -> None:
        self.outcomes = list(outcomes)
        self.sent: list[Request] = []

    async def send(self, request: Request) -> Response:
        self.sent.append(request)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def aclose(self) -> None: ...


class Breaking(LocalResponse):
    """An answer that breaks off after its first piece."""

    async def chunks(self) -> AsyncIterator[bytes]:
        yield b"begin"
        raise ConnectionError("reset by peer")


class Thrice:
    """Retries three times, at once more slowly."""

    def delay(self, attempt: int, failure: Exception) -> float | None:
        return attempt / 10 if attempt <= 3 else None


class Bench:
    """An exchange over a scripted transport, on a clock of its own, and what it noted."""

    def __init__(
        self, *outcomes, urls=("http://a", "http://b"), retry=None, timeouts=None, repeatable=False
    ) -> None:
        self.transport = Scripted(*outcomes)
        self.endpoints = Endpoints(urls)
        self.noted: list[tuple[Request, object, int]] = []
        self.slept: list[float] = []
        self.now = 0.0
        self.repeatable = repeatable
        self.exchange = RequestExecutor(
            self.endpoints,
            self.transport,
            retry or Never(),
            self._note,
            timeouts or Timeouts(attempt=7),
            sleep=self._sleep,
            clock=lambda: self.now,
        )

    def _note(self, request, outcome, attempt, seconds) -> None:
        assert seconds >= 0
        self.noted.append((request, outcome, attempt))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def call(self, auth=None) -> RequestCall:
        return RequestCall(REQUEST, auth or NoAuth(), V1().error, lambda: self.repeatable)

    async def ask(self, auth=None) -> bytes:
        async with self.exchange.send(self.call(auth)) as response:
            return b"".join([chunk async for chunk in response.chunks()])

    @property
    def asked(self) -> list[str]:
        return [request.base_url for request in self.transport.sent]


OK = LocalResponse(200, {}, (b"fine",))


async def test_the_answer_of_the_first_server_is_taken():
    bench = Bench(OK)
    assert await bench.ask() == b"fine"
    assert bench.asked == ["http://a"]
    assert bench.transport.sent[0].timeout == 7
    assert [(outcome, attempt) for _, outcome, attempt in bench.noted] == [(OK, 1)]


async def test_an_unreachable_server_is_passed_over_and_the_good_one_comes_first():
    bench = Bench(ConnectionError("refused"), OK, OK)
    await bench.ask()
    await bench.ask()
    assert bench.asked == ["http://a", "http://b", "http://b"]
    assert bench.endpoints.urls == ["http://b", "http://a"]


async def test_when_no_server_takes_it_each_is_named_with_its_cause():
    bench = Bench(ConnectionError("refused"), ConnectionError("no route"))
    with pytest.raises(ServerUnreachable, match="http://a: refused; http://b: no route") as caught:
        await bench.ask()
    assert [url for url, _ in caught.value.causes] == ["http://a", "http://b"]


async def test_a_request_that_may_have_been_applied_goes_to_no_other_server():
    bench = Bench(TimeoutError("7 s"), OK)
    with pytest.raises(ResponseLost, match="may have been applied"):
        await bench.ask()
    assert bench.asked == ["http://a"]


async def test_an_error_status_is_raised_as_what_it_means():
    bench = Bench(LocalResponse(400, {"content-type": "application/json"}, (b'{"error":"x"}',)))
    with pytest.raises(QueryError, match="x"):
        await bench.ask()
    ((_, outcome, _),) = bench.noted
    assert isinstance(outcome, QueryError)


async def test_of_a_huge_error_body_only_the_start_is_read():
    read: list[int] = []

    def junk():
        for i in range(1000):
            read.append(i)
            yield b"x" * (SHORT_BODY_LIMIT // 10)

    with pytest.raises(QueryError):
        await Bench(LocalResponse(500, {}, junk())).ask()
    assert len(read) <= 12


async def test_an_answer_that_breaks_off_is_lost():
    bench = Bench(Breaking(200))
    with pytest.raises(ResponseLost, match="was cut: reset by peer"):
        await bench.ask()
    assert isinstance(bench.noted[0][1], ResponseLost)


async def test_the_policy_says_how_often_and_when_to_try_again():
    refused = [ConnectionError("refused")] * 4
    bench = Bench(*refused, urls=["http://a"], retry=Thrice())
    with pytest.raises(ServerUnreachable):
        await bench.ask()
    assert bench.slept == [0.1, 0.2, 0.3]
    assert [attempt for _, _, attempt in bench.noted] == [1, 2, 3, 4]


async def test_a_later_try_can_succeed():
    bench = Bench(ConnectionError("refused"), OK, urls=["http://a"], retry=Thrice())
    assert await bench.ask() == b"fine"


def refused(status: int) -> LocalResponse:
    return LocalResponse(status, {"content-type": "text/plain"}, (b"no",))


@pytest.mark.parametrize("lost", [TimeoutError("7 s"), refused(503), refused(502), refused(500)])
async def test_what_may_have_been_applied_is_repeated_only_if_that_does_no_harm(lost):
    bench = Bench(lost, OK, retry=Thrice())
    with pytest.raises((ResponseLost, QueryError, ServerBusy)):
        await bench.ask()
    assert len(bench.transport.sent) == 1
    harmless = Bench(lost, OK, retry=Thrice(), repeatable=True)
    assert await harmless.ask() == b"fine"


@pytest.mark.parametrize("outcome", [ConnectionError("refused"), refused(429)])
async def test_what_was_certainly_not_done_is_tried_again_without_asking(outcome):
    bench = Bench(outcome, OK, urls=["http://a"], retry=Thrice())
    assert await bench.ask() == b"fine"


async def test_a_server_that_gave_no_answer_is_asked_last_next_time():
    bench = Bench(TimeoutError("7 s"), OK)
    with pytest.raises(ResponseLost):
        await bench.ask()
    await bench.ask()
    assert bench.asked == ["http://a", "http://b"]


async def test_no_pause_outlasts_the_time_of_the_call():
    bench = Bench(
        *[ConnectionError("refused")] * 3,
        urls=["http://a"],
        retry=Thrice(),
        timeouts=Timeouts(total=0.25),
    )
    with pytest.raises(ServerUnreachable):
        await bench.ask()
    assert bench.slept == [0.1]


async def test_a_try_gets_no_more_time_than_the_call_has_left():
    bench = Bench(
        ConnectionError("refused"),
        OK,
        urls=["http://a"],
        retry=Thrice(),
        timeouts=Timeouts(attempt=7, total=1),
    )
    await bench.ask()
    assert [request.timeout for request in bench.transport.sent] == [1, 0.9]


async def test_no_further_server_is_tried_when_the_time_is_over():
    bench = Bench(ConnectionError("slowly refused"), OK, timeouts=Timeouts(total=5))

    async def slowly(request: Request) -> Response:
        bench.now += 6
        raise ConnectionError("slowly refused")

    bench.transport.send = slowly
    with pytest.raises(ServerUnreachable, match="http://b: not tried"):
        await bench.ask()


async def test_notices_see_no_credentials():
    bench = Bench(OK)
    await bench.ask(TokenAuth("s3cret"))
    assert bench.transport.sent[0].headers["authorization"] == "Token s3cret"
    assert dict(bench.noted[0][0].headers) == {}


async def test_an_exception_of_the_reader_is_not_swallowed():
    bench = Bench(OK)
    with pytest.raises(KeyError):
        async with bench.exchange.send(bench.call()):
            raise KeyError("mine")
    assert isinstance(bench.noted[0][1], KeyError)


class Slow(LocalResponse):
    """A response whose pieces take seconds of the bench's clock, or never come."""

    def __init__(self, bench: Bench, seconds: float, *, silent: bool = False) -> None:
        super().__init__(200, {}, (b"a", b"b", b"c"))
        object.__setattr__(self, "_wait", lambda: setattr(bench, "now", bench.now + seconds))
        object.__setattr__(self, "_silent", silent)

    async def chunks(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            self._wait()
            if self._silent:
                await asyncio.Event().wait()
            yield piece


async def read_slowly(bench: Bench, seconds: float) -> bytes:
    read = b""
    async with bench.exchange.send(bench.call()) as response:
        async for chunk in response.chunks():
            bench.now += seconds
            read += chunk
    return read


async def test_the_time_that_a_reader_takes_is_not_the_servers():
    for timeouts in (Timeouts(attempt=7), Timeouts(attempt=7, total=10)):
        assert await read_slowly(bench := Bench(OK, timeouts=timeouts), 1_000) == b"fine"
        assert [outcome for _, outcome, _ in bench.noted] == [OK]


async def test_a_server_that_is_silent_is_left_when_the_total_is_over():
    bench = Bench(timeouts=Timeouts(attempt=7, total=0.05))
    bench.transport.outcomes.append(Slow(bench, 0, silent=True))
    with pytest.raises(ResponseLost, match=r"was cut: nothing came for 0\.05 s"):
        await bench.ask()


async def test_a_silence_that_the_transport_found_too_long_is_a_lost_response():
    class Silent(LocalResponse):
        async def chunks(self) -> AsyncIterator[bytes]:
            yield b"a"
            raise TimeoutError("nothing came for 7 s")

    with pytest.raises(ResponseLost, match=r"was cut: nothing came for 7 s"):
        await Bench(Silent(200), timeouts=Timeouts(attempt=7)).ask()


async def test_a_server_that_sends_too_slowly_is_left_when_the_total_is_over():
    bench = Bench(timeouts=Timeouts(attempt=7, total=10))
    bench.transport.outcomes.append(Slow(bench, 6))
    with pytest.raises(ResponseLost, match="was cut"):
        await bench.ask()


async def test_an_auth_that_fails_is_a_wrong_configuration():
    class Broken:
        def sign(self, request, now):
            raise RuntimeError("s3cret")

    with pytest.raises(ConfigError, match="auth Broken cannot sign the request") as caught:
        await Bench(OK).ask(Broken())
    assert "s3cret" not in str(caught.value)
