"""Manages buckets of InfluxDB 2.x."""

from __future__ import annotations

from typing import Any

from influx_core._api.v2_resources import Bucket, read_bucket
from influx_core._client.management.v2_management import V2Management, segment
from influx_core._client.time_arguments import Span, whole_seconds
from influx_core.errors import NotFound

__all__ = ["Buckets"]


class Buckets:
    """Manages buckets of InfluxDB 2.x; available as `client.buckets`.

    Where a method takes a bucket, it takes a `Bucket` or a name. The organization is that of the
    client unless `org` names another one.

    All methods raise ConfigError, before anything is sent, if the server is not an InfluxDB 2.
    """

    def __init__(self, management: V2Management) -> None:
        self._management = management

    async def list(self, *, org: str | None = None) -> list[Bucket]:
        """All buckets of an organization, those of the server included."""
        chosen = await self._management.org("buckets", org)
        return await self._management.paged(
            "buckets", "buckets", "buckets", read_bucket, org=chosen
        )

    async def get(self, name: str, *, org: str | None = None) -> Bucket:
        """The bucket with a name.

        Raises:
            NotFound: there is none.
        """
        chosen = await self._management.org("buckets", org)
        found = await self._management.listed(
            "buckets", "buckets", "buckets", read_bucket, org=chosen, name=name
        )
        if not found:
            raise NotFound(f"bucket {name!r} not found in the organization {chosen!r}", status=404)
        return found[0]

    async def create(
        self,
        name: str,
        *,
        retention: Span | None = None,
        shard_duration: Span | None = None,
        description: str | None = None,
        org: str | None = None,
    ) -> Bucket:
        """Create a bucket.

        Args:
            name: its name.
            retention: how long points are kept, at least one hour; None keeps them for ever.
            shard_duration: the time span of a shard; the server chooses one by default.
            description: its description.
            org: the organization.

        Raises:
            AlreadyExists: a bucket has this name.
        """
        rule = _rule(retention, shard_duration)
        org_id = await self._management.org_id("buckets", org)
        body = {
            "name": name,
            "orgID": org_id,
            "description": description,
            "retentionRules": [rule] if rule["everySeconds"] or len(rule) > 2 else [],
        }
        return read_bucket(await self._management.ask("buckets", "POST", "buckets", body))

    async def update(
        self,
        bucket: Bucket | str,
        *,
        name: str | None = None,
        description: str | None = None,
        org: str | None = None,
    ) -> Bucket:
        """Change the name or the description of a bucket.

        Raises:
            AlreadyExists: another bucket has the new name.
            NotFound: there is no such bucket.
        """
        return await self._change(bucket, org, {"name": name, "description": description})

    async def set_retention(
        self,
        bucket: Bucket | str,
        retention: Span | None,
        *,
        shard_duration: Span | None = None,
        org: str | None = None,
    ) -> Bucket:
        """Change how long a bucket keeps points; None keeps them for ever.

        Args:
            bucket: the bucket.
            retention: how long points are kept, at least one hour.
            shard_duration: the time span of a shard; needed if the bucket has longer shards than
                its new retention.
            org: the organization.

        Raises:
            NotFound: there is no such bucket.
            ResponseError: the shards are longer than the retention.
        """
        return await self._change(
            bucket, org, {"retentionRules": [_rule(retention, shard_duration)]}
        )

    async def delete(self, bucket: Bucket | str, *, org: str | None = None) -> None:
        """Delete a bucket with its points.

        Raises:
            NotFound: there is no such bucket.
        """
        path = f"buckets/{segment(await self.id_of(bucket, org))}"
        await self._management.ask("buckets", "DELETE", path)

    async def id_of(self, bucket: Bucket | str, org: str | None = None) -> str:
        """The ID of a bucket.

        Raises:
            NotFound: there is no bucket with that name.
        """
        return bucket.id if isinstance(bucket, Bucket) else (await self.get(bucket, org=org)).id

    async def _change(
        self, bucket: Bucket | str, org: str | None, changes: dict[str, Any]
    ) -> Bucket:
        path = f"buckets/{segment(await self.id_of(bucket, org))}"
        return read_bucket(await self._management.ask("buckets", "PATCH", path, changes))


def _rule(retention: Span | None, shard_duration: Span | None) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "type": "expire",
        "everySeconds": whole_seconds("a retention", retention) or 0,
    }
    if shard_duration is not None:
        rule["shardGroupDurationSeconds"] = whole_seconds("a shard duration", shard_duration)
    return rule
