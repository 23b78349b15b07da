"""Asking a server: questions in InfluxQL or SQL, answers whole, raw or piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Unpack

from influx_core._api.base import Question
from influx_core._api.options import QueryOptions, QueryParams
from influx_core._client.credentials import Signing
from influx_core._client.session import Service
from influx_core._results.query_result import QueryResult, Series, StatementResult, merge
from influx_core.errors import ConfigError
from influx_query import SelectQuery, quote_ident, render
from influx_query.nodes import Node

__all__ = ["Asking", "selection"]

QueryText = str | Node | SelectQuery
RawAnswer = Series | list[Series] | None


class Asking:
    """The questions of a client.

    Args:
        service: the server, in the words of its API.
        signing: the credentials of the client, and of single calls.
        options: what holds for every query unless a call says otherwise.
    """

    def __init__(self, service: Service, signing: Signing, options: QueryOptions) -> None:
        self._service = service
        self._signing = signing
        self._query_options = options

    async def raw_query(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> RawAnswer | list[RawAnswer]:
        """Ask InfluxQL, and get an answer in the shape of asphalt-influxdb.

        Args:
            query: text, a statement or a builder; several statements are separated by `;`.
            http_verb: overrides what the query itself asks for.
            bind_params: values for the `$name` placeholders of the query.
            params: see `QueryParams`.

        Returns:
            For one statement: None, one Series, or a list of Series, by how many there are. For
            several statements a list with one such entry for each.

        Raises:
            QueryError: the query was refused, or one of its statements failed.
            ServerUnreachable: no server took the request.
            ResponseLost: the answer did not come, or broke off.
        """
        result = await self.execute(query, http_verb=http_verb, bind_params=bind_params, **params)
        answers = [_raw(statement) for statement in result]
        return answers[0] if len(answers) == 1 else answers or None

    async def execute(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> QueryResult:
        """Ask InfluxQL; take arguments and raise as `raw_query` does.

        Returns:
            One StatementResult a statement, always.
        """
        options = self._query_options.given(params)
        return await self._whole(_influxql(query, options, bind_params, http_verb))

    async def stream(
        self,
        query: QueryText,
        *,
        http_verb: str | None = None,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[Series, None]:
        """Ask InfluxQL, and get the series piece by piece as they arrive.

        Arguments and errors are those of `raw_query`; an error in the midst of an answer is
        raised after the rows that came before it. Leave early with `contextlib.aclosing`.

        Yields:
            Pieces of series of at most `chunk_size` rows, 25,000 unless given; `partial` where more
                rows follow.
        """
        options = self._query_options.given(params).streaming()
        pieces = self._answer(_influxql(query, options, bind_params, http_verb))
        async with aclosing(pieces):
            async for piece in pieces:
                for series in piece.series:
                    yield series

    def query(
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> SelectQuery:
        """Begin a query with the builder; its `execute()` asks this client.

        Args:
            select: raw expressions to select.
            from_: names of measurements, quoted as needed.
            kwargs: further clauses, as `SelectQuery` takes them.
        """
        return SelectQuery(self, *selection(select, from_), **kwargs)

    async def query_sql(
        self,
        query: str,
        *,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> Series:
        """Ask SQL, of InfluxDB 3.

        Args:
            query: one statement.
            bind_params: values for the `$name` placeholders of the query.
            params: see `QueryParams`.

        Raises:
            ConfigError: the server is of a kind that knows no SQL.
            QueryError: the query was refused.
        """
        options = self._query_options.given(params)
        result = await self._whole(Question(query, options, "sql", bind_params))
        return result.series[0] if result.series else Series("", (), [])

    async def stream_sql(
        self,
        query: str,
        *,
        bind_params: Mapping[str, object] | None = None,
        **params: Unpack[QueryParams],
    ) -> AsyncGenerator[Series, None]:
        """Ask SQL, and get the rows piece by piece as they arrive; see `query_sql`."""
        options = self._query_options.given(params)
        pieces = self._answer(Question(query, options, "sql", bind_params))
        async with aclosing(pieces):
            async for piece in pieces:
                for series in piece.series:
                    yield series

    async def _whole(self, question: Question) -> QueryResult:
        pieces = self._answer(question)
        async with aclosing(pieces):
            return merge([piece async for piece in pieces])

    async def _answer(self, question: Question) -> AsyncGenerator[StatementResult]:
        pieces = self._service.ask(question, self._signing.of(question.options))
        async with aclosing(pieces):
            async for piece in pieces:
                yield piece.showing(question.options.unit)


def selection(select: str | Iterable[str], from_: str | Iterable[str]) -> tuple[str, str]:
    """The texts a query begins with: raw expressions, and quoted names of measurements."""
    names = [from_] if isinstance(from_, str) else from_
    return (
        select if isinstance(select, str) else ",".join(select),
        ",".join(quote_ident(name) for name in names),
    )


def _influxql(
    query: QueryText,
    options: QueryOptions,
    bind_params: Mapping[str, object] | None,
    http_verb: str | None,
) -> Question:
    return Question(_text(query), options, "influxql", bind_params, http_verb)


def _text(query: object) -> str:
    match query:
        case SelectQuery():
            return str(query.check())
        case Node():
            return render(query)
        case str():
            return query
        case _:
            kind = type(query).__name__
            raise ConfigError(f"a query is text, a statement or a builder, not {kind}")


def _raw(result: StatementResult) -> RawAnswer:
    match result.series:
        case ():
            return None
        case (series,):
            return series
        case several:
            return list(several)
