"""Manages tasks of InfluxDB 2.x."""

from __future__ import annotations

from influx_core._api.v2_resources import (
    Task,
    TaskLogEntry,
    TaskRun,
    read_log_entry,
    read_run,
    read_task,
)
from influx_core._client.management.v2_management import V2Management, segment, status_of
from influx_core._client.time_arguments import rfc3339
from influx_core.errors import NotFound
from influx_core.timestamps import Timestamp

__all__ = ["Tasks"]


class Tasks:
    """Manages tasks of InfluxDB 2.x; available as `client.tasks`.

    Where a method takes a task, it takes a `Task` or an ID. The organization is that of the client
    unless `org` names another one.

    All methods raise ConfigError, before anything is sent, if the server is not an InfluxDB 2.
    """

    def __init__(self, management: V2Management) -> None:
        self._management = management

    async def get(self, name: str, *, org: str | None = None) -> Task:
        """The first task with a name.

        Raises:
            NotFound: there is none.
        """
        found = await self.list(name=name, org=org)
        if not found:
            raise NotFound(f"task {name!r} not found", status=404)
        return found[0]

    async def create(
        self,
        flux: str,
        *,
        description: str | None = None,
        active: bool = True,
        org: str | None = None,
    ) -> Task:
        """Create a task.

        Args:
            flux: the script; `option task = {name: "hourly", every: 1h}` in it has the name and the
                schedule.
            description: its description.
            active: whether the server runs it.
            org: the organization.

        Raises:
            ResponseError: the script is not Flux, or its options are wrong.
        """
        body = {
            "orgID": await self._management.org_id("tasks", org),
            "flux": str(flux),
            "description": description,
            "status": status_of(active),
        }
        return read_task(await self._management.ask("tasks", "POST", "tasks", body))

    async def update(
        self,
        task: Task | str,
        *,
        flux: str | None = None,
        name: str | None = None,
        every: str | None = None,
        cron: str | None = None,
        offset: str | None = None,
        description: str | None = None,
        active: bool | None = None,
    ) -> Task:
        """Change the script of a task, the options in it, or its status.

        `every` and `cron` replace each other.

        Raises:
            NotFound: there is no such task.
        """
        body = {
            "flux": flux,
            "name": name,
            "every": every,
            "cron": cron,
            "offset": offset,
            "description": description,
            "status": status_of(active),
        }
        return read_task(await self._management.ask("tasks", "PATCH", _path(task), body))

    async def delete(self, task: Task | str) -> None:
        """Delete a task with its runs.

        Raises:
            NotFound: there is no such task.
        """
        await self._management.ask("tasks", "DELETE", _path(task))

    async def run(self, task: Task | str, at: Timestamp | None = None) -> TaskRun:
        """Run a task now; returns the run before its end.

        Args:
            task: the task.
            at: the value of `now()` in the script; the present time by default.

        Raises:
            NotFound: there is no such task.
        """
        body = {"scheduledFor": None if at is None else rfc3339("at", at)}
        return read_run(await self._management.ask("tasks", "POST", f"{_path(task)}/runs", body))

    async def runs(self, task: Task | str) -> list[TaskRun]:
        """The last runs of a task, at most 500, the latest first.

        Raises:
            NotFound: there is no such task.
        """
        path = f"{_path(task)}/runs"
        return await self._management.listed("tasks", path, "runs", read_run, limit="500")

    async def logs(self, task: Task | str) -> list[TaskLogEntry]:
        """The messages of the runs of a task.

        Raises:
            NotFound: there is no such task.
        """
        path = f"{_path(task)}/logs"
        return await self._management.listed("tasks", path, "events", read_log_entry)

    async def list(self, *, name: str | None = None, org: str | None = None) -> list[Task]:
        """The tasks of an organization, or those with a name."""
        chosen = await self._management.org("tasks", org)
        return await self._management.paged(
            "tasks", "tasks", "tasks", read_task, org=chosen, name=name
        )


def _path(task: Task | str) -> str:
    return f"tasks/{segment(task.id if isinstance(task, Task) else task)}"
