"""Ranges and windows."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

MINUTE = 60 * 10**9


def spans(tables):
    return [(key["_start"] // MINUTE, key["_stop"] // MINUTE, len(rows)) for key, rows in tables]


def test_a_range_is_part_of_the_group_key(of_cpu):
    (key, rows), _ = of_cpu("|> range(start: 1970-01-01T00:00:10Z, stop: 1970-01-01T00:02:00Z)")
    assert (key["_start"], key["_stop"]) == (MINUTE // 6, 2 * MINUTE)
    assert [row["_value"] for row in rows] == [3.0, 8.0]


def test_a_range_without_stop_ends_now(of_cpu):
    (key, _), _ = of_cpu("|> range(start: 1970-01-01T00:00:00Z)")
    assert key["_stop"] == 1_700_000_000_000_000_000


def test_an_empty_table_stays_after_a_range(of_cpu):
    found = of_cpu("|> range(start: 1970-01-01T00:01:00Z, stop: 1970-01-01T00:01:30Z)")
    assert [len(rows) for _, rows in found] == [1, 0]


def test_a_second_range_cuts_the_first(of_cpu):
    (key, _), _ = of_cpu("|> range(start: 30, stop: 3600)", ranged=True)
    assert (key["_start"], key["_stop"]) == (MINUTE // 2, 2 * MINUTE)


def test_an_empty_range_is_refused(of_cpu):
    with pytest.raises(FluxError, match="cannot query an empty range"):
        of_cpu("|> range(start: 10, stop: 10)")


def test_a_range_needs_a_time(of_cpu):
    with pytest.raises(FluxError, match="supplied time column _time doesn't exist"):
        of_cpu('|> drop(columns: ["_time"]) |> range(start: 0)')


def test_windows_need_a_range(of_cpu):
    message = "nil bounds passed to window; use range to set the window range"
    for call in ("window(every: 1m)", "aggregateWindow(every: 1m, fn: mean)"):
        with pytest.raises(FluxError, match=message):
            of_cpu(f"|> {call}")


def test_windows_are_cut_to_the_range(of_cpu):
    found = of_cpu("|> window(every: 1h)", ranged=True)
    assert spans(found) == [(0, 2, 3), (0, 2, 2)]


def test_a_window_is_a_table(of_cpu):
    assert spans(of_cpu("|> window(every: 1m)", ranged=True)) == [
        (0, 1, 2),
        (1, 2, 1),
        (0, 1, 1),
        (1, 2, 1),
    ]


def test_windows_without_rows_are_made_on_demand(of_cpu):
    found = of_cpu("|> window(every: 30s, createEmpty: true)", ranged=True)
    assert [len(rows) for _, rows in found] == [2, 0, 1, 0, 1, 0, 0, 1]


def test_empty_windows_stay_empty_under_a_selector(of_cpu):
    found = of_cpu("|> window(every: 30s, createEmpty: true) |> last()", ranged=True)
    assert [len(rows) for _, rows in found] == [1, 0, 1, 0, 1, 0, 0, 1]


def test_a_long_period_puts_rows_in_several_windows(of_cpu):
    found = of_cpu(
        '|> filter(fn: (r) => r.host == "a") |> window(every: 1m, period: 2m)', ranged=True
    )
    assert spans(found) == [(0, 1, 2), (0, 2, 3), (1, 2, 1)]


def test_an_infinite_window_undoes_windows(of_cpu):
    found = of_cpu("|> window(every: 1m) |> window(every: inf)", ranged=True)
    assert spans(found) == [(0, 2, 3), (0, 2, 2)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("every: 1mo1s", "cannot mix month and nanosecond units"),
        ("every: 0s", 'requires at least one of "every" or "period"'),
        ("every: -1m", "cannot be negative"),
        ('every: 1m, location: {zone: "UTC"}', "a location must be a record such as"),
        ('every: 1m, location: {zone: "No/where", offset: 0s}', "unknown time zone No/where"),
    ],
)
def test_impossible_windows_are_refused(of_cpu, arguments, message):
    with pytest.raises(FluxError, match=message):
        of_cpu(f"|> window({arguments})", ranged=True)


@pytest.mark.parametrize(
    "call",
    [
        "aggregateWindow(every: 1ns, fn: mean)",
        "window(every: 1ns, createEmpty: true)",
        "window(every: 1ns, period: 1h)",
    ],
)
def test_too_many_windows_are_refused_at_once(of_cpu, call):
    with pytest.raises(FluxError, match="memory allocation limit reached"):
        of_cpu(f"|> {call}", ranged=True)


@pytest.mark.parametrize("arguments", ["every: 1mo, period: 9000y", "every: 1mo, offset: 9000y"])
def test_windows_beyond_the_calendar_are_refused(of_cpu, arguments):
    with pytest.raises(FluxError, match="a time is out of range"):
        of_cpu(f"|> window({arguments})", ranged=True)


def results(tables):
    return [[(row["_time"] // 10**9, row["_value"]) for row in rows] for _, rows in tables]


def test_aggregate_window_puts_the_end_of_the_window_as_the_time(of_cpu):
    found = of_cpu("|> aggregateWindow(every: 1m, fn: mean)", ranged=True)
    assert results(found) == [[(60, 2.0), (120, 8.0)], [(60, 2.0), (120, 4.0)]]
    assert (found[0][0]["_start"], found[0][0]["_stop"]) == (0, 2 * MINUTE)


@pytest.mark.parametrize(
    ("fn", "empty"),
    [("count", 0), ("sum", None), ("mean", None), ("median", None), ("min", None), ("last", None)],
)
def test_aggregate_window_creates_empty_windows(of_cpu, fn, empty):
    found = of_cpu(f"|> aggregateWindow(every: 30s, fn: {fn})", ranged=True)
    assert results(found)[0][1] == (60, empty)


def test_aggregate_window_leaves_out_empty_windows_on_demand(of_cpu):
    found = of_cpu("|> aggregateWindow(every: 30s, fn: sum, createEmpty: false)", ranged=True)
    assert results(found) == [[(30, 4.0), (90, 8.0)], [(30, 2.0), (120, 4.0)]]


def test_aggregates_in_windows_keep_the_key_and_selectors_all_columns(of_cpu):
    wide = "|> map(fn: (r) => ({r with note: r.host}))"
    (_, (mean, *_)), *_ = of_cpu(f"{wide} |> aggregateWindow(every: 1m, fn: mean)", ranged=True)
    (_, (last, *_)), *_ = of_cpu(f"{wide} |> aggregateWindow(every: 1m, fn: last)", ranged=True)
    assert "note" not in mean
    assert last["note"] == "a"


def test_the_time_can_be_the_start_of_the_window(of_cpu):
    found = of_cpu('|> aggregateWindow(every: 1m, fn: max, timeSrc: "_start")', ranged=True)
    assert results(found)[0] == [(0, 3.0), (60, 8.0)]


@pytest.mark.parametrize("create_empty", ["true", "false"])
@pytest.mark.parametrize(
    "fn", ["count", "sum", "mean", "median", "spread", "min", "max", "first", "last"]
)
@pytest.mark.parametrize(
    "windows", ["every: 30s", "every: 30s, period: 1m", "every: 1m, offset: 7s"]
)
def test_aggregate_window_means_the_same_by_way_of_tables(of_cpu, fn, windows, create_empty):
    """The short cut for plain functions gives what the general way gives."""
    options = f"{windows}, createEmpty: {create_empty}"
    wrapped = f"(tables=<-, column) => tables |> {fn}(column: column)"
    short = of_cpu(f"|> aggregateWindow({options}, fn: {fn})", ranged=True)
    general = of_cpu(f"|> aggregateWindow({options}, fn: {wrapped})", ranged=True)
    assert short == general


def test_an_error_in_windows_names_the_function_of_the_windows(of_cpu):
    message = r"runtime error @.*: mean: unsupported input type for mean aggregate: string"
    text = "|> map(fn: (r) => ({r with _value: string(v: r._value)}))"
    with pytest.raises(FluxError, match=message):
        of_cpu(f"{text} |> aggregateWindow(every: 1m, fn: mean)", ranged=True)


def test_windows_of_months_follow_the_calendar(run_flux):
    found = run_flux(
        """import "array"
rows = [{_time: 2020-02-29T00:00:00Z, _value: 1}, {_time: 2020-03-01T00:00:00Z, _value: 2}]
array.from(rows: rows)
    |> range(start: 2020-01-01T00:00:00Z, stop: 2020-04-01T00:00:00Z)
    |> aggregateWindow(every: 1mo, fn: sum)"""
    )
    ((_, _, rows),) = found
    assert [row["_value"] for row in rows] == [None, 1, 2]


def test_windows_of_days_follow_the_zone_of_the_option(run_flux):
    found = run_flux(
        """import "array"
import "timezone"
option location = timezone.location(name: "America/New_York")
array.from(rows: [{_time: 2022-03-13T12:00:00Z, _value: 1}])
    |> range(start: 2022-03-13T00:00:00Z, stop: 2022-03-15T00:00:00Z)
    |> window(every: 1d)"""
    )
    ((_, key, _),) = found
    assert (key["_stop"] - key["_start"]) // (60 * MINUTE) == 23
