"""Runs the Flux queries of a client, as whole results or piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypedDict, cast, runtime_checkable

from influx_core._annotated_csv.dialect import Dialect
from influx_core._api.base import QueryRequest
from influx_core._api.flux_request import extern_of
from influx_core._api.request_options import QueryOptions
from influx_core._client.credentials import ClientCredentials
from influx_core._client.response_reader import ResponseReader
from influx_core._client.session import ServerSession
from influx_core._options.validator import refuse_keywords
from influx_core._results.flux_table import FluxTable
from influx_core._results.query_result import QueryResult, merge_results
from influx_core.errors import ConfigError
from influx_core.timestamps import Naive

__all__ = ["FluxForm", "FluxParams", "FluxRunner", "FluxText"]


@runtime_checkable
class _HasFlux(Protocol):
    """A query object, such as a query built with influx-flux."""

    def __flux__(self) -> str:
        """Return the text of the query."""
        ...


FluxText = str | _HasFlux
"""A Flux query: text, or an object with a method `__flux__` that returns it."""


class FluxParams(TypedDict, total=False):
    """Keyword arguments of Flux queries; they default to the options of the client.

    `org` is the organization of InfluxDB 2.x. `epoch` is the unit of the times in
    `FluxTable.values`, RFC 3339 text by default. `username` and `password`, `token` or `auth` are
    the credentials of this request only.
    """

    org: str | None
    epoch: str | None
    username: str | None
    password: str | None
    token: str | None
    auth: object


@dataclass(frozen=True, slots=True)
class FluxForm:
    """The arguments of a Flux query besides its text.

    Attributes:
        params: values by name, or the result of `influx_flux.extern`.
        dialect: a Dialect, or a mapping of its attributes.
        profilers: the profilers to enable.
    """

    params: Mapping[str, object] | None = None
    dialect: Dialect | Mapping[str, Any] | None = None
    profilers: Collection[str] = ()


class FluxRunner:
    """Sends Flux queries, with the options and credentials of a client.

    Args:
        session: the session with the server.
        credentials: the credentials of the client, which a call can override.
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

    async def run(self, query: FluxText, form: FluxForm, params: FluxParams) -> QueryResult:
        """Send a query and wait for the whole result."""
        asked = self._request(query, form, params, "query_flux")
        async with self._sent(asked) as response:
            return merge_results(await response.whole())

    async def stream(
        self, query: FluxText, form: FluxForm, params: FluxParams
    ) -> AsyncGenerator[FluxTable]:
        """Send a query and yield the pieces of its tables as they arrive."""
        asked = self._request(query, form, params, "stream_flux")
        async with self._sent(asked) as response, aclosing(response.results()) as pieces:
            async for piece in pieces:
                for table in piece.series:
                    yield cast(FluxTable, table)

    def _request(
        self, query: FluxText, form: FluxForm, params: FluxParams, call: str
    ) -> QueryRequest:
        names = ("params", "dialect", "profilers")
        refuse_keywords(call, FluxParams.__optional_keys__, params, names)
        given: dict[str, Any] = {k: v for k, v in params.items() if v is not None}
        dialect = Dialect.of(form.dialect)
        dialect.require_types()
        return QueryRequest(
            _text(query),
            replace(self._options, **given),
            "flux",
            dialect=dialect,
            extern=extern_of(form.params, form.profilers, self._naive),
        )

    def _sent(self, asked: QueryRequest) -> AbstractAsyncContextManager[ResponseReader]:
        return self._session.query(asked, self._credentials.credentials_for(asked.options))


def _text(query: object) -> str:
    text = query.__flux__() if isinstance(query, _HasFlux) else query
    if not isinstance(text, str):
        kind = type(query).__name__
        raise ConfigError(f"a Flux query is text, or a query of influx_flux, not {kind}")
    if not text.strip():
        raise ConfigError("the query is empty")
    return text
