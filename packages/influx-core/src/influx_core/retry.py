"""Retry policies: whether, and after how long, a failed request is tried again."""

from __future__ import annotations

__all__ = ["Never"]


class Never:
    """Give up at once: the caller decides. What direct calls do unless told otherwise."""

    def delay(self, attempt: int, failure: Exception) -> float | None:
        """Give up."""
        return None
