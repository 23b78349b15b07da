"""Translates exceptions of aiohttp, which may contain URLs with credentials.

Only this module converts exceptions of aiohttp to those that `Transport` documents. It repeats no
text that may contain a URL, and keeps no exception of aiohttp as a cause.
"""

from __future__ import annotations

import os
import socket
import ssl

import aiohttp
import aiohttp.client_exceptions

from influx_core._http.transports.proxies import proxy_name
from influx_core.errors import ConfigError

__all__ = ["TRANSLATED", "translated", "translated_body_error"]

TRANSLATED = (aiohttp.ClientError, OSError, RuntimeError, ValueError)
"""The errors to translate: RuntimeError is a closed session, ValueError an invalid request."""


_ENCODED = (
    "the response has a content encoding that cannot be read, although none was asked for; does a "
    "proxy compress it?"
)


def translated(error: BaseException, proxy: str | None) -> BaseException:
    """Return the exception to raise instead of one that aiohttp raised for a request.

    Args:
        error: the exception.
        proxy: the proxy of the request, if it has one.

    Returns:
        ConnectionError: the request was not sent. TimeoutError: it may have been applied.
        ConfigError: it cannot be sent at all.
    """
    match error:
        case aiohttp.ClientProxyConnectionError() if proxy is not None:
            return ConnectionError(f"the proxy {proxy_name(proxy)} failed: {_reason(error)}")
        case aiohttp.ClientHttpProxyError():
            return ConnectionError(f"the proxy refused: {error.status} {error.message}")
        case aiohttp.ClientConnectorCertificateError():
            return ConnectionError(_certificate(error))
        case aiohttp.client_exceptions.UnixClientConnectorError():
            return ConnectionError(f"cannot connect to the socket: {_reason(error)}")
        case aiohttp.ClientConnectorError():
            return ConnectionError(f"cannot connect to {error.host}: {_reason(error)}")
        case aiohttp.ConnectionTimeoutError():
            return ConnectionError("no connection in time")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return ConfigError("a base URL or a proxy is not a valid URL")
        case aiohttp.ServerDisconnectedError():
            return TimeoutError("the server disconnected before it responded")
        case aiohttp.ClientResponseError() if "content-encoding" in error.message:
            return TimeoutError(_ENCODED)
        case aiohttp.ClientResponseError():
            return TimeoutError("the response is not HTTP")
        case aiohttp.ClientOSError() | OSError():
            return TimeoutError(f"the connection broke: {_reason(error)}")
        case aiohttp.ClientError():
            return TimeoutError(f"the request failed: {type(error).__name__}")
        case RuntimeError():
            return ConfigError("the aiohttp session is closed, or the interpreter is ending")
        case _:
            return ConfigError(f"the request cannot be sent by HTTP: {type(error).__name__}")


def translated_body_error(error: BaseException) -> ConnectionError:
    """Return the exception to raise instead of one that aiohttp raised for a response's body."""
    match error:
        case aiohttp.ClientPayloadError() if "content-encoding" in str(error):
            return ConnectionError(_ENCODED)
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError():
            return ConnectionError("the connection closed before the end of the body")
        case aiohttp.ContentTypeError() | aiohttp.ClientResponseError():
            return ConnectionError("the body is not valid HTTP")
        case OSError():
            return ConnectionError(f"the connection broke: {_reason(error)}")
        case _:
            return ConnectionError(f"the body cannot be read: {type(error).__name__}")


def _reason(error: BaseException) -> str:
    """Return the error text of the operating system; the text of aiohttp may contain a URL."""
    inner = getattr(error, "os_error", error)
    if isinstance(inner, aiohttp.ClientError):
        number = getattr(inner, "errno", None)
        return os.strerror(number) if isinstance(number, int) else type(inner).__name__
    if isinstance(inner, ssl.SSLError):
        return f"TLS failed: {inner.reason or 'unknown reason'}"
    if isinstance(inner, OSError) and not isinstance(inner, socket.gaierror) and inner.errno:
        return os.strerror(inner.errno)  # asyncio's text repeats the address
    return getattr(inner, "strerror", None) or type(inner).__name__


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    inner = error.certificate_error
    message = getattr(inner, "verify_message", None) or type(inner).__name__
    return f"the server's certificate is not trusted: {message}"
