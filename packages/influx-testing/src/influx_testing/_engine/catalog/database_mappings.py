"""DatabaseMappings: which bucket stands for a database and a retention policy of 1.x.

A mapping is created by the API, or virtual: a bucket `name` is the policy `autogen` of the database
`name`, and a bucket `name/policy` is that policy.

Source: https://docs.influxdata.com/influxdb/v2/query-data/influxql/dbrp/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from influx_testing._engine.catalog.bucket_catalog import BucketCatalog, StoredBucket
from influx_testing._engine.catalog.databases import Database, Databases
from influx_testing._engine.catalog.resource_store import Document, ResourceStore
from influx_testing._engine.storage.series_index import Index

__all__ = ["DatabaseMapping", "DatabaseMappings"]


@dataclass(frozen=True, slots=True)
class DatabaseMapping:
    """A mapping.

    Attributes:
        id: its ID; that of the bucket for a virtual one.
        database: the database.
        policy: the retention policy.
        bucket: the bucket.
        is_default: whether it stands for the database without a policy.
        is_virtual: whether it follows from the name of the bucket.
    """

    id: str
    database: str
    policy: str
    bucket: StoredBucket
    is_default: bool
    is_virtual: bool

    def to_json(self) -> Document:
        """What the API reports."""
        return {
            "id": self.id,
            "database": self.database,
            "retention_policy": self.policy,
            "default": self.is_default,
            "virtual": self.is_virtual,
            "orgID": self.bucket.org_id,
            "bucketID": self.bucket.id,
        }


@dataclass(frozen=True, slots=True)
class DatabaseMappings:
    """The mappings of an organization."""

    resources: ResourceStore
    buckets: BucketCatalog
    org_id: str

    def all(self) -> list[DatabaseMapping]:
        """The mappings that were created, then the virtual ones that they leave."""
        buckets = {bucket.id: bucket for bucket in self.buckets.all() if self._is_own(bucket)}
        found = [
            DatabaseMapping(
                each["id"],
                each["database"],
                each["retention_policy"],
                buckets[each["bucketID"]],
                each["default"],
                is_virtual=False,
            )
            for each in self.resources.all("dbrps")
            if each["bucketID"] in buckets
        ]
        taken = {(each.database, each.policy) for each in found}
        with_default = {each.database for each in found if each.is_default}
        for bucket in buckets.values():
            database, _, policy = bucket.name.partition("/")
            policy = policy or "autogen"
            if (database, policy) not in taken:
                is_default = database not in with_default
                with_default.add(database)
                found.append(
                    DatabaseMapping(
                        bucket.id, database, policy, bucket, is_default, is_virtual=True
                    )
                )
        return found

    def _is_own(self, bucket: StoredBucket) -> bool:
        return bucket.org_id == self.org_id

    def find(self, database: str, policy: str = "") -> DatabaseMapping | None:
        """The mapping of a database and a policy; the default one without a policy."""
        for each in self.all():
            if each.database == database and (each.policy == policy or self._fits(each, policy)):
                return each
        return None

    def _fits(self, mapping: DatabaseMapping, policy: str) -> bool:
        return not policy and mapping.is_default

    def databases(self, may_read: Callable[[StoredBucket], bool]) -> Databases:
        """The mapped databases as 1.x would have them; their points are those of the buckets.

        Args:
            may_read: whether a bucket may be read; the others are left out.
        """
        view = Databases()
        for mapping in self.all():
            if may_read(mapping.bucket):
                _add(view.create(mapping.database), mapping)
        return view


def _add(database: Database, mapping: DatabaseMapping) -> None:
    """Add the bucket of a mapping as a policy of a database."""
    bucket = mapping.bucket
    is_first = not database.policies
    database.policies[mapping.policy] = replace(bucket.policy, name=mapping.policy)
    if mapping.is_default or is_first:
        database.default_policy = mapping.policy
    if is_first:
        database.index = bucket.database.index
    else:
        database.index = _merged(database.index, bucket.database.index)


def _merged(first: Index, second: Index) -> Index:
    """An index with the series of two."""
    merged = Index()
    for index in (first, second):
        for measurement in index.measurements():
            for series in index.series(measurement):
                merged.add(series.measurement, series.tags)
    return merged
