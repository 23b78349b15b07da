from datetime import timedelta

import pytest

from influx_query import (
    InfluxQLSyntaxError,
    func,
    manage,
    measurement,
    now,
    parse,
    query,
    render,
    tag,
    time,
)

ROLLUP = query(func.mean("a")).into("b").from_("c").group_by(time("5m"))


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (manage.create_database("my db"), 'CREATE DATABASE "my db"'),
        (
            manage.create_database("a", duration="7d", replication=1, retention_policy="week"),
            "CREATE DATABASE a WITH DURATION 1w REPLICATION 1 NAME week",
        ),
        (manage.drop_database("a"), "DROP DATABASE a"),
        (
            manage.create_retention_policy("a", "b", timedelta(days=1), default=True),
            "CREATE RETENTION POLICY a ON b DURATION 1d REPLICATION 1 DEFAULT",
        ),
        (
            manage.create_retention_policy("a", "b", "INF", shard_duration="1h"),
            "CREATE RETENTION POLICY a ON b DURATION 0s REPLICATION 1 SHARD DURATION 1h",
        ),
        (
            manage.alter_retention_policy("a", "b", duration="2h", replication=2, default=True),
            "ALTER RETENTION POLICY a ON b DURATION 2h REPLICATION 2 DEFAULT",
        ),
        (
            manage.alter_retention_policy("a", "b", shard_duration="1h"),
            "ALTER RETENTION POLICY a ON b SHARD DURATION 1h",
        ),
        (
            manage.create_subscription("s", "a", "b", ["http://h1:1", "http://h2:1"], mode="ANY"),
            "CREATE SUBSCRIPTION s ON a.b DESTINATIONS ANY 'http://h1:1', 'http://h2:1'",
        ),
        (manage.drop_subscription("s", "a", "b"), "DROP SUBSCRIPTION s ON a.b"),
        (manage.drop_shard(3), "DROP SHARD 3"),
        (manage.drop_retention_policy("a", "b"), "DROP RETENTION POLICY a ON b"),
        (
            manage.create_continuous_query("q", "db", ROLLUP, every="1m", for_="1h"),
            (
                "CREATE CONTINUOUS QUERY q ON db RESAMPLE EVERY 1m FOR 1h BEGIN "
                "SELECT mean(a) INTO b FROM c GROUP BY time(5m) END"
            ),
        ),
        (manage.drop_continuous_query("a", "b"), "DROP CONTINUOUS QUERY a ON b"),
        (manage.drop_measurement("a"), "DROP MEASUREMENT a"),
        (manage.drop_series(where=tag("a") == "b"), "DROP SERIES WHERE a = 'b'"),
        (
            manage.delete(["a", "b"], where=time < now() - timedelta(days=1)),
            "DELETE FROM a, b WHERE time < now() - 1d",
        ),
        (
            manage.create_user("a", "b", admin=True),
            "CREATE USER a WITH PASSWORD 'b' WITH ALL PRIVILEGES",
        ),
        (manage.set_password("a", "it's"), r"SET PASSWORD FOR a = 'it\'s'"),
        (manage.drop_user("a"), "DROP USER a"),
        (manage.grant("read", "a", on="b"), "GRANT READ ON b TO a"),
        (manage.grant("all", "a"), "GRANT ALL PRIVILEGES TO a"),
        (manage.revoke("all", "a", on="b"), "REVOKE ALL PRIVILEGES ON b FROM a"),
        (manage.revoke("all", "a"), "REVOKE ALL PRIVILEGES FROM a"),
        (manage.kill_query(4), "KILL QUERY 4"),
    ],
)
def test_a_builder_writes_its_statement(statement, text):
    assert render(statement) == text
    assert parse(text) == (statement,)


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: manage.delete(), "needs a measurement, a condition, or both"),
        (lambda: manage.delete(measurement("a", database="b")), "can't name b..a"),
        (lambda: manage.grant("read", "a"), "say which with on="),
        (lambda: manage.grant("own", "a", on="b"), "there are read, write, all"),
        (lambda: manage.create_retention_policy("a", "b", "soon"), "invalid duration"),
    ],
)
def test_what_the_server_would_refuse_is_refused(build, reason):
    with pytest.raises(ValueError, match=reason):
        build()


def test_a_continuous_query_has_to_write_somewhere():
    source = query("mean(a)").from_("b").group_by(time("5m"))
    with pytest.raises(InfluxQLSyntaxError, match="expected INTO"):
        manage.create_continuous_query("q", "db", source)


@pytest.mark.parametrize(
    "make",
    [
        lambda: manage.alter_retention_policy("a", "b"),
        lambda: manage.create_subscription("s", "a", "b", []),
    ],
)
def test_a_statement_that_would_say_nothing_is_refused(make):
    with pytest.raises(ValueError, match=r"nothing to change|at least one destination"):
        make()
