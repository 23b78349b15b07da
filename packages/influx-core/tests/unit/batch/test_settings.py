"""WriterSettings: checked before the writer starts."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, WriterSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("on_full", "explode"),
        ("batch_points", 0),
        ("max_attempts", 0),
        ("in_flight", -1),
        ("flush_interval", -1.0),
        ("close_timeout", "soon"),
        ("max_retry_delay", -1.0),
        ("dead_letter", 7),
    ],
)
def test_a_value_that_cannot_work_is_named(name, value):
    with pytest.raises(ConfigError, match=rf"writer: .*{name}"):
        WriterSettings(**{name: value})


@pytest.mark.parametrize(("room", "batch"), [("queue_points", 10), ("queue_bytes", 10)])
def test_a_queue_holds_at_least_a_batch(room, batch):
    with pytest.raises(ConfigError, match=f"{room} has to be at least"):
        WriterSettings(**{room: batch})


def test_an_unknown_setting_is_told_with_the_known_ones():
    with pytest.raises(ConfigError, match=r"linger.*flush_interval"):
        WriterSettings.of({"linger": 1})


def test_numbers_may_be_text_as_a_configuration_file_has_them():
    settings = WriterSettings(flush_interval="2", max_attempts="3", queue_bytes="1GB")
    assert (settings.flush_interval, settings.max_attempts) == (2.0, 3)
    assert settings.queue_bytes == 1_000_000_000


def test_rules_follow_from_the_settings():
    settings = WriterSettings(batch_points=7, flush_interval=2.0, backoff=60.0)
    assert settings.fullness.full(7, 0)
    assert settings.fullness.due_at(1.0) == 3.0
    assert settings.retry_delays.cap == 60.0
