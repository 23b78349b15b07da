"""Shortens texts of others for the messages of errors."""

from __future__ import annotations

__all__ = ["MESSAGE_LIMIT", "shortened"]

MESSAGE_LIMIT = 2_000
"""Characters of another's text that an error shows; a server may quote every line it was sent."""


def shortened(text: str, limit: int = MESSAGE_LIMIT) -> str:
    """A text, cut where it is longer than the limit; then it says how long it was."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"
