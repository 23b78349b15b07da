"""Names of columns are restored from those of rewritten expressions."""

from __future__ import annotations

import pytest

from influx_testing._flavors.sql.rewriting import rewrite

FIRST = (
    'first_value(named_struct(Utf8("value"),{v},Utf8("time"),m.time)) '
    "FILTER (WHERE {v} IS NOT NULL) ORDER BY [m.time ASC NULLS LAST]"
)
UTC = 'Utf8("Timestamp(Nanosecond, Some("UTC"))")'
PARIS = 'Utf8("Timestamp(Nanosecond, Some("Europe/Paris"))")'


@pytest.mark.parametrize(
    ("sql", "name", "expected"),
    [
        ("selector_first(f, time)", FIRST.format(v="m.f"), "selector_first(m.f,m.time)"),
        (
            "selector_first(coalesce(f,g), time)['value'] + 1",
            FIRST.format(v="coalesce(m.f,m.g)") + "[value] + Int64(1)",
            "selector_first(coalesce(m.f,m.g),m.time)[value] + Int64(1)",
        ),
        (
            "influx_regex_match(a, 'x(')",
            'regexp_like(m.a,Utf8("x("))',
            'influx_regex_match(m.a,Utf8("x("))',
        ),
        (
            "tz(tz(time), 'Europe/Paris')",
            f"arrow_cast(arrow_cast(arrow_cast(m.time,{UTC}),{UTC}),{PARIS})",
            'tz(tz(m.time),Utf8("Europe/Paris"))',
        ),
        (
            "difference(f) OVER (ORDER BY time)",
            "m.f - lag(m.f,Int64(1)) IGNORE NULLS ORDER BY [m.time ASC NULLS LAST]",
            "difference(m.f) ORDER BY [m.time ASC NULLS LAST]",
        ),
        ("tz(time), f", "f", "f"),
    ],
)
def test_a_name_is_that_of_the_query_as_it_was_written(sql: str, name: str, expected: str) -> None:
    assert rewrite(f"SELECT {sql} FROM m").column_name(name) == expected


def test_what_the_query_itself_calls_keeps_its_name() -> None:
    rewritten = rewrite("SELECT to_timestamp(n), to_timestamp_nanos(n) FROM m")
    assert rewritten.column_name("to_timestamp_nanos(m.n)") == "to_timestamp_nanos(m.n)"
