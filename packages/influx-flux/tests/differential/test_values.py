"""Any value comes back from libflux as the one literal it went in as."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st
from libflux import Libflux, has_errors

from influx_flux import column, extern, literal, query, template

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text('$\\{}"/\n a').filter(bool)
INTEGERS = st.integers(-(2**63) + 1, 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
UNITS = {"w": 604800 * 10**9, "d": 86400 * 10**9, "h": 3600 * 10**9, "m": 60 * 10**9}
UNITS |= {"s": 10**9, "ms": 10**6, "us": 1000, "ns": 1}


def value_of(node: dict[str, Any]) -> object:
    """The Python value of a literal in libflux's tree."""
    match node["type"]:
        case "UnaryExpression":
            return -value_of(node["argument"])  # type: ignore[operator]
        case "IntegerLiteral":
            return int(node["value"])
        case "FloatLiteral":
            return float(node["value"])
        case "StringLiteral" | "BooleanLiteral" | "RegexpLiteral":
            return node["value"]
        case "Identifier":
            return {"true": True, "false": False}[node["name"]]
        case "DateTimeLiteral":
            return datetime.fromisoformat(node["value"])
        case "DurationLiteral":
            total = sum(part["magnitude"] * UNITS[part["unit"]] for part in node["values"])
            return timedelta(microseconds=total / 1000)
        case "ArrayExpression":
            return [value_of(item) for item in node["elements"]]
        case "ObjectExpression":
            return {key_of(item["key"]): value_of(item["value"]) for item in node["properties"]}
        case other:
            raise AssertionError(other)


def key_of(node: dict[str, Any]) -> str:
    return node["value"] if node["type"] == "StringLiteral" else node["name"]


SCALARS = st.one_of(
    st.booleans(),
    INTEGERS,
    FLOATS,
    TEXTS,
    st.timedeltas(timedelta(days=-30000), timedelta(days=30000)),
    st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


def same(left: object, right: object) -> bool:
    """Whether two values are the same, minus zero included."""
    return repr(left) == repr(right) or left == right


@given(value=VALUES)
def test_a_literal_is_one_token_with_that_value(libflux: Libflux, value: object):
    tree = libflux.parse(f"x = {literal(value)}\ny = 1")
    assert not has_errors(tree)
    assert [statement["id"]["name"] for statement in tree["body"]] == ["x", "y"]
    assert same(value_of(tree["body"][0]["init"]), value)


@given(value=VALUES)
@example(value={"a": 1})
def test_a_value_in_a_template_is_that_one_value(libflux: Libflux, value: object):
    tree = libflux.parse(template("x = [$value]", value=value))
    assert not has_errors(tree)
    (element,) = tree["body"][0]["init"]["elements"]
    while element["type"] == "ParenExpression":
        element = element["expression"]
    assert same(value_of(element), value)


@given(value=VALUES)
def test_a_value_in_extern_is_that_one_value(libflux: Libflux, value: object):
    document = json.loads(json.dumps(extern(name=value)))
    (statement,) = document["body"]
    assert same(value_of(statement["assignment"]["init"]), value)
    assert libflux.ask("format_tree", tree=document).startswith("option name =")


@given(bucket=TEXTS, tag=TEXTS, value=SCALARS)
def test_no_text_of_a_user_ends_its_token(libflux: Libflux, bucket: str, tag: str, value: object):
    tree = libflux.parse(str(query(bucket).filter(column(tag) == value)))
    assert not has_errors(tree)
    (statement,) = tree["body"]
    pipe = statement["expression"]
    (argument,) = pipe["argument"]["arguments"][0]["properties"]
    assert value_of(argument["value"]) == bucket
    (predicate,) = pipe["call"]["arguments"][0]["properties"]
    comparison = predicate["value"]["body"]
    assert key_of(comparison["left"]["property"]) == tag
    assert same(value_of(comparison["right"]), value)


@given(pattern=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8))
def test_a_pattern_ends_where_it_should(libflux: Libflux, pattern: str):
    try:
        condition = column("a").matches(pattern) & column("b").matches("c")
    except ValueError:
        assume(False)
    tree = libflux.parse(str(query("b").filter(condition)))
    assert not has_errors(tree)
    logical = tree["body"][0]["expression"]["call"]["arguments"][0]["properties"][0]["value"][
        "body"
    ]
    assert logical["operator"] == "and"
    assert logical["right"]["right"]["value"] == "c"
