"""What a server holds, looked at and filled past its front: no log, no faults, no credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from influx_core import DataPoint
from influx_core.interfaces import LocalResponse, Request
from influx_query import quote_ident
from influx_testing._engine.engine import Engine
from influx_testing.settings import Settings
from influx_testing.web.faces import FACES
from influx_testing.web.server import Server

__all__ = ["Store", "StoreError", "back_door"]

_INTERNAL = "_internal"


class StoreError(RuntimeError):
    """A server refused what the test itself asked of it."""


def back_door(engine: Engine) -> Callable[[Request], LocalResponse]:
    """A way into the engine of a fake: the API of 1.x, whatever its face, open to everybody."""
    face = FACES["1.6"]
    server = Server(engine, Settings(), face.version)

    def answer(request: Request) -> LocalResponse:
        return face.answer(server, request).response(request, face.version)

    return answer


@dataclass(frozen=True, slots=True)
class Store:
    """Databases and points of a server, by the API of 1.x.

    Attributes:
        answer: answers a request, without faults and to anybody.

    Raises, all of them:
        StoreError: the server refused.
    """

    answer: Callable[[Request], LocalResponse]

    def databases(self) -> list[str]:
        """The names of all databases but the server's own."""
        return [name for name in self._names("SHOW DATABASES") if name != _INTERNAL]

    def create_database(self, name: str) -> None:
        """Make a database, unless it is there."""
        self._ask(f"CREATE DATABASE {quote_ident(name)}")

    def drop_database(self, name: str) -> None:
        """Drop a database, if it is there."""
        self._ask(f"DROP DATABASE {quote_ident(name)}")

    def write(self, database: str, lines: bytes) -> None:
        """Store line protocol, times in ns."""
        self._reply(Request("POST", "/write", (("db", database),), {}, lines))

    def points(self, database: str, measurement: str | None = None) -> list[DataPoint]:
        """The points of a database in all its policies, by measurement and time."""
        source = "/.*/" if measurement is None else quote_ident(measurement)
        found: list[DataPoint] = []
        for policy in self._names(f"SHOW RETENTION POLICIES ON {quote_ident(database)}"):
            place = f"{quote_ident(database)}.{quote_ident(policy)}.{source}"
            query = f"SELECT *::field FROM {place} GROUP BY *"  # noqa: S608 - names are quoted
            for series in self._ask(query):
                found += _points(series)
        return sorted(found, key=_order)

    def _names(self, query: str) -> list[str]:
        """What stands in the first column of an answer."""
        return [row[0] for series in self._ask(query) for row in series.get("values", ())]

    def _ask(self, query: str) -> list[dict[str, Any]]:
        # MessagePack, since JSON does not tell 1 from 1.0.
        headers = {"accept": "application/x-msgpack"}
        body = self._reply(Request("POST", "/query", (("q", query), ("epoch", "ns")), headers))
        (result,) = msgspec.msgpack.decode(body)["results"]
        if "error" in result:
            raise StoreError(f"{query}: {result['error']}")
        series: list[dict[str, Any]] = result.get("series", [])
        return series

    def _reply(self, request: Request) -> bytes:
        reply = self.answer(request)
        body = b"".join(reply.pieces)
        if reply.status >= 300:
            raise StoreError(f"{request!r}: {reply.status} {body.decode(errors='replace').strip()}")
        return body


def _points(series: dict[str, Any]) -> Iterator[DataPoint]:
    """The rows of a series as points, without the tags and fields that they have not."""
    names = series["columns"][1:]
    tags = {key: value for key, value in series.get("tags", {}).items() if value}
    for time, *values in series["values"]:
        present = {
            name: value for name, value in zip(names, values, strict=True) if value is not None
        }
        yield DataPoint(series["name"], tags, present, time)


def _order(point: DataPoint) -> Any:
    return point.measurement, point.timestamp, sorted(point.tags.items())
