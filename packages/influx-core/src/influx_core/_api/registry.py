"""The APIs by name, and the detection of a server's API from its response to a ping."""

from __future__ import annotations

from collections.abc import Mapping

from influx_core._api.base import API
from influx_core._api.v1 import V1
from influx_core._api.v2 import V2
from influx_core._api.v3 import V3
from influx_core._api.victoriametrics import VictoriaMetrics
from influx_core.errors import ConfigError

__all__ = ["api_from_ping", "auth_scheme", "may_have_unsigned", "named_api"]

_APIS: Mapping[str, type[API]] = {api.name: api for api in (V1, V2, V3, VictoriaMetrics)}


def named_api(name: str) -> API | None:
    """The API of a name; None for `auto`, which a ping has to find out.

    Raises:
        ConfigError: there is no such API.
    """
    if name == "auto":
        return None
    if name not in _APIS:
        raise ConfigError(f"there is no api {name!r}; known: auto, {', '.join(_APIS)}")
    return _APIS[name]()


def api_from_ping(headers: Mapping[str, str], body: bytes) -> API:
    """The API of a server by its response to a ping; v1 if it does not say.

    InfluxDB names its version in a header or, from 3 on, in the body too; VictoriaMetrics has no
    version there, but the name of its host.
    """
    if headers.get("server", "").lower().startswith("questdb"):
        return V1()  # it calls itself a 2.x, for the sake of clients that only write
    version = V1().read_ping(headers, body).lower().lstrip("v")
    if version.startswith("3"):
        return V3()
    if version.startswith("2"):
        return V2()
    if not version and "x-server-hostname" in headers:
        return VictoriaMetrics()
    return V1()


def auth_scheme(name: str) -> str:
    """The name of the auth that carries a token; `Token` is understood by all that `auto` finds."""
    return (named_api(name) or V1()).auth_scheme


def may_have_unsigned(name: str) -> bool:
    """Whether a server stores unsigned integers; with `auto`, the server decides."""
    api = named_api(name)
    return api is None or api.has_unsigned
