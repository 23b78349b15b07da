"""The client of asphalt-influxdb 2.1.0: the toolkit's client with the options it had then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from aiohttp import ClientSession
from asphalt.core import Context

import influx_core
from asphalt.influxdb import contexts
from asphalt.influxdb.query import SelectQuery
from asphalt.influxdb.utils import merge_query_params, merge_write_params
from influx_core import Consistency, InfluxDBError, lineprotocol, timestamps
from influx_core.parts import AiohttpTransport
from influx_query import quote_ident

__all__ = ["DataPoint", "InfluxDBClient", "InfluxDBError"]


class DataPoint(influx_core.DataPoint, frozen=True):
    """A data point that prints itself; a naive datetime is local time."""

    def as_line(self, precision: str | None) -> str:
        """The point as a line of line protocol.

        Raises:
            EncodeError: it cannot be written without changing it.
        """
        unit = timestamps.precision(precision or "ns")
        return lineprotocol.encode([self], unit, naive="local").decode().removesuffix("\n")


class InfluxDBClient(influx_core.InfluxDBClient):
    """The toolkit's client, for Asphalt applications.

    Naive datetimes are local time, as they were in asphalt-influxdb.

    Args:
        base_urls: see `influx_core.InfluxDBClient`, as for all that is not described here.
        db: see there.
        username: see there.
        password: see there.
        consistency: see there.
        retention_policy: see there.
        precision: see there.
        chunked: see there.
        epoch: see there.
        session: an aiohttp session to use, or the name of such a resource; it stays open when
            the client is closed. Without it the client makes one of its own.
        timeout: see there.
        options: the further options of `influx_core.InfluxDBClient`.
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
        """Begin a query with the builder; its `execute()` gives what asphalt-influxdb gave.

        Args:
            select: raw expressions to select.
            from_: names of measurements, quoted as needed.
            kwargs: other clauses, see `SelectQuery`.
        """
        names = [from_] if isinstance(from_, str) else from_
        expressions = select if isinstance(select, str) else ",".join(select)
        return SelectQuery(self, expressions, ",".join(map(quote_ident, names)), **kwargs)

    async def start(self, ctx: Context) -> None:
        """Find the session resource, and close the client when the context is torn down."""
        if self._session_name is not None:
            self._http.adopt(await contexts.session_resource(ctx, self._session_name))
        contexts.at_teardown(ctx, self.aclose)
