"""LineSink: writes to servers that take line protocol over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from influx_copy._servers.line_writer import LineWriter
from influx_copy._servers.object_outcomes import OUTCOMES
from influx_copy.interfaces import CopyRange, SourceObject, Target
from influx_core import ConfigError, InfluxDBClient
from influx_query import quote_ident

__all__ = ["LineSink", "ServerKind"]

ServerKind: TypeAlias = Literal["v1", "v2", "v3", "victoriametrics", "questdb"]
"""The kind of a server that takes line protocol."""

_DEFAULT_POLICIES = frozenset({"", "autogen", "default"})
"""Policies whose points go to the database itself, where there are no policies.

InfluxDB 3 does so too: docs.influxdata.com/influxdb3/core/write-data/http-api/compatibility-apis/
"""


class LineSink:
    """Writes to a server.

    Args:
        client: a client of the server; closed by `aclose`.
        kind: the kind of the server.
        database: the database or bucket for all points; None for the names of the source.
        policy: the retention policy for all points; None for the names of the source.
    """

    def __init__(
        self,
        client: InfluxDBClient,
        kind: ServerKind,
        *,
        database: str | None = None,
        policy: str | None = None,
    ) -> None:
        self._client = client
        self._kind: ServerKind = kind
        self._database = database
        self._policy = policy

    @property
    def identity(self) -> str:
        """The URL without credentials."""
        return "/".join(filter(None, (self._client.base_urls[0], self._database, self._policy)))

    def target(self, database: str, policy: str) -> Target:
        """Where points go, by the conventions of the server.

        Raises:
            ConfigError: neither the source nor the URL says a database.
        """
        if self._kind == "questdb":
            return Target("")
        if self._database is None and not database:
            raise ConfigError(
                "the source does not say a database: add one to the URL of the sink, as in "
                f"{self._client.base_urls[0]}/mydb"
            )
        if self._kind == "v1":
            kept = policy if self._policy is None else self._policy
            return Target(self._database or database, kept)
        if self._database is not None:
            return Target(self._database)
        if self._kind == "v2":
            return Target(f"{database}/{policy or 'autogen'}")
        return Target(database if policy in _DEFAULT_POLICIES else f"{database}/{policy}")

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        """Create databases, and on InfluxDB 1.x retention policies."""
        if self._kind in ("v1", "v3"):
            for database in dict.fromkeys(target.database for target in targets):
                await self._client.create_database(database)
        outcomes: list[SourceObject] = []
        for target, found in objects:
            if found.kind == "retention policy" and self._kind == "v1":
                outcomes.append(await self._create_policy(target, found))
            else:
                outcomes.append(replace(found, outcome=OUTCOMES[self._kind][found.kind]))
        return outcomes

    def open(self, range_: CopyRange, target: Target) -> LineWriter:
        """Return a writer for one range."""
        return LineWriter(self._client, range_, target)

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        """Do nothing: the server has stored all points."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _create_policy(self, target: Target, found: SourceObject) -> SourceObject:
        """Create a policy if the target has none of this name; an existing one is kept."""
        name = target.policy or found.name
        existing = {
            policy.name for policy in await self._client.admin.retention_policies(target.database)
        }
        if name in existing:
            return replace(found, outcome=f"{name!r} of {target.database!r} exists and is kept")
        await self._client.execute(
            f"CREATE RETENTION POLICY {quote_ident(name)} ON {quote_ident(target.database)} "
            f"{found.definition}"
        )
        return replace(found, outcome=f"created as {name!r} of {target.database!r}")
