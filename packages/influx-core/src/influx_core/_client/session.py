"""ServerSession: sends a client's requests through the API of its server.

It handles request bodies and pieces of results, but neither points nor statements.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import cache, partial
from types import TracebackType
from typing import cast

from influx_core._api.base import API, Configuration, Health, Listing, QueryRequest
from influx_core._api.registry import api_from_ping, named_api
from influx_core._api.request_options import WriteOptions
from influx_core._client.response_reader import ResponseReader, refuse_web_page
from influx_core._http.executor import (
    SHORT_BODY_LIMIT,
    RequestCall,
    RequestExecutor,
    read_short_body,
)
from influx_core._parsers.rows_to_columns import columnar_parser
from influx_core.errors import ResponseLost
from influx_core.interfaces import Auth, Deserializer, Request, Response, Transport
from influx_core.plugins import PartSpec, Plugins

__all__ = ["ServerSession"]


class _Protocol:
    """How to talk to a server: its API, and what parses its responses.

    Args:
        api: the API.
        make: makes the deserializer.

    Attributes:
        api: the same.
        deserializer: returns what parses responses to queries, which is made when it is first
            needed: a client that writes needs none.
    """

    def __init__(self, api: API, make: Callable[[], Deserializer]) -> None:
        self.api = api
        self.deserializer = cache(make)


class ServerSession:
    """The server of a client.

    Args:
        api: the name of its API; `auto` asks the server, once, before the first request.
        deserializer: the client's choice; `auto` goes by the API.
        plugins: knows the deserializers by name.
        executor: sends requests.
        auth: signs the requests that belong to no call.

    Raises:
        ConfigError: there is no such API or deserializer.
    """

    def __init__(
        self,
        api: str,
        deserializer: PartSpec,
        plugins: Plugins,
        executor: RequestExecutor,
        auth: Auth,
    ) -> None:
        self._plugins = plugins
        self._deserializer = deserializer
        self._executor = executor
        self._auth = auth
        self._transport_formats = _query_formats(executor.transport)
        self._detecting = asyncio.Lock()
        known = named_api(api)
        self._protocol = None if known is None else self._protocol_of(known)
        if deserializer != "auto":  # a wrong name fails now, not at the first query
            if self._protocol is None:
                plugins.deserializer(deserializer)
            else:
                self._protocol.deserializer()

    async def api_name(self) -> str:
        """The name of the server's API."""
        return (await self._detected()).api.name

    async def ping(self) -> str:
        """Ask whether the server is there; its version, if it says."""
        api, headers, body = await self._ping()
        return api.read_ping(headers, body)

    async def health(self) -> Health:
        """Ask for the state of the server."""
        api = (await self._detected()).api
        headers, body = await self._short(api, api.health_request())
        return api.read_health(headers, body)

    def check_write(self, options: WriteOptions) -> None:
        """Make sure that the server supports the options of a write, if its API is known by now.

        Raises:
            ConfigError: it does not.
        """
        if self._protocol is not None:
            self._protocol.api.check_write(options)

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
            ResponseLost: the response is not a valid write acknowledgement.
        """
        api = (await self._detected()).api
        request = api.write_request(body, content_type, options)
        async with self._executor.send(
            RequestCall(request, auth, api.error, repeatable)
        ) as response:
            acknowledgement = await read_short_body(response)
            if len(acknowledgement) > SHORT_BODY_LIMIT or not api.acknowledges(acknowledgement):
                raise ResponseLost(
                    f"the response to a write to {request.path}, {response.status} and "
                    f"{acknowledgement[:40]!r}, is not a valid write acknowledgement: does a "
                    "proxy answer? The points may be stored"
                )

    def query(self, query: QueryRequest, auth: Auth) -> AbstractAsyncContextManager[ResponseReader]:
        """Send a query and provide its response, which may still be arriving."""
        return _SentQuery(partial(self._send_query, query, auth))

    async def _send_query(
        self, query: QueryRequest, auth: Auth
    ) -> tuple[AbstractAsyncContextManager[Response], ResponseReader]:
        protocol = await self._detected()
        api = protocol.api
        deserializer = api.deserializer_for(query, self._deserializer_of(query, protocol))
        asked = query.received_as(deserializer.accept, self._transport_formats)
        request = api.request_of(asked)
        columnar = query.options.columnar
        parser = columnar_parser(deserializer) if columnar else deserializer.start()
        adapter = api.result_adapter(asked)
        call = RequestCall(request, auth, api.error, lambda: query.read_only)
        sent = self._executor.send(call)
        response = await sent.__aenter__()
        reader = ResponseReader(request.path, response, parser, adapter, query.options.unit)
        return sent, reader

    async def query_bytes(
        self, query: QueryRequest, format_: str, auth: Auth
    ) -> AsyncGenerator[bytes]:
        """Send a query; yield the body of the response as it arrives, without parsing it."""
        api = (await self._detected()).api
        asked = replace(query, accept=api.byte_format(query.language, format_))
        call = RequestCall(api.request_of(asked), auth, api.error, lambda: query.read_only)
        async with self._executor.send(call) as response:
            async for chunk in response.chunks():
                yield chunk

    async def get_bytes(self, request: Request) -> AsyncGenerator[bytes]:
        """Send a request that only reads; yield the body of the response as it arrives."""
        api = (await self._detected()).api
        call = RequestCall(request, self._auth, api.error, lambda: True)
        async with self._executor.send(call) as response:
            async for chunk in response.chunks():
                yield chunk

    def _deserializer_of(self, query: QueryRequest, protocol: _Protocol) -> Deserializer:
        if query.language == "flux":
            return self._plugins.flux_deserializer(delimiter=query.dialect.delimiter)
        chosen = protocol.deserializer()
        if self._deserializer != "auto" and (query.own_format or not query.read_only):
            api = protocol.api
            chosen = self._plugins.deserializer(api.deserializer_name(self._transport_formats))
        if chosen.accept in self._transport_formats and not protocol.api.transport_runs(query):
            return self._plugins.deserializer(protocol.api.response_format)
        return chosen

    async def configure(self, managed: Configuration, request: Request) -> bytes:
        """Send a request of the configuration API; the body of the response.

        Raises:
            ConfigError: the server has no such API.
            NotFound, AlreadyExists, LimitReached: it refused the change.
        """
        await self.require_configuration(managed)
        api = (await self._detected()).api
        return (await self._short(api, request, request.method == "GET"))[1]

    async def require_configuration(self, managed: Configuration) -> None:
        """Make sure that the server has a configuration API for something.

        Raises:
            ConfigError: it has none.
        """
        (await self._detected()).api.require_configuration(managed)

    async def has_configuration(self, managed: Configuration) -> bool:
        """Whether something is managed by the configuration API of the server."""
        return managed in (await self._detected()).api.configuration

    async def require_listing(self, listing: Listing) -> None:
        """Make sure that the server can list something.

        Raises:
            ConfigError: it cannot.
        """
        (await self._detected()).api.require_listing(listing)

    async def require_admin_api(self, action: str) -> None:
        """Make sure that InfluxQL can do an action there.

        Raises:
            ConfigError: it cannot.
        """
        (await self._detected()).api.require_admin_api(action)

    async def _detected(self) -> _Protocol:
        if self._protocol is None:
            async with self._detecting:
                if self._protocol is None:
                    await self._ping()
        assert self._protocol is not None
        return self._protocol

    async def _ping(self) -> tuple[API, Mapping[str, str], bytes]:
        api = named_api("v1") if self._protocol is None else self._protocol.api
        assert api is not None
        headers, body = await self._short(api, api.ping_request())
        if self._protocol is None:
            api = api_from_ping(headers, body)
            self._protocol = self._protocol_of(api)
        return api, headers, body

    async def _short(
        self, api: API, request: Request, repeatable: bool = True
    ) -> tuple[Mapping[str, str], bytes]:
        call = RequestCall(request, self._auth, api.error, lambda: repeatable)
        async with self._executor.send(call) as response:
            refuse_web_page(request.path, response)
            return response.headers, await read_short_body(response)

    def _protocol_of(self, api: API) -> _Protocol:
        spec = self._deserializer
        if spec == "auto":
            spec = api.deserializer_name(self._transport_formats)
        return _Protocol(api, partial(self._plugins.deserializer, _of_api(api, spec)))


class _SentQuery:
    """The response to a query within a with block.

    It is a class, because a generator costs several times as much for each query.

    Args:
        send: sends the query.
    """

    __slots__ = ("_send", "_sent")

    def __init__(
        self,
        send: Callable[[], Awaitable[tuple[AbstractAsyncContextManager[Response], ResponseReader]]],
    ) -> None:
        self._send = send

    async def __aenter__(self) -> ResponseReader:
        self._sent, reader = await self._send()
        return reader

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._sent.__aexit__(kind, error, trace)


def _query_formats(transport: Transport) -> frozenset[str]:
    """The MIME types of responses to queries that a transport adds to those of HTTP."""
    added: frozenset[str] = getattr(transport, "query_formats", frozenset())
    return added


def _of_api(api: API, spec: PartSpec) -> PartSpec:
    """The deserializer of a format as an API writes it."""
    if isinstance(spec, str):
        return api.own_formats.get(spec, spec)
    if not isinstance(spec, Mapping):
        return spec
    options = cast("Mapping[str, object]", spec)
    if "type" not in options:
        return options
    return {**options, "type": api.own_formats.get(str(options["type"]), options["type"])}
