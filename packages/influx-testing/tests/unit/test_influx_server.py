"""What a test sees of its server: the same behind a socket, in memory, and of a real one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from influx_core import DataPoint
from influx_core.errors import WriteError
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, InfluxServer, NeedsFake, faults
from influx_testing._server.fake_server import FakeServer
from influx_testing._server.influxd_server import InfluxdServer
from influx_testing._server.upstream import Upstream

POINT = DataPoint("cpu", {"host": "a b"}, {"load": 0.5, "n": 3}, 1_000)


@pytest.fixture(params=["fake", "real"])
def server(request: pytest.FixtureRequest) -> Iterator[InfluxServer]:
    if request.param == "fake":
        yield FakeServer(FakeInfluxDB())
        return
    real = InfluxdServer(Upstream.at(request.getfixturevalue("influxd_url")))
    yield real
    real.clean_up()


async def test_points_are_what_was_written_with_their_types(server: InfluxServer) -> None:
    await server.client().write_many([POINT])
    assert server.points("cpu") == [POINT]
    assert [type(value) for value in server.points()[0].fields.values()] == [float, int]


async def test_points_of_every_policy_and_database_are_there(server: InfluxServer) -> None:
    client = server.client()
    await client.admin.create_retention_policy("week", "7d")
    await client.write("old", {}, {"v": 1.0}, retention_policy="week")
    server.load("m v=1 1", db=f"{server.database}_2")
    assert [point.measurement for point in server.points()] == ["old", "m"]


async def test_a_written_point_is_found_however_it_is_given(server: InfluxServer) -> None:
    await server.client().write_many([POINT])
    line = r"cpu,host=a\ b load=0.5,n=3i"
    server.assert_written(POINT, tuple(getattr(POINT, name) for name in POINT.__struct_fields__))
    server.assert_written(line, f"{line} 1000")


async def test_a_point_written_twice_is_not_written_once(server: InfluxServer) -> None:
    client = server.client()
    await client.write_many([POINT, POINT])
    server.assert_written(POINT, times=2)
    with pytest.raises(AssertionError, match=r"^written twice, not once:\n  cpu,host=a"):
        server.assert_written(POINT)


async def test_the_nearest_points_come_first_and_say_where_they_differ(
    server: InfluxServer,
) -> None:
    await server.client().write_lines(b"mem used=1i 5\ncpu,host=a load=0.5 5\ncpu load=1 5\n")
    with pytest.raises(AssertionError) as caught:
        server.assert_written("cpu,host=a load=0.4 2000000005")
    first, second, third = str(caught.value).splitlines()[-3:]
    assert "field load=0.5, not 0.4; 2 s earlier" in first
    assert "no tag host" in second
    assert "measurement mem, not cpu" in third


async def test_a_refused_point_is_not_written_and_the_table_says_why(server: InfluxServer) -> None:
    server.fail(status=503)
    with pytest.raises(Exception, match="timeout"):
        await server.client().write_many([POINT])
    with pytest.raises(AssertionError, match=r"not stored: status 503$"):
        server.assert_written(POINT)


async def test_of_a_partial_write_only_the_stored_points_count(server: InfluxServer) -> None:
    server.load("cpu load=1 1")
    with pytest.raises(Exception, match="partial write"):
        await server.client().write_lines(b'cpu load="x" 5\nmem used=1i 5\n')
    server.assert_written("mem used=1i 5")
    with pytest.raises(AssertionError, match=r"load=x 5|not stored: 400"):
        server.assert_written('cpu load="x" 5')


async def test_a_partial_write_of_2x_is_judged_the_same() -> None:
    server = FakeServer(FakeInfluxDB("2.x"))
    server.load("cpu load=1 1")
    with pytest.raises(WriteError):
        await server.client().write_lines(b'cpu load="x" 5\nmem used=1i 5\n')
    server.assert_written("mem used=1i 5")
    server.assert_written('cpu load="x" 5', times=0)


def test_without_points_the_requests_are_shown() -> None:
    server = FakeServer(FakeInfluxDB())
    with pytest.raises(AssertionError, match=r"no point came.*\n.*\n  none"):
        server.assert_written(POINT)


async def test_no_writes_means_not_even_refused_ones(server: InfluxServer) -> None:
    client = server.client()
    await client.ping()
    server.load("given v=1 1")
    server.assert_no_writes()
    await client.write_many([POINT])
    with pytest.raises(AssertionError, match=r"^once written:\n.*\n  POST /write.*cpu,host=a"):
        server.assert_no_writes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "a fault, such as"),
        ({"fault": faults.drop(), "status": 500}, "a fault, such as"),
        ({"fault": faults.drop(), "retry_after": 1}, "go with status="),
    ],
)
def test_a_fault_that_says_too_little_or_too_much_is_refused(
    arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        FakeServer(FakeInfluxDB()).fail(**arguments)  # type: ignore[arg-type]


def test_the_clock_of_others_cannot_be_set() -> None:
    with pytest.raises(NeedsFake, match="clock"):
        _ = FakeServer(FakeInfluxDB(clock=lambda: 5)).clock


async def test_a_real_server_is_left_as_it_was(influxd_url: str) -> None:
    upstream = Upstream.at(influxd_url)
    before = InfluxdServer(upstream)
    before.inspector.create_database("theirs")
    there = before.inspector.databases()
    server = InfluxdServer(upstream)
    client = server.client()
    for name in ("theirs", "mine"):
        await client.create_database(name)
    server.clean_up()
    assert "theirs" in there
    assert server.inspector.databases() == there
    before.inspector.drop_database("theirs")


async def test_a_write_that_calls_itself_a_form_is_a_write(server: InfluxServer) -> None:
    """As curl and urllib send it, and as the examples of InfluxDB do."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    write = Request("POST", "/write", (("db", server.database),), form, b"cpu load=1 1\n")
    scheduled = server.fail(status=503, line="^cpu load=1")
    assert server.gateway.handle(write).status == 503
    assert scheduled.used == 1
    assert server.gateway.handle(write).status == 204
    server.assert_written("cpu load=1 1")
    assert server.requests[-1].body == "cpu load=1 1\n"


async def test_a_server_of_2x_has_an_organization_a_bucket_and_a_token() -> None:
    server = FakeServer(FakeInfluxDB("2.x", org="o", bucket="b", token="t"))
    assert (server.org, server.bucket, server.token) == ("o", "b", "t")
    assert server.database == "b"
    client = server.client()
    await client.write("m", {}, {"v": 1}, 5)
    server.assert_written("m v=1i 5")
    await client.buckets.create("other")
    server.clean_up()
    assert [each.name for each in await client.buckets.list() if not each.is_system] == ["b"]
    assert server.points() == []
    await client.aclose()


def test_a_server_of_1x_has_neither_token_nor_organization() -> None:
    server = FakeServer(FakeInfluxDB())
    assert (server.org, server.token) == ("", "")


@pytest.mark.parametrize("fault", [503, "drop", faults.drop])
def test_only_a_fault_can_be_scheduled(fault: object) -> None:
    with pytest.raises(TypeError, match=r"fail\(\) takes a fault, such as faults.drop\(\), or"):
        FakeServer(FakeInfluxDB()).fail(fault)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["line", "query"])
def test_a_pattern_that_is_none_is_told_when_the_fault_is_scheduled(name: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}='\(' is no regular expression: "):
        FakeServer(FakeInfluxDB()).fail(status=500, **{name: "("})  # type: ignore[arg-type]


def test_an_assertion_about_nothing_is_refused() -> None:
    server = FakeServer(FakeInfluxDB())
    with pytest.raises(ValueError, match="takes points; assert_no_writes"):
        server.assert_written()
    with pytest.raises(ValueError, match="times=-1: a point is written 0 times or more"):
        server.assert_written(POINT, times=-1)
