"""What becomes of policies, continuous queries and users at each kind of sink."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from influx_copy.interfaces import ObjectKind
from influx_query import parse_duration

__all__ = ["FILE_OUTCOMES", "OUTCOMES", "retention_of"]

_NOT_COPIED = "not copied"
_PASSWORD = f"{_NOT_COPIED}: passwords cannot be read; create"

OUTCOMES: Mapping[str, Mapping[ObjectKind, str]] = {
    "v1": {
        "retention policy": "created",
        "continuous query": f"{_NOT_COPIED}: it would run during the copy; run its statement after",
        "user": f"{_PASSWORD} the user again with CREATE USER and GRANT",
    },
    "v2": {
        "retention policy": "its points go to the bucket of the same name, database/policy",
        "continuous query": f"{_NOT_COPIED}: create a task in Flux that does the same",
        "user": f"{_PASSWORD} a token for the buckets",
    },
    "v3": {
        "retention policy": "its points go to a database; set the retention period of that",
        "continuous query": f"{_NOT_COPIED}: create a trigger of the processing engine",
        "user": f"{_PASSWORD} a token",
    },
    "victoriametrics": {
        "retention policy": f"{_NOT_COPIED}: the server has one -retentionPeriod for all points",
        "continuous query": f"{_NOT_COPIED}: create a recording rule of vmalert",
        "user": f"{_PASSWORD} the user in vmauth",
    },
    "questdb": {
        "retention policy": f"{_NOT_COPIED}: set the TTL of the tables",
        "continuous query": f"{_NOT_COPIED}: create a materialized view",
        "user": f"{_PASSWORD} the user again",
    },
}
"""The outcome by kind of server and of object."""

FILE_OUTCOMES: Mapping[ObjectKind, str] = {
    "retention policy": "its name is stored with the points; its durations are in the plan",
    "continuous query": f"{_NOT_COPIED}: its statement is in the plan",
    "user": f"{_PASSWORD} the user again",
}
"""The outcome in files."""


def retention_of(definition: str) -> timedelta | None:
    """How long a retention policy keeps points, by the words after its name; None for ever."""
    _, _, rest = definition.partition("DURATION ")
    text = rest.split(" ", 1)[0]
    return None if text in ("", "INF") else timedelta(microseconds=parse_duration(text) // 1000)
