"""Finds series that a server did not send whole."""

from __future__ import annotations

from influx_core import Series

__all__ = ["TruncationWatch"]


class TruncationWatch:
    """Sees all pieces of results and finds series whose last piece says that more rows exist.

    Attributes:
        cut: the names of the series that were cut off.
    """

    def __init__(self) -> None:
        self.cut: list[str] = []
        self._last: Series | None = None

    def see(self, piece: Series) -> None:
        """Take note of the next piece."""
        if self._last is not None and not piece.continues(self._last):
            self._end()
        self._last = piece

    def finish(self) -> list[str]:
        """End a result; return the names of all series that were cut off so far."""
        self._end()
        return self.cut

    def _end(self) -> None:
        last, self._last = self._last, None
        if last is not None and last.partial:
            tags = ",".join(f"{key}={value}" for key, value in last.tags.items())
            self.cut.append(",".join(filter(None, (last.name, tags))))
