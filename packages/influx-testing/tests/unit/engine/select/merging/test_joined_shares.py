from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_query.nodes import Call, Fill, VarRef
from influx_testing._engine.select.functions.shares import sharing_of
from influx_testing._engine.select.merging.joined_shares import (
    are_plain,
    numpy_shares,
    plain_shares,
)
from influx_testing._engine.select.plan.query_limits import LimitTracker
from influx_testing._engine.select.plan.time_windows import Interval
from influx_testing._engine.select.run.point_runs import PointRun
from influx_testing._engine.select.run.points import Key, ReadOptions, Share

KEY: Key = ("m", ())
TIMES = st.lists(st.integers(-50, 50), min_size=1, max_size=20, unique=True).map(sorted)


def bucketed(duration: int, offset: int, *, ascending: bool) -> ReadOptions:
    return ReadOptions(
        start=-(2**62),
        end=2**62,
        ascending=ascending,
        interval=Interval(duration, offset),
        dimensions=(),
        group_by=(),
        fill=Fill("none"),
        beside=(),
        condition=None,
        limit=0,
        offset=0,
        slimit=0,
        soffset=0,
        usage=LimitTracker(0),
    )


@st.composite
def series(draw: st.DrawFn, code: str, values: st.SearchStrategy[float]) -> PointRun:
    times = draw(TIMES)
    drawn = draw(st.lists(values, min_size=len(times), max_size=len(times)))
    return PointRun(KEY, array("q", times), array(code, drawn))


FLOATS = series("d", st.floats(-1e200, 1e200) | st.sampled_from([0.1, -0.0, 0.3]))
INTEGERS = series("q", st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9))
RUNS = st.lists(FLOATS, min_size=1, max_size=7) | st.lists(INTEGERS, min_size=1, max_size=7)


@pytest.mark.parametrize("ascending", [True, False])
@given(RUNS, st.integers(1, 40), st.integers(0, 9))
def test_numpy_gives_the_same_bits_as_python(
    ascending: bool, runs: list[PointRun], duration: int, offset: int
) -> None:
    pytest.importorskip("numpy")
    options = bucketed(duration, offset % duration, ascending=ascending)
    directed = [run if ascending else run.cut(slice(None, None, -1)) for run in runs]
    assert are_plain(directed, options)
    type_ = "float" if runs[0].values.typecode == "d" else "integer"
    for name in ("mean", "sum") if type_ == "float" else ("mean",):
        share = sharing_of(Call(name, (VarRef("v"),)), type_)
        assert share is not None
        plain = list(plain_shares(directed, share, options))
        assert repr(list(numpy_shares(directed, share, options))) == repr(plain)
        assert sum(each.points for _, each in plain) == sum(len(run.times) for run in runs)


def test_means_are_multiplied_by_their_numbers_of_points() -> None:
    share = sharing_of(Call("mean", (VarRef("v"),)), "float")
    assert share is not None
    parts = [share([0.1, 0.2, 0.6]), share([0.7])]
    assert parts == [Share((0.1 + 0.2 + 0.6) / 3, 3), Share(0.7, 1)]
    assert share(parts) == Share((parts[0].value * 3 + 0.7) / 4, 4)


def test_sums_of_integers_have_no_parts() -> None:
    assert sharing_of(Call("sum", (VarRef("v"),)), "integer") is None
    assert sharing_of(Call("count", (VarRef("v"),)), "float") is None
