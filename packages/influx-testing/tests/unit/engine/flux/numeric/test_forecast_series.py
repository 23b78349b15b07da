"""Values in even distances of time."""

from __future__ import annotations

import math

import pytest

from influx_testing._engine.flux.numeric.forecast_series import forecast_series


@pytest.mark.parametrize(
    ("points", "values", "start", "stop"),
    [
        ([(0, 1.0), (10, 2.0), (20, 3.0)], "1 2 3", 0, 20),
        ([(0, 1.0), (4, 2.0), (5, 3.0), (14, 4.0), (15, 5.0)], "1 3 5", 0, 15),
        ([(None, 1.0), (0, None), (10, 2.0), (20, None)], "2 nan", 10, 20),
        ([(0, 1.0), (40, 2.0)], "1 nan nan nan 2", 0, 40),
        ([(0, 1.0), (20, 2.0), (10, 3.0)], "1 nan 2", 0, 20),
        ([(0, 1.0), (10, None), (12, 2.0)], "1 nan", 0, 10),
        ([(-26, 1.0), (-14, 2.0), (-4, 3.0)], "1 2 3", -26, -4),
        ([(7, 1.0)], "1", 7, 0),
        ([(None, 1.0), (3, None)], "", 0, 0),
    ],
)
def test_the_first_row_of_each_interval_counts(points, values, start, stop):
    series = forecast_series(points, 10)
    found = ["nan" if math.isnan(value) else f"{value:g}" for value in series.values]
    assert (" ".join(found), series.start, series.stop) == (values, start, stop)
