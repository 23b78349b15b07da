"""Bearer tokens are taken and refused as the real server does, with the same words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from influx_testing import FakeInfluxDB, serve
from influx_testing.influxd import find_influxd, influxd

SECRET = "s"
FUTURE = 10**10
HASHES = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}


def encoded(value: object) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(claims: object, header: object = None, secret: str = SECRET) -> str:
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    signed = f"{encoded(head)}.{encoded(claims)}"
    name = head.get("alg") if isinstance(head, dict) else None
    digest = hmac.new(secret.encode(), signed.encode(), HASHES.get(str(name), hashlib.sha256))
    return f"{signed}.{encoded(digest.digest())}"


def user(**claims: Any) -> dict[str, Any]:
    return {"username": "admin", "exp": FUTURE, **claims}


TOKENS = {
    "valid": token(user()),
    "HS384": token(user(), {"alg": "HS384"}),
    "HS512": token(user(), {"alg": "HS512"}),
    "unknown headers": token(user(), {"alg": "HS256", "typ": "x", "crit": ["a"]}),
    "expired": token(user(exp=1)),
    "no expiry": token({"username": "admin"}),
    "expiry is text": token(user(exp="x")),
    "expiry is a float": token(user(exp=1e10)),
    "expiry is negative": token(user(exp=-5)),
    "expiry is 0": token(user(exp=0)),
    "expiry is null": token(user(exp=None)),
    "not yet valid": token(user(nbf=FUTURE - 5)),
    "begin is text": token(user(nbf="x")),
    "issued later": token(user(iat=FUTURE - 5)),
    "no user": token({"exp": FUTURE}),
    "empty user": token(user(username="")),
    "user is a number": token(user(username=1)),
    "unknown user": token(user(username="nobody")),
    "other secret": token(user(), secret="z"),
    "other secret and expired": token(user(exp=1), secret="z"),
    "algorithm none": token(user(), {"alg": "none"}),
    "algorithm RS256": token(user(), {"alg": "RS256"}),
    "unknown algorithm": token(user(), {"alg": "XX"}),
    "no algorithm": token(user(), {}),
    "algorithm is a number": token(user(), {"alg": 1}),
    "no segments": "x",
    "two segments": "a.b",
    "four segments": "a.b.c.d",
    "header is not base64": "!.!.!",
    "header is not JSON": f"{encoded(b'{')}.e30.e30",
    "header is a list": token({}, [1]),
    "claims are a list": token([1]),
    "claims are not JSON": token(b"{"),
    "signature is not base64": token(user()).rpartition(".")[0] + ".!",
    "not ASCII": "\N{LATIN SMALL LETTER E WITH ACUTE}.b.c",
    "empty": "",
    "two words": "a b",
}
AUTHORIZATIONS = {
    "basic": "Basic " + base64.b64encode(b"admin:p").decode(),
    "basic in lower case": "basic " + base64.b64encode(b"admin:p").decode(),
    "basic with a wrong password": "Basic " + base64.b64encode(b"admin:q").decode(),
    "basic without a colon": "Basic " + base64.b64encode(b"admin").decode(),
    "basic that is not base64": "Basic !",
    "bearer in lower case": f"bearer {TOKENS['valid']}",
    "name and password as a token": "Token admin:p",
    "unknown scheme": "Digest x",
    "nothing": "",
    **{f"token: {name}": f"Bearer {text}" for name, text in TOKENS.items()},
}

SHOWN = ("content-type", "www-authenticate", "x-influxdb-error")

Answer = tuple[int, list[str | None], bytes]


def ask(url: str, query: str, authorization: str = "") -> Answer:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Authorization": authorization.encode()} if authorization else {}
    connection.request("POST", f"/query?q={quote(query)}", headers=headers)
    response = connection.getresponse()
    answer = response.status, [response.getheader(name) for name in SHOWN], response.read()
    connection.close()
    return answer


@pytest.fixture(scope="module")
def urls() -> Iterator[tuple[str, str]]:
    """A real and a fake server with the same administrator and secret."""
    if find_influxd() is None:
        pytest.skip("influxd is not installed")
    real = influxd({"http.auth-enabled": "true", "http.shared-secret": SECRET})
    fake = FakeInfluxDB(config={"http.auth-enabled": True, "http.shared-secret": SECRET})
    with real as real_url, serve(fake=fake) as served:
        for url in (real_url, served.url):
            ask(url, "CREATE USER admin WITH PASSWORD 'p' WITH ALL PRIVILEGES")
        yield real_url, served.url


@pytest.mark.parametrize("name", AUTHORIZATIONS)
def test_an_authorization_is_answered_as_the_real_server_does(
    urls: tuple[str, str], name: str
) -> None:
    real, fake = (ask(url, "SHOW USERS", AUTHORIZATIONS[name]) for url in urls)
    assert fake == real
