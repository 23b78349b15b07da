"""The same client on every kind of server: the faces of the fake as 1.x, 2.x and 3.x."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from influx_core import (
    AuthenticationError,
    ConfigError,
    DatabaseNotFound,
    InfluxDBClient,
    PartialWriteError,
    QueryError,
    WriteError,
)
from influx_core.interfaces import LocalResponse
from influx_testing import FakeInfluxDB, serve

ORG = {"v2": {"org": "my-org"}}
APIS = {"1.6": "v1", "1.8": "v1", "2.x": "v2", "3.x": "v3"}


@pytest.fixture(scope="module", params=APIS)
def face(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A server with a token and a database, and the API it speaks."""
    token = "" if request.param.startswith("1") else "s3cret"
    fake = FakeInfluxDB(request.param, token=token)
    fake.create_database("x")
    with serve(fake=fake) as server:
        yield server.url, APIS[request.param]


@pytest.fixture(params=["named", "auto"])
async def faced(request, face) -> InfluxDBClient:
    url, api = face
    async with InfluxDBClient(
        url,
        db="x",
        token="s3cret",
        api=api if request.param == "named" else "auto",
        **ORG.get(api, {}),
    ) as client:
        yield client


async def test_it_pings_and_is_well(faced):
    assert await faced.ping()
    assert (await faced.health()).status == "pass"


async def test_it_names_the_api(face, faced):
    assert await faced.api_name() == face[1]


async def test_what_is_written_is_read(faced):
    await faced.write_many(
        [("cpu", {"host": f"h{i % 2}"}, {"n": i, "s": '"'}, i) for i in range(9)]
    )
    series = await faced.raw_query("SELECT n, s FROM cpu")
    assert [(row.time_ns, row.n, row.s) for row in series] == [(i, i, '"') for i in range(9)]
    pieces = [piece async for piece in faced.stream("SELECT n FROM cpu")]
    assert sum(map(len, pieces)) == 9


async def test_a_precision_is_that_of_the_caller(faced):
    await faced.write("s", {}, {"f": 1.5}, 1_577_836_800, precision="s")
    (row,) = await faced.raw_query("SELECT f FROM s")
    assert row.time_ns == 1_577_836_800 * 10**9


async def test_a_conflict_is_a_partial_write(faced):
    await faced.write("conflict", {}, {"f": 1.5}, 1)
    with pytest.raises(PartialWriteError) as caught:
        await faced.write_many([("conflict", {}, {"f": "x"}, 2), ("conflict", {}, {"f": 2.5}, 3)])
    assert caught.value.dropped == 1


async def test_a_query_that_does_not_parse_is_refused(faced):
    with pytest.raises(QueryError, match="FORM"):
        await faced.raw_query("SELECT f FORM m")


async def test_who_brings_another_token_is_not_known(faced, face):
    if face[1] == "v1":
        pytest.skip("1.x has no tokens")
    with pytest.raises(AuthenticationError):
        await faced.raw_query("SHOW MEASUREMENTS", token="other")
    with pytest.raises(AuthenticationError):
        await faced.write("m", {}, {"f": 1}, auth="none")


async def test_a_bucket_that_is_not_there_is_told(face):
    url, api = face
    if api == "v3":
        pytest.skip("3.x makes databases when they are written to")
    options = ORG.get(api, {})
    async with InfluxDBClient(url, db="nosuch", token="s3cret", api=api, **options) as client:
        with pytest.raises(DatabaseNotFound):
            await client.write("m", {}, {"f": 1})


async def test_3_names_rejected_lines_or_stores_none(face):
    url, api = face
    if api != "v3":
        pytest.skip("only 3.x names lines")
    async with InfluxDBClient(url, db="x", token="s3cret", api="v3") as client:
        with pytest.raises(PartialWriteError) as caught:
            await client.write_lines(b"good f=1 1\nbad f= 2\n")
        assert [line for line, _ in caught.value.rejected] == ["bad f= 2"]
        with pytest.raises(WriteError) as caught:
            await client.write_lines(b"never f=1 1\nbad f= 2\n", accept_partial=False)
        assert not isinstance(caught.value, PartialWriteError)
        assert "good" in await client.measurements()
        assert "never" not in await client.measurements()


async def test_what_a_server_cannot_do_is_said_before_it_is_asked(face):
    url, api = face
    async with InfluxDBClient(url, db="x", token="s3cret", api=api) as client:
        if api == "v2":
            with pytest.raises(ConfigError, match="'v2' cannot create users"):
                await client.admin.create_user("u", "p")
        if api != "v3":
            with pytest.raises(ConfigError, match=f"'{api}' has no configuration of tokens"):
                await client.admin.tokens.create_admin()
        if api != "v3":
            with pytest.raises(ConfigError, match="SQL needs api='v3'"):
                await client.query_sql("SELECT 1")


async def test_auto_asks_once():
    fake = FakeInfluxDB("2.x", token="t")
    fake.create_database("x")
    asked: list[str] = []

    class Noting:
        async def send(self, request):
            asked.append(request.path)
            return fake.handle(request)

        async def aclose(self) -> None: ...

    options = {"db": "x", "org": "my-org", "token": "t", "api": "auto"}
    async with InfluxDBClient(**options, transport=Noting()) as client:
        await client.write("m", {}, {"f": 1}, 1)
        await client.raw_query("SHOW MEASUREMENTS")
        await client.write("m", {}, {"f": 1}, 1)
    assert asked == ["/ping", "/api/v2/write", "/query", "/api/v2/write"]


class Answering:
    """A transport that knows one answer."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.asked: list = []

    async def send(self, request):
        self.asked.append(request)
        return LocalResponse(200, {}, (self.body,))

    async def aclose(self) -> None: ...


async def test_sql_has_one_series_whole_or_in_pieces():
    transport = Answering(b'{"n":1,"s":"x"}\n{"n":2}\n')
    async with InfluxDBClient(db="x", api="v3", transport=transport) as client:
        series = await client.query_sql("SELECT * FROM m WHERE n < $n", bind_params={"n": 3})
        assert [(row.n, row.s) for row in series] == [(1, "x"), (2, None)]
        pieces = [piece async for piece in client.stream_sql("SELECT * FROM m")]
    assert sum(map(len, pieces)) == 2
    assert transport.asked[0].path == "/api/v3/query_sql"


async def test_sql_without_rows_is_an_empty_series():
    async with InfluxDBClient(db="x", api="v3", transport=Answering(b"")) as client:
        assert len(await client.query_sql("SELECT 1 WHERE false")) == 0
