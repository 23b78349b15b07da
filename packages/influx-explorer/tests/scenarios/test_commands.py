"""The programs that serve the page: the secret, read-only unless told, no credentials sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

pytestmark = pytest.mark.slow

PASSWORD = "horse-battery"
PROGRAMS = {
    "iql explore": ("-m", "influx_shell", "explore"),
    "python -m influx_explorer": ("-m", "influx_explorer", "--url"),
}


@contextmanager
def serving(program, url, *options):
    process = subprocess.Popen(
        [sys.executable, *PROGRAMS[program], url, "--port", "0", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "INFLUX_USERNAME": "reader", "INFLUX_PASSWORD": PASSWORD},
    )
    try:
        yield process.stdout.readline().removeprefix("listening on ").strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def asked(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_page_needs_the_secret_reads_only_and_holds_no_password(program, server):
    with serving(program, server.url) as url:
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


def test_with_write_the_page_stores_lines(server):
    with serving("iql explore", server.url, "--write") as url:
        assert asked(url + "api/write", {"text": "m f=1 1", "db": "home"})[0] == 200
    assert [point.fields for point in server.points("m")] == [{"f": 1.0}]
