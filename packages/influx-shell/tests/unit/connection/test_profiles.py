"""Profiles find their secrets in files, variables and the keyring, and leave none behind."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from io import StringIO

import pytest

from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._commands.local import profile_command
from influx_shell._connection.profiles import Profile, ProfileFile, profile_path


class Keyring:
    """The functions of the library keyring, over a dictionary."""

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service, name):
        return self.secrets.get((service, name))

    def set_password(self, service, name, secret):
        self.secrets[service, name] = secret

    def delete_password(self, service, name):
        del self.secrets[service, name]


class Screen(StringIO):
    """A stream of a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def keyring(monkeypatch) -> Keyring:
    made = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", made)
    return made


@pytest.fixture
def no_keyring(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def terminal(tmp_path) -> Terminal:
    environment = {"IQL_PROFILES": str(tmp_path / "profiles.toml"), "HOME_TOKEN": "of variable"}
    return Terminal(Screen(), Screen(), Screen(), environment)


def run(terminal: Terminal, action: str, name: str, **values: str) -> None:
    given = {**dict.fromkeys(profile_command.KEYS), **values}
    profile_command.run(Namespace(action=action, name=name, **given), terminal)


def stored(terminal: Terminal) -> ProfileFile:
    return ProfileFile(profile_path(terminal.environment))


def test_a_file_holds_a_secret(terminal, tmp_path):
    (tmp_path / "secret").write_text(" of file \nsecond line")
    profile = Profile("home", {"password_file": str(tmp_path / "secret"), "username": "ann"})
    assert profile.client_options(terminal) == {"password": "of file", "username": "ann"}


def test_a_variable_holds_a_secret(terminal):
    profile = Profile("home", {"token_variable": "HOME_TOKEN"})
    assert profile.client_options(terminal) == {"token": "of variable"}


def test_a_variable_that_is_not_set_is_named(terminal):
    with pytest.raises(UsageError, match="profile home: the variable NONE_SUCH is not set"):
        Profile("home", {"password_variable": "NONE_SUCH"}).client_options(terminal)


@pytest.mark.parametrize(("values", "kind"), [({}, "token"), ({"username": "ann"}, "password")])
def test_the_keyring_keeps_the_secret_that_was_asked_for(
    terminal, keyring, monkeypatch, values, kind
):
    asked = []
    monkeypatch.setattr(getpass, "getpass", lambda *prompt: asked.append(prompt[0]) or "s3cret")
    run(terminal, "set", "home", **values)
    run(terminal, "secret", "home")
    assert asked == [f"{kind} of home: "]
    assert keyring.secrets == {("iql", "home"): "s3cret"}
    assert stored(terminal)["home"].client_options(terminal) == {**values, kind: "s3cret"}
    assert "s3cret" not in profile_path(terminal.environment).read_text()


def test_a_keyring_without_the_secret_says_how_to_store_it(terminal, keyring):
    with pytest.raises(UsageError, match="keyring has no token; iql profile secret home"):
        Profile("home", {"keyring": "token"}).client_options(terminal)


def test_a_removed_profile_leaves_no_secret_in_the_keyring(terminal, keyring):
    keyring.secrets = {("iql", "home"): "s3cret", ("iql", "work"): "other"}
    run(terminal, "set", "home", keyring="token")
    run(terminal, "remove", "home")
    assert keyring.secrets == {("iql", "work"): "other"}
    assert stored(terminal).profiles == {}


def test_a_profile_whose_secret_is_gone_can_be_removed(terminal, keyring):
    run(terminal, "set", "home", keyring="token")
    run(terminal, "remove", "home")
    assert stored(terminal).profiles == {}


def test_profiles_without_a_secret_need_no_keyring(terminal, no_keyring):
    run(terminal, "set", "home", db="climate")
    run(terminal, "remove", "home")
    assert stored(terminal).profiles == {}


def test_the_library_of_the_keyring_is_named_where_it_is_missing(terminal, no_keyring):
    with pytest.raises(UsageError, match=r"pip install influx-shell\[keyring\]"):
        Profile("home", {"keyring": "token"}).client_options(terminal)
