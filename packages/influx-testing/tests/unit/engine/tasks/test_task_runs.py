"""When tasks run, and what is recorded of their runs."""

from __future__ import annotations

from typing import Any

import pytest

from influx_core.errors import ConfigError
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, ManualClock

HOUR = 3600 * 10**9
START = 472_222 * HOUR
COPY = (
    'option task = {{name: "copy", {schedule}}}\n'
    'from(bucket: "my-bucket") |> range(start: -1h) |> filter(fn: (r) => r._measurement == "m")'
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START + 1)


@pytest.fixture
def fake(clock: ManualClock) -> FakeInfluxDB:
    return FakeInfluxDB("2.x", clock=clock)


def ask(fake: FakeInfluxDB, method: str, path: str, body: str = "") -> Any:
    import json

    headers = {"authorization": "Token my-token"}
    response = fake.handle(Request(method, f"/api/v2/{path}", (), headers, body.encode()))
    text = b"".join(response.pieces)
    assert response.status < 300, text
    return json.loads(text) if text else None


def create(fake: FakeInfluxDB, schedule: str) -> str:
    """Create a task; returns its ID."""
    import json

    flux = COPY.format(schedule=schedule)
    return str(ask(fake, "POST", "tasks", json.dumps({"flux": flux, "org": "my-org"}))["id"])


def test_a_task_runs_once_for_each_time_that_has_come(
    fake: FakeInfluxDB, clock: ManualClock
) -> None:
    id_ = create(fake, "every: 1h")
    assert fake.run_tasks() == 0
    clock.set(START + 2 * HOUR)
    assert fake.run_tasks() == 2
    assert fake.run_tasks() == 0
    assert fake.run_tasks(START + 3 * HOUR) == 1
    runs = ask(fake, "GET", f"tasks/{id_}/runs")["runs"]
    assert [run["status"] for run in runs] == ["success"] * 3
    task = ask(fake, "GET", f"tasks/{id_}")
    assert (task["lastRunStatus"], task["latestCompleted"]) == ("success", runs[0]["scheduledFor"])


def test_an_offset_delays_a_run(fake: FakeInfluxDB) -> None:
    create(fake, "every: 1h, offset: 5m")
    assert fake.run_tasks(START + HOUR) == 0
    assert fake.run_tasks(START + HOUR + HOUR // 12) == 1


def test_a_task_of_cron_runs_by_its_schedule(fake: FakeInfluxDB) -> None:
    create(fake, 'cron: "30 * * * *"')
    assert fake.run_tasks(START + HOUR) == 1


def test_an_inactive_task_runs_only_when_it_is_asked_for(fake: FakeInfluxDB) -> None:
    id_ = create(fake, "every: 1h")
    ask(fake, "PATCH", f"tasks/{id_}", '{"status": "inactive"}')
    assert fake.run_tasks(START + 5 * HOUR) == 0
    assert fake.run_task("copy", START)["status"] == "success"
    ask(fake, "PATCH", f"tasks/{id_}", '{"status": "active"}')
    assert fake.run_tasks(START + HOUR) == 1


def test_a_long_pause_is_not_made_up_for_without_end(fake: FakeInfluxDB) -> None:
    create(fake, "every: 1s")
    assert fake.run_tasks(START + 1000 * HOUR) == 100


def test_a_run_that_fails_says_why(fake: FakeInfluxDB) -> None:
    id_ = create(fake, "every: 1h")
    (bucket,) = [each for each in fake.engine.buckets.all() if each.name == "my-bucket"]
    fake.engine.buckets.delete(bucket)
    run = fake.run_task(id_)
    assert run["status"] == "failed"
    assert 'could not find bucket "my-bucket"' in run["log"][-1]["message"]
    assert "could not find bucket" in ask(fake, "GET", f"tasks/{id_}")["lastRunError"]


def test_a_task_that_does_not_exist_is_an_error(fake: FakeInfluxDB) -> None:
    create(fake, "every: 1h")
    with pytest.raises(ConfigError, match="no task 'x'; known: copy"):
        fake.run_task("x")
