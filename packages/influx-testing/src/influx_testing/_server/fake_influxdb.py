"""FakeInfluxDB: a whole server in memory: requests in, responses out, no sockets."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from influx_core.errors import ConfigError
from influx_core.interfaces import LocalResponse, Request
from influx_query import parse
from influx_testing._engine.catalog.organization_setup import (
    DEFAULT_BUCKET,
    DEFAULT_ORG,
    DEFAULT_TOKEN,
    InitialSetup,
)
from influx_testing._engine.catalog.token_store import TokenStore
from influx_testing._engine.dump import dump
from influx_testing._engine.engine import About, Engine
from influx_testing._engine.load import load
from influx_testing._engine.select import QueryLimits
from influx_testing._engine.statements import executor
from influx_testing._engine.statements.continuous_queries import run_continuous_queries
from influx_testing._engine.statements.execution_context import ExecutionOptions
from influx_testing._engine.statements.result_series import Result, merged
from influx_testing._engine.storage.writes import WriteLimits
from influx_testing._engine.tasks.task_script import task_runner
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.flavor import Flavor
from influx_testing._flavors.registry import FLAVORS
from influx_testing._flavors.replies import Reply, text_reply
from influx_testing._flavors.settings import Settings
from influx_testing._flavors.v1_udp import DatagramInput
from influx_testing.clock import machine_clock

__all__ = ["FakeInfluxDB"]

_TOKEN_FLAVORS = frozenset({"2.x", "3.x"})


class FakeInfluxDB:
    """An empty server in memory.

    Args:
        flavor: the version it acts as: 1.6, 1.8, 2.x or 3.x.
        config: settings under their names in the real configuration file, such as
            `{"http.auth-enabled": True}`.
        token: the operator token of the flavors 2.x and 3.x. An empty one is `my-token` for 2.x,
            which always requires a token; 3.x then requires none.
        org: the organization that 2.x has from the start; without one, the server has not been set
            up, and waits for `POST /api/v2/setup`.
        bucket: the bucket that this organization has.
        clock: returns the time in ns since 1970; retention and now() use it.

    Attributes:
        engine: databases, points and users.
        failures: failures inside the fake, as text: unsupported features, and bugs with their
            tracebacks. The gateway removes them and attaches them to the requests.
    """

    def __init__(
        self,
        flavor: str = "1.6",
        *,
        config: Mapping[str, Any] | None = None,
        token: str = "",
        org: str = DEFAULT_ORG,
        bucket: str = DEFAULT_BUCKET,
        clock: Callable[[], int] = machine_clock,
    ) -> None:
        if flavor not in FLAVORS:
            raise ConfigError(f"no flavor {flavor!r}; known: {', '.join(FLAVORS)}")
        settings = _checked(Settings.from_config(config or {}), flavor, token)
        self.flavor = flavor
        self.failures: list[str] = []
        self.settings = settings
        self._flavor = FLAVORS[flavor]
        setup = None
        if flavor == "2.x":
            token = token or DEFAULT_TOKEN
            setup = InitialSetup(org, bucket, token) if org else None
        self.engine = _engine(settings, clock, self._flavor, setup)
        self.engine.tokens = TokenStore(token)
        self._server = ServerContext(self.engine, settings, self._flavor.version, self.failures)
        self._datagrams = DatagramInput(self._server)

    @property
    def version(self) -> str:
        """The version in the response headers."""
        return self._flavor.version

    def clear(self) -> None:
        """Delete everything: databases, points, users."""
        with self.engine.turns:
            self.engine.clear()
            self._datagrams = DatagramInput(self._server)

    def handle(self, request: Request) -> LocalResponse:
        """Respond to one request; the body may be created while it is read.

        Requests of several threads take turns, and so do the pieces of their responses. A bug of
        the fake becomes status 500, or ends the body if it has begun.
        """
        try:
            with self.engine.turns:
                reply = self._flavor.answer(self._server, request)
        except Exception as error:
            reply = self._failed(error)
        response = reply.response(request, self._flavor.version)
        pieces = response.pieces
        if isinstance(pieces, tuple) and self._flavor.sends_length(sum(map(len, pieces))):
            return response
        return replace(response, pieces=self._checked(pieces))

    def _failed(self, error: Exception) -> Reply:
        self.failures.append("".join(traceback.format_exception(error)))
        return text_reply(500, f"the fake server failed, which is a bug: {error!r}")

    def _checked(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces of a body; a failure in the middle ends the body and the connection."""
        turns, iterator = self.engine.turns, iter(pieces)
        try:
            while True:
                with turns:
                    piece = next(iterator, None)
                if piece is None:
                    return
                yield piece
        except ConnectionError:  # the response ends here, as that of the real server
            raise
        except Exception as error:
            self._failed(error)
            raise ConnectionError("the fake server failed, which is a bug") from error
        finally:
            if isinstance(iterator, Generator):
                with turns:
                    iterator.close()

    def receive(self, datagram: bytes) -> None:
        """Accept lines like the UDP listener of the real server: invalid ones are dropped."""
        with self.engine.turns:
            self._datagrams.receive(datagram)

    def query(self, text: str, database: str = "", *, policy: str = "") -> list[Result]:
        """Run statements and return their results, with times in ns since 1970.

        For tests that inspect the server; errors of statements are in the results.

        Raises:
            InfluxQLSyntaxError: the text is not InfluxQL.
            FakeUnsupported: the real server supports this, the fake does not.
        """
        request = ExecutionOptions(database, policy)
        statements = parse(text, dialect="1.6")
        with self.engine.turns:
            return merged(executor.execute(self.engine, statements, request))

    def create_database(self, name: str) -> None:
        """Create a database, if it does not exist."""
        with self.engine.turns:
            self.engine.create_database(name)

    def load(self, data: bytes, database: str = "data") -> None:
        """Store line protocol, or the result of `dump`: all of it or nothing.

        Args:
            data: lines, times in ns; comments in the form of `influx -import` name their database.
            database: the database of the other lines; created if necessary.

        Raises:
            DecodeError: a line is invalid; has its number, the column and the reason.
            InfluxQLSyntaxError: a statement cannot be parsed.
        """
        with self.engine.turns:
            load(self.engine, data, database)

    def dump(self) -> bytes:
        """Return everything as statements and line protocol, for `load` and `influx -import`."""
        with self.engine.turns:
            return b"".join(dump(self.engine))

    def run_tasks(self, now: int | None = None) -> int:
        """Run the tasks of 2.x that are due; returns the number of runs.

        A task runs once for each time that its schedule had since its last run, the last 100 at
        most. That time is the value of `now()`.

        Args:
            now: the current time in ns since 1970; that of the server's clock by default.
        """
        with self.engine.turns:
            return task_runner(self.engine).run_due(self.engine.clock() if now is None else now)

    def run_task(self, name: str, now: int | None = None) -> dict[str, Any]:
        """Run a task of 2.x at once, also an inactive one; returns the run as the API reports it.

        Args:
            name: the name or the ID of the task.
            now: the value of `now()` in ns since 1970; the server's clock by default.

        Raises:
            ConfigError: there is no such task.
        """
        resources, tasks = self.engine.resources, task_runner(self.engine)
        task = resources.named("tasks", name) or resources.find("tasks", name)
        if task is None:
            known = ", ".join(each["name"] for each in resources.all("tasks")) or "none"
            raise ConfigError(f"no task {name!r}; known: {known}")
        with self.engine.turns:
            time = self.engine.clock()
            run = tasks.schedule(task, time if now is None else now, time)
            tasks.execute(task, run)
        return dict(run)

    def run_continuous_queries(self, now: int | None = None) -> int:
        """Run the continuous queries that are due; returns their number.

        Args:
            now: the current time in ns since 1970; that of the server's clock by default.
        """
        with self.engine.turns:
            return run_continuous_queries(self.engine, self.engine.clock() if now is None else now)


def _checked(settings: Settings, flavor: str, token: str) -> Settings:
    """Check `http.auth-enabled` in flavors with tokens, where the token takes its place.

    Raises:
        ConfigError: authentication is enabled and there is no token.
    """
    if flavor not in _TOKEN_FLAVORS or not settings.auth_enabled:
        return settings
    if not token:
        raise ConfigError(f"the flavor {flavor} has no users: give token=, not http.auth-enabled")
    return replace(settings, auth_enabled=False)


def _engine(
    settings: Settings, clock: Callable[[], int], flavor: Flavor, setup: InitialSetup | None
) -> Engine:
    limits = QueryLimits(buckets=settings.max_select_buckets, points=settings.max_select_point)
    about = About(flavor.version, clock(), settings.max_row_limit)
    model = flavor.data_model(settings)
    write_limits = WriteLimits(settings.max_series_per_database, settings.max_values_per_tag)
    if model.has_tables:
        write_limits = WriteLimits(0, 0)
    return Engine(
        clock,
        settings.retention_autocreate,
        limits,
        write_limits,
        about=about,
        model=model,
        setup=setup,
    )
