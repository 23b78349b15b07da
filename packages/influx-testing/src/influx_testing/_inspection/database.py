"""Reads and stores points without going through the gateway: no log, faults or credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from influx_core import DataPoint
from influx_core.interfaces import LocalResponse, Request
from influx_query import quote_ident
from influx_testing._engine.engine import Engine
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.registry import FLAVORS
from influx_testing._flavors.settings import Settings

__all__ = ["DatabaseInspector", "InspectionError", "internal_api"]


class InspectionError(RuntimeError):
    """A server refused a request that inspects or prepares its data."""


def internal_api(engine: Engine) -> Callable[[Request], LocalResponse]:
    """Return a function that responds like the API of 1.x, for a fake of any flavor.

    It needs no authentication.
    """
    flavor = FLAVORS["1.6"]
    server = ServerContext(engine, Settings(), flavor.version)

    def answer(request: Request) -> LocalResponse:
        with engine.turns:
            response = flavor.answer(server, request).response(request, flavor.version)
            return replace(response, pieces=tuple(response.pieces))

    return answer


@dataclass(frozen=True, slots=True)
class DatabaseInspector:
    """Reads and stores the databases and points of a server, through the API of 1.x.

    Every method raises InspectionError where the server refuses.

    Attributes:
        answer: returns the response to a request, without faults and authentication.
    """

    answer: Callable[[Request], LocalResponse]

    def databases(self) -> list[str]:
        """The names of all databases except those of the server, such as `_internal`."""
        return [name for name in self._names("SHOW DATABASES") if not name.startswith("_")]

    def create_database(self, name: str) -> None:
        """Create a database, unless it exists."""
        self._ask(f"CREATE DATABASE {quote_ident(name)}")

    def drop_database(self, name: str) -> None:
        """Drop a database, if it exists."""
        self._ask(f"DROP DATABASE {quote_ident(name)}")

    def write(self, database: str, lines: bytes) -> None:
        """Store line protocol, times in ns."""
        self._reply(Request("POST", "/write", (("db", database),), {}, lines))

    def points(self, database: str, measurement: str | None = None) -> list[DataPoint]:
        """The points of a database in all its retention policies, by measurement and time."""
        source = "/.*/" if measurement is None else quote_ident(measurement)
        found: list[DataPoint] = []
        for policy in self._names(f"SHOW RETENTION POLICIES ON {quote_ident(database)}"):
            place = f"{quote_ident(database)}.{quote_ident(policy)}.{source}"
            query = f"SELECT *::field FROM {place} GROUP BY *"  # noqa: S608 - names are quoted
            for series in self._ask(query):
                found += _points(series)
        return sorted(found, key=_order)

    def _names(self, query: str) -> list[str]:
        """The first column of a result."""
        return [row[0] for series in self._ask(query) for row in series.get("values", ())]

    def _ask(self, query: str) -> list[dict[str, Any]]:
        # MessagePack, because JSON does not distinguish 1 from 1.0.
        headers = {"accept": "application/x-msgpack"}
        body = self._reply(Request("POST", "/query", (("q", query), ("epoch", "ns")), headers))
        (result,) = msgspec.msgpack.decode(body)["results"]
        if "error" in result:
            raise InspectionError(f"{query}: {result['error']}")
        series: list[dict[str, Any]] = result.get("series", [])
        return series

    def _reply(self, request: Request) -> bytes:
        reply = self.answer(request)
        body = b"".join(reply.pieces)
        if reply.status >= 300:
            raise InspectionError(
                f"{request!r}: {reply.status} {body.decode(errors='replace').strip()}"
            )
        return body


def _points(series: dict[str, Any]) -> Iterator[DataPoint]:
    """The rows of a series as points, without empty tags and null fields."""
    names = series["columns"][1:]
    tags = {key: value for key, value in series.get("tags", {}).items() if value}
    for time, *values in series["values"]:
        present = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        yield DataPoint(series["name"], tags, present, time)


def _order(point: DataPoint) -> Any:
    return point.measurement, point.timestamp, sorted(point.tags.items())
