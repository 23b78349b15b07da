"""The endpoints that administer databases, tables and tokens."""

from __future__ import annotations

import hashlib

import pytest

from influx_testing import FakeInfluxDB

DATABASE = "/api/v3/configure/database"
RETENTION = f"{DATABASE}/retention_period"
TABLE = "/api/v3/configure/table"
TOKEN = "/api/v3/configure/token"
NOW = 1_700_000_000_000_000_000


def listed(ask, **params):
    rows = ask("GET", DATABASE, format="json", **params).json
    return [tuple(row.values()) for row in rows]


def policies(ask):
    rows = ask("GET", "/api/v3/query_influxql", q="SHOW RETENTION POLICIES").json
    return {row["iox::database"]: row["duration"] for row in rows}


def test_databases_are_listed_by_name(ask):
    for name in ("b", "a"):
        assert ask("POST", DATABASE, {"db": name}).status == 200
    assert listed(ask) == [("_internal",), ("a",), ("b",)]
    assert ask("GET", DATABASE).text == "serde error: missing field `format`"
    assert ask("GET", DATABASE, format="json_lines").headers["content-type"] == "application/jsonl"
    assert ask("GET", DATABASE, format="csv").text == "iox::database\n_internal\na\nb\n"


def test_a_database_has_a_name_of_its_own(ask):
    assert ask("POST", DATABASE, {"db": "a"}).status == 200
    assert ask("POST", DATABASE, {"db": "a"}).status == 409
    assert ask("POST", DATABASE, {"db": "a b"}).json["error"].startswith("invalid character")
    assert ask("POST", DATABASE, {}).text == (
        "serde json error: missing field `db` at line 1 column 2"
    )


def test_a_body_must_say_that_it_is_json(ask):
    answer = ask("POST", DATABASE, b'{"db": "a"}')
    assert (answer.status, answer.text) == (
        415,
        "unacceptable content-type, expected: application/json",
    )
    for content_type in ("application/json; charset=utf-8", "application/vnd.x+json"):
        ask.headers = {"content-type": content_type}
        assert ask("PUT", DATABASE, b'{"db": "a"}').status == 404


@pytest.mark.parametrize("path", [DATABASE, TABLE])
def test_a_wrong_body_is_refused_with_its_place(ask, path):
    ask.headers = {"content-type": "application/json"}
    for body, reason in (
        (b"", "EOF while parsing a value at line 1 column 0"),
        (b"{", "EOF while parsing an object at line 1 column 1"),
        (b"db=x", "expected value at line 1 column 1"),
        (
            b'{"db": 1, "table": "m"}',
            "invalid type: integer `1`, expected a string at line 1 column 8",
        ),
        (b'{\n "db": null}', "invalid type: null, expected a string at line 2 column 11"),
    ):
        answer = ask("POST", path, body)
        assert (answer.status, answer.text) == (400, f"serde json error: {reason}")


def test_the_own_database_cannot_be_deleted(ask):
    answer = ask("DELETE", DATABASE, db="_internal")
    assert (answer.status, answer.text) == (500, "cannot delete internal db")
    assert ask("POST", DATABASE, {"db": "_internal"}).status == 400


def test_a_database_over_the_limit_is_refused(ask):
    ask.fake = FakeInfluxDB("3.x", config={"num-database-limit": 1})
    assert ask("POST", DATABASE, {"db": "a"}).status == 200
    assert ask("POST", DATABASE, {"db": "b"}).status == 422


@pytest.mark.parametrize(
    ("period", "shown"),
    [("30d", "720h0m0s"), ("1h 30m", "1h30m0s"), ("1w", "168h0m0s"), ("1.5h", "1h30m0s")],
)
def test_a_database_keeps_its_points_for_a_period(ask, period, shown):
    assert ask("POST", DATABASE, {"db": "a", "retention_period": period}).status == 200
    assert policies(ask) == {"_internal": "168h0m0s", "a": shown}


@pytest.mark.parametrize("period", ["1x", "d", "1d x", "-1d", "1", "1H", "", ".5h", "none"])
def test_other_periods_are_refused(ask, period):
    answer = ask("POST", DATABASE, {"db": "a", "retention_period": period})
    assert answer.status == 400
    assert answer.text.startswith(
        f'serde json error: invalid value: string "{period}", expected a duration at line 1 column'
    )
    assert "a" not in ask.fake.engine.databases


def test_a_period_can_be_changed_and_removed(ask):
    ask("POST", DATABASE, {"db": "a"})
    assert ask("PUT", DATABASE, {"db": "a", "retention_period": "1h"}).status == 200
    assert policies(ask)["a"] == "1h0m0s"
    assert ask("POST", RETENTION, db="a", duration="2h").status == 204
    assert ask("POST", RETENTION, db="a", duration="x").status == 400
    assert policies(ask)["a"] == "2h0m0s"
    assert ask("DELETE", RETENTION, db="a").status == 204
    assert policies(ask)["a"] == "0s"
    assert ask("PUT", DATABASE, {"db": "no", "retention_period": "1h"}).status == 404
    assert ask("DELETE", RETENTION, db="no").status == 404


def test_a_deleted_database_stays_listed_unless_it_is_deleted_now(ask):
    for name in ("a", "b"):
        ask("POST", DATABASE, {"db": name})
    assert ask("DELETE", DATABASE, db="a").status == 200
    assert ask("DELETE", DATABASE, db="b", hard_delete_at="now").status == 200
    gone = "a-20231114T221320"
    assert listed(ask) == [("_internal",)]
    assert listed(ask, show_deleted="true") == [("_internal", False), (gone, True)]
    shown = ask("GET", "/api/v3/query_influxql", q="SHOW DATABASES").json
    assert shown == [
        {"iox::database": "_internal", "deleted": False},
        {"iox::database": gone, "deleted": True},
    ]
    assert ask("DELETE", DATABASE, db="a").status == 404
    assert ask("GET", "/query", q="SHOW MEASUREMENTS", db="a").status == 404


@pytest.mark.parametrize(
    ("when", "status"),
    [("never", 200), ("default", 200), ("2030-01-01T00:00:00Z", 200), ("x", 400)],
)
def test_the_moment_of_a_deletion_is_checked(ask, when, status):
    ask("POST", DATABASE, {"db": "a"})
    assert ask("DELETE", DATABASE, db="a", hard_delete_at=when).status == status


def test_a_table_has_typed_columns_before_it_has_rows(ask):
    ask("POST", DATABASE, {"db": "db"})
    kinds = ["utf8", "int64", "uint64", "float64", "bool"]
    fields = [{"name": kind, "type": kind} for kind in kinds]
    made = {"db": "db", "table": "m", "tags": ["t"], "fields": fields}
    assert ask("POST", TABLE, made).status == 200
    assert ask("POST", TABLE, made).status == 409
    rows = ask.influxql("SHOW FIELD KEYS").json
    assert {row["fieldKey"]: row["fieldType"] for row in rows} == {
        "bool": "boolean",
        "float64": "float",
        "int64": "integer",
        "uint64": "unsigned",
        "utf8": "string",
    }
    assert ask.influxql("SHOW TAG KEYS").json == [{"iox::measurement": "m", "tagKey": "t"}]
    assert ask.write(b"m int64=1.5 1").status == 400
    assert ask.write(b"m,t=a int64=1i 1").status == 204


@pytest.mark.parametrize(
    "change",
    [
        {"db": None},
        {"table": None},
        {"tags": None},
        {"tags": "t"},
        {"fields": [{"name": "f", "type": "int32"}]},
        {"fields": ["f"]},
        {"fields": [{"name": "t", "type": "int64"}]},
        {"tags": ["time"]},
    ],
)
def test_other_tables_are_refused(ask, change):
    ask("POST", DATABASE, {"db": "db"})
    assert ask("POST", TABLE, {"db": "db", "table": "m", "tags": ["t"], **change}).status == 400
    assert ask.influxql("SHOW MEASUREMENTS").json == []


def test_a_deleted_table_takes_its_rows_with_it(ask):
    ask.write(b"m,t=a v=1 1\nn v=1 1")
    assert ask("DELETE", TABLE, db="db", table="m").status == 200
    assert ask("DELETE", TABLE, db="db", table="m").status == 404
    assert ask("DELETE", TABLE, db="db").status == 400
    assert ask.influxql("SELECT v FROM m").json == []
    assert ask.influxql("SHOW MEASUREMENTS").json == [
        {"iox::measurement": "measurements", "name": "n"}
    ]
    assert ask.write(b"m t=1 1").status == 204


def guarded(ask):
    ask.fake = FakeInfluxDB("3.x", token="first", clock=lambda: NOW)
    ask.headers = {"authorization": "Bearer first"}
    return ask


def test_a_server_without_a_token_has_none(ask):
    for method, path in (
        ("POST", f"{TOKEN}/admin"),
        ("POST", f"{TOKEN}/admin/regenerate"),
        ("POST", f"{TOKEN}/named_admin"),
        ("DELETE", TOKEN),
    ):
        answer = ask(method, path)
        assert (answer.status, answer.text) == (405, "endpoint disabled, started without auth")


def test_the_operator_token_is_created_once(ask):
    answer = guarded(ask)("POST", f"{TOKEN}/admin")
    assert (answer.status, answer.text) == (409, "token name already exists, _admin")


def test_a_token_has_a_hash_and_times_in_ms(ask):
    guarded(ask)
    made = ask("POST", f"{TOKEN}/named_admin", {"token_name": "mine", "expiry_secs": 60})
    assert (made.status, made.headers["content-type"]) == (201, "json")
    assert set(made.json) == {"created_at", "expiry", "hash", "id", "name", "token"}
    secret = made.json["token"]
    assert secret.startswith("apiv3_")
    assert made.json["hash"] == hashlib.sha512(secret.encode()).hexdigest()
    assert made.json["id"] == 1
    assert (made.json["created_at"], made.json["expiry"]) == (
        "2023-11-14T22:13:20Z",
        "2023-11-14T22:14:20Z",
    )


def test_a_regenerated_token_replaces_the_old_one(ask):
    guarded(ask)
    secret = ask("POST", f"{TOKEN}/admin/regenerate").json["token"]
    assert ask("GET", "/ping").status == 401
    ask.headers = {"authorization": f"Bearer {secret}"}
    assert ask("GET", "/ping").status == 200
    ask.fake.clear()
    assert ask("GET", "/ping").status == 401


def test_a_named_token_counts_until_it_is_deleted_or_expires(ask):
    guarded(ask)
    made = ask("POST", f"{TOKEN}/named_admin", {"token_name": "mine"})
    assert (made.status, made.json["name"], made.json["expiry"]) == (201, "mine", None)
    assert ask("POST", f"{TOKEN}/named_admin", {"token_name": "mine"}).status == 409
    late = ask("POST", f"{TOKEN}/named_admin", {"token_name": "late", "expiry_secs": 0}).json
    ask.headers = {"authorization": f"Bearer {late['token']}"}
    assert ask("GET", "/ping").status == 401
    ask.headers = {"authorization": f"Bearer {made.json['token']}"}
    assert ask("DELETE", TOKEN, token_name="mine").status == 200
    assert ask("GET", "/ping").status == 401


def test_other_tokens_cannot_be_deleted(ask):
    guarded(ask)
    answer = ask("DELETE", TOKEN, token_name="no")
    assert (answer.status, answer.text) == (404, "the requested resource was not found: no")
    answer = ask("DELETE", TOKEN, token_name="_admin")
    assert (answer.status, answer.text) == (405, "cannot delete operator token")
    assert ask("DELETE", TOKEN).status == 400
    assert ask("POST", f"{TOKEN}/named_admin", {}).status == 400
    answer = ask("POST", f"{TOKEN}/named_admin", {"token_name": "x", "expiry_secs": "1"})
    assert (answer.status, answer.text) == (
        400,
        'serde json error: invalid type: string "1", expected u64 at line 1 column 38',
    )
