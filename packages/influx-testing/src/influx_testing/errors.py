"""What the fake server raises: at the test, or inside itself on the way to an answer."""

from __future__ import annotations

__all__ = ["FakeUnsupported", "NeedsFake", "ReportedError", "StatementError"]


class FakeUnsupported(NotImplementedError):
    """The real server could do this, the fake cannot.

    Over HTTP it becomes status 501 with the reason, so that a test never sees a wrong answer.
    """


class NeedsFake(RuntimeError):
    """A test wants what only a fake server can do; the pytest plugin skips it on a real one."""


class StatementError(Exception):
    """A statement failed; the text is what the real server answers, word for word."""


class ReportedError(StatementError):
    """A statement failed in a way that does not keep the ones after it from running."""
