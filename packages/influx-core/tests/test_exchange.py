from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from influx_core.api.v1 import V1
from influx_core.auth import NoAuth, TokenAuth
from influx_core.endpoints import Endpoints
from influx_core.errors import QueryError, ResponseLost, ServerUnreachable
from influx_core.exchange import ERROR_BODY_LIMIT, Exchange
from influx_core.interfaces import LocalResponse, Request, Response
from influx_core.retry import Never

REQUEST = Request("GET", "/query")


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
    """An exchange over a scripted transport, and what it noted."""

    def __init__(self, *outcomes, urls=("http://a", "http://b"), retry=None) -> None:
        self.transport = Scripted(*outcomes)
        self.endpoints = Endpoints(urls)
        self.noted: list[tuple[Request, object, int]] = []
        self.slept: list[float] = []
        self.exchange = Exchange(
            self.endpoints,
            self.transport,
            retry or Never(),
            V1().error,
            self._note,
            timeout=7,
            sleep=self._sleep,
        )

    def _note(self, request, outcome, attempt, seconds) -> None:
        assert seconds >= 0
        self.noted.append((request, outcome, attempt))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def ask(self, auth=None) -> bytes:
        async with self.exchange.answer(REQUEST, auth or NoAuth()) as response:
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
            yield b"x" * (ERROR_BODY_LIMIT // 10)

    with pytest.raises(QueryError):
        await Bench(LocalResponse(500, {}, junk())).ask()
    assert len(read) <= 12


async def test_an_answer_that_breaks_off_is_lost():
    bench = Bench(Breaking(200))
    with pytest.raises(ResponseLost, match="broke off: reset by peer"):
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


async def test_notices_see_no_credentials():
    bench = Bench(OK)
    await bench.ask(TokenAuth("s3cret"))
    assert bench.transport.sent[0].headers["authorization"] == "Token s3cret"
    assert dict(bench.noted[0][0].headers) == {}


async def test_an_exception_of_the_reader_is_not_swallowed():
    bench = Bench(OK)
    with pytest.raises(KeyError):
        async with bench.exchange.answer(REQUEST, NoAuth()):
            raise KeyError("mine")
    assert isinstance(bench.noted[0][1], KeyError)
