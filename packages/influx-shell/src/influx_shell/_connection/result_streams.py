"""Runs a query in its language and yields the pieces of its result."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any

from influx_core import InfluxDBClient, QueryParams, Series
from influx_core.timestamps import Precision
from influx_shell._connection.languages import Language, language_of

__all__ = ["Query", "stream"]


@dataclass(frozen=True, slots=True)
class Query:
    """A query as a user typed it.

    Attributes:
        text: the text of the query.
        language: its language; None to tell by the text.
        params: values for its placeholders, by name.
        epoch: the unit of times in the result; None for RFC 3339 text.
        db: the database; None for that of the client.
        chunk_size: the most rows of a piece of the result; None for that of the client.
    """

    text: str
    language: Language | None = None
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    epoch: Precision | None = None
    db: str | None = None
    chunk_size: int | None = None


async def stream(client: InfluxDBClient, query: Query) -> AsyncGenerator[Series, None]:
    """Run a query; yield the pieces of its result as they arrive.

    Yields:
        Series with `epoch` as the query requested; a table of Flux is a series too.

    Raises:
        InfluxDBError: the query failed.
    """
    language = query.language or language_of(query.text, await client.api_name())
    if language == "flux":
        pieces: AsyncGenerator[Series, None] = client.stream_flux(
            query.text, params=query.params or None
        )
    else:
        ask = client.stream_sql if language == "sql" else client.stream
        pieces = ask(query.text, bind_params=query.params or None, **_chosen(query))
    try:
        async for piece in pieces:
            yield piece.with_epoch(query.epoch)
    finally:
        await pieces.aclose()


def _chosen(query: Query) -> QueryParams:
    """The parameters that are not those of the client."""
    chosen = QueryParams()
    if query.db is not None:
        chosen["db"] = query.db
    if query.chunk_size is not None:
        chosen["chunk_size"] = query.chunk_size
    return chosen
