"""TLS and unix sockets: the ways in other than plain HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from influx_core import ConfigError, InfluxDBClient, ServerUnreachable
from influx_testing import serve

OK = b"HTTP/1.1 204 No Content\r\nX-Influxdb-Version: 1.6\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A certificate of localhost that vouches for itself, and its key, in one file."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run(
        [program, "req", *kind, *names, "-keyout", file, "-out", file.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + file.with_suffix(".crt").read_text())
    return str(file)


@contextlib.asynccontextmanager
async def guarded(certificate: str, *, mutual: bool = False) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)
            await writer.drain()
            await reader.read()
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if mutual:
        context.load_verify_locations(certificate)
        context.verify_mode = ssl.CERT_REQUIRED
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def ping(url: str, **options: object) -> str:
    async with InfluxDBClient(url, transport={"type": "https", **options}) as client:
        return await client.ping()


async def test_a_server_is_known_by_who_vouches_for_it(certificate):
    async with guarded(certificate) as url:
        assert await ping(url, ca_file=certificate) == "1.6"
        assert await ping(url, ssl=ssl.create_default_context(cafile=certificate)) == "1.6"


async def test_verify_may_be_the_file_of_the_authority(tmp_path):
    trustme = pytest.importorskip(
        "trustme", reason="trustme is not installed (influx-testing[tls])"
    )
    authority, certificate = trustme.CA(), tmp_path / "server.pem"
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(certificate)
    trusted, other = tmp_path / "ca.pem", tmp_path / "other.pem"
    authority.cert_pem.write_to_path(trusted)
    trustme.CA().cert_pem.write_to_path(other)
    async with guarded(str(certificate)) as url:
        assert await ping(url, verify=str(trusted)) == "1.6"
        assert await ping(url, verify=trusted) == "1.6"
        with pytest.raises(ServerUnreachable, match="certificate is not trusted"):
            await ping(url, verify=other)
        with pytest.raises(ConfigError, match=r"no_such\.pem"):
            await ping(url, verify="no_such.pem")


async def test_a_server_nobody_vouches_for_is_not_talked_to_unless_asked(certificate):
    async with guarded(certificate) as url:
        with pytest.raises(ServerUnreachable, match="certificate is not trusted: self-signed"):
            await ping(url)
        assert await ping(url, verify=False) == "1.6"


async def test_a_client_shows_its_certificate(certificate):
    async with guarded(certificate, mutual=True) as url:
        assert await ping(url, ca_file=certificate, cert_file=certificate) == "1.6"


@pytest.mark.parametrize("option", ["ca_file", "cert_file"])
def test_a_file_that_is_not_there_is_told_when_the_client_is_made(option):
    with pytest.raises(ConfigError, match=r"TLS cannot be set up with /no/such\.pem"):
        InfluxDBClient(transport={"type": "https", option: "/no/such.pem"})


async def test_a_unix_socket_stands_in_place_of_the_host(tmp_path):
    with serve(unix_socket=tmp_path / "influx db.sock") as server:
        assert server.url.startswith("http+unix://%2F")
        async with InfluxDBClient(server.url, db="x") as client:
            assert await client.ping()
            await client.create_database("x")
            await client.write("m", {}, {"f": 1}, 1)
            assert await client.measurements() == ["m"]


async def test_a_unix_socket_that_is_not_there_is_unreachable(tmp_path):
    async with InfluxDBClient(f"http+unix://{str(tmp_path).replace('/', '%2F')}%2Fno") as client:
        with pytest.raises(ServerUnreachable, match="cannot connect to the socket: No such file"):
            await client.ping()


async def test_a_proxy_is_asked_with_the_whole_url():
    heads: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        await writer.drain()
        writer.close()

    proxy = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with proxy:
        url = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
        async with InfluxDBClient(
            "http://db.example:8086", transport={"type": "http", "proxy": url, "limit": 1}
        ) as client:
            assert await client.ping() == "1.6"
    assert heads[0].startswith(b"GET http://db.example:8086/ping HTTP/1.1")
