from __future__ import annotations

import pytest

from influx_query import parse_expression
from influx_query.nodes import Call
from influx_testing._engine.select.functions.holt_winters import forecast
from influx_testing._engine.select.run.point_runs import PointRun

SECOND = 10**9
VALUES = [float(value) for value in range(13)]


def predict(call: str, values: list[float] = VALUES) -> list[tuple[int | None, float]]:
    node = parse_expression(call)
    assert isinstance(node, Call)
    run = PointRun(("m", ()), range(0, len(values) * SECOND, SECOND), values)
    return [(time, value) for time, value, _ in forecast(node, SECOND)(run)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("season", "recorded"),
    [
        (2, [16.496156256527204, 17.965993886900662]),
        (3, [13.656601160579864, 13.638491467505924]),
        (4, [8.199492243525395, 7.065316881916919]),
    ],
)
def test_seasonal_forecasts_are_those_the_server_recorded(
    season: int, recorded: list[float]
) -> None:
    found = predict(f"holt_winters(sum(n), 2, {season})")
    assert [time for time, _ in found] == [13 * SECOND, 14 * SECOND]
    assert [value for _, value in found] == pytest.approx(recorded, rel=1e-9)


def test_with_fit_the_past_is_shown_too() -> None:
    assert len(predict("holt_winters_with_fit(sum(n), 2, 0)")) == 15


def test_too_few_points_give_no_forecast() -> None:
    assert predict("holt_winters(sum(n), 2, 4)", [1.0, 2.0, 3.0]) == []


@pytest.mark.slow
def test_values_out_of_all_bounds_do_not_break_it() -> None:
    assert len(predict("holt_winters(sum(n), 1, 2)", [1e300, -1e300, 1e300, 0.0])) <= 1
