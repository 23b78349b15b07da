from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from influx_query import parse_expression
from influx_query.nodes import TimeLiteral
from influx_testing._engine.select.plan.constant_folding import Folder, read_time
from influx_testing.errors import StatementError

DAY = 86_400 * 10**9


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("1 + 2 * 3", "7"),
        ("7 / 2", "3.500"),
        ("2h * 3", "6h"),
        ("'a' + 'b'", "'ab'"),
        ("now() - 1d", "'1970-01-01T00:00:00Z'"),
        ("n + (1 + 1)", "n + 2"),
        ("sqrt(4)", "2.000"),
        ("host = 'a'", "host = 'a'"),
    ],
)
def test_constants_are_folded(text: str, folded: str) -> None:
    assert str(Folder(DAY).fold(parse_expression(text))) == folded


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("1970-01-02", DAY),
        ("1970-01-01 00:00:01.5", 1_500_000_000),
        ("1970-01-01T01:00:00.000000001+01:00", 1),
        ("1969-12-31T23:59:59.9Z", -100_000_000),
    ],
)
def test_times_are_read_exactly(text: str, time: int) -> None:
    assert read_time(text, None) == TimeLiteral(time)


@pytest.mark.parametrize("text", ["2020-13-01", "2020-01-01T00:00:00", "2020-01-01 00:00:00Z", "x"])
def test_other_text_is_no_time(text: str) -> None:
    with pytest.raises(StatementError, match="invalid timestamp string"):
        read_time(text, None)


def test_times_without_a_zone_are_in_that_of_the_query() -> None:
    zone = ZoneInfo("Europe/Berlin")
    assert read_time("1970-01-01 01:00:00", zone) == TimeLiteral(0)
