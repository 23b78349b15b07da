"""Manages organizations of InfluxDB 2.x."""

from __future__ import annotations

from influx_core._api.v2_resources import Organization, read_organization
from influx_core._client.management.v2_management import V2Management, segment

__all__ = ["Organizations"]


class Organizations:
    """Manages organizations of InfluxDB 2.x; available as `client.organizations`.

    Where a method takes an organization, it takes an `Organization`, a name or an ID.

    All methods raise ConfigError, before anything is sent, if the server is not an InfluxDB 2.
    """

    def __init__(self, management: V2Management) -> None:
        self._management = management

    async def list(self) -> list[Organization]:
        """The organizations that the token may read."""
        return await self._management.paged("organizations", "orgs", "orgs", read_organization)

    async def get(self, name: str) -> Organization:
        """The organization with a name or an ID.

        Raises:
            NotFound: there is none.
        """
        id_ = await self._management.org_id("organizations", name)
        path = f"orgs/{segment(id_)}"
        return read_organization(await self._management.ask("organizations", "GET", path))

    async def create(self, name: str, *, description: str | None = None) -> Organization:
        """Create an organization.

        Raises:
            AlreadyExists: an organization has this name.
        """
        body = {"name": name, "description": description}
        return read_organization(await self._management.ask("organizations", "POST", "orgs", body))

    async def update(
        self,
        organization: Organization | str,
        *,
        name: str | None = None,
        description: str | None = None,
    ) -> Organization:
        """Change the name or the description of an organization.

        Raises:
            AlreadyExists: another organization has the new name.
            NotFound: there is no such organization.
        """
        body = {"name": name, "description": description}
        path = await self._path(organization)
        said = await self._management.ask("organizations", "PATCH", path, body)
        self._management.forget_org_ids()
        return read_organization(said)

    async def delete(self, organization: Organization | str) -> None:
        """Delete an organization with all that belongs to it.

        Raises:
            NotFound: there is no such organization.
        """
        await self._management.ask("organizations", "DELETE", await self._path(organization))
        self._management.forget_org_ids()

    async def _path(self, organization: Organization | str) -> str:
        if isinstance(organization, Organization):
            return f"orgs/{segment(organization.id)}"
        return f"orgs/{segment(await self._management.org_id('organizations', organization))}"
