"""Functions that compare rows with the rows before."""

from __future__ import annotations

import pytest

from influx_testing._engine.flux.flux_errors import FluxError

NULL_INT = 'debug.null(type: "int")'


def values(rows, label="_value"):
    return [row[label] for row in rows]


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("difference()", [2, -1, 3]),
        ("difference(nonNegative: true)", [2, None, 3]),
        ("difference(nonNegative: true, initialZero: true)", [2, 2, 3]),
        ("difference(keepFirst: true)", [None, 2, -1, 3]),
        ("cumulativeSum()", [1, 4, 6, 11]),
        ("increase()", [0, 2, 4, 7]),
        ("derivative(unit: 10s)", [2.0, -1.0, 3.0]),
        ("derivative(unit: 20s, nonNegative: true)", [4.0, None, 6.0]),
        ("derivative(unit: 10s, nonNegative: true, initialZero: true)", [2.0, 0.0, 3.0]),
        ("movingAverage(n: 2)", [2.0, 2.5, 3.5]),
        ("exponentialMovingAverage(n: 3)", [2.0, 3.5]),
        ("relativeStrengthIndex(n: 3)", [pytest.approx(88.2352941)]),
        ("chandeMomentumOscillator(n: 3)", [pytest.approx(66.666667)]),
        ("kaufmansER(n: 3)", [pytest.approx(0.66666667)]),
        ("doubleEMA(n: 2)", [pytest.approx(x) for x in (2.0, 4.6666667)]),
        ("tripleEMA(n: 1)", [1.0, 3.0, 2.0, 5.0]),
        ("tripleExponentialDerivative(n: 1)", [pytest.approx(x) for x in (200, -33.333333, 150)]),
    ],
)
def test_a_function_of_successive_rows(of_values, call, result):
    assert values(of_values([1, 3, 2, 5], f"|> {call}")) == result


@pytest.mark.parametrize(
    ("data", "averages"),
    [
        (
            [-2, 10, 7, 17, 15, 4],
            [9.72641183951902, 10.097401019601417, 9.972614968115325],
        ),
        (
            [19, 4, -3, 19, 13, 1],
            [-2.9084287200832466, -2.142970089472789, -2.0940721758134693],
        ),
    ],
)
def test_adaptive_averages_are_those_of_the_documentation(of_values, data, averages):
    assert values(of_values(data, "|> kaufmansAMA(n: 3)")) == averages


def test_too_few_rows_for_a_triple_exponential_derivative_give_the_last_one(of_values):
    rows = of_values([1, 2, 3, 4, 5], "|> tripleExponentialDerivative(n: 3)")
    assert [(row["_time"] // 10**9, row["_value"]) for row in rows] == [(40, None)]
    assert of_values([1, 2, 3, 4, 5, 6, 7], "|> tripleExponentialDerivative(n: 3)") == []


@pytest.mark.parametrize(
    "call",
    [
        'relativeStrengthIndex(n: 2, columns: ["x"])',
        'chandeMomentumOscillator(n: 2, columns: ["x"])',
        'kaufmansAMA(n: 2, column: "x")',
    ],
)
def test_indicators_of_a_missing_column_drop_the_first_rows(of_values, call):
    assert values(of_values([1, 2, 3, 4], f"|> {call}")) == [3, 4]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("movingAverage(n: 0)", "cannot take moving average with a period of 0"),
        ("kaufmansAMA(n: 0)", "cannot take KaufmansAMA with a period of 0"),
        (
            "tripleExponentialDerivative(n: -1)",
            "cannot take triple exponential derivative with a period of -1",
        ),
    ],
)
def test_periods_have_to_be_positive(of_values, call, message):
    with pytest.raises(FluxError, match=message):
        of_values([1, 2], f"|> {call}")


def test_a_null_is_passed_over(of_values):
    assert values(of_values([1, NULL_INT, 4], "|> difference()")) == [None, 3]
    assert values(of_values([1, NULL_INT, 4], "|> cumulativeSum()")) == [1, 1, 5]


def test_a_column_that_has_no_numbers_is_not_summed_up(of_values):
    assert values(of_values(['"a"', '"b"'], "|> cumulativeSum()")) == ["a", "b"]


def test_the_increases_of_sample_data_are_those_of_the_documentation(of_values):
    increases = values(of_values([19, 4, -3, 19, 13, 1], "|> increase()"))
    assert increases == [0, 4, 4, 26, 39, 40]


def test_a_difference_overflows_as_an_int64_does(of_values):
    assert values(of_values([-(2**63) + 1, 2**63 - 1], "|> difference()")) == [-2]


def test_columns_of_other_types_are_refused(of_values):
    with pytest.raises(FluxError, match="unsupported difference column type _value:string"):
        of_values(['"a"', '"b"'], "|> difference()")


def test_a_derivative_needs_its_time(of_values):
    with pytest.raises(FluxError, match='no column "_time" exists'):
        of_values([1], '|> drop(columns: ["_time"]) |> derivative()')


def test_times_out_of_order_are_refused(of_values):
    with pytest.raises(FluxError, match="derivative found out-of-order times in time column"):
        of_values([1, 2], '|> sort(columns: ["_time"], desc: true) |> derivative()')


def test_elapsed_counts_units_of_time(of_values):
    assert values(of_values([1, 2, 3], "|> elapsed(unit: 5s)"), "elapsed") == [2, 2]


def test_states_are_counted_in_rows_and_time(of_values):
    numbers = [1, 5, 6, 2]
    counted = of_values(numbers, "|> stateCount(fn: (r) => r._value > 4)")
    assert values(counted, "stateCount") == [-1, 1, 2, -1]
    lasting = of_values(numbers, "|> stateDuration(fn: (r) => r._value > 4, unit: 5s)")
    assert values(lasting, "stateDuration") == [-1, 0, 2, -1]


def test_state_tracking_needs_a_column(of_values):
    with pytest.raises(FluxError, match="at least one of countColumn and durationColumn"):
        of_values([1], "|> stateTracking(fn: (r) => true)")


def test_times_are_shifted_and_truncated(of_values):
    shifted = of_values([1, 2], "|> timeShift(duration: 1h)")
    assert [row["_time"] // 10**9 for row in shifted] == [3600, 3610]
    cut = of_values([1, 2, 3, 4, 5, 6, 7], "|> truncateTimeColumn(unit: 1m)")
    assert [row["_time"] // 10**9 for row in cut] == [0] * 6 + [60]


def test_times_are_truncated_in_the_time_zone_of_the_query(rows_of):
    (row,) = rows_of(
        'import "array"\nimport "timezone"\n'
        'option location = timezone.location(name: "America/New_York")\n'
        "array.from(rows: [{_time: 1970-01-02T01:00:00Z, t: 1970-01-02T01:00:00Z}])"
        ' |> truncateTimeColumn(unit: 1d, timeColumn: "t")'
    )
    hour = 3600 * 10**9
    assert row == {"_time": 5 * hour, "t": 25 * hour}


def test_times_beyond_the_calendar_are_refused(of_values):
    with pytest.raises(FluxError, match="a time is out of range"):
        of_values([1], "|> timeShift(duration: 9000y)")


def test_hours_of_the_day_are_selected(rows_of):
    hours = ", ".join(f"{{_time: 2020-01-01T{hour:02}:30:00Z, h: {hour}}}" for hour in range(24))
    script = f'import "array"\narray.from(rows: [{hours}]) |> hourSelection('
    assert values(rows_of(script + "start: 9, stop: 11)"), "h") == [9, 10, 11]
    assert values(rows_of(script + "start: 22, stop: 1)"), "h") == [0, 1, 22, 23]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("start: -1, stop: 3", "start must be between 0 and 23"),
        ("start: 0, stop: 24", "stop must be between 0 and 23"),
        ('start: 0, stop: 3, timeColumn: "x"', "invalid time column"),
        ('start: 0, stop: 3, timeColumn: "_value"', 'column "_value" is of type int, not time'),
    ],
)
def test_impossible_hours_are_refused(of_values, arguments, message):
    with pytest.raises(FluxError, match=message):
        of_values([1], f"|> hourSelection({arguments})")


def test_an_average_over_time_weighs_by_time(of_cpu):
    found = of_cpu("|> timeWeightedAvg(unit: 1s)", ranged=True)
    assert [rows[0]["_value"] for _, rows in found] == [
        pytest.approx(7.1180556),
        pytest.approx(3.0),
    ]


def test_timed_moving_averages_overlap(of_cpu):
    (_, rows), _ = of_cpu("|> timedMovingAverage(every: 1m, period: 2m)", ranged=True)
    assert [(row["_time"] // 10**9, row["_value"]) for row in rows] == [
        (60, 2.0),
        (120, 4.0),
        (120, 8.0),
    ]
