"""What random testing found: answers that once were not the real server's, byte for byte."""

from __future__ import annotations

import gzip
import http.client
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

START = 1_577_836_800
POINTS = [(",host=a", "1.5"), (",host=b", "2"), ("", "3.25"), (",host=a,region=x", "-1")]
POINTS += [(",host=b", "7"), (",host=a", "9"), (",host=c", "1")]
LINES = [
    f'm{tags} f={value},n={index}i,b={index % 2 == 1},s="x{index}" {START + index * 7}'
    for index, (tags, value) in enumerate(POINTS)
]
LINES += [f"k,host=a f=5,n=3i {START}", f"k,host=b f=6 {START + 5}"]
LINES += [f"w,host={'ab'[day % 2]} f={day} {START + day * 86_400 * 3}" for day in range(14)]
LINES += [
    f"ties,host={'abc'[index % 3]} f={index * index % 5},n={index * index % 7}i {START + index}"
    for index in range(60)
]
LINES += [
    f"casts f={value},n={index}i {START + index}" for index, value in enumerate([2, 1e21, -0.5])
]
WITHIN = f"WHERE time >= {START + 5}s AND time < {START + 50}s"
VOLATILE = {"allow", "date", "request-id", "x-influxdb-version", "x-request-id"}
"""Headers that are never the same; those of Allow come in any order."""

FORM = {"Content_Type": "application/x-www-form-urlencoded"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Server:
    """A server that is asked as it comes: no client in between."""

    def __init__(self, url: str, database: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._database = database

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request(method, path.replace("DB", self._database), body, named)
        response = self._connection.getresponse()
        shown = {name.lower(): value for name, value in response.getheaders()}
        kept = {name: value for name, value in shown.items() if name not in VOLATILE}
        return Answer(response.status, kept, response.read())

    def query(self, text: str, **params: str) -> Answer:
        asked = {"db": self._database, "epoch": "ns", **params}
        asked["q"] = text.replace("DB", self._database)
        return self.ask("POST", f"/query?{urlencode(asked)}")

    def close(self) -> None:
        self.query(f"DROP DATABASE {self._database}")
        self._connection.close()


Compare = Callable[[Callable[[Server], Any]], None]


@pytest.fixture(scope="module")
def alike(influxd_url: str, fake_url: str) -> Iterator[Compare]:
    """Do the same to both servers, which hold the same points, and compare what they say."""
    name = f"found_{uuid.uuid4().hex}"
    servers = [Server(url, name) for url in (influxd_url, fake_url)]
    for server in servers:
        server.query(f"CREATE DATABASE {name}")
        server.ask("POST", "/write?db=DB&precision=s", "\n".join(LINES).encode())

    def compare(do: Callable[[Server], Any]) -> None:
        real, fake = map(do, servers)
        assert fake == real

    yield compare
    for server in servers:
        server.close()


@pytest.mark.parametrize("subject", ["MEASUREMENT", "SERIES", "TAG KEY", "FIELD KEY"])
def test_cardinality_in_groups(alike: Compare, subject: str) -> None:
    for word in ("", "EXACT "):
        for rest in (
            "FROM m GROUP BY host",
            "FROM m,k GROUP BY host, region",
            "GROUP BY region, host",
            "FROM m GROUP BY *",
            "GROUP BY *",
            "FROM m GROUP BY /h/",
            "FROM m GROUP BY nosuch",
            "FROM m GROUP BY host LIMIT 1",
            "FROM m GROUP BY host OFFSET 1",
            "FROM m WHERE host = 'a' GROUP BY region",
            "FROM m WHERE time > 0",
            "FROM m OFFSET 1",
        ):
            alike(
                lambda server, text=f"SHOW {subject} {word}CARDINALITY {rest}": server.query(text)
            )


@pytest.mark.parametrize("key", ["= host", "IN (host, region)", "=~ /h/"])
def test_cardinality_of_values_in_groups(alike: Compare, key: str) -> None:
    for rest in (
        "",
        "GROUP BY host",
        "GROUP BY *",
        "GROUP BY region, host",
        "GROUP BY nosuch",
        "WHERE host != 'a' GROUP BY region",
        "WHERE time > 0",
        "GROUP BY host LIMIT 1",
    ):
        text = f"SHOW TAG VALUES CARDINALITY FROM m,k WITH KEY {key} {rest}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("chunked", ["false", "true"])
@pytest.mark.parametrize(
    "failing", ["SELECT f FROM nodb..m", "SELECT f INTO nodb..m FROM m", "SHOW SERIES ON nodb"]
)
def test_what_comes_after_a_failing_statement(alike: Compare, failing: str, chunked: str) -> None:
    text = f"SHOW TAG KEYS; {failing}; SHOW TAG KEYS; SHOW TAG KEYS; SHOW TAG KEYS"
    alike(lambda server: server.query(text, chunked=chunked))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT f FROM m OFFSET 2",
        "SELECT f FROM w OFFSET 2",
        "SELECT 3 % n FROM m OFFSET 2",
        "SELECT f FROM m, k OFFSET 1",
        "SELECT f FROM m GROUP BY host OFFSET 1",
        "SELECT count(f) FROM (SELECT f FROM m OFFSET 2)",
        "SELECT max(f) FROM m GROUP BY host OFFSET 1",
    ],
)
def test_offset_without_limit(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


@pytest.mark.parametrize(
    "call",
    [
        "cumulative_sum(f)",
        "derivative(f)",
        "derivative(f, 1s)",
        "difference(n)",
        "elapsed(f, 1s)",
        "moving_average(f, 2)",
        "non_negative_derivative(f)",
        "non_negative_difference(n)",
    ],
)
def test_transformations_below_buckets(alike: Compare, call: str) -> None:
    for inner, group in (("", ""), (" GROUP BY host", ", host")):
        below = f"(SELECT {call} AS v FROM m{inner})"
        text = f"SELECT count(v), sum(v) FROM {below} {WITHIN} GROUP BY time(20s){group}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("size", [2, 3, 4])
def test_moving_averages_of_buckets(alike: Compare, size: int) -> None:
    for call in ("mean(n)", "count(f)"):
        for rest in ("", ", host", " fill(0)", " fill(previous)", ", host ORDER BY time DESC"):
            text = f"SELECT moving_average({call}, {size}) FROM m, k {WITHIN}"
            alike(lambda server, text=f"{text} GROUP BY time(10s){rest}": server.query(text))


@pytest.mark.parametrize(
    "select",
    ["top(n, host, 2)", "bottom(n, host, 2), region", "top(n, host, region, 3), s", "top(f, 2)"],
)
def test_top_written_back(alike: Compare, select: str) -> None:
    text = f"SELECT {select} INTO copy FROM m; SELECT * FROM copy GROUP BY *; SHOW SERIES FROM copy"
    alike(lambda server: server.query(text))


@pytest.mark.parametrize("pretty", ["false", "true"])
def test_numbers_of_every_size(alike: Compare, pretty: str) -> None:
    numbers = "1e15 1e18 1e19 1e20 1.234e21 -1e22 1.7e308 123456789012345678901 9007199254740993 "
    numbers += "0.001 0.0001 0.00001234 0.000001 1e-7 -9.5e-9 -0.0000015 0 -0.5"
    lines = [f"sizes v={number} {time}" for time, number in enumerate(numbers.split())]
    alike(lambda server: server.ask("POST", "/write?db=DB", "\n".join(lines).encode()))
    for fields in ("v", "v * 2", "v / 3", "0 - v", "-v"):
        text = f"SELECT {fields} FROM sizes"
        alike(lambda server, text=text: server.query(text, pretty=pretty))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT mean(v) FROM (SELECT distinct(b) AS v FROM m)",
        "SELECT sum(v) FROM (SELECT s AS v FROM m)",
        "SELECT top(s, host, 2) FROM m",
        "SELECT bottom(b, host, 2) FROM m",
        f"SELECT holt_winters(max(b), 2, 0) FROM m {WITHIN} GROUP BY time(10s)",
        f"SELECT cumulative_sum(max(b)) FROM m {WITHIN} AND n > 100 GROUP BY time(10s)",
        "SELECT max(v) FROM (SELECT v FROM (SELECT f AS v FROM m ORDER BY time)) ORDER BY time",
        "SELECT * FROM (SELECT top(n, host, 2) AS v FROM m)",
        "SELECT *::tag INTO nosuch.copy FROM m",
    ],
)
def test_types_and_orders_that_do_not_go_together(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


@pytest.mark.parametrize("chunked", ["false", "true"])
def test_infinity_has_no_json(alike: Compare, chunked: str) -> None:
    text = "SELECT exp(f * 1000) FROM m GROUP BY host; SHOW TAG KEYS"
    alike(lambda server: server.query(text, chunked=chunked, chunk_size="1"))


@pytest.mark.parametrize(
    "params",
    [
        *("{", "{bad", '{"a":1,}', '{"a":}', '{"a" 1}', '{"a":1} x', '{"a":tru}', '{"a":01}'),
        *('{"a":"x\ny"}', '{"a":"\\x"}', '{"a":"\\u00zz"}', '{"a":-}', '{"a":1.}', '{"a":1e}'),
        *('{"a":.5}', '{"a":+1}', "{'a':1}", '{"a":"x"', "tru", '{"a":NaN}', '{"a":-Infinity}'),
        *("\x01", '{"a":[1,2}', '{"a":[1,2]}', '{"a":1e5}', '{"a":1.5e3}', '{"a":{"b":1}}'),
        *('{"a":99999999999999999999}', "null", "5", "[1]", '"a"', '{"a":null}', "{}", '{"A":1}'),
    ],
)
def test_bound_parameters_that_are_no_json(alike: Compare, params: str) -> None:
    alike(lambda server: server.query("SELECT f FROM m WHERE f = $a", params=params))


PACKED = gzip.compress(b"z v=1 1\n" * 50, mtime=0)


@pytest.mark.parametrize(
    "body",
    [
        *(b"m v=1", b"m v=1 aaaaaaaaaaaaa", PACKED[:3], PACKED[:-3], PACKED[:15], PACKED + PACKED),
        *(PACKED + b"trailing", PACKED[:-8] + bytes(8), b"\x1f\x8b\x07" + PACKED[3:]),
    ],
)
def test_packed_bodies_that_are_damaged(alike: Compare, body: bytes) -> None:
    alike(lambda server: server.ask("POST", "/write?db=DB", body, Content_Encoding="gzip"))


@pytest.mark.parametrize(
    "body",
    [PACKED, b"a\x00b\x7f v=\x01", b"\xff\xfe\x80", b"m v=1 1\nbad\x01\x02 x", b"a\tb\n\tc \r d"],
)
def test_errors_of_writes_with_signs_of_any_kind(alike: Compare, body: bytes) -> None:
    alike(lambda server: server.ask("POST", "/write?db=DB", body))


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("POST", "/query?q=SELECT+5i", {}),
        ("GET", "/query", {"Accept": "text/csv"}),
        ("GET", f"/query?q={'x' * 1500}", {}),
        ("GET", "/query?q=SHOW+TAG+KEYS;SHOW+SERIES&db=DB", {}),
        ("GET", "/query?q=SHOW+TAG+KEYS&db=DB", {"Origin": "http://x"}),
        ("OPTIONS", "/query", {"Origin": "http://x"}),
        ("OPTIONS", "/write", {}),
        ("OPTIONS", "/ping", {}),
        ("OPTIONS", "/nosuch", {"Origin": "http://x"}),
        ("GET", "/nosuch", {"Origin": "http://x"}),
        ("DELETE", "/ping", {"Origin": "http://x"}),
        ("GET", "/write?db=DB", {}),
        ("POST", "/write?db=a%01%C3%A9", {}),
        ("POST", "/write?db=DB&rp=%01", {}),
    ],
)
def test_headers_of_all_kinds_of_answers(
    alike: Compare, method: str, path: str, headers: dict[str, str]
) -> None:
    names = {name.replace("-", "_"): value for name, value in headers.items()}
    alike(lambda server: server.ask(method, path, **names))


def test_a_form_does_not_ask_for_pretty_json(alike: Compare) -> None:
    alike(lambda server: server.ask("POST", "/query?db=DB", b"q=SHOW+SERIES&pretty=true", **FORM))


STEPS = "count sum mean min max first last median mode spread stddev distinct difference derivative"
STEPS += " non_negative_difference cumulative_sum elapsed integral"


@pytest.mark.parametrize(
    "call", [*STEPS.split(), "percentile({}, 50)", "top({}, 2)", "bottom({}, 2)"]
)
def test_functions_of_what_is_not_a_number(alike: Compare, call: str) -> None:
    form = call if "{" in call else call + "({})"
    for inner in (
        f"stddev(f) AS v FROM m {WITHIN} GROUP BY time(10s)",
        f"stddev(n) AS v FROM m {WITHIN} GROUP BY time(10s)",
        "asin(f) AS v FROM m",
        "asin(n) AS v FROM m",
    ):
        text = f"SELECT {form.format('v')} FROM (SELECT {inner})"
        alike(lambda server, text=text: server.query(text))
    text = f"SELECT max(v) FROM (SELECT stddev(f) AS v FROM m {WITHIN} GROUP BY time(10s)) {WITHIN}"
    alike(lambda server: server.query(f"{text} GROUP BY time(10s) fill(-1)"))


@pytest.mark.parametrize("percent", [0, 1, 5, 10, 20, 33.3, 50, 75, 90, 99, 100])
def test_percentiles_of_equal_values(alike: Compare, percent: float) -> None:
    for field in ("f", "n"):
        for rest in ("", "GROUP BY host", "WHERE n > 1", "ORDER BY time DESC"):
            text = f"SELECT percentile({field}, {percent}) FROM ties {rest}"
            alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("field", ["f", "n"])
def test_the_commonest_of_equally_common_values(alike: Compare, field: str) -> None:
    for size in range(10, 60, 3):
        text = f"SELECT mode({field}) FROM ties, m WHERE time < {START + size}s"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "select",
    [
        "asin(f)",
        "f + n",
        "v FROM (SELECT asin(f) AS v FROM m)",
        f"first(f) FROM m {WITHIN} GROUP BY time(3s) fill(previous)",
        f"stddev(f) FROM m {WITHIN} GROUP BY time(3s) fill(linear)",
    ],
)
def test_rows_without_values_are_not_written_back(alike: Compare, select: str) -> None:
    into = f"{select} FROM m" if "FROM" not in select else select
    text = f"SELECT {into.replace(' FROM', ' INTO holes FROM', 1)}; SELECT * FROM holes"
    alike(lambda server: server.query(f"{text}; DROP MEASUREMENT holes"))


@pytest.mark.parametrize("type_", ["float", "integer", "string", "boolean", "tag", "field"])
def test_casts_above_subqueries(alike: Compare, type_: str) -> None:
    for inner in ("f", "n", "s", "b", "host", "asin(f)", "asin(n)", "sqrt(n)"):
        for outer in ("v::{}", "count(v::{})", "first(v::{})", "max(v::{}), f", "f, v::{}"):
            text = f"SELECT {outer.format(type_)} FROM (SELECT {inner} AS v, f FROM m)"
            alike(lambda server, text=text: server.query(text))


def test_casts_of_numbers_that_are_too_large(alike: Compare) -> None:
    for select in ("f::integer", "max(f::integer), sum(f::integer)", "f::integer + 1"):
        for source in ("casts", "(SELECT f FROM casts)"):
            text = f"SELECT {select} FROM {source} WHERE f::integer <= 2"
            alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "call",
    ["pow(n, 0.5)", "pow(n, n)", "atan2(2, n)", "log(n + 2, 2)", "sqrt(n)", "exp(n)", "sin(n)"],
)
def test_mathematics_have_the_type_of_the_first_argument(alike: Compare, call: str) -> None:
    for outer in ("v", "max(v), sum(v)", "mean(v)", "v + 0.5", "difference(v)"):
        text = f"SELECT {outer} FROM (SELECT {call} AS v FROM m)"
        alike(lambda server, text=text: server.query(text))


CONDITIONS = """
host = 'a' OR s = 'x1'|s = 'x1'|f > 1|f = n|f = host|host = 5|nosuch = 5|nosuch != 5|'a' = host
host = region|host = 'a' AND false|host > 'a'|1 = 1|f + 1 = 2|abs(f) = 2|true|false
_name = 'm'|_name =~ /k/|_name = 5|_name != 'm' AND host = 'a'|_name = 'm' OR region = 'x'
_tagKey = 'host'|_tagKey != 'host'|_tagKey = 5|_tagKey = 'host' OR region = 'x'
_seriesKey = 'x'|_tagValue = 'x'|_fieldKey = 'x'|_series = 'x'
"""


@pytest.mark.parametrize("condition", CONDITIONS.strip().replace("\n", "|").split("|"))
def test_conditions_of_schema_statements(alike: Compare, condition: str) -> None:
    for text in (
        "SHOW SERIES",
        "SHOW SERIES FROM nosuch",
        "SHOW TAG KEYS",
        "SHOW TAG KEYS FROM nosuch",
        "SHOW TAG VALUES WITH KEY = host",
        "SHOW TAG VALUES FROM m, k WITH KEY =~ /./",
        "SHOW MEASUREMENTS",
        "SELECT f FROM m, k",
    ):
        alike(lambda server, text=f"{text} WHERE {condition}": server.query(text))


@pytest.mark.parametrize(
    "place", ["m", "autogen.m", "nosuch.m", "nodb..m", "DB.autogen.m", "_series"]
)
@pytest.mark.parametrize("on", ["", " ON nodb", " ON DB"])
def test_databases_named_twice(alike: Compare, on: str, place: str) -> None:
    for subject in (
        *("SERIES", "TAG KEYS", "FIELD KEYS", "SERIES CARDINALITY", "TAG KEY CARDINALITY"),
        *("MEASUREMENT EXACT CARDINALITY", "FIELD KEY CARDINALITY"),
    ):
        text = f"SHOW {subject}{on} FROM {place}"
        alike(lambda server, text=text: server.query(text))
    alike(lambda server: server.query(f"SELECT f FROM {place} LIMIT 1"))


CHECKS = [
    *("SHOW SERIES", "SHOW SERIES EXACT CARDINALITY", "SHOW SERIES CARDINALITY"),
    *("SHOW MEASUREMENTS", "SHOW TAG KEYS", "SHOW TAG VALUES WITH KEY =~ /./", "SHOW FIELD KEYS"),
    *("SELECT * FROM cpu", "SELECT * FROM cpu GROUP BY *"),
]


@pytest.mark.parametrize(
    "steps",
    [
        ["DELETE WHERE time >= 20s AND time < 42s"],
        ["DELETE FROM cpu WHERE time >= 20s AND (host = '' OR host = 'a')"],
        ["DELETE FROM cpu WHERE host = 'a'", "cpu,host=a n=1 5"],
        ["DELETE FROM cpu", "cpu n=1 5", "cpu o=1i 5"],
        ["DROP MEASUREMENT cpu", "cpu n=1 5"],
        ["DROP SERIES FROM cpu", "cpu,host=c n=1 5"],
        ["DROP SERIES WHERE region = 'x'", "DELETE FROM cpu WHERE host = 'a'", "cpu,host=a n=1i 6"],
        ["DELETE FROM cpu WHERE host = 'a'", "DELETE FROM cpu WHERE host = 'b'"],
        ["DELETE FROM cpu WHERE host > 'a'"],
        ["DELETE FROM cpu WHERE host = 'a' OR n > 5"],
        ["DELETE FROM cpu WHERE host = 'nosuch' AND n > 5"],
        [
            *(
                "CREATE RETENTION POLICY p ON DB DURATION 0s REPLICATION 1",
                "SHOW SERIES FROM p.cpu",
            ),
            *("SELECT n INTO p.other FROM cpu GROUP BY *", "SHOW SERIES FROM p.cpu"),
            "DROP RETENTION POLICY p ON DB",
        ],
    ],
)
def test_what_is_left_after_a_deletion(influxd_url: str, fake_url: str, steps: list[str]) -> None:
    """Line protocol is written, everything else is asked."""
    name = f"deleted_{uuid.uuid4().hex}"
    told: list[list[tuple[int, bytes]]] = []
    for server in (Server(influxd_url, name), Server(fake_url, name)):
        server.query(f"CREATE DATABASE {name}")
        lines = ["cpu n=2i 36", "cpu,host=a n=1i 8", 'cpu,host=b,region=x n=3i,s="x" 900000']
        server.ask("POST", "/write?db=DB&precision=s", "\n".join(lines).encode())
        answers: list[tuple[int, bytes]] = []
        for step in [*steps, *CHECKS]:
            if step.startswith("cpu"):
                answer = server.ask("POST", "/write?db=DB&precision=s", step.encode())
            else:
                answer = server.query(step)
            answers.append((answer.status, re.sub(rb"shard \d+", b"shard N", answer.body)))
        told.append(answers)
        server.close()
    assert told[0] == told[1]
