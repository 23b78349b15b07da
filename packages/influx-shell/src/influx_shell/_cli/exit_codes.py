"""The exit codes of `iql`; they are part of its interface."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["CommandFailure", "ExitCode", "UsageError"]


class ExitCode(IntEnum):
    """What became of a command."""

    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    FAULT = 70
    INTERRUPTED = 130


class CommandFailure(Exception):
    """A command failed; the message says why and what to do.

    Attributes:
        code: the exit code.
    """

    code = ExitCode.FAILED


class UsageError(CommandFailure):
    """The arguments, a profile or a file name are wrong; nothing was done."""

    code = ExitCode.USAGE
