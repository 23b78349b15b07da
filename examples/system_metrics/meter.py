"""A plugin of the client: counts requests and the time they take."""

from __future__ import annotations

from influx_core import hookimpl

__all__ = ["RequestMeter"]


class RequestMeter:
    """Counts the requests of a client.

    Attributes:
        requests: how many have finished.
        seconds: how long they took, all together.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.requests = 0
        self.seconds = 0.0

    @property
    def mean(self) -> float:
        """The mean duration of a request, in seconds; 0 before the first one."""
        return self.seconds / self.requests if self.requests else 0.0

    @hookimpl
    def influx_request_finished(self, seconds: float) -> None:
        """Count one request."""
        self.requests += 1
        self.seconds += seconds
