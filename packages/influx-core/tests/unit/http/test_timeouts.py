from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core._http.timeouts import Timeouts


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (5, Timeouts(attempt=5)),
        (None, Timeouts()),
        ({"attempt": 5, "total": 30}, Timeouts(5, 30)),
        (Timeouts(total=1), Timeouts(None, 1)),
    ],
)
def test_a_number_is_the_time_of_one_try(given, read):
    assert Timeouts.of(given) == read


@pytest.mark.parametrize("wrong", ["soon", {"overall": 5}, 0, -1, {"total": float("nan")}])
def test_what_is_no_time_is_refused(wrong):
    with pytest.raises(ConfigError, match="timeout"):
        Timeouts.of(wrong)


def test_a_try_gets_what_is_left_of_the_call():
    timeouts = Timeouts(attempt=10, total=25)
    assert [timeouts.left(elapsed) for elapsed in (0, 20, 25, 99)] == [10, 5, 0, 0]
    assert Timeouts(total=3).left(1) == 2
    assert Timeouts().left(99) is None
