"""The client of influx_core with the options and methods of asphalt-influxdb 2.1.0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Unpack

from aiohttp import ClientSession
from asphalt.core import Context

import influx_core
from asphalt.influxdb import contexts
from asphalt.influxdb.query import SelectQuery
from asphalt.influxdb.utils import merge_query_params, merge_write_params
from influx_core import (
    Consistency,
    InfluxDBError,
    PointLike,
    WriteParams,
    lineprotocol,
    timestamps,
)
from influx_core.options import NAME, NONE, OptionType, any_of, check_options, instance_of
from influx_core.parts import AiohttpTransport
from influx_query import quote_ident

__all__ = ["DataPoint", "InfluxDBClient", "InfluxDBError"]

_SESSION = {
    "session": any_of(
        instance_of(ClientSession, description="an aiohttp.ClientSession"),
        OptionType("the name of a resource", NAME.read),
        NONE,
    )
}


class DataPoint(influx_core.DataPoint, frozen=True):
    """A data point that can format itself; naive datetimes are local time."""

    def as_line(self, precision: str | None) -> str:
        """Return the point as a line of line protocol.

        Raises:
            EncodeError: the point cannot be written without loss.
        """
        unit = timestamps.precision(precision or "ns")
        return lineprotocol.encode([self], unit, naive="local").decode().removesuffix("\n")


class InfluxDBClient(influx_core.InfluxDBClient):
    """The client of influx_core, for Asphalt applications.

    Naive datetimes are local time, as in asphalt-influxdb. `influx_core.InfluxDBClient` describes
    every argument except `session` in full.

    Args:
        base_urls: one URL, or several of one cluster.
        db: the default database of writes and queries.
        username: sent with every request, together with `password`.
        password: the password of `username`.
        consistency: the number of nodes of a cluster that must store a point.
        retention_policy: the retention policy of writes and queries.
        precision: the unit of integer timestamps.
        chunked: whether results arrive in chunks, or the number of rows per chunk.
        epoch: the unit in which `Series.values` shows times.
        session: an aiohttp session, or the name of an aiohttp session resource. The client does not
            close it. By default the client creates a session of its own.
        timeout: the seconds that the server may be silent.
        options: the other options of `influx_core.InfluxDBClient`.

    Attributes:
        timeout: the seconds that the server may be silent.
        default_write_params: the server's names and values of the options of writes.
        default_query_params: the same of queries.
    """

    def __init__(
        self,
        base_urls: str | Sequence[str] = "http://localhost:8086",
        db: str | None = None,
        username: str | None = None,
        password: str | None = None,
        consistency: Consistency | None = None,
        retention_policy: str | None = None,
        precision: str | None = None,
        chunked: bool | int | None = None,
        epoch: str | None = None,
        session: ClientSession | str | None = None,
        timeout: float | None = 60,
        **options: Any,
    ) -> None:
        check_options("client", _SESSION, {"session": session})
        self._session_name = session if isinstance(session, str) else None
        self._http = AiohttpTransport()
        toolkit: dict[str, Any] = {"naive": "local", **options}
        if session is not None:
            toolkit.setdefault("transport", self._http)
        if isinstance(session, ClientSession):
            self._http.adopt(session)
        super().__init__(
            base_urls,
            db,
            username=username,
            password=password,
            consistency=consistency,
            retention_policy=retention_policy,
            precision=precision,
            chunked=chunked,
            epoch=epoch,
            timeout=timeout,
            **toolkit,
        )
        credentials: dict[str, Any] = {"username": username, "password": password}
        self.timeout = timeout
        self.default_write_params = merge_write_params(
            {},
            db=db,
            consistency=consistency,
            retention_policy=retention_policy,
            precision=precision,
            **credentials,
        )
        self.default_query_params = merge_query_params(
            {},
            db=db,
            chunked=chunked,
            retention_policy=retention_policy,
            epoch=epoch,
            **credentials,
        )

    def query(  # type: ignore[override]
        self, select: str | Iterable[str], from_: str | Iterable[str], **kwargs: Any
    ) -> SelectQuery:
        """Return a query builder; its `execute()` returns results as in asphalt-influxdb.

        Args:
            select: raw expressions to select.
            from_: the names of the measurements; they are quoted in the query.
            kwargs: other clauses; see `influx_query.SelectQuery`.
        """
        names = [from_] if isinstance(from_, str) else from_
        expressions = select if isinstance(select, str) else ",".join(select)
        return SelectQuery(self, expressions, ",".join(map(quote_ident, names)), **kwargs)

    async def write_many(  # pyright: ignore[reportIncompatibleMethodOverride] - as in 2.1.0
        self, datapoints: Iterable[PointLike], **params: Unpack[WriteParams]
    ) -> None:
        """Write points, as `influx_core.InfluxDBClient.write_many` does.

        Args:
            datapoints: DataPoints or tuples `(measurement, tags, fields, timestamp)`.
            params: see `WriteParams`.
        """
        await super().write_many(datapoints, **params)

    async def start(self, ctx: Context) -> None:
        """Get the session resource, and register the client to be closed with the context."""
        if self._session_name is not None:
            self._http.adopt(await contexts.session_resource(ctx, self._session_name))
        contexts.at_teardown(ctx, self.aclose)
