from __future__ import annotations

import pytest

from influx_core import ConfigError, Plugins
from influx_core._api.request_options import QueryOptions, WriteOptions
from influx_core._client.credentials import ClientCredentials, auto_auth
from influx_core._http.auth import BasicAuth, BearerAuth, QueryAuth, TokenAuth
from influx_core._http.no_auth import NoAuth

PLUGINS = Plugins(discover=False)


def signing(
    auth="auto", username=None, password=None, token=None, auth_scheme="token"
) -> ClientCredentials:
    return ClientCredentials(PLUGINS, auth, auth_scheme, username, password, token)


def test_a_call_that_brings_nothing_is_signed_as_usual():
    made = signing(username="u", password="p")
    assert made.default_credentials == BasicAuth("u", "p")
    assert made.credentials_for(WriteOptions()) is made.default_credentials


def test_credentials_of_a_call_take_the_form_of_the_client():
    made = signing("query", "u", "p")
    assert made.credentials_for(QueryOptions(username="v", password="q")) == QueryAuth("v", "q")


def test_a_call_can_bring_credentials_of_another_kind():
    made = signing(username="u", password="p", auth_scheme="bearer")
    assert made.credentials_for(QueryOptions(token="t")) == BearerAuth("t")
    assert made.credentials_for(WriteOptions(auth={"type": "token", "token": "t"})) == TokenAuth(
        "t"
    )
    assert isinstance(made.credentials_for(WriteOptions(auth="none")), NoAuth)


def test_a_ready_auth_of_the_client_does_not_sign_for_somebody_else():
    made = signing(TokenAuth("mine"))
    assert made.credentials_for(WriteOptions(username="v", password="q")) == BasicAuth("v", "q")


def test_contradictory_credentials_of_a_call_are_refused():
    with pytest.raises(ConfigError, match="not both"):
        signing().credentials_for(WriteOptions(username="v", token="t"))


def test_auto_goes_by_what_was_given():
    assert auto_auth(None, None, None) == ("none", {})
    assert auto_auth("u", "p", None) == ("basic", {"username": "u", "password": "p"})
    assert auto_auth(None, None, "t") == ("token", {"token": "t"})


@pytest.mark.parametrize("given", [("u", "p", "t"), (None, "p", None)])
def test_contradictory_credentials_are_refused(given):
    with pytest.raises(ConfigError):
        auto_auth(*given)
