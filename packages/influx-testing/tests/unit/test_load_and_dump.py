from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_core import DataPoint
from influx_core.errors import DecodeError
from influx_core.lineprotocol import encode
from influx_query import InfluxQLSyntaxError, quote_ident
from influx_testing import FakeInfluxDB, InfluxServer
from influx_testing._server.fake_server import FakeServer

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
NAMES = TEXT.filter(lambda name: "\r" not in name)


def points(fake: FakeInfluxDB, database: str = "data") -> list[DataPoint]:
    server: InfluxServer = FakeServer(fake)
    return server.points(db=database)


@pytest.fixture
def fake() -> FakeInfluxDB:
    return FakeInfluxDB(clock=lambda: 0)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_lines_may_end_as_on_windows(fake: FakeInfluxDB, end: bytes) -> None:
    fake.load(end.join([b"m v=1 1", b"", b"# a comment", b'm s="a\nb" 2', b"m v=3 3", b""]))
    assert [point.timestamp for point in points(fake)] == [1, 2, 3]
    assert points(fake)[1].fields == {"s": "a\nb"}


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_stored(fake: FakeInfluxDB) -> None:
    lines = b'# DML\n# CONTEXT-DATABASE: d\nm s="a\nb" 1\nm v=1 1\nm v=\n'
    with pytest.raises(DecodeError, match="missing field value") as caught:
        fake.load(lines)
    assert caught.value.line == 6
    assert [*fake.engine.databases] == []


def test_a_statement_that_cannot_be_parsed_is_an_error(fake: FakeInfluxDB) -> None:
    with pytest.raises(InfluxQLSyntaxError):
        fake.load(b"# DDL\nCREATE nonsense\n")


def test_what_looks_like_a_comment_or_a_statement_in_a_string_is_text(fake: FakeInfluxDB) -> None:
    text = 'x\n# CONTEXT-DATABASE: other\nCREATE DATABASE third\n# DDL\n"y'
    fake.load(encode([("m", {}, {"s": text}, 1)]))
    assert points(fake)[0].fields == {"s": text}


def test_comments_say_where_lines_go(fake: FakeInfluxDB) -> None:
    fake.load(
        b"# DDL\nCREATE DATABASE a\nCREATE RETENTION POLICY p ON a DURATION INF REPLICATION 1\n"
        b"# DML\nm v=0 1\n# CONTEXT-DATABASE: a\n# CONTEXT-RETENTION-POLICY: p\nm v=1 1\n"
        b"# CONTEXT-DATABASE:b\nm v=2 1\n",
        "first",
    )
    found = {name: points(fake, name)[0].fields["v"] for name in ("first", "a", "b")}
    assert found == {"first": 0, "a": 1, "b": 2}
    (result,) = fake.query("SELECT v FROM a.p.m")
    assert len(result.series) == 1


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(database=NAMES, policy=NAMES, text=TEXT)
def test_what_is_dumped_is_loaded_again(database: str, policy: str, text: str) -> None:
    fake = FakeInfluxDB(clock=lambda: 0)
    names = quote_ident(policy), quote_ident(database)
    fake.query(f"CREATE DATABASE {names[1]}")
    fake.query(f"CREATE RETENTION POLICY {names[0]} ON {names[1]} DURATION INF REPLICATION 1")
    if database not in fake.engine.databases:  # a name that the server refuses
        return
    fake.engine.write(database, "", [DataPoint("m", {"t": "a"}, {"s": text, "n": 1}, 5)])
    dumped = fake.dump()
    other = FakeInfluxDB(clock=lambda: 0)
    other.load(dumped)
    assert other.dump() == dumped


def test_unsigned_integers_that_into_stored_are_loaded_again() -> None:
    fake, other = FakeInfluxDB(clock=lambda: 0), FakeInfluxDB(clock=lambda: 0)
    fake.load(b"m n=-7i 1", "d")
    fake.query("SELECT n::unsigned INTO u FROM m", "d")
    other.load(fake.dump())
    assert other.dump() == fake.dump()
    assert other.query("SELECT n FROM u", "d")[0].series[0].values == [[1, 2**64 - 7]]


def test_a_default_policy_that_was_altered_is_loaded_again() -> None:
    fake, other = FakeInfluxDB(clock=lambda: 0), FakeInfluxDB(clock=lambda: 0)
    fake.create_database("x")
    fake.query("ALTER RETENTION POLICY autogen ON x DURATION 30d")
    other.load(fake.dump())
    assert other.dump() == fake.dump()


def test_the_resources_of_2_are_dumped_and_loaded_again() -> None:
    fake, other = (FakeInfluxDB("2.x", clock=lambda: 0) for _ in range(2))
    org = fake.engine.resources.all("orgs")[0]["id"]
    fake.engine.buckets.create(org, "a/b", 3600, description="d")
    fake.engine.resources.add("labels", {"orgID": org, "name": "l"})
    fake.load(b"m v=1i,u=2u 1", "my-bucket")
    other.load(fake.dump())
    assert other.dump() == fake.dump()
    found = other.engine.buckets.find(org, "a/b")
    assert found is not None
    assert found.policy.duration == 3600 * 10**9
    assert other.engine.resources.all("labels")[0]["name"] == "l"
    assert points(other, "my-bucket")[0].fields == {"v": 1, "u": 2}


def test_resources_that_are_not_those_of_a_dump_are_refused() -> None:
    fake = FakeInfluxDB("2.x")
    with pytest.raises(DecodeError, match="not those of a dump"):
        fake.load(b'# RESOURCES: {"nonsense": 1}\n')
