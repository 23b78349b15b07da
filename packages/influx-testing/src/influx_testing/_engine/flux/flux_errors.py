"""The errors of a Flux query, with the texts of the real server."""

from __future__ import annotations

from influx_flux.nodes import Location

__all__ = ["CompileError", "CompleteFluxError", "FluxError", "RuntimeFluxError", "StartError"]


class FluxError(Exception):
    """A query failed.

    Functions raise it with the bare reason; the caller adds the name of the function and where it
    is called.

    Args:
        message: the reason.
        code: the error code of the HTTP API, such as `invalid` or `not found`.
    """

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class CompleteFluxError(FluxError):
    """An error whose message is complete: nothing is added to it."""


class CompileError(CompleteFluxError):
    """The text is wrong, whatever the data: `compilation failed: error @1:1-1:5: ...`."""

    def __init__(self, message: str, location: Location | None = None) -> None:
        where = f"error @{location}: " if location else ""
        super().__init__(f"compilation failed: {where}{message}")


class StartError(CompleteFluxError):
    """The query cannot start, for example because there is no such bucket."""


class RuntimeFluxError(CompleteFluxError):
    """A table function failed: `runtime error @2:3-2:9: group: ...`."""

    def __init__(self, error: FluxError, name: str, location: Location | None) -> None:
        where = f" @{location}" if location else ""
        super().__init__(f"runtime error{where}: {name}: {error.message}", error.code)
