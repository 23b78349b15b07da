"""InfluxQL: any text is parsed or refused, and what is printed parses to the same tree."""

from __future__ import annotations

import pickle
import random
import re

from influx_query import (
    Dialect,
    InfluxQLSyntaxError,
    explain_error,
    format,  # noqa: A004 - as in black
    is_read_only,
    nodes,
    parse,
    split_statements,
)
from influx_query.functions import FUNCTIONS

from .mutation import mutated, recorded

STATEMENTS = r"""
SELECT a::float, b::field, "c d"::tag FROM db.rp.m, "x".."y", /re\/x/ WHERE (a = 1 OR b != 'x\'y')
SELECT mean(v) AS "m n", top(v, h, 3), -(a + 2.5e3) * b % 7 FROM m WHERE c =~ /^y$/
SELECT a / -b * +c FROM m WHERE time > now() - 1h30m AND time < '2020-01-01T00:00:00.1Z'
SELECT x FROM (SELECT max(a) AS x FROM m GROUP BY time(5m, -1m), *, /t/ fill(-1.5)) tz('UTC')
SELECT a INTO db.rp.:MEASUREMENT FROM /.*/ GROUP BY * ORDER BY time DESC LIMIT 5 OFFSET 6 SLIMIT 7
SELECT a FROM m WHERE b = 18446744073709551615 AND c = -9223372036854775808 SOFFSET 8
SELECT a & 3 | 2 ^ 1, count(DISTINCT b), * ::field FROM m fill(previous) -- comment
EXPLAIN ANALYZE SELECT /* c */ a FROM m WHERE h = $tag AND t > $number
SHOW TAG VALUES ON db FROM m WITH KEY IN (a, "b c") WHERE x = 'y' ORDER BY ASC LIMIT 1 OFFSET 2
SHOW TAG VALUES EXACT CARDINALITY FROM m WITH KEY =~ /a/ GROUP BY z; SHOW SERIES CARDINALITY ON d
SHOW MEASUREMENTS ON *.* WITH MEASUREMENT =~ /x/; SHOW FIELD KEYS FROM m
SHOW TAG KEYS WITH KEY != a; SHOW GRANTS FOR jane; KILL QUERY 5 ON "h"
CREATE DATABASE "a b" WITH DURATION INF REPLICATION 3 SHARD DURATION 1h FUTURE LIMIT 1d NAME x
ALTER RETENTION POLICY a ON b DURATION 0s REPLICATION 2 SHARD DURATION 2h DEFAULT
CREATE CONTINUOUS QUERY a ON b RESAMPLE EVERY 1m FOR 1h BEGIN SELECT mean(x) INTO y FROM z END
CREATE SUBSCRIPTION s ON a.b DESTINATIONS ALL 'udp://x:1', 'http://y'; DROP SHARD 3
CREATE USER jane WITH PASSWORD 'x' WITH ALL PRIVILEGES; SET PASSWORD FOR jane = 'y'
GRANT READ ON a TO b; REVOKE ALL PRIVILEGES ON x FROM y; DELETE WHERE time < 5; DROP SERIES FROM a
""".strip().splitlines()
WORDS = r"""
SELECT FROM WHERE AND OR GROUP BY INTO SHOW TAG VALUES WITH KEY IN CREATE DATABASE DELETE ON TO ASC
DESC LIMIT OFFSET ORDER fill tz time now() * , ; ( ) = =~ !~ != <> < >= + - / % & | ^ : :: . .. --
/* */ 'a' "b" a.b 5 -5 5.5 .5 1h 1y 0s 9223372036854775808 99999999999999999999 /x/ /[/ /(?P<n>a)/
$tag $number $p true 1.5e300 PASSWORD EXACT CARDINALITY ALL PRIVILEGES DISTINCT INF DEFAULT µs 5µ
"" '' 'Europe/Rome'
"""
PARAMS = {"tag": "a 'b'", "number": -1.5}
DIALECTS: tuple[Dialect, ...] = ("latest", "1.6")

TEXTS = [
    *STATEMENTS,
    *(function.example for function in FUNCTIONS.values()),
    *recorded("influxql_parse.jsonl", "statement"),
]


UNWRITABLE = re.compile("[\0\r\ud800-\udfff]")
"""Characters that InfluxQL has no escape for: printing them is refused."""


def check(source: random.Random) -> None:
    """Parse a mutated text, print what was found in each way, and parse that."""
    text = mutated(TEXTS, WORDS.split(), source)
    dialect = source.choice(DIALECTS)
    assert isinstance(is_read_only(text), bool)
    split_statements(text)
    try:
        statements = parse(text, PARAMS, dialect=dialect)
    except InfluxQLSyntaxError as error:
        refused = error
    else:
        check_statements(text, statements, dialect)
        return
    assert explain_error(pickle.loads(pickle.dumps(refused))) == explain_error(refused)


def check_statements(text: str, statements: tuple[nodes.Statement, ...], dialect: Dialect) -> None:
    """What is printed for a server parses to the same tree."""
    if UNWRITABLE.search(text):
        return
    printed = ";".join(statement.render() for statement in statements)
    assert parse(printed, dialect=dialect) == statements, text
    assert all(str(statement) for statement in statements)  # Go's text, which can lose a sign
    if dialect == "latest":
        laid_out = format(printed)
        assert parse(laid_out) == statements, text
        assert format(laid_out) == laid_out, text
