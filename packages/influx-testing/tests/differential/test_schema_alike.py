"""What random testing found in statements about the schema, and in what deletes or writes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Compare = Callable[[Callable[[Any], Any]], None]
Tell = Callable[[list[str], list[str]], tuple[Any, Any]]

START = 1_577_836_800


@pytest.mark.parametrize("subject", ["MEASUREMENT", "SERIES", "TAG KEY", "FIELD KEY"])
def test_cardinality_in_groups(alike: Compare, subject: str) -> None:
    for word in ("", "EXACT "):
        for rest in (
            "FROM m GROUP BY host",
            "FROM m,k GROUP BY host, region",
            "GROUP BY region, host",
            "FROM m GROUP BY *",
            "GROUP BY *",
            "FROM m GROUP BY /h/",
            "FROM m GROUP BY nosuch",
            "FROM m GROUP BY host LIMIT 1",
            "FROM m GROUP BY host OFFSET 1",
            "FROM m WHERE host = 'a' GROUP BY region",
            "FROM m WHERE time > 0",
            "FROM m OFFSET 1",
        ):
            alike(
                lambda server, text=f"SHOW {subject} {word}CARDINALITY {rest}": server.query(text)
            )


@pytest.mark.parametrize("key", ["= host", "IN (host, region)", "=~ /h/"])
def test_cardinality_of_values_in_groups(alike: Compare, key: str) -> None:
    for rest in (
        "",
        "GROUP BY host",
        "GROUP BY *",
        "GROUP BY region, host",
        "GROUP BY nosuch",
        "WHERE host != 'a' GROUP BY region",
        "WHERE time > 0",
        "GROUP BY host LIMIT 1",
    ):
        text = f"SHOW TAG VALUES CARDINALITY FROM m,k WITH KEY {key} {rest}"
        alike(lambda server, text=text: server.query(text))


CONDITIONS = """
host = 'a' OR s = 'x1'|s = 'x1'|f > 1|f = n|f = host|host = 5|nosuch = 5|nosuch != 5|'a' = host
host = region|host = 'a' AND false|host > 'a'|1 = 1|f + 1 = 2|abs(f) = 2|true|false
_name = 'm'|_name =~ /k/|_name = 5|_name != 'm' AND host = 'a'|_name = 'm' OR region = 'x'
_tagKey = 'host'|_tagKey != 'host'|_tagKey = 5|_tagKey = 'host' OR region = 'x'
_seriesKey = 'x'|_tagValue = 'x'|_fieldKey = 'x'|_series = 'x'
"""


@pytest.mark.parametrize("condition", CONDITIONS.strip().replace("\n", "|").split("|"))
def test_conditions_of_schema_statements(alike: Compare, condition: str) -> None:
    for text in (
        "SHOW SERIES",
        "SHOW SERIES FROM nosuch",
        "SHOW TAG KEYS",
        "SHOW TAG KEYS FROM nosuch",
        "SHOW TAG VALUES WITH KEY = host",
        "SHOW TAG VALUES FROM m, k WITH KEY =~ /./",
        "SHOW MEASUREMENTS",
        "SELECT f FROM m, k",
    ):
        alike(lambda server, text=f"{text} WHERE {condition}": server.query(text))


@pytest.mark.parametrize(
    "place", ["m", "autogen.m", "nosuch.m", "nodb..m", "DB.autogen.m", "_series"]
)
@pytest.mark.parametrize("on", ["", " ON nodb", " ON DB"])
def test_databases_named_twice(alike: Compare, on: str, place: str) -> None:
    for subject in (
        *("SERIES", "TAG KEYS", "FIELD KEYS", "SERIES CARDINALITY", "TAG KEY CARDINALITY"),
        *("MEASUREMENT EXACT CARDINALITY", "FIELD KEY CARDINALITY"),
    ):
        text = f"SHOW {subject}{on} FROM {place}"
        alike(lambda server, text=text: server.query(text))
    alike(lambda server: server.query(f"SELECT f FROM {place} LIMIT 1"))


@pytest.mark.parametrize("sources", ["", "FROM m", "FROM m, k"])
@pytest.mark.parametrize("subject", ["FIELD KEY", "TAG KEY", "MEASUREMENT EXACT", "SERIES EXACT"])
def test_what_cardinality_asks_of_fields(alike: Compare, subject: str, sources: str) -> None:
    for condition in (
        *("f != f", "f = f", "f != n", "s != s", "f != host", "host != f", "f != 'x'", "f !~ /x/"),
        *("f != 1", "host != host", "nosuch != nosuch", "f != f OR host = 'a'"),
    ):
        text = f"SHOW {subject} CARDINALITY {sources} WHERE {condition}"
        alike(lambda server, text=text: server.query(text))


CHECKS = [
    *("SHOW SERIES", "SHOW SERIES EXACT CARDINALITY", "SHOW SERIES CARDINALITY"),
    *("SHOW MEASUREMENTS", "SHOW TAG KEYS", "SHOW TAG VALUES WITH KEY =~ /./", "SHOW FIELD KEYS"),
    *("SELECT * FROM cpu", "SELECT * FROM cpu GROUP BY *"),
]


LINES = ["cpu n=2i 36", "cpu,host=a n=1i 8", 'cpu,host=b,region=x n=3i,s="x" 900000']


@pytest.mark.parametrize(
    "steps",
    [
        ["DELETE WHERE time >= 20s AND time < 42s"],
        ["DELETE FROM cpu WHERE time >= 20s AND (host = '' OR host = 'a')"],
        ["DELETE FROM cpu WHERE host = 'a'", "cpu,host=a n=1 5"],
        ["DELETE FROM cpu", "cpu n=1 5", "cpu o=1i 5"],
        ["DROP MEASUREMENT cpu", "cpu n=1 5"],
        ["DROP SERIES FROM cpu", "cpu,host=c n=1 5"],
        ["DROP SERIES WHERE region = 'x'", "DELETE FROM cpu WHERE host = 'a'", "cpu,host=a n=1i 6"],
        ["DELETE FROM cpu WHERE host = 'a'", "DELETE FROM cpu WHERE host = 'b'"],
        ["DELETE FROM cpu WHERE host > 'a'"],
        ["DELETE FROM cpu WHERE host = 'a' OR n > 5"],
        ["DELETE FROM cpu WHERE host = 'nosuch' AND n > 5"],
        [
            *(
                "CREATE RETENTION POLICY p ON DB DURATION 0s REPLICATION 1",
                "SHOW SERIES FROM p.cpu",
            ),
            *("SELECT n INTO p.other FROM cpu GROUP BY *", "SHOW SERIES FROM p.cpu"),
            "DROP RETENTION POLICY p ON DB",
        ],
    ],
)
def test_what_is_left_after_a_deletion(told: Tell, steps: list[str]) -> None:
    real, fake = told(LINES, [*steps, *CHECKS])
    assert fake == real


@pytest.mark.parametrize(
    "steps",
    [
        [
            "DELETE FROM cpu WHERE host = 'a'",
            "DROP SERIES FROM cpu",
            "SHOW SERIES",
            "cpu,host=c n=1 1",
        ],
        [
            "DELETE FROM cpu WHERE host = 'c'",
            "cpu,host=c n=1 1",
            "DELETE FROM cpu WHERE host != 'c'",
        ],
        [
            "DELETE FROM cpu WHERE host = 'a'",
            "DELETE FROM cpu WHERE host = 'c'",
            "DROP MEASUREMENT cpu",
        ],
    ],
)
def test_what_is_left_of_series_that_were_written_several_times_at_once(
    told: Tell, steps: list[str]
) -> None:
    lines = ["cpu,host=a n=1 1", "cpu,host=b n=1 1", "cpu,host=b n=1 2", "cpu,host=c n=2 2"]
    real, fake = told(lines, [*steps, *CHECKS])
    assert fake == real


SPANS = ["time < 0", "time <= 0", "time <= -1", "time = -1", "time = 0", "time > -10", "time < 1"]
SPANS += ["time < '1970-01-01'", "time > '1969-12-31' AND time < 0", "time < 0 AND host = 'a'"]
SPANS += ["time >= -10s AND time < 9223372037s", f"time > {2**63 - 1}", "time > 0", "time < 7d"]


@pytest.mark.parametrize("span", SPANS)
@pytest.mark.parametrize("subject", ["SERIES", "SERIES FROM cpu", "TAG KEYS", "MEASUREMENTS"])
def test_series_are_listed_for_times_before_1970_as_the_server_does(
    told: Tell, subject: str, span: str
) -> None:
    lines = ["cpu,host=a n=1 -5", "cpu,host=b n=1 5", f"mem,host=c n=1 {START}"]
    steps = [f"SHOW {subject} WHERE {span}", f"SHOW {subject} WHERE {span} LIMIT 1"]
    real, fake = told(lines, steps)
    assert fake == real


@pytest.mark.parametrize("drop", ["DELETE FROM", "DROP SERIES FROM", "DROP MEASUREMENT"])
def test_a_series_written_several_times_at_once_can_keep_its_measurement(
    told: Tell, drop: str
) -> None:
    lines = ["cpu,host=a n=1 1", "cpu,host=b n=1 1", "cpu,host=a n=1 2"]
    again = [f"{drop} cpu", *CHECKS, "cpu,host=a n=2 1", *CHECKS, f"{drop} cpu", *CHECKS]
    real, fake = told(lines, ["cpu,host=a n=1 900000\ncpu,host=c n=1 900000", *again])
    assert fake == real


def test_a_shard_that_refuses_a_deletion_does_not_keep_others_from_it(told: Tell) -> None:
    steps = ["cpu,host=b n=1 900000", 'cpuz host="x" 900000', "DELETE WHERE host = 'b'", *CHECKS]
    real, fake = told(["cpu,host=b n=1 1"], steps)
    assert fake == real


@pytest.mark.parametrize(
    "select",
    [
        "max(n), host INTO copy FROM cpu WHERE time > 0s AND time < 90s GROUP BY time(9s) fill(7)",
        "top(n, host, 2) INTO copy FROM (SELECT n FROM cpu GROUP BY *)",
        "top(n, host, 2) INTO copy FROM (SELECT n FROM cpu GROUP BY *) GROUP BY host",
        "n, n AS host INTO copy FROM cpu GROUP BY *",
    ],
)
def test_points_written_back_that_do_not_go_together(told: Tell, select: str) -> None:
    steps = [f"SELECT {select}", "SELECT * FROM copy", "SELECT * FROM copy GROUP BY *", *CHECKS]
    real, fake = told(LINES, steps)
    assert fake == real


@pytest.mark.parametrize(
    "statement",
    [
        *(
            "SHOW MEASUREMENTS WHERE n <= 1",
            "SHOW TAG KEYS WHERE n <= 1",
            "SHOW MEASUREMENTS WHERE b",
        ),
        *("SHOW TAG VALUES WITH KEY = host WHERE 'a' = host", "SHOW TAG KEYS WHERE b"),
        *(
            "SHOW SERIES WHERE n <= 1",
            "SHOW TAG KEYS ON nodb WHERE n <= 1",
            "SHOW GRANTS FOR nobody",
        ),
        *("SHOW SERIES CARDINALITY ON nodb", "SHOW MEASUREMENT EXACT CARDINALITY ON nodb"),
        *("SHOW TAG VALUES CARDINALITY WITH KEY = host WHERE b", "SHOW SERIES ON nodb WHERE b"),
    ],
)
def test_which_errors_let_the_next_statement_run(alike: Compare, statement: str) -> None:
    alike(lambda server: server.query(f"{statement}; SHOW TAG KEYS"))


@pytest.mark.parametrize("accept", ["text/csv", "application/x-msgpack"])
def test_policies_and_users_in_other_formats(alike: Compare, accept: str) -> None:
    for statement in ("SHOW+RETENTION+POLICIES", "SHOW+USERS", "SHOW+GRANTS+FOR+nobody"):
        path = f"/query?db=DB&q={statement}"
        alike(lambda server, path=path: server.ask("GET", path, Accept=accept))


@pytest.mark.parametrize(
    "text",
    [
        "SHOW TAG KEYS WHERE time > '2030-01-01'",
        "SHOW TAG KEYS WHERE time > '2020-01-01' AND host = 'a'",
        "SHOW TAG VALUES WITH KEY = host WHERE time > '2030-01-01'",
        "SHOW TAG VALUES FROM m WITH KEY = host WHERE time < '2020-01-09' AND host = 'a'",
        "SHOW SERIES WHERE time < '2020-01-09' OFFSET 1",
        "SHOW SERIES FROM m, ties WHERE time < '2020-01-09' LIMIT 1 OFFSET 1",
        "SHOW TAG VALUES EXACT CARDINALITY FROM m WITH KEY = host WHERE _tagKey = 'host'",
        "SHOW TAG VALUES EXACT CARDINALITY FROM m WITH KEY =~ /./ WHERE _tagKey != 'host'",
        "SHOW TAG VALUES CARDINALITY FROM m WITH KEY = host WHERE _tagKey =~ /h/ AND host = 'a'",
        "EXPLAIN SELECT f FROM m WHERE host = 'zz'",
        "EXPLAIN SELECT max(n) FROM m, k WHERE host = 'b'",
        "EXPLAIN SELECT min(f) FROM nosuch",
        "EXPLAIN SELECT f FROM m WHERE time < '2020-01-01T00:00:10Z'",
        (
            "EXPLAIN SELECT moving_average(mean(f), 2) FROM w WHERE time > '2020-01-03' "
            "AND time < '2020-01-09' GROUP BY time(3d) ORDER BY time DESC"
        ),
    ],
)
def test_schema_statements_with_times_and_keys(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


@pytest.mark.parametrize(
    "deletion",
    [
        *("DROP MEASUREMENT cpu", "DROP SERIES FROM cpu", "DELETE FROM mem"),
        *("DELETE WHERE host = 'a'", "DELETE FROM cpu WHERE time > 4000000000s"),
    ],
)
def test_series_of_a_dropped_policy_are_listed_until_they_are_deleted(
    told: Tell, deletion: str
) -> None:
    looks = ["SHOW MEASUREMENTS", "SHOW MEASUREMENT CARDINALITY", "SHOW SERIES", "SHOW TAG KEYS"]
    lines = [f"cpu,host=a f=1 {START}", f"mem,host=b f=1 {START}"]
    policy = "RETENTION POLICY autogen ON DB"
    steps = [
        *(f"DROP {policy}", *looks),
        *(f"CREATE {policy} DURATION 0s REPLICATION 1 DEFAULT", *looks),
        *(deletion, f"cpu,host=c f=1 {START}", *looks),
        *(deletion, *looks, f"cpu,host=a f=1 {START}", *looks),
    ]
    real, fake = told(lines, steps)
    assert fake == real


@pytest.mark.parametrize("deletion", ["DROP MEASUREMENT cpu", "DROP SERIES FROM cpu"])
def test_the_estimate_leaves_out_a_measurement_that_exists_again(told: Tell, deletion: str) -> None:
    point, look = f"cpu,host=a f=1 {START}", "SHOW MEASUREMENT CARDINALITY"
    real, fake = told([point, f"mem f=1 {START}"], [look, *[deletion, look, point, look] * 2])
    assert fake == real


@pytest.mark.parametrize("other", ["cpu2", "cpu load", "cpu,x", "cp", "dcpu"])
@pytest.mark.parametrize("delete", ["", "DELETE FROM /^cpu.+/", "DROP SERIES FROM /^cpu.+/"])
def test_a_dropped_measurement_keeps_its_fields_beside_a_longer_name(
    told: Tell, other: str, delete: str
) -> None:
    escaped = other.replace(" ", "\\ ").replace(",", "\\,")
    lines = [f'cpu,host=a f="x",g=1 {START}', f"{escaped} f=1 {START}", 'cpu f="x" 5']
    steps = [*filter(None, [delete]), "DROP MEASUREMENT cpu", "SHOW FIELD KEYS", "cpu h=1 6"]
    steps += [f"cpu f=1 {START}", "cpu f=1 5", "SELECT * FROM cpu", *CHECKS]
    steps += [f'DROP MEASUREMENT "{other}"', "DROP MEASUREMENT cpu", f"cpu f=1 {START}", *CHECKS]
    real, fake = told(lines, steps)
    assert fake == real
