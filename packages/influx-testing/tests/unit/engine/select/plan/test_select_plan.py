from __future__ import annotations

import pytest

from influx_query import parse
from influx_query.nodes import SelectStatement
from influx_testing._engine.select.plan.select_plan import column_names, result_fields, tag_columns


def names(text: str) -> list[str]:
    (statement,) = parse(text)
    assert isinstance(statement, SelectStatement)
    return column_names(result_fields(statement))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("n, n, n AS n", ["n_1", "n_2", "n"]),
        ("mean(a) + b * 2", ["mean_b"]),
        ("(a)", ["a"]),
        ("abs(max(a))", ["abs"]),
        ("top(v, host, 2)", ["top", "host"]),
        ("DISTINCT(a)", ["distinct"]),
        ("a, a AS a_1, a", ["a", "a_1", "a_2"]),
    ],
)
def test_columns_are_named_as_the_server_names_them(fields: str, expected: list[str]) -> None:
    assert names(f"SELECT {fields} FROM m") == expected


def test_the_tags_that_top_chooses_by_are_known_as_tags() -> None:
    (statement,) = parse("SELECT top(v, host, region, 2), n INTO x FROM m", dialect="1.6")
    assert isinstance(statement, SelectStatement)
    assert tag_columns(statement) == {1, 2}
