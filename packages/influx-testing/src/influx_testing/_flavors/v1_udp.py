"""The UDP listener of 1.x: stores the lines of datagrams.

Source: https://docs.influxdata.com/influxdb/v1/supported_protocols/udp/
"""

from __future__ import annotations

from influx_core import DataPoint
from influx_core.lineprotocol import scan
from influx_testing._engine.storage.write_errors import PartialWrite, WriteConflict
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.v1_write import PRECISIONS
from influx_testing.errors import StatementError

__all__ = ["DatagramInput"]


class DatagramInput:
    """Stores the lines of datagrams, without any response.

    A datagram with an invalid line is dropped as a whole. The database is created with the first
    points, and only once: after DROP DATABASE, further points are lost.
    """

    def __init__(self, server: ServerContext) -> None:
        self._server = server
        self._database_made = False

    def receive(self, data: bytes) -> None:
        """Store the lines of a datagram."""
        engine, settings = self._server.engine, self._server.settings
        precision = PRECISIONS.get(settings.udp_precision, "ns")
        items = list(scan(data, precision, engine.clock(), rules="1.x"))
        points = [item for item in items if isinstance(item, DataPoint)]
        if not points or len(points) < len(items):
            return
        if not self._database_made:
            engine.create_database(settings.udp_database)
            self._database_made = True
        try:
            engine.write(settings.udp_database, settings.udp_retention_policy, points)
        except (PartialWrite, StatementError, WriteConflict):
            return
