"""The errors of a copy, which another process may have raised."""

from __future__ import annotations

import pickle

import pytest

from influx_copy import LossRefused, TypesDiffer


@pytest.mark.parametrize(
    "error",
    [
        TypesDiffer([("m", "f", ("float", "integer"))]),
        LossRefused({"digits": ["m"], "times": ["k", "m"]}),
    ],
)
def test_errors_can_cross_processes(error: TypesDiffer | LossRefused) -> None:
    copied = pickle.loads(pickle.dumps(error))
    assert (type(copied), str(copied), vars(copied)) == (type(error), str(error), vars(error))
