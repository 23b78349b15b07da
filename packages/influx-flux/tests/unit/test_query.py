"""The builder: queries as text."""

from __future__ import annotations

import inspect
import keyword
import re
from datetime import UTC, datetime, timedelta

import pytest

from influx_flux import (
    FluxQuery,
    check,
    column,
    duration,
    field,
    function,
    if_,
    join,
    measurement,
    query,
    record,
    row,
    script,
    source,
    tables,
    tag,
    union,
    value,
    variable,
)
from influx_flux import format as canonical
from influx_flux._builder.names import alias, snake_case
from influx_flux.stdlib.library import packages, signature

HOUR = timedelta(hours=-1)
HIGH, LOW, A = value > 1, value < 0, field == "a"


def text_of(made: FluxQuery) -> str:
    """The text of a query, which has to be canonical and without issues."""
    text = str(made)
    assert canonical(text) == text
    assert check(text) == ()
    return text


def test_a_query_is_canonical_text():
    made = (
        query("b")
        .range(start=HOUR)
        .filter((measurement == "cpu") & (field == "load") & (tag("host") == "it's ${me}"))
        .aggregate_window(timedelta(minutes=1), "mean")
        .pivot()
        .yield_("x")
    )
    assert text_of(made) == (
        'from(bucket: "b")\n'
        "    |> range(start: -1h)\n"
        '    |> filter(fn: (r) => r._measurement == "cpu" and r._field == "load"'
        ' and r.host == "it\'s \\${me}")\n'
        "    |> aggregateWindow(every: 1m, fn: mean)\n"
        '    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")\n'
        '    |> yield(name: "x")\n'
    )


def test_a_query_is_never_changed():
    base = query("b").range(HOUR)
    base.filter(field == "a")
    assert str(base) == 'from(bucket: "b") |> range(start: -1h)\n'


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (value > 1, "r._value > 1"),
        (~(value == 1), "not r._value == 1"),
        (HIGH | LOW & A, 'r._value > 1 or r._value < 0 and r._field == "a"'),
        ((HIGH | LOW) & A, '(r._value > 1 or r._value < 0) and r._field == "a"'),
        (HIGH & (LOW & A), 'r._value > 1 and (r._value < 0 and r._field == "a")'),
        (value - (value - 1) > 2, "r._value - (r._value - 1) > 2"),
        ((value + 1) * 2 == 4, "(r._value + 1) * 2 == 4"),
        (2 - value == 1, "2 - r._value == 1"),
        (-value == -1, "-r._value == -1"),
        (value**2 % 3 == 0, "r._value ^ 2 % 3 == 0"),
        (column("a b").exists(), 'exists r["a b"]'),
        (tag("host").matches("^a/"), r"r.host =~ /^a\//"),
        (tag("host").not_matches(re.compile("b", re.IGNORECASE)), "r.host !~ /(?i)b/"),
        (tag("host").is_in(["a", "b"]), 'contains(set: ["a", "b"], value: r.host)'),
        (if_(value > 1, "a", "b") == "a", '(if r._value > 1 then "a" else "b") == "a"'),
        (variable("v")["list"][0] == value, "v.list[0] == r._value"),
    ],
)
def test_expressions_keep_their_meaning(condition, text: str):
    made = str(query("b").filter(condition))
    assert made == canonical(f'from(bucket: "b") |> filter(fn: (r) => {text})')


def test_python_functions_make_functions_of_flux():
    made = (
        query("b")
        .range("-1mo")
        .map(lambda r: r.with_(d=r["_value"] * 2))
        .reduce(lambda r, accumulator: record({"n": accumulator["n"] + r["d"]}), {"n": 0.0})
        .keep(fn=lambda column: column.matches("^s"))
    )
    assert text_of(made).splitlines()[2:] == [
        "    |> map(fn: (r) => ({r with d: r._value * 2}))",
        "    |> reduce(fn: (r, accumulator) => ({n: accumulator.n + r.d}), identity: {n: 0.0})",
        "    |> keep(fn: (column) => column =~ /^s/)",
    ]


def test_a_window_is_aggregated_by_any_function():
    made = (
        query("b")
        .range(HOUR)
        .aggregate_window(
            "1h", lambda tables, column: tables.quantile(0.99, column=column), create_empty=False
        )
    )
    assert "fn: (tables=<-, column) => tables |> quantile(q: 0.99, column: column)" in text_of(made)


def test_columns_are_computed_and_imports_found():
    made = query("b").range(HOUR).with_columns(up=function("strings.toUpper", v=tag("host")))
    assert text_of(made).startswith('import "strings"\n\n')
    assert "({r with up: strings.toUpper(v: r.host)})" in str(made)


def test_packages_of_one_name_get_names_of_their_own():
    made = (
        source("array.from", rows=[{"a": 1}])
        .pipe("experimental/table.fill")
        .with_columns(b=function("experimental/array.toString", arr=[1]))
    )
    assert 'import "array"\n' in text_of(made)
    assert 'import experimental_array "experimental/array"\n' in str(made)
    assert len({alias(path) for path in packages()}) == len(packages())


def test_queries_are_joined_and_united():
    left, right = query("a").range(HOUR), query("b").range(HOUR)
    assert "tables: {l: from" in text_of(join({"l": left, "r": right}, on=["_time"]))
    assert "union(tables: [from" in text_of(union(left, right).group())
    with pytest.raises(ValueError, match="two queries or more"):
        union(left)


def test_a_script_has_several_results():
    text = script(
        tables("data").mean().yield_("mean"),
        tables("data").filter(value > variable("limit")).yield_("high"),
        limit=5.0,
        data=query("b").range(datetime(2020, 1, 1, tzinfo=UTC), duration("-1d")),
    )
    assert canonical(text) == text
    assert check(text) == ()
    assert text.count("yield") == 2


def test_a_record_of_a_query_is_used_in_another():
    newest = query("b").range(HOUR).last().find_record(lambda key: key["host"] == "a", 0)
    made = query("b").range(HOUR).filter(value > newest["_value"])
    assert "findRecord(fn: (key) => key.host ==" in text_of(made)


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: query("b").pipe("nope"), ValueError, "undefined identifier nope"),
        (lambda: query("b").pipe("nope.x"), ValueError, "invalid import path nope"),
        (lambda: query("b").pipe("math.abs"), ValueError, "takes no tables"),
        (lambda: query("b").pipe("range"), ValueError, "missing required argument start"),
        (
            lambda: query("b").pipe("mean", m=1),
            ValueError,
            "unexpected argument m; it takes column",
        ),
        (lambda: query("b").range("yesterday"), ValueError, "no duration"),
        (lambda: query("b").filter(lambda x: x["a"] == 1), ValueError, "a function of r, not of x"),
        (lambda: query("b").filter(5), TypeError, "takes a function"),
        (lambda: query("b").aggregate_window("1h", "meen"), ValueError, "near are mean"),
        (lambda: (value > 1) & 5, TypeError, "need parentheses"),
        (lambda: bool(value > 1), TypeError, "write & for and"),
        (lambda: value == None, TypeError, r"\.exists\(\)"),  # noqa: E711
        (lambda: list(value), TypeError, "gone through"),
        (lambda: value.with_(a=1), ValueError, "variable"),
        (lambda: record({"a": 1})["a"], ValueError, "written out"),
        (lambda: variable("a b"), ValueError, "no name"),
        (lambda: tables("if"), ValueError, "no name"),
        (lambda: join({"a b": query("b")}, on=[]), ValueError, "no name"),
        (lambda: source("range", start=HOUR), ValueError, "tables come from"),
        (lambda: function("math.pi"), ValueError, "no function"),
        (lambda: script(), ValueError, "one query or more"),
    ],
)
def test_what_is_wrong_is_refused_before_a_server_sees_it(build, error: type, message: str):
    with pytest.raises(error, match=message):
        build()


PIPED = sorted(
    name
    for name in packages()[""]
    if (found := signature("", name)) is not None and found.takes_tables
)


@pytest.mark.parametrize("name", PIPED)
def test_every_function_that_takes_tables_is_a_method(name: str):
    method = snake_case(name) + "_" * keyword.iskeyword(snake_case(name))
    parameters = inspect.signature(getattr(FluxQuery, method)).parameters
    found = signature("", name)
    assert found is not None
    wanted = {
        snake_case(item.name) + "_" * keyword.iskeyword(snake_case(item.name)): item
        for item in found.parameters
        if not item.piped
    }
    assert set(parameters) - {"self"} == set(wanted)
    if name != "pivot":  # it has defaults here
        for key, item in wanted.items():
            assert (parameters[key].default is inspect.Parameter.empty) is item.required
    documentation = getattr(FluxQuery, method).__doc__
    assert all(f"{key}: " in documentation for key in wanted)


def test_rows_are_extended():
    assert "({r with a: 1})" in str(query("b").map(row.with_(a=1)))


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z"),
        ("2026-01-01T10:00:00.123456789+01:30", "2026-01-01T10:00:00.123456789+01:30"),
        ("2026-01-01", "2026-01-01T00:00:00Z"),
        ("-1h30m", "-1h30m"),
    ],
)
def test_a_range_takes_times_and_durations_as_text(text: str, literal: str):
    assert f"range(start: {literal})" in str(query("b").range(text))
    assert f"range(start: -1d, stop: {literal})" in str(query("b").range("-1d", text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01T10:00:00",
        "2026-13-01",
        "2026-01-01T10:00:00Z) |> drop(columns: [",
        "2026-01-01T10:00:00Z\n",
        "2026-01-01 10:00:00Z",
        "٢٠٢٦-01-01",
    ],
)
def test_text_that_is_no_time_is_refused_and_changes_no_query(text: str):
    with pytest.raises(ValueError, match=r"takes a time as in|is no duration"):
        query("b").range(text)
