"""ResourceManagers: the objects of a client that manage InfluxDB 2.x."""

from __future__ import annotations

from influx_core._client.management.authorizations import Authorizations
from influx_core._client.management.buckets import Buckets
from influx_core._client.management.dbrp_mappings import DBRPMappings
from influx_core._client.management.organizations import Organizations
from influx_core._client.management.point_deletion import PointDeletion
from influx_core._client.management.tasks import Tasks
from influx_core._client.management.v2_management import V2Management
from influx_core._client.session import ServerSession

__all__ = ["ResourceManagers"]


class ResourceManagers:
    """Manages the resources of a server.

    Args:
        session: the session with the server.
        org: the organization of the client: its name or its ID.
    """

    def __init__(self, session: ServerSession, org: str | None) -> None:
        management = V2Management(session, org)
        self.buckets = Buckets(management)
        self.organizations = Organizations(management)
        self.authorizations = Authorizations(management, self.buckets)
        self.dbrps = DBRPMappings(management, self.buckets)
        self.tasks = Tasks(management)
        self.points = PointDeletion(management)
