"""Statements with pieces lost, moved, doubled and mixed: the real parser and ours say the same."""

import json
import random
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from influx_query import (
    InfluxQLSyntaxError,
    field,
    func,
    measurement,
    parse,
    query,
    tag,
    time,
)
from influx_query._text.lexer import tokenize
from influx_query.functions import FUNCTIONS

pytestmark = pytest.mark.slow

UNPARSABLE = "\n; XXX"
SEEDS = [
    *(function.example for function in FUNCTIONS.values()),
    *r"""
SELECT a::float, b::field, "c d"::tag FROM db.rp.m, "x".."y", /re.x/ WHERE (a = 1 OR b != 'x')
SELECT a FROM m WHERE c =~ /y/ AND time >= '2020-01-01T00:00:00Z' GROUP BY *, time(5m, -1m), /t/
SELECT a FROM m fill(-1.5) ORDER BY time ASC LIMIT 5 OFFSET 6 SLIMIT 7 SOFFSET 8 TZ('Europe/Rome')
SELECT mean(x) FROM (SELECT max(a) AS x FROM m GROUP BY host), n WHERE a < -5 + 3 * (2 - b) % 7
SELECT DISTINCT a FROM m WHERE a = 1 & 3 | 2 ^ 1; SHOW USERS
SELECT count(distinct a), top(a, host, 3), *::field, -a, +b, - (c) FROM m INTO x
SELECT a INTO db.rp.:MEASUREMENT FROM /.*/ GROUP BY *
DELETE WHERE time < now() - 1h30m; DROP SERIES FROM a, b WHERE x = ''
DROP MEASUREMENT a; DROP SHARD 3; DROP USER b; DROP CONTINUOUS QUERY a ON b
SHOW TAG VALUES ON db FROM m WITH KEY =~ /a/ WHERE x = 'y' ORDER BY ASC LIMIT 1 OFFSET 2
SHOW TAG VALUES EXACT CARDINALITY ON db FROM m WITH KEY IN (a, "b c") WHERE x = 'y' GROUP BY z
SHOW FIELD KEY EXACT CARDINALITY ON db FROM a.b.c GROUP BY d LIMIT 1 OFFSET 2
SHOW MEASUREMENTS ON db WITH MEASUREMENT = a.b.c WHERE d = 1 ORDER BY time LIMIT 3
SHOW SERIES EXACT CARDINALITY FROM cpu; SHOW STATS FOR 'x'; SHOW GRANTS FOR y
CREATE DATABASE "a b" WITH DURATION INF REPLICATION 3 SHARD DURATION 1h NAME x
CREATE RETENTION POLICY week ON metrics DURATION 1w REPLICATION 1 SHARD DURATION 1d DEFAULT
ALTER RETENTION POLICY a ON b DURATION 0s REPLICATION 2 SHARD DURATION 2h DEFAULT
CREATE CONTINUOUS QUERY a ON b BEGIN SELECT mean(x) INTO y FROM /z/ GROUP BY time(5m) END
CREATE CONTINUOUS QUERY a ON b RESAMPLE EVERY 1m FOR 1h BEGIN SELECT x INTO y FROM z END
CREATE SUBSCRIPTION s ON a.b DESTINATIONS ALL 'udp://x:1', 'http://y'
CREATE USER jane WITH PASSWORD 'x' WITH ALL PRIVILEGES; SET PASSWORD FOR jane = 'y'
REVOKE ALL ON x FROM y; GRANT ALL TO z; GRANT READ ON a TO b; KILL QUERY 5 ON "h"
EXPLAIN ANALYZE SELECT a FROM b -- comment
SELECT a /* c */ FROM b WHERE c = 18446744073709551615 AND d = 1.5e3 AND e = .5 AND f = 5. OR g
""".strip().splitlines(),
]
EXTRA = [
    "\t",
    "\n",
    *re.findall(
        r"\S+",
        r"""
SELECT FROM WHERE AND OR GROUP BY INTO SHOW TAG VALUES WITH KEY IN CREATE DATABASE DELETE ON TO ASC
DESC LIMIT OFFSET ORDER fill tz time now() * , ; ( ) = =~ !~ != <> < >= + - / % & | ^ : :: . .. --
/* */ \ ' " 'a' "b" a b.c 5 -5 5.5 .5 1h 1y 0s 9223372036854775808 99999999999999999999 /x/ /[/ $p
é _x ALL PRIVILEGES EXACT CARDINALITY PASSWORD 'Europe/Rome' INF DEFAULT DISTINCT true @ # ?
""",
    ),
]


def pieces(text):
    """Cut a text into its tokens and what is between them."""
    tokens = tokenize(text)
    found, end = [], 0
    for index in range(len(tokens.kinds) - 1):
        start, behind = tokens.starts[index], tokens.end(index)
        found += [tokens.text[end:start], tokens.text[start:behind]]
        end = behind
    return [*found, tokens.text[end:]]


def lose(parts, index, rng):
    del parts[index]


def insert(parts, index, rng):
    parts.insert(index, rng.choice(EXTRA))


def replace(parts, index, rng):
    parts[index] = rng.choice(EXTRA)


def swap(parts, index, rng):
    other = rng.randrange(len(parts))
    parts[index], parts[other] = parts[other], parts[index]


def double(parts, index, rng):
    parts.insert(index, parts[index])


def mix(parts, index, rng):
    other = pieces(rng.choice(SEEDS))
    begin = rng.randrange(len(other))
    parts[index:index] = other[begin : begin + rng.randrange(1, 6)]


def split(parts, index, rng):
    place = rng.randrange(len(parts[index]) + 1)
    char = rng.choice(" '\"\\/.:;()*,-é1aA$\n")
    parts[index] = parts[index][:place] + char + parts[index][place:]


def mutated(rng):
    """Make a statement with up to three pieces changed."""
    parts = pieces(rng.choice(SEEDS))
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3])):
        change = rng.choice([lose, insert, replace, swap, double, mix, split])
        parts = parts or [""]
        change(parts, rng.randrange(len(parts)), rng)
    return ";" + "".join(parts)


def request(url, text, **more):
    form = urllib.parse.urlencode({"q": text, "db": "x", **more}).encode()
    try:
        with urllib.request.urlopen(f"{url}/query", form) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        return json.load(error)


def refusal(url, text, **more):
    """What the real parser says; `UNPARSABLE` keeps the text from being run."""
    return request(url, text + UNPARSABLE, **more)["error"].removeprefix("error parsing query: ")


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**64 - 1))
def test_a_mutated_statement_gets_the_same_answer(influxd_url, seed):
    text = mutated(random.Random(seed))
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text + UNPARSABLE, dialect="1.6")
    assert refusal(influxd_url, text) == caught.value.message, text


@pytest.mark.parametrize(
    "between", ["", " ", "/* */", "--\n", " /* */", ".", "..", "#", ",", "::", "'x'", "a"]
)
def test_what_stands_before_the_measurement_of_a_target_gets_the_same_answer(influxd_url, between):
    text = f";SELECT a INTO rp{between}:MEASUREMENT FROM b"
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text + UNPARSABLE, dialect="1.6")
    assert refusal(influxd_url, text) == caught.value.message


PATTERN_PIECES = r"""
a b é \d \D \pL \p{L} \pN \p{Greek} \p{Foo} \p{^L} \PL \p \p{ \p{L ( ) (?: (?i) (?i: (?U) (?s)
(?m) (?-s) (?im-s:x) (?P<n> (?P<n>x) (?P<1n> (?P<n (?<n>x) (?=x) (?!x) (?<=x) (?# [ ] [a-z] [^a]
[z-a] [[:alpha:]] [[:foo:]] [[:^digit:]] [\d-z] [a-\d] [\pL] [^\x00-\x{10FFFF}] [\Q] [] [^] []a]
[a-] [-a] [a\]b] [\b] * + ? *? +? ?? ** *+ {2} {2,} {2,3} {3,2} {1001} {1000} {,3} {a} {2}{3}
{2}? x{2}{2} | || ^ $ . \. \\ \n \t \a \f \v \r \z \Z \A \b \B \C \Q..\E \Q \E \x41 \x{41}
\x{110000} \x{} \x4 \xg \x \0 \07 \123 \8 \1 \g \k<n> \u00e4 \h \R \X \G \K \cA \- \_ \, \é \/
(a|b) ((a)) ()
"""


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PATTERN_PIECES.split()), max_size=6).map("".join))
def test_a_regular_expression_gets_the_same_answer(influxd_url, pattern):
    text = f";SELECT a FROM b WHERE c =~ /{pattern}/"
    with pytest.raises(InfluxQLSyntaxError) as caught:
        parse(text + UNPARSABLE, dialect="1.6")
    assert refusal(influxd_url, text) == caught.value.message, pattern


NAMES = st.text(st.sampled_from("ab \"'/\\,.*é"), min_size=1, max_size=4)
PATTERNS = st.sampled_from(["a", "^a/b$", r"\d+", "(a|b)*"]).map(re.compile)
SOURCES = st.one_of(
    NAMES,
    st.builds(measurement, NAMES, retention_policy=NAMES, database=NAMES),
    st.builds(measurement, PATTERNS),
    st.builds(measurement, PATTERNS, retention_policy=NAMES),
    st.just(query("a").from_("b").group_by("c")),
)
FIELDS = st.one_of(
    st.builds(field, NAMES),
    st.builds(lambda name, alias: field(name).as_(alias), NAMES, NAMES),
    st.builds(func.mean, st.one_of(NAMES, PATTERNS)),
    st.builds(lambda name: func.top(field(name), "host", 3), NAMES),
    st.builds(lambda name: -(field(name) + 1) * 2 - func.max(name), NAMES),
    st.just(func.count("*")),
)
DIMENSIONS = st.one_of(
    NAMES, NAMES.map(tag), PATTERNS, st.just(time("5m")), st.just(time("5m", "-1m")), st.just("*")
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(FIELDS, min_size=1, max_size=3),
    st.lists(SOURCES, min_size=1, max_size=3),
    st.lists(DIMENSIONS, max_size=3),
    st.lists(st.tuples(NAMES, st.one_of(NAMES, PATTERNS, st.integers(-5, 5))), max_size=3),
    st.sampled_from([None, "none", -5, 1.5]),
)
def test_the_server_reads_every_query_that_is_built(
    influxd_url, fields, sources, dimensions, equals, fill
):
    made = query(*fields).from_(*sources).fill(fill).descending().limit(3).slimit(4).tz("UTC")
    made = made.group_by(*dimensions) if dimensions else made
    for name, value in equals:
        made = made.where(field(name) == value, **{name: value})
    assert refusal(influxd_url, str(made)).startswith("found XXX, expected SELECT"), str(made)
    text, params = made.bound()
    answer = refusal(influxd_url, text, params=json.dumps(params))
    assert answer.startswith("found XXX, expected SELECT"), (text, params)


DATABASE = f"canonical_{uuid.uuid4().hex}"
QUALIFIED = st.one_of(
    st.builds(measurement, NAMES, retention_policy=st.just("autogen"), database=st.just(DATABASE)),
    st.builds(
        measurement, PATTERNS, retention_policy=st.just("autogen"), database=st.just(DATABASE)
    ),
    st.just(query("a").from_(measurement("b", retention_policy="autogen", database=DATABASE))),
)
"""Sources that the server stores as they are: it fills in what is not given."""


@pytest.fixture(scope="module")
def server(influxd_url):
    """The server with the database."""
    request(influxd_url, f"CREATE DATABASE {DATABASE}")
    yield influxd_url
    request(influxd_url, f"DROP DATABASE {DATABASE}")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(FIELDS, min_size=1, max_size=3),
    st.lists(QUALIFIED, min_size=1, max_size=2),
    st.lists(st.tuples(NAMES, st.one_of(NAMES, PATTERNS, st.floats(-9, 9))), max_size=3),
    st.sampled_from([None, "none", "previous", -5, 1.5, 1e21, 0.00001]),
)
def test_canonical_text_is_what_the_server_prints(server, fields, sources, equals, fill):
    """SHOW CONTINUOUS QUERIES prints the canonical text of the statement that created one."""
    target = measurement("target", retention_policy="autogen", database=DATABASE)
    made = query(*fields).from_(*sources).into(target).group_by(time("90m"), "host").fill(fill)
    for name, value in equals:
        made = made.where(field(name) == value)
    created = f"CREATE CONTINUOUS QUERY q ON {DATABASE} BEGIN {made} END"
    request(server, f"DROP CONTINUOUS QUERY q ON {DATABASE}")
    (answer,) = request(server, created)["results"]
    assert "error" not in answer
    (listed,) = request(server, "SHOW CONTINUOUS QUERIES")["results"]
    rows = {each["name"]: each.get("values", []) for each in listed["series"]}
    (statement,) = parse(created, dialect="1.6")
    assert rows[DATABASE] == [["q", str(statement)]]
