"""ServerAccess: the buckets of a server, as the sender of a query may use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from influx_core import DataPoint
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.engine import Engine
from influx_testing._engine.flux.flux_errors import FluxError, StartError
from influx_testing._engine.storage.write_errors import PartialWrite
from influx_testing.errors import StatementError

__all__ = ["ServerAccess"]

_ID = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class ServerAccess:
    """The buckets of one organization.

    Attributes:
        engine: the storage.
        org_id: the ID of the organization of the request.
        may: whether the sender may `read` or `write` a bucket.
    """

    engine: Engine
    org_id: str
    may: Callable[[str, StoredBucket], bool]

    def buckets(self) -> list[StoredBucket]:
        """The buckets of the organization that the sender may read."""
        return [
            bucket
            for bucket in self.engine.buckets.all()
            if bucket.org_id == self.org_id and self.may("read", bucket)
        ]

    def bucket(self, name: str = "", id_: str = "", *, action: str = "read") -> StoredBucket:
        """The bucket with a name or an ID.

        Raises:
            StartError: there is none, or the sender may not use it.
        """
        if not name and not id_:
            raise StartError("error in query specification: must specify one of bucket or bucketID")
        if id_ and not _ID.fullmatch(id_):
            raise StartError("invalid bucket id: id must have a length of 16 bytes")
        catalog = self.engine.buckets
        found = catalog.by_id(id_) if id_ else catalog.find(self.org_id, name)
        if found is None or not self.may(action, found):
            shown = f'with ID "{id_}"' if id_ else f'"{name}"'
            raise StartError(
                f"failed to initialize execute state: could not find bucket {shown}", "not found"
            )
        return found

    def write(self, bucket: StoredBucket, points: Iterable[DataPoint]) -> None:
        """Store points in a bucket that the sender may write.

        Raises:
            FluxError: points were refused.
        """
        try:
            self.engine.write(bucket.database.name, bucket.policy.name, points)
        except PartialWrite as error:
            text = f"failure writing points to database: partial write: {error}"
            raise FluxError(text) from None
        except StatementError as error:
            raise FluxError(str(error)) from None
