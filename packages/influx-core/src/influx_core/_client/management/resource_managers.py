"""ResourceManagers: the objects of a client that manage InfluxDB 2.x."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from influx_core._client.management.point_deletion import PointDeletion
from influx_core._client.management.v2_management import V2Management
from influx_core._client.session import ServerSession

if TYPE_CHECKING:
    from influx_core._client.management.authorizations import Authorizations
    from influx_core._client.management.buckets import Buckets
    from influx_core._client.management.dbrp_mappings import DBRPMappings
    from influx_core._client.management.organizations import Organizations
    from influx_core._client.management.tasks import Tasks

__all__ = ["ResourceManagers"]


class ResourceManagers:
    """Makes the objects that manage the resources of a server, each at its first use.

    Queries and writes do not need them, and programs that only do those start sooner.

    Args:
        session: the session with the server.
        org: the organization of the client: its name or its ID.
    """

    def __init__(self, session: ServerSession, org: str | None) -> None:
        self._management = V2Management(session, org)
        self.points = PointDeletion(self._management)

    @cached_property
    def buckets(self) -> Buckets:
        """The buckets."""
        from influx_core._client.management.buckets import Buckets

        return Buckets(self._management)

    @cached_property
    def organizations(self) -> Organizations:
        """The organizations."""
        from influx_core._client.management.organizations import Organizations

        return Organizations(self._management)

    @cached_property
    def authorizations(self) -> Authorizations:
        """The tokens."""
        from influx_core._client.management.authorizations import Authorizations

        return Authorizations(self._management, self.buckets)

    @cached_property
    def dbrps(self) -> DBRPMappings:
        """The mappings of databases to buckets."""
        from influx_core._client.management.dbrp_mappings import DBRPMappings

        return DBRPMappings(self._management, self.buckets)

    @cached_property
    def tasks(self) -> Tasks:
        """The tasks."""
        from influx_core._client.management.tasks import Tasks

        return Tasks(self._management)
