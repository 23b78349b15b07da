"""LineSink: writes to servers that take line protocol over HTTP."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal, TypeAlias

from influx_copy._object_outcomes import OUTCOMES, retention_of
from influx_copy._servers.line_writer import LineWriter
from influx_copy.interfaces import CopyRange, SourceObject, Target
from influx_copy.limits import SinkLimits
from influx_core import ConfigError, InfluxDBClient, ResponseError
from influx_core.timestamps import Precision
from influx_query import quote_ident

__all__ = ["LineSink", "ServerKind"]

ServerKind: TypeAlias = Literal["v1", "v2", "v3", "victoriametrics", "questdb"]
"""The kind of a server that takes line protocol."""

_DEFAULT_POLICIES = frozenset({"", "autogen", "default"})
"""Policies whose points go to the database itself, where there are no policies.

InfluxDB 3 does so too: docs.influxdata.com/influxdb3/core/write-data/http-api/compatibility-apis/
"""


_REFUSED = frozenset({400, 422})
"""The statuses with which servers refuse a name."""

QUESTDB_LIMITS = SinkLimits(
    time_unit=1_000,
    first=0,
    instead={"unsigned": "integer"},
    fills=True,
    replaces=False,
    reserved=frozenset({"timestamp"}),
    one_table=True,
    table_names=re.compile(r"^\.|\.$|\.\.|[?,'\"\\/:()+*%~\x00-\x1f\x7f\ufeff]"),
    tag_values=re.compile(r"\\"),
    column_names=re.compile(r"[?.,'\"\\/:()+\-*%~\x00-\x1f\x7f\ufeff]"),
)
"""Tables that QuestDB creates for line protocol; a null is false in a column of booleans.

Source: questdb.com/docs/ingestion/ilp/advanced-settings, questdb.com/docs/query/datatypes/overview,
and the names that its clients refuse.
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

    async def limits(self) -> SinkLimits:
        """It keeps everything, except QuestDB."""
        return QUESTDB_LIMITS if self._kind == "questdb" else SinkLimits()

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
            if self._database is None and not policy:
                database, _, policy = database.partition("/")  # a bucket of InfluxDB 2
            kept = policy if self._policy is None else self._policy
            return Target(self._database or database, kept)
        if self._database is not None:
            return Target(self._database)
        if self._kind == "v2":
            return Target(f"{database}/{policy}" if policy else database)
        return Target(database if policy in _DEFAULT_POLICIES else f"{database}/{policy}")

    async def prepare(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> Sequence[SourceObject]:
        """Create databases or buckets, and on InfluxDB 1.x retention policies.

        Raises:
            ConfigError: the server refuses the name of a database or bucket.
        """
        if self._kind in ("v1", "v3"):
            owners = [target for target, found in objects if found.kind == "retention policy"]
            for database in dict.fromkeys(target.database for target in [*targets, *owners]):
                with _names_told(database):
                    await self._client.create_database(database)
        elif self._kind == "v2":
            await self._create_buckets(targets, objects)
        outcomes: list[SourceObject] = []
        for target, found in objects:
            if found.kind == "retention policy" and self._kind == "v1":
                outcomes.append(await self._create_policy(target, found))
            else:
                outcomes.append(replace(found, outcome=OUTCOMES[self._kind][found.kind]))
        if self._kind == "v1":
            outcomes += await self._create_unknown_policies(targets)
        return outcomes

    def open(self, range_: CopyRange, target: Target) -> LineWriter:
        """Return a writer for one range."""
        precision: Precision = "us" if self._kind == "questdb" else "ns"
        return LineWriter(self._client, range_, target, precision=precision)

    async def finish(self, ranges: Sequence[tuple[CopyRange, Target]]) -> None:
        """Do nothing: the server has stored all points."""

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _create_unknown_policies(self, targets: Sequence[Target]) -> list[SourceObject]:
        """Create the policies of a source that does not tell their durations."""
        created: list[SourceObject] = []
        for target in targets:
            policies = await self._client.admin.retention_policies(target.database)
            if target.policy and target.policy not in {policy.name for policy in policies}:
                await self._client.admin.create_retention_policy(
                    target.policy, None, db=target.database
                )
                outcome = "created for ever: the source does not tell its duration"
                created.append(
                    SourceObject("retention policy", target.database, target.policy, "", outcome)
                )
        return created

    async def _create_buckets(
        self, targets: Sequence[Target], objects: Sequence[tuple[Target, SourceObject]]
    ) -> None:
        """Create buckets that do not exist, with the duration of the policy of the source."""
        kept = {
            target.database: retention_of(found.definition)
            for target, found in objects
            if found.kind == "retention policy"
        }
        existing = {bucket.name for bucket in await self._client.buckets.list()}
        for name in dict.fromkeys(target.database for target in targets):
            if name not in existing:
                with _names_told(name):
                    await self._client.buckets.create(name, retention=kept.get(name))

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


@contextmanager
def _names_told(name: str) -> Generator[None]:
    """Say which name a server refuses, and what to do."""
    try:
        yield
    except ResponseError as error:
        if error.status not in _REFUSED:
            raise
        raise ConfigError(
            f"the server does not create {name!r}: {error.message}. Choose another name with "
            "mapping={'FROM': 'TO'}, or --map FROM=TO at the command line"
        ) from error
