"""Deletes points of a bucket of InfluxDB 2.x."""

from __future__ import annotations

from typing import TYPE_CHECKING

from influx_core._client.management.v2_management import V2Management
from influx_core._client.time_arguments import rfc3339
from influx_core.timestamps import Timestamp

if TYPE_CHECKING:
    from influx_core._api.v2_resources import Bucket

__all__ = ["PointDeletion"]


class PointDeletion:
    """Deletes points; its method is `client.delete`."""

    def __init__(self, management: V2Management) -> None:
        self._management = management

    async def delete(
        self,
        bucket: Bucket | str,
        start: Timestamp,
        stop: Timestamp,
        predicate: str | None = None,
        *,
        org: str | None = None,
    ) -> None:
        """Delete the points of a bucket of InfluxDB 2.x in a time range.

        Args:
            bucket: the bucket, or its name.
            start: the time of the first points.
            stop: the time of the last points.
            predicate: comparisons of tags and `_measurement` with `=` and `!=`, joined by AND:
                `_measurement="cpu" AND host="a"`; all points by default.
            org: the organization; that of the client by default.

        Raises:
            ConfigError: the server is not an InfluxDB 2, or a time is not one.
            NotFound: there is no such bucket or organization.
            ResponseError: the server does not accept the predicate.
        """
        named = {"bucket": bucket} if isinstance(bucket, str) else {"bucketID": bucket.id}
        body = {
            "start": rfc3339("start", start),
            "stop": rfc3339("stop", stop),
            "predicate": predicate or None,
        }
        params = {**named, "org": await self._management.org("points", org)}
        await self._management.ask("points", "POST", "delete", body, params)
