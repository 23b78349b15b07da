"""Series put together as tables, whose shape does not depend on their values."""

from __future__ import annotations

import pytest

from influx_core import ConfigError, DecodeError, Series
from influx_core.columns import Column
from influx_dataframe._result_tables import single_table, tables_of_series


def table(*series: Series, **options: object):
    return single_table(series, options.get("types"), "do something else")


def rows(made) -> dict[str, list[object]]:
    return {name: column.to_list() for name, column in made.columns.items()}


def test_tags_of_group_by_become_columns_with_a_dictionary():
    made = table(
        Series("cpu", ["time", "load"], [[1, 0.5], [2, 0.6]], tags={"host": "b", "cpu": "0"}),
        Series("cpu", ["time", "load"], [[1, 0.7]], tags={"host": "a", "cpu": "0"}),
    )
    assert made.tags == ("host", "cpu")
    assert rows(made) == {
        "time": [1, 2, 1],
        "host": ["b", "b", "a"],
        "cpu": ["0", "0", "0"],
        "load": [0.5, 0.6, 0.7],
    }
    assert made.columns["host"].dictionary.to_list() == ["b", "a"]


def test_a_series_without_a_tag_or_a_column_that_others_have_has_none_there():
    made = table(
        Series("m", ["time", "a"], [[1, 1]], tags={"h": "x"}),
        Series("m", ["time", "b"], [[2, 2]]),
    )
    assert rows(made) == {"time": [1, 2], "h": ["x", None], "a": [1, None], "b": [None, 2]}


def test_integers_of_one_tag_and_floats_of_another_are_floats():
    made = table(
        Series("m", ["time", "f"], [[1, 1]], tags={"h": "x"}),
        Series("m", ["time", "f"], [[1, 0.5]], tags={"h": "y"}),
    )
    assert made.columns["f"].kind == "float"
    assert made.columns["f"].to_list() == [1.0, 0.5]


def test_a_column_named_as_a_tag_gets_a_number():
    made = table(Series("m", ["time", "h", "h_1"], [[1, "x", "y"]], tags={"h": "z"}))
    assert rows(made) == {"time": [1], "h": ["z"], "h_1": ["x"], "h_1_1": ["y"]}


def test_each_measurement_has_a_table_and_one_frame_takes_one():
    series = [Series("a", ["time"], [[1]]), Series("b", ["time"], [[2]])]
    assert list(tables_of_series(series)) == ["a", "b"]
    with pytest.raises(ConfigError, match=r"2 measurements \(a, b\).*: do something else"):
        table(*series)
    assert table() is None


def test_an_answer_without_times_has_none():
    made = table(Series("", ["name"], [["db"], ["other"]]))
    assert rows(made) == {"name": ["db", "other"]}
    assert made.length == 2


def test_kinds_that_are_given_are_those_of_the_columns():
    series = Series("m", ["time", "f", "s", "u"], [[1, 1, None, 3]])
    made = table(series, types={"f": "float", "s": "string", "u": "unsigned", "absent": "float"})
    assert [column.kind for column in made.columns.values()] == [
        "time",
        "float",
        "string",
        "unsigned",
    ]


def test_a_column_of_several_kinds_can_be_read_as_text():
    made = table(
        Series("m", ["time", "x"], [[1, "a"], [2, True], [3, None], [4, 1.5]]),
        types={"x": "string"},
    )
    assert made.columns["x"].to_list() == ["a", "true", None, "1.5"]


@pytest.mark.parametrize(
    ("value", "kind", "match"),
    [
        (0.5, "integer", "column 'x' is said to be integer, and was read as float: 0.5 is no"),
        ("a", "float", "column 'x' is said to be float, and was read as string"),
        (7, "string", "column 'x' is said to be string, and was read as integer"),
    ],
)
def test_a_kind_that_a_column_has_not_is_refused(value, kind, match):
    with pytest.raises(DecodeError, match=match):
        table(Series("m", ["time", "x"], [[1, value]]), types={"x": kind})


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="'x' cannot be 'int'; known: float"):
        table(types={"x": "int"})


def test_many_series_are_one_table():
    series = [Series("m", ["time", "v"], [[i, i]], tags={"h": f"h{i}"}) for i in range(1_000)]
    made = table(*series)
    assert isinstance(made.columns["h"], Column)
    assert made.columns["h"].to_list() == [f"h{i}" for i in range(1_000)]
