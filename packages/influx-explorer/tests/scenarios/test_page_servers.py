"""Servers behind the page: over a unix socket, and with a certificate of a private authority."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from influx_core import blocking
from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

pytestmark = pytest.mark.slow

LINES = b"climate,room=attic celsius=20.5 1\nclimate,room=hall celsius=19 2"
STATE = urlencode({"q": "SELECT celsius FROM climate GROUP BY room", "db": "home", "run": "1"})


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="page-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def influxd_socket(short_folder) -> Iterator[str]:
    """A real server that also listens on a unix socket, whose URL this is."""
    if find_influxd() is None:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    socket = short_folder / "influx.sock"
    settings = {"http.unix-socket-enabled": "true", "http.bind-socket": str(socket)}
    with influxd(settings) as url:
        with blocking.InfluxDBClient(url, "home") as client:  # says why a statement failed
            client.create_database("home")
            client.write_lines(LINES)
        yield f"http+unix://{quote(str(socket), safe='')}"


def test_influxd_is_explored_over_a_unix_socket(new_page, serving, influxd_socket, expect):
    with serving(influxd_socket, program="python -m influx_explorer") as url:
        page = new_page(f"{url}#{STATE}")
        page.locator(".chart canvas").wait_for()
        expect(page.locator(".legend button > span")).to_have_text(
            ["celsius {room=attic}", "celsius {room=hall}"]
        )
        with page.expect_download() as download:
            page.locator('[data-action="csv"]').click()
        assert Path(download.value.path()).read_bytes() == (
            b"name,tags,time,celsius\nclimate,room=attic,1,20.5\nclimate,room=hall,2,19\n"
        )


def test_influxd_refuses_and_the_page_says_why(new_page, serving, influxd_socket):
    with serving(influxd_socket, "--write") as url:
        state = {"tab": "write", "db": "home", "lp": 'climate celsius="warm" 3'}
        page = new_page(f"{url}#{urlencode(state)}", refused=True)
        page.locator('[data-action="send"]:enabled').click()
        page.get_by_text("field type conflict").wait_for()


def test_a_private_authority_is_trusted_when_it_is_named(new_page, serving):
    with serve(tls=True) as server:
        server.load(LINES, "home")
        with serving(server.url, "--ca-file", str(server.ca_file)) as url:
            page = new_page(f"{url}#{STATE}")
            page.locator(".chart canvas").wait_for()


def test_an_unknown_authority_is_an_error_with_a_way_out(new_page, serving, expect):
    with serve(tls=True) as server, serving(server.url) as url:
        page = new_page(url, refused=True)
        expect(page.get_by_role("alert")).to_contain_text("certificate")


def test_a_server_that_comes_back_is_shown_by_itself(new_page, server, serving, expect):
    with serving(server.url) as url:
        with server.unreachable():
            page = new_page(url, refused=True)
            page.get_by_text("The server does not answer.").wait_for()
        page.locator('[data-kind="measurement"][data-name="climate"]').wait_for()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_a_server_that_refuses_the_token_is_said_to_refuse(new_page, serving):
    with serve(fake=FakeInfluxDB("3.x", token="right")) as server:
        credentials = {"INFLUX_TOKEN": "wrong", "INFLUX_USERNAME": "", "INFLUX_PASSWORD": ""}
        with serving(server.url, **credentials) as url:
            page = new_page(url, refused=True)
            page.get_by_text("The server refuses access.").wait_for()
            assert "does not answer" not in page.inner_text("body")
