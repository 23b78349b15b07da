"""The syntax tree as JSON."""

from __future__ import annotations

import pytest

from influx_flux import from_json, parse, to_json

TEXT = """
// doc
@edition("2022.1")
package a

import b "c"

option now = () => 2020-01-01T00:00:00Z

option a.b = 1h

builtin f : (<-tables: stream[A], ?n: [string:int], p: {A with "x": B}) => A where A: Record

testcase t extends "u" {
    x = {r with y: -1.5, z: ["a": 1u]}
}
x = if a then [1, "b${c}d"] else [/e/, .f]
f = (a, b=<-) => a[0] |> g(h: not exists r["i"])
"""


def test_a_tree_goes_through_json_and_back():
    file = parse(TEXT.replace("1u]", "1]"))
    document = to_json(file)
    assert from_json(document) == file
    assert to_json(from_json(document)) == document


def test_json_has_the_form_of_libflux():
    assert to_json(parse("x = 1")) == {
        "type": "File",
        "location": {
            "start": {"line": 1, "column": 1},
            "end": {"line": 1, "column": 6},
            "source": "x = 1",
        },
        "metadata": "parser-type=rust",
        "package": None,
        "imports": [],
        "body": [
            {
                "type": "VariableAssignment",
                "location": {
                    "start": {"line": 1, "column": 1},
                    "end": {"line": 1, "column": 6},
                    "source": "x = 1",
                },
                "id": {
                    "location": {
                        "start": {"line": 1, "column": 1},
                        "end": {"line": 1, "column": 2},
                        "source": "x",
                    },
                    "name": "x",
                },
                "init": {
                    "type": "IntegerLiteral",
                    "location": {
                        "start": {"line": 1, "column": 5},
                        "end": {"line": 1, "column": 6},
                        "source": "1",
                    },
                    "value": "1",
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"type": "Package"}, "'Package'"),
        ({"type": "File", "body": [{"type": "Nope"}]}, r"File.body\[0\] has no node"),
        ({"type": "File", "body": [{"type": "ExpressionStatement"}]}, "expression is missing"),
        (
            {
                "type": "File",
                "body": [
                    {
                        "type": "ReturnStatement",
                        "argument": {"type": "IntegerLiteral", "value": "x"},
                    }
                ],
            },
            "argument.value is 'x'",
        ),
        ({"type": "File", "imports": [1]}, "not a node"),
    ],
)
def test_what_is_no_tree_is_refused_with_its_place(document: dict, message: str):
    with pytest.raises(ValueError, match=message):
        from_json(document)


def test_null_stands_for_an_empty_list():
    assert from_json({"type": "File", "imports": None, "body": None}).body == ()
