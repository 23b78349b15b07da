"""Reads the URLs of servers that arguments, profiles and variables contain."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from influx_shell._cli.exit_codes import UsageError

__all__ = ["refuse_password", "split_url"]


def split_url(url: str) -> SplitResult:
    """Split a URL.

    Raises:
        UsageError: it cannot be read; the message does not repeat it, as it may hold a password.
    """
    try:
        return urlsplit(url)
    except ValueError:
        raise UsageError(
            "the server's URL cannot be read: it needs the form http://localhost:8086"
        ) from None


def refuse_password(
    url: str, instead: str = "set INFLUX_PASSWORD, or use --password-file, --ask or a profile"
) -> None:
    """Refuse a URL with a password: other users of the machine see the arguments of programs.

    Args:
        url: the URL.
        instead: what to do, for the message.

    Raises:
        UsageError: the URL has a password, or cannot be read.
    """
    if split_url(url).password is not None:
        raise UsageError(
            f"the URL holds a password, which everybody on this machine can see: {instead}"
        )
