"""What the charts draw, in characters."""

from __future__ import annotations

import pytest
from examples.system_metrics.charts import bars, load_chart

from influx_core import Series

SECOND = 1_000_000_000


def chart(*rows: tuple[float, float]) -> str:
    values = [[number * SECOND, mean, peak] for number, (mean, peak) in enumerate(rows)]
    return load_chart(Series("cpu", ["time", "mean", "peak"], values), width=40).plain


@pytest.mark.parametrize(("load", "bar"), [(0, "▁"), (50, "▅"), (100, "█"), (100.4, "█")])
def test_a_bar_is_as_high_as_its_load(load: float, bar: str) -> None:
    assert bars([load]) == bar


def test_the_chart_fills_its_width_and_marks_every_peak() -> None:
    lines = chart((10, 20), (20, 40), (30, 90)).splitlines()
    assert max(map(len, lines)) == 40
    assert "".join(lines).count("●") == 3


def test_the_chart_counts_seconds_from_the_first_row() -> None:
    ticks = chart((10, 20), (20, 40), (30, 90)).splitlines()[-1]
    assert " ".join(ticks.split()) == "0 s 1 s 2 s"


def test_one_row_is_enough_for_a_chart() -> None:
    assert "●" in chart((10, 20))
