"""What the endpoints of every face share: the engine, the settings, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass

from influx_core.interfaces import Request
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing.settings import Settings
from influx_testing.web.credentials import login

__all__ = ["Server"]


@dataclass(frozen=True, slots=True)
class Server:
    """One server, as its endpoints see it.

    Attributes:
        engine: what it holds.
        settings: how it is configured.
        version: what it says it is.
        token: the operator token of the newer faces; empty accepts any.
    """

    engine: Engine
    settings: Settings
    version: str
    token: str = ""

    def user(self, request: Request) -> User | None:
        """Who is asking; None where nobody is asked, or while there is no administrator.

        Raises:
            LoginError: there are no credentials, or they are wrong.
        """
        if not self.settings.auth_enabled:
            return None
        users, now = self.engine.users, self.engine.clock()
        return login(request, users, self.settings, now)
