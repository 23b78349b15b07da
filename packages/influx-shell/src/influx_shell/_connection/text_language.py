"""Tells the language of a text that is not sent to a server, and reads it from files."""

from __future__ import annotations

from pathlib import Path

from influx_shell._cli.exit_codes import UsageError
from influx_shell._cli.terminal import Terminal
from influx_shell._connection.languages import Language, language_of

__all__ = ["language_of_file", "read_text"]

_SUFFIXES: dict[str, Language | str] = {
    ".flux": "flux",
    ".influxql": "influxql",
    ".iql": "influxql",
    ".lp": "lp",
    ".line": "lp",
}


def read_text(path: str, terminal: Terminal) -> bytes:
    """Return the content of a file; `-` is standard input.

    Raises:
        UsageError: the file cannot be read.
    """
    if path == "-":
        return terminal.binary_stdin.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        hint = "; a text comes from standard input, with -" if " " in path else ""
        raise UsageError(f"{path} cannot be read: {error.strerror}{hint}") from None
    except ValueError:  # a NUL
        raise UsageError(f"{path!r} is not the path of a file") from None


def language_of_file(path: str, data: bytes, language: str | None) -> str:
    """Return `influxql`, `flux` or `lp`, by the option, the name of the file, or the text.

    Raises:
        UsageError: the text is not UTF-8.
    """
    if language is not None:
        return language
    suffix = Path(path).suffix
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    return language_of(decoded(path, data), "v1")


def decoded(path: str, data: bytes) -> str:
    """Return the text of a file.

    Raises:
        UsageError: it is not UTF-8.
    """
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 at byte {error.start}") from None
