"""Runs the queries of a client: InfluxQL or SQL, as whole results or piece by piece."""

from __future__ import annotations

import functools
import re
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeAlias, TypeVar, Unpack

from influx_core._api.base import QueryRequest
from influx_core._api.request_options import QueryOptions, QueryParams
from influx_core._client.credentials import ClientCredentials
from influx_core._client.response_reader import ResponseReader
from influx_core._client.session import ServerSession
from influx_core._results.query_result import QueryResult, StatementResult, merge_results
from influx_core._results.series import Series
from influx_core.errors import ConfigError

if TYPE_CHECKING:
    from influx_query import SelectQuery
    from influx_query.nodes import Node

__all__ = [
    "QueryRunner",
    "QueryText",
    "RawAnswer",
    "from_is_named",
    "raw_answer",
    "select_clauses",
]

_BuiltT = TypeVar("_BuiltT")
_Given = ParamSpec("_Given")

QueryText: TypeAlias = "str | Node | SelectQuery"
RawAnswer = Series | list[Series] | None

_NO_STATEMENT = re.compile(r"(?:[; \t\r\n]++|--[^\n]*+|/\*(?>.*?\*/))*+", re.DOTALL)
"""Blanks, semicolons and comments."""


class QueryRunner:
    """Sends queries in one language, with the options and credentials of a client.

    Args:
        session: the session with the server.
        credentials: the credentials of the client, and of single calls.
        options: the defaults of every query.
        language: the language of the queries.
    """

    def __init__(
        self,
        session: ServerSession,
        credentials: ClientCredentials,
        options: QueryOptions,
        language: Literal["influxql", "sql"] = "influxql",
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._options = options
        self._language: Literal["influxql", "sql"] = language

    async def run(
        self,
        query: QueryText,
        params: QueryParams,
        bind_params: Mapping[str, object] | None = None,
        http_verb: str | None = None,
        *,
        call: str = "execute",
    ) -> QueryResult:
        """Send a query and wait for the whole result."""
        options = self._options.merged_with(params, call)
        asked = self._request(query, options, bind_params, http_verb)
        return await self._whole(asked, options)

    async def run_in_own_format(self, query: str, **params: Unpack[QueryParams]) -> QueryResult:
        """Send a statement about the schema or the administration.

        Args:
            query: the statement.
            params: see `QueryParams`.
        """
        options = self._options.merged_with(params, "execute")
        asked = self._request(query, options)
        return await self._whole(replace(asked, own_format=True), options)

    async def stream(
        self,
        query: QueryText,
        params: QueryParams,
        bind_params: Mapping[str, object] | None = None,
        http_verb: str | None = None,
        *,
        call: str = "stream",
    ) -> AsyncGenerator[Series]:
        """Send a query and yield the pieces of its series as they arrive."""
        options = self._options.merged_with(params, call).streaming()
        asked = self._request(query, options, bind_params, http_verb)
        async with self._sent(asked, options) as response, aclosing(response.results()) as pieces:
            async for piece in pieces:
                for series in piece.series:
                    for part in series.divided(options.rows):
                        yield part

    async def _whole(self, asked: QueryRequest, options: QueryOptions) -> QueryResult:
        async with self._sent(asked, options) as response:
            return merge_results(await response.whole())

    def _request(
        self,
        query: QueryText,
        options: QueryOptions,
        bind_params: Mapping[str, object] | None = None,
        http_verb: str | None = None,
    ) -> QueryRequest:
        return QueryRequest(_text(query), options, self._language, bind_params, http_verb)

    def _sent(
        self, asked: QueryRequest, options: QueryOptions
    ) -> AbstractAsyncContextManager[ResponseReader]:
        return self._session.query(asked, self._credentials.credentials_for(options))


def from_is_named(
    query: Callable[_Given, _BuiltT],
) -> Callable[_Given, _BuiltT]:
    """Make the method `query(select, from_)` say what to do if it is called with a whole statement.

    Raises:
        ConfigError: `from_` is missing.
    """

    @functools.wraps(query)
    def checked(*args: _Given.args, **kwargs: _Given.kwargs) -> _BuiltT:
        selected = (*args[1:], *(kwargs[name] for name in ("select", "from_") if name in kwargs))
        if len(selected) == 1:
            raise ConfigError(_whole_statement(selected[0]))
        return query(*args, **kwargs)

    return checked


def _whole_statement(text: Any) -> str:
    shown = f"{text[:40]!r}" if isinstance(text, str) else "..."
    return (
        "query() makes a query of the builder, from expressions and measurements: query('usage', "
        f"'cpu'); to run the text of a statement, call execute({shown})"
    )


def select_clauses(select: str | Iterable[str], from_: str | Iterable[str]) -> tuple[str, str]:
    """The texts for SELECT, from raw expressions, and for FROM, from names of measurements."""
    from influx_query import quote_ident

    names = [from_] if isinstance(from_, str) else from_
    return (
        select if isinstance(select, str) else ",".join(select),
        ",".join(quote_ident(name) for name in names),
    )


def raw_answer(result: QueryResult) -> RawAnswer | list[RawAnswer]:
    """A result in the shape of asphalt-influxdb; see `InfluxDBClient.raw_query`."""
    answers = [_raw_statement(statement) for statement in result]
    return answers[0] if len(answers) == 1 else answers or None


def _raw_statement(result: StatementResult) -> RawAnswer:
    match result.series:
        case ():
            return None
        case (series,):
            return series
        case several:
            return list(several)


def _text(query: object) -> str:
    if not isinstance(query, str):
        return _text_of_tree(query)
    if _NO_STATEMENT.fullmatch(query):
        raise ConfigError("the query is empty: it holds no statement")
    return query


def _text_of_tree(query: object) -> str:
    """The text of a statement or a builder; their modules are imported for them alone."""
    from influx_query import SelectQuery, render
    from influx_query.nodes import Node

    match query:
        case SelectQuery():
            return str(query.check())
        case Node():
            return render(query)
        case _:
            kind = type(query).__name__
            raise ConfigError(f"a query is text, a statement or a builder, not {kind}")
