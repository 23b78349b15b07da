"""Sets up a server of 2.x: the first user, organization, bucket and token."""

from __future__ import annotations

from typing import NamedTuple

from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.bucket_catalog import BucketCatalog, StoredBucket
from influx_testing._engine.catalog.resource_store import Document, ResourceStore

__all__ = [
    "DEFAULT_BUCKET",
    "DEFAULT_ORG",
    "DEFAULT_TOKEN",
    "PERMISSION_TYPES",
    "InitialSetup",
    "create_organization",
    "create_user",
    "set_up",
]

DEFAULT_ORG = "my-org"
DEFAULT_BUCKET = "my-bucket"
DEFAULT_TOKEN = "my-token"  # noqa: S105 - a server for tests
"""What a server of 2.x has from the start unless it is told otherwise."""

PERMISSION_TYPES = (
    "authorizations",
    "buckets",
    "dashboards",
    "orgs",
    "tasks",
    "telegrafs",
    "users",
    "variables",
    "secrets",
    "labels",
    "views",
    "documents",
    "notificationRules",
    "notificationEndpoints",
    "checks",
    "dbrp",
    "annotations",
    "sources",
    "scrapers",
    "notebooks",
    "remotes",
    "replications",
    "instance",
    "flows",
    "functions",
    "subscriptions",
)
"""The types of resources in permissions."""


class InitialSetup(NamedTuple):
    """What a server of 2.x has from the start."""

    org: str
    bucket: str
    token: str
    user: str = "my-user"
    password: str = "my-password"  # noqa: S105 - a server for tests
    retention_seconds: int = 0


def set_up(
    setup: InitialSetup, resources: ResourceStore, buckets: BucketCatalog
) -> tuple[Document, Document, StoredBucket, Document]:
    """Create the user, the organization with its buckets, and the operator token.

    Returns:
        The user, the organization, the bucket and the authorization.
    """
    now = to_rfc3339(buckets.clock())
    user = create_user(resources, setup.user)
    if setup.password:
        resources.passwords[user["id"]] = setup.password
    org = create_organization(resources, buckets, setup.org)
    resources.members[org["id"]] = {user["id"]: "owner"}
    bucket = buckets.create(org["id"], setup.bucket, setup.retention_seconds)
    everything = [
        {"action": action, "resource": {"type": type_}}
        for type_ in PERMISSION_TYPES
        for action in ("read", "write")
    ]
    authorization = {
        "token": setup.token,
        "status": "active",
        "description": f"{setup.user}'s Token",
        "orgID": org["id"],
        "userID": user["id"],
        "permissions": everything,
        "createdAt": now,
        "updatedAt": now,
    }
    return user, org, bucket, resources.add("authorizations", authorization)


def create_user(resources: ResourceStore, name: str, status: str = "active") -> Document:
    """Create a user without a password."""
    return resources.add("users", {"name": name, "status": status})


def create_organization(
    resources: ResourceStore, buckets: BucketCatalog, name: str, description: str = ""
) -> Document:
    """Create an organization with its system buckets."""
    now = to_rfc3339(buckets.clock())
    document = {"name": name, "description": description, "createdAt": now, "updatedAt": now}
    org = resources.add("orgs", document)
    buckets.create_system_buckets(org["id"])
    return org
