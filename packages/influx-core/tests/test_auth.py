from __future__ import annotations

import pytest

from influx_core import ConfigError
from influx_core.auth import BasicAuth, BearerAuth, NoAuth, QueryAuth, TokenAuth, auto_auth
from influx_core.interfaces import Request

REQUEST = Request("GET", "/query", (("q", "SHOW DATABASES"),), {"accept": "application/json"})


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
    ],
)
def test_no_secret_is_shown(auth):
    assert "s3cret" not in repr(auth)
    assert "s3cret" not in repr(auth.sign(REQUEST, 0))


def test_a_colon_in_a_basic_user_name_is_refused():
    with pytest.raises(ConfigError, match="use auth 'query'"):
        BasicAuth("a:b", "c")


def test_auto_goes_by_what_was_given():
    assert auto_auth(None, None, None) == ("none", {})
    assert auto_auth("u", "p", None) == ("basic", {"username": "u", "password": "p"})
    assert auto_auth(None, None, "t") == ("token", {"token": "t"})


@pytest.mark.parametrize("given", [("u", "p", "t"), (None, "p", None)])
def test_contradictory_credentials_are_refused(given):
    with pytest.raises(ConfigError):
        auto_auth(*given)
