"""A server that is recorded, and the recording as a server: both as a test sees them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from influx_core.interfaces import Request
from influx_testing._cassettes.cassettes import Cassette, Recorder, Replay
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._inspection.database import DatabaseInspector, InspectionError
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.influxd_server import InfluxdServer
from influx_testing._server.upstream import Upstream

__all__ = ["RecordingServer", "ReplayServer"]


class RecordingServer(InfluxdServer):
    """A real server whose answers go to a file.

    Args:
        upstream: where it is.
        path: the file, written when the test is over.
        url: where clients find the gateway.
    """

    def __init__(self, upstream: Upstream, path: Path, url: str = "") -> None:
        super().__init__(upstream, url)
        self._recorder = Recorder(upstream.answer)
        self._path = path
        self.gateway = FaultGateway(self._recorder.answer)
        self.database = _database(path)
        self.inspector.drop_database(self.database)
        self.inspector.create_database(self.database)

    def clean_up(self) -> None:
        """Write the file, and drop what was made."""
        self._recorder.cassette.save(self._path)
        super().clean_up()


class ReplayServer(InfluxServer):
    """A recording that answers as the server did.

    Args:
        path: the file.
        url: where clients find the gateway.
    """

    def __init__(self, path: Path, url: str = "") -> None:
        self._replay = Replay(Cassette.load(path))
        super().__init__(FaultGateway(self._replay.answer), DatabaseInspector(_nothing), url=url)
        self.database = _database(path)

    def problems(self) -> list[str]:
        """What a test must not leave behind, and where it departed from the recording."""
        return [*self._replay.problems(), *super().problems()]


def _database(path: Path) -> str:
    """The name of the database is in the recording, so it is the same each time."""
    return f"cassette_{path.stem}"


def _nothing(request: Request) -> NoReturn:
    raise InspectionError("a recording holds no points: look at server.requests, or ask by a query")
