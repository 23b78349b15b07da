"""Records the responses of a real server, and replays a recording as a server."""

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
from influx_testing.errors import NeedsFake

__all__ = ["RecordingServer", "ReplayServer"]

_NO_RESET = "a recording cannot be reset: make one for each test"


class RecordingServer(InfluxdServer):
    """A real server whose responses are recorded in a file.

    Args:
        upstream: the address of the real server.
        path: the file, written when the test is over.
        url: the URL of the gateway, for clients.
    """

    def __init__(self, upstream: Upstream, path: Path, url: str = "") -> None:
        super().__init__(upstream, url)
        self._recorder = Recorder(upstream.answer)
        self._path = path
        self.gateway = FaultGateway(self._recorder.answer)
        self.database = _database(path)
        self.inspector.drop_database(self.database)
        self.inspector.create_database(self.database)

    def reset(self) -> None:
        """Refuse: a recording is for one test."""
        raise NeedsFake(_NO_RESET)

    def clean_up(self) -> None:
        """Write the file, and drop the databases that the test made."""
        self._recorder.cassette.save(self._path)
        super().clean_up()


class ReplayServer(InfluxServer):
    """A recording that answers as the real server did.

    Args:
        path: the file.
        url: the URL of the gateway, for clients.
    """

    def __init__(self, path: Path, url: str = "") -> None:
        __tracebackhide__ = True
        self._replay = Replay(Cassette.load(path))
        super().__init__(FaultGateway(self._replay.answer), DatabaseInspector(_nothing), url=url)
        self.database = _database(path)

    def reset(self) -> None:
        """Refuse: a recording is for one test."""
        raise NeedsFake(_NO_RESET)

    def problems(self) -> list[str]:
        """The problems of every server, and the differences between sent and recorded requests."""
        return [*self._replay.problems(), *super().problems()]


def _database(path: Path) -> str:
    """The name of the database of a cassette, the same each time, as the requests contain it."""
    return f"cassette_{path.stem}"


def _nothing(request: Request) -> NoReturn:
    raise InspectionError("a recording holds no points: look at server.requests, or ask by a query")
