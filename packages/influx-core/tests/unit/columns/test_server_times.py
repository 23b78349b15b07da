"""Times as InfluxDB 3 prints them, and text that only looks alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_core._columns.column_types import column_of, concat_columns
from influx_core._columns.server_times import server_text, server_times
from influx_core.timestamps import MAX_NS, MIN_NS, to_ns

TIMES = st.integers(MIN_NS, MAX_NS) | st.integers(-(10**9), 10**9).map(lambda s: s * 10**9)


@given(st.lists(TIMES | st.none(), min_size=1).filter(any))
def test_times_survive_printing_and_reading(times):
    texts = [None if ns is None else server_text(ns) for ns in times]
    assert server_times(texts) == times
    assert [to_ns(t, naive="utc") for t in texts if t] == [ns for ns in times if ns is not None]


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "1970-01-01T00:00:00"),
        (500_000_000, "1970-01-01T00:00:00.500"),
        (1_000, "1970-01-01T00:00:00.000001"),
        (-1, "1969-12-31T23:59:59.999999999"),
    ],
)
def test_a_time_has_as_few_groups_of_decimals_as_it_needs(ns, text):
    assert server_text(ns) == text


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01T00:00:00Z",
        "2020-01-01 00:00:00",
        "2020-01-01T24:00:00",
        "2020-01-01T00:00:60",
        "2020-13-01T00:00:00",
        "2020-02-30T00:00:00",
        "2020-01-01T00:00:00.000",
        "2020-01-01T00:00:00.5",
        "2020-01-01T00:00:00.500000",
        "2020-01-01T00:00:00.1e3",
        "2020-01-01T00:00:00.-12",
        "2020-01-01T00:00:00.000e03",
        "1600-01-01T00:00:00",
        "0000-01-01T00:00:00",
        "2020-01-01T00:00:0x",
        "\u0662020-01-01T00:00:0",
        "text",
        "",
    ],
)
def test_other_text_is_not_a_time(text):
    assert server_times([text]) is None
    assert server_times(["2020-01-01T00:00:00", text]) is None


@pytest.mark.parametrize("values", [[], [None], [1], ["2020-01-01T00:00:00", 1]])
def test_other_values_are_not_times(values):
    assert server_times(values) is None


@given(st.lists(st.text(alphabet="0123456789-T:.e+", min_size=19, max_size=29)))
def test_random_text_is_a_time_only_if_it_is_printed_so(texts):
    times = server_times(texts)
    assert times is None or [server_text(ns) for ns in times] == texts


def test_times_become_text_again_beside_text():
    times = column_of([10**9, None], "t", ("t",))
    assert times.kind == "time"
    joined = concat_columns([times, column_of(["x"])])
    assert (joined.kind, joined.to_list()) == ("string", ["1970-01-01T00:00:01", None, "x"])
