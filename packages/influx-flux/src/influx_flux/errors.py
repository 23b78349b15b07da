"""The errors of Flux texts, with their locations."""

from __future__ import annotations

from dataclasses import dataclass

from influx_flux.nodes.node import Location


@dataclass(frozen=True, slots=True)
class FluxIssue:
    """One problem of a text, with the message of libflux."""

    message: str
    location: Location | None = None

    @property
    def line(self) -> int:
        """The line, counted from 1; 0 if the location is unknown."""
        return self.location.start.line if self.location else 0

    @property
    def column(self) -> int:
        """The column in bytes of UTF-8, counted from 1; 0 if the location is unknown."""
        return self.location.start.column if self.location else 0

    def __str__(self) -> str:
        return f"error @{self.location}: {self.message}" if self.location else self.message


class FluxSyntaxError(ValueError):
    """The text is not valid Flux.

    Attributes:
        issues: All problems, in the order of the text; at least one.
    """

    def __init__(self, issues: tuple[FluxIssue, ...]) -> None:
        super().__init__(issues)
        self.issues = issues

    @property
    def line(self) -> int:
        """The line of the first issue, counted from 1."""
        return self.issues[0].line

    @property
    def column(self) -> int:
        """The column of the first issue in bytes of UTF-8, counted from 1."""
        return self.issues[0].column

    def __str__(self) -> str:
        return "\n".join(map(str, self.issues))
