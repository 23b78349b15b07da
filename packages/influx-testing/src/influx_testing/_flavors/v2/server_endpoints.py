"""The endpoints of 2.x about the server itself.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/#tag/System-information-endpoints
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from influx_core.interfaces import Request
from influx_core.timestamps import to_rfc3339
from influx_testing._engine.catalog.organization_setup import PERMISSION_TYPES
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply
from influx_testing._flavors.v2.api_request import ApiRequest
from influx_testing._flavors.v2.v2_replies import json_reply, no_content

__all__ = ["config", "flags", "health", "metrics", "paths", "ping", "ready", "resource_types"]

_COMMIT = "0" * 10
"""The commit of the server; zeros, because the fake has none."""


def ping(call: ApiRequest) -> Reply:
    """Respond without a body; the version is in the headers."""
    return no_content()


def health(server: ServerContext, request: Request) -> Reply:
    """Report that the server is healthy; for 1.8 too."""
    document: dict[str, Any] = {
        "name": "influxdb",
        "message": "ready for queries and writes",
        "status": "pass",
        "checks": [],
        "version": server.version,
        "commit": _COMMIT,
    }
    return json_reply(200, document)


def ready(call: ApiRequest) -> Reply:
    """Report when the server started, and how long ago."""
    engine = call.server.engine
    up = max(engine.clock() - engine.about.started, 0)
    return json_reply(
        200,
        {"status": "ready", "started": to_rfc3339(engine.about.started), "up": _go_duration(up)},
    )


def _go_duration(nanoseconds: int) -> str:
    """A time span as Go prints it: `1h2m3.5s`."""
    minutes, seconds = divmod(nanoseconds / 1_000_000_000, 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def metrics(call: ApiRequest) -> Reply:
    """Return counts in the text format of Prometheus."""
    resources, counters = call.resources, call.server.engine.counters
    counts = {
        "influxdb_buckets_total": len(call.buckets.all()),
        "influxdb_dashboards_total": len(resources.all("dashboards")),
        "influxdb_organizations_total": len(resources.all("orgs")),
        "influxdb_scrapers_total": len(resources.all("scrapers")),
        "influxdb_telegrafs_total": len(resources.all("telegrafs")),
        "influxdb_tokens_total": len(resources.all("authorizations")),
        "influxdb_users_total": len(resources.all("users")),
        "http_api_requests_total": counters["httpd.req"],
    }
    uptime = timedelta(microseconds=_uptime(call) // 1_000).total_seconds()
    lines = [
        "# TYPE influxdb_uptime_seconds gauge",
        f"influxdb_uptime_seconds {uptime}",
        *(
            line
            for name, count in counts.items()
            for line in (f"# TYPE {name} counter", f"{name} {count}")
        ),
    ]
    text = "\n".join(lines) + "\n"
    return Reply(200, (text.encode(),), {"content-type": "text/plain; version=0.0.4"})


def _uptime(call: ApiRequest) -> int:
    engine = call.server.engine
    return max(engine.clock() - engine.about.started, 0)


def flags(call: ApiRequest) -> Reply:
    """Return the feature flags; the fake has none."""
    return json_reply(200, {})


def resource_types(call: ApiRequest) -> Reply:
    """Return the types of resources in permissions."""
    return json_reply(200, list(PERMISSION_TYPES))


def config(call: ApiRequest) -> Reply:
    """Return the settings of the server."""
    settings = call.server.settings
    return json_reply(
        200,
        {
            "config": {
                "http-bind-address": ":8086",
                "influxql-max-select-buckets": settings.max_select_buckets,
                "influxql-max-select-point": settings.max_select_point,
                "log-level": "info",
                "storage-retention-check-interval": 0,
            }
        },
    )


def paths(call: ApiRequest) -> Reply:
    """Return the paths of the API."""
    names = (
        "authorizations",
        "buckets",
        "dashboards",
        "flags",
        "me",
        "orgs",
        "setup",
        "signin",
        "signout",
        "sources",
        "tasks",
        "telegrafs",
        "users",
        "variables",
        "write",
    )
    query = "/api/v2/query"
    return json_reply(
        200,
        {
            **{name: f"/api/v2/{name}" for name in names},
            "external": {"statusFeed": "https://www.influxdata.com/feed/json"},
            "query": {
                "self": query,
                **{name: f"{query}/{name}" for name in ("ast", "analyze", "suggestions")},
            },
            "system": {"metrics": "/metrics", "debug": "/debug/pprof", "health": "/health"},
        },
    )
