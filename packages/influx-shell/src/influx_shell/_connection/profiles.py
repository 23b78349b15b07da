"""Profiles: the URLs and options of servers by name, in a file of TOML without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection import secrets

__all__ = ["Profile", "ProfileFile", "profile_path", "selected"]

_OPTIONS = ("url", "db", "retention_policy", "org", "username", "api", "timeout", "ca_file")
_SECRET_SOURCES = ("token_file", "password_file", "token_variable", "password_variable", "keyring")
KEYS = (*_OPTIONS, *_SECRET_SOURCES)
"""The keys of a profile."""

_PATH_VARIABLE = "IQL_PROFILES"
_NAME_VARIABLE = "IQL_PROFILE"


@dataclass(frozen=True, slots=True)
class Profile:
    """A server by name.

    Attributes:
        name: the name of the profile.
        values: its keys, see `KEYS`.
    """

    name: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def url(self) -> str | None:
        """The URL of the server."""
        return self.values.get("url")

    def client_options(self, terminal: Terminal) -> dict[str, Any]:
        """Return the options of the client, with the secrets.

        Raises:
            UsageError: a secret cannot be found.
        """
        names = ("db", "retention_policy", "org", "username", "api", "timeout")
        found: dict[str, Any] = {name: self.values[name] for name in names if name in self.values}
        if "ca_file" in self.values:
            found["transport"] = {"type": "auto", "ca_file": self.values["ca_file"]}
        for kind in ("token", "password"):
            secret = self._secret(kind, terminal)
            if secret is not None:
                found[kind] = secret
        return found

    def _secret(self, kind: str, terminal: Terminal) -> str | None:
        path = self.values.get(f"{kind}_file")
        variable = self.values.get(f"{kind}_variable")
        if path is not None:
            return secrets.read_secret_file(path)
        if variable is not None:
            if variable not in terminal.environment:
                raise UsageError(f"profile {self.name}: the variable {variable} is not set")
            return terminal.environment[variable]
        if self.values.get("keyring") == kind:
            found = secrets.kept(self.name)
            if found is None:
                raise UsageError(
                    f"profile {self.name}: the keyring has no {kind}; iql profile secret "
                    f"{self.name} asks for it"
                )
            return found
        return None


class ProfileFile:
    """The file of profiles; it may not exist yet.

    Raises:
        UsageError: the file is not valid, or holds a secret.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        content = _read(path)
        self.default: str | None = content.get("default")
        tables = cast("dict[str, dict[str, Any]]", content.get("profiles", {}))
        self.profiles = {name: _profile(path, name, values) for name, values in tables.items()}

    def __getitem__(self, name: str) -> Profile:
        try:
            return self.profiles[name]
        except KeyError:
            known = ", ".join(self.profiles) or "none"
            raise UsageError(
                f"there is no profile {name!r} in {self.path}; there are: {known}"
            ) from None

    def save(self) -> None:
        """Write the file; a reader sees the old one or the new one, whole."""
        lines = [f"default = {_quoted(self.default)}"] if self.default else []
        for profile in self.profiles.values():
            lines += ["", f"[profiles.{_quoted(profile.name)}]"]
            lines += [f"{key} = {_quoted(value)}" for key, value in profile.values.items()]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.path.with_suffix(".new")
        unfinished.write_text("\n".join(lines).lstrip("\n") + "\n", "utf-8")
        unfinished.replace(self.path)


def profile_path(environment: Mapping[str, str]) -> Path:
    """Return the path of the file: that of the variable `IQL_PROFILES`, or the user's."""
    if path := environment.get(_PATH_VARIABLE):
        return Path(path)
    from platformdirs import user_config_path

    return user_config_path("iql") / "profiles.toml"


def selected(name: str | None, url: str | None, environment: Mapping[str, str]) -> Profile | None:
    """Return the profile to use; None to use the environment alone.

    Args:
        name: the profile that was asked for, by `--profile` or the variable `IQL_PROFILE`.
        url: the URL that was asked for; with it, the default profile is not used.
        environment: the environment variables.

    Raises:
        UsageError: there is no such profile.
    """
    name = name or environment.get(_NAME_VARIABLE)
    if name is not None:
        return ProfileFile(profile_path(environment))[name]
    if url or environment.get("INFLUX_URL") or environment.get("INFLUX_HOST"):
        return None
    path = profile_path(environment)
    if not path.exists():
        return None
    file = ProfileFile(path)
    return file[file.default] if file.default else None


def _read(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"the profiles in {path} cannot be read: {error}") from None


def _profile(path: Path, name: str, values: object) -> Profile:
    if not isinstance(values, dict):
        raise UsageError(f"{path}: profile {name} is not a table")
    table = cast("dict[str, object]", values)
    for key, value in table.items():
        if key in {"token", "password"}:
            raise UsageError(
                f"{path}: profile {name} holds a {key} in the clear: keep it in a file "
                f"({key}_file), a variable ({key}_variable) or the keyring"
            )
        if key not in KEYS or not isinstance(value, str | int | float):
            raise UsageError(f"{path}: profile {name} has {key}; known are {', '.join(KEYS)}")
    return Profile(name, {key: str(value) for key, value in table.items()})


def _quoted(value: str) -> str:
    """Write a string of TOML; DEL is the only character that JSON leaves and TOML refuses."""
    import json  # only needed when a profile is stored

    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
