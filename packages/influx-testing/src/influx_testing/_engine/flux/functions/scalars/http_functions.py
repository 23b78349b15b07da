"""The functions of packages http and http/requests that send nothing; those that do are refused."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from influx_flux import FluxDuration
from influx_testing._engine.flux.registry.function_registry import flux_function, flux_value

__all__: list[str] = []

_SEGMENT_SIGNS: Final = "$&+=:@"
"""What may stand in a segment of a path besides letters, digits and `-_.~`."""

flux_value("http/requests", "_emptyBody", b"")
flux_value(
    "http/requests",
    "defaultConfig",
    {"timeout": FluxDuration(0, 30_000_000_000), "insecureSkipVerify": False},
)


@flux_function("http", "pathEscape")
def path_escape(input_string: str) -> str:
    """Escape a text for a segment of a path."""
    return quote(input_string, safe=_SEGMENT_SIGNS)


@flux_function("http", "basicAuth")
def basic_auth(u: str, p: str) -> str:
    """Return the header of basic authentication."""
    return f"Basic {base64.b64encode(f'{u}:{p}'.encode()).decode()}"
