"""The plugin as a project meets it: its fixtures here, its failures in projects of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

import influx_testing._fixtures.server_pool  # noqa: F401 - what only the runs of pytester import, they forget
from influx_core import InfluxDBClient
from influx_core.errors import ConfigError, ServerUnreachable
from influx_testing import FakeInfluxDB, InfluxServer, serve

pytest_plugins = ["pytester"]


def ask(url: str, statement: str) -> str:
    body = urllib.request.urlopen(f"{url}/query", data=f"q={statement}".encode()).read()
    return str(body.decode())


@pytest.mark.parametrize("name", ["one", "two"])
def test_the_server_is_empty_for_each_test_and_takes_any_client(
    influx_server: InfluxServer, name: str
) -> None:
    assert '"values"' not in ask(influx_server.url, "SHOW DATABASES")
    ask(influx_server.url, f"CREATE DATABASE {name}")
    assert f'["{name}"]' in ask(influx_server.url, "SHOW DATABASES")


async def test_the_client_has_a_database_of_its_own(influx_client: InfluxDBClient) -> None:
    await influx_client.write("cpu", {"host": "a"}, {"load": 0.5}, 1)
    (row,) = await influx_client.raw_query("SELECT load FROM cpu")
    assert row.load == 0.5
    assert len(await influx_client.databases()) == 1


@pytest.mark.parametrize("fixture", ["influx_server", "influx_memory"])
async def test_the_client_is_one_of_the_server_that_the_test_uses(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    server: InfluxServer = request.getfixturevalue(fixture)
    if fixture == "influx_server":
        request.fixturenames.append(fixture)
    client: InfluxDBClient = request.getfixturevalue("influx_client")
    await client.write("cpu", {}, {"load": 0.5}, 1)
    server.assert_written("cpu load=0.5 1")


@pytest.mark.influx(data="cpu v=1 1", auth=("me", "hush"))
class TestMarkers:
    @pytest.mark.influx(data="cpu v=2 1", flavor="1.8")
    def test_the_nearest_marker_has_the_last_word(self, influx_server: InfluxServer) -> None:
        assert influx_server.points()[0].fields == {"v": 2.0}
        assert influx_server.credentials == {"username": "me", "password": "hush"}


@pytest.mark.parametrize("flavor", ["1.8", "2.x"])
@pytest.mark.parametrize("memory", [True, False])
async def test_the_factory_makes_servers_of_every_kind(
    influx_factory: Callable[..., InfluxServer], flavor: str, memory: bool
) -> None:
    one = influx_factory(flavor=flavor, auth=True, memory=memory)
    other = influx_factory(memory=memory)
    org = {"org": one.org} if flavor == "2.x" else {}
    async with InfluxDBClient(
        one.url, one.database, api="v2" if org else "v1", **one.credentials, **org
    ) as client:
        await client.write("cpu", {}, {"v": 1}, 5)
    one.assert_written("cpu v=1i 5")
    assert one.points("cpu")
    assert other.points() == []


FAILING = """
import aiohttp, asyncio, pytest
from influx_core import InfluxDBClient

def test_fault(influx_server):
    influx_server.fail(status=503, path="/write")

async def test_task(influx_client):
    asyncio.create_task(asyncio.sleep(60), name="forgotten")

async def test_client(influx_server):
    await InfluxDBClient(influx_server.url).ping()

async def test_session(influx_server):
    aiohttp.ClientSession()

@pytest.mark.influx(leaks=False)
async def test_left_on_purpose(influx_server):
    await InfluxDBClient(influx_server.url).ping()

@pytest.mark.influx(flavour="2.x")
def test_misspelt(influx_server):
    pass

def test_cassette(influx_factory):
    influx_factory(cassette="none.json")

@pytest.mark.influx(flavor="4.x")
def test_flavor(influx_server):
    pass

@pytest.mark.influx(data="no line")
def test_data(influx_memory):
    pass

@pytest.mark.influx(leaks="no")
def test_word(influx_memory):
    pass

def test_option(influx_factory):
    influx_factory(flavour="2.x")
"""


def run(
    pytester: pytest.Pytester,
    text: str,
    *options: str,
    runner: Callable[..., pytest.RunResult] | None = None,
) -> pytest.RunResult:
    pytester.makepyprojecttoml('[tool.pytest.ini_options]\nasyncio_mode = "auto"')
    pytester.makepyfile(text)
    run_pytest = runner or pytester.runpytest_inprocess
    return run_pytest("-p", "no:xdist", "-W", "ignore", *options)


@pytest.mark.slow
def test_what_a_test_leaves_behind_or_gets_wrong_fails_it(pytester: pytest.Pytester) -> None:
    # In a process of its own, since what it leaves behind would come up in later tests.
    result = run(pytester, FAILING, runner=pytester.runpytest_subprocess)
    result.assert_outcomes(passed=3, failed=4, errors=6)
    result.stdout.fnmatch_lines_random(
        [
            "the marker influx: leaks is True or False, not 'no'",
            "a fault was never applied: status 503, path='/write'",
            "the test left tasks running:",
            "  forgotten: <coroutine object sleep*",
            "the test left clients open: InfluxDBClient of *http://127.0.0.1:*",
            "the test left clients open: aiohttp.ClientSession",
            "the marker influx takes flavor=*, leaks=, failures= and not flavour",
            "the marker influx: no flavor '4.x'; known: 1.6, 1.8, 2.x, 3.x",
            "the marker influx: *unable to parse 'no line': invalid field format*",
            "*TypeError: influx_factory takes memory=*, auth=* and not flavour",
            "*no cassette *none.json: record it with --influx-url*",
        ]
    )
    result.stdout.no_fnmatch_line("*server_pool.py*")


PASSING = """
import anyio, pytest
from influx_core import InfluxDBClient

pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

@pytest.mark.parametrize("n", range(4))
async def test_async(influx_server, influx_client, n):
    async with InfluxDBClient(influx_server.url, db=influx_server.database) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(client.write, "cpu", {}, {"n": n}, 1)
    influx_server.assert_written(f"cpu n={n}i 1")
    assert len(influx_server.requests) == 1

@pytest.mark.parametrize("n", range(4))
def test_sync(influx_server, n):
    influx_server.load(f"cpu n={n}i 1")
    assert influx_server.points()[0].fields == {"n": n}
"""


def test_tests_of_anyio_and_synchronous_ones_are_fine(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(PASSING)
    options = ("-p", "no:xdist", "-p", "no:asyncio", "-W", "error")
    pytester.runpytest_inprocess(*options).assert_outcomes(passed=8)


REAL = """
import urllib.request

import pytest

async def test_written(influx_server, influx_client):
    await influx_client.write("cpu", {}, {"n": 1}, 1)
    influx_server.assert_written("cpu n=1i 1")

def test_form(influx_server):
    url = f"{influx_server.url}/write?db={influx_server.database}"
    urllib.request.urlopen(url, b"cpu load=1 1").close()  # urllib says that it is a form
    influx_server.assert_written("cpu load=1 1")
    assert influx_server.requests[-1].body == "cpu load=1 1"

def test_clock(influx_server):
    influx_server.clock.advance(1)

@pytest.mark.influx(now=0)
def test_now(influx_server):
    pass

async def test_cassette(influx_factory):
    server = influx_factory(cassette="kept/c.json", memory=True)
    await server.client().write("cpu", {}, {"n": 1}, 1)
    server.assert_written("cpu n=1i 1")
"""


def test_the_same_tests_run_on_a_real_server_and_record_it(pytester: pytest.Pytester) -> None:
    with serve() as real:
        result = run(pytester, REAL, "--influx-url", real.url, "-rs")
        assert real.inspector.databases() == []
    result.assert_outcomes(passed=3, skipped=2)
    result.stdout.fnmatch_lines(["*the clock of this server cannot be set*"])
    run(pytester, REAL, "-k", "cassette").assert_outcomes(passed=1, deselected=4)


def test_a_url_that_cannot_work_ends_the_run_before_it_begins(pytester: pytest.Pytester) -> None:
    result = run(pytester, REAL, "--influx-url", "localhost:8086")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--influx-url: 'localhost:8086' is not the URL of a server*"])


@pytest.mark.parametrize(
    ("auth", "said"),
    [
        (False, "ERROR: --influx-url: 127.0.0.1:* cannot be reached: *refused*"),
        (True, "ERROR: --influx-url: 127.0.0.1:* status 401*http://NAME:PASSWORD@127.0.0.1:*"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_line(
    pytester: pytest.Pytester, auth: bool, said: str
) -> None:
    fake = FakeInfluxDB(config={"http.auth-enabled": True})
    with serve(fake=fake) as real:
        url = real.url.replace("//", "//me:hush@")
        if auth:
            fake.engine.users.create("admin", "pw", admin=True)
            result = run(pytester, REAL, "--influx-url", url)
    if not auth:
        result = run(pytester, REAL, "--influx-url", url)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])
    lines = [line for line in (*result.outlines, *result.errlines) if line]
    assert len(lines) == 1
    assert "hush" not in lines[0]


async def test_the_factory_serves_https(influx_factory: Callable[..., InfluxServer]) -> None:
    pytest.importorskip("trustme", reason="trustme is not installed (influx-testing[tls])")
    server = influx_factory(tls=True, data="cpu v=1 1")
    transport = {"type": "https", "ca_file": str(server.ca_file)}
    async with InfluxDBClient(server.url, db=server.database, transport=transport) as client:
        assert (await client.execute("SELECT v FROM cpu"))[0].series[0].name == "cpu"
    async with InfluxDBClient(server.url, db=server.database) as distrustful:
        with pytest.raises(ServerUnreachable):
            await distrustful.ping()


def test_the_factory_takes_datagrams(influx_factory: Callable[..., InfluxServer]) -> None:
    server = influx_factory(udp=0)
    address = urlsplit(server.udp_url)
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        for attempt in range(1_000):
            sender.sendto(b"cpu v=1 1", (str(address.hostname), address.port or 0))
            if "udp" in server.inspector.databases() or attempt == 999:
                break
            time.sleep(0.01)
    assert [point.measurement for point in server.points(db="udp")] == ["cpu"]


@pytest.mark.parametrize("option", [{"tls": True}, {"udp": 0}], ids=str)
def test_a_server_in_memory_has_neither_tls_nor_datagrams(
    influx_factory: Callable[..., InfluxServer], option: dict[str, Any]
) -> None:
    with pytest.raises(ConfigError, match="has no socket"):
        influx_factory(memory=True, **option)


@pytest.mark.parametrize("module", ["influx_testing", "influx_testing.pytest_plugin"])
def test_pytest_starts_without_loading_what_tests_may_need(module: str) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    loaded = set(printed.decode().split())
    assert not {"aiohttp", "asyncio", "hypothesis", "influx_core", "msgspec"} & loaded
    ours = {name for name in loaded if name.startswith("influx_testing")}
    assert ours <= {"influx_testing", "influx_testing.errors", "influx_testing.pytest_plugin"}
