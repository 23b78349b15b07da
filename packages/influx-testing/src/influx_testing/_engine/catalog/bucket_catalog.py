"""BucketCatalog: the buckets of 2.x, each stored as a retention policy of a database.

A new bucket is the only policy of a new database with its name; if another organization has that
name already, the database has the ID of the bucket as its name. A database that was created in
another way, such as by a statement, is a bucket too: one for each of its policies, named
`database` for the default one and `database/policy` for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.databases import Database, Databases
from influx_testing._engine.catalog.resource_store import Document, ResourceStore
from influx_testing._engine.catalog.retention_policies import StoredPolicy, shard_duration

__all__ = ["BucketCatalog", "StoredBucket"]

_SECOND = 1_000_000_000
_DAY_SECONDS = 86_400
_SYSTEM_BUCKETS = {
    "_tasks": ("System bucket for task logs", 3 * _DAY_SECONDS),
    "_monitoring": ("System bucket for monitoring logs", 7 * _DAY_SECONDS),
}
"""The description and the retention in seconds of the buckets that each organization has."""


@dataclass(frozen=True, slots=True)
class StoredBucket:
    """A bucket with its storage.

    Attributes:
        document: what the API reports of it, without its retention rules.
        database: the database that stores it.
        policy: the policy of that database.
    """

    document: Document
    database: Database
    policy: StoredPolicy

    @property
    def id(self) -> str:
        """Its ID."""
        return str(self.document["id"])

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.document["name"])

    @property
    def org_id(self) -> str:
        """The ID of its organization."""
        return str(self.document["orgID"])

    @property
    def retention_rules(self) -> list[Document]:
        """Its retention rule; 0 s mean that points are kept forever."""
        return [
            {
                "type": "expire",
                "everySeconds": self.policy.duration // _SECOND,
                "shardGroupDurationSeconds": self.policy.shard_duration // _SECOND,
            }
        ]

    def keep_for(self, seconds: int, shard_seconds: int = 0) -> None:
        """Set the retention and the length of shards; 0 s of retention are forever."""
        self.policy.duration = seconds * _SECOND
        self.policy.shard_duration = shard_duration(shard_seconds * _SECOND, seconds * _SECOND)


@dataclass(frozen=True, slots=True)
class BucketCatalog:
    """The buckets of a server.

    Attributes:
        resources: stores the documents.
        databases: store the points.
        clock: returns the time in ns since 1970.
    """

    resources: ResourceStore
    databases: Databases
    clock: Callable[[], int]

    def all(self) -> list[StoredBucket]:
        """All buckets, in the order of their creation; the buckets of databases are up to date."""
        places = {
            (database.name, policy.name): (database, policy)
            for database in self.databases
            for policy in database.policies.values()
        }
        for document in self.resources.all("buckets"):
            if _place(document) not in places:
                self.resources.remove("buckets", document["id"])
        known = {_place(document) for document in self.resources.all("buckets")}
        for org in self.resources.all("orgs")[:1]:
            for place, (database, policy) in places.items():
                if place not in known:
                    self._register(org["id"], _adopted_name(database, policy), place)
        return [
            StoredBucket(document, *places[_place(document)])
            for document in self.resources.all("buckets")
        ]

    def find(self, org_id: str, name: str) -> StoredBucket | None:
        """The bucket of an organization with a name; None if there is none."""
        for bucket in self.all():
            if bucket.name == name and bucket.org_id == org_id:
                return bucket
        return None

    def by_id(self, id_: str) -> StoredBucket | None:
        """The bucket with an ID; None if there is none."""
        return next((bucket for bucket in self.all() if bucket.id == id_), None)

    def create(
        self, org_id: str, name: str, seconds: int = 0, shard_seconds: int = 0, **properties: Any
    ) -> StoredBucket:
        """Create a bucket; its name must be new in the organization.

        Args:
            org_id: the ID of the organization.
            name: the name.
            seconds: the retention; 0 is forever.
            shard_seconds: the length of a shard; 0 chooses one by the retention.
            properties: more properties of the document.
        """
        taken = name in self.databases
        place = (self.resources.new_id() if taken else name, "autogen")
        database = self.databases.create(place[0])
        policy = StoredPolicy(place[1])
        database.add_policy(policy, default=True)
        bucket = StoredBucket(self._register(org_id, name, place, **properties), database, policy)
        bucket.keep_for(seconds, shard_seconds)
        return bucket

    def create_system_buckets(self, org_id: str) -> None:
        """Create the buckets that each organization has: `_tasks` and `_monitoring`."""
        for name, (description, seconds) in _SYSTEM_BUCKETS.items():
            self.create(org_id, name, seconds, type="system", description=description)

    def rename(self, document: Document, name: str) -> None:
        """Rename a bucket; its database gets the name too, if no other has it."""
        database, policy = _place(document)
        if database == document["name"] and self.databases.rename(database, name):
            document["place"] = [name, policy]
        document["name"] = name

    def delete(self, bucket: StoredBucket) -> None:
        """Delete a bucket with its points, and the mappings to it."""
        if len(bucket.database.policies) > 1:
            bucket.database.drop_policy(bucket.policy.name)
        else:
            self.databases.drop(bucket.database.name)
        self.resources.remove("buckets", bucket.id)
        for mapping in self.resources.all("dbrps"):
            if mapping["bucketID"] == bucket.id:
                self.resources.remove("dbrps", mapping["id"])

    def _register(
        self, org_id: str, name: str, place: tuple[str, str], **properties: Any
    ) -> Document:
        now = to_rfc3339(self.clock())
        return self.resources.add(
            "buckets",
            {
                "orgID": org_id,
                "type": "user",
                "name": name,
                **properties,
                "createdAt": now,
                "updatedAt": now,
                "place": list(place),
            },
        )


def _place(document: Document) -> tuple[str, str]:
    """The names of the database and the policy that store a bucket."""
    database, policy = document["place"]
    return database, policy


def _adopted_name(database: Database, policy: StoredPolicy) -> str:
    is_default = policy.name == database.default_policy
    return database.name if is_default else f"{database.name}/{policy.name}"
