"""Writes of 2.x: line protocol to a bucket, by its own path and by that of 1.x.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#operation/PostWrite
"""

from __future__ import annotations

from functools import partial

from influx_core.interfaces import Request
from influx_core.timestamps import Precision
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._flavors.access.credentials import LoginError
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.parameters import BodyTooLarge, Parameters, body_of
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_write import access_problem, store, store_lines
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.dropped_points import dropped_points
from influx_testing._flavors.v2.v2_replies import no_content, refuse, refuse_write

__all__ = ["write_bucket", "write_bucket_as_user", "write_to"]

_PRECISIONS: dict[str, Precision] = {"": "ns", "ms": "ms", "ns": "ns", "s": "s", "us": "us"}
_BAD_PRECISION = "invalid precision; valid precision units are ns, us, ms, and s"


def write_bucket(call: ApiRequest) -> Reply:
    """Store lines in the bucket that the parameters name."""
    org = call.org()
    assert org is not None
    name = call.parameter("bucket")
    if not name:
        raise refuse(400, "bucket is required")
    precision = _PRECISIONS.get(call.parameter("precision"))
    if precision is None:
        raise refuse(400, _BAD_PRECISION)
    return write_to(call, call.bucket(name, "", org["id"]), precision)


def write_to(call: ApiRequest, bucket: StoredBucket, precision: Precision) -> Reply:
    """Store the lines of a request in a bucket that the sender may write.

    Raises:
        Reply: the sender may not.
    """
    if not call.identity.may("write", "buckets", bucket.org_id, bucket.id):
        raise refuse(403, "insufficient permissions for write")
    place = (bucket.database.name, bucket.policy.name)
    describe = partial(dropped_points, bucket.id)
    reply = store_lines(call.server, _body(call), place, precision, refuse_write, describe)
    return no_content() if reply.status == 204 else reply


def _body(call: ApiRequest) -> bytes:
    try:
        return body_of(call.http, call.server.settings.max_body_size)
    except BodyTooLarge:
        raise refuse_write(413, "") from None
    except (EOFError, OSError) as error:
        raise refuse(500, "An internal error has occurred - check server logs") from error


def write_bucket_as_user(server: ServerContext, request: Request) -> Reply:
    """Store lines in a bucket of 1.8, `database/policy`; `Token name:password` names a user."""
    try:
        user = server.user(request)
    except LoginError as error:
        return refuse(401, str(error))
    parameters = Parameters(request)
    database, _, policy = parameters.get("bucket").partition("/")
    if database and server.settings.auth_enabled:
        problem = access_problem(server, database, user, refuse)
        if problem is not None:
            return problem
    precision = _PRECISIONS.get(parameters.get("precision"))
    if precision is None:
        return refuse(400, _BAD_PRECISION)
    if not database:
        return refuse(400, "bucket is required")
    if database not in server.engine.databases:
        return refuse(404, f'bucket "{database}" not found')
    return store(server, request, (database, policy), precision, refuse_write)
