"""Manages tokens of InfluxDB 2.x."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from influx_core._api.v2_resources import Authorization, Bucket, Permission, read_authorization
from influx_core._client.management.buckets import Buckets
from influx_core._client.management.v2_management import V2Management, segment, status_of
from influx_core.errors import ConfigError

__all__ = ["Authorizations"]


class Authorizations:
    """Manages tokens of InfluxDB 2.x; available as `client.authorizations`.

    Where a method takes an authorization, it takes an `Authorization` or an ID. The organization is
    that of the client unless `org` names another one.

    All methods raise ConfigError, before anything is sent, if the server is not an InfluxDB 2.
    """

    def __init__(self, management: V2Management, buckets: Buckets) -> None:
        self._management = management
        self._buckets = buckets

    async def list(self, *, org: str | None = None) -> list[Authorization]:
        """The tokens of an organization that the client may read."""
        chosen = await self._management.org("authorizations", org)
        return await self._management.listed(
            "authorizations", "authorizations", "authorizations", read_authorization, org=chosen
        )

    async def get(self, id_: str) -> Authorization:
        """The token with an ID.

        Raises:
            NotFound: there is none.
        """
        path = f"authorizations/{segment(id_)}"
        return read_authorization(await self._management.ask("authorizations", "GET", path))

    async def create(
        self,
        permissions: Iterable[Permission] = (),
        *,
        read: Iterable[Bucket | str] = (),
        write: Iterable[Bucket | str] = (),
        description: str | None = None,
        org: str | None = None,
    ) -> Authorization:
        """Create a token.

        Args:
            permissions: what it permits, besides reading and writing buckets.
            read: the buckets that it may read, or their names.
            write: the buckets that it may write, or their names.
            description: its description.
            org: the organization.

        Raises:
            AuthorizationError: the token of the client does not have these permissions.
            ConfigError: there is no permission.
            NotFound: there is no bucket with one of the names.
        """
        org_id = await self._management.org_id("authorizations", org)
        granted = [
            *permissions,
            *[Permission("read", "buckets", await self._id(each, org), org_id) for each in read],
            *[Permission("write", "buckets", await self._id(each, org), org_id) for each in write],
        ]
        if not granted:
            raise ConfigError("a token needs a permission: read=[bucket], write=[bucket]")
        body = {
            "orgID": org_id,
            "description": description,
            "permissions": [_document(each, org_id) for each in granted],
        }
        return read_authorization(
            await self._management.ask("authorizations", "POST", "authorizations", body)
        )

    async def update(
        self,
        authorization: Authorization | str,
        *,
        active: bool | None = None,
        description: str | None = None,
    ) -> Authorization:
        """Activate or deactivate a token, or change its description.

        Raises:
            NotFound: there is no such token.
        """
        body = {"status": status_of(active), "description": description}
        path = _path(authorization)
        return read_authorization(await self._management.ask("authorizations", "PATCH", path, body))

    async def delete(self, authorization: Authorization | str) -> None:
        """Delete a token.

        Raises:
            NotFound: there is no such token.
        """
        await self._management.ask("authorizations", "DELETE", _path(authorization))

    async def _id(self, bucket: Bucket | str, org: str | None) -> str:
        return await self._buckets.id_of(bucket, org)


def _path(authorization: Authorization | str) -> str:
    id_ = authorization.id if isinstance(authorization, Authorization) else authorization
    return f"authorizations/{segment(id_)}"


def _document(permission: Permission, org_id: str) -> dict[str, Any]:
    resource = {"type": permission.resource, "orgID": permission.org_id or org_id}
    if permission.id is not None:
        resource["id"] = permission.id
    return {"action": permission.action, "resource": resource}
