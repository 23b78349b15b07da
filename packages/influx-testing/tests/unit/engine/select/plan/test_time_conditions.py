from __future__ import annotations

import pytest

from influx_query import parse_expression
from influx_testing._engine.select.plan.constant_folding import Folder
from influx_testing._engine.select.plan.time_conditions import TimeBounds, split_condition
from influx_testing.errors import StatementError

NOW = 1_000_000_000_000


def split(text: str) -> tuple[str | None, TimeBounds]:
    rest, span = split_condition(parse_expression(text), Folder(NOW))
    return None if rest is None else str(rest), span


@pytest.mark.parametrize(
    ("text", "rest", "span"),
    [
        ("time >= 5 AND time < 10", None, TimeBounds(5, 9)),
        ("10s > time", None, TimeBounds(None, 9_999_999_999)),
        ("time = '1970-01-01T00:00:01Z'", None, TimeBounds(10**9, 10**9)),
        ("time > now() - 1s", None, TimeBounds(NOW - 10**9 + 1, None)),
        ("host = 'a' AND time > 1", "host = 'a'", TimeBounds(2, None)),
        ("time > 1 OR host = 'a'", "host = 'a'", TimeBounds(2, None)),
        ("(host = 'a' OR n > 1) AND TIME <= 3", "host = 'a' OR n > 1", TimeBounds(None, 3)),
        ("true", None, TimeBounds()),
    ],
)
def test_bounds_on_time_are_taken_out(text: str, rest: str | None, span: TimeBounds) -> None:
    assert split(text) == (rest, span)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("time != 5", "invalid time comparison operator: !="),
        ("time > host", "time and *influxql.VarRef are not compatible"),
        ("time > 'x'", "time and *influxql.StringLiteral are not compatible"),
        ("time < '2300-01-01'", "time 2300-01-01T00:00:00Z overflows time literal"),
        ("host", "invalid condition expression: host"),
    ],
)
def test_what_time_cannot_be_compared_with_is_refused(text: str, message: str) -> None:
    with pytest.raises(StatementError) as caught:
        split(text)
    assert message in str(caught.value)


def test_ten_thousand_terms_are_no_problem() -> None:
    rest, _ = split(" OR ".join(f"n = {number}" for number in range(10_000)))
    assert rest is not None
    assert rest.count("OR") == 9_999
