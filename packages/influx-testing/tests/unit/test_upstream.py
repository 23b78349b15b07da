from __future__ import annotations

import socket

import pytest

from influx_core.errors import ConfigError
from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB, serve
from influx_testing._fixtures.server_options import ServerOptions
from influx_testing._server.upstream import Upstream


def test_a_request_is_carried_on_and_the_answer_back() -> None:
    with serve() as server:
        server.load("m v=1 1", "d")
        params = (("q", "SELECT v FROM m"), ("db", "d"), ("epoch", "ns"))
        reply = Upstream.at(server.url).answer(Request("GET", "/query", params))
    assert (reply.status, reply.headers["x-influxdb-build"]) == (200, "OSS")
    assert b"[[1,1]]" in b"".join(reply.pieces)
    assert "content-length" not in reply.headers


def test_credentials_of_the_url_are_given_unless_the_request_has_its_own() -> None:
    fake = ServerOptions(auth=("me", "p@ss")).make_server().fake
    with serve(fake=fake) as server:
        upstream = Upstream.at(server.url.replace("//", "//me:p%40ss@"))
        ask = Request("GET", "/query", (("q", "SHOW DATABASES"),))
        other = Request("GET", "/query", ask.params, {"authorization": "Basic bWU6bm8="})
        assert [upstream.answer(request).status for request in (ask, other)] == [200, 401]


def test_a_server_that_is_not_there_is_a_bad_gateway_that_says_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        reply = Upstream.at(f"http://127.0.0.1:{port}").answer(Request("GET", "/ping"))
        assert reply.status == 502
        assert b"cannot be reached" in b"".join(reply.pieces)


@pytest.mark.parametrize("url", ["localhost:8086", "memory://", "http://", "influx"])
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="is not the URL of a server"):
        Upstream.at(url)


@pytest.mark.parametrize("flavor", ["2.x", "3.x"])
def test_a_server_of_another_version_is_named_as_such(flavor: str) -> None:
    with serve(fake=FakeInfluxDB(flavor)) as server:
        problem = Upstream.at(server.url).problem()
    version = {"2.x": "v2.7.11", "3.x": "3.10.0"}[flavor]
    assert f"is an InfluxDB {version}: the fixtures" in problem
    assert "servers of 1.x only" in problem


@pytest.mark.parametrize("flavor", ["1.6", "1.8"])
def test_a_server_of_1_can_be_used(flavor: str) -> None:
    with serve(fake=FakeInfluxDB(flavor)) as server:
        assert Upstream.at(server.url).problem() == ""


@pytest.mark.parametrize("option", [{"flavor": "2.x"}, {"auth": True}, {"now": "2026-01-01"}])
def test_a_cassette_has_no_options_of_a_fake(influx_factory, option: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="cassette= goes without flavor, auth and now"):
        influx_factory(cassette="never.json", **option)
