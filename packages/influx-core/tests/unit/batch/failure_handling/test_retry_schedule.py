"""RetrySchedule: what waits after a failure, and for how long."""

from __future__ import annotations

import logging

import pytest

from influx_core._batch.failure_handling.failure_policy import FailureAction
from influx_core._batch.failure_handling.retry_schedule import RetrySchedule
from influx_core._batch.queueing.chunk import PointBatch
from influx_core._batch.settings import WriterSettings
from influx_core.errors import ServerBusy, ServerUnreachable, WriteError
from influx_core.interfaces import Target

DOWN = ServerUnreachable("connection refused")


@pytest.fixture
def schedule():
    settings = WriterSettings(
        backoff=1.0, max_retry_delay=8.0, auth_retry_interval=30.0, max_attempts=3
    )
    return RetrySchedule(settings, lambda: 1.0)


@pytest.fixture
def batch():
    return PointBatch(Target("db"), 0.0)


def test_delays_of_a_server_in_trouble_double_up_to_the_longest(schedule, batch):
    now, delays = 0.0, []
    for _ in range(6):
        assert schedule.failed(batch, FailureAction.RETRY_LATER, DOWN, now)
        delays.append(schedule.breaker.retry_at - now)
        now = schedule.breaker.retry_at
    assert delays == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


@pytest.mark.parametrize(("asked", "delay"), [(3.0, 4.0), (1e308, 9.0), (float("inf"), 9.0)])
def test_retry_after_comes_on_top_up_to_the_longest_delay(schedule, batch, asked, delay):
    busy = ServerBusy("later", status=503, retry_after=asked)
    schedule.failed(batch, FailureAction.RETRY_LATER, busy, 0.0)
    assert schedule.breaker.retry_at == delay


def test_a_batch_that_fails_alone_waits_alone_and_not_for_ever(schedule, batch):
    error = WriteError("internal", status=500)
    assert schedule.failed(batch, FailureAction.RETRY_BATCH, error, 0.0)
    assert (batch.not_before, schedule.breaker.closed) == (1.0, True)
    assert schedule.failed(batch, FailureAction.RETRY_BATCH, error, 1.0)
    assert not schedule.failed(batch, FailureAction.RETRY_BATCH, error, 3.0)


def test_pauses_take_the_interval_of_the_settings(schedule, batch):
    schedule.failed(batch, FailureAction.PAUSE_TARGET, DOWN, 0.0)
    assert (schedule.targets.next_at(0.0), schedule.breaker.closed) == (30.0, True)
    schedule.failed(batch, FailureAction.PAUSE_ALL, DOWN, 5.0)
    assert schedule.breaker.state(6.0) == "paused"
    assert schedule.next_at(6.0) == 30.0


def test_each_state_is_told_once_with_its_length_and_its_end(schedule, batch, caplog):
    caplog.set_level(logging.INFO)
    schedule.failed(batch, FailureAction.RETRY_LATER, DOWN, 0.0)
    schedule.failed(batch, FailureAction.RETRY_LATER, DOWN, 1.0)
    schedule.succeeded(batch.target, 7.5)
    assert [record.message for record in caplog.records] == [
        (
            "the batch writer cannot deliver, points are kept for 1 s until the next attempt: "
            "connection refused"
        ),
        "the batch writer delivers again, after 7.5 s",
    ]
    assert schedule.last_error == ""


def test_the_last_error_is_kept_until_something_is_delivered(schedule, batch):
    schedule.failed(batch, FailureAction.RETRY_LATER, DOWN, 0.0)
    assert schedule.last_error == "connection refused"
