"""InfluxQL of 3.x where it differs from that of 1.x."""

from __future__ import annotations

import pytest

from influx_testing import FakeInfluxDB

NOW = 1_700_000_000_000_000_000
HOUR = 3_600_000_000_000
ROWS = b"""m,host=b,rack=1 v=1 10
m,host=a v=2 10
m,host=a,rack=2 v=3 10
m,host=c v=4 20
n,host=a w=1 10
"""


@pytest.fixture
def filled(ask):
    assert ask.write(ROWS).status == 204
    return ask


def values(ask, text, name="v"):
    return [row.get(name) for row in ask.influxql(text).json]


def test_rows_of_one_time_are_in_the_order_of_the_selected_tags(filled):
    assert values(filled, "SELECT * FROM m") == [3, 2, 1, 4]


def test_rows_of_one_time_are_in_the_order_of_storage_where_no_tag_is_selected(filled):
    assert values(filled, "SELECT v FROM m") == [2, 3, 1, 4]


def test_backwards_only_times_turn_round(filled):
    assert values(filled, "SELECT v FROM m ORDER BY time DESC") == [4, 2, 3, 1]
    names = [
        row["iox::measurement"]
        for row in filled.influxql("SELECT v, w FROM m, n ORDER BY time DESC").json
    ]
    assert names == ["m", "m", "m", "m", "n"]


def test_limits_count_sorted_rows(filled):
    assert values(filled, "SELECT v, host FROM m LIMIT 2 OFFSET 1") == [3, 1]


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("columns", ["*", "v", "v, host"])
def test_limits_leave_what_all_rows_begin_with(ask, order, columns):
    """At times that are seconds, days and years apart, and several points at each."""
    times = [0, 1, HOUR // 3600, HOUR, 24 * HOUR, 24 * HOUR + 1, NOW, NOW + HOUR, -NOW]
    hosts = ["a", "b", ""]
    lines = [
        f"m{',host=' if host else ''}{host},rack={n} v={place}{n} {time}"
        for place, time in enumerate(times)
        for n, host in enumerate(hosts)
    ]
    assert ask.write("\n".join(lines).encode()).status == 204
    for bounds in ("", f" WHERE time > 0 AND time <= {NOW}", f" WHERE time > {2 * NOW}"):
        text = f"SELECT {columns} FROM m{bounds}{order}"
        everything = ask.influxql(text).json
        for limit in (1, 2, 4, 25, 100):
            for offset in (0, 1, 5, 26):
                found = ask.influxql(f"{text} LIMIT {limit} OFFSET {offset}").json
                assert found == everything[offset : offset + limit]


def test_missing_tags_come_last_among_groups(filled):
    found = filled.influxql("SELECT v FROM m GROUP BY rack").json
    assert [(row.get("rack"), row["v"]) for row in found] == [
        ("1", 1),
        ("2", 3),
        (None, 2),
        (None, 4),
    ]


def test_fill_leaves_fields_alone_that_a_measurement_has_not(filled):
    found = filled.influxql(
        "SELECT count(v), count(w) FROM m, n WHERE time >= 0 AND time < 30 "
        "GROUP BY time(10ns) FILL(7)"
    ).json
    assert [(row.get("count"), row.get("count_1")) for row in found] == [
        (7, None),
        (3, None),
        (1, None),
        (None, 7),
        (None, 1),
        (None, 7),
    ]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abs(-i)", 101),
        ("pow(i, 2)", 10201),
        ("floor(i)", 101.0),
        ("atan2(i, 2)", 1.5509969),
        ("log(i, 8)", 2.2194037),
        ("i / missing", 0.0),
    ],
)
def test_functions_are_those_of_datafusion(ask, expression, expected):
    ask.write(b"m i=101i,missing=1 1\nm i=101i 2")
    assert values(ask, f"SELECT {expression} AS x FROM m WHERE time = 2", "x") == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(u)", [0]),
        ("mean(u)", [2.0**63]),
        ("median(u)", [2.0**63]),
        ("spread(u)", [2**64 - 2]),
        ("max(u)", [2**64 - 1]),
        ("u - 1", [2**64 - 2, 0]),
        ("u::float", [2.0**64, 1.0]),
    ],
)
def test_unsigned_integers_have_64_bits(ask, text, expected):
    ask.write(b"m u=18446744073709551615u 1\nm u=1u 2")
    assert values(ask, f"SELECT {text} AS x FROM m", "x") == expected
    assert values(ask, "SELECT u FROM m WHERE u = 18446744073709551615", "u") == [2**64 - 1]


def test_a_plan_is_a_row(filled):
    (row,) = filled.influxql("EXPLAIN SELECT v FROM m").json
    assert row["plan_type"] == "logical_plan"
    assert row["plan"]


def test_bitwise_operators_cut_off_fractions(ask):
    ask.write(b"m v=11.3 1\nm v=10.4 2")
    assert values(ask, "SELECT v FROM m WHERE v & 1 = 1") == [11.3]


@pytest.mark.parametrize(
    "source", ["db..m", "db.autogen.m", '"db"."default"."m"', "autogen.m", "/^m$/", r"/\m/"]
)
def test_a_source_may_name_the_database(filled, source):
    assert len(values(filled, f"SELECT v FROM {source}")) == 4


def test_a_database_in_the_statement_is_enough(filled):
    asked = {"q": "SHOW TAG KEYS ON db"}
    assert len(filled("POST", "/api/v3/query_influxql", asked).json) == 3
    assert filled("GET", "/query", q="SELECT v FROM db..m").status == 200
    two = filled("GET", "/query", q="SELECT v FROM db..m, other..m")
    assert two.status == 400
    assert two.json == {"error": "can only perform queries on a single database"}


@pytest.mark.parametrize("clause", ["SLIMIT 1", "SOFFSET 1"])
def test_series_are_not_limited(filled, clause):
    answer = filled.influxql(f"SELECT v FROM m GROUP BY host {clause}")
    assert (answer.status, answer.text) == (
        405,
        "This feature is not implemented: SLIMIT or SOFFSET",
    )


def test_a_name_cannot_be_a_tag_and_a_field_of_subqueries(filled):
    answer = filled.influxql(
        "SELECT count(host) FROM (SELECT v AS host FROM m), (SELECT host, v FROM m)"
    )
    assert answer.status == 405
    assert "cannot mix tag and field columns with the same name: host" in answer.text


@pytest.fixture
def aged(ask):
    ask.fake = FakeInfluxDB("3.x", clock=lambda: NOW)
    lines = (
        f"m,t=old,o=1 v=1 {NOW - 30 * HOUR}\nm,t=new v=1 {NOW - HOUR}\np,t=x v=1 {NOW - 30 * HOUR}"
    )
    assert ask.write(lines.encode()).status == 204
    return ask


def test_tag_values_are_those_of_the_last_day(aged):
    assert values(aged, "SHOW TAG VALUES WITH KEY = t", "value") == ["new"]
    assert values(aged, "SHOW TAG VALUES FROM m WITH KEY = t WHERE time > 0", "value") == [
        "new",
        "old",
    ]
    assert values(aged, "SHOW TAG VALUES FROM m WITH KEY = o WHERE time > 0", "value") == [
        "1",
        None,
    ]


def test_tag_keys_and_measurements_look_at_rows_only_with_a_condition(aged):
    assert values(aged, "SHOW TAG KEYS FROM m", "tagKey") == ["o", "t"]
    assert values(aged, "SHOW TAG KEYS FROM m WHERE v = 1", "tagKey") == ["t"]
    assert values(aged, "SHOW MEASUREMENTS", "name") == ["m", "p"]
    assert values(aged, "SHOW MEASUREMENTS WHERE v = 1", "name") == ["m"]
    assert values(aged, "SHOW MEASUREMENTS WHERE time > 0", "name") == ["m", "p"]


def test_days_are_counted_from_the_newest_point_where_all_are_old(filled):
    assert values(filled, "SHOW TAG VALUES FROM m WITH KEY = host", "value") == ["a", "b", "c"]


def test_policies_and_databases_have_columns_of_their_own(filled):
    assert filled.influxql("SHOW RETENTION POLICIES").json == [
        {"iox::database": "db", "name": "autogen", "duration": "0s"}
    ]
    assert filled("GET", "/query", q="SHOW DATABASES").json["results"][0]["series"] == [
        {"columns": ["iox::database", "deleted"], "values": [["_internal", False], ["db", False]]}
    ]
