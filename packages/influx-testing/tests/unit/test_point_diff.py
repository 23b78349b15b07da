from __future__ import annotations

from datetime import UTC, datetime

import pytest

from influx_core import DataPoint
from influx_core.errors import EncodeError
from influx_testing._inspection.point_diff import canonical, differences, same, table

POINT = DataPoint("cpu", {"host": "a"}, {"load": 0.5}, 2_000_000_000)


@pytest.mark.parametrize(
    "given",
    [
        POINT,
        ("cpu", {"host": "a", "none": None}, {"load": 0.5, "nothing": None}, 2_000_000_000),
        DataPoint("cpu", {"host": "a"}, {"load": 0.5}, datetime.fromtimestamp(2, UTC)),
        "cpu,host=a load=0.5 2000000000",
        b"cpu,host=a load=0.5 2000000000\n",
    ],
)
def test_a_point_is_the_same_however_it_is_given(given: object) -> None:
    assert canonical(given) == POINT  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ("cpu,host=a load=0.5 2000000000", []),
        ("cpu,host=a load=0.5 500000000", ["1.5 s earlier"]),
        ("cpu,host=a load=0.5", ["no time"]),
        ("cpu,host=b load=0.5 2000000000", ["tag host=b, not a"]),
        ("cpu load=1i,n=2i 2000000000", ["no tag host", "a field n=2i", "field load=1i, not 0.5"]),
        ("mem,host=a load=0.5 2000000000", ["measurement mem, not cpu"]),
    ],
)
def test_each_difference_is_said(found: str, words: list[str]) -> None:
    assert differences(POINT, canonical(found)) == words


def test_a_point_without_a_time_means_any_time_but_not_any_type() -> None:
    assert same(canonical("m v=1i"), canonical("m v=1i 5"))
    assert not same(canonical("m v=1i"), canonical("m v=1 5"))
    assert not same(canonical("m v=1i"), canonical("m v=true 5"))


@pytest.mark.parametrize("line", ["m v=1\nm v=2", ""])
def test_one_line_is_one_point(line: str) -> None:
    with pytest.raises(ValueError, match="one line is expected"):
        canonical(line)


def test_a_point_that_nobody_can_write_is_not_expected() -> None:
    with pytest.raises(EncodeError):
        canonical(("m", {}, {"v": float("nan")}, None))


def test_a_table_shows_ten_rows_and_says_how_many_more_there_are() -> None:
    lines = table("all:", ("name", "n"), [(f"row{n}", str(n)) for n in range(12)]).splitlines()
    assert lines[:3] == ["all:", "  name  n", "  row0  0"]
    assert lines[-1] == "  ... and 2 more"
