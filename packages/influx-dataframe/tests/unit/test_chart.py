"""Charts of characters."""

from __future__ import annotations

import pytest

from influx_core import ColumnSeries, ConfigError, QueryResult, Series, StatementResult
from influx_core.columns import Column
from influx_dataframe import chart, to_frames

HOUR = 3600 * 10**9


def a_series(values: list[object], name: str = "cpu", **tags: str) -> Series:
    return Series(name, ["time", "load"], [[i * HOUR, v] for i, v in enumerate(values)], tags=tags)


def test_a_rising_line_goes_from_the_bottom_left_to_the_top_right():
    assert chart(a_series([0, 1, 2, 3]), width=20, height=4).splitlines() == [
        "load  cpu",
        "3 │⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⠀⢀⡠⠔⠊",
        "  │⠀⠀⠀⠀⠀⠀⠀⠀⠀⣀⠤⠒⠊⠁",
        "  │⠀⠀⠀⠀⢀⡠⠤⠒⠉",
        "0 │⣀⡠⠔⠊⠁",
        "  └─────────────────",
        "   1970-01-01T00:00:00Z",
    ]


def test_both_times_are_shown_where_there_is_room():
    last = chart(a_series([0, 1]), width=60).splitlines()[-1]
    assert last.split() == ["1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"]
    assert len(last) == 60


def test_every_line_fits_the_width():
    text = chart(a_series([i % 7 for i in range(100)]), width=50, height=5)
    assert max(map(len, text.splitlines())) == 50
    assert len(text.splitlines()) == 8


def test_a_chart_for_each_combination_of_tags_in_one_scale():
    both = [a_series([1, 2], host="a"), a_series([3, 4], host="b")]
    first, second = chart(both, width=30, height=4).split("\n\n")
    assert first.startswith("load  host=a\n4 │")
    assert second.startswith("load  host=b\n4 │")
    assert "\n1 │" in second


def test_a_line_is_interrupted_where_values_are_missing():
    whole, broken = (
        chart(a_series(v), width=30, height=3) for v in ([0, 0, 0, 0], [0, None, None, 0])
    )
    dots = [
        sum(ord(c) - 0x2800 > 0 for c in text if "\u2800" <= c <= "\u28ff")
        for text in (whole, broken)
    ]
    assert dots[1] == 2 < dots[0]


@pytest.mark.parametrize("values", [[7], [5, 5, 5], [None, 1.5]])
def test_values_that_do_not_differ_are_drawn(values):
    assert any("\u2800" < c <= "\u28ff" for c in chart(a_series(values), width=30))


def test_a_result_and_chosen_fields_are_drawn():
    series = Series("m", ["time", "a", "b", "s"], [[1, 1, 2.5, "x"], [2, 2, 3.5, "y"]])
    result = QueryResult((StatementResult(0, (series,)),))
    assert [block.split()[0] for block in chart(result, width=40).split("\n\n")] == ["a", "b"]
    assert chart(series, "b", width=40).startswith("b  m\n")


def test_what_cannot_be_drawn_says_what_there_is():
    series = Series("m", ["time", "s"], [[1, "x"]])
    with pytest.raises(ConfigError, match=r"no column of numbers.*time \(time\), s \(string\)"):
        chart(series)
    with pytest.raises(ConfigError, match="there is no load to draw"):
        chart(series, "load")
    with pytest.raises(ConfigError, match="there are no columns"):
        chart([])
    with pytest.raises(TypeError, match="is not a frame"):
        chart(7)
    with pytest.raises(ConfigError, match="at least 20 x 2 characters"):
        chart(series, width=5)


def test_a_series_of_missing_values_says_so():
    columns = [Column.of([1, 2], "time"), Column.of([None, None], "float")]
    assert chart(ColumnSeries("m", ["time", "f"], columns), width=30) == "f  m\n(no values)"


def test_a_frame_is_drawn_as_the_series_it_was_made_of(backend):
    series = [a_series([1, 2, None], host="a"), a_series([3, 4, 5], host="b")]
    frame = to_frames(series, backend=backend)["cpu"]
    assert chart(frame, tags=["host"], width=40) == chart(series, width=40)
    assert chart(frame, "load", width=40).startswith("load\n5 │")
    with pytest.raises(ConfigError, match="the frame has no rack; it has"):
        chart(frame, tags=["rack"])


def test_an_empty_frame_has_nothing_to_draw(backend):
    frame = to_frames([a_series([])], backend=backend, types={"load": "float"})["cpu"]
    with pytest.raises(ConfigError, match="there is no column of numbers"):
        chart(frame)
