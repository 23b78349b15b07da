"""InfluxdServer: a real server for tests; databases from before the test are kept."""

from __future__ import annotations

from influx_query import InfluxQLSyntaxError, nodes, parse
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._inspection.database import DatabaseInspector
from influx_testing._inspection.request_log import LoggedRequest
from influx_testing._server.influx_server import Data, InfluxServer
from influx_testing._server.upstream import Upstream

__all__ = ["InfluxdServer"]


class InfluxdServer(InfluxServer):
    """A real server behind a gateway, which logs requests and applies faults.

    Other tests may use the server at the same time: the databases of this test are those that its
    requests name.

    Args:
        upstream: the address of the real server.
        url: the URL of the gateway, for clients.
    """

    def __init__(self, upstream: Upstream, url: str = "") -> None:
        super().__init__(FaultGateway(upstream.answer), DatabaseInspector(upstream.answer), url=url)
        self._before = frozenset(self.inspector.databases())
        self._loaded: set[str] = set()

    def load(self, data: Data, db: str | None = None) -> None:
        """Store points before a test, and note the database; see `InfluxServer.load`."""
        self._loaded |= {db} if db else set()
        super().load(data, db)

    def clean_up(self) -> None:
        """Drop the databases of this test that did not exist before it."""
        for name in self._databases():
            if name not in self._before:
                self.inspector.drop_database(name)

    def _databases(self) -> list[str]:
        named = {name for entry in self.requests for name in _named(entry)} | self._loaded
        if "database" in vars(self):
            named.add(self.database)
        return [name for name in self.inspector.databases() if name in named]


def _named(entry: LoggedRequest) -> set[str]:
    """The databases that a request names: for a write or query, and in CREATE DATABASE."""
    bucket = entry.params.get("bucket", "").partition("/")[0]
    return {entry.params.get("db", ""), bucket, *_created(entry.query)}


def _created(query: str) -> list[str]:
    try:
        statements = parse(query) if "create" in query.lower() else ()
    except InfluxQLSyntaxError:
        return []
    return [each.name for each in statements if isinstance(each, nodes.CreateDatabaseStatement)]
