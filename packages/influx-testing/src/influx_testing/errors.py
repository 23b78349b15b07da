"""What the fake server raises: at the test, or inside itself on the way to an answer."""

from __future__ import annotations

__all__ = ["FakeUnsupported", "StatementError"]


class FakeUnsupported(NotImplementedError):
    """The real server could do this, the fake cannot.

    Over HTTP it becomes status 501 with the reason, so that a test never sees a wrong answer.
    """


class StatementError(Exception):
    """A statement failed; the text is what the real server answers, word for word."""
