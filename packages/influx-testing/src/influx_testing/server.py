"""FakeInfluxDB: a whole server in memory; requests in, responses out, no sockets."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request
from influx_testing.engine.engine import Engine
from influx_testing.engine.select import Limits
from influx_testing.engine.writes import WriteLimits
from influx_testing.settings import Settings
from influx_testing.web.faces import FACES
from influx_testing.web.server import Server

__all__ = ["FakeInfluxDB"]


class FakeInfluxDB:
    """A server with nothing in it.

    Args:
        flavor: which version it looks like; one of `FACES`.
        config: settings under their names in the real configuration file, such as
            `{"http.auth-enabled": True}`.
        clock: tells the time in ns since 1970; retention and now() follow it.
    """

    def __init__(
        self,
        flavor: str = "1.6",
        *,
        config: Mapping[str, Any] | None = None,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        if flavor not in FACES:
            raise ConfigError(f"no flavor {flavor!r}; known: {', '.join(FACES)}")
        settings = Settings.from_config(config or {})
        self.flavor = flavor
        self.engine = _engine(settings, clock)
        self._face = FACES[flavor]
        self._server = Server(self.engine, settings, self._face.version)

    @property
    def version(self) -> str:
        """The version it says it is."""
        return self._face.version

    def clear(self) -> None:
        """Forget everything: databases, points, users."""
        self.engine.clear()

    def handle(self, request: Request) -> LocalResponse:
        """Answer one request; the body may be made while it is read."""
        reply = self._face.answer(self._server, request)
        return reply.response(request, self._face.version)


def _engine(settings: Settings, clock: Callable[[], int]) -> Engine:
    limits = Limits(buckets=settings.max_select_buckets, points=settings.max_select_point)
    write_limits = WriteLimits(settings.max_series_per_database, settings.max_values_per_tag)
    return Engine(clock, settings.retention_autocreate, limits, write_limits)
