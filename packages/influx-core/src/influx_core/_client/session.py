"""What a client asks of its server, in the words of the API that the server speaks.

Knows neither points nor statements: bodies go out, pieces of results come in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, replace

from influx_core._api.base import API, Health, Question
from influx_core._api.error_responses import statement_error
from influx_core._api.options import WriteOptions
from influx_core._api.registry import api_of, named_api
from influx_core._http.executor import SHORT_BODY_LIMIT, Errand, Exchange
from influx_core._results.parsers.rows_to_columns import start_columns
from influx_core._results.query_result import StatementResult
from influx_core.errors import ResponseLost
from influx_core.interfaces import Auth, Deserializer, Request, Response
from influx_core.plugins import PartSpec, Plugins

__all__ = ["Service"]


@dataclass(frozen=True, slots=True)
class _Language:
    """How to speak with a server: what to ask, and how to read its answers."""

    api: API
    deserializer: Deserializer


class Service:
    """The server of a client.

    Args:
        api: the name of its API; `auto` asks the server, once, before the first request.
        deserializer: the client's choice; `auto` goes by the API.
        plugins: knows the deserializers by name.
        exchange: carries requests.
        auth: signs what no caller asked for.

    Raises:
        ConfigError: there is no such API or deserializer.
    """

    def __init__(
        self, api: str, deserializer: PartSpec, plugins: Plugins, exchange: Exchange, auth: Auth
    ) -> None:
        self._plugins = plugins
        self._deserializer = deserializer
        self._exchange = exchange
        self._auth = auth
        self._asking = asyncio.Lock()
        known = named_api(api)
        self._language = None if known is None else self._learnt(known)
        if known is None and deserializer != "auto":
            plugins.deserializer(deserializer)  # a wrong name is told now, not at the first query

    async def ping(self) -> str:
        """Ask whether the server is there; its version, if it tells."""
        api, headers, body = await self._ping()
        return api.read_ping(headers, body)

    async def health(self) -> Health:
        """Ask how the server is."""
        api = (await self._speaking()).api
        headers, body = await self._short(api, api.health_request())
        return api.read_health(headers, body)

    async def write(
        self,
        body: bytes,
        content_type: str,
        options: WriteOptions,
        auth: Auth,
        repeatable: Callable[[], bool],
    ) -> None:
        """Have a body of points stored.

        Raises:
            ResponseLost: what came back is nobody's acknowledgement.
        """
        api = (await self._speaking()).api
        request = api.write_request(body, content_type, options)
        async with self._exchange.answer(Errand(request, auth, api.error, repeatable)) as response:
            said = await _start_of(response)
            if not api.acknowledges(said):
                raise ResponseLost(
                    f"{response.status} and {said[:40]!r} came back, which is no acknowledgement "
                    f"of a write to {request.path}: does a proxy answer? The points may be stored"
                )

    async def ask(self, question: Question, auth: Auth) -> AsyncGenerator[StatementResult]:
        """Ask a question; pieces of the answer as they come.

        Raises:
            QueryError: a statement failed; the pieces before it were yielded.
        """
        language = await self._speaking()
        request = language.api.query_request(replace(question, accept=language.deserializer.accept))
        deserializer = language.deserializer
        columnar = question.options.columnar
        feed = start_columns(deserializer) if columnar else deserializer.start()
        feed = language.api.reader(question, feed)
        errand = Errand(request, auth, language.api.error, lambda: question.read_only)
        async with self._exchange.answer(errand) as response:
            async for chunk in response.chunks():
                for piece in feed.feed(chunk):
                    yield _sound(piece, response)
            for piece in feed.finish():
                yield _sound(piece, response)

    async def check_administered(self, what: str) -> None:
        """Make sure that `what` can be done by InfluxQL there.

        Raises:
            ConfigError: it cannot.
        """
        (await self._speaking()).api.check_administered(what)

    async def _speaking(self) -> _Language:
        if self._language is None:
            async with self._asking:
                if self._language is None:
                    await self._ping()
        assert self._language is not None
        return self._language

    async def _ping(self) -> tuple[API, Mapping[str, str], bytes]:
        api = named_api("v1") if self._language is None else self._language.api
        assert api is not None
        headers, body = await self._short(api, api.ping_request())
        if self._language is None:
            api = api_of(headers, body)
            self._language = self._learnt(api)
        return api, headers, body

    async def _short(self, api: API, request: Request) -> tuple[Mapping[str, str], bytes]:
        errand = Errand(request, self._auth, api.error, lambda: True)
        async with self._exchange.answer(errand) as response:
            return response.headers, await _start_of(response)

    def _learnt(self, api: API) -> _Language:
        spec = api.answers if self._deserializer == "auto" else self._deserializer
        return _Language(api, self._plugins.deserializer(spec))


async def _start_of(response: Response) -> bytes:
    """A body that should be short; what comes beyond the limit is noise."""
    body = bytearray()
    async for chunk in response.chunks():
        body += chunk
        if len(body) > SHORT_BODY_LIMIT:
            break
    return bytes(body)


def _sound(piece: StatementResult, response: Response) -> StatementResult:
    if piece.error is not None:
        request_id = response.headers.get("x-request-id")
        raise statement_error(piece.error, piece.statement_id, request_id=request_id)
    return piece
