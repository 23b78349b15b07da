"""Fits Holt-Winters models in compiled code, for the fake server's `holt_winters()`.

Importing this module raises ImportError if the extension was not built.
"""

from __future__ import annotations

import _influx_speedups as compiled

__all__ = ["fit_smoothing"]


def fit_smoothing(
    series: list[float], season: int, start: list[float], epsilon: float
) -> tuple[float, list[float]] | None:
    """Find the parameters with which a damped Holt-Winters model has the least squared errors.

    The result has the bits of the fake server's Python code, which computes the same in the same
    order. The GIL is released meanwhile.

    Args:
        series: at least two values at regular intervals; NaN for missing ones.
        season: the number of seasonal factors; 0 for a model without a season.
        start: the parameters to begin with: alpha, beta, gamma, phi, level, trend, and the factors.
        epsilon: the spread of errors at which the search ends.

    Returns:
        The sum of squared errors, and its parameters; None on processors that round floats in
        another way than Python's own arithmetic.
    """
    return compiled.fit_smoothing(series, season, start, epsilon)
