from __future__ import annotations

import pytest

from influx_core import ConfigError, Plugins
from influx_core._api.options import QueryOptions, WriteOptions
from influx_core._client.credentials import Signing
from influx_core._http.auth import BasicAuth, BearerAuth, NoAuth, QueryAuth, TokenAuth

PLUGINS = Plugins(discover=False)


def signing(auth="auto", username=None, password=None, token=None, key_auth="token") -> Signing:
    return Signing(PLUGINS, auth, key_auth, username, password, token)


def test_a_call_that_brings_nothing_is_signed_as_usual():
    made = signing(username="u", password="p")
    assert made.usual() == BasicAuth("u", "p")
    assert made.of(WriteOptions()) is made.usual()


def test_credentials_of_a_call_take_the_form_of_the_client():
    made = signing("query", "u", "p")
    assert made.of(QueryOptions(username="v", password="q")) == QueryAuth("v", "q")


def test_a_call_can_bring_credentials_of_another_kind():
    made = signing(username="u", password="p", key_auth="bearer")
    assert made.of(QueryOptions(token="t")) == BearerAuth("t")
    assert made.of(WriteOptions(auth={"type": "token", "token": "t"})) == TokenAuth("t")
    assert isinstance(made.of(WriteOptions(auth="none")), NoAuth)


def test_a_ready_auth_of_the_client_does_not_sign_for_somebody_else():
    made = signing(TokenAuth("mine"))
    assert made.of(WriteOptions(username="v", password="q")) == BasicAuth("v", "q")


def test_contradictory_credentials_of_a_call_are_refused():
    with pytest.raises(ConfigError, match="not both"):
        signing().of(WriteOptions(username="v", token="t"))
