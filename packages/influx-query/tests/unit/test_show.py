import re

import pytest

from influx_query import parse, render, show, tag


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (show.databases(), "SHOW DATABASES"),
        (show.users(), "SHOW USERS"),
        (show.queries(), "SHOW QUERIES"),
        (show.shards(), "SHOW SHARDS"),
        (show.shard_groups(), "SHOW SHARD GROUPS"),
        (show.subscriptions(), "SHOW SUBSCRIPTIONS"),
        (show.continuous_queries(), "SHOW CONTINUOUS QUERIES"),
        (show.grants("my user"), 'SHOW GRANTS FOR "my user"'),
        (show.retention_policies("db"), "SHOW RETENTION POLICIES ON db"),
        (show.measurements(), "SHOW MEASUREMENTS"),
        (
            show.measurements(re.compile("^a"), on="db", where=tag("b") == "c", limit=1, offset=2),
            "SHOW MEASUREMENTS ON db WITH MEASUREMENT =~ /^a/ WHERE b = 'c' LIMIT 1 OFFSET 2",
        ),
        (show.measurements("a"), "SHOW MEASUREMENTS WITH MEASUREMENT = a"),
        (show.field_keys("cpu", on="db"), "SHOW FIELD KEYS ON db FROM cpu"),
        (show.tag_keys(["a", re.compile("b")]), "SHOW TAG KEYS FROM a, /b/"),
        (show.tag_values("host", from_="cpu"), "SHOW TAG VALUES FROM cpu WITH KEY = host"),
        (show.tag_values(["a", "b"]), "SHOW TAG VALUES WITH KEY IN (a, b)"),
        (show.tag_values(re.compile("h")), "SHOW TAG VALUES WITH KEY =~ /h/"),
        (show.series(where="host = 'a' OR b = 'c'"), "SHOW SERIES WHERE host = 'a' OR b = 'c'"),
        (show.cardinality("series", exact=True), "SHOW SERIES EXACT CARDINALITY"),
        (show.cardinality("tag key", on="db"), "SHOW TAG KEY CARDINALITY ON db"),
    ],
)
def test_a_builder_writes_its_statement(statement, text):
    assert render(statement) == text
    assert parse(text) == (statement,)


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(ValueError, match="there are series, measurement"):
        show.cardinality("tables")


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (
            show.tag_values_cardinality("host", from_="cpu", on="db"),
            "SHOW TAG VALUES CARDINALITY ON db FROM cpu WITH KEY = host",
        ),
        (
            show.tag_values_cardinality(["a", "b c"], exact=True),
            'SHOW TAG VALUES EXACT CARDINALITY WITH KEY IN (a, "b c")',
        ),
    ],
)
def test_values_of_tags_can_be_counted(statement, text):
    assert str(statement) == text
    assert parse(text) == (statement,)
