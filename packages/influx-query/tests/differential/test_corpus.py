"""The recorded answers of the Go implementation, which lie beside the repository."""

import json
from functools import cache
from pathlib import Path

import pytest

from influx_query import InfluxQLSyntaxError, parse, parse_expression

CORPUS = Path(__file__).parents[5] / "shared" / "corpus" / "influxql_parse.jsonl"
KNOWN_DIFFERENCES: dict[str, str] = {}
"""Statements whose error is worded differently, and why."""

pytestmark = pytest.mark.skipif(
    not CORPUS.exists(), reason="the recordings (../shared) are not beside this checkout"
)


@cache
def cases():
    return [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


def expected(case, dialect):
    return case.get("master", case) if dialect == "latest" else case


def answer(case, dialect):
    arguments = {"params": case.get("params"), "dialect": dialect}
    try:
        if case["mode"] == "expr":
            node = parse_expression(case["statement"], **arguments)
            return {"ok": True, "canonical": str(node), "types": type(node).__name__}
        nodes = parse(case["statement"], **arguments)
    except InfluxQLSyntaxError as error:
        return {"ok": False, "error": error.message}
    return {
        "ok": True,
        "canonical": [str(node) for node in nodes],
        "types": [type(node).__name__ for node in nodes],
    }


def differences(dialect, *keys):
    return [
        (case["statement"], {key: got.get(key) for key in keys}, key)
        for case in cases()
        for want, got in [(expected(case, dialect), answer(case, dialect))]
        for key in keys
        if want.get(key) != got.get(key)
    ]


@pytest.mark.parametrize("dialect", ["latest", "1.6"])
def test_the_same_statements_are_accepted(dialect):
    assert differences(dialect, "ok") == []


@pytest.mark.parametrize("dialect", ["latest", "1.6"])
def test_canonical_text_and_types_are_the_same(dialect):
    assert differences(dialect, "canonical", "types") == []


@pytest.mark.parametrize("dialect", ["latest", "1.6"])
def test_error_messages_are_the_same(dialect):
    found = [each for each in differences(dialect, "error") if each[0] not in KNOWN_DIFFERENCES]
    assert found == []


def test_canonical_text_parses_to_the_same_tree():
    for case in cases():
        if case["ok"] and case["mode"] == "query" and "REDACTED" not in str(case["canonical"]):
            statements = parse(case["statement"], case.get("params"))
            assert parse(";".join(map(str, statements))) == statements


def test_wire_text_parses_to_the_same_tree():
    for case in cases():
        if case["ok"] and case["mode"] == "query":
            statements = parse(case["statement"], case.get("params"))
            assert parse(";".join(each.render() for each in statements)) == statements
