"""The API of InfluxDB 2.x: `/api/v2/write`, and InfluxQL by the 1.x-compatible `/query`. No I/O.

A database and a retention policy select the bucket `db/rp`, a database alone the bucket `db`, like
the automatic mapping of 2.x. Source: https://docs.influxdata.com/influxdb/v2/api/
"""

from __future__ import annotations

from typing import ClassVar

from influx_core._api.request_options import WriteOptions
from influx_core._api.v1 import V1

__all__ = ["V2", "bucket"]


class V2(V1):
    """The requests and responses of InfluxDB 2.x."""

    name = "v2"
    has_admin_api = False
    has_unsigned = True
    health_path = "/health"
    write_path = "/api/v2/write"
    precisions: ClassVar = {"ns": "ns", "us": "us", "ms": "ms", "s": "s"}
    supported_options: ClassVar = frozenset({"org"})
    configuration: ClassVar = frozenset(
        {"authorizations", "buckets", "dbrps", "organizations", "points", "tasks"}
    )

    def write_params(self, options: WriteOptions) -> dict[str, str | None]:
        """Organization and bucket."""
        return {"org": options.org, "bucket": bucket(options.db, options.retention_policy)}


def bucket(db: str | None, retention_policy: str | None) -> str | None:
    """The bucket that stands for a database and one of its retention policies."""
    return f"{db}/{retention_policy}" if db and retention_policy else db
