"""ServerOptions: the options of the server that a test requests; creates the fake."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.timestamps import Timestamp
from influx_testing._server.fake_server import AuthOption, FakeServer, credentials, make_fake
from influx_testing._server.influx_server import Data
from influx_testing.clock import TravelClock

__all__ = ["SHARED_SECRET", "ServerOptions"]

SHARED_SECRET = "the shared secret of the fakes in tests"  # noqa: S105
"""The secret that signs bearer tokens for the fakes in tests."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """The arguments of the marker `influx` and of `influx_factory`.

    Attributes:
        flavor: the version that the server imitates.
        auth: whether it requires credentials, or the credentials: the administrator's name and
            password for 1.x, a token for 2.x and 3.x.
        data: the points in the test's database at the beginning.
        now: the time at which the clock stands still; without it, the clock runs.
    """

    flavor: str = "1.6"
    auth: AuthOption = False
    data: Data | None = None
    now: Timestamp | None = None

    @property
    def needs_fake(self) -> bool:
        """Whether these options need a fake, because a real server does not support them."""
        return self.now is not None or self.auth is not False or self.flavor != "1.6"

    def make_server(self) -> FakeServer:
        """Make a fake with these options, without the data.

        Raises:
            ConfigError: there is no such flavor, or it has no such credentials.
        """
        required = credentials(self.flavor, self.auth)
        config = {"http.shared-secret": SHARED_SECRET}
        fake = make_fake(self.flavor, required, config, TravelClock(self.now))
        return FakeServer(fake, credentials=required)
