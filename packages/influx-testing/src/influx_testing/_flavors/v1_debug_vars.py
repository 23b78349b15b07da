"""The endpoint /debug/vars: the values of SHOW STATS, by unique names.

Source: https://docs.influxdata.com/influxdb/v1/tools/api/#debugvars-http-endpoint
"""

from __future__ import annotations

import json
import sys
from typing import Any

from influx_core.interfaces import Request
from influx_core.timestamps import to_rfc3339
from influx_testing._engine.statements.statistics import statistics
from influx_testing._flavors.context import ServerContext
from influx_testing._flavors.replies import Reply

__all__ = ["variables"]


def variables(server: ServerContext, request: Request) -> Reply:
    """Return the values of SHOW STATS; `memstats` is empty, because it describes Go's memory."""
    engine = server.engine
    now = engine.clock()
    found: dict[str, Any] = {
        "system": {
            "currentTime": to_rfc3339(now),
            "started": to_rfc3339(engine.about.started),
            "uptime": (now - engine.about.started) // 1_000_000_000,
        },
        "cmdline": sys.argv,
        "memstats": {},
    }
    for one in statistics(engine):
        tags = dict(one.tags) or ({} if one.name == "runtime" else None)
        found[one.key] = {"name": one.name, "tags": tags, "values": dict(one.values)}
    lines = ",\n".join(f"{json.dumps(key)}: {_compact(value)}" for key, value in found.items())
    headers = {"content-type": "application/json; charset=utf-8"}
    return Reply(200, (f"{{\n{lines}\n}}\n".encode(),), headers)


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
