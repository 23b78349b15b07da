"""Checks a whole text."""

from __future__ import annotations

from collections.abc import Iterable

from influx_flux._check.name_checks import name_issues
from influx_flux._parser.issues import issues_of
from influx_flux._parser.parser import parse
from influx_flux.errors import FluxIssue
from influx_flux.nodes import File


def check(text: str | File, *, variables: Iterable[str] = ()) -> tuple[FluxIssue, ...]:
    """Return what the server would say against a text, before it is sent.

    Found are errors of syntax, undefined identifiers, unknown imports, names that a package has
    not, variables assigned twice, and missing and unexpected arguments, of the standard library's
    functions and of the text's own. Types are not checked. The words are libflux's.

    Args:
        text: A text of Flux, or its syntax tree.
        variables: Names that come with the request, such as those of `extern`; the queries of
            dashboards use `v`.
    """
    file = parse(text, strict=False) if isinstance(text, str) else text
    issues = [*issues_of(file, operators=True), *name_issues(file, variables)]
    return tuple(sorted(issues, key=lambda issue: (issue.line, issue.column)))
