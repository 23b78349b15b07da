"""Rewriting SQL: what becomes of InfluxDB's functions, and that all other text is left alone."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._flavors.sql.rewriting import RewriteError, RewrittenQuery, rewrite

NAMES = ["tz", "to_timestamp", "selector_first", "locf", "date_bin_gapfill", "derivative"]
BOUNDED = "WHERE time >= '2024-01-01' AND time < '2024-01-02'"


def hidden(name: str) -> list[str]:
    """Text in which a name is no call."""
    return [
        f"'{name}(x)'",
        f"'it''s {name}(x)'",
        f'"{name}(x)"',
        f"-- {name}(x)\n",
        f"/* {name}(x) /* {name}(y) */ */",
        f"$${name}(x)$$",
    ]


PLAIN = st.sampled_from(
    [
        *[
            "SELECT",
            "FROM cpu",
            "WHERE time > now()",
            "GROUP BY 1",
            "UNION ALL",
            "(",
            ")",
            ",",
            "$p",
        ],
        *[
            "date_bin('1 m', time)",
            "WITH x AS (SELECT 1)",
            "count(*)",
            "a['b']",
            "x::int",
            "'",
            '"',
        ],
        *(text for name in NAMES for text in hidden(name)),
    ]
)


@given(st.lists(PLAIN).map(" ".join))
def test_text_without_calls_of_influxdb_comes_back_unchanged(sql: str) -> None:
    if not any(quote in sql.split() for quote in "'\""):
        assert rewrite(sql) == RewrittenQuery(sql)


@given(st.lists(PLAIN | st.sampled_from([f"{name}(time, x)" for name in NAMES])).map(" ".join))
def test_no_text_makes_rewriting_fail_but_with_a_reason(sql: str) -> None:
    with contextlib.suppress(RewriteError):
        rewrite(sql)


@given(st.sampled_from(NAMES[1:3]), st.sampled_from([text for n in NAMES for text in hidden(n)]))
def test_strings_names_and_comments_beside_a_call_are_kept(name: str, kept: str) -> None:
    call = f"{name}(a, time)"
    rewritten = rewrite(f"SELECT {kept} , {call} FROM cpu").sql
    assert rewritten.startswith(f"SELECT {kept} , ")
    assert call not in rewritten.replace(kept, "")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT to_timestamp(n) FROM m", "SELECT to_timestamp_nanos(n) FROM m"),
        ("SELECT TO_TIMESTAMP ( n )", "SELECT to_timestamp_nanos(n)"),
        ("SELECT influx_regex_match(a, 'x')", "SELECT regexp_like(a, 'x')"),
        ("SELECT influx_regex_not_match(a, 'x')", "SELECT (NOT regexp_like(a, 'x'))"),
        (
            "SELECT tz(time)",
            """SELECT arrow_cast(time, 'Timestamp(Nanosecond, Some("UTC"))')""",
        ),
        (
            "SELECT selector_last(f, time)['value']",
            (
                "SELECT first_value(named_struct('value', f, 'time', time) "
                "ORDER BY time DESC NULLS LAST) FILTER (WHERE (f) IS NOT NULL)['value']"
            ),
        ),
        (
            "SELECT difference(f) OVER (ORDER BY time)",
            "SELECT ((f) - lag(f, 1) IGNORE NULLS OVER (ORDER BY time))",
        ),
    ],
)
def test_a_call_becomes_an_expression_of_datafusion(sql: str, expected: str) -> None:
    assert rewrite(sql).sql == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT date_bin_wallclock('1 day', tz(time, 'Europe/Paris')) FROM m",
        "SELECT date_bin_wallclock('1 day', time AT TIME ZONE 'Europe/Paris') FROM m",
        "SELECT date_bin_wallclock('1 day', t) FROM (SELECT tz(time, 'Europe/Paris') AS t FROM m)",
        (
            "WITH x AS (SELECT tz(time, 'Europe/Paris') t FROM m) "
            "SELECT date_bin_wallclock('1 day', t) FROM x"
        ),
        (
            "SELECT date_bin_wallclock('1 day', t) FROM "
            "(SELECT * FROM (SELECT tz(time, 'Europe/Paris') AS t FROM m) AS a) AS b"
        ),
    ],
)
def test_the_zone_of_wall_clock_bins_is_found_where_it_is_given(sql: str) -> None:
    assert """, 'Europe/Paris', '1970-01-01'), 'Timestamp(""" in rewrite(sql).sql


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT selector_first(f) FROM m", "selector_first takes at least 2 arguments, it has 1"),
        ("SELECT difference(f) FROM m", r"difference\(...\) OVER \(ORDER BY time\)"),
        ("SELECT derivative(f) OVER w FROM m", "derivative takes 3 arguments, it has 1"),
        ("SELECT tz(time, zone) FROM m", "a time zone must be a string"),
        ("SELECT locf(f) FROM m", "locf can only be used in a query that is grouped by"),
        ("SELECT selector_first(f, time) OVER () FROM m", "selector_first with OVER"),
        ("SELECT date_bin_gapfill('1 m', time) FROM m", "must be a top-level expression"),
        (
            f"SELECT date_bin_gapfill('1 m', time)::bigint FROM m {BOUNDED} GROUP BY 1",
            "must be a top-level expression",
        ),
        (
            f"SELECT date_bin_gapfill('1 m') FROM m {BOUNDED} GROUP BY 1",
            "takes 2 or 3 arguments",
        ),
        (
            f"SELECT date_bin_gapfill('1 m', now()) FROM m {BOUNDED} GROUP BY 1",
            r"must be a column of times, not now\(\)",
        ),
        (
            "SELECT date_bin_gapfill('1 m', time) FROM m GROUP BY 1",
            "missing both upper and lower time bounds",
        ),
        (
            "SELECT date_bin_gapfill('1 m', time) FROM m WHERE time > 1 GROUP BY 1",
            "missing upper time bound",
        ),
        (
            "SELECT date_bin_gapfill('1 m', time) FROM m WHERE time < 1 OR time > 0 GROUP BY 1",
            "missing both",
        ),
        (f"SELECT date_bin_gapfill('1 m', time) FROM m {BOUNDED} GROUP BY 3", "column 3"),
    ],
)
def test_a_misused_function_is_refused_with_the_reason(sql: str, reason: str) -> None:
    with pytest.raises(RewriteError, match=reason):
        rewrite(sql)


@pytest.mark.parametrize(
    ("where", "bounds"),
    [
        ("time >= $a AND time < $b", [("$a", True, False), ("$b", False, True)]),
        ("5 < time AND 9 >= m.time", [("5", True, True), ("9", False, False)]),
        ("time BETWEEN 1 AND 2 AND x = 3", [("1", True, False), ("2", False, False)]),
        ("x > 1 AND (time > 1 AND time < 2)", [("1", True, True), ("2", False, True)]),
        ("time = 7", [("7", True, False), ("7", False, False)]),
        (
            "time > 1 AND x NOT BETWEEN 3 AND 4 AND time < 9",
            [("1", True, True), ("9", False, True)],
        ),
    ],
)
def test_the_bounds_of_the_time_are_read_from_where(
    where: str, bounds: list[tuple[str, bool, bool]]
) -> None:
    sql = f"SELECT date_bin_gapfill('1 m', time), count(*) FROM m WHERE {where} GROUP BY 1"
    (step,) = rewrite(sql).steps
    assert [(each.value, each.is_lower, each.excluded) for each in step.bounds] == bounds


@pytest.mark.parametrize(
    "source",
    [
        f"(SELECT time FROM m {BOUNDED})",
        f"(SELECT t AS time FROM (SELECT tz(time) AS t FROM m {BOUNDED}) AS x) AS y",
        f"(SELECT * FROM m {BOUNDED})",
    ],
)
def test_bounds_may_stand_in_a_subquery(source: str) -> None:
    (step,) = rewrite(f"SELECT date_bin_gapfill('1 m', time) FROM {source} GROUP BY 1").steps
    assert [bound.value for bound in step.bounds] == ["'2024-01-01'", "'2024-01-02'"]


def test_gap_filling_in_common_tables_and_unions_makes_a_step_each() -> None:
    gaps = f"SELECT date_bin_gapfill('1 m', time) AS t, count(*) AS n FROM m {BOUNDED} GROUP BY t"
    rewritten = rewrite(
        f"WITH a AS ({gaps}), b AS (SELECT * FROM m) {gaps} UNION ALL SELECT * FROM a"
    )
    first, second = rewritten.steps
    assert first.query.startswith("SELECT date_bin('1 m', time), count(*) FROM")
    assert second.query.startswith("WITH a AS (SELECT")
    assert 'FROM "__gapfill_0"), b AS (SELECT * FROM m) SELECT' in rewritten.sql
    assert rewritten.sql.endswith("UNION ALL SELECT * FROM a")
