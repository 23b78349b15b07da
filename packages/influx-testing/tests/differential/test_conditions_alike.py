"""Conditions that are no plain comparisons: what the real server makes of them, the fake makes too.

Each server has the points that conftest.py gives it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

START = 1_577_836_800
LATEST = 2**63 - 1
WITHIN = f"WHERE time >= {START}s AND time < {START + 60}s"
ALL_OF_M = "(SELECT f, n, b, s FROM m)"
ALL_OF_K = "(SELECT f, n FROM k)"

Compare = Callable[[Callable[[Any], Any]], None]
Tell = Callable[[list[str], list[str]], tuple[list[Any], list[Any]]]


@pytest.mark.parametrize("select", ["b | {}", "{} | b", "b & {}, b ^ {}", "{} & true, true | {}"])
def test_a_missing_value_beside_a_boolean_operator_is_false(alike: Compare, select: str) -> None:
    text = select.format(*["nosuch"] * select.count("{}"))
    alike(lambda server: server.query(f"SELECT {text} FROM m"))


@pytest.mark.parametrize("source", ["m", ALL_OF_M, "k", ALL_OF_K])
@pytest.mark.parametrize(
    "condition",
    [
        "(nosuch & b) = false",
        "(nosuch | b) = true",
        "n = false",
        "nosuch = false",
        "nosuch != true",
        "(n + 1) = false",
        "false = (n + 1)",
        "(n + 1) != true",
        "(nosuch & b) OR n > 5",
        "n > 5 OR (nosuch | b)",
    ],
)
def test_a_missing_result_is_false_and_a_missing_field_is_not(
    alike: Compare, condition: str, source: str
) -> None:
    alike(lambda server: server.query(f"SELECT f FROM {source} WHERE {condition}"))


@pytest.mark.parametrize("other", ["", " OR n > 4", " AND n > 4"])
@pytest.mark.parametrize(
    "arithmetic", ["n & 1.5", "n & 1", "n + 1", "b & true", "host + 1", "host + 'x'", "1 + n + 2"]
)
def test_arithmetic_in_place_of_a_comparison(alike: Compare, arithmetic: str, other: str) -> None:
    for source in ("m", ALL_OF_M):
        text = f"SELECT f FROM {source} WHERE ({arithmetic}){other}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("constant", ["1 + 2", "(1 + 2)", "'a' + 'b'", "1s + 2s"])
def test_a_constant_is_no_condition(alike: Compare, constant: str) -> None:
    for condition in (constant, f"{constant} AND n > 3", f"n > 3 OR {constant}"):
        alike(lambda server, text=condition: server.query(f"SELECT f FROM m WHERE {text}"))


@pytest.mark.parametrize("fields", ["f", "nosuch", "f, nosuch", "mean(f)", "nosuch + 1", "*", "n"])
@pytest.mark.parametrize("explain", ["", "EXPLAIN "])
def test_a_constant_counts_where_its_subquery_runs(
    alike: Compare, fields: str, explain: str
) -> None:
    inner = "SELECT f, g FROM m WHERE n > 3 AND (1 + 1 OR n < 9)"
    for limit in ("", " LIMIT 1", " WHERE f > 1"):
        text = f"{explain}SELECT {fields} FROM ({inner}){limit}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("fields", ["f & n", "sum(f & n)", "nosuch + f", "mean(s)"])
@pytest.mark.parametrize("source", ["m", "nodb..m", ALL_OF_M])
def test_a_wrong_field_is_told_before_a_constant(alike: Compare, fields: str, source: str) -> None:
    text = f"SELECT {fields} FROM {source} WHERE n > 3 AND ('a' + 'b' AND n < 9)"
    alike(lambda server: server.query(text))


@pytest.mark.parametrize(
    "condition",
    [
        "host > 'a'",
        "host < ''",
        "'a' > host",
        "nosuch > 'a'",
        "host > 'a' OR n > 1",
        "host > 'b' AND host > 'a'",
        "host = region",
        "host > region",
        "host != nosuch",
        "host & 'a'",
        "host > 1",
        "_name > 'a'",
    ],
)
def test_the_index_reads_any_other_operator_as_unequal(alike: Compare, condition: str) -> None:
    for select in ("f", "max(f)", "v FROM (SELECT f AS v"):
        end = ")" if "(SELECT" in select else ""
        text = f"EXPLAIN SELECT {select} FROM m WHERE {condition}{end}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("verb", ["DELETE", "DROP SERIES"])
def test_nothing_is_deleted_by_the_order_of_a_measurements_name(told: Tell, verb: str) -> None:
    real, fake = told([f"cpu f=1 {START}"], [f"{verb} FROM cpu WHERE _name > 'a'", "SHOW SERIES"])
    assert fake == real


@pytest.mark.parametrize(
    ("condition", "selects"),
    [(f"time > {LATEST}", ["f", "max(f)", "difference(f)"]), (f"time < {-LATEST - 1}", ["f"])],
)
def test_a_bound_beyond_the_last_nanosecond_overflows(
    told: Tell, condition: str, selects: list[str]
) -> None:
    lines = [f"cpu,host={'ab'[n % 2]} f={n} {START + n}" for n in range(4)]
    steps = [
        f"SELECT {select} FROM {source} WHERE {condition}"
        for select in selects
        for source in ("cpu", "(SELECT f FROM cpu)")
    ]
    steps += [f"SHOW SERIES WHERE {condition}", f"SHOW TAG KEYS WHERE {condition}"]
    steps += [f"DELETE FROM cpu WHERE {condition}", "SELECT f FROM cpu"]
    real, fake = told(lines, steps)
    assert fake == real


@pytest.mark.parametrize("field", ["f", "n"])
def test_a_cast_to_unsigned_wraps(told: Tell, field: str) -> None:
    numbers = ["-1.5", "-0.5", "3", "1e19", "2e19", "-1e30", str(2**63), str(2**64 - 1)]
    wholes = [-3, 0, 5, LATEST, -LATEST, -1, 7, 8]
    lines = [
        f"cpu f={number},n={whole}i {START + index}"
        for index, (number, whole) in enumerate(zip(numbers, wholes, strict=True))
    ]
    name = f"{field}::unsigned"
    steps = [f"SELECT {name} FROM cpu", f"SELECT v FROM (SELECT {name} AS v FROM cpu)"]
    steps += [f"SELECT v::unsigned FROM (SELECT {field} AS v FROM cpu)"]
    steps += [f"SELECT {call}({name}) FROM cpu" for call in ("max", "min", "first", "count")]
    steps += [f"SELECT {field} FROM cpu WHERE {name} > 5"]
    real, fake = told(lines, steps)
    assert fake == real


@pytest.mark.parametrize(
    "text",
    [
        "SELECT f FROM m WHERE host =~ /x/ + 1",
        "SELECT f FROM (SELECT f FROM m) WHERE host !~ /x/ + 1",
        "SELECT f FROM (SELECT f FROM m WHERE host =~ /x/ + 1)",
        "EXPLAIN SELECT f FROM m WHERE n > 1 AND (host =~ /x/ + 1 OR host = 'a')",
        "SHOW TAG KEYS; SELECT f FROM k; SELECT f INTO x FROM m WHERE s =~ /x/ + 1; SHOW SERIES",
    ],
)
def test_a_panic_is_the_last_result(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


PATTERNLESS = "host =~ /x/ + 1"
KNOWN = [
    *(f"true OR {PATTERNLESS}", f"{PATTERNLESS} AND false", f"(1 = 1) OR {PATTERNLESS}"),
    *(f"f > 1 AND (true OR {PATTERNLESS})", f"false OR {PATTERNLESS}", f"true AND {PATTERNLESS}"),
    *(f"f > 1 OR (1 = 2 AND {PATTERNLESS})", f"time > 0 AND (true OR {PATTERNLESS})"),
]


@pytest.mark.parametrize("condition", KNOWN)
def test_what_makes_no_difference_is_not_looked_at(alike: Compare, condition: str) -> None:
    for asked in (
        *("SELECT f FROM m", "SELECT f FROM (SELECT f FROM m)", "EXPLAIN SELECT max(f) FROM m"),
        *("SHOW SERIES", "SHOW SERIES CARDINALITY", "SHOW SERIES EXACT CARDINALITY"),
        *("SHOW TAG KEYS", "SHOW TAG VALUES WITH KEY = host", "SHOW MEASUREMENTS"),
        "SHOW TAG VALUES CARDINALITY WITH KEY = host",
    ):
        text = f"{asked} WHERE {condition}"
        alike(lambda server, text=text: server.query(text))


LATER = f"time > {START + 12}s"
WITH_TIME = [
    *(f"{LATER} OR true", f"true OR {LATER}", f"true AND {LATER} OR f > 5", f"false OR {LATER}"),
    *(f"false AND {LATER} OR f > 3", f"({LATER} OR true) AND f > 3", f"{LATER} OR 1 < 2"),
    *(f"f > 3 OR ({LATER} AND 'a' = 'a')", f"f > 3 AND ({LATER} OR false)", f"{LATER} OR f > 5"),
    *(f"(true OR f > 3) AND {LATER} OR f > 5", f"f > 3 AND ({LATER} AND false)", "((true))"),
    *(
        f"{LATER} AND 5",
        f"{LATER} AND 1 + 1",
        "time > now() OR true",
        "time > '2020-99-99' OR true",
    ),
]


@pytest.mark.parametrize("condition", WITH_TIME)
def test_bounds_on_time_beside_constants(alike: Compare, condition: str) -> None:
    for source in (
        *("m WHERE {}", "(SELECT f FROM m WHERE {})", "(SELECT f FROM m) WHERE {}"),
        *("(SELECT f FROM (SELECT f FROM m WHERE {}))", "k, (SELECT f FROM m WHERE {})"),
        "(SELECT max(f) AS f FROM m WHERE {} GROUP BY time(5s))",
    ):
        text = f"SELECT f FROM {source.format(condition)}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("inner", ["distinct f AS v", "nosuch AS v", "f AS v", "f AS w"])
def test_a_constant_in_a_subquery_that_has_no_values(alike: Compare, inner: str) -> None:
    calls = ["count(v)", "max(v)", "median(v)", "count(distinct(v))", "distinct(v)", "top(v, 1)"]
    for select in (*calls, "v", "*", "v, w", "max(nosuch)"):
        for condition in ("1 + 1", f"{LATER} AND 5", "host = 'zz'"):
            text = f"SELECT {select} FROM (SELECT {inner} FROM m WHERE {condition})"
            alike(lambda server, text=text: server.query(text))
    text = f"SELECT derivative(max(v)) FROM (SELECT {inner} FROM m WHERE 1 + 1) {WITHIN}"
    alike(lambda server: server.query(f"{text} GROUP BY time(5s)"))
