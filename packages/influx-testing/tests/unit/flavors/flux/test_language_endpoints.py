"""Syntax trees, syntax errors and suggestions."""

from __future__ import annotations

import json

from influx_flux import from_json, parse


def test_the_syntax_tree_is_a_package_with_one_file(ask):
    body = json.dumps({"query": "x = 1"}).encode()
    answer = ask.send("POST", "/api/v2/query/ast", body)
    assert answer.status == 200
    assert answer.json["ast"]["type"] == "Package"
    (file,) = answer.json["ast"]["files"]
    assert from_json(file) == parse("x = 1")


def test_a_query_can_be_sent_as_a_tree(ask):
    body = json.dumps({"query": 'import "array"\narray.from(rows: [{x: 1}])'}).encode()
    tree = ask.send("POST", "/api/v2/query/ast", body).json["ast"]
    answer = ask.send("POST", "/api/v2/query", json.dumps({"ast": tree}).encode())
    assert answer.lines[:2] == [",result,table,x", ",_result,0,1"]


def test_analyze_returns_the_syntax_errors(ask):
    answer = ask.send("POST", "/api/v2/query/analyze", json.dumps({"query": "x = {"}).encode())
    (error, *_) = answer.json["errors"]
    assert error["line"] == 1
    assert set(error) == {"line", "column", "character", "message"}


def test_analyze_of_a_valid_query_returns_no_errors(ask):
    body = json.dumps({"query": "x = 1"}).encode()
    assert ask.send("POST", "/api/v2/query/analyze", body).json == {"errors": []}


def test_suggestions_list_functions_with_the_kinds_of_their_parameters(ask):
    functions = ask.send("GET", "/api/v2/query/suggestions").json["funcs"]
    assert {
        "name": "limit",
        "params": {"tables": "stream", "n": "int", "offset": "int"},
    } in functions


def test_a_suggestion_of_an_unknown_function_is_not_found(ask):
    assert ask.send("GET", "/api/v2/query/suggestions/nope").status == 404
    assert ask.send("GET", "/api/v2/query/suggestions/sum").json["params"]["column"] == "string"
