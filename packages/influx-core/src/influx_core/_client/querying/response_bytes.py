"""Passes the bodies of responses on as bytes, without parsing them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal

from influx_core._api.base import QueryRequest
from influx_core._api.flux_request import extern_of
from influx_core._api.request_options import QueryOptions, QueryParams
from influx_core._client.credentials import ClientCredentials
from influx_core._client.session import ServerSession
from influx_core.errors import ConfigError
from influx_core.interfaces import Request

__all__ = ["ByteFormat", "ResponseBytes"]

ByteFormat = Literal["csv", "json"]
"""The formats of responses that all servers have."""

_ACCEPT: Mapping[str, Mapping[str, str]] = {
    "v3": {"csv": "text/csv", "json": "application/jsonl"},
    "other": {"csv": "application/csv", "json": "application/json"},
}
_FLUX_ACCEPT = "application/csv"


class ResponseBytes:
    """Sends queries in any language, and GET requests, with the credentials of a client.

    Args:
        session: the session with the server.
        credentials: the credentials of the client, and of single calls.
        options: the defaults of every query.
    """

    def __init__(
        self, session: ServerSession, credentials: ClientCredentials, options: QueryOptions
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._options = options

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
        accept = _accept(await self._session.api_name(), language, format_)
        request = QueryRequest(query, options, language, bind_params, accept=accept)
        if language == "flux":
            extern = extern_of(bind_params, (), "raise")
            request = replace(request, bind_params=None, extern=extern)
        pieces = self._session.query_bytes(request, self._credentials.credentials_for(options))
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece


def _accept(api: str, language: str, format_: Any) -> str:
    """The MIME type of a format.

    Raises:
        ConfigError: the server does not send results of this language in this format.
    """
    known = _ACCEPT["v3" if api == "v3" else "other"]
    if format_ not in known:
        raise ConfigError(f"format {format_!r}: a response as bytes is {' or '.join(known)}")
    if language != "flux":
        return known[format_]
    if format_ != "csv":
        raise ConfigError("results of Flux are annotated CSV: format='csv'")
    return _FLUX_ACCEPT
