"""Passes the bodies of responses on as bytes, without parsing them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Literal

from influx_core._api.base import QueryRequest
from influx_core._api.flux_request import extern_of
from influx_core._api.request_options import QueryOptions, QueryParams
from influx_core._client.credentials import ClientCredentials
from influx_core._client.session import ServerSession
from influx_core.errors import ConfigError
from influx_core.interfaces import Request
from influx_core.timestamps import Naive

__all__ = ["ByteFormat", "ResponseBytes"]

ByteFormat = Literal["csv", "json"]
"""The formats of responses that all servers have."""


class ResponseBytes:
    """Sends queries in any language, and GET requests, with the credentials of a client.

    Args:
        session: the session with the server.
        credentials: the credentials of the client, and of single calls.
        options: the defaults of every query.
        naive: how datetimes without a time zone are read.
    """

    def __init__(
        self,
        session: ServerSession,
        credentials: ClientCredentials,
        options: QueryOptions,
        naive: Naive,
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._options = options
        self._naive: Naive = naive

    async def get(self, path: str, params: Mapping[str, str]) -> AsyncGenerator[bytes]:
        """GET a path of the server and yield the body of the response as it arrives."""
        if not path.startswith("/"):
            raise ConfigError(f"stream_get: the path {path!r} does not begin with '/'")
        request = Request("GET", path, tuple(params.items()), operation="query")
        async with aclosing(self._session.get_bytes(request)) as pieces:
            async for piece in pieces:
                yield piece

    async def stream(
        self,
        query: str,
        language: Literal["influxql", "sql", "flux"],
        format_: ByteFormat,
        bind_params: Mapping[str, object] | None,
        params: QueryParams,
    ) -> AsyncGenerator[bytes]:
        """Send a query and yield the body of the response as it arrives."""
        options = self._options.merged_with(params, "stream_bytes")
        if options.chunked is None and options.chunk_size is None:
            options = replace(options, chunked=False)
        request = QueryRequest(query, options, language, bind_params)
        if language == "flux":
            extern = extern_of(bind_params, (), self._naive)
            request = replace(request, bind_params=None, extern=extern)
        auth = self._credentials.credentials_for(options)
        async with aclosing(self._session.query_bytes(request, format_, auth)) as pieces:
            async for piece in pieces:
                yield piece
