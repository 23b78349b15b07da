"""What the text of a SELECT tells of its answer."""

from __future__ import annotations

import pytest

from influx_dataframe._read.plain_select import common_types, plain_select

FIELDS = {"f": "float", "n": "integer", "s": "string"}


@pytest.mark.parametrize(
    ("query", "kinds", "tags"),
    [
        ("SELECT f, n, host FROM m", {"f": "float", "n": "integer"}, ()),
        ("SELECT f AS x FROM db.rp.m GROUP BY host", {"x": "float"}, ("host",)),
        ("SELECT time, n FROM m", {"n": "integer"}, ()),
        ("SELECT * FROM m", FIELDS, ()),
        (
            "SELECT mean(n), count(f), max(n) FROM m WHERE time > 0 GROUP BY time(1m), host",
            {"mean": "float", "count": "integer", "max": "integer"},
            ("host",),
        ),
        ("SELECT derivative(mean(n), 1s) FROM m GROUP BY time(1m)", None, None),
        ("SELECT n FROM a, b", None, None),
        ("SELECT n FROM /m.*/", None, None),
        ("SELECT n FROM (SELECT n FROM m)", None, None),
        ("SELECT n + 1 FROM m", None, None),
        ("SELECT mean(*) FROM m", None, None),
        ("SELECT top(n, host, 2) FROM m", None, None),
        ("SELECT n, n FROM m", None, None),
        ("SELECT n FROM m GROUP BY *", None, None),
        ("SELECT n FROM m; SELECT n FROM m", None, None),
        ("SHOW DATABASES", None, None),
        ("SELEKT", None, None),
    ],
)
def test_a_plain_select_tells_the_kinds_of_its_columns(query, kinds, tags):
    found = plain_select(query, None)
    if kinds is None:
        assert found is None
    else:
        assert found.kinds(FIELDS) == kinds
        assert found.tags == tags


def test_values_for_placeholders_are_put_in():
    found = plain_select("SELECT n FROM m WHERE host = $host", {"host": "a"})
    assert found.source.name == "m"


def test_types_on_which_shards_disagree_are_floats_or_unknown():
    found = [("f", "integer"), ("f", "float"), ("s", "string"), ("x", "string"), ("x", "float")]
    assert common_types(found) == {"f": "float", "s": "string"}
