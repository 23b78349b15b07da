"""Manages the mappings of databases and policies of 1.x to buckets of InfluxDB 2.x."""

from __future__ import annotations

from influx_core._api.v2_resources import Bucket, DBRPMapping, read_mapping
from influx_core._client.management.buckets import Buckets
from influx_core._client.management.v2_management import V2Management, segment
from influx_core.errors import DecodeError

__all__ = ["DBRPMappings"]


class DBRPMappings:
    """Manages mappings of InfluxDB 2.x; available as `client.dbrps`.

    A mapping names the bucket that stands for a database and a retention policy on the paths of
    1.x. A bucket `db/rp` is mapped by its name, without an entry here.

    All methods raise ConfigError, before anything is sent, if the server is not an InfluxDB 2.
    """

    def __init__(self, management: V2Management, buckets: Buckets) -> None:
        self._management = management
        self._buckets = buckets

    async def list(self, *, db: str | None = None, org: str | None = None) -> list[DBRPMapping]:
        """The mappings of an organization, or of one database."""
        org_id = await self._management.org_id("dbrps", org)
        return await self._management.listed(
            "dbrps", "dbrps", "content", read_mapping, orgID=org_id, db=db
        )

    async def create(
        self,
        db: str,
        retention_policy: str,
        bucket: Bucket | str,
        *,
        default: bool = False,
        org: str | None = None,
    ) -> DBRPMapping:
        """Map a database and a policy to a bucket.

        Args:
            db: the database.
            retention_policy: the retention policy.
            bucket: the bucket, or its name.
            default: whether it stands for the database without a policy; the first mapping of a
                database does anyway.
            org: the organization.

        Raises:
            NotFound: there is no such bucket.
            ResponseError: the database and the policy are mapped already.
        """
        body = {
            "orgID": await self._management.org_id("dbrps", org),
            "bucketID": await self._buckets.id_of(bucket, org),
            "database": db,
            "retention_policy": retention_policy,
            "default": default,
        }
        return read_mapping(await self._management.ask("dbrps", "POST", "dbrps", body))

    async def update(
        self,
        mapping: DBRPMapping,
        *,
        retention_policy: str | None = None,
        default: bool | None = None,
    ) -> DBRPMapping:
        """Change the policy of a mapping, or whether it is the default one of its database.

        Raises:
            NotFound: there is no such mapping.
        """
        body = {"retention_policy": retention_policy, "default": default}
        path = f"dbrps/{segment(mapping.id)}"
        where = {"orgID": mapping.org_id}
        said = await self._management.ask("dbrps", "PATCH", path, body, where)
        if not isinstance(said, dict):
            raise DecodeError("the response is not a mapping of InfluxDB 2")
        return read_mapping(said.get("content"))  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]

    async def delete(self, mapping: DBRPMapping) -> None:
        """Delete a mapping; the bucket stays."""
        path = f"dbrps/{segment(mapping.id)}"
        await self._management.ask("dbrps", "DELETE", path, params={"orgID": mapping.org_id})
