"""ServerContext: what every endpoint gets: the engine, the settings, the user of a request."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._flavors.access.credentials import login
from influx_testing._flavors.settings import Settings

__all__ = ["ServerContext"]


@dataclass(frozen=True, slots=True)
class ServerContext:
    """What an endpoint gets of its server.

    Attributes:
        engine: databases, points and users.
        settings: how it is configured.
        version: the version in its headers.
        token: the operator token of 2.x and 3.x; empty accepts any.
    """

    engine: Engine
    settings: Settings
    version: str
    token: str = ""

    def user(self, request: Request) -> User | None:
        """The user of a request; None without authentication, or while there is no administrator.

        Raises:
            LoginError: there are no credentials, or they are wrong.
        """
        if not self.settings.auth_enabled:
            return None
        users, now = self.engine.users, self.engine.clock()
        return login(request, users, self.settings, now)
