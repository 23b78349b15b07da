"""Writes to 3.x: whole bodies, parts of them, and what becomes of refused lines."""

from __future__ import annotations

import gzip

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

NOW = 1_700_000_000_000_000_000
V1, V2, V3 = "/write", "/api/v2/write", "/api/v3/write_lp"
NAMES = {V1: "db", V2: "bucket", V3: "db"}
EMPTY = {
    V1: "incoming write was empty",
    V2: '{"code":"invalid","message":"write buffer error: incoming write was empty"}',
    V3: "incoming write was empty",
}


def stored(ask):
    return ask.influxql("SELECT * FROM /.*/").json


def message(name, expected, got):
    return (
        f"invalid column type for column '{name}', expected iox::column_type::{expected}, "
        f"got iox::column_type::{got}"
    )


@pytest.mark.parametrize("path", NAMES)
def test_a_first_write_makes_the_database(ask, path):
    answer = ask("POST", path, b"m v=1 1", **{NAMES[path]: "New-1_x"})
    assert (answer.status, "content-type" in answer.headers) == (204, False)
    assert ask("GET", "/query", db="New-1_x", q="SHOW MEASUREMENTS").status == 200


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("name", ["_x", "ä", "a b", "a/b/c", "-a", "a.b", "x" * 512, "a/"])
def test_other_names_of_databases_are_refused(ask, path, name):
    answer = ask("POST", path, b"m v=1 1", **{NAMES[path]: name})
    assert answer.status == 400
    assert "content-type" not in answer.headers
    assert name not in ask.fake.engine.databases


@pytest.mark.parametrize(
    ("path", "params", "text"),
    [
        (V3, {}, "missing query parameter 'db'"),
        (V3, {"precision": "ns"}, "serde error: missing field `db`"),
        (V3, {"db": ""}, '{"error":"db name cannot be empty"}'),
        (V3, {"db": "_x"}, '{"error":"db name did not start with a number or letter"}'),
        (
            V3,
            {"db": "a b"},
            (
                '{"error":"invalid character in database or rp name: must be ASCII, '
                'containing only letters, numbers, underscores, or hyphens"}'
            ),
        ),
        (
            V3,
            {"db": "a/b/c"},
            (
                '{"error":"db name with invalid retention policy, if providing a retention policy '
                "name, must be of form '<db_name>/<rp_name>'\"}"
            ),
        ),
        (V1, {}, '{"error":"no db destination provided"}'),
        (
            V1,
            {"rp": "x"},
            '{"error":"failed to deserialize db/rp/precision in request: missing field `db`"}',
        ),
        (V2, {}, '{"code":"invalid","message":"no org/bucket destination provided"}'),
        (V2, {"org": "o"}, '{"code":"invalid","message":"missing bucket value"}'),
    ],
)
def test_a_database_must_be_named(ask, path, params, text):
    answer = ask("POST", path, b"m v=1 1", **params)
    assert (answer.status, answer.text) == (400, text)


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("body", [b"", b"\n \t\n", b"# only a comment\n"])
def test_an_empty_body_is_refused(ask, path, body):
    answer = ask("POST", path, body, **{NAMES[path]: "db"})
    assert (answer.status, answer.text) == (400, EMPTY[path])
    assert "db" not in ask.fake.engine.databases


@pytest.mark.parametrize(
    ("precision", "time"),
    [
        ("auto", "1970-01-01T00:00:01"),
        ("second", "1970-01-01T00:00:01"),
        ("s", "1970-01-01T00:00:01"),
        ("millisecond", "1970-01-01T00:00:00.001"),
        ("ms", "1970-01-01T00:00:00.001"),
        ("microsecond", "1970-01-01T00:00:00.000001"),
        ("us", "1970-01-01T00:00:00.000001"),
        ("u", "1970-01-01T00:00:00.000001"),
        ("nanosecond", "1970-01-01T00:00:00.000000001"),
        ("ns", "1970-01-01T00:00:00.000000001"),
        ("n", "1970-01-01T00:00:00.000000001"),
    ],
)
def test_every_name_of_a_precision_counts(ask, precision, time):
    assert ask.write(b"m v=1 1", precision=precision).status == 204
    assert ask.influxql("SELECT v FROM m").json[0]["time"] == time


@pytest.mark.parametrize("time", ["1700000000", "1700000000000", "1700000000000000"])
def test_a_time_without_a_unit_tells_it_by_its_size(ask, time):
    assert ask("POST", V3, f"m v=1 {time}".encode(), db="db").status == 204
    assert ask.influxql("SELECT v FROM m").json[0]["time"] == "2023-11-14T22:13:20"


@pytest.mark.parametrize(
    ("path", "precision", "text"),
    [
        (
            V3,
            "hour",
            (
                "serde error: unknown variant `hour`, expected one of `auto`, `s`, `second`, "
                "`millisecond`, `ms`, `microsecond`, `u`, `us`, `n`, `nanosecond`, `ns`"
            ),
        ),
        (
            V1,
            "h",
            (
                '{"error":"failed to deserialize db/rp/precision in request: '
                'unknown variant `h`, expected one of `s`, `ms`, `us`, `ns`"}'
            ),
        ),
        (
            V2,
            "auto",
            (
                '{"code":"invalid","message":"failed to deserialize org/bucket/precision in '
                'request: unknown variant `auto`, expected one of `s`, `ms`, `us`, `ns`"}'
            ),
        ),
    ],
)
def test_other_precisions_are_refused(ask, path, precision, text):
    answer = ask("POST", path, b"m v=1 1", **{NAMES[path]: "db", "precision": precision})
    assert (answer.status, answer.text) == (400, text)


@pytest.mark.parametrize("name", ["accept_partial", "no_sync"])
@pytest.mark.parametrize("value", ["", "1", "FALSE", "yes"])
def test_flags_are_true_or_false(ask, name, value):
    answer = ask.write(b"m v=1 1", **{name: value})
    assert answer.text == "serde error: provided string was not `true` or `false`"
    assert (answer.status, ask.write(b"m v=1 1", **{name: "true"}).status) == (400, 204)


def test_a_time_of_the_server_is_cut_to_the_precision(ask):
    assert ask.write(b"m v=1", precision="second").status == 204
    ask.fake.engine.clock = lambda: NOW + 1_999_999_999
    assert ask.write(b"m v=2", precision="second").status == 204
    times = [row["time"] for row in ask.influxql("SELECT v FROM m").json]
    assert times == ["2023-11-14T22:13:20", "2023-11-14T22:13:21"]


def test_a_time_beyond_64_bits_is_refused(ask):
    answer = ask.write(b"m v=1 9223372037\nm v=2 9223372036", precision="s")
    assert answer.json["data"] == [
        {
            "error_message": "timestamp, 9223372037, out of range for precision: Second",
            "line_number": 1,
            "original_line": "m v=1 9223372037",
        }
    ]


def test_good_lines_beside_bad_ones_are_stored(ask):
    answer = ask.write(b"m v=1 1\nm v=3 3\nm v= 2\n\n# note\n")
    assert answer.status == 400
    assert "content-type" not in answer.headers
    assert answer.json["error"] == "partial write of line protocol occurred"
    assert answer.json["data"] == [
        {"error_message": "No fields were provided", "line_number": 3, "original_line": "m v= 2"}
    ]
    assert len(stored(ask)) == 2


def test_a_body_is_stored_whole_or_not_at_all_where_asked(ask):
    answer = ask.write(b"m v=1 1\nm v= 2\nm v 3", accept_partial="false")
    assert (answer.status, answer.json["error"]) == (400, "line protocol parsing error")
    assert answer.json["data"]["line_number"] == 2
    assert "db" not in ask.fake.engine.databases


@pytest.mark.parametrize("path", [V1, V2])
@pytest.mark.parametrize("body", [b"m v=1 1\nm v= 2", b'm v=1 1\nm v="x" 2'])
def test_the_paths_of_1_and_2_are_never_partial(ask, path, body):
    answer = ask("POST", path, body, **{NAMES[path]: "db"})
    assert answer.status == 400
    assert "db" not in ask.fake.engine.databases
    if path == V1:
        assert answer.json["error"] == "line protocol parsing error"
        assert answer.json["data"]["line_number"] == 2
    else:
        text = "write buffer error: parsing for line protocol failed"
        assert answer.json == {"code": "invalid", "message": text}


def test_a_refusal_quotes_20_characters_of_the_line_as_it_was_read(ask):
    assert ask.write(b"m f=1 1").status == 204
    answer = ask.write(
        b'm   f="a string that is long" 2\nm,host=a host=2.50,f=1\nm f= 123456789012345'
    )
    assert [report["original_line"] for report in answer.json["data"]] == [
        "m f=a string that is",
        "m,host=a host=2.5,f=",
        "m f= 123456789012345",
    ]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (
            b"m,v=x f=1 2",
            message("v", "field::float", "tag"),
        ),
        (
            b"m t=1 2",
            message("t", "tag", "field::float"),
        ),
        (
            b"m,t=a v=1i 2",
            message("v", "field::float", "field::integer"),
        ),
        (
            b"m,x=a x=1 2",
            message("x", "tag", "field::float"),
        ),
    ],
)
def test_a_name_is_a_tag_or_a_field_of_one_type_for_ever(ask, second, reason):
    assert ask.write(b"m,t=a v=1 1").status == 204
    answer = ask.write(b"m,t=a v=2 3\n" + second)
    (report,) = answer.json["data"]
    assert report == {
        "original_line": second.decode(),
        "line_number": 2,
        "error_message": reason,
    }
    assert len(stored(ask)) == 2


def test_unsigned_integers_are_stored(ask):
    assert ask.write(b"m u=18446744073709551615u 1").status == 204
    assert ask.influxql("SELECT u FROM m").json[0]["u"] == 2**64 - 1
    assert ask.influxql("SHOW FIELD KEYS").json[0]["fieldType"] == "unsigned"


def test_version_1_refuses_unsigned_integers_as_ever():
    fake = FakeInfluxDB("1.6")
    fake.create_database("db")
    response = fake.handle(Request("POST", "/write", (("db", "db"),), {}, b"m u=1u 1"))
    assert response.status == 400
    assert b"invalid number" in b"".join(response.pieces)


def test_names_may_have_dots_and_capitals(ask):
    assert ask.write(b"my.Table,My.Tag=a The.Field=1 1").status == 204
    assert ask.influxql('SELECT "The.Field", "My.Tag" FROM "my.Table"').json == [
        {
            "iox::measurement": "my.Table",
            "time": "1970-01-01T00:00:00.000000001",
            "The.Field": 1.0,
            "My.Tag": "a",
        }
    ]


def test_a_policy_is_a_part_of_the_name(ask):
    assert ask("POST", V1, b"m v=1 1", db="db", rp="weekly").status == 204
    assert ask("POST", V1, b"m v=2 1", db="db", rp="autogen").status == 204
    assert [database.name for database in ask.fake.engine.databases] == ["db/weekly", "db"]
    answer = ask("GET", "/query", db="db", rp="weekly", q="SELECT v FROM m", epoch="ns")
    assert answer.json["results"][0]["series"][0]["values"] == [[1, 1]]


@pytest.mark.parametrize(
    ("config", "body", "text"),
    [
        ({"num-table-limit": 1}, b"a v=1 1\nb v=1 1", "number of tables limit of 1 tables"),
        (
            {"num-total-columns-per-table-limit": 2},
            b"a v=1,w=2 1",
            "number of columns per table limit of 2 columns",
        ),
        (
            {"num-database-limit": 1},
            b"a v=1 1",
            "Adding a new database would exceed limit of 1 databases",
        ),
    ],
)
def test_a_limit_is_an_error_of_its_own(ask, config, body, text):
    ask.fake = FakeInfluxDB("3.x", config=config)
    if "num-database-limit" in config:
        ask.fake.create_database("first")
    answer = ask.write(body)
    assert (answer.status, text in answer.text, "error" in answer.json) == (422, True, True)


def test_lines_beside_one_over_a_limit_are_stored(ask):
    ask.fake = FakeInfluxDB("3.x", config={"num-table-limit": 1})
    answer = ask.write(b"a v=1 1\nb v=1 1\na v=2 2")
    assert answer.status == 422
    assert [report["line_number"] for report in answer.json["data"]] == [2]
    assert len(stored(ask)) == 2


def test_a_body_may_be_packed_but_not_cut(ask):
    ask.headers = {"content-encoding": "gzip"}
    assert ask.write(gzip.compress(b"m v=1 1")).status == 204
    wrong_sum = bytearray(gzip.compress(b"m v=1 1"))
    wrong_sum[-8] ^= 1
    for body, reason in (
        (gzip.compress(b"m v=1 1")[:-4], "unexpected end of file"),
        (b"", "unexpected end of file"),
        (b"m v=1 1234567890", "invalid gzip header"),
        (bytes(wrong_sum), "corrupt gzip stream does not have a matching checksum"),
    ):
        answer = ask.write(body)
        assert (answer.status, answer.text) == (400, f"error decoding gzip stream: {reason}")
    ask.headers = {"content-encoding": "br"}
    answer = ask.write(b"m v=1 1")
    assert (answer.status, answer.text) == (400, "unacceptable content-encoding: br")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"m v=1 1\nm\xff v=1 1", "invalid utf-8 sequence of 1 bytes from index 9"),
        (b"m\xe2\x82( v=1 1", "invalid utf-8 sequence of 2 bytes from index 1"),
        (b"m\xe2\x82", "incomplete utf-8 byte sequence from index 1"),
        (gzip.compress(b"m v=1 1", mtime=0), "invalid utf-8 sequence of 1 bytes from index 1"),
    ],
)
def test_a_body_that_is_no_text_is_refused(ask, body, reason):
    answer = ask.write(body)
    assert (answer.status, answer.text) == (400, f"body content is not valid utf8: {reason}")
    assert "db" not in ask.fake.engine.databases


def test_a_body_over_the_limit_is_refused(ask):
    ask.fake = FakeInfluxDB("3.x", config={"http.max-body-size": 10})
    assert ask.write(b"m v=1.234567 1").status == 413


def test_a_comma_after_the_last_field_is_ignored(ask):
    assert ask.write(b"m v=1, 1").status == 204


def test_points_that_are_too_old_are_dropped_without_a_word(ask):
    ask("POST", "/api/v3/configure/database", {"db": "db", "retention_period": "1h"})
    assert ask.write(b"m v=1 1").status == 204
    assert ask.influxql("SELECT v FROM m").json == []
