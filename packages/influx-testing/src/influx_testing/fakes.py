"""FakeServer: a fake as a test sees it, and how a test may want it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from influx_core.client import APIName
from influx_core.errors import ConfigError
from influx_core.timestamps import Timestamp
from influx_testing.clock import TravelClock
from influx_testing.front import Front
from influx_testing.kit import Data, InfluxServer
from influx_testing.server import FakeInfluxDB
from influx_testing.store import Store, back_door

__all__ = ["FakeServer", "Wishes"]

SHARED_SECRET = "the shared secret of the tests"  # noqa: S105
"""What signs bearer tokens for the fakes of tests."""

_APIS: Mapping[str, APIName] = {"2.x": "v2", "3.x": "v3"}


class FakeServer(InfluxServer):
    """A fake behind a front.

    Attributes:
        fake: the server itself, to look at or to change.
    """

    def __init__(
        self,
        fake: FakeInfluxDB,
        *,
        url: str = "",
        credentials: Mapping[str, str] | None = None,
    ) -> None:
        clock = fake.engine.clock
        super().__init__(
            Front(fake.handle),
            Store(back_door(fake.engine)),
            url=url,
            clock=clock if isinstance(clock, TravelClock) else None,
            credentials=credentials,
            api=_APIS.get(fake.flavor, "v1"),
        )
        self.fake = fake


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a test wants its server.

    Attributes:
        flavor: which version it looks like.
        auth: whether it asks for credentials; or which: the administrator's name and password of
            1.x, the token of 2.x and 3.x.
        data: what the test's database holds from the beginning.
        now: where its clock stands still; it runs unless given.
    """

    flavor: str = "1.6"
    auth: bool | tuple[str, str] | str = False
    data: Data | None = None
    now: Timestamp | None = None

    @property
    def need_fake(self) -> bool:
        """Whether a real server, which is as it is, cannot fulfil them."""
        return self.now is not None or self.auth is not False or self.flavor != "1.6"

    def fake(self) -> FakeServer:
        """Make a server of this kind, still without its data.

        Raises:
            ConfigError: there is no such flavor, or it knows no such credentials.
        """
        credentials = self._credentials()
        token = credentials.get("token", "")
        config = {
            "http.auth-enabled": "username" in credentials,
            "http.shared-secret": SHARED_SECRET,
        }
        clock = TravelClock(self.now)
        fake = FakeInfluxDB(self.flavor, config=config, token=token, clock=clock)
        if "username" in credentials:
            fake.engine.users.create(credentials["username"], credentials["password"], admin=True)
        return FakeServer(fake, credentials=credentials)

    def _credentials(self) -> dict[str, str]:
        if self.auth is False:
            return {}
        if self.flavor in _APIS:
            given = "test-token" if self.auth is True else self.auth
            if isinstance(given, str):
                return {"token": given}
            raise ConfigError(f"auth={self.auth!r}: the flavor {self.flavor} takes a token")
        given = ("admin", "admin") if self.auth is True else self.auth
        if isinstance(given, str):
            raise ConfigError(f"auth={self.auth!r}: 1.x takes a pair of name and password")
        return {"username": given[0], "password": given[1]}

    def fill(self, server: InfluxServer) -> None:
        """Put the data into a server."""
        if self.data is not None:
            server.load(self.data)
