"""The limits of the configuration: the real server and the fake apply them in the same words."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator, Sequence
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


LOOKS = ("SHOW SERIES", "SELECT * FROM /.*/", "SHOW FIELD KEYS")


def told(
    url: str, database: str, bodies: list[bytes], queries: Sequence[str] = LOOKS
) -> list[tuple[int, bytes]]:
    """What a server says to writes, and to queries after them."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    answers: list[tuple[int, bytes]] = []

    def ask(target: str, body: bytes = b"") -> None:
        connection.request("POST", target, body)
        response = connection.getresponse()
        answers.append((response.status, response.read()))

    ask(f"/query?q=CREATE+DATABASE+{database}")
    for body in bodies:
        ask(f"/write?db={database}", body)
    for query in queries:
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


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6])
def test_rows_beyond_the_limit_are_partial_where_they_are_cut(limit: int) -> None:
    if find_influxd() is None and "INFLUX_REQUIRE_INFLUXD" not in os.environ:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    lines = [
        f"m,t={tag} v={time} {time}\nn,t={tag} w={time} {time}" for tag in "ab" for time in (1, 2)
    ]
    statements = ["SELECT * FROM m", "SELECT v FROM m GROUP BY t", "SELECT * FROM /m|n/"]
    statements += ["SHOW SERIES", "SHOW TAG VALUES WITH KEY = t", "SHOW MEASUREMENTS; SHOW SERIES"]
    statements += ["SELECT v FROM m GROUP BY t LIMIT 1; SELECT w FROM n", "SHOW FIELD KEYS"]
    setting = {"http.max-row-limit": limit}
    with ExitStack() as stack:
        real = stack.enter_context(influxd({name: str(value) for name, value in setting.items()}))
        fake = stack.enter_context(serve(fake=FakeInfluxDB(config=setting))).url
        rows = [told(url, "d", ["\n".join(lines).encode()], statements) for url in (real, fake)]
    assert rows[1] == rows[0]
