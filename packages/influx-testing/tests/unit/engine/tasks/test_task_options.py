"""The options of a task in its Flux."""

from __future__ import annotations

import pytest

from influx_testing._engine.tasks.task_options import (
    TaskOptions,
    change_options,
    duration_ns,
    read_options,
)
from influx_testing.errors import StatementError

FLUX = (
    'import "math"\n'
    'option task = {name: "a \\"b\\"", every: 1h30m, offset: 5m, concurrency: 2}\nx = 1\n'
)


def test_options_are_read() -> None:
    assert read_options(FLUX) == TaskOptions('a "b"', "1h30m", "", "5m")


@pytest.mark.parametrize(
    ("flux", "message"),
    [
        ("x = 1", "no task options defined"),
        ('option task = {name: "a"}', "cron or every is required"),
        ("option task = {every: 1h}", "missing required option: 'name'"),
        ('option task = {name: "a", every: 1h, cron: "* * * * *"}', "both cron and every"),
        ('option task = {name: "a", every: 1ms}', "at least one second"),
        ('option task = {name: "a", every: "1h"}', "'every' must be a duration"),
        ("option task = {name: 1, every: 1h}", "'name' must be a string"),
        ('option task = {name: "a", cron: "x"}', "cron invalid"),
        ("option task = {", "failed to parse Flux script"),
        ("option task = 1", "must be a record"),
    ],
)
def test_wrong_options_are_refused(flux: str, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        read_options(flux)


def test_options_are_changed_and_the_rest_stays() -> None:
    changed = change_options(FLUX, {"cron": "@daily", "name": "c", "offset": ""})
    assert changed == (
        'import "math"\n\noption task = {name: "c", cron: "@daily", concurrency: 2}\n\nx = 1\n'
    )
    assert read_options(changed) == TaskOptions("c", "", "@daily", "")


def test_what_does_not_change_keeps_its_form() -> None:
    assert change_options(FLUX, {"every": "1h30m"}) == FLUX


@pytest.mark.parametrize(
    ("text", "ns"), [("1h30m", 5400 * 10**9), ("-5m", -300 * 10**9), ("1w", 7 * 86400 * 10**9)]
)
def test_durations_are_nanoseconds(text: str, ns: int) -> None:
    assert duration_ns(text) == ns


@pytest.mark.parametrize("text", ["1mo", "x", "", "1h + 2h"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(StatementError):
        duration_ns(text)
