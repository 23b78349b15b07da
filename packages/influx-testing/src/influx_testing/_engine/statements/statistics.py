"""The server's statistics: SHOW STATS, SHOW DIAGNOSTICS, `/debug/vars`.

The names are those of 1.6. Values that a server in memory does not have (disks, compactions, Go's
memory) are included and stay 0. Source:
https://docs.influxdata.com/platform/monitoring/influxdata-platform/tools/measurements-internal/
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from influx_core.timestamps import to_rfc3339
from influx_query import format_go_duration
from influx_testing._engine.catalog.databases import Database
from influx_testing._engine.catalog.retention_policies import StoredPolicy
from influx_testing._engine.engine import Engine
from influx_testing._engine.statements.result_series import ResultSeries
from influx_testing._engine.storage.shards import Shard
from influx_testing._go.scheduler import GOMAXPROCS

__all__ = ["Statistic", "diagnostics", "shown", "statistics"]

_LEVELS = tuple(
    f"tsm{name}Compaction" for name in ("Full", "Level1", "Level2", "Level3", "Optimize")
)
_COLUMNS: dict[str, tuple[str, ...]] = {
    "runtime": (
        *("Alloc", "Frees", "HeapAlloc", "HeapIdle", "HeapInUse", "HeapObjects", "HeapReleased"),
        *("HeapSys", "Lookups", "Mallocs", "NumGC", "NumGoroutine", "PauseTotalNs", "Sys"),
        "TotalAlloc",
    ),
    "queryExecutor": (
        *("queriesActive", "queriesExecuted", "queriesFinished", "queryDurationNs"),
        "recoveredPanics",
    ),
    "database": ("numMeasurements", "numSeries"),
    "shard": (
        *("diskBytes", "fieldsCreate", "seriesCreate", "writeBytes", "writePointsDropped"),
        *("writePointsErr", "writePointsOk", "writeReq", "writeReqErr", "writeReqOk"),
    ),
    "tsm1_engine": (
        *("cacheCompactionDuration", "cacheCompactionErr", "cacheCompactions"),
        "cacheCompactionsActive",
        *chain.from_iterable(
            (f"{level}Duration", f"{level}Err", f"{level}Queue", f"{level}s", f"{level}sActive")
            for level in _LEVELS
        ),
    ),
    "tsm1_cache": (
        *("WALCompactionTimeMs", "cacheAgeMs", "cachedBytes", "diskBytes", "memBytes"),
        *("snapshotCount", "writeDropped", "writeErr", "writeOk"),
    ),
    "tsm1_filestore": ("diskBytes", "numFiles"),
    "tsm1_wal": ("currentSegmentDiskBytes", "oldSegmentsDiskBytes", "writeErr", "writeOk"),
    "write": (
        *("pointReq", "pointReqLocal", "req", "subWriteDrop", "subWriteOk", "writeDrop"),
        *("writeError", "writeOk", "writeTimeout"),
    ),
    "subscriber": ("createFailures", "pointsWritten", "writeFailures"),
    "cq": ("queryFail", "queryOk"),
    "httpd": (
        *("authFail", "clientError", "pingReq", "pointsWrittenDropped", "pointsWrittenFail"),
        *("pointsWrittenOK", "promReadReq", "promWriteReq", "queryReq", "queryReqDurationNs"),
        *("queryRespBytes", "recoveredPanics", "req", "reqActive", "reqDurationNs"),
        *("serverError", "statusReq", "writeReq", "writeReqActive", "writeReqBytes"),
        "writeReqDurationNs",
    ),
}
_OF_SHARD = ("shard", "tsm1_engine", "tsm1_cache", "tsm1_filestore", "tsm1_wal")


@dataclass(frozen=True, slots=True)
class Statistic:
    """The numbers of one part of the server; `key` distinguishes parts with the same name."""

    name: str
    values: Mapping[str, Any]
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""


def shown(found: Iterator[Statistic]) -> list[ResultSeries]:
    """Convert statistics to the result of a statement."""
    return [
        ResultSeries(
            one.name, list(one.values), [list(one.values.values())], dict(one.tags) or None
        )
        for one in found
    ]


def statistics(engine: Engine, module: str = "") -> Iterator[Statistic]:
    """All statistics, or those of one module."""
    if module == "indexes":
        yield Statistic(module, {"memoryBytes": 0})
    yield from (one for one in _statistics(engine) if module in ("", one.name))


def _statistics(engine: Engine) -> Iterator[Statistic]:
    yield _counted(engine, "runtime")
    yield _counted(engine, "queryExecutor")
    for database in engine.databases:
        index = database.index
        values = {"numMeasurements": len(index.measurements()), "numSeries": index.count()}
        tags = {"database": database.name}
        yield Statistic("database", values, tags, f"database:{database.name}")
        for policy in database.policies.values():
            for shard in policy.shards:
                yield from _of_shard(database, policy, shard)
    for name in ("write", "subscriber", "cq"):
        yield _counted(engine, name)
    yield _counted(engine, "httpd", {"bind": "memory"})


def _counted(engine: Engine, name: str, tags: Mapping[str, str] | None = None) -> Statistic:
    values = {column: engine.counters[f"{name}.{column}"] for column in _COLUMNS[name]}
    key = ":".join([name, *(tags or {}).values()])
    return Statistic(name, values, tags or {}, key)


def _of_shard(database: Database, policy: StoredPolicy, shard: Shard) -> Iterator[Statistic]:
    place = f"{database.name}/{policy.name}/{shard.id}"
    tags = {
        "database": database.name,
        "engine": "tsm1",
        "id": str(shard.id),
        "path": f"memory/data/{place}",
        "retentionPolicy": policy.name,
        "walPath": f"memory/wal/{place}",
    }
    known = {
        "fieldsCreate": sum(map(len, shard.fields.values())),
        "seriesCreate": sum(map(len, shard.series.values())),
        "writePointsDropped": shard.dropped,
        "writePointsOk": shard.stored,
        "writeReq": shard.writes,
        "writeReqErr": 0,  # a conflict is no error here; the disk of a real server can fail
        "writeReqOk": shard.writes - shard.failed,
    }
    for name in _OF_SHARD:
        values = {
            column: known.get(column, 0) if name == "shard" else 0 for column in _COLUMNS[name]
        }
        yield Statistic(name, values, tags, f"{name}:{tags['path']}:{shard.id}")


def diagnostics(engine: Engine, module: str = "") -> Iterator[Statistic]:
    """All diagnostics of the server, or those of one module."""
    now, limits, writes = engine.clock(), engine.limits, engine.write_limits
    facts: dict[str, dict[str, Any]] = {
        "build": {"Branch": "", "Build Time": "", "Commit": "", "Version": engine.about.version},
        "config": {"bind-address": "memory", "reporting-enabled": False},
        "config-coordinator": {
            "log-queries-after": "0s",
            "max-concurrent-queries": 0,
            "max-select-buckets": limits.buckets,
            "max-select-point": limits.points,
            "max-select-series": 0,
            "query-timeout": "0s",
            "write-timeout": "10s",
        },
        "config-cqs": {"enabled": False, "query-stats-enabled": False, "run-interval": "1s"},
        "config-data": {
            "cache-max-memory-size": 0,
            "cache-snapshot-memory-size": 0,
            "cache-snapshot-write-cold-duration": "0s",
            "compact-full-write-cold-duration": "0s",
            "dir": "memory/data",
            "max-concurrent-compactions": 0,
            "max-series-per-database": writes.series,
            "max-values-per-tag": writes.values_of_tag,
            "wal-dir": "memory/wal",
            "wal-fsync-delay": "0s",
        },
        "config-httpd": {
            "access-log-path": "",
            "bind-address": "memory",
            "enabled": True,
            "https-enabled": False,
            "max-connection-limit": 0,
            "max-row-limit": engine.about.max_row_limit,
        },
        "config-meta": {"dir": "memory/meta"},
        "config-monitor": {"store-enabled": False},
        "config-precreator": {"advance-period": "0s", "check-interval": "0s", "enabled": False},
        "config-retention": {"check-interval": "0s", "enabled": True},
        "config-subscriber": {
            "enabled": False,
            "http-timeout": "0s",
            "write-buffer-size": 0,
            "write-concurrency": 0,
        },
        "network": {"hostname": platform.node()},
        "runtime": {
            "GOARCH": platform.machine(),
            "GOMAXPROCS": GOMAXPROCS,
            "GOOS": sys.platform,
            "version": f"python{platform.python_version()}",
        },
        "system": {
            "PID": os.getpid(),
            "currentTime": to_rfc3339(now),
            "started": to_rfc3339(engine.about.started),
            "uptime": format_go_duration(now - engine.about.started),
        },
    }
    return (Statistic(name, one) for name, one in facts.items() if module in ("", name))
