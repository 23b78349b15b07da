"""What random testing found: answers that once were not the real server's, byte for byte.

Each server has the points that conftest.py gives it.
"""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.slow

START = 1_577_836_800
WITHIN = f"WHERE time >= {START + 5}s AND time < {START + 50}s"
SUBQUERY_BY_TAG = "(SELECT f FROM m GROUP BY host)"
SUBQUERY_WHERE = "(SELECT * FROM m) WHERE {}"
FORM = {"Content_Type": "application/x-www-form-urlencoded"}

Compare = Callable[[Callable[[Any], Any]], None]


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


@pytest.mark.parametrize(
    "select",
    [
        "top(n, host, 2)",
        "top(n, s, 3)",
        "bottom(n, host, region, 4), s",
        "top(v, region, 3) FROM (SELECT n AS v, host AS region FROM m GROUP BY region)",
    ],
)
@pytest.mark.parametrize("rest", ["", "OFFSET 1", "GROUP BY host OFFSET 1", "ORDER BY time DESC"])
def test_top_written_back_has_a_group_for_each_tag_set(
    alike: Compare, select: str, rest: str
) -> None:
    call, _, source = select.partition(" FROM ")
    text = f"SELECT {call} INTO ranked FROM {source or 'm'} {rest}; "
    text += "SELECT * FROM ranked GROUP BY *; DROP MEASUREMENT ranked"
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
        *(
            b"",
            b"m v=1",
            b"m v=1 aaaaaaaaaaaaa",
            PACKED[:3],
            PACKED[:-3],
            PACKED[:15],
            PACKED + PACKED,
        ),
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
        ("GET", "/query?q=%zz&db=DB", {}),
        ("GET", "/query?q=SHOW+TAG+KEYS&db=DB&x=%2", {}),
        ("HEAD", "/query?q=SHOW+TAG+KEYS&db=DB", {}),
        ("HEAD", "/nosuch", {}),
        ("HEAD", "/ping", {}),
        ("GET", "/query?q=SELECT", {"Accept-Encoding": "gzip"}),
        ("POST", "/write", {"Accept-Encoding": "gzip"}),
        ("GET", "/nosuch", {"Accept-Encoding": "gzip"}),
        ("POST", "/write?db=%zz", {}),
        ("POST", "/write?db=nosuch&pretty=true", {}),
        ("POST", "/write?db=DB", {"Accept": "text/csv"}),
        ("HEAD", "/ping", {"Accept": "application/x-msgpack"}),
        ("GET", "/status", {"Accept": "application/csv"}),
        ("POST", "/write?db=a%01%C3%A9", {}),
        ("POST", "/write?db=DB&rp=%01", {}),
    ],
)
def test_headers_of_all_kinds_of_answers(
    alike: Compare, method: str, path: str, headers: dict[str, str]
) -> None:
    names = {name.replace("-", "_"): value for name, value in headers.items()}
    alike(lambda server: server.ask(method, path, **names))


@pytest.mark.parametrize("size", [1980, 2040, 4000, 70_000])
def test_long_errors_come_in_chunks(alike: Compare, size: int) -> None:
    alike(lambda server: server.ask("POST", "/write?db=DB", b"x" * size))


@pytest.mark.parametrize("body", [b"q=%zz&db=DB", b"q=SHOW+TAG+KEYS&x=%&db=DB"])
def test_a_form_with_an_incomplete_escape(alike: Compare, body: bytes) -> None:
    alike(lambda server: server.ask("POST", "/query?db=nosuch", body, **FORM))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_multipart_form_may_come_with_any_method(alike: Compare, method: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nSHOW TAG KEYS\r\n--x--\r\n'
    kind = "multipart/form-data; boundary=x"
    alike(lambda server: server.ask(method, "/query?db=DB", body, Content_Type=kind))


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


@pytest.mark.parametrize("source", ["m WHERE {}", "(SELECT * FROM m WHERE {})", SUBQUERY_WHERE])
@pytest.mark.parametrize(
    "condition", ["f{} > 0 AND f{} < 1", "n{} / 2 > 0.3 OR n{} > 1", "s{} = 'x' OR s{} != 'x'"]
)
def test_one_cast_in_a_condition_counts_for_all(
    alike: Compare, condition: str, source: str
) -> None:
    types = ["", *(f"::{name}" for name in ("float", "integer", "string", "tag", "field"))]
    for first, second in itertools.permutations(types, 2):
        text = f"SELECT n FROM {source.format(condition.format(first, second))}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "call",
    ["pow(n, 0.5)", "pow(n, n)", "atan2(2, n)", "log(n + 2, 2)", "sqrt(n)", "exp(n)", "sin(n)"],
)
def test_mathematics_have_the_type_of_the_first_argument(alike: Compare, call: str) -> None:
    for outer in ("v", "max(v), sum(v)", "mean(v)", "v + 0.5", "difference(v)"):
        text = f"SELECT {outer} FROM (SELECT {call} AS v FROM m)"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT v FROM (SELECT f AS v, n FROM m) WHERE abs(v) > 1",
        "SELECT max(v) FROM (SELECT f AS v FROM m GROUP BY *) WHERE v > 0 AND pow(v, 2) > 1",
        "SELECT v FROM (SELECT 0 ^ f AS v FROM m)",
        "SELECT * FROM (SELECT s + 1 AS v, n FROM m)",
        "SELECT 2.5 + 10 | n FROM m",
        "SELECT max(f) FROM (SELECT f FROM m GROUP BY time(1m))",
        "SELECT max(f) FROM (SELECT f FROM m GROUP BY time(1m), host fill(0))",
        "SELECT max(f) FROM (SELECT f FROM m) GROUP BY time(1m) LIMIT 1",
        "SELECT 10 / 0 / f | f FROM m",
        "EXPLAIN SELECT f + 2.5 * 3 FROM m",
        "SELECT mean(v) FROM (SELECT sum(v) AS v FROM (SELECT distinct(s) AS v FROM m))",
        "SELECT sum(v) FROM (SELECT distinct(host) AS v FROM m)",
        "SELECT mean(v) FROM (SELECT f AS v FROM m GROUP BY host OFFSET 1) GROUP BY region",
        "SELECT v FROM (SELECT f AS v FROM m GROUP BY host LIMIT 1 OFFSET 1)",
        "SELECT f FROM m GROUP BY host, host LIMIT 1 OFFSET 1",
        "SELECT n FROM m WHERE host != 5",
        "SELECT n FROM m WHERE nosuch != true",
        "SELECT n FROM m WHERE _tagKey > 'x'",
        "SELECT mean(s) FROM m GROUP BY host SLIMIT 1 SOFFSET 9",
        "SELECT v, v + 0.5 FROM (SELECT n / 2 AS v FROM m)",
        "SELECT (n / 2) | 1 FROM m",
        "SELECT (n / n) | 0.5 FROM m",
        "SELECT * FROM _series",
        "SELECT * FROM (SELECT * FROM _tags)",
    ],
)
def test_what_goes_wrong_quietly(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


@pytest.mark.parametrize("percent", [5, 25, 33.3])
def test_an_empty_bucket_can_be_the_end(alike: Compare, percent: float) -> None:
    for rest in ("", "WHERE host != 'b'", "WHERE host = 'a' OR region = 'x'"):
        for group in ("host", "host, region", "time(7s)", "time(20s), host fill(none)"):
            where = rest.replace("WHERE", "AND")
            for call in (f"percentile(n, {percent})", f"percentile(n, {percent}), max(n)"):
                text = f"SELECT {call} FROM m {WITHIN} {where} GROUP BY {group}"
                alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("call", ["count", "sum", "mean", "min", "max", "first", "last", "median"])
def test_a_subquery_can_end_before_another(alike: Compare, call: str) -> None:
    early = f"(SELECT first(f) AS v FROM m {WITHIN} GROUP BY time(10s) fill(none))"
    other = "(SELECT n AS v FROM k)"
    for sources in (f"{early}, {other}", f"{other}, {early}", early, f"{early}, {early}"):
        for group in ("", "GROUP BY host", "GROUP BY time(20s)", "GROUP BY time(7s), host"):
            for order in ("", "ORDER BY time DESC"):
                text = f"SELECT {call}(v) FROM {sources} {WITHIN} {group} {order}"
                alike(lambda server, text=text: server.query(text))


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 2, 3, 9])
def test_forecasts_of_too_little(alike: Compare, size: int) -> None:
    for group in ("time(7s)", "time(7s), host", "time(20s), host", "time(7s), host fill(none)"):
        text = f"SELECT holt_winters(count(n), 1, {size}) FROM m, k {WITHIN} GROUP BY {group}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("field", ["f", "n"])
def test_areas_cut_at_the_edges_of_buckets(alike: Compare, field: str) -> None:
    for group in ("time(10s)", "time(13s, 3s)", "time(4s)"):
        for order in ("", "ORDER BY time DESC"):
            text = f"SELECT integral({field}, 10s) FROM m {WITHIN} AND host = 'a' AND region = ''"
            alike(lambda server, text=f"{text} GROUP BY {group} {order}": server.query(text))


@pytest.mark.parametrize(
    "select",
    [
        "integral(f, 10s) FROM cpu WITHIN GROUP BY host",
        "integral(n), mean(f) FROM cpu WITHIN GROUP BY time(30s), host",
        "integral(f) FROM cpu WITHIN GROUP BY time(7s), host LIMIT 2",
        "integral(*) FROM cpu WITHIN GROUP BY host ORDER BY time DESC",
        "sum(v) FROM (SELECT integral(f) AS v FROM cpu WITHIN GROUP BY host)",
    ],
)
def test_the_last_areas_come_in_one_of_the_orders_that_chance_gives(
    told: Callable[[list[str], list[str]], Any], select: str
) -> None:
    lines = [
        f"cpu,host={'abc'[7 * n % 3]} f={n * n % 11},n={n * n % 7}i {START + n}" for n in range(60)
    ]
    text = f"SELECT {select}".replace("WITHIN", f"WHERE time >= {START}s AND time < {START + 60}s")
    real, fake = told(lines, [text] * 30)
    assert len(set(fake[1:])) == 1
    assert fake[1] in real


@pytest.mark.parametrize(
    "call", ["difference(max(f))", "elapsed(max(f), 1s)", "moving_average(sum(f), 2)"]
)
def test_buckets_before_the_first_reach_into_earlier_shards(alike: Compare, call: str) -> None:
    where = f"time >= {START + 14 * 86_400}s AND time < {START + 35 * 86_400}s"
    for rest in ("", ", host", " ORDER BY time DESC"):
        text = f"SELECT {call} FROM w WHERE {where} GROUP BY time(1w){rest}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("call", ["sum", "mean", "stddev", "spread"])
def test_rounding_of_sums(alike: Compare, call: str) -> None:
    lines = b"\n".join(
        b"rounding f=%b %d" % (f, n) for n, f in enumerate([b"1e16", b"1", b"-1e16"])
    )
    alike(lambda server: server.ask("POST", "/write?db=DB", lines))
    alike(lambda server: server.query(f"SELECT {call}(f) FROM rounding"))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT f FROM m WHERE time >= '2020-01-01' + 10000000000 AND time < 1577836830s",
        "SELECT f FROM m WHERE time >= 10000000000 + '2020-01-01'",
        "SELECT f FROM m WHERE time > '2020-01-01' - 1.5",
        "SELECT n + 2u, 2u + n, n - 1m + 1, f * 1s FROM m",
        "SELECT mean(n) + 2u FROM m",
        (
            "SELECT mean(f) FROM m WHERE time >= '2020-01-01' AND time < '2020-01-02' "
            "GROUP BY time(6h, '2020-01-01')"
        ),
        "SELECT f FROM m WHERE host =~ /(?i)A/",
        "SELECT f FROM m WHERE host =~ /x|(?i)A/",
        r"SELECT f FROM m WHERE host =~ /^\x{61}$/",
        r"SELECT f FROM m WHERE host =~ /^\pL$/",
        "SELECT f FROM m WHERE host =~ /(?U)^a+$/",
    ],
)
def test_times_durations_and_patterns_of_every_kind(alike: Compare, text: str) -> None:
    alike(lambda server: server.query(text))


@pytest.mark.parametrize("operator", ["=", "!=", "<", "=~", "!~"])
@pytest.mark.parametrize(
    "text",
    [
        "SELECT f FROM m WHERE host {} $pattern",
        "SELECT f FROM m WHERE nosuch {} $pattern",
        "SHOW SERIES WHERE host {} $pattern",
        "SHOW TAG KEYS WHERE host {} $pattern",
        "SHOW MEASUREMENTS WHERE host {} $pattern",
    ],
)
def test_a_bound_pattern_with_any_operator(alike: Compare, text: str, operator: str) -> None:
    params = '{"pattern": {"regex": "a|b"}}'
    alike(lambda server: server.query(text.format(operator), params=params))


@pytest.mark.parametrize("rest", ["", ", host", " fill(previous)", " fill(linear)", " fill(0)"])
@pytest.mark.parametrize(
    "call",
    ["mean(f)", "count(f)", "mean(f), max(n)", "difference(mean(f))", "derivative(count(f))"],
)
def test_limit_bounds_the_buckets_up_to_now(alike: Compare, call: str, rest: str) -> None:
    alike(lambda server: server.query(f"SELECT {call} FROM m GROUP BY time(1h){rest} LIMIT 2"))


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("width", ["20m", "40m", "50m", "90m", "100m", "3h", "25h"])
@pytest.mark.parametrize("call", ["mean(f)", "count(f)", "median(f)", "max(f)", "mode(n)"])
def test_buckets_over_a_change_of_clocks(
    told: Callable[[list[str], list[str]], Any], call: str, width: str, order: str
) -> None:
    lines = [f"cpu f={hour % 7},n={hour % 5}i {1_603_544_400 + hour * 1800}" for hour in range(96)]
    select = (
        f"SELECT {call} FROM cpu WHERE time >= '2020-10-24T12:00:00Z' AND time < '2020-10-26' "
        f"GROUP BY time({width}){order} TZ('Europe/London')"
    )
    real, fake = told(lines, [select])
    assert fake == real


@pytest.mark.parametrize("rest", ["", " LIMIT 3", " ORDER BY time DESC"])
@pytest.mark.parametrize("fill", ["null", "previous", "linear", "0"])
@pytest.mark.parametrize("width", ["20m", "40m", "50m", "90m", "100m", "3h", "25h"])
@pytest.mark.parametrize(
    "call", ["min(f)", "non_negative_derivative(min(f))", "cumulative_sum(min(f))"]
)
def test_buckets_that_are_empty_over_a_change_of_clocks(
    told: Callable[[list[str], list[str]], Any], call: str, width: str, fill: str, rest: str
) -> None:
    """Buckets count on from the last one; a point does not bring them back to the grid."""
    lines = [f"cpu f={hour} {1_603_700_000 + hour * 40_000}" for hour in (0, 1, 3)]
    select = (
        f"SELECT {call} FROM cpu WHERE time >= '2020-10-24T00:40:00Z' AND time < '2020-10-29' "
        f"GROUP BY time({width}) fill({fill}){rest} TZ('Europe/London')"
    )
    real, fake = told(lines, [select])
    assert fake == real


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("inner", ["max(f)", "last(f)", "count(f)", "distinct(f)"])
@pytest.mark.parametrize("group", ["", " GROUP BY host", " GROUP BY time(6h)"])
def test_a_subquery_does_not_take_the_time_zone_of_the_query(
    told: Callable[[list[str], list[str]], Any], group: str, inner: str, zone: str
) -> None:
    lines = [f"cpu,host={'ab'[hour % 2]} f={hour % 7} {START + hour * 1800}" for hour in range(96)]
    within = f"WHERE time >= {START}s AND time < {START + 172_800}s"
    below = f"(SELECT {inner} AS v FROM cpu {within}{group})"
    selects = [
        f"SELECT {outer} FROM {below} {within} GROUP BY time(1d) tz('{zone}')"
        for outer in ("sum(v)", "count(v)", "top(v, 2)")
    ]
    selects.append(f"SELECT v FROM {below} tz('{zone}')")
    real, fake = told(lines, selects)
    assert fake == real


@pytest.mark.parametrize("outer", ["f", "sum(f)", "count(f)", "max(f), host"])
@pytest.mark.parametrize("limit", ["LIMIT 1", "LIMIT 2 OFFSET 1", "ORDER BY time DESC LIMIT 1"])
def test_a_limit_below_other_groups(alike: Compare, outer: str, limit: str) -> None:
    order = " ORDER BY time DESC" if "DESC" in limit else ""
    query = f"SELECT {outer} FROM (SELECT f FROM ties GROUP BY host {limit}){order}"
    alike(lambda server: server.query(query))


@pytest.mark.parametrize("rest", ["", ", host", ", n"])
@pytest.mark.parametrize("group", ["", " GROUP BY time(10s)", " GROUP BY time(1m), region"])
@pytest.mark.parametrize("call", ["first", "last", "max", "min"])
def test_one_of_equal_points_is_selected(
    told: Callable[[list[str], list[str]], Any], call: str, group: str, rest: str
) -> None:
    hosts = [f"cpu,host={host}" for host in "abcde"] + ["cpu,host=a,region=x", "cpu,region=y"]
    values = [2, 3, 2, 1, 3, 1, 2]
    lines = [
        f'{head} f={value},n={index}i,b={"ft"[value % 2]},s="{value}" {START + 10 * step}'
        for step in range(2)
        for index, (head, value) in enumerate(zip(hosts, values, strict=True))
    ]
    fields = ("f", "n", "b", "s") if call in {"first", "last"} else ("f", "n")
    within = f"WHERE time >= {START}s AND time < {START + 60}s"
    selects = [f"SELECT {call}({field}){rest} FROM cpu {within}{group}" for field in fields]
    selects += [f"{select} ORDER BY time DESC" for select in selects]
    real, fake = told(lines, selects)
    assert fake == real


@pytest.mark.parametrize("value", ["2.5 | n", "f & n", "s + f"])
@pytest.mark.parametrize("select", ["v", "min(v)", "count(v)"])
def test_a_name_is_unknown_where_a_subquery_cannot_compute_it(
    alike: Compare, select: str, value: str
) -> None:
    wrong, right = f"(SELECT {value} AS v FROM m)", "(SELECT f AS v FROM m)"
    for sources in (f"{wrong}, {right}", f"{right}, {wrong}"):
        alike(lambda server, text=f"SELECT {select} FROM {sources}": server.query(text))


@pytest.mark.parametrize("comparison", ["= 'host'", "!= 'host'", "=~ /h/", "= ''"])
@pytest.mark.parametrize("other", ["", " OR host = 'a'", " AND host = 'a'"])
def test_what_is_deleted_goes_by_tags_of_any_name(
    told: Callable[[list[str], list[str]], Any], comparison: str, other: str
) -> None:
    lines = [f"cpu,host={host} f=1 {START}" for host in "ab"]
    delete = f"DELETE FROM cpu WHERE _tagKey {comparison}{other}"
    real, fake = told(lines, [delete, "SHOW SERIES"])
    assert fake == real


@pytest.mark.parametrize("select", ["f", "count(f)", "f, host", "*"])
@pytest.mark.parametrize("comparison", ["nosuch > 1", "nosuch = true", "host != 1", "1 < host"])
def test_what_is_read_for_a_comparison_of_a_tag_with_a_number(
    alike: Compare, select: str, comparison: str
) -> None:
    for condition in (comparison, f"host = 'a' OR {comparison}", f"host = 'a' AND {comparison}"):
        text = f"SELECT {select} FROM m WHERE {condition}"
        alike(lambda server, text=text: server.query(text))
        alike(lambda server, text=text: server.query(f"EXPLAIN {text}"))


@pytest.mark.parametrize("bounds", ["SLIMIT 1", "SLIMIT 2 SOFFSET 1"])
@pytest.mark.parametrize("value", ["n", "mean(n)"])
def test_a_tag_twice_with_groups_of_a_subquery_is_one_tag_set(
    alike: Compare, value: str, bounds: str
) -> None:
    for inner, outer in ((bounds, ""), ("", bounds)):
        below = f"(SELECT {value} AS v FROM m GROUP BY region {inner})"
        text = f"SELECT max(v), count(v) FROM {below} GROUP BY host, host {outer}"
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("group", ["host, host", "region, region", "host, host, region"])
@pytest.mark.parametrize(
    "select",
    [
        "top(n, region, host, 2) FROM cpu",
        "bottom(f, host, 3) FROM cpu",
        "top(n, region, 2) FROM cpu",
        "cumulative_sum(v) FROM (SELECT max(f) AS v FROM cpu GROUP BY host, region)",
        "last(v) FROM (SELECT f AS v FROM cpu GROUP BY host, region)",
        "v FROM (SELECT mean(f) AS v FROM cpu GROUP BY host, region)",
    ],
)
def test_groups_by_one_tag_twice(
    told: Callable[[list[str], list[str]], Any], select: str, group: str
) -> None:
    lines = [
        f"cpu{tags} f={(7 * index) % 5},n={index % 3}i {START + 40 - 7 * index}"
        for index, tags in enumerate([",host=a", ",host=a,region=x", ",host=b", ",region=x", ""])
    ]
    within = f"WHERE time >= {START}s AND time < {START + 60}s"
    selects = [f"SELECT {select} {within} GROUP BY {group}{rest}" for rest in ("", " LIMIT 1")]
    real, fake = told(lines, selects)
    assert fake == real


@pytest.mark.parametrize("order", ["", " ORDER BY time DESC"])
@pytest.mark.parametrize("within", ["", f" WHERE time >= {START + 47}s AND time < {START + 100}s"])
@pytest.mark.parametrize(
    "call", ["derivative(f)", "difference(n)", "elapsed(f, 1s)", "moving_average(f, 3)"]
)
def test_transformations_read_a_bucket_more_within_the_query_around(
    told: Callable[[list[str], list[str]], Any], call: str, within: str, order: str
) -> None:
    series = ["cpu", "cpu,host=a", "cpu,host=b"]
    lines = [f"{series[n % 3]} f={7 * n % 11},n={n}i {START + 3 * n}" for n in range(40)]
    below = f"(SELECT {call} AS v FROM cpu{within})"
    selects = [
        f"SELECT sum(v) FROM {below} WHERE time >= {START + start}s AND time < {START + 105}s "
        f"GROUP BY time(20s){group}{order}"
        for start in (34, 60)
        for group in ("", ", host")
    ]
    real, fake = told(lines, selects)
    assert fake == real


@pytest.mark.parametrize("call", ["max(s)", "mean(s)", "top(s, 1)", "sum(n), derivative(s)"])
@pytest.mark.parametrize(
    "condition", ["f > 1", "host = 'a'", "host = 'nobody'", "host = 'later'", "f != f AND host = s"]
)
def test_a_type_is_refused_where_the_measurement_has_the_field(
    told: Callable[[list[str], list[str]], Any], call: str, condition: str
) -> None:
    lines = [f"cpu,host=a f=1,n=1i {START}", f'cpu,host=b f=2,n=2i,s="x" {START + 1}']
    later = f"cpu,host=later f=3 {START + 10_000_000}"
    within = f"WHERE time >= {START}s AND time < {START + 20_000_000}s AND {condition}"
    selects = [
        f"SELECT {call} FROM cpu {within}{group}"
        for group in ("", " GROUP BY host SLIMIT 1", " GROUP BY host SLIMIT 1 SOFFSET 5")
    ]
    real, fake = told(lines, [later, *selects])
    assert fake == real


@pytest.mark.parametrize(
    "inner",
    [
        "distinct f AS v",
        "distinct(f) AS v",
        "count(distinct f) AS v",
        "count(distinct f) AS v, max(n) AS w",
        "mean(n) + count(distinct f) AS v",
        "abs(distinct f) AS v",
        "(distinct f) + 1 AS v",
        "elapsed(distinct f) AS v",
        "top(distinct f, 1) AS v",
    ],
)
@pytest.mark.parametrize("group", ["", " GROUP BY time(10s) fill(0)", " GROUP BY host"])
def test_distinct_without_parentheses_is_a_call_only_outside_of_subqueries(
    alike: Compare, inner: str, group: str
) -> None:
    select = f"SELECT {inner} FROM m {WITHIN}{group}"
    for text in (select, *(f"SELECT {outer} FROM ({select})" for outer in ("v", "max(v)", "*"))):
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("source", ["m", "nosuch", "(SELECT f, s FROM m)"])
@pytest.mark.parametrize(
    "value",
    [
        "abs(/f/)",
        "3 - abs('x')",
        "pow(max(f), /f/)",
        "pow(f, 'x')",
        "atan2(nosuch, true)",
        "log(nosuch, 'x')",
        "sin(nosuch) + s",
        "abs(nosuch) + s",
        "pow(nosuch + 1, host)",
    ],
)
def test_mathematics_of_what_is_no_number(alike: Compare, value: str, source: str) -> None:
    select = f"SELECT {value} AS v, s FROM {source} {WITHIN}"
    for text in (select, f"SELECT {value} FROM {source}", f"SELECT v FROM ({select})"):
        alike(lambda server, text=text: server.query(text))


@pytest.mark.parametrize("source", ["m", "m, k", "(SELECT f, host FROM m)", SUBQUERY_BY_TAG])
@pytest.mark.parametrize(
    "value",
    [
        "host::field",
        "host::field + f",
        "abs(host::field) + s",
        "first(host::field)",
        "max(host::field) + sum(f)",
        "count(host::field)",
        "mean(host::field) + sum(f)",
        "derivative(host::field)",
        "top(host::field, 1)",
    ],
)
def test_a_tag_as_a_field_has_a_type_only_for_other_queries(
    alike: Compare, value: str, source: str
) -> None:
    select = f"SELECT {value} AS v FROM {source} {WITHIN}"
    for text in (select, f"SELECT v FROM ({select})", f"SELECT max(v) FROM ({select})"):
        alike(lambda server, text=text: server.query(text))


TIMES = ["time, time, f", "f, time, time", "time AS a, time AS b, f", "time, f, time AS t, time"]
TIMES += ["time AS t, f, time", "*, time", "max(f), time, time", "time AS f, f", "time::float, f"]
TIMES += ["f AS time", "n::unsigned AS time, f", "host AS time, f", "s AS time, f", "-time, f"]
TIMES += ["b AS time, f", "nosuch AS time, f", "time AS t, f", "max(f) AS time", "mean(f), time"]


@pytest.mark.parametrize("select", TIMES)
def test_several_columns_that_are_called_time(
    told: Callable[[list[str], list[str]], Any], select: str
) -> None:
    lines = [f'cpu,host=a f=1,n=2i,s="x",b=t {START}', f"cpu,host=b f=2,n=3i {START + 1}"]
    steps = [f"SELECT {select} FROM cpu{more}" for more in ("", " GROUP BY host", " LIMIT 1")]
    steps += [
        f"SELECT * FROM (SELECT {select} FROM cpu)",
        f"SELECT {select} FROM (SELECT * FROM cpu)",
    ]
    for source in ("cpu", "cpu GROUP BY *", "nosuch"):
        steps += [f"SELECT {select} INTO copy FROM {source}", "SELECT * FROM copy GROUP BY *"]
        steps += ["DROP MEASUREMENT copy"]
    real, fake = told(lines, steps)
    assert fake == real


CELLS = [
    " a",
    "a ",
    "\tb",
    "x\ty",
    "c\rd",
    "e\nf",
    "\\.",
    "g,h",
    'i"j',
    "\x0bk",
    "\x85l",
    "\xa0m",
    "\u2028",
]
CELLS += ["\u1680n", "\u200ao", "\u200bp", "\u3000", "'q'", "=1", "x\u2029<&>"]


@pytest.mark.parametrize("kind", ["text/csv", "application/json", "application/x-msgpack"])
def test_text_of_every_kind(told_bytes: Callable[..., tuple[list[Any], ...]], kind: str) -> None:
    lines = [f't,g={index} s="{_quoted(cell)}" {index}' for index, cell in enumerate(CELLS)]
    lines += [f"n{_escaped(cell)},g={_escaped(cell)} f=1 1" for cell in CELLS if "\n" not in cell]
    looks = ["SELECT * FROM /.*/", "SELECT * FROM /.*/ GROUP BY *", "SHOW TAG VALUES WITH KEY = g"]
    looks += ["SHOW MEASUREMENTS", 'SELECT s AS " x" FROM t']
    real, fake = told_bytes("\n".join(lines).encode(), looks, Accept=kind)
    assert fake == real


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _escaped(text: str) -> str:
    return re.sub("[, =]", r"\\\g<0>", text.rstrip("\\"))


def test_series_are_in_order_of_what_is_not_escaped(
    told_bytes: Callable[..., tuple[list[Any], ...]],
) -> None:
    names = ["a", "a!", "a b", "a,b", "a-b", "aB", "ab", "a#", "a+"]
    lines = [
        f"m,host={_escaped(name)}{more} f=1 1" for name in names for more in ("", ",z=1", ",a=1")
    ]
    lines += [f"{_escaped(name)},host=1 f=1 1" for name in names]
    looks = ["SHOW SERIES LIMIT 9 OFFSET 3", "SHOW SERIES WHERE time > 0", "SHOW SERIES FROM /a/"]
    real, fake = told_bytes("\n".join(lines).encode(), looks)
    assert fake == real


@pytest.mark.parametrize("epoch", ["ns", "ms", "s", "h"])
def test_integers_of_every_size_in_messagepack(
    told_bytes: Callable[..., tuple[list[Any], ...]], epoch: str
) -> None:
    powers = [7, 8, 15, 16, 31, 32, 63]
    numbers = [sign * 2**power + step for power in powers for sign in (1, -1) for step in (-1, 0)]
    kept = [number for number in numbers if -(2**63) <= number < 2**63]
    lines = [f"n v={number}i {2**62 + index}" for index, number in enumerate(kept)]
    looks = ["SELECT v FROM n", "SELECT max(v), count(v) FROM n", "SHOW SERIES CARDINALITY"]
    real, fake = told_bytes(
        "\n".join(lines).encode(), looks, epoch=epoch, Accept="application/x-msgpack"
    )
    assert fake == real


@pytest.mark.parametrize("rest", ["", " LIMIT 10000", " LIMIT 10001", " ORDER BY time DESC"])
def test_a_series_of_more_than_10_000_rows_stays_marked_as_partial(
    told_bytes: Callable[..., tuple[list[Any], ...]], rest: str
) -> None:
    lines = "\n".join(f"n v={index}i {index}" for index in range(12_500))
    real, fake = told_bytes(lines.encode(), [f"SELECT v FROM n{rest}"])
    assert fake == real
