"""FakeServer: a fake as a test sees it, and how a test may want it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from influx_core import APIName
from influx_core.errors import ConfigError
from influx_core.timestamps import Timestamp
from influx_testing.clock import TravelClock
from influx_testing.front import Front
from influx_testing.kit import Data, InfluxServer
from influx_testing.server import FakeInfluxDB
from influx_testing.store import Store, back_door

__all__ = ["Auth", "FakeServer", "Wishes", "credentials", "guarded"]

Auth = bool | tuple[str, str] | str
"""Whether a server asks for credentials; or which: name and password, or a token."""

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


def credentials(flavor: str, auth: Auth) -> dict[str, str]:
    """What a server asks for, as options of `InfluxDBClient`; empty for nothing.

    Raises:
        ConfigError: the flavor knows no such credentials.
    """
    if auth is False:
        return {}
    if flavor in _APIS:
        given = "test-token" if auth is True else auth
        if isinstance(given, str):
            return {"token": given}
        raise ConfigError(f"the flavor {flavor} takes a token, and no name with a password")
    given = ("admin", "admin") if auth is True else auth
    if isinstance(given, str):
        raise ConfigError(f"the flavor {flavor} takes a name and a password, and no token")
    return {"username": given[0], "password": given[1]}


def guarded(
    flavor: str,
    asked: Mapping[str, str],
    config: Mapping[str, Any],
    clock: Callable[[], int] = time.time_ns,
) -> FakeInfluxDB:
    """Make a fake that asks for credentials, if there are any, and has the user they name."""
    if "username" in asked:
        config = {**config, "http.auth-enabled": True}
    fake = FakeInfluxDB(flavor, config=config, token=asked.get("token", ""), clock=clock)
    if "username" in asked:
        fake.engine.users.create(asked["username"], asked["password"], admin=True)
    return fake


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a test wants its server.

    Attributes:
        flavor: which version it looks like.
        auth: whether it asks for credentials; or which: the administrator's name and password for
            1.x, a token for 2.x and 3.x.
        data: what the test's database holds from the beginning.
        now: where its clock stands still; it runs unless given.
    """

    flavor: str = "1.6"
    auth: Auth = False
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
        asked = credentials(self.flavor, self.auth)
        config = {"http.shared-secret": SHARED_SECRET}
        fake = guarded(self.flavor, asked, config, TravelClock(self.now))
        return FakeServer(fake, credentials=asked)

    def fill(self, server: InfluxServer) -> None:
        """Put the data into a server."""
        if self.data is not None:
            server.load(self.data)
