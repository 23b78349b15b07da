"""Checks Flux texts before they are sent."""

from __future__ import annotations

from collections.abc import Iterable

from influx_flux._check.name_checks import name_issues
from influx_flux._parser.issues import issues_of
from influx_flux._parser.parser import parse
from influx_flux.errors import FluxIssue
from influx_flux.nodes import File


def check(text: str | File, *, variables: Iterable[str] = ()) -> tuple[FluxIssue, ...]:
    """Return the errors that the server would report for a text, without sending it.

    The check finds syntax errors, undefined identifiers, unknown imports, unknown names of a
    package, variables assigned twice, and missing and unexpected arguments. It knows the functions
    of the standard library and those that the text defines. It does not check types. The messages
    are those of libflux.

    Args:
        text: A Flux text, or its syntax tree.
        variables: The names that the request defines, such as those of `extern`; queries of
            dashboards use `v`.
    """
    file = parse(text, strict=False) if isinstance(text, str) else text
    issues = [*issues_of(file, operators=True), *name_issues(file, variables)]
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.column)))
