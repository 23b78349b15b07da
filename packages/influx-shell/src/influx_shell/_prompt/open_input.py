"""Whether a text is complete, and what is wrong with it before it is sent."""

from __future__ import annotations

import influx_flux
from influx_query import InfluxQLSyntaxError, explain_error, parse
from influx_query.tokens import tokenize
from influx_shell._connection.languages import Language

__all__ = ["is_complete", "problem_of"]

_BRACKETS = {"(": ")", "[": "]", "{": "}"}


def is_complete(text: str, language: Language) -> bool:
    """Return whether Enter runs a text; otherwise it begins another line.

    A text is open while a bracket or a string is, or if it ends with a backslash.
    """
    if text.rstrip().endswith("\\"):
        return False
    if language == "influxql":
        kinds = tokenize(text).kinds
        return kinds.count("(") <= kinds.count(")") and "BADSTRING" not in kinds
    return _closed(text)


def _closed(text: str) -> bool:
    """Whether all brackets outside double quotes are closed."""
    waiting: list[str] = []
    quoted = False
    for index, sign in enumerate(text):
        if sign == '"' and (index == 0 or text[index - 1] != "\\"):
            quoted = not quoted
        elif not quoted and sign in _BRACKETS:
            waiting.append(_BRACKETS[sign])
        elif not quoted and waiting and sign == waiting[-1]:
            waiting.pop()
    return not waiting and not quoted


def problem_of(text: str, language: Language) -> str | None:
    """Return what is wrong with a text, with a caret below the place; None if it can be sent."""
    if language == "influxql":
        try:
            parse(text)
        except InfluxQLSyntaxError as error:
            return explain_error(error)
    if language == "flux":
        issues = _flux_issues(text)
        if issues:
            return "\n".join(_with_caret(text, issue) for issue in issues)
    return None


def _flux_issues(text: str) -> tuple[influx_flux.FluxIssue, ...]:
    try:
        influx_flux.parse(text)
    except influx_flux.FluxSyntaxError as error:
        return error.issues
    return ()


def _with_caret(text: str, issue: influx_flux.FluxIssue) -> str:
    lines = text.splitlines()
    if not 0 < issue.line <= len(lines):
        return str(issue)
    line = lines[issue.line - 1]
    width = len(line.encode()[: issue.column - 1].decode("utf-8", "replace"))
    return f"{issue}\n  {line}\n  {' ' * width}^"
