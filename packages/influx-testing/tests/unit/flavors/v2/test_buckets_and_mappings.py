"""Buckets of 2.x, their retention, and the databases that are mapped to them."""

from __future__ import annotations

from typing import Any

import pytest

HOUR = 3600 * 10**9


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"name": "my-bucket"}, 422, "bucket with name my-bucket already exists"),
        ({"name": ""}, 400, "bucket requires name"),
        ({"name": 5}, 400, "name must be of type string"),
        ({"name": "_x"}, 422, "bucket name _x is invalid. Buckets may not start with underscore"),
        ({"name": "a", "orgID": "x"}, 400, "id must have a length of 16 bytes"),
        ({"name": "a", "orgID": "f" * 16}, 404, "organization not found"),
        (
            {"name": "a", "retentionRules": [{"type": "expire", "everySeconds": 60}]},
            500,
            "retention policy duration must be at least 1h0m0s",
        ),
    ],
)
def test_a_bucket_that_cannot_be_is_refused(
    ask: Any, body: dict[str, Any], status: int, message: str
) -> None:
    answer = ask("POST", "/api/v2/buckets", {"orgID": ask.org, **body})
    assert answer.error == (status, message)


def test_pages_have_links_to_their_neighbours(ask: Any) -> None:
    for number in range(5):
        ask.new("buckets", name=f"b{number}", orgID=ask.org)
    whole = ask("GET", "/api/v2/buckets").json["buckets"]
    page = ask("GET", "/api/v2/buckets", limit="3", offset="3").json
    assert [each["id"] for each in page["buckets"]] == [each["id"] for each in whole[3:6]]
    links = page["links"]
    assert links["self"] == "/api/v2/buckets?descending=false&limit=3&offset=3"
    assert links["next"] == "/api/v2/buckets?descending=false&limit=3&offset=6"
    assert links["prev"] == "/api/v2/buckets?descending=false&limit=3&offset=0"
    after = ask("GET", "/api/v2/buckets", after=whole[5]["id"]).json["buckets"]
    assert [each["id"] for each in after] == [each["id"] for each in whole[6:]]
    assert ask("GET", "/api/v2/buckets", limit="101").error == (
        400,
        "limit must be between 1 and 100",
    )
    backwards = ask("GET", "/api/v2/buckets", descending="true", sortBy="name").json["buckets"]
    assert [each["name"] for each in backwards][:2] == ["my-bucket", "b4"]


def test_points_expire_on_the_clock_of_the_server(ask: Any, clock: Any) -> None:
    rule = {"type": "expire", "everySeconds": 3600}
    bucket = ask.new("buckets", name="b", orgID=ask.org, retentionRules=[rule])
    assert ask.write(b"m v=1 %d" % clock(), "b").status == 204
    late = b"m,b=x\\ y,a=1 v=1 5\nm v=1 %d\nm v=2 %d" % (clock() - 2 * HOUR, clock())
    bound = "dropped because it violates a Retention Policy Lower Bound at 2023-11-14T21:13:20Z"
    assert ask.write(late, "b").error == (
        422,
        (
            "failure writing points to database: partial write: dropped 2 points outside "
            "retention policy of duration 1h0m0s - oldest point m,a=1,b=x\\ y at "
            f"1970-01-01T00:00:00.000000005Z {bound}, newest point m at 2023-11-14T20:13:20Z "
            f"{bound} dropped=2 for database: {bucket['id']} for retention policy: autogen"
        ),
    )
    rows = {"db": "b", "q": "SELECT v FROM m"}
    assert "series" in ask("GET", "/query", **rows).json["results"][0]
    clock.set(clock() + 3 * HOUR)
    assert "series" not in ask("GET", "/query", **rows).json["results"][0]


def test_two_organizations_have_buckets_of_one_name(ask: Any) -> None:
    other = ask.new("orgs", name="other")
    ask.new("buckets", name="my-bucket", orgID=other["id"])
    place = {"org": "other", "bucket": "my-bucket"}
    assert ask("POST", "/api/v2/write", b"m v=1 1", **place).status == 204
    rows = {"db": "my-bucket", "q": "SELECT v FROM m"}
    assert "series" not in ask("GET", "/query", **rows).json["results"][0]
    assert "series" in ask("GET", "/query", org="other", **rows).json["results"][0]
    assert ask("DELETE", f"/api/v2/orgs/{other['id']}").status == 204
    assert len(ask("GET", "/api/v2/buckets").json["buckets"]) == 3


def test_a_bucket_keeps_its_points_when_it_gets_another_name(ask: Any) -> None:
    ask.write(b"m v=1 1")
    bucket = ask("GET", "/api/v2/buckets", name="my-bucket").json["buckets"][0]
    changed = ask("PATCH", f"/api/v2/buckets/{bucket['id']}", {"name": "new"}).json
    assert (changed["id"], changed["name"]) == (bucket["id"], "new")
    (result,) = ask("GET", "/query", db="new", q="SELECT v FROM m").json["results"]
    assert result["series"][0]["values"] == [["1970-01-01T00:00:00.000000001Z", 1]]
    assert ask.write(b"m v=1 1").error == (404, 'bucket "my-bucket" not found')


def test_system_buckets_stay(ask: Any) -> None:
    (tasks,) = ask("GET", "/api/v2/buckets", name="_tasks").json["buckets"]
    assert tasks["retentionRules"][0]["everySeconds"] == 3 * 86400
    assert ask("DELETE", f"/api/v2/buckets/{tasks['id']}").status == 400
    assert ask("PATCH", f"/api/v2/buckets/{tasks['id']}", {"name": "x"}).status == 400


def test_a_database_of_the_engine_is_a_bucket(ask: Any) -> None:
    ask.fake.create_database("d")
    ask.fake.query("CREATE RETENTION POLICY p ON d DURATION 2h REPLICATION 1")
    names = [each["name"] for each in ask("GET", "/api/v2/buckets").json["buckets"]]
    assert {"d", "d/p"} <= set(names)
    ask.fake.query("DROP DATABASE d")
    names = [each["name"] for each in ask("GET", "/api/v2/buckets").json["buckets"]]
    assert "d" not in names


def test_policies_of_a_database_are_buckets(ask: Any) -> None:
    for name in ("db", "db/long"):
        ask.new("buckets", name=name, orgID=ask.org)
    assert ask("POST", "/write", b"m,h=a v=1 1", db="db").status == 204
    assert ask("POST", "/write", b"n,h=b v=2 1", db="db", rp="long").status == 204
    assert ask("POST", "/write", b"m v=1", db="db", rp="none").error == (
        404,
        "no dbrp mapping found",
    )
    query = 'SELECT v FROM m; SELECT v FROM "long".n; SHOW MEASUREMENTS'
    first, second, third = ask("GET", "/query", db="db", q=query).json["results"]
    assert len(first["series"]) == len(second["series"]) == 1
    assert third["series"][0]["values"] == [["m"], ["n"]]


def test_a_mapping_comes_before_the_name_of_a_bucket(ask: Any) -> None:
    other = ask.new("buckets", name="other", orgID=ask.org)
    body = {"orgID": ask.org, "bucketID": other["id"], "database": "my-bucket"}
    mapping = ask.new("dbrps", **body, retention_policy="autogen", default=True)
    ask("POST", "/write", b"m v=1 1", db="my-bucket")
    assert ask.fake.query("SELECT v FROM m", "other")[0].series
    again = ask("POST", "/api/v2/dbrps", {**body, "retention_policy": "autogen"})
    assert again.error == (400, "DBRP already exists")
    path = f"/api/v2/dbrps/{mapping['id']}"
    assert ask("DELETE", path, orgID=ask.org).status == 204
    virtual = ask("GET", "/api/v2/dbrps", orgID=ask.org, db="my-bucket").json["content"]
    assert [each["virtual"] for each in virtual] == [True]
    path = f"/api/v2/dbrps/{virtual[0]['id']}"
    assert ask("DELETE", path, orgID=ask.org).status == 400


def test_statements_that_manage_databases_are_refused(ask: Any) -> None:
    query = "CREATE DATABASE x; SHOW MEASUREMENTS"
    first, second = ask("POST", "/query", b"", q=query, db="my-bucket").json["results"]
    assert first == {"statement_id": 0, "error": "not implemented: CREATE DATABASE"}
    assert second["statement_id"] == 1


@pytest.mark.parametrize(
    ("lines", "params", "status", "message"),
    [
        (b"m v=", {}, 400, "unable to parse 'm v=': missing field value"),
        (
            b"m,time=a v=1\nm v=1\nm v=",
            {},
            400,
            (
                "unable to parse 'm,time=a v=1': cannot use reserved tag key \"time\"\n"
                "unable to parse 'm v=': missing field value"
            ),
        ),
        (b"m v=1", {"org": ""}, 400, "Please provide either orgID or org"),
        (b"m v=1", {"org": "x"}, 404, 'organization name "x" not found'),
        (b"m v=1", {"bucket": "x"}, 404, 'bucket "x" not found'),
        (
            b"m v=1",
            {"precision": "h"},
            400,
            "invalid precision; valid precision units are ns, us, ms, and s",
        ),
    ],
)
def test_writes_are_refused_as_the_server_does(
    ask: Any, lines: bytes, params: dict[str, str], status: int, message: str
) -> None:
    place = {"org": "my-org", "bucket": "my-bucket", **params}
    assert ask("POST", "/api/v2/write", lines, **place).error == (status, message)


def test_a_body_without_points_is_accepted(ask: Any) -> None:
    place = {"org": "my-org", "bucket": "my-bucket"}
    assert ask("POST", "/api/v2/write", b"", **place).status == 204
    assert ask("POST", "/api/v2/write", b"# note\n", **place).status == 204


def test_a_body_that_is_no_gzip_is_an_internal_error(ask: Any) -> None:
    headers = {"authorization": f"Token {ask.token}", "content-encoding": "gzip"}
    place = {"org": "my-org", "bucket": "my-bucket"}
    answer = ask("POST", "/api/v2/write", b"m v=1 1", headers, **place)
    assert answer.error == (500, "An internal error has occurred - check server logs")


def test_a_name_that_no_bucket_has_is_an_error_in_an_organization(ask: Any) -> None:
    assert ask("GET", "/api/v2/buckets", name="no").json["buckets"] == []
    for org in ({"org": "my-org"}, {"orgID": ask.org}):
        answer = ask("GET", "/api/v2/buckets", name="no", **org)
        assert answer.error == (404, 'bucket "no" not found')


def test_unsigned_integers_are_stored(ask: Any) -> None:
    assert ask.write(b"m u=18446744073709551615u 1\nm u=1u 2").status == 204
    (result,) = ask("GET", "/query", db="my-bucket", q="SELECT u FROM m").json["results"]
    assert [row[1] for row in result["series"][0]["values"]] == [18446744073709551615, 1]


def test_a_retention_that_is_shorter_than_shards_needs_shorter_shards(ask: Any) -> None:
    (bucket,) = ask("GET", "/api/v2/buckets", name="my-bucket").json["buckets"]
    path, rule = f"/api/v2/buckets/{bucket['id']}", {"type": "expire", "everySeconds": 86400}
    status, message = ask("PATCH", path, {"retentionRules": [rule]}).error
    assert (status, message.startswith("shard-group duration must also")) == (422, True)
    shorter = rule | {"shardGroupDurationSeconds": 3600}
    changed = ask("PATCH", path, {"retentionRules": [shorter]}).json
    assert changed["retentionRules"] == [shorter]


def test_a_line_that_cannot_be_read_refuses_the_whole_body(ask: Any) -> None:
    message = "unable to parse 'm v=': missing field value\nunable to parse 'm': missing fields"
    assert ask.write(b"m v=1 1\nm v=\nm\nm v=2 2").error == (400, message)
    assert "series" not in ask("GET", "/query", db="my-bucket", q="SELECT v FROM m").body.decode()


def test_a_filter_for_one_resource_that_does_not_exist_is_not_found(ask: Any) -> None:
    missing = "0c0ffee0ffffffff"
    assert ask("GET", "/api/v2/buckets", name="x").json["buckets"] == []
    by_name = ask("GET", "/api/v2/buckets", name="x", orgID=ask.org)
    assert by_name.error == (404, 'bucket "x" not found')
    assert ask("GET", "/api/v2/buckets", id=missing).error == (404, "bucket not found")
    assert ask("GET", "/api/v2/users", id=missing).error == (404, "user not found")
    assert ask("GET", "/api/v2/users", name="x").error == (404, "user not found")


def test_a_bucket_cannot_get_the_name_of_another_one(ask: Any) -> None:
    made = ask.new("buckets", orgID=ask.org, name="a")
    answer = ask("PATCH", f"/api/v2/buckets/{made['id']}", {"name": "my-bucket"})
    assert answer.error == (422, "bucket name is not unique")
    assert answer.json["code"] == "conflict"
