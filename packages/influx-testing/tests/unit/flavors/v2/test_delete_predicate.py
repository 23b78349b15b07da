"""The predicates of deletions."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from influx_testing._engine.storage.shards import StoredSeries
from influx_testing._flavors.v2.delete_predicate import (
    PredicateError,
    UnsupportedPredicate,
    read_predicate,
)

SERIES = [
    StoredSeries("cpu", (("host", "a"), ("region", "eu west"))),
    StoredSeries("cpu", (("host", "b"),)),
    StoredSeries("mem", (("host", "a"),)),
]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", [0, 1, 2]),
        ("host=a", [0, 2]),
        ('host="a" AND _measurement=cpu', [0]),
        ("host != 'a'", [1]),
        ('"region" = "eu west"', [0]),
        ("(host=a and (_measurement=mem))", [2]),
        ("host=a AND host=b", []),
        ('region=""', [1, 2]),
    ],
)
def test_a_predicate_chooses_series(text: str, chosen: list[int]) -> None:
    predicate = read_predicate(text)
    assert [place for place, each in enumerate(SERIES) if predicate.holds(each)] == chosen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=1 OR b=2", "the logical operator OR is not supported yet at position 4"),
        ("a=1 b=2", "bad logical expression"),
        ("a", "invalid operator"),
        ("a=", "bad tag value"),
        ("=1", "bad tag key"),
        ("a=~x", "the operator =~ is not supported"),
        ("(a=1", "bad logical expression"),
        ("a=1 AND", "bad tag key"),
        ("a = ]", "bad predicate"),
    ],
)
def test_other_texts_are_refused(text: str, message: str) -> None:
    with pytest.raises(PredicateError, match=message):
        read_predicate(text)


def test_fields_are_not_supported() -> None:
    with pytest.raises(UnsupportedPredicate, match="delete by field is not supported"):
        read_predicate("_field=v")


@given(st.text("ab=!()'\"\\ ANDOR_", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_predicate(text)
    except (PredicateError, UnsupportedPredicate):
        return


def test_points_are_deleted_with_both_ends(ask: Any) -> None:
    ask.write(b"m,h=a v=1 0\nm,h=a v=1 1000000000\nm,h=a v=1 2000000000\nm,h=b v=1 0")
    body = {"start": "1970-01-01T00:00:00Z", "stop": "1970-01-01T00:00:01Z", "predicate": "h=a"}
    place = {"org": "my-org", "bucket": "my-bucket"}
    assert ask("POST", "/api/v2/delete", body, **place).status == 204
    (result,) = ask("GET", "/query", db="my-bucket", q="SELECT v, h FROM m").json["results"]
    assert [row[2] for row in result["series"][0]["values"]] == ["b", "a"]
    del body["stop"]
    status, message = ask("POST", "/api/v2/delete", body, **place).error
    assert status == 400
    assert message.startswith("invalid RFC3339Nano for field stop")
