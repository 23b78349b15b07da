"""The resources of InfluxDB 2.x as values: buckets, organizations, tokens, mappings, tasks. No I/O.

Source: https://docs.influxdata.com/influxdb/v2/api/v2/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from influx_core.errors import DecodeError
from influx_core.timestamps import to_datetime, to_ns

__all__ = [
    "Authorization",
    "Bucket",
    "DBRPMapping",
    "Organization",
    "Permission",
    "Task",
    "TaskLogEntry",
    "TaskRun",
    "read_authorization",
    "read_bucket",
    "read_log_entry",
    "read_mapping",
    "read_organization",
    "read_run",
    "read_task",
]


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket: a named place for points, with a retention.

    Attributes:
        id: its ID.
        name: its name.
        org_id: the ID of its organization.
        retention: how long points are kept; None keeps them for ever.
        shard_duration: the time span of a shard; None if the server does not report it.
        description: its description.
        is_system: whether it belongs to the server, as `_tasks` does.
    """

    id: str
    name: str
    org_id: str
    retention: timedelta | None = None
    shard_duration: timedelta | None = None
    description: str = ""
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization, to which all other resources belong.

    Attributes:
        id: its ID.
        name: its name.
        description: its description.
    """

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """Permission to read or to write resources.

    Attributes:
        action: what is permitted.
        resource: the type of the resources, such as `buckets` or `tasks`.
        id: the ID of one resource; None for all of an organization.
        org_id: the ID of the organization; that of the token by default.
    """

    action: Literal["read", "write"]
    resource: str
    id: str | None = None
    org_id: str | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """A token with its permissions.

    Attributes:
        id: its ID.
        token: the secret that clients send; it is not part of the repr.
        org_id: the ID of its organization.
        user_id: the ID of its user.
        permissions: what the token permits.
        description: its description.
        is_active: whether the server accepts it.
    """

    id: str
    token: str = field(repr=False)
    org_id: str
    user_id: str
    permissions: tuple[Permission, ...]
    description: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class DBRPMapping:
    """A mapping of a database and a retention policy of 1.x to a bucket.

    Attributes:
        id: its ID.
        db: the database.
        retention_policy: the retention policy.
        bucket_id: the ID of the bucket.
        org_id: the ID of the organization.
        is_default: whether it stands for the database without a policy.
        is_virtual: whether it follows from the name of the bucket; it cannot be changed then.
    """

    id: str
    db: str
    retention_policy: str
    bucket_id: str
    org_id: str
    is_default: bool
    is_virtual: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A task: Flux that the server runs on a schedule, which is `option task` in the Flux.

    Attributes:
        id: its ID.
        name: its name.
        org_id: the ID of its organization.
        flux: the script.
        every: the interval between runs, such as `1h`; empty with `cron`.
        cron: the schedule in the format of cron; empty with `every`.
        offset: the delay of each run; empty for none.
        description: its description.
        is_active: whether the server runs it.
        last_run_error: the error of the last run; empty if it succeeded.
    """

    id: str
    name: str
    org_id: str
    flux: str
    every: str = ""
    cron: str = ""
    offset: str = ""
    description: str = ""
    is_active: bool = True
    last_run_error: str = ""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A run of a task.

    Attributes:
        id: its ID.
        task_id: the ID of the task.
        status: `scheduled`, `started`, `success`, `failed` or `canceled`.
        scheduled_for: the value of `now()` in the script.
        started_at: when it started; None before.
        finished_at: when it finished; None before.
    """

    id: str
    task_id: str
    status: str
    scheduled_for: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskLogEntry:
    """A message of a run.

    Attributes:
        run_id: the ID of the run.
        time: when it was written.
        message: the text.
    """

    run_id: str
    time: datetime
    message: str


class _ResourceFields:
    """The properties of a JSON object; a wrong one is an error of the response."""

    def __init__(self, kind: str, value: object) -> None:
        self._kind = kind
        if not isinstance(value, Mapping):
            raise DecodeError(f"the response is not {kind} of InfluxDB 2")
        self.values = cast("Mapping[str, Any]", value)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        if default is None:
            raise DecodeError(f"{self._kind} in the response has no {name}")
        return default

    def seconds(self, name: str) -> timedelta | None:
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            return None
        try:
            return timedelta(seconds=value)
        except OverflowError:
            return timedelta.max

    def time(self, name: str) -> datetime:
        text = self.text(name)
        try:
            return to_datetime(to_ns(text))
        except ValueError:
            raise DecodeError(f"{self._kind} in the response has the {name} {text!r}") from None

    def optional_time(self, name: str) -> datetime | None:
        return self.time(name) if self.values.get(name) else None


def read_bucket(value: object) -> Bucket:
    """Read a bucket; raises DecodeError for anything else."""
    said = _ResourceFields("a bucket", value)
    rules = said.values.get("retentionRules")
    rule = _ResourceFields(
        "a retention rule", rules[0] if isinstance(rules, list) and rules else {}
    )
    return Bucket(
        said.text("id"),
        said.text("name"),
        said.text("orgID", ""),
        rule.seconds("everySeconds"),
        rule.seconds("shardGroupDurationSeconds"),
        said.text("description", ""),
        said.text("type", "user") == "system",
    )


def read_organization(value: object) -> Organization:
    """Read an organization; raises DecodeError for anything else."""
    said = _ResourceFields("an organization", value)
    return Organization(said.text("id"), said.text("name"), said.text("description", ""))


def _read_permission(value: object) -> Permission:
    said = _ResourceFields("a permission", value)
    resource = _ResourceFields("the resource of a permission", said.values.get("resource"))
    return Permission(
        cast(Literal["read", "write"], said.text("action")),
        resource.text("type"),
        resource.text("id", "") or None,
        resource.text("orgID", "") or None,
    )


def read_authorization(value: object) -> Authorization:
    """Read a token; raises DecodeError, without the response, for anything else."""
    said = _ResourceFields("a token", value)
    permissions = said.values.get("permissions")
    return Authorization(
        said.text("id"),
        said.text("token"),
        said.text("orgID", ""),
        said.text("userID", ""),
        tuple(map(_read_permission, permissions if isinstance(permissions, list) else ())),
        said.text("description", ""),
        said.text("status", "active") == "active",
    )


def read_mapping(value: object) -> DBRPMapping:
    """Read a mapping; raises DecodeError for anything else."""
    said = _ResourceFields("a mapping", value)
    return DBRPMapping(
        said.text("id"),
        said.text("database"),
        said.text("retention_policy"),
        said.text("bucketID"),
        said.text("orgID", ""),
        said.values.get("default") is True,
        said.values.get("virtual") is True,
    )


def read_task(value: object) -> Task:
    """Read a task; raises DecodeError for anything else."""
    said = _ResourceFields("a task", value)
    return Task(
        said.text("id"),
        said.text("name"),
        said.text("orgID", ""),
        said.text("flux", ""),
        said.text("every", ""),
        said.text("cron", ""),
        said.text("offset", ""),
        said.text("description", ""),
        said.text("status", "active") == "active",
        said.text("lastRunError", ""),
    )


def read_run(value: object) -> TaskRun:
    """Read a run; raises DecodeError for anything else."""
    said = _ResourceFields("a run", value)
    return TaskRun(
        said.text("id"),
        said.text("taskID"),
        said.text("status", ""),
        said.time("scheduledFor"),
        said.optional_time("startedAt"),
        said.optional_time("finishedAt"),
    )


def read_log_entry(value: object) -> TaskLogEntry:
    """Read a message of a run; raises DecodeError for anything else."""
    said = _ResourceFields("a message", value)
    return TaskLogEntry(said.text("runID", ""), said.time("time"), said.text("message", ""))
