"""Compiled smoothing: what it refuses, and that other threads run meanwhile.

That it finds the bits of the Python code is tested where that code is, in influx-testing.
"""

from __future__ import annotations

import math
import threading

import pytest

pytest.importorskip("_influx_speedups", reason="built without a compiler")

from influx_speedups.smoothing import fit_smoothing


@pytest.mark.parametrize(
    "arguments",
    [
        ([1.0], 0, [0.5] * 6, 1e-4),
        ([1.0, 2.0], 0, [0.5] * 7, 1e-4),
        ([1.0, 2.0], 2, [0.5] * 6, 1e-4),
        ([1.0, 2.0], -6, [], 1e-4),
        ((1.0, 2.0), 0, [0.5] * 6, 1e-4),
        ([1.0, "2"], 0, [0.5] * 6, 1e-4),
        ([1.0, 2.0], 0, [None] * 6, 1e-4),
    ],
)
def test_wrong_arguments_are_refused(arguments):
    with pytest.raises((TypeError, ValueError)):
        fit_smoothing(*arguments)


def test_a_straight_line_is_fitted_and_its_arguments_are_left_alone():
    series, start = [float(index) for index in range(20)], [0.3, 0.3, 0.3, 0.7, 0.0, 0.5]
    error, parameters = fit_smoothing(series, 0, start, 1e-4)
    assert error < 0.5
    assert all(0 <= value <= 1 for value in parameters[:4])
    assert series == [float(index) for index in range(20)]
    assert start == [0.3, 0.3, 0.3, 0.7, 0.0, 0.5]


def test_series_without_numbers_end_the_search():
    error, parameters = fit_smoothing([math.nan] * 5, 2, [0.3] * 8, 1e-4)
    assert (error, len(parameters)) == (0.0, 8)


@pytest.mark.slow
def test_other_threads_run_meanwhile():
    series = [50.0 + 10.0 * math.sin(index) for index in range(20_000)]
    done = threading.Event()

    def fit() -> None:
        fit_smoothing(series, 4, [0.3] * 10, 1e-4)
        done.set()

    threading.Thread(target=fit).start()
    turns = 0
    while not done.wait(0.001):
        turns += 1
    assert turns > 20
