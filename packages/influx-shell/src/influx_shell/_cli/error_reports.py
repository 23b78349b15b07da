"""The message and exit code of each kind of error."""

from __future__ import annotations

import errno
import sys
import traceback

from influx_core import (
    ConfigError,
    InfluxDBError,
    ResponseLost,
    ServerUnreachable,
)
from influx_query.errors import InfluxQLSyntaxError
from influx_shell._cli.exit_codes import ExitCode
from influx_shell._cli.terminal import Terminal

__all__ = ["exit_code", "message", "report"]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""The errors of a disk that takes no more."""

_HINTS = {
    "database name required": "name it with --db or INFLUX_DB",
    "database is required": "name it with --db or INFLUX_DB",
    "bucket is required": "name it with --db or INFLUX_DB",
    "missing field `db`": "name the database with --db or INFLUX_DB",
    "must specify a 'db' parameter": "name the database with --db or INFLUX_DB",
    "provide either orgID or org": "name the organization with --org or INFLUX_ORG",
}
"""What to do about errors of servers that say what is missing; by a part of their texts."""

_TRACEBACK_VARIABLE = "IQL_TRACEBACK"


def report(error: Exception, terminal: Terminal) -> ExitCode:
    """Write what an error says, and return its exit code.

    With the variable `IQL_TRACEBACK`, the traceback of a fault is written too.
    """
    code = exit_code(error)
    if code is not ExitCode.FAULT:
        terminal.say(f"iql: {message(error)}")
        return code
    terminal.say(f"iql: a fault of iql: {type(error).__name__}: {error}")
    if terminal.environment.get(_TRACEBACK_VARIABLE):
        terminal.say("".join(traceback.format_exception(error)).rstrip())
    else:
        terminal.say(f"iql: {_TRACEBACK_VARIABLE}=1 shows where; please report it")
    return code


def message(error: Exception) -> str:
    """Return the text of an expected error."""
    if isinstance(error, InfluxQLSyntaxError):
        from influx_query import explain_error

        return explain_error(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"the output cannot be written: {error.strerror}"
    text = str(error)
    hint = next((hint for part, hint in _HINTS.items() if part in text), None)
    return text if hint is None else f"{text}; {hint}"


def exit_code(error: Exception) -> ExitCode:
    """Return the exit code for an error."""
    if isinstance(error, ConfigError):
        return ExitCode.USAGE
    if isinstance(error, ServerUnreachable | ResponseLost):
        return ExitCode.UNREACHABLE
    if isinstance(error, InfluxDBError | InfluxQLSyntaxError) or _is_flux_error(error):
        return ExitCode.FAILED
    if isinstance(error, OSError) and error.errno in _FULL:
        return ExitCode.FAILED
    if isinstance(error, OSError) and error.filename is not None:
        return ExitCode.USAGE
    return ExitCode.FAULT


def _is_flux_error(error: Exception) -> bool:
    """Whether Flux's parser raised an error; it is imported only if a command needed it."""
    parser = sys.modules.get("influx_flux")
    return parser is not None and isinstance(error, parser.FluxSyntaxError)
