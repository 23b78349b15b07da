"""ServerContext: the arguments of every endpoint: the engine, the settings, the user."""

from __future__ import annotations

from dataclasses import dataclass, field

from influx_core.interfaces import Request
from influx_testing._engine.catalog.users import User
from influx_testing._engine.engine import Engine
from influx_testing._flavors.access.credentials import login
from influx_testing._flavors.settings import Settings
from influx_testing.errors import FakeUnsupported

__all__ = ["ServerContext"]


@dataclass(frozen=True, slots=True)
class ServerContext:
    """The engine and settings of a server, for its endpoints.

    Attributes:
        engine: databases, points and users.
        settings: the settings of the server.
        version: the version in response headers.
        failures: where an endpoint reports what the fake does not support, as text.
    """

    engine: Engine
    settings: Settings
    version: str
    failures: list[str] = field(default_factory=list[str])

    @property
    def token(self) -> str:
        """The operator token of 2.x and 3.x; empty if the server requires none."""
        return self.engine.tokens.operator

    def unsupported(self, error: FakeUnsupported) -> str:
        """Report what the fake does not support; returns the text for the response."""
        text = f"not supported by the fake server: {error}"
        self.failures.append(text)
        return text

    def user(self, request: Request) -> User | None:
        """The user of a request; None without authentication, or while there is no administrator.

        Raises:
            LoginError: there are no credentials, or they are wrong.
        """
        if not self.settings.auth_enabled:
            return None
        users, now = self.engine.users, self.engine.clock()
        user_tokens = not self.version.startswith("1.6")
        return login(request, users, self.settings, now, user_tokens=user_tokens)
