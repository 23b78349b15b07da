"""The checker: what a server would say, in its words."""

from __future__ import annotations

import pytest

from influx_flux import check, parse, query


def messages(text: str, **options: list[str]) -> list[tuple[int, int, str]]:
    return [(issue.line, issue.column, issue.message) for issue in check(text, **options)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rang()", [(1, 1, "undefined identifier rang")]),
        ('import "nope"', [(1, 1, "invalid import path nope")]),
        ('import "math"\nx = math.foo', [(2, 5, "record is missing label foo")]),
        ("mean()", [(1, 1, "missing required argument tables")]),
        ('from(bucket: "a") |> range()', [(1, 22, "missing required argument start")]),
        ('from(bucket: "a") |> now()', [(1, 22, "missing pipe argument")]),
        (
            'from(bucket: "a") |> range(start: -1h, m: 1)',
            [(1, 43, "found unexpected argument m (Expected `stop`)")],
        ),
        (
            'import "math"\nmath.pow(a: 1.0)',
            [
                (2, 1, "missing required argument x"),
                (2, 1, "missing required argument y"),
                (2, 13, "found unexpected argument a (Expected one of `x` or `y`)"),
            ],
        ),
        ("f = (a, b=1) => a\nf(b: 2)", [(2, 1, "missing required argument a")]),
        ("f = (a) => a\nf(a: 1, b: 2)", [(2, 12, "found unexpected argument b")]),
        ("x = y\ny = 1", [(1, 5, "undefined identifier y")]),
        ("x = 1\nx = 2", [(2, 1, 'variable "x" reassigned')]),
        ("f = (x) => {\nx = 1\nreturn x\n}", [(2, 1, 'variable "x" reassigned')]),
        ("return 1", [(1, 1, "return not valid in file block")]),
        ('x = "a${nope}"', [(1, 9, "undefined identifier nope")]),
        ("x = {nope}", [(1, 6, "undefined identifier nope")]),
        ("f = (r) => ({r with a: nope})", [(1, 24, "undefined identifier nope")]),
        ("x = (1 2)", [(1, 6, "invalid binary operator <INVALID_OP>")]),
        ("x = (1", [(1, 5, "expected RPAREN, got EOF")]),
        ("testcase a { x = nope }", [(1, 18, "undefined identifier nope")]),
    ],
)
def test_issues_have_the_words_and_places_of_libflux(text: str, found: list):
    assert messages(text) == found


@pytest.mark.parametrize(
    "text",
    [
        'import m "math"\nx = m.abs(x: 1.0)',
        "math = 1\nx = math",
        "from = 1\nx = from",
        "f = (tables=<-, n) => tables |> limit(n: n)\nx = [1] |> f(n: 1)",
        "option now = () => 2020-01-01T00:00:00Z",
        "builtin a : int\nx = a",
        'import "experimental/geo"\nx = geo.units',
        "x = [1] |> length()",
        "x = length(arr: [1])",
        "f = () => {\na = 1\nreturn a\n}",
        "x = true and false",
        'g = from\nx = g(bucket: "a")',
    ],
)
def test_what_is_right_has_no_issues(text: str):
    assert messages(text) == []


def test_names_that_come_with_the_request_are_known():
    assert messages("x = v.start") == [(1, 5, "undefined identifier v")]
    assert messages("x = v.start", variables=["v"]) == []


def test_a_tree_is_checked_as_its_text():
    assert check(parse("x = 1")) == ()
    assert check(query("b").range("-1h").file()) == ()
