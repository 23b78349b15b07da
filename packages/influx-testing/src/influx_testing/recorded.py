"""A server that is recorded, and the recording as a server: both as a test sees them."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from influx_core.interfaces import Request
from influx_testing.front import Front
from influx_testing.kit import InfluxServer
from influx_testing.real import RealServer
from influx_testing.recording import Cassette, Recorder, Replay
from influx_testing.store import Store, StoreError
from influx_testing.upstream import Upstream

__all__ = ["RecordedServer", "ReplayedServer"]


class RecordedServer(RealServer):
    """A real server whose answers go to a file.

    Args:
        upstream: where it is.
        path: the file, written when the test is over.
        url: where clients find the front.
    """

    def __init__(self, upstream: Upstream, path: Path, url: str = "") -> None:
        super().__init__(upstream, url)
        self._recorder = Recorder(upstream.answer)
        self._path = path
        self.front = Front(self._recorder.answer)
        self.database = _database(path)
        self.store.drop_database(self.database)
        self.store.create_database(self.database)

    def clean_up(self) -> None:
        """Write the file, and drop what was made."""
        self._recorder.cassette.save(self._path)
        super().clean_up()


class ReplayedServer(InfluxServer):
    """A recording that answers as the server did.

    Args:
        path: the file.
        url: where clients find the front.
    """

    def __init__(self, path: Path, url: str = "") -> None:
        self._replay = Replay(Cassette.load(path))
        super().__init__(Front(self._replay.answer), Store(_nothing), url=url)
        self.database = _database(path)

    def problems(self) -> list[str]:
        """What a test must not leave behind, and where it departed from the recording."""
        return [*self._replay.problems(), *super().problems()]


def _database(path: Path) -> str:
    """The name of the database is in the recording, so it is the same each time."""
    return f"cassette_{path.stem}"


def _nothing(request: Request) -> NoReturn:
    raise StoreError("a recording holds no points: look at server.requests, or ask by a query")
