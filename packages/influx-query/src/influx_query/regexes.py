"""Whether a regular expression is one in Go's RE2 syntax, judged without running Go."""

from __future__ import annotations


def problem(pattern: str) -> str:
    """Say what Go's compiler dislikes about a pattern; an empty string is nothing."""
    if pattern[:1] in ("*", "+", "?"):
        return f"missing argument to repetition operator: `{pattern[0]}`"
    return ""
