"""The language: values, operators, functions, errors."""

from __future__ import annotations

import math

import pytest

from influx_testing._engine.flux.flux_errors import CompileError, FluxError
from influx_testing.errors import FakeUnsupported


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("7 / 2", 3),
        ("-7 / 2", -3),
        ("-7 % 3", -1),
        ("7.0 / 2.0", 3.5),
        ("9223372036854775807 + 1", -(2**63)),
        ('"a" + "b"', "ab"),
        ('"a${1 + 1}b${true}"', "a2btrue"),
        ("1 < 2.5", True),
        ("2020-01-01T00:00:00Z", 1_577_836_800_000_000_000),
        ("if 1 > 2 then 1 else 2", 2),
        ("not true", False),
        ('"abc" =~ /b+/', True),
        ('"abc" !~ /b+/', False),
        ("[1, 2, 3][1]", 2),
        ("{a: {b: 4}}.a.b", 4),
        ('{"a b": 5}["a b"]', 5),
        ("((x, y=2) => x * y)(x: 4)", 8),
        ("((v=<-) => v + 1)(v: 1)", 2),
    ],
)
def test_an_expression_has_the_value_that_flux_gives_it(value_of, expression, value):
    assert value_of(expression) == value


def test_division_of_floats_by_zero_gives_infinity(value_of):
    assert value_of("1.0 / 0.0") == math.inf
    assert value_of("-1.0 / 0.0") == -math.inf
    assert math.isnan(value_of("0.0 / 0.0"))


def test_division_of_integers_by_zero_is_an_error(value_of):
    with pytest.raises(FluxError, match="cannot divide by zero"):
        value_of("1 / 0")


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("r.none > 1", False),
        ("r.none > 1 or r.a == 1", True),
        ("not (r.none > 1 and r.a == 2)", True),
        ("exists r.none", False),
        ("exists r.a and not exists r.none", True),
        ("if r.none == 1 then false else true", True),
    ],
)
def test_null_makes_logic_three_valued(run_flux, condition, kept):
    query = f'import "array"\narray.from(rows: [{{a: 1}}]) |> filter(fn: (r) => {condition})'
    assert bool(run_flux(query)) is kept


def test_a_function_keeps_the_variables_around_it(rows_of):
    query = """
import "array"
add = (n) => {
    m = n + 1
    return (x) => x + m
}
array.from(rows: [{x: add(n: 10)(x: 5)}])
"""
    assert rows_of(query) == [{"x": 16}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("x = y", "compilation failed: error @1:5-1:6: undefined identifier y"),
        (
            'import "nope"\n1',
            "compilation failed: error @1:1-1:14: invalid import path nope",
        ),
        (
            'import "array"\narray.from()',
            "compilation failed: error @2:1-2:13: missing required argument rows",
        ),
    ],
)
def test_errors_in_names_and_arguments_are_found_before_the_query_runs(run_flux, query, message):
    with pytest.raises(CompileError) as caught:
        run_flux(query)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 + 2.0", "expected int but found float"),
        ('"a" - "b"', "string is not Subtractable"),
        ("true + true", "bool is not Addable"),
        ("{a: 1}.b", "record is missing label b"),
        ('if "x" then 1 else 2', "expected bool but found string"),
        ('if true then 1 else "x"', "expected int but found string"),
        ("1 and true", "expected bool but found int"),
        ("not 1", "expected bool but found int"),
        ('[1, "a"]', "expected int but found string"),
        ('["a": 1, 2: 3]', "expected string but found int"),
        ('["a": 1, "b": "x"]', "expected int but found string"),
        ("1 =~ /a/", "expected string but found int"),
        ('"${1 + "a"}"', "expected int but found string"),
        ("int(v: 1) + 2.0", "expected int but found float"),
        ("strings.toUpper(v: 1)", "expected string but found int (argument v)"),
        ("[0.5, inf]", "expected float but found duration"),
    ],
)
def test_types_that_are_evident_are_checked_before_the_query_runs(run_flux, expression, message):
    with pytest.raises(CompileError) as caught:
        run_flux(f'import "strings"\nx = {expression}')
    assert str(caught.value).startswith("compilation failed: error @2:")
    assert str(caught.value).endswith(f": {message}")


def test_the_elements_of_an_array_are_checked_when_it_is_known(run_flux):
    query = (
        'import "array"\nsame = (a) => a\n'
        "array.from(rows: [{_value: 1.0}]) |> histogram(bins: same(a: [1.0, same(a: 1h)]))"
    )
    with pytest.raises(FluxError, match=r"expected float but found duration \(argument bins\)"):
        run_flux(query)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('x = 1 + "a"', "1:9-1:12: expected int but found string"),
        ("x = 1h + 1m", "1:5-1:12: duration is not Addable"),
        ("x = 2021-01-01T00:00:00Z + 1h", "1:28-1:30: expected time but found duration"),
        ("x = -true", "1:6-1:10: bool is not Negatable"),
        ("x = true < false", "1:5-1:9: bool is not Comparable"),
        ("x = /a/ == /b/", "1:5-1:8: regexp is not Equatable"),
        ('x = if true then 2 else "a"', "1:25-1:28: expected int but found string"),
        ("from(bucket: 1)", "1:14-1:15: expected string but found int (argument bucket)"),
        (
            'buckets() |> sort(columns: "x")',
            "1:28-1:31: expected [string] (array) but found string (argument columns)",
        ),
        (
            "buckets() |> group(columns: [1])",
            "1:29-1:32: expected string but found int (argument columns)",
        ),
    ],
)
def test_a_wrong_type_is_found_where_the_real_parser_finds_it(run_flux, statement, message):
    with pytest.raises(CompileError) as caught:
        run_flux(statement)
    assert str(caught.value) == f"compilation failed: error @{message}"


@pytest.mark.parametrize("body", ['"x"', "r.a", "r.b"])
def test_a_condition_that_is_no_bool_is_refused(run_flux, body):
    query = f'import "array"\narray.from(rows: [{{a: 1, b: "x"}}]) |> filter(fn: (r) => {body})'
    with pytest.raises(FluxError, match="filter: expected bool but found "):
        run_flux(query)


def test_a_time_beyond_64_bits_wraps_around(rows_of):
    (row,) = rows_of('import "array"\narray.from(rows: [{a: 9999-01-01T00:00:00Z}])')
    assert -(2**63) <= row["a"] < 2**63


@pytest.mark.parametrize(
    "statement",
    [
        "x = (r) => r.a + 1.0",
        "a = {b: 1}\nx = {a with c: 2}.c + {a with c: 2}.b",
        "f = (a=1) => a\nx = f(a: 2.0)",
        "x = 1 < 2.5 and 1 == 1",
        'x = ["a", "b"]\ny = [{a: 1}, {a: 2.0}]',
        "x = (a, b) => a + b",
        "int = (v) => 1.5\nx = int(v: 1) + 2.0",
    ],
)
def test_types_that_fit_or_are_not_known_pass(run_flux, statement):
    with pytest.raises(FluxError, match="returns no streaming data"):
        run_flux(statement)


def test_a_query_without_tables_is_an_error(run_flux):
    with pytest.raises(FluxError, match="this Flux script returns no streaming data"):
        run_flux("x = 1")


def test_results_have_the_names_of_their_yields(run_flux):
    query = """
import "array"
a = array.from(rows: [{x: 1}])
a |> yield(name: "first")
a |> filter(fn: (r) => r.x == 1)
"""
    assert [name for name, _, _ in run_flux(query)] == ["first", "_result"]


def test_one_name_for_two_results_is_an_error(run_flux):
    query = 'import "array"\narray.from(rows: [{x: 1}])\narray.from(rows: [{x: 2}])'
    with pytest.raises(FluxError, match=r'more than one call to yield\(\) with the name "_result"'):
        run_flux(query)


def test_option_now_sets_the_time_of_the_query(value_of, rows_of):
    assert value_of("now()") == 1_700_000_000_000_000_000
    query = """
import "array"
option now = () => 2021-01-01T00:00:00Z
array.from(rows: [{t: now()}])
"""
    assert rows_of(query) == [{"t": 1_609_459_200_000_000_000}]


def test_what_the_fake_lacks_is_refused_by_name(run_flux):
    with pytest.raises(FakeUnsupported, match="function from of the package sql"):
        run_flux('import "sql"\nsql.from(driverName: "", dataSourceName: "", query: "")')
