"""The names for completion are asked for once, and values of tags before they are needed."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from influx_query.completion import NameKind, completion_context
from influx_shell._prompt.schema_names import SchemaNames


class Schema:
    """Lists the names of a server with two tags; notes what is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def tag_keys(self, measurement, *, db):
        self.asked.append("tags")
        return ["hosting", "host", "region"]

    async def field_keys(self, measurement, *, db):
        self.asked.append("fields")
        return {"f": "float"}

    async def tag_values(self, tag, *, measurement, db):
        self.asked.append(f"values of {tag} in {measurement} of {db}")
        return ["b", "a"]


class Client:
    def __init__(self) -> None:
        self.schema = Schema()


def asked(*texts: str, clock=lambda: 0.0) -> list[str]:
    """Complete texts one after another; return what the server was asked."""

    async def complete() -> list[str]:
        client = Client()
        names = SchemaNames(client, "db", clock)
        for text in texts:
            found = await names.names(completion_context(text, len(text)))
            if NameKind.TAG_VALUE in found:
                assert found[NameKind.TAG_VALUE] == ["a", "b"]
            await asyncio.sleep(0)
        return client.schema.asked

    return asyncio.run(complete())


VALUES = "values of {} in cpu of db"


@pytest.mark.parametrize(
    ("typed", "tag"), [("re", "region"), ("region", "region"), ("host", "host")]
)
def test_the_values_of_the_tag_that_is_typed_are_asked_for_at_once(typed, tag):
    begun = f"SELECT f FROM cpu WHERE {typed}"
    assert asked(begun) == ["tags", "fields", VALUES.format(tag)]
    assert asked(begun, f"SELECT f FROM cpu WHERE {tag} = '") == asked(begun)


@pytest.mark.parametrize("typed", ["", "ho", "nope"])
def test_no_values_are_asked_for_while_several_tags_may_be_meant(typed):
    assert asked(f"SELECT f FROM cpu WHERE {typed}") == ["tags", "fields"]


def test_a_tag_to_group_by_needs_no_values():
    assert asked("SELECT f FROM cpu GROUP BY region") == ["tags"]


def test_a_list_is_asked_for_again_after_a_minute():
    times = count(step=61)
    text = "SELECT f FROM cpu GROUP BY re"
    assert asked(text, text, clock=lambda: float(next(times))) == ["tags", "tags"]
    assert asked(text, text) == ["tags"]
