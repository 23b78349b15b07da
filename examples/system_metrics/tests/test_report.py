"""What the report makes of given results."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from examples.system_metrics.queries import Run
from examples.system_metrics.report import VIEWS, Answer, View, show
from rich.console import Console

from influx_core import QueryResult, Series, StatementResult

RUN = Run("web-1", datetime(2026, 5, 17, 12, tzinfo=UTC), timedelta(seconds=0.5))
SECOND = 1_000_000_000
CPUS, LOAD_OVER_TIME, PROGRAMS, MEMORY, NETWORK, DISKS = VIEWS


def answer(view: View, *series: Series) -> tuple[View, Answer]:
    return view, Answer(view.query(RUN), QueryResult([StatementResult(0, series)]), 0.0042)


def shown(
    *answers: tuple[View, Answer], height: int = 24, used: int = 0, terminal: bool = True
) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=80, height=height, force_terminal=terminal, color_system=None
    )
    show(answers, console, used)
    return stream.getvalue()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def tagged(name: str, columns: Sequence[str], **rows: list[float]) -> list[Series]:
    """A series of one row for each value of the tag `name`."""
    return [
        Series("m", ["time", *columns], [[0, *row]], tags={name: tag}) for tag, row in rows.items()
    ]


def busy_machine() -> list[tuple[View, Answer]]:
    """Results of a machine with more of everything than a screen has room for."""
    many = {f"eth{number}": [number, number] for number in range(64)}
    cpus = {f"cpu{number:02}": [100.0, 100.0, 100.0] for number in range(64)}
    programs = [[0, 100.0, f"a-program-with-a-long-name-{number}", 10**9] for number in range(9)]
    return [
        answer(CPUS, *tagged("cpu", ["mean", "max", "last"], **cpus)),
        answer(
            LOAD_OVER_TIME,
            Series("cpu", ["time", "mean"], [[number * SECOND, 100.0] for number in range(10)]),
        ),
        answer(PROGRAMS, Series("process", ["time", "peak", "program", "memory"], programs)),
        answer(MEMORY, Series("memory", ["time", "used", "available"], [[0, 10**12, 10**12]])),
        answer(NETWORK, *tagged("device", ["received", "sent"], **many)),
        answer(DISKS, *tagged("device", ["read", "written"], **many)),
    ]


def test_a_query_stands_beside_its_result_with_the_rows_and_the_time_it_took() -> None:
    text = shown(answer(CPUS, *tagged("cpu", ["mean", "max", "last"], cpu0=[12.34, 56.0, 7.0])))
    first, second, *_ = text.strip().splitlines()
    assert re.split(r" {2,}", first.strip()) == [
        "SELECT mean(load),max(load),last(load)", "CPU", "mean %", "peak %", "last %",
    ]  # fmt: skip
    assert re.split(r" {2,}", second.strip())[1:] == ["cpu0", "12.3", "56.0", "7.0"]
    assert "-- 1 row, 4.2 ms" in text


@pytest.mark.parametrize(("view", "name"), [(NETWORK, "received"), (DISKS, "read")])
def test_the_devices_with_the_most_traffic_come_first(view: View, name: str) -> None:
    other = {"received": "sent", "read": "written"}[name]
    text = shown(answer(view, *tagged("device", [name, other], a=[1, 1], b=[4096, 0], c=[9, 0])))
    assert "b 4.1 kB 0 bytes" in squeezed(text)
    assert text.index("b  ") < text.index("c  ") < text.index("a  ")


def test_the_program_with_the_highest_load_comes_first() -> None:
    rows = [[0, 3.0, "idle", 10], [1, 97.0, "busy", 20]]
    text = shown(answer(PROGRAMS, Series("m", ["time", "peak", "program", "memory"], rows)))
    assert text.index("busy") < text.index("idle")


def test_a_result_without_series_is_an_empty_table() -> None:
    for view in VIEWS:
        assert "-- 0 rows" in shown(answer(view))


@pytest.mark.parametrize("height", [10, 24, 30, 50])
def test_a_terminal_does_not_scroll_on_a_machine_however_large(height: int) -> None:
    lines = shown(*busy_machine(), height=height, used=2).splitlines()
    assert 2 + len(lines) + 1 <= height  # two lines before, one for the prompt
    assert max(map(len, lines)) <= 80


def test_a_terminal_of_24_lines_shows_four_answers() -> None:
    assert shown(*busy_machine(), used=2).count("-- ") == 4


def test_a_log_has_all_answers() -> None:
    assert shown(*busy_machine(), terminal=False).count("-- ") == len(VIEWS)
