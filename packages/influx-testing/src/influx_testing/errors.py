"""The exceptions of the fake server, for tests and for its own statements."""

from __future__ import annotations

__all__ = ["FakeUnsupported", "NeedsFake", "ReportedError", "StatementError"]


class FakeUnsupported(NotImplementedError):
    """The real server supports this, the fake does not.

    Over HTTP it becomes status 501 with the reason, so that a test never gets a wrong result.
    """


class NeedsFake(RuntimeError):
    """A test needs a feature of the fake; the pytest plugin skips it on a real server."""


class StatementError(Exception):
    """A statement failed; the message is exactly that of the real server."""


class PanicError(StatementError):
    """The server failed at a statement, and returns what it says as the last result."""


class ReportedError(StatementError):
    """A statement failed, but the statements after it still run."""
