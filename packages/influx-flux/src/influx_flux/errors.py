"""What is wrong with a text of Flux, and where."""

from __future__ import annotations

from dataclasses import dataclass

from influx_flux.nodes.node import Location


@dataclass(frozen=True, slots=True)
class FluxIssue:
    """One thing wrong with a text, in libflux's words."""

    message: str
    location: Location | None = None

    @property
    def line(self) -> int:
        """The line, counted from 1; 0 if the place is not known."""
        return self.location.start.line if self.location else 0

    @property
    def column(self) -> int:
        """The column in bytes of UTF-8, counted from 1; 0 if the place is not known."""
        return self.location.start.column if self.location else 0

    def __str__(self) -> str:
        return f"error @{self.location}: {self.message}" if self.location else self.message


class FluxSyntaxError(ValueError):
    """A text is not Flux.

    Attributes:
        issues: Everything that is wrong, in the order of the text; at least one.
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
