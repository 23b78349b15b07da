"""What the report makes of given answers."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from examples.system_metrics.questions import Run
from examples.system_metrics.report import Answers, show
from rich.console import Console

from influx_core import Series

FIRST = datetime(2026, 5, 17, 12, tzinfo=UTC)
RUN = Run("web-1", FIRST, FIRST + timedelta(seconds=5), timedelta(seconds=0.5))
NOTHING = Answers((), (), (), (), (), (), ())


def shown(answers: Answers) -> str:
    console = Console(file=io.StringIO(), width=80)
    show(RUN, answers, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def devices(name: str, **changes: list[int]) -> tuple[Series, ...]:
    columns = ("time", "read", "written")
    return tuple(
        Series(name, columns, [[0, *counts]], tags={"device": device})
        for device, counts in changes.items()
    )


def test_a_cpu_is_one_line_with_a_bar_for_every_bucket() -> None:
    tags = {"host": "web-1", "cpu": "cpu0"}
    columns = ("time", "samples", "mean", "peak", "last")
    summary = Series("cpu", columns, [[0, 20, 12.34, 56.0, 7.0]], tags=tags)
    means = Series("cpu", ("time", "mean"), [[0, 0.0], [1, 100.0]], tags=tags)
    text = shown(replace(NOTHING, cpus=(summary,), cpus_over_time=(means,)))
    assert "cpu0 20 12.3 56.0 7.0 ▁█" in " ".join(text.split())


def test_idle_devices_are_left_out() -> None:
    text = shown(replace(NOTHING, disks=devices("disk", sda=[0, 4096], loop0=[0, 0])))
    assert "sda" in text
    assert "4.1 kB" in text
    assert "loop0" not in text


def test_the_greediest_program_comes_first() -> None:
    rows = [[0, 3.0, "idle", 10], [1, 97.0, "busy", 20]]
    series = Series("process", ("time", "peak", "program", "memory"), rows)
    text = shown(replace(NOTHING, programs=(series,)))
    assert text.index("busy") < text.index("idle")


def test_an_answer_without_series_is_an_empty_table() -> None:
    assert "Network" in shown(NOTHING)
