from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator

import jwt as pyjwt
import pytest

from influx_core import AuthenticationError, ConfigError, InfluxDBClient, blocking
from influx_core._http.auth import (
    BasicAuth,
    BearerAuth,
    JWTAuth,
    QueryAuth,
    TokenAuth,
)
from influx_core._http.no_auth import NoAuth
from influx_core.interfaces import Request
from influx_testing.influxd import find_influxd, influxd

SHARED = "a secret that the server and its clients share"
REQUEST = Request("GET", "/query", (("q", "SHOW DATABASES"),), {"accept": "application/json"})


def claims(header: str) -> dict:
    payload = header.split(".")[1]
    return json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def jwt(secret: str) -> dict:
    return {"type": "jwt", "username": "root", "secret": secret}


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    """A real server that asks who is there, with the user root."""
    if find_influxd() is None:
        pytest.skip("influxd is not installed (Debian: apt-get install influxdb)")
    with influxd({"http.auth-enabled": "true", "http.shared-secret": SHARED}) as url:
        with blocking.InfluxDBClient(url) as client:
            client.admin.create_user("root", "s3 cr&t", admin=True)
        yield url


def test_query_auth_adds_u_and_p():
    signed = QueryAuth("root", "sésame").sign(REQUEST, 0)
    assert signed.params == (("q", "SHOW DATABASES"), ("u", "root"), ("p", "sésame"))


@pytest.mark.parametrize(
    ("auth", "header"),
    [
        (BasicAuth("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        (TokenAuth("t0k3n"), "Token t0k3n"),
        (BearerAuth("t0k3n"), "Bearer t0k3n"),
    ],
)
def test_a_header_carries_the_credentials(auth, header):
    signed = auth.sign(REQUEST, 0)
    assert signed.headers == {"accept": "application/json", "authorization": header}


def test_signing_leaves_the_request_as_it_was():
    BasicAuth("root", "secret").sign(REQUEST, 0)
    assert "authorization" not in REQUEST.headers
    assert NoAuth().sign(REQUEST, 0) is REQUEST


@pytest.mark.parametrize(
    "auth",
    [
        QueryAuth("root", "s3cret"),
        BasicAuth("root", "s3cret"),
        TokenAuth("s3cret"),
        BearerAuth("s3cret"),
        JWTAuth("root", "s3cret" * 6),
    ],
)
def test_no_secret_is_shown(auth):
    assert "s3cret" not in repr(auth)
    assert "s3cret" not in repr(auth.sign(REQUEST, 0))


def test_a_jwt_names_the_user_and_is_signed_with_the_secret():
    signed = JWTAuth("todd", SHARED, lifetime=0).sign(REQUEST, 1516239022.9)
    token = signed.headers["authorization"].removeprefix("Bearer ")
    options = {"verify_exp": False}
    read = pyjwt.decode(token, SHARED, algorithms=["HS256"], options=options)
    assert read == {"username": "todd", "exp": 1516239022}


def test_a_jwt_is_made_anew_before_it_expires():
    auth = JWTAuth("todd", SHARED, lifetime=60)
    first, later = (auth.sign(REQUEST, now).headers["authorization"] for now in (1000, 1059))
    assert (claims(first)["exp"], claims(later)["exp"]) == (1060, 1119)


@pytest.mark.parametrize("wrong", [{"algorithm": "none"}, {"secret": ""}])
def test_a_jwt_that_anybody_could_make_is_refused(wrong):
    with pytest.raises(ConfigError, match="jwt"):
        JWTAuth(**{"username": "todd", "secret": "x", **wrong})


async def test_the_real_server_knows_a_user_by_a_jwt(guarded):
    async with InfluxDBClient(guarded, auth=jwt(SHARED)) as client:
        assert await client.admin.users() == {"root": True}
    async with InfluxDBClient(guarded, auth=jwt(SHARED.upper())) as client:
        with pytest.raises(AuthenticationError, match="signature is invalid"):
            await client.admin.users()


async def test_the_real_server_knows_a_user_in_every_other_way(guarded):
    async with InfluxDBClient(guarded) as client:
        with pytest.raises(AuthenticationError, match="unable to parse authentication"):
            await client.admin.users()
        for name in ("basic", "query"):
            auth = {"type": name, "username": "root", "password": "s3 cr&t"}
            await client.execute("SHOW USERS", auth=auth)
        await client.execute("SHOW USERS", username="root", password="s3 cr&t")


def test_a_colon_in_a_basic_user_name_is_refused():
    with pytest.raises(ConfigError, match="use auth 'query'"):
        BasicAuth("a:b", "c")


def test_a_jwt_without_pyjwt_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(ConfigError, match=r"pip install 'influx-core\[jwt\]'"):
        JWTAuth("todd", "secret")
