"""Writes to 3.x: whole bodies, parts of them, and what becomes of refused lines."""

from __future__ import annotations

import gzip

import pytest

from influx_core.interfaces import Request
from influx_testing import FakeInfluxDB

V1, V2, V3 = "/write", "/api/v2/write", "/api/v3/write_lp"
NAMES = {V1: "db", V2: "bucket", V3: "db"}


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


@pytest.mark.parametrize("path", NAMES)
def test_a_database_must_be_named(ask, path):
    assert ask("POST", path, b"m v=1 1").status == 400


@pytest.mark.parametrize("path", NAMES)
@pytest.mark.parametrize("body", [b"", b"\n \n"])
def test_an_empty_body_is_refused(ask, path, body):
    answer = ask("POST", path, body, **{NAMES[path]: "db"})
    assert (answer.status, answer.text) == (400, "incoming write was empty")


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


@pytest.mark.parametrize(("path", "precision"), [(V3, "m"), (V3, "hour"), (V1, "h"), (V2, "auto")])
def test_other_precisions_are_refused(ask, path, precision):
    answer = ask("POST", path, b"m v=1 1", **{NAMES[path]: "db", "precision": precision})
    assert answer.status == 400
    assert answer.text.startswith(f"unknown variant `{precision}`")


def test_good_lines_beside_bad_ones_are_stored(ask):
    answer = ask.write(b"m v=1 1\n\n# note\nm v= 2\nm v=3 3")
    assert answer.status == 400
    assert "content-type" not in answer.headers
    assert answer.json["error"] == "partial write of line protocol occurred"
    (report,) = answer.json["data"]
    assert (report["original_line"], report["line_number"]) == ("m v= 2", 4)
    assert report["error_message"]
    assert len(stored(ask)) == 2


def test_a_body_is_stored_whole_or_not_at_all_where_asked(ask):
    answer = ask.write(b"m v=1 1\nm v= 2\nm v 3", accept_partial="false")
    assert (answer.status, answer.json["error"]) == (400, "line protocol parsing error")
    assert answer.json["data"]["line_number"] == 2
    assert "db" not in ask.fake.engine.databases


@pytest.mark.parametrize("path", [V1, V2])
@pytest.mark.parametrize("body", [b"m v=1 1\nm v= 2", b'm v=1 1\nm v="x" 2'])
def test_the_paths_of_1_and_2_are_never_partial(ask, path, body):
    assert ask("POST", path, body, **{NAMES[path]: "db"}).status == 400
    assert "db" not in ask.fake.engine.databases


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
        ({"num-database-limit": 1}, b"a v=1 1", "number of databases limit of 1 databases"),
    ],
)
def test_a_limit_is_an_error_of_its_own(ask, config, body, text):
    ask.fake = FakeInfluxDB("3.x", config=config)
    if "num-database-limit" in config:
        ask.fake.create_database("first")
    answer = ask.write(body)
    assert (answer.status, text in answer.text) == (422, True)


def test_a_body_may_be_packed_but_not_cut(ask):
    ask.headers = {"content-encoding": "gzip"}
    assert ask.write(gzip.compress(b"m v=1 1")).status == 204
    assert ask.write(gzip.compress(b"m v=1 1")[:-4]).status == 400
    ask.headers = {"content-encoding": "br"}
    assert ask.write(b"m v=1 1").status == 400


def test_a_body_that_is_no_text_is_refused(ask):
    assert ask.write(b"m v=1 1\nm\xff v=1 1").status == 400


def test_a_body_over_the_limit_is_refused(ask):
    ask.fake = FakeInfluxDB("3.x", config={"http.max-body-size": 10})
    assert ask.write(b"m v=1.234567 1").status == 413


def test_a_comma_after_the_last_field_is_ignored(ask):
    assert ask.write(b"m v=1, 1").status == 204


def test_points_that_are_too_old_are_dropped_without_a_word(ask):
    ask("POST", "/api/v3/configure/database", {"db": "db", "retention_period": "1h"})
    assert ask.write(b"m v=1 1").status == 204
    assert ask.influxql("SELECT v FROM m").json == []
