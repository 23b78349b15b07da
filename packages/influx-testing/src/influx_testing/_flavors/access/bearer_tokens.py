"""Bearer tokens: JSON Web Tokens, verified by PyJWT, with the real server's error messages.

Source: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any, cast

from influx_testing._go.json import GoJsonError, first_value

__all__ = ["TokenError", "user_name"]

_HASHES = {"HS256": "SHA256", "HS384": "SHA384", "HS512": "SHA512"}
_OTHER_ALGORITHMS = frozenset(
    {"none", *(f"{family}{size}" for family in ("ES", "PS", "RS") for size in (256, 384, 512))}
)
"""The algorithms that the real server recognizes but does not accept."""

_NOT_BASE64 = re.compile("[^A-Za-z0-9_-]")
_JSON_KINDS = {bool: "bool", float: "number", int: "number", list: "array", str: "string"}


class TokenError(Exception):
    """A token is refused; the text is the error of the real server."""


def user_name(token: str, secret: str, now: int) -> str:
    """Verify a token, and return the name of its user.

    Args:
        token: a JSON Web Token, signed with HMAC.
        secret: the shared secret of the server, of any length.
        now: the time in ns since 1970.

    Raises:
        TokenError: the token is not valid.
    """
    claims = _verified(token, secret)
    _check_times(claims, now / 1_000_000_000)
    if not _number(claims.get("exp")):
        raise TokenError("token expiration required")
    name = claims.get("username")
    if not isinstance(name, str):
        raise TokenError("username in token must be a string")
    if not name:
        raise TokenError("token must contain a username")
    return name


def _verified(token: str, secret: str) -> Mapping[str, Any]:
    """Verify the signature of a token, and return its claims."""
    if token.count(".") != 2:
        raise TokenError("token contains an invalid number of segments")
    header, payload, signature = token.split(".")
    algorithm = _object(_decoded(header), "map[string]interface {}", whole=True).get("alg")
    claims = _object(_decoded(payload), "jwt.MapClaims")
    if algorithm not in _HASHES:
        raise TokenError(_refused_algorithm(algorithm))
    if not _is_signed(f"{header}.{payload}", _decoded(signature), secret, algorithm):
        raise TokenError("signature is invalid")
    return claims


def _is_signed(text: str, signature: bytes, secret: str, algorithm: str) -> bool:
    """Verify a signature; the real server takes secrets of any length, so no length is checked."""
    from jwt.algorithms import HMACAlgorithm

    hash_function = getattr(HMACAlgorithm, _HASHES[algorithm])
    return HMACAlgorithm(hash_function).verify(text.encode(), secret.encode(), signature)


def _refused_algorithm(name: object) -> str:
    if not isinstance(name, str):
        return "signing method (alg) is unspecified."
    if name in _OTHER_ALGORITHMS:
        return f"unexpected signing method: {name}"
    return "signing method (alg) is unavailable."


def _decoded(segment: str) -> bytes:
    """Decode a segment of a token; as in Go, an error names the first byte that is not base64."""
    wrong = _NOT_BASE64.search(segment)
    if wrong:
        at = len(segment[: wrong.start()].encode("utf-8", "surrogateescape"))
        raise TokenError(f"illegal base64 data at input byte {at}")
    try:
        return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except binascii.Error:
        raise TokenError(f"illegal base64 data at input byte {len(segment)}") from None


def _object(data: bytes, go_type: str, *, whole: bool = False) -> Mapping[str, Any]:
    """Decode a JSON object; with `whole`, nothing may follow it."""
    text = data.decode("utf-8", "replace")
    try:
        value: Any = json.loads(text if whole and text.strip() else first_value(text))
    except GoJsonError as error:
        raise TokenError(str(error)) from None
    except (RecursionError, ValueError):
        raise TokenError(_json_problem(text)) from None
    if not isinstance(value, dict):
        kind = next((name for type_, name in _JSON_KINDS.items() if isinstance(value, type_)), None)
        if kind is None:  # Go decodes null as an empty map
            return {}
        raise TokenError(f"json: cannot unmarshal {kind} into Go value of type {go_type}")
    return cast(dict[str, Any], value)


def _json_problem(text: str) -> str:
    try:
        first_value(text)
    except GoJsonError as error:
        return "unexpected end of JSON input" if str(error).endswith("EOF") else str(error)
    except RecursionError:
        return "json: exceeded max depth"
    return "invalid character after top-level value"


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """Check the times of a token, in seconds since 1970; report the last failure."""
    problem = ""
    expires, issued, begins = (_number(claims.get(name)) for name in ("exp", "iat", "nbf"))
    if expires and now > expires:
        problem = "Token is expired"
    if issued and now < issued:
        problem = "Token used before issued"
    if begins and now < begins:
        problem = "Token is not valid yet"
    if problem:
        raise TokenError(problem)


def _number(value: object) -> float:
    """Return a claim as a number; 0 if it is not a number."""
    return float(value) if isinstance(value, int | float) and value is not True else 0.0
