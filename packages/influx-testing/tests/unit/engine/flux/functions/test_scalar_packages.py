"""The packages whose functions work on single values, as queries use them."""

from __future__ import annotations

import math
import re

import pytest

from influx_core import Unsigned
from influx_testing._engine.flux.flux_errors import FluxError
from influx_testing._engine.flux.values.flux_types import FluxTime


def query(imports: str, expression: str) -> str:
    lines = [f'import "{name}"' for name in ("array", *imports.split())]
    return "\n".join([*lines, f"array.from(rows: [{{x: {expression}, y: 0}}])"])


@pytest.fixture
def value_with(rows_of):
    """Return a function that evaluates one expression with packages."""

    def run(imports: str, expression: str):
        (row,) = rows_of(query(imports, expression))
        return row.get("x")

    return run


@pytest.mark.parametrize(
    ("package", "expression", "expected"),
    [
        ("strings", 'strings.title(v: "the little blue truck")', "The Little Blue Truck"),
        ("strings", 'strings.substring(v: "£ to €", start: -1, end: 99)', "£ to €"),
        ("strings", 'strings.substring(v: "abc", start: 5, end: 9)', ""),
        ("strings", 'strings.substring(v: "abc", start: 2, end: -1)', ""),
        ("strings", 'strings.trim(v: "..a..", cutset: ".")', "a"),
        ("strings", 'strings.trimPrefix(v: "aab", prefix: "a")', "ab"),
        ("strings", 'strings.joinStr(arr: ["a", "b"], v: "-")', "a-b"),
        ("strings", 'strings.replace(v: "aaa", t: "a", u: "b", i: 2)', "bba"),
        ("strings", 'strings.strlen(v: "字")', 1),
        ("strings", 'strings.countStr(v: "hello", substr: "")', 6),
        ("strings", 'strings.isUpper(v: "A")', True),
        ("strings", 'length(arr: strings.splitAfterN(v: "a,b,c", t: ",", i: 2))', 2),
        ("regexp", 'regexp.findString(r: /[a-z]+/, v: "12ab3")', "ab"),
        ("regexp", 'regexp.replaceAllString(r: /a(x*)b/, v: "-ab-axxb-", t: "\\${1}W")', "-W-xxW-"),
        ("regexp", 'regexp.replaceAllString(r: /a*/, v: "baaac", t: "x")', "xbxcx"),
        (
            "regexp strings",
            'strings.joinStr(arr: regexp.splitRegexp(r: /a*/, v: "abaabaccadaaae", i: 5), v: "|")',
            "|b|b|c|cadaaae",
        ),
        ("regexp", 'regexp.findStringIndex(r: /é/, v: "caféx")[1]', 5),
        ("regexp", 'regexp.quoteMeta(v: "a.b[$]")', r"a\.b\[\$\]"),
        ("regexp", 'regexp.getString(r: regexp.compile(v: "a|b"))', "a|b"),
        ("math", "math.pow(x: 2.0, y: 10.0)", 1024.0),
        ("math", "math.frexp(f: 8.0).exp", 4),
        ("math", "math.modf(f: -2.5).frac", -0.5),
        ("math", "math.maxuint", Unsigned(2**64 - 1)),
        ("math", "math.isInf(f: math.mInf(sign: -1), sign: 1)", False),
        ("math", "math.float64frombits(b: math.float64bits(f: 0.1))", 0.1),
        ("math", "math.round(x: math.jn(n: 2, x: 1.0) * 1000000.0)", 114903.0),
        ("bitwise", "bitwise.sclear(a: 15, b: 5)", 10),
        ("bitwise", "bitwise.slshift(a: 1, b: 63)", -(2**63)),
        ("bitwise", "bitwise.srshift(a: -8, b: 99)", -1),
        ("bitwise", "bitwise.unot(a: uint(v: 0))", Unsigned(2**64 - 1)),
        ("date", "date.month(t: 2021-03-01T00:00:00Z)", 3),
        ("date", "date.weekDay(t: 2020-02-11T12:21:03Z)", 2),
        (
            "date",
            "date.truncate(t: 2020-02-11T12:21:03Z, unit: 1y)",
            FluxTime(1_577_836_800_000_000_000),
        ),
        ("date", "int(v: date.scale(d: 1h, n: -2))", -7_200_000_000_000),
        (
            "date timezone",
            'date.hour(t: 2020-02-11T12:21:03Z, location: timezone.location(name: "Asia/Kolkata"))',
            17,
        ),
        (
            "date timezone",
            "date.add(d: 1d, to: 2020-01-01T00:00:00Z, location: timezone.fixed(offset: -8h))",
            FluxTime(1_577_923_200_000_000_000),
        ),
        (
            "dict",
            'dict.get(dict: dict.insert(dict: [:], key: "a", value: 1), key: "a", default: 2)',
            1,
        ),
        (
            "dict",
            'dict.get(dict: dict.fromList(pairs: [{key: 1, value: "x"}]), key: 2, default: "y")',
            "y",
        ),
        ("dict", 'dict.get(dict: dict.remove(dict: ["a": 1], key: "a"), key: "a", default: 2)', 2),
        ("types", 'types.isType(v: 1.0, type: "float")', True),
        ("types", 'types.isNumeric(v: "1")', False),
        (
            "json",
            'string(v: json.encode(v: {b: 1.0, a: "<é>", c: [1, 2]}))',
            '{"a":"\\u003cé\\u003e","b":1,"c":[1,2]}',
        ),
        ("json", "string(v: json.encode(v: 0.0000001))", "1e-7"),
        (
            "experimental/json",
            'json.parse(data: bytes(v: "{\\"a\\": {\\"b\\": [1, 2]}}")).a.b[1]',
            2.0,
        ),
        ("experimental/record", 'record.get(r: {a: 1}, key: "b", default: 2)', 2),
        ("http", 'http.pathEscape(inputString: "a b/c;é+@")', "a%20b%2Fc%3B%C3%A9+@"),
        ("http", 'http.basicAuth(u: "user", p: "pass")', "Basic dXNlcjpwYXNz"),
        ("runtime", "runtime.version()", "v0.195.2"),
    ],
)
def test_functions_return(value_with, package: str, expression: str, expected: object) -> None:
    assert value_with(package, expression) == expected


@pytest.mark.parametrize(
    ("package", "expression", "message"),
    [
        ("strings", 'strings.isDigit(v: "12")', "argument length is not equal to 1"),
        ("strings", 'strings.repeat(v: "a", i: -1)', "negative Repeat count"),
        ("strings", 'strings.repeat(v: "aaaaaaaa", i: 9223372036854775807)', "limit"),
        ("regexp", 'regexp.compile(v: "(")', "error parsing regexp"),
        ("timezone", 'timezone.location(name: "Nowhere").zone', "unknown time zone Nowhere"),
        ("date", "date.truncate(t: 2020-01-01T00:00:00Z, unit: 1mo1d)", "cannot mix"),
        ("date", "date.truncate(t: 2020-01-01T00:00:00Z, unit: 0s)", "cannot be zero"),
        ("json", 'string(v: json.encode(v: float(v: "NaN")))', "unsupported value: NaN"),
        ("experimental/json", 'json.parse(data: bytes(v: "[1, \\"a\\"]"))[0]', "same type"),
        ("experimental/json", 'json.parse(data: bytes(v: "{"))', "unexpected EOF"),
        ("bitwise", "bitwise.slshift(a: 1, b: -1)", "negative shift amount"),
        ("strings", 'die(msg: "stop here")', "stop here"),
        ("math", "math.jn(n: 100000000, x: 1.0)", "up to the order"),
        ("date", "date.add(d: 9000000000mo, to: 2020-01-01T00:00:00Z)", "out of range"),
        ("date", "length(arr: linearBins(start: 0.0, width: 1.0, count: 9000000000))", "limit"),
    ],
)
def test_wrong_arguments_are_errors(
    value_with, package: str, expression: str, message: str
) -> None:
    with pytest.raises(FluxError, match=message):
        value_with(package, expression)


def test_durations_are_relative_to_now(rows_of) -> None:
    (row,) = rows_of(
        'import "array"\nimport "date"\noption now = () => 2021-03-31T00:00:00Z\n'
        "array.from(rows: [{month: date.month(t: -1mo), day: date.monthDay(t: -1mo)}])"
    )
    assert row == {"month": 2, "day": 28}


def test_the_option_location_is_the_default(rows_of) -> None:
    (row,) = rows_of(
        'import "array"\nimport "date"\nimport "timezone"\n'
        'option location = timezone.location(name: "America/Los_Angeles")\n'
        "option now = () => 2022-11-06T12:00:00Z\n"
        "array.from(rows: [{today: today(), next: date.add(d: 1d, to: today())}])"
    )
    assert row == {
        "today": FluxTime(1_667_718_000_000_000_000),
        "next": FluxTime(1_667_808_000_000_000_000),
    }


def test_tasks_have_the_time_of_their_last_success(rows_of) -> None:
    text = (
        'import "array"\nimport "influxdata/influxdb/tasks"\n{option}'
        "array.from(rows: [{{x: tasks.lastSuccess(orTime: 2020-01-01T00:00:00Z)}}])"
    )
    option = "option tasks.lastSuccessTime = 2021-01-01T00:00:00Z\n"
    (never,) = rows_of(text.format(option=""))
    (once,) = rows_of(text.format(option=option))
    assert (never["x"], once["x"]) == (1_577_836_800_000_000_000, 1_609_459_200_000_000_000)


def test_arrays_are_mapped_filtered_and_joined(rows_of) -> None:
    rows = rows_of(
        'import "array"\nimport ea "experimental/array"\n'
        "numbers = [1, 2, 3] |> array.concat(v: [4]) |> array.filter(fn: (x) => x > 1)\n"
        "array.from(rows: numbers |> ea.toFloat() |> array.map(fn: (x) => ({x: x / 2.0})))"
    )
    assert [row["x"] for row in rows] == [1.0, 1.5, 2.0]


def test_an_error_is_caught_with_its_code(rows_of) -> None:
    (row,) = rows_of(
        'import "array"\nimport "experimental"\n'
        'caught = experimental.catch(fn: () => die(msg: "no"))\n'
        "array.from(rows: [{code: caught.code, msg: caught.msg}])"
    )
    assert row["code"] == 3
    assert "no" in row["msg"]


def test_constants_of_math_are_exact(value_with) -> None:
    assert value_with("math", "math.pi") == math.pi
    assert value_with("math", "math.sqrtpi") == math.sqrt(math.pi)
    assert value_with("math", "math.smallestNonzeroFloat") == 5e-324


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('get(dict: ["a": 1], key: 3, default: 1)', "expected string but found int (argument key)"),
        (
            'get(dict: ["a": 1], key: "b", default: "x")',
            "expected int but found string (argument default)",
        ),
        (
            'insert(dict: ["a": 1], key: 3, value: 1)',
            "expected string but found int (argument key)",
        ),
        (
            "insert(dict: [1: 1], key: 2, value: 1.5)",
            "expected int but found float (argument value)",
        ),
        ("remove(dict: [1: 1], key: true)", "expected int but found bool (argument key)"),
        (
            'fromList(pairs: [{key: 1, value: 1}, {key: "a", value: 1}])',
            "expected int but found string (argument pairs)",
        ),
        ("fromList(pairs: [{key: 1}])", "record is missing label value (argument pairs)"),
    ],
)
def test_keys_and_values_of_a_dictionary_have_one_type_each(value_with, call, message):
    with pytest.raises(FluxError, match=re.escape(message)):
        value_with("dict", f"dict.{call}")
