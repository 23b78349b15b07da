"""The endpoint that deletes the points of a bucket in a time range.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostDelete
"""

from __future__ import annotations

from influx_core.timestamps import to_ns
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.storage.shards import StoredSeries
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.delete_predicate import (
    DeletePredicate,
    PredicateError,
    UnsupportedPredicate,
    read_predicate,
)
from influx_testing._flavors.v2.v2_replies import no_content, refuse

__all__ = ["delete_points"]


def delete_points(call: ApiRequest) -> Reply:
    """Delete the points between two times, both included, of the series of a predicate."""
    org = call.org()
    assert org is not None
    name, id_ = call.parameter("bucket"), call.parameter("bucketID")
    if not (name or id_):
        raise refuse(400, "Please provide either bucketID or bucket")
    body = call.json()
    start, stop = _time(body, "start"), _time(body, "stop")
    try:
        predicate = read_predicate(str(body.get("predicate") or ""))
    except PredicateError as error:
        raise refuse(400, str(error)) from error
    except UnsupportedPredicate as error:
        raise refuse(501, str(error)) from error
    bucket = call.bucket(name, id_, org["id"])
    if not call.identity.may("write", "buckets", bucket.org_id, bucket.id):
        raise refuse(403, "insufficient permissions to delete")
    _delete(bucket, predicate, start, stop)
    return no_content()


def _time(body: dict[str, object], name: str) -> int:
    text = body.get(name)
    try:
        if isinstance(text, str):
            return to_ns(text)
    except ValueError:
        pass
    raise refuse(
        400,
        f"invalid RFC3339Nano for field {name}, please format your time with RFC3339Nano format, "
        "example: 2009-01-02T23:00:00Z",
    )


def _delete(bucket: StoredBucket, predicate: DeletePredicate, start: int, stop: int) -> None:
    database = bucket.database
    gone: list[StoredSeries] = []
    for shard in bucket.policy.between(start, stop):
        for measurement in list(shard.series):
            gone += shard.delete(measurement, predicate.holds, start, stop)
    database.forget(gone)
    database.index.rebuild()
