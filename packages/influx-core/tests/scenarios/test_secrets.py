"""No credential is in a text, a record, a pickle or a repr, whatever fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import re
import traceback
from collections.abc import AsyncIterator

import pytest

from influx_core import ConfigError, InfluxDBClient, InfluxDBError, blocking
from influx_core._api.request_options import QueryOptions, WriteOptions
from influx_testing.conformance.loopback_server import closed_port

pytestmark = pytest.mark.slow

SECRET = "s3cret"
LONG = f"{SECRET}-that-is-long-enough-for-a-signature"

AUTHS = {
    "basic": {"username": "root", "password": SECRET},
    "query": {"username": "root", "password": SECRET, "auth": "query"},
    "token": {"token": SECRET},
    "bearer": {"auth": {"type": "bearer", "token": SECRET}},
    "jwt": {"auth": {"type": "jwt", "username": "root", "secret": LONG}},
}

ANSWERS = {
    "closed": b"",
    "junk": b"SSH-2.0-OpenSSH\r\n",
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{",
    "unauthorized": b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno",
    "redirect": (
        b"HTTP/1.1 302 Found\r\nLocation: http://root:s3cret@else/?p=s3cret&u=root\r\n"
        b"Content-Length: 0\r\n\r\n"
    ),
    "bad length": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "huge header": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
}


def everything_of(error: BaseException) -> str:
    """All that a program may show or keep of an exception, and of those behind it."""
    seen: list[str] = ["".join(traceback.format_exception(error))]
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None:
            continue
        seen += [str(one), repr(one), repr(one.args), repr(vars(one))]
        with contextlib.suppress(TypeError, AttributeError):
            seen.append(repr(pickle.dumps(one)))
        waiting += [one.__cause__, one.__context__]
    return "\n".join(seen)


@contextlib.asynccontextmanager
async def server(answer: bytes, *, read_all: bool = True) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            if read_all:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
            else:  # break the connection while the body is being written
                await reader.read(1_000)
                writer.transport.abort()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    await asyncio.wait_for(asyncio.gather(*tasks), 60)


async def failed(caplog, url: str, **options) -> str:
    """All that is shown when a query and a write fail."""
    found: list[str] = []
    with caplog.at_level(logging.DEBUG):
        async with InfluxDBClient(url, "d", timeout=5, **options) as client:
            found.append(repr(client))
            for call in (
                client.execute("SELECT f FROM m"),
                client.write_lines(b"m f=1 1\n" * 200_000),
                client.ping(),
            ):
                try:
                    await call
                except InfluxDBError as error:
                    found.append(everything_of(error))
    found += [repr(vars(record)) for record in caplog.records]
    return "\n".join(found)


@pytest.mark.parametrize("auth", AUTHS)
@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_failed_call_shows_no_credential(caplog, auth, answer):
    async with server(ANSWERS[answer]) as url:
        assert SECRET not in await failed(caplog, url, **AUTHS[auth])


@pytest.mark.parametrize("auth", AUTHS)
async def test_a_connection_that_breaks_while_a_body_is_written_shows_none(caplog, auth):
    async with server(b"", read_all=False) as url:
        assert SECRET not in await failed(caplog, url, **AUTHS[auth])


@pytest.mark.parametrize("auth", AUTHS)
async def test_a_server_that_is_not_there_shows_none(caplog, auth):
    with closed_port() as closed:
        for url in (closed, "http://no.such.host.invalid:1", "https://127.0.0.1:1"):
            assert SECRET not in await failed(caplog, url, **AUTHS[auth])


@pytest.mark.parametrize("answer", ["closed", "junk", "unauthorized"])
@pytest.mark.parametrize("base", ["http://db.invalid:8086", "https://db.invalid:8086"])
async def test_a_proxy_that_fails_shows_none(caplog, answer, base):
    async with server(ANSWERS[answer]) as url:
        proxy = url.replace("://", f"://user:{SECRET}@")
        transport = {"type": "auto", "proxy": proxy}
        assert SECRET not in await failed(caplog, base, transport=transport)


@pytest.mark.parametrize(
    "proxy",
    [
        f"socks5h://user:{SECRET}@proxy:1080",
        f"http://user:{SECRET}@proxy:port",
        f"http://user:{SECRET}/x@proxy:3128",
        f"http://user:{SECRET}\u2100@proxy:3128",
        f"user:{SECRET}@proxy:3128",
        f"http://user:{SECRET}@[proxy:3128",
        f"http://user:{SECRET}@:3128",
    ],
)
def test_a_wrong_proxy_is_refused_without_its_password(proxy):
    with pytest.raises(ConfigError, match="proxy") as caught:
        InfluxDBClient(transport={"type": "auto", "proxy": proxy})
    assert SECRET not in everything_of(caught.value)


PASSWORDS = [
    f"{SECRET}{tail}" for tail in ("/", "/x", "?", "?x=1", "#", "#x", "\u2100", "@", ":", "[")
]
PASSWORDS += [
    f"{head}{SECRET}" for head in ("/", "?", "#", "\u2100", ":", "]", " ", "\n", "\ud800")
]
SHAPES = [
    "http://root:{}@db:8086/d",
    "http://root:{}@db:port/d",
    "root:{}@db:8086/d",
    "//root:{}@db:8086/d",
    "http:/root:{}@db:8086",
    "http://root:{}@",
    "http://root:{}@[::1/d",
    "http://root:{}@db:8086/d#fragment",
    "http://root:{}@db:8086/d?timeout=soon",
    "http://root:{}@db:8086/d?nonsense=1",
    "ftp://root:{}@db/d",
    "http://db:8086/d?password={}&nonsense=1",
    "http://db:8086/d?token={}&timeout=soon",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("password", [SECRET, *PASSWORDS])
def test_a_wrong_url_is_refused_without_its_password(shape, password):
    url = shape.format(password)
    for make in (
        lambda: InfluxDBClient.from_url(url),
        lambda: InfluxDBClient.from_env({"INFLUX_URL": url}),
        lambda: InfluxDBClient(url),
        lambda: InfluxDBClient([url, "http://db"]),
        lambda: blocking.InfluxDBClient.from_url(url),
    ):
        try:
            client = make()
        except InfluxDBError as error:
            assert SECRET not in everything_of(error)  # noqa: PT017
        else:
            assert SECRET not in repr(client)
            assert not re.search(SECRET, " ".join(client.base_urls)) or "@" not in url


@pytest.mark.parametrize("wrong", [f"{SECRET}\n", f"{SECRET}\r", f"{SECRET}\0", f"{SECRET}\ud800"])
@pytest.mark.parametrize(
    "options",
    [
        lambda wrong: {"username": "root", "password": wrong},
        lambda wrong: {"token": wrong},
        lambda wrong: {"auth": {"type": "bearer", "token": wrong}},
        lambda wrong: {"auth": {"type": "jwt", "username": "root", "secret": wrong}},
        lambda wrong: {"auth": {"type": "query", "username": "root", "password": wrong}},
        lambda wrong: {"transport": {"type": "auto", "headers": {"authorization": wrong}}},
    ],
)
def test_a_credential_that_cannot_be_sent_is_refused_and_not_shown(wrong, options):
    with pytest.raises(ConfigError) as caught:
        InfluxDBClient(**options(wrong))
    assert SECRET not in everything_of(caught.value)


@pytest.mark.parametrize("wrong", [5, [SECRET], {"a": SECRET}, SECRET.encode()])
def test_a_credential_of_another_type_is_refused_and_not_shown(wrong):
    for name in ("password", "token"):
        with pytest.raises(ConfigError, match=f"{name} takes text") as caught:
            InfluxDBClient(
                **{"username": "root", name: wrong} if name == "password" else {name: wrong}
            )
        assert SECRET not in everything_of(caught.value)


def test_options_of_calls_show_no_credential():
    for options in (WriteOptions, QueryOptions):
        assert SECRET not in repr(options(username="root", password=SECRET))
        assert SECRET not in repr(options(token=SECRET))


def test_a_client_is_not_pickled_with_its_credentials():
    for client in (InfluxDBClient(token=SECRET), blocking.InfluxDBClient(token=SECRET)):
        with pytest.raises(TypeError, match="a client cannot be pickled or copied") as caught:
            pickle.dumps(client)
        assert SECRET not in everything_of(caught.value)


async def test_an_auth_that_fails_shows_nothing_of_what_it_holds(caplog):
    class Vault:
        def sign(self, request, now):
            raise RuntimeError(f"no lease for {SECRET}")

    async with server(b"") as url:
        assert SECRET not in await failed(caplog, url, auth=Vault())
