"""The programs that serve the page: the secret, read-only unless told, no credentials sent."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest

from influx_testing.faults import slow_headers

pytestmark = pytest.mark.slow

PASSWORD = "horse-battery"


def asked(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("program", ["iql explore", "python -m influx_explorer"])
def test_the_page_needs_the_secret_reads_only_and_holds_no_password(program, server, serving):
    with serving(server.url, program=program, INFLUX_PASSWORD=PASSWORD) as url:
        secret = url.rstrip("/").rpartition("/")[2]
        assert asked(url)[0] == 200
        assert asked(url.replace(secret, ""))[0] == 403
        assert asked(url.replace(secret, "x" * len(secret)) + "api/about")[0] == 403
        found = asked(url + "api/about")[1]
        status, said = asked(
            url + "api/query", {"language": "influxql", "text": "DROP DATABASE home"}
        )
        assert (status, "read-only" in said) == (403, True)
        assert asked(url + "api/write", {"text": "m f=1 1", "db": "home"})[0] == 403
        assert PASSWORD not in found + said
    assert server.fake.query("SHOW DATABASES")[0].series[0].values == [["home"]]
    assert not server.points("m")


def test_with_write_the_page_stores_lines(server, serving):
    with serving(server.url, "--write") as url:
        assert asked(url + "api/write", {"text": "m f=1 1", "db": "home"})[0] == 200
    assert [point.fields for point in server.points("m")] == [{"f": 1.0}]


def test_a_page_that_is_left_before_its_result_comes_is_no_error(server, serving):
    complaints: list[str] = []
    server.fail(slow_headers(0.5), query="SELECT")
    body = json.dumps({"language": "influxql", "text": "SELECT * FROM climate", "db": "home"})
    with serving(server.url, complaints=complaints) as url:
        parts = urlsplit(url)
        head = f"POST {parts.path}api/query HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        with socket.create_connection((parts.hostname, parts.port)) as connection:
            connection.sendall(f"{head}{body}".encode())
            while not any("SELECT" in each.query for each in server.requests):
                time.sleep(0.01)
        time.sleep(1)
        assert asked(url + "api/about")[0] == 200
    assert complaints == []


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "reason"),
    [
        (["http://a:b@127.0.0.1:1"], {}, 2, "the URL holds a password"),
        (["ftp://127.0.0.1"], {}, 2, "there is no transport 'ftp'"),
        (["http://127.0.0.1:1", "--token-file", "nosuch"], {}, 2, "nosuch"),
        (
            ["http://127.0.0.1:1"],
            {"INFLUX_TOKEN": "t", "INFLUX_USERNAME": "u"},
            2,
            "give either username and password or token, not both",
        ),
        (["http://127.0.0.1:1", "--host", "192.0.2.1"], {}, 1, "192.0.2.1"),
    ],
)
def test_what_cannot_be_served_has_a_reason_and_an_exit_code(arguments, environ, code, reason):
    done = subprocess.run(
        [sys.executable, "-m", "influx_shell", "explore", *arguments, "--port", "0"],
        capture_output=True,
        text=True,
        env={**os.environ, **environ},
        check=False,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("iql: ")
    assert reason in done.stderr
