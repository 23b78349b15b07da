"""FakeServer: a fake for tests, with the credentials that it requires."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from influx_core import APIName
from influx_core.errors import ConfigError
from influx_testing._engine.catalog.organization_setup import DEFAULT_TOKEN
from influx_testing._faults.fault_gateway import FaultGateway
from influx_testing._inspection.database import DatabaseInspector, internal_api
from influx_testing._server.fake_influxdb import FakeInfluxDB
from influx_testing._server.influx_server import InfluxServer
from influx_testing._server.listener import Listener
from influx_testing._server.pages.server_controls import ServerControls
from influx_testing.clock import TravelClock, machine_clock

__all__ = ["AuthOption", "FakeServer", "credentials", "make_fake"]

AuthOption = bool | tuple[str, str] | str
"""Whether a server requires credentials, or the credentials: name and password, or a token."""

_APIS: Mapping[str, APIName] = {"2.x": "v2", "3.x": "v3"}


class FakeServer(InfluxServer):
    """A fake behind a gateway.

    Attributes:
        fake: the fake, for tests that read or change its state directly.
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
            FaultGateway(fake.handle, failures=fake.failures),
            DatabaseInspector(internal_api(fake.engine)),
            url=url,
            clock=clock if isinstance(clock, TravelClock) else None,
            credentials=_required(fake) if credentials is None else credentials,
            api=_APIS.get(fake.flavor, "v1"),
        )
        self.fake = fake
        setup = fake.engine.setup
        if setup is not None:
            self.org = setup.org
            self.database = setup.bucket

    def take_datagrams(self, listener: Listener, host: str, port: int) -> None:
        """Also take datagrams of line protocol; port 0 takes a free one."""
        self.udp_url = listener.take_datagrams(host, port, self.fake.receive)

    def _controls(self, url: str) -> ServerControls:
        return ServerControls(self.gateway, url, credentials=self.credentials, fake=self.fake)

    def clean_up(self) -> None:
        """Remove everything but the administrator, and reset the clock."""
        self.fake.clear()
        add_administrator(self.fake, self.credentials)
        if self._clock is not None:
            self._clock.reset()


def _required(fake: FakeInfluxDB) -> dict[str, str]:
    """The token that a fake of 2.x requires; empty for other flavors."""
    setup = fake.engine.setup
    return {} if setup is None else {"token": setup.token}


def credentials(flavor: str, auth: AuthOption) -> dict[str, str]:
    """The required credentials as options of `InfluxDBClient`; empty if none are required.

    The flavor 2.x always requires a token: `my-token`, unless another one is given.

    Raises:
        ConfigError: the flavor has no such credentials.
    """
    if auth is False and flavor != "2.x":
        return {}
    if flavor in _APIS:
        usual = DEFAULT_TOKEN if flavor == "2.x" else "test-token"
        given: tuple[str, str] | str = usual if isinstance(auth, bool) else auth
        if isinstance(given, str):
            return {"token": given}
        raise ConfigError(f"the flavor {flavor} takes a token, not a name and a password")
    given = ("admin", "admin") if isinstance(auth, bool) else auth
    if isinstance(given, str):
        raise ConfigError(f"the flavor {flavor} takes a name and a password, not a token")
    return {"username": given[0], "password": given[1]}


def make_fake(
    flavor: str,
    required: Mapping[str, str],
    config: Mapping[str, Any],
    clock: Callable[[], int] = machine_clock,
    **names: str,
) -> FakeInfluxDB:
    """Make a fake that requires the given credentials, and create their administrator.

    Args:
        flavor: the version that the fake imitates.
        required: the result of `credentials`; empty if no credentials are required.
        config: as for `FakeInfluxDB`.
        clock: as for `FakeInfluxDB`.
        names: `org` and `bucket`, as for `FakeInfluxDB`.
    """
    if "username" in required:
        config = {**config, "http.auth-enabled": True}
    token = required.get("token", "")
    fake = FakeInfluxDB(flavor, config=config, token=token, clock=clock, **names)
    add_administrator(fake, required)
    return fake


def add_administrator(fake: FakeInfluxDB, required: Mapping[str, str]) -> None:
    """Create the administrator with a name and password; do nothing for a token."""
    if "username" in required:
        fake.engine.users.create(required["username"], required["password"], admin=True)
