"""The paths /write and /query of 1.x on 2.x; a database and a policy stand for a bucket.

Source: https://docs.influxdata.com/influxdb/v2/reference/api/influxdb-1x/
"""

from __future__ import annotations

from dataclasses import replace

from influx_query import nodes
from influx_testing._engine.catalog.bucket_catalog import StoredBucket
from influx_testing._engine.catalog.database_mappings import DatabaseMappings
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v1_query import query
from influx_testing._flavors.v1_write import PRECISIONS
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.bucket_writes import write_to
from influx_testing._flavors.v2.v2_replies import refuse

__all__ = ["query_v1", "write_v1"]

_UNSUPPORTED = (
    nodes.AlterRetentionPolicyStatement,
    nodes.CreateContinuousQueryStatement,
    nodes.CreateDatabaseStatement,
    nodes.CreateRetentionPolicyStatement,
    nodes.CreateSubscriptionStatement,
    nodes.CreateUserStatement,
    nodes.DropContinuousQueryStatement,
    nodes.DropDatabaseStatement,
    nodes.DropRetentionPolicyStatement,
    nodes.DropSeriesStatement,
    nodes.DropShardStatement,
    nodes.DropSubscriptionStatement,
    nodes.DropUserStatement,
    nodes.GrantAdminStatement,
    nodes.GrantStatement,
    nodes.KillQueryStatement,
    nodes.RevokeAdminStatement,
    nodes.RevokeStatement,
    nodes.SetPasswordUserStatement,
)
"""What 2.x does not execute; it manages databases and users in another way."""


def write_v1(call: ApiRequest) -> Reply:
    """Store lines in the bucket that a database and a policy are mapped to."""
    database = call.parameter("db")
    if not database:
        raise refuse(400, "missing db")
    mapping = _mappings(call).find(database, call.parameter("rp"))
    if mapping is None:
        raise refuse(404, "no dbrp mapping found")
    precision = PRECISIONS.get(call.parameter("precision"), "ns")
    return write_to(call, mapping.bucket, precision)


def query_v1(call: ApiRequest) -> Reply:
    """Run InfluxQL on the databases that are mapped to buckets which the sender may read."""

    def may_read(bucket: StoredBucket) -> bool:
        return call.identity.may("read", "buckets", bucket.org_id, bucket.id)

    databases = _mappings(call).databases(may_read)
    engine = call.server.engine
    model = replace(engine.model, unsupported=_UNSUPPORTED)
    engine = replace(engine, databases=databases, model=model, setup=None)
    return query(replace(call.server, engine=engine), call.http)


def _mappings(call: ApiRequest) -> DatabaseMappings:
    """The mappings of the organization of a request; the first one by default."""
    org = call.org(required=False) or next(iter(call.resources.all("orgs")), None)
    return DatabaseMappings(call.resources, call.buckets, "" if org is None else org["id"])
