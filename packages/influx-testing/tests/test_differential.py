"""The fake against the real server: random data, random statements, equal answers."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import math
import urllib.parse
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

START = 1_577_836_800_000_000_000
SECOND = 1_000_000_000
HOSTS = st.sampled_from(
    ["", ",host=a", ",host=b", ",host=c", ",host=a,region=x", ",host=b,region=y"]
)
FIELDS = {
    "f": st.sampled_from(["0", "1.5", "-2.25", "10", "1e3", "0.1"]),
    "n": st.sampled_from(["0i", "1i", "-7i", "42i", "1000i"]),
    "s": st.sampled_from(['"x"', '"y z"', '""']),
    "b": st.sampled_from(["t", "f"]),
}
_databases = itertools.count()


DAY = 86_400 * SECOND
AUTUMN = 1_603_000_000 * SECOND
"""A week before clocks go back in Europe."""


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Lines of two measurements within two minutes, and of a third in weeks around a DST change."""
    days = [
        f"days{draw(HOSTS)} f={draw(FIELDS['f'])},n={draw(FIELDS['n'])} {AUTUMN + hour * DAY // 24}"
        for hour in draw(st.lists(st.integers(0, 500), max_size=20, unique=True))
    ]
    return "\n".join([draw(minutes()), *days])


@st.composite
def minutes(draw: st.DrawFn) -> str:
    """Some lines within two minutes, each series at distinct times."""
    seen: set[tuple[str, int]] = set()
    found: list[str] = []
    for _ in range(draw(st.integers(3, 30))):
        head = draw(st.sampled_from(["cpu", "mem"])) + draw(HOSTS)
        time = START + draw(st.integers(0, 120)) * SECOND
        names = draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, unique=True))
        fields = ",".join(f"{name}={draw(FIELDS[name])}" for name in names)
        if (head, time) not in seen:
            seen.add((head, time))
            found.append(f"{head} {fields} {time}")
    return "\n".join(found)


NUMBER = st.sampled_from(["f", "n"])
ANY_FIELD = st.sampled_from(["f", "n", "s", "b"])
AGGREGATE = st.one_of(
    st.builds("{}({})".format, st.sampled_from(["count", "first", "last", "mode"]), ANY_FIELD),
    st.builds(
        "{}({})".format,
        st.sampled_from(["mean", "sum", "min", "max", "median", "spread", "stddev"]),
        NUMBER,
    ),
    st.builds("percentile({}, {})".format, NUMBER, st.sampled_from([5, 50, 90, 100])),
)
TRANSFORM = st.one_of(
    st.builds(
        "{}({{}})".format,
        st.sampled_from(
            [
                "derivative",
                "non_negative_derivative",
                "difference",
                "non_negative_difference",
                "cumulative_sum",
                "elapsed",
            ]
        ),
    ),
    st.just("moving_average({}, 2)"),
    st.just("derivative({}, 10s)"),
    st.just("elapsed({}, 1s)"),
)
PLAIN = st.sampled_from(
    [
        "*",
        "f",
        "n",
        "s",
        "b",
        "host",
        "f + n",
        "n / 2",
        "n * n",
        "f, n, host",
        "n::float",
        "f::integer",
        "/^[fn]$/",
        "*::field",
        "*::tag",
        "n % 5",
        "n & 3",
    ]
)
NUMERIC_AGGREGATE = st.builds(
    "{}({})".format, st.sampled_from(["mean", "sum", "max", "last", "count"]), NUMBER
)
RAW = st.one_of(
    PLAIN,
    st.builds(lambda form, field: form.format(field), TRANSFORM, NUMBER),
    st.builds("{}({}), host".format, st.sampled_from(["max", "min", "first", "last"]), NUMBER),
    st.builds("top({}, {})".format, NUMBER, st.integers(1, 4)),
    st.builds("bottom({}, host, {})".format, NUMBER, st.integers(1, 4)),
    st.builds("distinct({})".format, ANY_FIELD),
    st.builds("abs({0}), round({0}), sqrt({0})".format, NUMBER),
    AGGREGATE,
    st.sampled_from(["count(*)", "mean(*)", "max(/f|n/)", "count(distinct(n))"]),
)
BUCKETED = st.one_of(
    AGGREGATE,
    st.builds("{}, {}".format, AGGREGATE, AGGREGATE),
    st.builds("{} - {}".format, NUMERIC_AGGREGATE, NUMERIC_AGGREGATE),
    st.builds(lambda form, call: form.format(call), TRANSFORM, NUMERIC_AGGREGATE),
    st.builds("top({}, 2)".format, NUMBER),
    st.builds("distinct({})".format, ANY_FIELD),
)
SOURCE = st.sampled_from(["cpu", "mem", "cpu, mem", "/cpu|mem/", "nosuch"])
CONDITION = st.sampled_from(
    [
        "",
        " AND host = 'a'",
        " AND host != 'a'",
        " AND host =~ /a|b/",
        " AND region !~ /x/",
        " AND f > 1",
        " AND n <= 1 AND host != ''",
        " AND (n > 0 OR host = 'b')",
        " AND s = 'x'",
        " AND b = true",
        " AND n + f > 2",
        " AND nosuch = ''",
        " AND n / 2 = 0",
        " AND abs(f) >= 2.25",
        " AND f > n",
        " AND s =~ /y/",
        " AND s !~ /^$/",
        " AND n::float > 0.5",
        " AND host = region",
        " AND (host = 'a' OR (region = 'y' AND n != 1)) AND f < 100",
        " AND b != true",
    ]
)
TAGS = st.sampled_from(["", "host", "region", "host, region", "*"])
FILL = st.sampled_from(
    ["", " fill(none)", " fill(0)", " fill(previous)", " fill(linear)", " fill(-1.5)"]
)
ORDER = st.sampled_from(["", " ORDER BY time DESC"])
PAGE = st.sampled_from(
    ["", " LIMIT 3", " LIMIT 2 OFFSET 1", " SLIMIT 1", " LIMIT 2 SLIMIT 1 SOFFSET 1"]
)
BOUNDS = st.builds(
    lambda low, high: f"time >= {START + low * SECOND} AND time < {START + high * SECOND}",
    st.integers(-10, 40),
    st.integers(41, 130),
)


@st.composite
def raw_select(draw: st.DrawFn) -> str:
    """A SELECT without buckets."""
    tags = draw(TAGS)
    group = f" GROUP BY {tags}" if tags else ""
    where = f" WHERE {draw(BOUNDS)}{draw(CONDITION)}"
    return f"SELECT {draw(RAW)} FROM {draw(SOURCE)}{where}{group}{draw(ORDER)}{draw(PAGE)}"


AREA = st.builds(
    "SELECT integral({}, 10s) FROM {} WHERE {}".format,
    NUMBER,
    st.sampled_from(["cpu", "mem"]),
    BOUNDS,
)
"""Without tags: grouped, the real server's order is random."""


@st.composite
def bucketed_select(draw: st.DrawFn) -> str:
    """A SELECT with GROUP BY time()."""
    tags = draw(TAGS)
    interval = draw(st.sampled_from(["time(10s)", "time(7s)", "time(30s, 5s)", "time(1m)"]))
    group = f" GROUP BY {interval}{', ' + tags if tags else ''}"
    where = f" WHERE {draw(BOUNDS)}{draw(CONDITION)}"
    select = f"SELECT {draw(BUCKETED)} FROM {draw(SOURCE)}{where}{group}"
    return f"{select}{draw(FILL)}{draw(ORDER)}{draw(PAGE)}"


@st.composite
def nested_select(draw: st.DrawFn) -> str:
    """A SELECT over another one."""
    inner_tags = draw(st.sampled_from(["", " GROUP BY host", " GROUP BY *"]))
    buckets = draw(st.sampled_from(["", "time(10s)"]))
    group = inner_tags
    if buckets:
        group = f"{inner_tags}, {buckets}" if inner_tags else f" GROUP BY {buckets}"
    inner = draw(st.sampled_from(["max(n) AS v", "mean(f) AS v", "sum(n) AS v", "count(n) AS v"]))
    bounds = draw(BOUNDS)
    subquery = f"(SELECT {inner} FROM cpu WHERE {bounds}{draw(CONDITION)}{group})"
    outer = draw(st.sampled_from(["v", "mean(v)", "max(v)", "sum(v)", "count(v)", "v + 1", "*"]))
    where = draw(st.sampled_from(["", " AND v > 1", " AND host = 'a'"]))
    return f"SELECT {outer} FROM {subquery} WHERE {bounds}{where}{draw(ORDER)}"


@st.composite
def zoned_select(draw: st.DrawFn) -> str:
    """A SELECT by days or hours of a zone whose clocks change."""
    call = draw(NUMERIC_AGGREGATE)
    interval = draw(st.sampled_from(["1d", "12h", "1h", "6h", "1w", "2d"]))
    tags = draw(st.sampled_from(["", ", host"]))
    zone = draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]))
    low = AUTUMN + draw(st.integers(0, 200)) * DAY // 24
    high = low + draw(st.integers(1, 300)) * DAY // 24
    where = f"WHERE time >= {low} AND time < {high}"
    group = f"GROUP BY time({interval}){tags}{draw(FILL)}{draw(ORDER)}"
    return f"SELECT {call} FROM days {where} {group} tz('{zone}')"


@st.composite
def deep_select(draw: st.DrawFn) -> str:
    """A SELECT over a SELECT over a SELECT, or over two."""
    bounds = draw(BOUNDS)
    tags = draw(st.sampled_from(["", " GROUP BY host", " GROUP BY host, region"]))
    first = f"SELECT {draw(st.sampled_from(['f AS v', 'n AS v', 'f + n AS v', 'abs(n) AS v']))}"
    innermost = f"{first} FROM cpu WHERE {bounds}{draw(CONDITION)}{tags}"
    middle = draw(
        st.sampled_from(["max(v) AS w, host", "mean(v) AS w", "v AS w", "difference(v) AS w"])
    )
    second = f"SELECT {middle} FROM ({innermost}){draw(st.sampled_from(['', ' GROUP BY host']))}"
    other = draw(st.sampled_from(["", ", (SELECT max(n) AS w FROM mem GROUP BY host)"]))
    outer = draw(
        st.sampled_from(["w", "sum(w)", "count(w)", "last(w)", "w * 2", "mean(w), max(w)"])
    )
    return f"SELECT {outer} FROM ({second}){other} WHERE {bounds}"


INTO = st.builds(
    "SELECT {} INTO copy FROM cpu WHERE {} GROUP BY {}; SELECT * FROM copy; SHOW FIELD KEYS; "
    "DELETE FROM copy WHERE {}; SELECT count(f), count(n) FROM copy".format,
    st.sampled_from(["f", "n, f", "mean(f)", "max(n), host", "*"]),
    BOUNDS,
    st.sampled_from(["host", "*", "region"]),
    BOUNDS,
)
SHOW = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        [
            "SHOW SERIES",
            "SHOW TAG KEYS",
            "SHOW TAG VALUES WITH KEY = host",
            "SHOW TAG VALUES WITH KEY IN (host, region)",
            "SHOW MEASUREMENTS",
            "SHOW SERIES EXACT CARDINALITY",
            "SHOW TAG KEY CARDINALITY",
        ]
    ),
    st.sampled_from(
        ["", " WHERE host = 'a'", " WHERE region != 'x'", " WHERE host =~ /a|c/ OR region = 'y'"]
    ),
    st.sampled_from(["", " LIMIT 2", " LIMIT 1 OFFSET 1"]),
)
STATEMENT = st.one_of(
    raw_select(), bucketed_select(), nested_select(), deep_select(), zoned_select(), AREA, SHOW
)


class Real:
    """The real server, one connection."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)

    def ask(self, path: str, params: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """Send one request."""
        self._connection.request("POST", f"{path}?{urllib.parse.urlencode(params)}", body)
        response = self._connection.getresponse()
        return response.status, response.read()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def ask_fake(fake: FakeInfluxDB, path: str, params: dict[str, str], body: bytes = b"") -> Any:
    response = fake.handle(Request("POST", path, tuple(params.items()), {}, body))
    return response.status, b"".join(response.pieces)


def same(one: Any, other: Any) -> bool:
    """Equal, floats within 1e-9."""
    if type(one) is not type(other):
        numbers = {type(one), type(other)} == {int, float}
        return numbers and math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def compare(url: str, data: str, statements: list[str]) -> None:
    """Ask both servers, with the same data, and hold the answers against each other."""
    fake, database = FakeInfluxDB(), f"differential{next(_databases)}"
    with contextlib.closing(Real(url)) as real:
        for command in (f"DROP DATABASE {database}", f"CREATE DATABASE {database}"):
            real.ask("/query", {"q": command})
            ask_fake(fake, "/query", {"q": command})
        written = real.ask("/write", {"db": database}, data.encode())
        assert written == ask_fake(fake, "/write", {"db": database}, data.encode())
        for statement in statements:
            params = {"q": statement, "db": database, "epoch": "ns"}
            status, expected = real.ask("/query", params)
            got_status, got = ask_fake(fake, "/query", params)
            assert (got_status, statement) == (status, statement)
            difference = f"{statement}\n{expected!r}\n{got!r}"
            assert same(json.loads(expected), json.loads(got)), difference
        real.ask("/query", {"q": f"DROP DATABASE {database}"})


differential = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@differential
@given(data=lines(), statements=st.lists(STATEMENT, min_size=20, max_size=20))
def test_random_statements_have_equal_answers(
    influxd_url: str, data: str, statements: list[str]
) -> None:
    compare(influxd_url, data, statements)


@differential
@given(data=lines(), statement=INTO)
def test_what_is_written_back_and_deleted_is_equal(
    influxd_url: str, data: str, statement: str
) -> None:
    compare(influxd_url, data, [statement])
