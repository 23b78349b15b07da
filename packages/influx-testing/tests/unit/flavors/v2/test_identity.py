"""Who may do what on 2.x: tokens, sessions, passwords of 1.x."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from influx_testing._flavors.v2.identity import Identity

ORG, OTHER, ONE, TWO = (
    "00000000000000a1",
    "00000000000000a2",
    "00000000000000b1",
    "00000000000000b2",
)


@pytest.mark.parametrize(
    ("resource", "covered"),
    [
        ({"type": "buckets"}, {(ORG, ONE), (ORG, TWO), (OTHER, ONE), (ORG, "")}),
        ({"type": "buckets", "orgID": ORG}, {(ORG, ONE), (ORG, TWO), (ORG, "")}),
        ({"type": "buckets", "orgID": ORG, "id": ONE}, {(ORG, ONE)}),
        ({"type": "tasks", "orgID": ORG}, set()),
    ],
)
def test_a_permission_covers_its_resources(
    resource: dict[str, str], covered: set[tuple[str, str]]
) -> None:
    identity = Identity("u", ({"action": "read", "resource": resource},))
    places = [(ORG, ONE), (ORG, TWO), (OTHER, ONE), (ORG, "")]
    assert {place for place in places if identity.may("read", "buckets", *place)} == covered
    assert not any(identity.may("write", "buckets", *place) for place in places)


def token(ask: Any, action: str, **resource: str) -> str:
    """A new token with one permission."""
    permission = {"action": action, "resource": {"type": "buckets", **resource}}
    return str(ask.new("authorizations", orgID=ask.org, permissions=[permission])["token"])


def test_a_read_token_cannot_write(ask: Any) -> None:
    ask.token = token(ask, "read", orgID=ask.org)
    assert ask.write(b"m v=1").error == (403, "insufficient permissions for write")


def test_a_write_token_cannot_read(ask: Any) -> None:
    ask.token = token(ask, "write", orgID=ask.org)
    assert ask.write(b"m v=1").status == 204
    assert ask("GET", "/query", q="SHOW DATABASES").json["results"][0].get("series", []) == [
        {"name": "databases", "columns": ["name"]}
    ]


def test_a_token_of_a_bucket_sees_that_bucket_only(ask: Any) -> None:
    bucket = ask.new("buckets", name="mine", orgID=ask.org)
    ask.token = token(ask, "read", orgID=ask.org, id=bucket["id"])
    assert [each["name"] for each in ask("GET", "/api/v2/buckets").json["buckets"]] == ["mine"]
    (result,) = ask("GET", "/query", q="SHOW DATABASES").json["results"]
    assert result["series"][0]["values"] == [["mine"]]


def test_nobody_grants_more_than_they_have(ask: Any) -> None:
    granted = [
        {"action": "write", "resource": {"type": "authorizations", "orgID": ask.org}},
        {"action": "read", "resource": {"type": "buckets", "orgID": ask.org}},
    ]
    body = {"orgID": ask.org, "permissions": granted}
    ask.token = ask.new("authorizations", **body)["token"]
    assert ask("POST", "/api/v2/authorizations", body).status == 201
    body["permissions"] = [{"action": "write", "resource": {"type": "buckets", "orgID": ask.org}}]
    assert ask("POST", "/api/v2/authorizations", body).status == 403


def test_an_inactive_token_is_refused(ask: Any) -> None:
    made = ask.new("authorizations", orgID=ask.org, permissions=[
        {"action": "read", "resource": {"type": "buckets", "orgID": ask.org}}
    ])  # fmt: skip
    ask("PATCH", f"/api/v2/authorizations/{made['id']}", {"status": "inactive"})
    ask.token = made["token"]
    assert ask("GET", "/api/v2/buckets").error == (403, "authorization is inactive")


@pytest.mark.parametrize(
    "header", ["", "Token wrong", "my-token", "token my-token", "Token \udcff"]
)
def test_other_credentials_are_refused(ask: Any, header: str) -> None:
    answer = ask("GET", "/api/v2/buckets", headers={"authorization": header})
    assert answer.error == (401, "unauthorized access")


def basic(name: str, password: str) -> dict[str, str]:
    """The header of basic credentials."""
    text = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"authorization": f"Basic {text}"}


def test_on_paths_of_1x_a_token_can_be_a_password(ask: Any) -> None:
    place = {"db": "my-bucket", "q": "SHOW MEASUREMENTS"}
    assert ask("GET", "/query", headers=basic("any", "my-token"), **place).status == 200
    assert ask("GET", "/query", headers={}, u="any", p="my-token", **place).status == 200
    assert ask("GET", "/query", headers={"authorization": "Bearer my-token"}, **place).status == 401
    assert ask("GET", "/query", headers=basic("any", "wrong"), **place).status == 401


def test_an_authorization_of_1x_has_a_name_and_a_password(ask: Any) -> None:
    permission = {"action": "write", "resource": {"type": "buckets", "orgID": ask.org}}
    body = {"orgID": ask.org, "token": "joe", "permissions": [permission]}
    made = ask("POST", "/private/legacy/authorizations", body).json
    path = f"/private/legacy/authorizations/{made['id']}/password"
    assert ask("POST", path, {"password": "secret"}).status == 204
    place = {"db": "my-bucket"}
    assert ask("POST", "/write", b"m v=1", basic("joe", "secret"), **place).status == 204
    assert ask("POST", "/write", b"m v=1", basic("joe", "other"), **place).status == 401


def test_a_member_reads_and_an_owner_writes(ask: Any) -> None:
    user = ask.new("users", name="ann")
    ask("POST", f"/api/v2/users/{user['id']}/password", {"password": "long enough"})
    ask("POST", f"/api/v2/orgs/{ask.org}/members", {"id": user["id"]})
    signed = ask("POST", "/api/v2/signin", headers=basic("ann", "long enough"))
    cookie = {"cookie": signed.headers["set-cookie"]}
    bucket = {"name": "b", "orgID": ask.org}
    assert len(ask("GET", "/api/v2/buckets", headers=cookie).json["buckets"]) == 3
    assert ask("POST", "/api/v2/buckets", bucket, cookie).status == 401
    ask("POST", f"/api/v2/orgs/{ask.org}/owners", {"id": user["id"]})
    assert ask("POST", "/api/v2/buckets", bucket, cookie).status == 201


def test_a_new_password_ends_sessions(ask: Any) -> None:
    signed = ask("POST", "/api/v2/signin", headers=basic("my-user", "my-password"))
    cookie = {"cookie": signed.headers["set-cookie"]}
    assert ask("PUT", "/api/v2/me/password", {"password": "short"}, cookie).status == 400
    assert ask("PUT", "/api/v2/me/password", {"password": "another one"}, cookie).status == 204
    assert ask("GET", "/api/v2/me", headers=cookie).status == 401
