"""Tokens and passwords: from files, from a question, or from the keyring; never from arguments."""

from __future__ import annotations

import getpass
from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal

__all__ = ["ask", "forget", "from_arguments", "keep", "kept", "read_secret_file"]

_SERVICE = "iql"
"""The name under which the keyring keeps all secrets of profiles."""


class _Keyring(Protocol):
    """The functions of the library keyring."""

    def get_password(self, service: str, name: str, /) -> str | None:
        """Return a secret."""
        ...

    def set_password(self, service: str, name: str, secret: str, /) -> None:
        """Keep a secret."""
        ...

    def delete_password(self, service: str, name: str, /) -> None:
        """Forget a secret."""
        ...


def from_arguments(options: Namespace, terminal: Terminal) -> dict[str, Any]:
    """Return the secrets that the arguments refer to, as options of a client.

    Raises:
        UsageError: a file cannot be read or is empty, or nobody can be asked.
    """
    found: dict[str, Any] = {}
    if options.token_file is not None:
        found["token"] = read_secret_file(options.token_file)
    if options.password_file is not None:
        found["password"] = read_secret_file(options.password_file)
    if options.ask:
        kind = "password" if options.username else "token"
        found[kind] = ask(f"{kind}: ", terminal)
    return found


def read_secret_file(path: str) -> str:
    """Return the first line of a file.

    Raises:
        UsageError: the file cannot be read, or its first line is empty.
    """
    try:
        lines = Path(path).expanduser().read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"the secret in {path} cannot be read: {reason}") from None
    secret = lines[0].strip() if lines else ""
    if not secret:
        raise UsageError(f"{path} holds no secret: its first line is empty")
    return secret


def ask(prompt: str, terminal: Terminal) -> str:
    """Ask for a secret without showing it.

    Raises:
        UsageError: there is no terminal.
    """
    if not terminal.can_ask:
        raise UsageError("nobody can be asked for a secret: standard input is not a terminal")
    return getpass.getpass(prompt, terminal.stderr)


def kept(profile: str) -> str | None:
    """Return the secret of a profile in the user's keyring; None if there is none.

    Raises:
        UsageError: the library of the keyring is not installed.
    """
    return _keyring().get_password(_SERVICE, profile)


def keep(profile: str, secret: str) -> None:
    """Store the secret of a profile in the user's keyring; raises like `kept`."""
    _keyring().set_password(_SERVICE, profile, secret)


def forget(profile: str) -> None:
    """Remove the secret of a profile from the user's keyring; raises like `kept`."""
    keyring = _keyring()
    if keyring.get_password(_SERVICE, profile) is not None:
        keyring.delete_password(_SERVICE, profile)


def _keyring() -> _Keyring:
    try:
        return cast(_Keyring, import_module("keyring"))
    except ImportError:
        raise UsageError("the keyring needs a library: pip install influx-shell[keyring]") from None
