"""The limits of `[data]`: the real server and the fake refuse the same points in the same words."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote, urlsplit

import pytest

from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

SERIES, VALUES = 4, 3


@pytest.fixture(scope="module")
def urls() -> Iterator[tuple[str, str]]:
    """A real server and a fake with the same limits."""
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    limits = {"data.max-series-per-database": SERIES, "data.max-values-per-tag": VALUES}
    with ExitStack() as stack:
        real = stack.enter_context(influxd({name: str(value) for name, value in limits.items()}))
        fake = stack.enter_context(serve(fake=FakeInfluxDB(config=limits)))
        yield real, fake.url


def told(url: str, database: str, bodies: list[bytes]) -> list[tuple[int, bytes]]:
    """What a server says to writes, and what it then holds."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    answers: list[tuple[int, bytes]] = []

    def ask(target: str, body: bytes = b"") -> None:
        connection.request("POST", target, body)
        response = connection.getresponse()
        answers.append((response.status, response.read()))

    ask(f"/query?q=CREATE+DATABASE+{database}")
    for body in bodies:
        ask(f"/write?db={database}", body)
    for query in ("SHOW SERIES", "SELECT * FROM /.*/", "SHOW FIELD KEYS"):
        ask(f"/query?db={database}&q={quote(query)}")
    ask(f"/query?q=DROP+DATABASE+{database}")
    connection.close()
    return answers


@pytest.mark.parametrize(
    "bodies",
    [
        [b"m,t=a v=1 1\nm,t=b v=1 1\nm,t=c v=1 1\nm,t=d v=1 1\nm,t=a v=2 2"],
        [b"m,t=a v=1 1", b"m,t=b v=1 1\nm,t=c v=1 1", b"m,t=d v=1 1", b"m,t=a v=2 2"],
        [b"a v=1 1\nb v=1 1\nc v=1 1\nd v=1 1\ne v=1 1\nf v=1 1"],
        [b"a v=1 1\nb v=1 1\nc v=1 1\nd v=1 1", b"e v=1 1\nf v=1 1\na v=2 2"],
        [b"m,t=a,u=1 v=1 1\nm,t=a,u=2 v=1 1\nm,t=a,u=3 v=1 1\nm,t=a,u=4 v=1 1"],
        [b"m,t=a v=1 1\nn,t=b v=1 1\nn,t=c v=1 1\nm,t=d v=1 1\nn,t=e v=1 1"],
        [b"m,t=a v=1 1", b"m,t=a v=1i 2\nm,t=b v=1 1\nm,t=c v=1 1\nm,t=d v=1 1"],
        [b"a v=1 1\nb v=1 1\nc v=1 1\nd v=1 1", b"e w=1 1", b"e,x=1 w=1 1\nb w=1i 2"],
    ],
)
def test_what_goes_over_a_limit_is_refused_alike(
    urls: tuple[str, str], bodies: list[bytes]
) -> None:
    real, fake = (told(url, "limited", bodies) for url in urls)
    assert fake == real
